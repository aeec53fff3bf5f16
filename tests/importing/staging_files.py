"""Tiny files for the tests of staging, and what read_csv makes of a staged one."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from funnel.importing.converting.convert import NEWLINES
from funnel.importing.mapping.load import load_mappings
from funnel.importing.reading.model import Skipped, Staged
from funnel.importing.reading.stage import stage

WORDS = {
    "id",
    "name",
    "company",
    "リードid",
    "会社名",
    "作成日",
    "attributes",
    "リード 状況",
    "会社名 / 取引先",
}


FOOTERS = [text for mapping in load_mappings() for text in mapping.footers]


def score(row: Sequence[str]) -> float:
    """How many cells are words that these tests know as headers."""
    return float(sum(cell.strip().casefold() in WORDS for cell in row))


def staged(
    folder: Path,
    content: bytes | str,
    name: str = "leads.csv",
    encoding: str | None = None,
    footers: Sequence[str] = FOOTERS,
) -> Staged:
    """One staged file with that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (table,) = stage([path], folder / "into", score, encoding=encoding, footers=footers)
    return table


def stage_all(folder: Path, *paths: Path) -> tuple[list[Staged], list[Skipped]]:
    """The tables of `paths` and what was left aside."""
    aside: list[Skipped] = []
    return stage(paths, folder / "into", score, skipped=aside.append, footers=FOOTERS), aside


def read(table: Staged) -> list[tuple[str | None, ...]]:
    """The rows as the import reads them; rows that cannot be split or decoded are missing."""
    rows, _ = read_all(table)
    return rows


def read_all(table: Staged) -> tuple[list[tuple[str | None, ...]], list[int]]:
    """The rows, and the bytes of `path` at which rows were rejected."""
    connection = duckdb.connect()
    rows = connection.execute(
        "select * from read_csv($file, columns = $columns, auto_detect = false, header = false, skip = $skip, "
        "delim = $delimiter, new_line = $newline, quote = '\"', escape = '\"', store_rejects = true, max_line_size = 16777216)",
        {
            "file": str(table.path),
            "columns": {f"c{place}": "VARCHAR" for place in range(len(table.header))},
            "skip": table.skip,
            "delimiter": table.delimiter,
            "newline": NEWLINES[table.newline],
        },
    ).fetchall()
    broken = connection.execute("select distinct line_byte_position from reject_errors order by 1").fetchall()
    return rows, [position for (position,) in broken]
