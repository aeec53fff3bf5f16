"""What a generation keeps of every file that was imported: the accepted rows, as they were, and where they came from.

A generation's answers can be made again from what it keeps. Knows the list, not how rows are made or joined.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Kept:
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
    def from_json(values: Mapping[str, Any]) -> "Kept":
        """The reverse of `to_json`."""
        return Kept(
            **{
                **values,
                "exported_at": datetime.fromisoformat(values["exported_at"]),
                "given": tuple(values["given"]),
            }
        )


def of_kind(every: Iterable[Kept], *kinds: str) -> tuple[Kept, ...]:
    """Those of the kinds, in the order in which they came."""
    return tuple(sorted((each for each in every if each.kind in kinds), key=lambda each: each.seq))
