"""Rows that a test can see become exports, and the exports are loaded by the first models alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from funnel.engine import BASICS, statements_of
from funnel.exports.files import find_exports
from funnel.layer.characters import plain_characters
from funnel.questions.catalogue import of_kind
from funnel.questions.texts import parameters_of, query_text
from funnel.rules.models import Rules
from funnel.rules.tables import tables
from funnel.rules.versions import load_versions

MODELS = Path(__file__).parents[1] / "funnel" / "layer" / "models"
Row = dict[str, Any]
Part = Sequence[Row] | pa.Table

AT = "2026-04-01T09:00:00+09:00"
LATER = "2026-04-02T09:00:00+09:00"
LEAD: Row = {"lead_id": "L1", "created_at": AT}
ACTIVITY: Row = {"activity_id": "A1", "lead_id": "L1", "occurred_at": LATER, "type": "call"}
STAGES = """[
  {key = "new", kind = "path"},
  {key = "mql", kind = "path"},
  {key = "sql", kind = "path"},
  {key = "opportunity", kind = "path"},
  {key = "won", kind = "won"},
  {key = "lost", kind = "lost"},
]
"""


class Loaded:
    """What the loading models left behind."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, sql: str, params: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a query, times in UTC."""
        table = self.connection.sql(sql, params=params).to_arrow_table()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def values(self, sql: str) -> list[Any]:
        """The first column of a query."""
        return [row[0] for row in self.rows(sql)]

    def answer(self, name: str) -> list[tuple[Any, ...]]:
        """A named query."""
        text = query_text(name)
        given = {"questions": list(of_kind("answer"))}
        return self.rows(text, {key: given[key] for key in parameters_of(text)})


def write_part(path: Path, part: Part) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(part, pa.Table):
        names = {name: None for row in part for name in row}
        part = pa.table({name: pa.array([row.get(name) for row in part]) for name in names})
    pq.write_table(part, path)


def write_exports(directory: Path, **files: Part | Mapping[str, Part]) -> Path:
    """`leads=rows`, or parts by name, `leads={"a": rows, "b": rows}`; by default one lead, no activity."""
    usual: dict[str, Part] = {
        "leads": [LEAD],
        "activities": pa.table({name: pa.array([], pa.string()) for name in ACTIVITY}),
    }
    for name, content in {**usual, **files}.items():
        if isinstance(content, Mapping):
            for part_name, part in content.items():
                write_part(directory / name / f"{part_name}.parquet", part)
        else:
            write_part(directory / f"{name}.parquet", content)
    return directory


def write_rules(directory: Path, name: str = "1", **values: str) -> None:
    """A small version of the rules; `values` as TOML strings beside the stages of the built-in rules."""
    given = {"version": name, "timezone": "Asia/Tokyo", **values}
    effective_from, stages = given.pop("effective_from", "2000-01-01"), given.pop("stages", STAGES)
    texts = [f'{key} = "{value}"' for key, value in given.items()]
    lines = [f"effective_from = {effective_from}", *texts, f"stages = {stages}"]
    path = directory / "rules" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")


def run_loading(
    directory: Path, versions: tuple[Rules, ...] | None = None, further: Sequence[str] = (), threads: int = 2
) -> Loaded:
    """The loading models over the exports in `directory`, under the newest of the versions."""
    exports = find_exports(directory)
    versions = versions or load_versions(directory)
    rules = versions[-1]
    connection = duckdb.connect(config={"threads": threads})
    connection.execute(f"set global TimeZone = '{rules.timezone}'")
    for name, rows in {**tables(rules, versions), "plain_characters": plain_characters()}.items():
        connection.register("rows_of_rules", rows)
        connection.execute(f"create table {name} as from rows_of_rules")
        connection.unregister("rows_of_rules")
    for name, value in {
        "lead_files": [str(path) for path in exports.lead_files],
        "activity_files": [str(path) for path in exports.activity_files],
        "cost_files": [str(path) for path in exports.cost_files],
        "extra_dimensions": list(further),
    }.items():
        connection.execute(f"set variable {name} = $value", {"value": value})
    for model in [BASICS, *sorted(MODELS.glob("1*.sql"))]:
        for statement in statements_of(model):
            connection.execute(statement)
    return Loaded(connection)


def load(directory: Path, **files: Part | Mapping[str, Part]) -> Loaded:
    """Write the exports and load them under the built-in rules."""
    return run_loading(write_exports(directory, **files))
