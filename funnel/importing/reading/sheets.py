"""Workbooks: every visible sheet with rows as a text table, one row of the sheet a record or a blank line.

A sheet is read as a whole, so what it would take is found out first, from its text.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from funnel.errors import UnusableFile
from funnel.importing.reading.archive import damaged_archive, parts_of
from funnel.importing.reading.decorations import Undecorated, groups_of, plain_header
from funnel.importing.reading.head import FIRST_RECORDS, footer_place, header_place
from funnel.importing.reading.model import Caps, HeaderScore, Notice, Skipped, Staged, modified, refused
from funnel.importing.reading.records import lines_in, written

TAIL_ROWS = 60
EXACT = 2**53  # whole numbers beyond it have lost digits and are shown so
PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,8})(\d{1,12})["']""")
CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>(?:\s*<(?:\w+:)?v>(\d+)<)?")
SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
STRING_END = re.compile(rb"</(?:\w+:)?si\s*>")
DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']*)""")


def stage_sheets(
    original: Path,
    name: str,
    sha256: str,
    into: Path,
    score: HeaderScore,
    marks: re.Pattern[str],
    caps: Caps,
    skipped: Notice,
) -> list[Staged]:
    """The sheets of a workbook whose archive was checked; written as `into`-1.csv and so on."""
    _check_extent(original, name, caps)
    try:
        with CalamineWorkbook.from_path(str(original)) as book:
            tables = []
            for number, sheet in enumerate(book.sheets_metadata, start=1):
                label = f"{name}/{sheet.name}"
                if sheet.visible != SheetVisibleEnum.Visible:
                    skipped(Skipped(label, "is a hidden sheet.", "は非表示のシートです。"))
                    continue
                target = into.with_name(f"{into.name}-{number}.csv")
                table = _table(
                    book.get_sheet_by_name(sheet.name), original, label, sha256, target, score, marks
                )
                if table is None:
                    skipped(Skipped(label, "has no rows.", "には行がありません。"))
                else:
                    tables.append(table)
    except PasswordError as error:
        raise locked(name) from error
    except CalamineError as error:
        raise damaged_archive(name) from error
    if not tables:
        raise refused(
            name,
            "has no sheet with rows: export it again.",
            "に行のあるシートがありません。書き出し直してください。",
        )
    return tables


def locked(name: str) -> UnusableFile:
    """The refusal of a workbook that a password protects."""
    return refused(
        name,
        "is protected by a password or in an old format: save it as .xlsx without a password, or as CSV.",
        "はパスワードで保護されているか古い形式です。パスワードなしの.xlsxかCSVで保存し直してください。",
    )


def _table(
    sheet: CalamineSheet,
    original: Path,
    name: str,
    sha256: str,
    target: Path,
    score: HeaderScore,
    marks: re.Pattern[str],
) -> Staged | None:
    rows = (_texts(row) for row in sheet.iter_rows())
    first = list(islice(rows, FIRST_RECORDS))
    position = header_place([plain_header(row) for row in first], score)
    if position is None:
        return None
    width = max(sheet.width, len(first[position]))
    header = (*plain_header(first[position]), *[""] * (width - len(first[position])))
    report = Undecorated(groups_of(first[position]), _merged(sheet, position + 1))
    records = report.rows(_numbered(chain(first[position + 1 :], rows), position + 2))
    first_line = position + 2
    footer: tuple[str, ...] = ()
    with target.open("w", encoding="utf-8", errors="surrogatepass", newline="") as out:
        out.write(f"{written(header)}\n")
        held: deque[tuple[int, list[str]]] = deque()
        is_first = True
        for numbered in records:
            if is_first:
                if not numbered[1]:
                    continue
                first_line, is_first = numbered[0], False
            held.append(numbered)
            if len(held) > TAIL_ROWS:
                out.write(_line(held.popleft()[1], width))
        last = [row for _, row in held]
        cut = footer_place(last, width, marks)
        for row in last[:cut]:
            out.write(_line(row, width))
        if cut is not None:
            footer = tuple(written(row) for row in last[cut:] if row)
    return Staged(
        name=name,
        form="xlsx",
        sha256=sha256,
        original=original,
        path=target,
        encoding="utf-8",
        delimiter=",",
        header=header,
        skip=1,
        first_line=first_line,
        preamble=tuple(written(row) for row in first[:position] if row),
        footer=footer,
        modified_at=modified(original),
        size=original.stat().st_size,
        rows=target,
        rows_skip=lines_in(written(header)),
        filled=report.filled,
        totals=report.totals,
    )


