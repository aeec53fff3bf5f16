"""Business time as a table of open windows with running totals.

Elapsed business time is then a subtraction and a due time a look-up, whatever the zone, the holidays and the
daylight saving. Knows nothing of leads, stages or files: it is given a calendar, it answers with windows.
"""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import jpholiday
import numpy as np
import pyarrow as pa
from jpholiday.checker.checker import NationalHolidayChecker, TransferHolidayChecker
from numpy.typing import NDArray

FIRST_DAY = date(1990, 1, 1)  # data before it is out of range
LAST_DAY = date(2103, 12, 31)  # data ends in 2100: the rest is room for due times

WINDOWS = pa.schema(
    [
        ("window_no", pa.int32()),
        ("business_day_no", pa.int32()),
        ("local_date", pa.date32()),
        ("opens_at", pa.timestamp("us", "UTC")),
        ("closes_at", pa.timestamp("us", "UTC")),
        ("seconds_before", pa.float64()),
        ("us_before", pa.int64()),
    ]
)

Span = tuple[int, int]  # minutes of the local day, half-open
Spans = tuple[Span, ...]
Days = NDArray[np.int64]

_EPOCH = date(1970, 1, 1)
_MINUTE_US = 60_000_000
_DAY_US = 1440 * _MINUTE_US
_ALL_DAYS: Days = np.arange((FIRST_DAY - _EPOCH).days, (LAST_DAY - _EPOCH).days + 1, dtype=np.int64)


@dataclass(frozen=True)
class ClosedDays:
    """A first and a last closed day, both as (year, month, day); year 0 = every year."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]


@dataclass(frozen=True)
class BusinessCalendar:
    """When a team works: spans per weekday from Monday, minus holidays and closed days, plus openings."""

    timezone: str
    weekdays: tuple[Spans, ...]
    closed: tuple[ClosedDays, ...] = ()
    opened: tuple[tuple[date, Spans], ...] = ()
    japanese_holidays: bool = False


# ---------------------------------------------------------------- reading what people write


def parse_span(text: str) -> Span | None:
    """Minutes of `09:00-12:00`; None where it is not written so. A backward range comes out as it is."""
    match = re.fullmatch(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", text, re.ASCII)
    if not match:
        return None
    begin_hour, begin_minute, end_hour, end_minute = map(int, match.groups())
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if max(begin_minute, end_minute) > 59 or max(begin, end) > 1440:
        return None
    return begin, end


def parse_closed(text: str) -> ClosedDays | None:
    """`2026-08-13`, `2026-08-13/2026-08-15`, `12-29/01-03` or `02-29`; None for anything else.

    Both ends have a year or neither has. A range with years that runs backwards comes out as it is.
    """
    ends = [_parse_day(part) for part in text.split("/")]
    if len(ends) > 2 or ends[0] is None or ends[-1] is None or (ends[0][0] == 0) != (ends[-1][0] == 0):
        return None
    return ClosedDays(ends[0], ends[-1])


def _parse_day(text: str) -> tuple[int, int, int] | None:
    match = re.fullmatch(r"(?:(\d{4})-)?(\d\d)-(\d\d)", text, re.ASCII)
    if not match:
        return None
    year, month, day = int(match[1] or 0), int(match[2]), int(match[3])
    try:
        date(year or 2000, month, day)  # 2000 had a 29 February, as every-year days may
    except ValueError:
        return None
    return (year, month, day) if year or not match[1] else None


def merge(spans: Iterable[Span]) -> Spans:
    """The same minutes as few spans in order: overlapping and adjacent ones joined, empty ones dropped."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if begin >= end:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


def weekday_seconds(weekdays: Sequence[Spans]) -> float | None:
    """Mean opening seconds of a weekday that opens; None where no weekday does."""
    opening = [sum(end - begin for begin, end in merge(spans)) * 60 for spans in weekdays if merge(spans)]
    return sum(opening) / len(opening) if opening else None


def ever_opens(calendar: BusinessCalendar) -> bool:
    """Whether some weekday opens and the days closed every year leave some days of the year."""
    year = [date(2000, 1, 1) + timedelta(days=day) for day in range(366)]
    month_days = np.array([day.month * 100 + day.day for day in year])
    closed = np.zeros(len(year), dtype=bool)
    for days in calendar.closed:
        if days.first[0] == 0:
            closed |= _in_every_year(month_days, days)
    return weekday_seconds(calendar.weekdays) is not None and not bool(closed.all())


# ---------------------------------------------------------------- the windows


@functools.lru_cache(maxsize=8)  # several versions of the rules mostly share one calendar
def business_windows(calendar: BusinessCalendar) -> pa.Table:
    """All open windows from FIRST_DAY to LAST_DAY in order, with the open time before each; see WINDOWS.

    Windows never overlap and never span two local days, so that a business day keeps its closing time.
    An hour skipped by daylight saving moves forward by the gap, of a doubled hour the first counts.
    """
    days, begins, ends = _local_windows(calendar)
    utc = _UtcClock(ZoneInfo(calendar.timezone))
    opens, closes = utc.microseconds(days, begins), utc.microseconds(days, ends)
    exists = utc.lengths(days) > 0  # a zone that crossed the date line skipped a whole day
    days, opens, closes = days[exists], opens[exists], closes[exists]
    if len(days):
        opens[1:] = np.maximum(opens[1:], np.maximum.accumulate(closes)[:-1])
    exists = opens < closes
    days, opens, closes = days[exists], opens[exists], closes[exists]

    starts = np.ones(len(days), dtype=bool)
    starts[1:] = (days[1:] != days[:-1]) | (opens[1:] > closes[:-1])
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(days)) - 1 if len(first) else first
    days, opens, closes = days[first], opens[first], closes[last]

    new_day = np.ones(len(days), dtype=bool)
    new_day[1:] = days[1:] != days[:-1]
    before = np.cumsum(closes - opens) - (closes - opens)
    columns = {
        "window_no": np.arange(len(days), dtype=np.int32),
        "business_day_no": (np.cumsum(new_day) - 1).astype(np.int32),
        "local_date": days.astype("datetime64[D]"),
        "opens_at": opens.astype("datetime64[us]"),
        "closes_at": closes.astype("datetime64[us]"),
        "seconds_before": before / 1e6,
        "us_before": before,
    }
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in WINDOWS}, WINDOWS)


