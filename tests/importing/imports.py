"""Whole imports of tiny files, and what came of them as plain rows: for the tests that go all the way."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from funnel.exports.current import served
from funnel.importing.identify import ImportOptions
from funnel.importing.publishing.generations import current
from funnel.importing.records.report import FileReport, ImportReport
from funnel.importing.run import import_files

RULES = Path(__file__).parents[2] / "funnel" / "rules" / "example.toml"
CONTRACT = (
    "activity_id",
    "lead_id",
    "occurred_at",
    "type",
    "actor",
    "outcome",
    "from_value",
    "to_value",
    "not_before",
)
Content = str | bytes
Row = dict[str, Any]


@dataclass(frozen=True)
class Imported:
    """One import and the data directory that it went to."""

    data: Path
    report: ImportReport

    @property
    def file(self) -> FileReport:
        """What is said of the only file."""
        (only,) = self.report.files
        return only

    def file_named(self, name: str) -> FileReport:
        """What is said of one of the files."""
        return next(each for each in self.report.files if each.name == name)

    @property
    def leads(self) -> dict[str, Row]:
        """The leads that are served, by their id."""
        rows = pq.read_table(served(self.data) / "leads.parquet").to_pylist()
        assert len({row["lead_id"] for row in rows}) == len(rows)
        return {row["lead_id"]: row for row in rows}

    @property
    def activities(self) -> list[Row]:
        """The activities that are served, by time, lead and id."""
        parts = sorted((served(self.data) / "activities").glob("*.parquet"))
        rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
        assert len({row["activity_id"] for row in rows}) == len(rows), "an activity comes twice"
        return sorted(rows, key=lambda row: (row["occurred_at"], row["lead_id"], row["activity_id"]))

    @property
    def refused(self) -> list[Row]:
        """The rows in quarantine, by file and line."""
        rows: list[Row] = pq.read_table(served(self.data) / "quarantine.parquet").to_pylist()
        return sorted(rows, key=lambda row: (row["file"], row["line"]))

    @property
    def reasons(self) -> dict[int, list[str]]:
        """Why each line is in quarantine, where one file was imported."""
        return {row["line"]: row["reasons"] for row in self.refused}

    def of_type(self, kind: str, *columns: str) -> list[tuple[Any, ...]]:
        """Some columns of the activities of one type."""
        return [tuple(row[column] for column in columns) for row in self.activities if row["type"] == kind]

    def then(self, *files: Mapping[str, Content], **said: Any) -> "Imported":
        """A further import into the same data, of files in a folder of their own."""
        return take(self.data.parent, *files, **said)


def take(folder: Path, *files: Mapping[str, Content], timezone: str | None = None, **said: Any) -> Imported:
    """Write the files (name: content) below `folder` and import them into `folder`/data."""
    data = folder / "data"
    if timezone is not None:
        (data / "rules").mkdir(parents=True, exist_ok=True)
        text = RULES.read_text(encoding="utf-8").replace('"Asia/Tokyo"', f'"{timezone}"')
        (data / "rules" / "1.toml").write_text(text, encoding="utf-8")
    paths = []
    for turn, named in enumerate(files):
        for name, content in named.items():
            place = folder / f"files-{len(list(folder.glob('files-*')))}-{turn}"
            place.mkdir(parents=True)
            path = place / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            paths.append(path)
    return Imported(data, import_files(data, paths, ImportOptions(**said)))


def csv(*rows: Sequence[str], delimiter: str = ",", end: str = "\n", quoted: bool = False) -> str:
    """Rows as delimited text; quoted throughout, or only where it has to be."""

    def cell(text: str) -> str:
        if quoted or any(mark in text for mark in (delimiter, '"', "\n", "\r")):
            return '"' + text.replace('"', '""') + '"'
        return text

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


def at(text: str, zone: str = "Asia/Tokyo") -> datetime:
    """The instant of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def generation(data: Path) -> str | None:
    """The id of what is served."""
    found = current(data)
    return found.id if found else None


def fresh(folder: Path) -> Path:
    """The folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
