"""What every finding leans on: rows of an answer, the test of two proportions, small bases, whole months."""

from collections.abc import Mapping
from datetime import date, datetime
from math import sqrt
from typing import Any

import pandas as pd

from funnel.words import as_date

SMALL_BASE = 20
HALF_WIDTH = 22  # full-width letters that fit one line of a half-width card on a laptop
Row = dict[str, Any]
Labels = Mapping[str, str]


def rows(frame: pd.DataFrame) -> list[Row]:
    """The rows of an answer as dictionaries: null as None, counts as whole numbers even beside nulls."""
    columns = [_values(frame.iloc[:, place]) for place in range(frame.shape[1])]
    names = list(frame.columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: "pd.Series[Any]") -> list[Any]:
    values = column.tolist()
    if column.dtype.kind == "f":
        known = [value for value in values if value == value]
        if all(value.is_integer() for value in known):
            return [int(value) if value == value else None for value in values]
    if column.hasnans:
        return [
            None if is_null else value for value, is_null in zip(values, column.isna().tolist(), strict=True)
        ]
    return values


def differ(part_a: int, whole_a: int, part_b: int, whole_b: int) -> bool:
    """Whether two proportions differ beyond chance: pooled z test, two-sided, 5 %."""
    if not whole_a or not whole_b:
        return False
    pooled = (part_a + part_b) / (whole_a + whole_b)
    spread = sqrt(pooled * (1 - pooled) * (1 / whole_a + 1 / whole_b))
    return spread > 0 and abs(part_a / whole_a - part_b / whole_b) / spread > 1.959963984540054


def is_small(base: int | None) -> bool:
    """Whether a base is too small to judge by."""
    return (base or 0) < SMALL_BASE


def width(text: str) -> float:
    """How many full-width letters a text is wide."""
    return sum(0.5 if letter.isascii() else 1 for letter in text)


def newest_whole_month(frame: pd.DataFrame, as_of: datetime) -> Row | None:
    """The last row whose month `as_of` does not cut, or None."""
    whole = [row for row in rows(frame) if next_month(as_date(row["month"])) <= as_of.date()]
    return whole[-1] if whole else None


def next_month(day: date) -> date:
    """The first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
