"""Instants, local days and months: how a date or time that a person gives becomes an instant. Knows nothing of ours
but the errors."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from funnel.errors import BadQuestion

YEARS = (1900, 2200)


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA zone."""
    return ZoneInfo(name)


def localise(local: datetime, timezone: str) -> datetime:
    """A time without a zone in `timezone`, as UTC: a doubled hour is the first, a skipped one moves on."""
    return local.replace(tzinfo=zone(timezone), fold=0).astimezone(UTC)


def midnight(day: date, timezone: str) -> datetime:
    """The local midnight at which `day` begins, as UTC."""
    return localise(datetime.combine(day, time()), timezone)


def local_day(instant: datetime, timezone: str) -> date:
    """The local day of an instant."""
    return instant.astimezone(zone(timezone)).date()


def as_of_instant(given: str | date | datetime, timezone: str) -> datetime:
    """T: a day is seen whole (the next midnight), a time is that instant; without a zone it is local.

    Raises BadQuestion for anything else.
    """
    if isinstance(given, str):
        given = _read(given)
    if not YEARS[0] <= given.year <= YEARS[1]:
        raise BadQuestion(
            f"--as-of {given} lies outside the years {YEARS[0]} to {YEARS[1]}.",
            f"時点{given}は{YEARS[0]}年から{YEARS[1]}年の間にしてください。",
        )
    if not isinstance(given, datetime):
        return midnight(given + timedelta(days=1), timezone)
    return given.astimezone(UTC) if given.tzinfo else localise(given, timezone)


def _read(text: str) -> date | datetime:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
        if re.match(r"\d{4}-\d{2}-\d{2}[T ]", text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise BadQuestion(
        f"--as-of {text!r} is neither a day (2026-10-31) nor a time (2026-10-31T09:00).",
        f"時点「{text}」は日付(2026-10-31)でも日時(2026-10-31T09:00)でもありません。",
    )


def read_month(text: str, option: str) -> date:
    """`2026-10` as its first day. Raises BadQuestion."""
    if re.fullmatch(r"\d{4}-\d{2}", text):
        try:
            month = date(int(text[:4]), int(text[5:]), 1)
            if YEARS[0] <= month.year <= YEARS[1]:
                return month
        except ValueError:
            pass
    raise BadQuestion(
        f"{option} {text!r} is not a month (2026-10).", f"{option}の「{text}」は月(2026-10)ではありません。"
    )


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)
