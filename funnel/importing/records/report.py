"""What an import says of itself: every file, every row accounted for, and what came of it. Plain values, no words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

IMPORTED, ALREADY, ASIDE = "imported", "already", "aside"


@dataclass(frozen=True)
class ColumnReport:
    """Where one column went and what it holds (of the first 20,000 rows)."""

    header: str
    target: str
    filled: int
    examples: tuple[str, ...]
    unreadable: int
    read: tuple[str, datetime] | None = (
        None  # of a column of times: the first that can be read, and how it is
    )


@dataclass(frozen=True)
class FileReport:
    """One file: rows = accepted + quarantined + duplicates, unless it was set aside as a whole."""

    name: str
    sha256: str
    status: str  # imported | already (the same bytes were imported before) | aside (nothing in it for us)
    tool: str
    shape: str
    label: Mapping[str, str]  # what the file is, ja and en
    kind: str
    recognised_by: tuple[str, ...]
    exported_at: datetime
    exported_by: str  # given | name | time | corrected: where that was taken from
    encoding: str
    left_out: int  # lines before the header and behind the last row
    filled: int = 0  # rows in which a value was filled in that a group or a merged cell says once
    totals: int = 0  # rows that only sum up others, and are none
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicates: int = 0
    updated: int = 0  # of the accepted: rows that say something newer of an activity that was there
    also: int = 0  # activities from the lines of its tables, from stage dates in its columns
    reasons: Mapping[str, int] | None = None
    unknown_types: tuple[Mapping[str, Any], ...] = ()  # word, rows: of activities that are refused for it
    columns: tuple[ColumnReport, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain values, without the examples: they are people's data and stay on the screen."""
        values = {**asdict(self), "exported_at": self.exported_at.isoformat()}
        values["columns"] = [
            {
                "header": column.header,
                "target": column.target,
                "filled": column.filled,
                "unreadable": column.unreadable,
            }
            for column in self.columns
        ]
        return values


@dataclass(frozen=True)
class ImportReport:
    """One import. `generation` is None where nothing was published: a dry run, or nothing new."""

    files: tuple[FileReport, ...]
    skipped: tuple[Mapping[str, str], ...]  # inside archives, folders, workbooks: name, en, ja
    generation: str | None
    leads: int
    activities: int
    base: str  # the tool whose ids the leads keep
    joins: tuple[Mapping[str, Any], ...]
    conflicts: tuple[Mapping[str, Any], ...]
    histories: tuple[Mapping[str, Any], ...]
    unknown_stages: tuple[Mapping[str, Any], ...]
    waiting: int
    compared: int
    overruled: (
        int  # stage changes of a tool that are not served, since the one with the last word tells them itself
    )
    corrected: int  # rows that were in quarantine and have come again, corrected
    quarantined: int  # rows in quarantine now, of all imports
    before: Mapping[str, int] | None = None  # leads and activities that were shown before
    exported_at: datetime | None = None  # the newest export of all that is kept
    newest_at: datetime | None = None  # the last time of a lead or an activity

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        values = asdict(self)
        values["files"] = [file.to_json() for file in self.files]
        values["histories"] = [
            {key: value.isoformat() if isinstance(value, datetime) else value for key, value in file.items()}
            for file in self.histories
        ]
        for key in ("exported_at", "newest_at"):
            values[key] = values[key] and values[key].isoformat()
        return values
