"""The SQL behind a number, as a person can paste it into the duckdb shell over the layer file.

The query file stays as it is: its `$names` are session variables there, set in the lines above it. Pure.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from funnel.layer.warehouse import Warehouse
from funnel.questions import other_rules
from funnel.questions.texts import parameters_of, query_text


def pasteable(db: Warehouse, name: str, bound: Mapping[str, Any]) -> str:
    """The text of the query with its values above it."""
    text = query_text(name)
    needed = [key for key in parameters_of(text) if key in bound]
    lines = [
        f"-- duckdb -readonly {db.path}",
        f"-- rules {db.rules.version}",
        f"set TimeZone = {literal(db.rules.timezone)};",
        *(f'set variable "{key}" = {literal(bound[key])};' for key in needed),
    ]
    if other_rules.ELSEWHERE in parameters_of(text):
        lines += other_rules.as_pasted(db, bound["version"])
    return "\n".join(lines) + "\n\n" + text.strip() + "\n"


def literal(value: Any) -> str:
    """A value as SQL."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return f"timestamptz '{value.astimezone(UTC).isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(inner) for inner in value) + "]::varchar[]"
    return "'" + str(value).replace("'", "''") + "'"
