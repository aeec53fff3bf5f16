"""Delimited text, staged: its encoding, header, preamble and footer found, rewritten only where read_csv needs it.

The usual file — UTF-8, one kind of line end, nothing after the last record — is not copied, whatever its size.
"""

import os
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path

from funnel.importing.reading.counted import counted_at_once
from funnel.importing.reading.decorations import Undecorated, groups_of, plain_header
from funnel.importing.reading.encoding import CHUNK, survey, to_utf8
from funnel.importing.reading.head import Head, footer_place, head_of
from funnel.importing.reading.model import HeaderScore, Staged, modified, refused
from funnel.importing.reading.records import Unit, byte_units, cells, end_of, without_end, written
from funnel.importing.reading.strays import stray_lines

HEAD_BYTES = 1024**2
TAIL_BYTES = 64 * 1024
TAIL_LINES = 60


def stage_text(
    original: Path,
    name: str,
    target: Path,
    score: HeaderScore,
    marks: re.Pattern[str],
    encoding: str | None = None,
) -> Staged:
    """The text file, staged; what has to be written goes to `target`. Raises UnusableFile."""
    surveyed = survey(original, name, encoding)
    path, is_mixed = original, surveyed.is_mixed
    if surveyed.encoding not in ("utf-8", "utf-8-sig"):
        path, is_mixed = target, to_utf8(original, surveyed.encoding, target, name).are_mixed
    head = head_of(_start(path), score)
    if head is None:
        raise refused(
            name,
            "holds no row with a header: export it again.",
            "に見出しの行がありません。書き出し直してください。",
        )
    skip, newline = head.skip, head.end or "\n"
    width = len(head.header)
    counted = counted_at_once(path, head.delimiter, skip, newline, width)
    strays: tuple[int, ...] = ()
    if counted is None or counted.has_long_values:
        strays = stray_lines(path, name, head.delimiter, head.lines, width)
    report = Undecorated(groups_of(head.header))
    if report.groups:
        path, skip, newline, counted = _as_table(path, head, target, strays, report), 0, "\n", None
    elif strays or not head.is_plain or (is_mixed and _has_mixed_record_ends(path, head.delimiter)):
        path, skip, newline, counted = _records_alone(path, head, target, strays), 0, "\n", None
    footer = _cut_footer(path, head, marks, target)
    return Staged(
        name=name,
        form="csv",
        sha256=surveyed.sha256,
        original=original,
        path=target if footer else path,
        encoding=surveyed.encoding,
        delimiter=head.delimiter,
        header=plain_header(head.header),
        skip=skip,
        first_line=head.lines + 1,
        preamble=head.preamble,
        footer=footer,
        modified_at=modified(original),
        size=surveyed.size,
        rows=path if report.groups else None,
        rows_skip=0 if report.groups else head.lines,
        newline=newline,
        filled=report.filled,
        totals=report.totals,
        strays=strays,
        records=None if counted is None or footer else counted.records,
    )


def _start(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES).decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def _has_mixed_record_ends(path: Path, delimiter: str) -> bool:
    """Whether records end in more than one way, which strict reading does not take."""
    seen = ""
    for unit in byte_units(path, delimiter):
        end = end_of(unit.text)
        seen = seen or end
        if end not in ("", seen):
            return True
    return False


def _records_alone(path: Path, head: Head, target: Path, strays: Sequence[int] = ()) -> Path:
    """What follows the header in `target`, every record ending in LF; line breaks inside quotes as they are.

    Without the lines `strays`, from 1.
    """
    beside = target.with_name(target.name + ".lf")
    with beside.open("wb") as out:
        for unit in _records(path, head, strays):
            out.write(f"{unit.body}\n".encode("iso-8859-1"))
    return beside.replace(target)


def _records(path: Path, head: Head, strays: Sequence[int]) -> Iterator[Unit]:
    left_out = frozenset(line - 1 for line in strays)
    return islice(byte_units(path, head.delimiter, left_out), head.skip, None)


def _rows(path: Path, head: Head, strays: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """The cells of every record by its line, from 0 at the first."""
    for unit in _records(path, head, strays):
        text = unit.body.encode("iso-8859-1").decode("utf-8", "surrogateescape")
        yield unit.line - head.lines, list(cells(text, head.delimiter)) if text else []


def _as_table(path: Path, head: Head, target: Path, strays: Sequence[int], report: Undecorated) -> Path:
    """The records of a grouped report in `target`, each with all that it says once.

    As many blank lines are between them as keep each record at the place of its line; totals are blank lines, too.
    """
    beside = target.with_name(target.name + ".lf")
    with beside.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        written_so_far = 0
        for line, row in report.rows(_rows(path, head, strays)):
            out.write("\n" * (line - written_so_far) + written(row, head.delimiter) + "\n")
            written_so_far = line + 1
    return beside.replace(target)


def _cut_footer(path: Path, head: Head, marks: re.Pattern[str], target: Path) -> tuple[str, ...]:
    """The lines of a report's footer; where there is one, the text before it is in `target` afterwards."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL_BYTES))
        tail = file.read().decode("utf-8", "surrogateescape")
    lines = list(StringIO(tail, newline=""))[-TAIL_LINES:]
    position = footer_place(
        [cells(without_end(line), head.delimiter) for line in lines], len(head.header), marks
    )
    if position is None:
        return ()
    cut = size - len("".join(lines[position:]).encode("utf-8", "surrogateescape"))
    if path == target:
        os.truncate(target, cut)
    else:
        _copy(path, target, cut)
    return tuple(without_end(line) for line in lines[position:] if line.strip())


def _copy(path: Path, target: Path, size: int) -> None:
    """The first `size` bytes of `path` as `target`."""
    with path.open("rb") as file, target.open("wb") as out:
        while size and (chunk := file.read(min(size, CHUNK))):
            out.write(chunk)
            size -= len(chunk)
