"""Staging: what a user brings — files, folders, archives, workbooks — as clean text tables with one header each.

The first floor of an import. Knows formats, encodings and dangers of files; knows no tool, no mapping and no DuckDB.
What a file is, its content says; its name only says whether it is meant to be a table at all.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from funnel.errors import UnusableFile
from funnel.importing.reading.archive import Allowance, Member, members_of, unpack
from funnel.importing.reading.counted import check_count, not_all_read
from funnel.importing.reading.head import footer_marks, no_score
from funnel.importing.reading.json_records import stage_json
from funnel.importing.reading.model import (
    Caps,
    HeaderScore,
    Notice,
    Skipped,
    Staged,
    check_unchanged,
    modified,
    refused,
    steady,
    unnoticed,
)
from funnel.importing.reading.options import merge_options
from funnel.importing.reading.parquet import stage_parquet
from funnel.importing.reading.rows import broken_rows, original_rows, records_of
from funnel.importing.reading.sheets import locked, stage_sheets
from funnel.importing.reading.strangers import is_strange
from funnel.importing.reading.text import stage_text

__all__ = [
    "Caps", "Skipped", "Staged", "broken_rows", "check_count", "check_unchanged", "merge_options", "not_all_read",
    "original_rows", "records_of", "stage",
]  # fmt: skip

TEXTS, RECORDS, BOOKS = (".csv", ".tsv", ".txt"), (".json", ".jsonl", ".ndjson"), (".xlsx", ".xlsm")
KNOWN = (*TEXTS, *RECORDS, *BOOKS, ".parquet", ".zip", ".xls", ".xlsb")
UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".opdownload", ".tmp")
ZIP, EMPTY_ZIP, PARQUET, COMPOUND = b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b"\xd0\xcf\x11\xe0"
DEEPEST = 2  # an archive in an archive, and no deeper

Encoding = str | Callable[[str], str | None] | None  # of all text files, or of each by its name


@dataclass
class Staging:
    """One run: where it writes, what it was told, how much it may still unpack."""

    into: Path
    score: HeaderScore
    marks: re.Pattern[str]
    caps: Caps
    encoding: Callable[[str], str | None]
    skipped: Notice
    allowance: Allowance
    written: int = 0
    names: set[str] = field(default_factory=set)

    def target(self, suffix: str) -> Path:
        """A file of its own below `into`; no name from outside is part of a path."""
        self.written += 1
        return self.into / f"{self.written:04d}{suffix}"


def stage(
    paths: Sequence[Path],
    into: Path,
    header_score: HeaderScore = no_score,
    caps: Caps | None = None,
    encoding: Encoding = None,
    skipped: Notice = unnoticed,
    footers: Sequence[str] = (),
) -> list[Staged]:
    """Every table in the files of `paths`, in order; what has to be rewritten is written below `into`.

    `header_score`: how much a row of cells looks like a header. `encoding`: of text files that no mark tells.
    `footers`: how lines begin, as expressions, that only a footer of some tool's report has.
    `skipped` is called for everything inside folders, archives and workbooks that is no table. Raises UnusableFile.
    """
    caps = caps or Caps()
    into.mkdir(parents=True, exist_ok=True)
    encoding_of = encoding if callable(encoding) else lambda name: encoding
    run = Staging(
        into,
        header_score,
        footer_marks(footers),
        caps,
        encoding_of,
        skipped,
        Allowance(caps.members, caps.unpacked_bytes),
    )
    meant = [path for path in paths if not is_strange(path.name)] or paths
    for path in paths:
        if path not in meant:
            skipped(_of_the_system(path.name))
    return [table for path in meant for table in _path(run, path)]


def _path(run: Staging, path: Path) -> list[Staged]:
    name = path.name or path.resolve().name
    if name in run.names:
        name = f"{path.resolve().parent.name}/{name}"
    run.names.add(name)
    return _folder(run, path, name) if path.is_dir() else _file(run, path, name, depth=0)


def _folder(run: Staging, folder: Path, name: str) -> list[Staged]:
    """The tables of the files that lie in the folder itself."""
    tables = []
    with steady(folder, name):
        inside = sorted(path for path in folder.iterdir() if not is_strange(path.name))
    for path in inside:
        label = f"{name}/{path.name}"
        if path.is_symlink() or not path.is_file():
            run.skipped(Skipped(label, "is a folder or a link.", "はフォルダーかリンクです。"))
        elif path.suffix.lower() not in (*KNOWN, *UNFINISHED):
            run.skipped(_no_table(label))
        elif path.stat().st_size == 0:
            run.skipped(_empty(label))
        else:
            tables += _file(run, path, label, depth=0)
    return _some(tables, name)


def _file(run: Staging, path: Path, name: str, depth: int) -> list[Staged]:
    with steady(path, name):
        if not path.is_file():
            path.stat()  # says so where there is nothing
            raise refused(name, "is no file: name a file or a folder.", "はファイルではありません。")
        stamp = path.stat().st_mtime_ns
        tables = _tables(run, path, name, depth)
    return [replace(table, stamp=stamp) if table.original == path else table for table in tables]


def _tables(run: Staging, path: Path, name: str, depth: int) -> list[Staged]:
    suffix = path.suffix.lower()
    if suffix in UNFINISHED:
        raise refused(
            name,
            "is an unfinished download: wait until it has ended.",
            "はダウンロードの途中です。終わってから取り込んでください。",
        )
    if path.stat().st_size == 0:
        raise refused(name, "is empty: export it again.", "は空のファイルです。書き出し直してください。")
    with path.open("rb") as file:
        start = file.read(4)
    if start in (ZIP, EMPTY_ZIP):
        return _archive(run, path, name, depth)
    if start == COMPOUND:
        raise locked(name) if suffix in BOOKS else _other(name)
    if start == PARQUET:
        return [stage_parquet(path, name, run.target(".csv"), run.caps)]
    if suffix in RECORDS:
        return [stage_json(path, name, run.target(".csv"), run.caps, run.encoding(name))]
    if suffix in TEXTS:
        return [stage_text(path, name, run.target(".csv"), run.score, run.marks, run.encoding(name))]
    raise _other(name)


def _archive(run: Staging, path: Path, name: str, depth: int) -> list[Staged]:
    """The tables of a workbook, or of the files in a zip, in its order."""
    members = members_of(path, name, run.caps, run.allowance, run.into)
    inside = {member.info.filename for member in members}
    if "xl/workbook.xml" in inside:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        return stage_sheets(path, name, digest, run.target(""), run.score, run.marks, run.caps, run.skipped)
    if "[Content_Types].xml" in inside or "mimetype" in inside:  # another office's document
        raise _other(name)
    if depth == DEEPEST:
        raise refused(
            name,
            "is an archive in an archive in an archive: unpack it and import the files.",
            "は何重にも圧縮されています。展開してから取り込んでください。",
        )
    tables = []
    for member in members:
        tables += _member(run, path, name, member, depth)
    return _some(tables, name)


def _member(run: Staging, path: Path, name: str, member: Member, depth: int) -> list[Staged]:
    label, suffix = f"{name}/{member.name}", PurePosixPath(member.name).suffix.lower()
    if member.is_aside:
        run.skipped(Skipped(label, "belongs to the system.", "はシステムのファイルです。"))
    elif suffix not in KNOWN:
        run.skipped(_no_table(label))
    elif member.info.file_size == 0:
        run.skipped(_empty(label))
    else:
        target = run.target(suffix)
        unpack(path, member, target, name)
        tables = _file(run, target, label, depth + 1)
        written_at = min(member.modified_at or modified(path), modified(path))
        return [replace(table, modified_at=written_at) for table in tables]
    return []


def _some(tables: list[Staged], name: str) -> list[Staged]:
    if not tables:
        raise refused(
            name,
            "holds no file that can be imported: put .csv, .tsv, .xlsx, .parquet, .json or .jsonl files there.",
            "に取り込めるファイルがありません。.csv、.tsv、.xlsx、.parquet、.json、.jsonlのファイルを入れてください。",
        )
    return tables


def _of_the_system(name: str) -> Skipped:
    return Skipped(name, "belongs to the system.", "はシステムのファイルです。")


def _other(name: str) -> UnusableFile:
    return refused(
        name,
        "is in a format that is not read (the old .xls is not either): save it as .xlsx or CSV.",
        "は読み込めない形式です(古い.xlsも読めません)。.xlsxかCSVで保存し直してください。",
    )


def _no_table(name: str) -> Skipped:
    return Skipped(name, "is no table of a kind that is read.", "は取込の対象外の形式です。")


def _empty(name: str) -> Skipped:
    return Skipped(name, "is empty.", "は空のファイルです。")
