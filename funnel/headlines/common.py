"""What every headline leans on: rows of an answer, the test of two proportions, small bases, whole months."""

from collections.abc import Mapping
from datetime import datetime
from math import sqrt
from typing import Any

import pandas as pd

from funnel.months import next_month
from funnel.rows import records
from funnel.words.dates import as_date
from funnel.words.widths import half_widths

SMALL_BASE = 20
HALF_WIDTH = 22  # full-width letters that fit one line of a half-width card on a laptop
Row = dict[str, Any]
Labels = Mapping[str, str]


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


def fits_half(sentence: str) -> bool:
    """Whether a headline fits one line of a half-width card, or overshoots it by less than two letters."""
    return half_widths(sentence) / 2 <= HALF_WIDTH + 2


def newest_whole_month(frame: pd.DataFrame, as_of: datetime) -> Row | None:
    """The last row whose month `as_of` does not cut, or None."""
    whole = [row for row in records(frame) if next_month(as_date(row["month"])) <= as_of.date()]
    return whole[-1] if whole else None
