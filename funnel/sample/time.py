"""When things happen in the sample company: the desk hours of its people and the habits of its leads.

Instants are whole seconds since 1970 UTC; Japan has no summer time, so local time is a fixed nine hours on.
Knows the calendar of the sample's own rules (weekdays 9-12 and 13-18, holidays, Obon, the turn of the year)
and nothing of leads, stages or points.
"""

import math
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from random import Random

import jpholiday

DAY = 86_400
HOUR = 3_600
LOCAL = 9 * HOUR
DESK_DAY = 8 * HOUR  # business time in a day of the desk


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """The instant of a local time."""
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()) - LOCAL


BEGIN = at(2024, 11, 1)
END = at(2026, 11, 10, 8, 42)  # the newest event

_FIRST_DAY = date(2024, 10, 1)
_DAYS = [_FIRST_DAY + timedelta(days=n) for n in range((date(2029, 1, 1) - _FIRST_DAY).days)]
_DAY_ZERO = at(2024, 10, 1)


def _is_closed(day: date) -> bool:
    yearly = (day.month, day.day)
    return (
        day.weekday() >= 5
        or jpholiday.is_holiday(day)
        or (8, 13) <= yearly <= (8, 15)
        or yearly >= (12, 29)
        or yearly <= (1, 3)
    )


def _quietness(day: date) -> float:
    """How likely a lead is to be about on that day: 1 on a working day, little in the long holidays."""
    yearly = (day.month, day.day)
    if yearly >= (12, 28) or yearly <= (1, 4) or (8, 11) <= yearly <= (8, 16) or (4, 29) <= yearly <= (5, 6):
        return 0.12
    return 0.25 if _is_closed(day) else 1.0


IS_OPEN = [not _is_closed(day) for day in _DAYS]
PRESENCE = [_quietness(day) for day in _DAYS]

# The desk's open windows with the business seconds that lie before each of them.
_OPENS: list[int] = []
_BEFORE: list[int] = []
_LENGTHS: list[int] = []
_total = 0
for _number, _open in enumerate(IS_OPEN):
    if _open:
        for _from, _to in ((9, 12), (13, 18)):
            _OPENS.append(_DAY_ZERO + _number * DAY + _from * HOUR)
            _BEFORE.append(_total)
            _LENGTHS.append((_to - _from) * HOUR)
            _total += _LENGTHS[-1]


def business_seconds(instant: int) -> int:
    """Business time that has passed up to an instant."""
    window = bisect_right(_OPENS, instant) - 1
    return _BEFORE[window] + min(instant - _OPENS[window], _LENGTHS[window])


def desk(instant: int, after: float = 0.0) -> int:
    """The instant at the desk when `after` business seconds have passed since `instant`."""
    total = business_seconds(instant) + max(1, int(after))
    window = bisect_right(_BEFORE, total - 1) - 1
    return _OPENS[window] + total - _BEFORE[window]


def local_day(instant: int) -> int:
    """The number of the local day, as an index into IS_OPEN and PRESENCE."""
    return (instant - _DAY_ZERO) // DAY


def local_date(instant: int) -> date:
    return _DAYS[local_day(instant)]


def midnight(day: int) -> int:
    return _DAY_ZERO + day * DAY


# Share of a lead's own visits by the hour of the day: at work, a dip at lunch, a little at night.
_HOUR_WEIGHTS = [2, 1, 1, 0, 0, 1, 2, 5, 9, 14, 17, 15, 11, 13, 16, 16, 14, 11, 8, 6, 6, 7, 6, 4]
_HOURS = [hour for hour, weight in enumerate(_HOUR_WEIGHTS) for _ in range(weight)]


def own_moment(rng: Random, instant: int, mean_days: float) -> int:
    """A later moment of the lead's own choosing: any hour, mostly working days, rarely in holidays."""
    day = local_day(instant + int(rng.triangular(0, 2.5, 0.5) * mean_days * DAY))
    while rng.random() > PRESENCE[min(day, len(PRESENCE) - 1)]:
        day += 1
    moment = midnight(day) + int((rng.choice(_HOURS) + rng.random()) * HOUR)
    return moment if moment > instant else instant + 600 + int(rng.random() * 3 * HOUR)


def opened_after(rng: Random, instant: int) -> int:
    """When a mail is opened: within hours, at any hour, hardly ever in the small hours."""
    moment = instant + 60 + int(math.exp(rng.gauss(9.1, 1.7)))
    hour = (moment + LOCAL) % DAY // HOUR
    return moment + 6 * HOUR if 1 <= hour < 6 else moment


def next_mailing(instant: int, days: int) -> int:
    """The next Wednesday at 10:00, at least `days` later, that is not a holiday: newsletter time."""
    day = local_day(instant) + days
    while _DAYS[day].weekday() != 2 or not IS_OPEN[day]:
        day += 1
    return midnight(day) + 10 * HOUR


_MONTHS_OPEN = sorted(
    {(day.year, day.month): n for n, day in reversed([*enumerate(_DAYS)]) if IS_OPEN[n]}.values()
)


def next_tidying(instant: int) -> int:
    """10:00 of the first working day of a month, after the instant's day."""
    return midnight(_MONTHS_OPEN[bisect_right(_MONTHS_OPEN, local_day(instant))]) + 10 * HOUR