def _merged(sheet: CalamineSheet, header_row: int) -> list[tuple[int, int, int]]:
    """The cells below the header that are merged over several rows: first and last row, from 1, and column, from 0."""
    return [
        (first + 1, last + 1, column)
        for (first, column), (last, _) in sheet.merged_cell_ranges or ()
        if last > first and first >= header_row
    ]


def _numbered(rows: Iterable[list[str]], start: int) -> Iterator[tuple[int, list[str]]]:
    return enumerate(rows, start=start)


def _line(row: list[str], width: int) -> str:
    """One record with all of its columns; an empty row of the sheet is a blank line."""
    return f"{written([*row, *[''] * (width - len(row))])}\n" if row else "\n"


def _texts(row: Iterable[object]) -> list[str]:
    """The cells as text, without the empty ones at the end."""
    texts = [_text(cell) for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if not cell.is_integer():
            return repr(cell)
        return str(int(cell)) if abs(cell) < EXACT else f"{cell:.14E}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return "" if cell is None else str(cell)


# ---------------------------------------------------------------- what a sheet would take


def _check_extent(path: Path, name: str, caps: Caps) -> None:
    """Refuses a used range or repeated texts beyond the caps: reading fills the whole range, however few cells are."""
    row = column = references = longest = 0
    for _, chunks in parts_of(path):
        tail = b""
        end = 0  # of the shared string before
        base = 0
        for chunk in chunks:
            if not tail:
                _check_declared(chunk, name)
            text = tail + chunk
            places = PLACE.findall(text)
            row = max(row, max((int(number) for _, number in places), default=0))
            column = max(column, max(map(_column, {letters for letters, _ in places}), default=0))
            references += len(SHARED.findall(text))
            for match in STRING_END.finditer(text):
                longest, end = max(longest, base + match.end() - end), base + match.end()
            tail = text[-64:]  # longer than anything looked for
            base += len(text) - len(tail)
    if row * column > caps.sheet_cells:
        raise refused(
            name,
            f"has a sheet of {row:,} rows × {column:,} columns, over the limit of {caps.sheet_cells:,} cells: "
            "save it as CSV.",
            f"のシートは{row:,}行×{column:,}列で、上限の{caps.sheet_cells:,}セルを超えます。CSVで保存し直してください。",
        )
    if references * longest > caps.sheet_bytes and _shared_bytes(path, longest) > caps.sheet_bytes:
        raise refused(
            name,
            f"holds more than {caps.sheet_bytes:,} bytes of text: save it as CSV.",
            f"の文字列が{caps.sheet_bytes:,}バイトを超えます。CSVで保存し直してください。",
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _check_declared(start: bytes, name: str) -> None:
    """Parts in another encoding than UTF-8 could not be looked through; no program writes them."""
    declared = DECLARED.match(start)
    is_other = declared is not None and declared[1].lower() not in (b"utf-8", b"us-ascii")
    if is_other or start[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        raise damaged_archive(name)


def _shared_bytes(path: Path, longest: int) -> int:
    """The bytes of all shared texts, each as often as a cell shows it."""
    lengths: list[int] = []
    for _, chunks in parts_of(path):
        end = base = 0
        for text in _cut(chunks, b"</"):
            for match in STRING_END.finditer(text):
                lengths.append(base + match.end() - end)
                end = base + match.end()
            base += len(text)
    total = 0
    for _, chunks in parts_of(path):
        for text in _cut(chunks, b"<c"):
            for attributes, index in CELL.findall(text):
                if SHARED.search(attributes):
                    total += lengths[int(index)] if index and int(index) < len(lengths) else longest
    return total


def _cut(chunks: Iterable[bytes], before: bytes) -> Iterator[bytes]:
    """The same bytes, cut only before one of `before`."""
    held = b""
    for chunk in chunks:
        held += chunk
        position = held.rfind(before)
        if position > 0:
            yield held[:position]
            held = held[position:]
    yield held