def _local_windows(calendar: BusinessCalendar) -> tuple[Days, Days, Days]:
    """Day number, begin and end minute of every span, ordered by day and begin."""
    shut = _closed_mask(calendar.closed)
    if calendar.japanese_holidays:
        shut |= np.isin(_ALL_DAYS, _japanese_holidays())
    extra: dict[int, list[Span]] = {}
    for day, spans in calendar.opened:
        extra.setdefault((day - _EPOCH).days, []).extend(spans)

    weekday = (_ALL_DAYS + 3) % 7  # 1970-01-01 was a Thursday
    regular = ~shut & ~np.isin(_ALL_DAYS, list(extra))
    parts: list[tuple[Days, int, int]] = []
    for number, spans in enumerate(calendar.weekdays):
        days = _ALL_DAYS[regular & (weekday == number)]
        parts += [(days, begin, end) for begin, end in merge(spans)]
    for day_number, more in extra.items():
        index = day_number - int(_ALL_DAYS[0])
        if 0 <= index < len(_ALL_DAYS):
            usual = () if shut[index] else calendar.weekdays[int(weekday[index])]
            one_day = np.array([day_number], dtype=np.int64)
            parts += [(one_day, begin, end) for begin, end in merge([*usual, *more])]
    if not parts:
        return _ALL_DAYS[:0], _ALL_DAYS[:0], _ALL_DAYS[:0]
    days = np.concatenate([part[0] for part in parts])
    begins = np.concatenate([np.full(len(part[0]), part[1], dtype=np.int64) for part in parts])
    ends = np.concatenate([np.full(len(part[0]), part[2], dtype=np.int64) for part in parts])
    order = np.argsort(days * 1441 + begins, kind="stable")
    return days[order], begins[order], ends[order]


@functools.cache
def _month_days() -> Days:
    """month × 100 + day of every day of the range."""
    days = _ALL_DAYS.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    numbers: Days = (months.astype(np.int64) % 12 + 1) * 100 + (days - months).astype(np.int64) + 1
    return numbers


def _closed_mask(closed: Sequence[ClosedDays]) -> NDArray[np.bool_]:
    mask = np.zeros(len(_ALL_DAYS), dtype=bool)
    for days in closed:
        if days.first[0] == 0:
            mask |= _in_every_year(_month_days(), days)
        else:
            first, last = ((date(*end) - _EPOCH).days for end in (days.first, days.last))
            mask |= (first <= _ALL_DAYS) & (last >= _ALL_DAYS)
    return mask


def _in_every_year(month_days: NDArray[np.int64], days: ClosedDays) -> NDArray[np.bool_]:
    first, last = (end[1] * 100 + end[2] for end in (days.first, days.last))
    if first <= last:
        return (month_days >= first) & (month_days <= last)
    return (month_days >= first) | (month_days <= last)  # over new year


@functools.cache
def _japanese_holidays() -> Days:
    """Day numbers of 国民の祝日, 振替休日 and 国民の休日, once per process.

    The library tries every kind for every day, the last two by trying the neighbours again: 3 s in all.
    Those two only ever follow another holiday: asking them about such days alone takes a tenth of it.
    """
    library = jpholiday.JPHoliday()
    derived = (TransferHolidayChecker, NationalHolidayChecker)
    named = [kind.is_holiday for kind in library.registry.checkers() if not isinstance(kind, derived)]
    margin = timedelta(days=14)
    days = (FIRST_DAY - margin + timedelta(days=n) for n in range(len(_ALL_DAYS) + 2 * margin.days))
    holidays = {day for day in days if any(is_holiday(day) for is_holiday in named)}
    bridged = set(holidays)
    while following := {day + timedelta(days=1) for day in holidays} - bridged:
        bridged |= following
        holidays |= {day for day in following if library.is_holiday(day)}
    return np.array(sorted((day - _EPOCH).days for day in holidays), dtype=np.int64)


@functools.lru_cache(maxsize=4)
class _UtcClock:
    """Local days and minutes of one zone as microseconds since 1970 in UTC, for many at once."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        first = int(_ALL_DAYS[0])
        self._midnights = np.array([self._exact(first + n, 0) for n in range(len(_ALL_DAYS) + 1)])

    def _exact(self, day: int, minute: int) -> int:
        local = datetime(1970, 1, 1) + timedelta(days=day, minutes=minute)
        offset = local.replace(tzinfo=self._zone).utcoffset()
        assert offset is not None
        return (local - offset - datetime(1970, 1, 1)) // timedelta(microseconds=1)

    def lengths(self, days: Days) -> Days:
        """How long each local day lasts."""
        index = days - _ALL_DAYS[0]
        lengths: Days = self._midnights[index + 1] - self._midnights[index]
        return lengths

    def microseconds(self, days: Days, minutes: Days) -> Days:
        """The instant of each local minute: by addition, but looked up on days that are not 24 hours long."""
        instants: Days = self._midnights[days - _ALL_DAYS[0]] + minutes * _MINUTE_US
        for position in np.flatnonzero(self.lengths(days) != _DAY_US):
            instants[position] = self._exact(int(days[position]), int(minutes[position]))
        return instants
