"""How many records a staged text has, counted without the engine that reads it: the second of two counts.

Where all quotes stand as they should, whole arrays of bytes are counted; else record by record.
"""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from funnel.errors import UnusableFile
from funnel.importing.reading.encoding import CHUNK
from funnel.importing.reading.model import Staged, refused
from funnel.importing.reading.records import MARK, byte_units

QUOTE = ord('"')


def check_count(staged: Staged, rows: int) -> None:
    """Refuses a file of which the engine has read more or fewer rows than it has records. Raises UnusableFile."""
    if rows != records_in(staged):
        raise not_all_read(staged, rows)


def not_all_read(staged: Staged, rows: int) -> UnusableFile:
    """The refusal of a file that the two ways of reading do not agree on."""
    records = records_in(staged)
    return refused(
        staged.name,
        f"has {records:,} rows by one count and {rows:,} by another, so nothing was imported: open it in a "
        "spreadsheet, look for quotes and line breaks in the wrong place, and save it as .xlsx.",
        f"の行数が2通りの数え方で一致しないため({records:,}行と{rows:,}行)、何も取り込みませんでした。"
        "表計算ソフトで開いて引用符と改行の位置を確かめ、.xlsxで保存し直してください。",
    )


def records_in(staged: Staged) -> int:
    """How many records `path` has, broken ones too; a blank line is one only in a table of one column."""
    if staged.records is not None:
        return staged.records
    counted = counted_at_once(staged.path, staged.delimiter, staged.skip, staged.newline, len(staged.header))
    if counted is not None:
        return counted.records
    following = islice(byte_units(staged.path, staged.delimiter), staged.skip, None)
    return sum(1 for unit in following if unit.body or len(staged.header) == 1)


@dataclass(frozen=True)
class Counted:
    """What whole arrays of bytes tell of a text."""

    records: int
    has_long_values: bool  # a line end lies within quotes, or the text ends there


def counted_at_once(path: Path, delimiter: str, skip: int, newline: str, width: int) -> Counted | None:
    """The count by arrays; None where a quote opens elsewhere than at the beginning of a value.

    There every second quote closes, so that a line end is one of a record where the quotes before it are even.
    """
    end, blank = ord(newline[-1]), len(newline)
    before_quotes = np.zeros(256, dtype=bool)
    before_quotes[[QUOTE, end, ord(delimiter)]] = True
    ends = records = position = 0
    last_end = -1  # place of the line end before
    is_inside, has_long_values, before = False, False, end
    with path.open("rb") as file:
        file.seek(len(MARK) if file.read(len(MARK)) == MARK.encode("iso-8859-1") else 0)
        while chunk := file.read(CHUNK):
            codes = np.frombuffer(chunk, dtype=np.uint8)
            at_end = codes == end
            if QUOTE in chunk or is_inside:
                quotes = codes == QUOTE
                inside = np.bitwise_xor.accumulate(quotes) ^ is_inside
                follows = before_quotes[np.concatenate(([before], codes[:-1]))]
                if np.any(quotes & inside & ~follows):
                    return None
                has_long_values |= bool(np.any(at_end & inside))
                at_end &= ~inside
                is_inside = bool(inside[-1])
            places = np.flatnonzero(at_end) + position
            if places.size:
                lengths = np.diff(places, prepend=last_end)
                skipped = max(skip - ends, 0)
                following = lengths[skipped:]
                records += following.size
                if width > 1:
                    records -= int(np.count_nonzero(following <= blank))
                ends += places.size
                last_end = int(places[-1])
            position += len(chunk)
            before = chunk[-1]
    return Counted(records + (position - 1 > last_end and ends >= skip), has_long_values or is_inside)
