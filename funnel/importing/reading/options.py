"""Option columns put together: kintone writes a multiple choice as one column per option, 1 where it is chosen.

Works on a staged text and leaves a staged text, record by record in the same order.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from funnel.importing.reading.model import Staged
from funnel.importing.reading.records import cells, is_sound, units, written

CHOSEN = "1"


def merge_options(staged: Staged, pattern: str, into: Path) -> Staged:
    """The table with the columns of one field, `field[option]` by `pattern`, as one column: chosen options, `;` between.

    A field any of whose columns holds something else than 1 or nothing is left as it is. Rows that read_csv would
    reject (too many or too few cells, bytes that are no UTF-8) stay such rows.
    """
    fields: dict[str, dict[int, str]] = {}
    for position, written_as in enumerate(staged.header):
        if match := re.fullmatch(pattern, written_as):
            fields.setdefault(match[1], {})[position] = match[2]
    fields = _of_options_only(staged, fields) if fields else {}
    firsts = {min(options): name for name, options in fields.items()}
    merged = {position for options in fields.values() for position in options}
    kept = [
        position for position in range(len(staged.header)) if position in firsts or position not in merged
    ]
    if not fields or len(kept) < 2:  # in a table of one column blank lines would become records
        return staged
    header = tuple(firsts.get(n, staged.header[n]) for n in kept)
    into.mkdir(parents=True, exist_ok=True)
    path = into / f"{staged.path.stem}-options.csv"
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        out.write(f"{written(header, staged.delimiter)}\n")
        for row, is_taken in _rows(staged):
            if is_taken:
                row = tuple(_chosen(row, fields[firsts[n]]) if n in firsts else row[n] for n in kept)
            elif row:  # rejected as before: a cell too many
                row = (*row, *[""] * len(header), "-")
            out.write(f"{written(row, staged.delimiter)}\n")
    return replace(staged, path=path, header=header, skip=1, newline="\n")


def _of_options_only(staged: Staged, fields: dict[str, dict[int, str]]) -> dict[str, dict[int, str]]:
    """The fields none of whose columns holds anything but 1 and nothing."""
    left = dict(fields)
    for row, is_taken in _rows(staged):
        if is_taken:
            others = [
                name
                for name, options in left.items()
                if any(row[n].strip() not in ("", CHOSEN) for n in options)
            ]
            for name in others:
                del left[name]
    return left


def _chosen(row: tuple[str, ...], options: dict[int, str]) -> str:
    return ";".join(option for position, option in options.items() if row[position].strip() == CHOSEN)


def _rows(staged: Staged) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Every record's cells, and whether read_csv takes it; a blank line is ()."""
    width = len(staged.header)
    with staged.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        for unit in islice(units(file, staged.delimiter), staged.skip, None):
            body = unit.body
            row = cells(body, staged.delimiter) if body else ()
            if len(row) > width and not any(row[width:]):  # delimiters at the end are no cells
                row = row[:width]
            yield row, len(row) == width and is_sound(body, staged.delimiter)
