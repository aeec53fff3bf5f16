"""An answer: rows with all that they depend on. The same for the command line, the screens and the files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from funnel.months import Months
from funnel.questions.catalogue import find

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Answer:
    """The rows of an answer with everything that it was asked with."""

    name: str
    bound: Mapping[str, Any]
    months: Months | None
    as_of: datetime
    rules_version: str
    table: pa.Table
    part: str = ""  # whose rows alone these are, where the page shows only some

    def __bool__(self) -> bool:
        return len(self.table) > 0

    @property
    def params(self) -> dict[str, Any]:
        """What the question's own arguments were."""
        return {name: self.bound[name] for name in find(self.name).arguments}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Plain rows: instants in UTC, months as `2026-10`, None for null."""
        return [{name: _plain(name, value) for name, value in row.items()} for row in self.table.to_pylist()]

    @cached_property
    def frame(self) -> "pd.DataFrame":
        """The rows as a frame; shared, not copied: nobody writes into an answer."""
        from funnel.rows import frame_of  # pandas: the command line does without it

        return frame_of(self.table)

    def with_rows(self, frame: "pd.DataFrame", part: str = "") -> "Answer":
        """The same answer with other rows; `part` says whose they are, where they are not everybody's."""
        from funnel.rows import table_of

        return replace(self, table=table_of(frame), part=part)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date) and name in ("month", "due_month"):
        return f"{value:%Y-%m}"
    return value
