"""What staging hands on, and how much it takes: the staged file, the limits, and what was left aside.

Knows no format; every staging module may import it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path

from funnel.errors import UnusableFile
from funnel.exports import files as export_files

HeaderScore = Callable[[tuple[str, ...]], float]  # how much a row of cells looks like a header


@dataclass(frozen=True)
class Staged:
    """One table as it came and as it can be read: `path` is what read_csv takes, `original` what the user has."""

    name: str  # what a person knows: "leads.csv", "export.zip/Lead.csv", "book.xlsx/Sheet1"
    form: str  # csv | xlsx | parquet | jsonl
    sha256: str  # of the bytes as they came: the zip's member, the whole workbook for a sheet
    original: Path  # the bytes as they came
    path: (
        Path  # delimited UTF-8 text with quote '"' and escape '"': `original` itself where it already is that
    )
    encoding: str  # of `original` as found: utf-8, utf-8-sig, utf-16, cp932 …
    delimiter: str  # of `path`
    header: tuple[str, ...]  # as written (BOM and outer quotes gone), duplicates kept
    skip: (
        int  # what read_csv skips of `path`: lines up to the first record; 0 where `path` holds records alone
    )
    first_line: int  # of the first record in `original`, from 1; the row of a sheet, the element of an array
    preamble: tuple[str, ...]  # filled lines left out before the header …
    footer: tuple[str, ...]  # … and after the last record
    modified_at: datetime  # UTC
    size: int = 0  # bytes of `original` when it was staged
    stamp: int = 0  # when `original` was last written, as the file system counts
    rows: Path | None = None  # where the original rows are read; None: in `original`
    rows_skip: int = 0  # physical lines of `rows` before the first record
    newline: str = "\n"  # what every record of `path` ends in
    strays: tuple[int, ...] = ()  # lines of `original`, from 1, that a stray quote spoils: not in `path`
    filled: int = 0  # rows in which a value was filled in that a group or a merged cell says once
    totals: int = 0  # rows that only sum up others
    records: int | None = None  # how many `path` has, where they were counted when it was staged


@dataclass(frozen=True)
class Skipped:
    """Something inside a folder, archive or workbook that is no table, and why, in both languages."""

    name: str
    en: str
    ja: str


@dataclass(frozen=True)
class Caps(export_files.Caps):
    """How much is taken at most: of Parquet as the exports' own caps say, of archives and sheets as here."""

    members: int = 1_000
    ratio: int = 200  # unpacked to packed, where it unpacks to more than `ratio_from`
    ratio_from: int = 64 * 1024**2
    sheet_cells: int = 20_000_000  # rows × columns of the used range: a sheet is read as a whole
    sheet_bytes: int = 1024**3  # of its texts
    columns: int = 16_384
    json_bytes: int = 64 * 1024**2  # of one record


Notice = Callable[[Skipped], None]


def unnoticed(skipped: Skipped) -> None:
    """What is called for a skipped thing where nobody asked."""


def refused(name: str, en: str, ja: str) -> UnusableFile:
    """The refusal of the file `name`: what is wrong and what to do, once per language."""
    return UnusableFile(f"{name} {en}", f"{name} {ja}")


@contextmanager
def steady(path: Path, name: str) -> Iterator[None]:
    """Refuses a file that is written while it is read, that is not readable, or that fills the disk."""
    try:
        before = path.stat()
        yield
        after = path.stat()
    except FileNotFoundError as error:
        if str(error.filename) != str(path):
            raise
        raise refused(
            name, "does not exist: check the path.", "がありません。場所を確かめてください。"
        ) from error
    except PermissionError as error:
        if str(error.filename) != str(path):
            raise refused(
                name,
                f"cannot be prepared, as {error.filename} may not be written: give this user permission to.",
                f"を準備できません。{error.filename} に書き込む権限をこのユーザーに与えてください。",
            ) from error
        raise refused(
            name,
            "may not be read: give this user permission to read it.",
            "を読む権限がありません。このユーザーに読み取りを許可してください。",
        ) from error
    except OSError as error:
        if error.errno == ENOSPC:
            raise refused(
                name,
                "does not fit on the disk while it is prepared: free some space and import again.",
                "を準備する空き容量がディスクにありません。空きを作って取り込み直してください。",
            ) from error
        raise
    if (before.st_size, before.st_mtime_ns, before.st_ino) != (
        after.st_size,
        after.st_mtime_ns,
        after.st_ino,
    ):
        raise growing(name)


def growing(name: str) -> UnusableFile:
    """The refusal of a file that is still being written."""
    return refused(
        name,
        "is still being written: wait until the download has ended and import again.",
        "はまだ書き込み中です。ダウンロードが終わってから取り込み直してください。",
    )


def check_unchanged(staged: Staged) -> None:
    """Refuses a file that was written to since it was staged: what was read of it may be half of each."""
    try:
        now = staged.original.stat()
    except OSError as error:
        raise growing(staged.name) from error
    if (now.st_size, now.st_mtime_ns) != (staged.size, staged.stamp):
        raise growing(staged.name)


def modified(path: Path) -> datetime:
    """When the file was last written, in UTC."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
