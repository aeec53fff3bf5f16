"""Every word on the screens, in Japanese and English, and how numbers, days and durations are written.

The texts lie in `words.toml` (and, for the figures, in `charts/words.toml`): one key, one line per language.
A text may hold values: `{leads:,}件`. Beside Python's own formats a value can be written as
`count` (12.3万), `pct` (32%), `pct1` (21.9%), `pt` (−8.1pt), `month` (10月), `months` (2025年10月),
`date` (11月10日), `day` (11月10日(火)), `full` (with its year), `time` (8:42), `moment` (11月10日(火) 8:42),
or, for English plurals, `lead|leads`.
Knows nothing of Streamlit, of answers and of rules.
"""

import string
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("ja", "en")
WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every text by its dotted key: `{"nav.home": {"ja": "ホーム", "en": "Home"}}`."""
    package = files("funnel")
    places = [package / "words.toml", package / "charts" / "words.toml"]
    found: dict[str, dict[str, str]] = {}
    for place in places:
        if place.is_file():
            for key, text in _leaves(tomllib.loads(place.read_text("utf-8")), ()):
                found[key] = text
    return found


def _leaves(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterable[tuple[str, dict[str, str]]]:
    for name, value in table.items():
        if set(value) == set(LANGUAGES):
            yield ".".join((*path, name)), value
        else:
            yield from _leaves(value, (*path, name))


def say(key: str, language: str, **values: object) -> str:
    """The text of `key` with its values filled in. An unknown key raises KeyError."""
    return _Writer(language).vformat(texts()[key][language], (), values)


def has(key: str) -> bool:
    """Whether there is a text of that key."""
    return key in texts()


class _Writer(string.Formatter):
    """Python's formatter, and our formats of numbers and dates in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            one, more = format_spec.split("|")
            return one if value == 1 else more
        written = FORMATS.get(format_spec)
        return written(value, self.language) if written else str(super().format_field(value, format_spec))


def count(number: float, language: str) -> str:
    """1,284; from 100,000 on 12.3万 or 123.4k."""
    if abs(number) < 100_000:
        return f"{number:,.0f}"
    return f"{number / 10_000:,.1f}万" if language == "ja" else f"{number / 1000:,.1f}k"


def signed(number: float, language: str) -> str:
    """+4, −2, 0: the real minus sign, which is as wide as the plus."""
    return f"{number:+,.0f}".replace("-", "−") if number else "0"


def percent(rate: float, language: str = "ja", digits: int = 0) -> str:
    """32%."""
    return f"{rate:.{digits}%}"


def points(change: float, language: str = "ja") -> str:
    """A difference of two rates: +1.2pt."""
    return f"{change * 100:+.1f}pt".replace("-", "−")


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


def clock(value: datetime, language: str) -> str:
    """8:42."""
    return f"{value.hour}:{value.minute:02}"


def moment(value: datetime, language: str) -> str:
    """11月10日(火) 8:42."""
    return f"{weekday(value, language)} {clock(value, language)}"


def months_apart(earlier: date, later: date) -> int:
    """How many months lie between two days' months."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


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


FORMATS: dict[str, Callable[[Any, str], str]] = {
    "count": count,
    "signed": signed,
    "pct": percent,
    "pct1": lambda rate, language: percent(rate, language, 1),
    "pt": points,
    "month": month,
    "months": year_month,
    "date": day_month,
    "day": weekday,
    "full": full_date,
    "time": clock,
    "moment": moment,
}


def late_by(
    hours: float, hours_per_day: float, language: str, is_elapsed: bool = False, longest: float = 0
) -> str:
    """A delay in business hours up to two days (9.2営業時間), then in business days (4.3営業日).

    One of a policy that counts every hour (`is_elapsed`) in hours (30.0時間), then in days (2.5日).
    `longest`: of the list that it stands in, which is written in one unit.
    """
    unit, size = ("wall_hours", 1.0) if is_elapsed else ("business_hours", 1.0)
    if max(hours, longest) > (48 if is_elapsed else 2 * hours_per_day):
        unit, size = ("days", 24.0) if is_elapsed else ("business_days", hours_per_day)
    if hours / size < 0.05:
        return say(f"unit.under_{unit}", language)
    return say(f"unit.{unit}", language, n=hours / size)


def late_range(
    least: float, most: float, hours_per_day: float, language: str, is_elapsed: bool = False
) -> str:
    """A delay that lies somewhere between two, in whole numbers of what the longer one is counted in: 2〜4営業日."""
    unit, hours = "business_days", hours_per_day
    if is_elapsed:
        unit, hours = ("wall_hours", 1.0) if most <= 48 else ("days", 24.0)
    elif most <= 2 * hours_per_day:
        unit, hours = "business_hours", 1.0
    return between(unit, least / hours, most / hours, language)


def between(unit: str, least: float, most: float, language: str) -> str:
    """12〜26日; where both are the same in whole numbers, the longer one as usual."""
    if round(least) == round(most):
        return say(f"unit.{unit}", language, n=most)
    return say(f"unit.range_{unit}", language, low=least, n=most)


def money(amount: float, currency: str, language: str) -> str:
    """3.4億円, 1.2万円, 800円; other currencies as 12,000 EUR."""
    if currency != "JPY" or language != "ja":
        return f"{amount:,.0f} {currency}"
    if abs(amount) >= 100_000_000:
        return f"{amount / 100_000_000:,.1f}億円"
    return f"{amount / 10_000:,.1f}万円" if abs(amount) >= 10_000 else f"{amount:,.0f}円"


def listed(names: list[str], language: str) -> str:
    """インバウンドと展示会; A, B and C."""
    if language == "ja":
        return "と".join(names) if len(names) <= 2 else "・".join(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def called(owner: str, language: str) -> str:
    """How a colleague is spoken of in a sentence: 高橋さん; in English the name as it is."""
    if language != "ja":
        return owner
    family = owner.split()[0] if owner and not owner.isascii() else owner
    return f"{family}さん"
