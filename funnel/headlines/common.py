"""What every headline leans on: rows of an answer, the width of a card, whole months."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from funnel.months import next_month
from funnel.rows import records
from funnel.words.dates import as_date
from funnel.words.widths import half_widths

HALF_WIDTH = 22  # full-width letters that fit one line of a half-width card on a laptop
Row = dict[str, Any]
Labels = Mapping[str, str]


def fits_half(sentence: str) -> bool:
    """Whether a headline fits one line of a half-width card, or overshoots it by less than two letters."""
    return half_widths(sentence) / 2 <= HALF_WIDTH + 2


def newest_whole_month(frame: pd.DataFrame, as_of: datetime) -> Row | None:
    """The last row whose month `as_of` does not cut, or None."""
    whole = [row for row in records(frame) if next_month(as_date(row["month"])) <= as_of.date()]
    return whole[-1] if whole else None
