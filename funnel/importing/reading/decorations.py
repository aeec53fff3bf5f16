"""What a report for the eye adds to its table, taken off again: arrows of the order, groups named once, subtotals.

Knows rows of cells, not where they come from. A row that is taken out stays as an empty one: lines keep their numbers.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from funnel.importing.reading.head import is_totals

ARROW = re.compile(r"\s*[↑↓⬆⬇]\s*$")


def plain_header(header: Sequence[str]) -> tuple[str, ...]:
    """The header without the arrows that tell the order."""
    return tuple(ARROW.sub("", cell) for cell in header)


def groups_of(header: Sequence[str]) -> tuple[int, ...]:
    """The columns that the rows are grouped by: their header has an arrow, and a group is named in its first row."""
    return tuple(column for column, cell in enumerate(header) if ARROW.search(cell))


@dataclass
class Undecorated:
    """Rows of a report as rows of a table: values filled in where a group or a merged cell says them once, no totals.

    `groups`: columns whose empty cells mean the value above. `merged`: (first row, last row, column) of merged cells.
    Afterwards `filled` is the count of rows in which a value was filled in, `totals` of those that were none.
    """

    groups: Sequence[int] = ()
    merged: Sequence[tuple[int, int, int]] = ()
    filled: int = 0
    totals: int = 0
    _above: dict[int, tuple[int | None, str]] = field(
        default_factory=dict
    )  # by column: up to which row, the value

    def rows(self, numbered: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """The rows with their numbers, as they come."""
        begin: dict[int, list[tuple[int, int]]] = {}
        for first, last, column in self.merged:
            begin.setdefault(first, []).append((column, last))
        for number, row in numbered:
            if is_totals(row):
                self.totals += 1
                yield number, []
                continue
            values = self._filled_in(number, row)
            for column, last in begin.get(number, ()):
                self._above[column] = last, _cell(values, column)
            if values:
                self._above |= {column: (None, _cell(values, column)) for column in self.groups}
            self.filled += values != row
            yield number, values

    def _filled_in(self, number: int, row: list[str]) -> list[str]:
        values = list(row)
        for column, (last, value) in self._above.items():
            if value and not _cell(values, column) and (number <= last if last is not None else bool(row)):
                values.extend([""] * (column + 1 - len(values)))
                values[column] = value
        return values


def _cell(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
