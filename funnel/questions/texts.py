"""The SQL of each answer, and the `$names` that it uses."""

import re
from functools import cache
from pathlib import Path

SQL = Path(__file__).parent / "sql"


def sentence_of(name: str) -> str:
    """What a query answers, by the first line of its header."""
    return query_text(name).partition("\n")[0].removeprefix(f"-- {name}: ")


@cache
def query_text(name: str) -> str:
    """The text of sql/`name`.sql."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def parameters_of(text: str) -> tuple[str, ...]:
    """The `$names` that a query uses, comments aside."""
    code = re.sub(r"--[^\n]*", "", text)
    return tuple(sorted(set(re.findall(r"\$([a-z_]+)", code))))
