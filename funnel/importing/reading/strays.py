"""Stray quotes: one that nothing closes costs its line, and not the lines behind it.

A value in quotes may run over several lines. One that runs to the end of the file, or after which the record has not as
many cells as the header, or over lines that are records by themselves, was opened by mistake: the line with that quote
is no record, and what follows it is read by itself.
"""

from collections import deque
from itertools import islice
from pathlib import Path

from funnel.importing.reading.model import refused
from funnel.importing.reading.records import byte_lines, is_sound, is_tidy, opens, without_end

LONGEST_VALUE = 10_000  # lines: a value in quotes that runs on for longer was opened by mistake
MOST = 10_000  # of a file with more of them the file as a whole is to be looked at


def stray_lines(path: Path, name: str, delimiter: str, skip: int, width: int) -> tuple[int, ...]:
    """The lines with a stray quote, from 1, of a UTF-8 file whose first `skip` lines are no records.

    `width`: how many cells the header has. Raises UnusableFile where there are too many of them.
    """
    strays: list[int] = []
    ahead: deque[tuple[int, str]] = deque()  # lines that are read once more
    lines = islice(enumerate(byte_lines(path), start=1), skip, None)
    while (line := ahead.popleft() if ahead else next(lines, None)) is not None:
        held = [line]
        is_closed = not opens(line[1], delimiter)
        while not is_closed and len(held) < LONGEST_VALUE:
            line = ahead.popleft() if ahead else next(lines, None)
            if line is None:
                break
            held.append(line)
            is_closed = not opens(line[1], delimiter, is_inside=True)
        if len(held) > 1 and (not is_closed or not _is_record([text for _, text in held], delimiter, width)):
            ahead.extendleft(reversed(held[1:]))
        elif is_closed:
            continue
        strays.append(held[0][0])
        if len(strays) > MOST:
            raise refused(
                name,
                f"has more than {MOST:,} lines with a quote that nothing closes: export it again, or save it as .xlsx.",
                f"に閉じていない引用符のある行が{MOST:,}行を超えています。書き出し直すか、.xlsxで保存し直してください。",
            )
    return tuple(strays)


def _is_record(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether several lines are one record: it has all cells, and they are not records by themselves."""
    if not is_sound(without_end("".join(lines)), delimiter, width):
        return False
    # the last one tells most often: a quote is closed in it
    return width == 1 or not all(is_tidy(without_end(line), delimiter, width) for line in reversed(lines[1:]))
