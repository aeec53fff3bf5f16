"""What is shown, or will be: how many leads and activities, and whether the newest of them is as new as the export.

Reads counts and statistics of Parquet files, no row.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from funnel.errors import UnusableFile
from funnel.importing.publishing.generations import current

FAR_FEWER = 0.8  # of the leads before: with less than that an import may have been meant for another folder


def counts_of(data: Path) -> Mapping[str, int] | None:
    """Leads and activities as they are shown; None where there are none, or where they cannot be counted."""
    with suppress(UnusableFile):
        generation = current(data)
        if generation is None:
            return own_rows(data)
        return {key: int(generation.summary.get(key, 0)) for key in ("leads", "activities")}
    return None


def own_rows(data: Path) -> Mapping[str, int] | None:
    """Rows of leads and activities in the files that lie in the folder itself; None where it has no leads."""
    try:
        leads, activities = (_rows(data, name) for name in ("leads", "activities"))
    except (OSError, pa.ArrowException):
        return None
    return None if leads is None else {"leads": leads, "activities": activities or 0}


def _rows(data: Path, name: str) -> int | None:
    parts = [path for path in (data / f"{name}.parquet", *(data / name).glob("*.parquet")) if path.is_file()]
    return sum(parquet.read_metadata(path).num_rows for path in parts) if parts else None


def is_far_fewer(before: Mapping[str, int] | None, leads: int) -> bool:
    """Whether so many leads would go that somebody should look twice."""
    return before is not None and leads < FAR_FEWER * before["leads"]


def newest_in(folder: Path) -> datetime | None:
    """The last time of a lead or an activity in an import's files; None where they do not tell."""
    places = [(folder / "leads.parquet", "created_at")]
    places += [(path, "occurred_at") for path in (folder / "activities").glob("*.parquet")]
    newest: list[datetime] = []
    for path, name in places:
        metadata = parquet.read_metadata(path)
        column = metadata.schema.names.index(name)
        for group in range(metadata.num_row_groups):
            statistics = metadata.row_group(group).column(column).statistics
            if statistics is not None and statistics.has_min_max:
                newest.append(statistics.max)
    return max(newest, default=None)


def is_ahead(exported_at: datetime | None, newest_at: datetime | None) -> bool:
    """Whether the files were exported more than a day after the last thing in them: nothing has happened since.

    What is shown is the state at that last thing, so it must be said.
    """
    return exported_at is not None and newest_at is not None and exported_at - newest_at > timedelta(days=1)
