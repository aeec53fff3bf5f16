"""The kinds of values that a rules file holds, and the sentences about values that cannot be.

Knows neither sections nor files: the file's name and the key's path are added by rules.py.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from funnel.errors import suggest
from funnel.rules import calendar
from funnel.rules.calendar import Span
from funnel.toml_values import Many, wrong


def stage_word(text: str) -> str:
    """How a stage's name is compared: after NFKC, with blanks removed, whatever its case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def size_band_names(sizes: Sequence[int]) -> list[str]:
    """`1-49`, …, `1000+` for the smallest size of each band."""
    return [f"{low}-{high - 1}" for low, high in pairwise(sizes)] + [f"{low}+" for low in sizes[-1:]]


def _zone(name: str) -> str:
    try:
        if name != "localtime":  # the machine's own zone: the same file would mean other times elsewhere
            ZoneInfo(name)
            return name
    except (KeyError, ValueError, OSError):
        pass
    near = suggest(name, available_timezones() - {"localtime"}) or "Asia/Tokyo"
    raise wrong(
        f'"{name}" is no time zone; did you mean "{near}"?',
        f"「{name}」というタイムゾーンはありません。もしかして「{near}」ですか?",
    )


def _span(text: str) -> str:
    span = calendar.parse_span(text)
    if span is None:
        raise wrong(
            f'"{text}" is no range of hours; write it like "09:00-12:00"',
            f"「{text}」は時間帯として読めません。「09:00-12:00」のように書いてください。",
        )
    if span[0] >= span[1]:
        raise wrong(
            f'"{text}" runs backwards; the end must be later than the start (24:00 is the latest)',
            f"「{text}」は終わりが始まりより後になっていません。終わりは24:00まで書けます。",
        )
    return text


def _spans(spans: tuple[str, ...]) -> tuple[str, ...]:
    ordered = sorted(spans, key=minutes)
    for earlier, later in pairwise(ordered):
        if minutes(later)[0] < minutes(earlier)[1]:
            raise wrong(
                f'"{earlier}" and "{later}" overlap; write hours that do not',
                f"「{earlier}」と「{later}」が重なっています。重ならないように書いてください。",
            )
    return spans


def minutes(span: str) -> Span:
    """Begin and end of a range of hours that has been read already, in minutes of the day."""
    minutes = calendar.parse_span(span)
    assert minutes is not None
    return minutes


def _as_text(value: object) -> object:
    return value.isoformat() if type(value) is date else value


def _closed(text: str) -> str:
    days = calendar.parse_closed(text)
    if days is None:
        raise wrong(
            f'"{text}" is no day or range of days; write it like "2026-08-13", "2026-08-13/2026-08-15" or '
            '"12-29/01-03"',
            f"「{text}」は日付や期間として読めません。"
            "「2026-08-13」「2026-08-13/2026-08-15」「12-29/01-03」のように書いてください。",
        )
    if days.first[0] and days.first > days.last:
        raise wrong(
            f'"{text}" runs backwards; write the earlier day first',
            f"「{text}」は始まりと終わりが逆です。早い日を先に書いてください。",
        )
    return text


def _size_bands(sizes: tuple[int, ...]) -> tuple[int, ...]:
    for before, after in pairwise(sizes):
        if before >= after:
            raise wrong(
                f"{after} stands after {before}; each size must be larger than the one before",
                f"{before} の後に {after} があります。小さい順に書いてください。",
            )
    return sizes


Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Amount = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e12)]
Share = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1)]
LengthOfDays = Annotated[float, Field(allow_inf_nan=False, gt=0, le=36_500)]
Hours = Annotated[float, Field(allow_inf_nan=False, gt=0, le=876_000)]
Count = Annotated[int, Field(ge=1, le=1_000_000_000)]
Hourly = Annotated[Many[Annotated[str, AfterValidator(_span)]], AfterValidator(_spans)]
Zone = Annotated[str, AfterValidator(_zone)]
Closed = Annotated[str, BeforeValidator(_as_text), AfterValidator(_closed)]
Sizes = Annotated[Many[Annotated[int, Field(ge=0, le=1_000_000_000)]], AfterValidator(_size_bands)]
