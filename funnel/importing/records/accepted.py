"""What a generation keeps of every file that was imported: the accepted rows, as they were, and where they came from.

A generation's answers can be made again from what it keeps. Knows the list, not how rows are made or joined.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

LONG, SHORT = 18, 15  # characters of one id, where a tool writes it in two ways


@dataclass(frozen=True)
class AcceptedFile:
    """One file of accepted rows."""

    seq: int  # the order in which files came in
    path: str  # below the generation: "kept/0003.leads.parquet", or "activities/0004.parquet" where it is served as it is
    kind: str  # leads | activities | links | owners | merges | costs | types
    tool: str
    shape: str
    name: str  # the file as the user knows it
    sha256: str  # of its bytes
    mapping: str  # hash of the mapping and options that it was read with
    exported_at: datetime
    given: tuple[str, ...]
    is_derived: bool = False  # stage entries from the columns of a lead file, merges from a stream

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "exported_at": self.exported_at.isoformat(), "given": list(self.given)}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "AcceptedFile":
        """The reverse of `to_json`."""
        return AcceptedFile(
            **{
                **values,
                "exported_at": datetime.fromisoformat(values["exported_at"]),
                "given": tuple(values["given"]),
            }
        )


def of_kind(every: Iterable[AcceptedFile], *kinds: str) -> tuple[AcceptedFile, ...]:
    """Those of the kinds, in the order in which they came."""
    return tuple(sorted((file for file in every if file.kind in kinds), key=lambda file: file.seq))


def names(folder: Path, files: Iterable[AcceptedFile], tool: str, key: str) -> dict[str, str]:
    """The names behind the ids of one tool, of its own files in order: the later says."""
    known: dict[str, str] = {}
    for file in files:
        if file.tool == tool:
            rows = parquet.read_table(folder / file.path).to_pylist()
            known |= {row[key]: row["name"] for row in rows if row["name"]}
    return known


def people(folder: Path, kept: Iterable[AcceptedFile], tool: str, user_ids: str | None) -> dict[str, str]:
    """The names behind the ids of owners that a tool writes: its own, and users of others with ids like `user_ids`."""
    files = of_kind(kept, "owners")
    known: dict[str, str] = {}
    for other in sorted({file.tool for file in files} - {tool}):
        for person, name in names(folder, files, other, "person").items():
            if user_ids and re.fullmatch(user_ids, person):
                known |= {person: name, (person[:SHORT] if len(person) == LONG else person): name}
    return known | names(folder, files, tool, "person")
