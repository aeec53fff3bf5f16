"""Calendar months: a range of them, how far two lie apart, the next one. Knows nothing of ours."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Months:
    """Calendar months of the rules' zone, both ends included; each is its first day."""

    first: date
    last: date


def months_apart(earlier: date, later: date) -> int:
    """How many months lie between two days' months."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def months_before(month: date, count: int) -> date:
    """The first day of the month that lies `count` months before."""
    places = month.year * 12 + month.month - 1 - count
    return date(places // 12, places % 12 + 1, 1)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
