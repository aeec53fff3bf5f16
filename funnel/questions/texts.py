"""TODO funnel.questions.ask.texts."""

import re
from functools import cache

from funnel.layer.warehouse import SQL


@cache
def query_text(name: str) -> str:
    """The text of sql/queries/`name`.sql."""
    return (SQL / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def parameters_of(text: str) -> tuple[str, ...]:
    """The `$names` that a query uses, comments aside."""
    code = re.sub(r"--[^\n]*", "", text)
    return tuple(sorted(set(re.findall(r"\$([a-z_]+)", code))))
