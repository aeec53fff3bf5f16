"""How a world is written into a data directory: Parquet files of the contract's types, rules as TOML."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.reference_loading import ACTIVITY_COLUMNS, COST_COLUMNS, LEAD_COLUMNS, Row, World

REQUIRED = {
    "leads": ["lead_id", "created_at"],
    "activities": ["activity_id", "lead_id", "occurred_at", "type"],
    "costs": ["month", "channel", "cost"],
}
ARROW = {
    "text": pa.string(),
    "time": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
}


def column_of(values: list[Any], kind: str) -> pa.Array:
    """A column in its contract type, or as text where some value is text that should not be."""
    if kind != "text" and any(isinstance(value, str) for value in values):
        kind = "text"
        values = [value.isoformat() if hasattr(value, "isoformat") else value for value in values]
        values = [None if value is None else str(value) for value in values]
    if kind == "time" and any(value is not None and value.tzinfo is None for value in values):
        values = [None if value is None else value.replace(tzinfo=None) for value in values]
        return pa.array(values, type=pa.timestamp("us"))
    return pa.array(values, type=ARROW[kind])


def write_rows(rows: list[Row], columns: dict[str, str], required: list[str], path: Path) -> None:
    names = {name for row in rows for name in row} | set(required)
    ordered = [name for name in columns if name in names] + sorted(names - set(columns))
    table = {name: column_of([row.get(name) for row in rows], columns.get(name, "text")) for name in ordered}
    pq.write_table(pa.table(table), path)


def write_world(world: World, directory: Path) -> None:
    """Write the exports and the rules of a world as a data directory."""
    (directory / "rules").mkdir(parents=True, exist_ok=True)
    write_rows(world.leads, LEAD_COLUMNS, REQUIRED["leads"], directory / "leads.parquet")
    write_rows(world.activities, ACTIVITY_COLUMNS, REQUIRED["activities"], directory / "activities.parquet")
    if world.costs is not None:
        write_rows(world.costs, COST_COLUMNS, REQUIRED["costs"], directory / "costs.parquet")
    for version in world.versions:
        path = directory / "rules" / f"{version['version']}.toml"
        path.write_text(toml_text(version), encoding="utf-8")


def toml_text(content: dict[str, Any]) -> str:
    """A rules file: one line per top-level key, everything below it inline."""
    return "".join(f"{toml_key(key)} = {toml_value(value)}\n" for key, value in content.items())


def toml_key(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


def toml_value(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{toml_key(key)} = {toml_value(each)}" for key, each in value.items())
        return f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(toml_value(each) for each in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
