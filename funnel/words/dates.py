"""Days, months and times as people write them."""

from datetime import date, datetime

from funnel.months import months_apart

WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def as_date(value: object) -> date:
    """A day out of an answer: a date, an instant, `2026-10-01` or the month `2026-10`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value)
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01")


def month(value: object, language: str) -> str:
    """10月."""
    day = as_date(value)
    return f"{day.month}月" if language == "ja" else MONTHS[day.month - 1]


def year_month(value: object, language: str) -> str:
    """2026年10月."""
    day = as_date(value)
    return f"{day.year}年{day.month}月" if language == "ja" else f"{MONTHS[day.month - 1]} {day.year}"


def day_month(value: object, language: str) -> str:
    """11月10日."""
    day = as_date(value)
    return f"{day.month}月{day.day}日" if language == "ja" else f"{day.day} {MONTHS[day.month - 1]}"


def weekday(value: object, language: str) -> str:
    """11月10日(火)."""
    day = as_date(value)
    name = WEEKDAYS[language][day.weekday()]
    return f"{day_month(day, language)}({name})" if language == "ja" else f"{name} {day_month(day, language)}"


def full_date(value: object, language: str) -> str:
    """2026年11月10日(火)."""
    day = as_date(value)
    return (
        f"{day.year}年{weekday(day, language)}"
        if language == "ja"
        else f"{weekday(day, language)} {day.year}"
    )


def slashed(day: date) -> str:
    """2026/11/10."""
    return f"{day.year}/{day.month:02}/{day.day:02}"


def clock(value: datetime, language: str) -> str:
    """8:42."""
    return f"{value.hour}:{value.minute:02}"


def moment(value: datetime, language: str) -> str:
    """11月10日(火) 8:42."""
    return f"{weekday(value, language)} {clock(value, language)}"


def month_near(value: object, near: object, language: str) -> str:
    """10月; with its year where it lies a year or more before `near`."""
    far = abs(months_apart(as_date(value), as_date(near))) >= 12
    return year_month(value, language) if far else month(value, language)


def month_range(first: object, last: object, language: str) -> str:
    """2026年2〜7月; 2025年11月〜2026年3月; a single month as 2026年7月."""
    start, end = as_date(first), as_date(last)
    if (start.year, start.month) == (end.year, end.month):
        return year_month(start, language)
    if start.year == end.year:
        if language == "ja":
            return f"{start.year}年{start.month}〜{end.month}月"
        return f"{MONTHS[start.month - 1]}–{MONTHS[end.month - 1]} {end.year}"
    dash = "〜" if language == "ja" else "–"
    return f"{year_month(start, language)}{dash}{year_month(end, language)}"
