"""Every word on the screens, in Japanese and English, and how numbers, days and durations are written.

The texts lie in the TOML files beside this one, a file per area: one key, one line per language.
A text may hold values: `{leads:,}件`. Beside Python's own formats a value can be written as
`count` (12.3万), `pct` (32%), `pct1` (21.9%), `pt` (−8.1pt), `month` (10月), `months` (2025年10月),
`date` (11月10日), `day` (11月10日(火)), `full` (with its year), `time` (8:42), `moment` (11月10日(火) 8:42),
or, for English plurals, `lead|leads`.
Knows nothing of Streamlit, of answers and of rules.
"""

import string
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from funnel.words.dates import clock, day_month, full_date, moment, month, weekday, year_month
from funnel.words.numbers import count, percent, points, signed

LANGUAGES = ("ja", "en")


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every text by its dotted key: `{"nav.home": {"ja": "ホーム", "en": "Home"}}`."""
    texts: dict[str, dict[str, str]] = {}
    for file in sorted(files("funnel.words").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            texts |= dict(_leaves(tomllib.loads(file.read_text("utf-8")), ()))
    return texts


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


FORMATS: dict[str, Callable[[Any, str], str]] = {
    "count": count,
    "signed": signed,
    "pct": lambda rate, language: percent(rate),
    "pct1": lambda rate, language: percent(rate, 1),
    "pt": points,
    "month": month,
    "months": year_month,
    "date": day_month,
    "day": weekday,
    "full": full_date,
    "time": clock,
    "moment": moment,
}
