"""Staging: what a user brings — files, folders, archives, workbooks — as clean text tables with one header each.

The first floor of an import. Knows formats, encodings and dangers of files; knows no tool, no mapping and no DuckDB.
"""

from collections.abc import Sequence
from pathlib import Path

from funnel.importing.staging_head import no_score
from funnel.importing.staging_model import Caps, HeaderScore, Notice, Skipped, Staged, steady, unnoticed
from funnel.importing.staging_rows import broken_rows, original_rows
from funnel.importing.staging_text import stage_text

__all__ = ["Caps", "Skipped", "Staged", "broken_rows", "original_rows", "stage"]


def stage(
    paths: Sequence[Path],
    into: Path,
    header_score: HeaderScore = no_score,
    caps: Caps | None = None,
    encoding: str | None = None,
    skipped: Notice = unnoticed,
) -> list[Staged]:
    """Every table in the files of `paths`, in order; what has to be rewritten is written below `into`.

    `header_score`: how much a row of cells looks like a header. `encoding`: of text files that no mark tells.
    `skipped` is called for everything inside folders, archives and workbooks that is no table. Raises UnusableFile.
    """
    into.mkdir(parents=True, exist_ok=True)
    tables = []
    for number, path in enumerate(paths, start=1):
        with steady(path, path.name):
            tables.append(stage_text(path, path.name, into / f"{number:04d}.csv", header_score, encoding))
    return tables
