"""The SQL of each answer, and the `$names` that it uses."""

import re
from functools import cache
from pathlib import Path

SQL = Path(__file__).parent / "sql"


@cache
def query_text(name: str) -> str:
    """The text of sql/`name`.sql."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def parameters_of(text: str) -> tuple[str, ...]:
    """The `$names` that a query uses, comments aside."""
    code = re.sub(r"--[^\n]*", "", text)
    return tuple(sorted(set(re.findall(r"\$([a-z_]+)", code))))
