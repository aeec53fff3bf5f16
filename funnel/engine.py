"""DuckDB as everything of ours uses it: no extensions, bounded memory, SQL from files. Knows no table."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from funnel.errors import FunnelError

BASICS = Path(__file__).parent / "basics.sql"  # the words that both the layer and the imports begin with
SETTINGS = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def selected(
    connection: duckdb.DuckDBPyConnection, text: str, values: Mapping[str, object] | None = None
) -> pa.Table:
    """What a query selects. As a result and not as a relation: that would save a copy of the rows, but plan twice."""
    table: pa.Table = connection.execute(text, dict(values or {})).to_arrow_table()
    return table


def memory_of(name: str, otherwise: str) -> str:
    """How much memory the environment variable `name` allows."""
    return os.environ.get(name) or otherwise


def limit_memory(connection: duckdb.DuckDBPyConnection, name: str, otherwise: str) -> None:
    """Allow a connection as much memory as the environment variable `name` says; FunnelError where that is no size."""
    size = memory_of(name, otherwise)
    try:
        connection.execute("set memory_limit = $size", {"size": size})
    except duckdb.ParserException as error:
        raise FunnelError(
            f"{name} {size!r} is no size of memory: write 4GB, for example.",
            f"{name}「{size}」は大きさとして読めません。4GBのように書いてください。",
        ) from error


def run_file(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Run every statement of an SQL file."""
    for statement in statements_of(file):
        connection.execute(statement)


@cache
def statements_of(file: Path) -> list[duckdb.Statement]:
    """The statements of an SQL file, parsed once per process."""
    return duckdb.extract_statements(file.read_text(encoding="utf-8"))
