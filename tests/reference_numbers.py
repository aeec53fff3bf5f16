"""Instants, months and statistics for the slow twin.

An instant is a whole number of microseconds since 1970 in UTC, so that no boundary can move.
"""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor, sqrt
from zoneinfo import ZoneInfo

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SMALL_BASE = 20
Month = tuple[int, int]


def instant(moment: datetime) -> int:
    """An aware time as microseconds."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(at: int | None) -> datetime | None:
    """Microseconds as an aware time in UTC."""
    return None if at is None else EPOCH + timedelta(microseconds=at)


def local(at: int, zone: ZoneInfo) -> datetime:
    """The wall clock of an instant, without its zone."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(zone).replace(tzinfo=None)


def from_local(wall: datetime, zone: ZoneInfo) -> int:
    """A wall clock as an instant: a doubled hour is the first, a skipped one moves on by the gap."""
    return instant(wall.replace(tzinfo=zone, fold=0))


def midnight(day: date, zone: ZoneInfo) -> int:
    return from_local(datetime(day.year, day.month, day.day), zone)


# ---------------------------------------------------------------- months


def month_of(at: int, zone: ZoneInfo) -> Month:
    wall = local(at, zone)
    return wall.year, wall.month


def next_month(month: Month) -> Month:
    return (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)


def month_before(month: Month) -> Month:
    return (month[0] - 1, 12) if month[1] == 1 else (month[0], month[1] - 1)


def month_start(month: Month, zone: ZoneInfo) -> int:
    return midnight(date(month[0], month[1], 1), zone)


def month_end(month: Month, zone: ZoneInfo) -> int:
    return month_start(next_month(month), zone)


def read_month(text: str) -> Month:
    return int(text[:4]), int(text[5:7])


def month_name(month: Month) -> str:
    return f"{month[0]:04d}-{month[1]:02d}"


# ---------------------------------------------------------------- statistics


def rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """The Wilson interval at 95 %."""
    if whole == 0:
        return None, None
    z = 1.959963984540054
    share = part / whole
    middle = share + z * z / (2 * whole)
    reach = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    low = 0.0 if part == 0 else (middle - reach) / scale
    high = 1.0 if part == whole else (middle + reach) / scale
    return low, high


def quantile(values: list[float], share: Fraction) -> float | None:
    """Linear interpolation between the two nearest of the sorted values."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * float(place - below)


def median(values: list[float]) -> float | None:
    return quantile(values, Fraction(1, 2))


def p90(values: list[float]) -> float | None:
    return quantile(values, Fraction(9, 10))


def days(length: int) -> float:
    return length / DAY


def hours(length: int) -> float:
    return length / HOUR


def kaplan_meier_median(finished: list[int], still_open: list[int]) -> float | None:
    """The shortest length, in days, by which at least half have ended; None where that is not reached."""
    surviving = Fraction(1)
    for length in sorted(set(finished)):
        at_risk = sum(1 for other in finished + still_open if other >= length)
        ended = sum(1 for other in finished if other == length)
        surviving *= Fraction(at_risk - ended, at_risk)
        if surviving <= Fraction(1, 2) + Fraction(1, 10**9):
            return days(length)
    return None
