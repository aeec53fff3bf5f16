"""The kinds of values that a rules file holds, and the sentences about values that cannot be.

Knows neither sections nor files: the file's name and the key's path are added by rules.py.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from funnel import calendar
from funnel.calendar import Span
from funnel.errors import suggest

T = TypeVar("T")


def wrong(en: str, ja: str) -> PydanticCustomError:
    """What is wrong with a value, in both languages; the file and the key's path are added later."""
    return PydanticCustomError("rules", "{en}", {"en": en, "ja": ja})


def nearest(name: str, names: Iterable[str]) -> tuple[str, str]:
    """What to add, in English and Japanese, about the name that was probably meant."""
    names = list(names)
    near = suggest(name, names)
    if near is not None:
        return f'; did you mean "{near}"?', f"もしかして「{near}」ですか?"
    if not names:
        return "; there is none", "使える名前はまだありません。"
    more, more_ja = (", …", "など") if len(names) > 12 else ("", "")
    return (
        f"; it can be {', '.join(names[:12])}{more}",
        f"使えるのは {'、'.join(names[:12])}{more_ja} です。",
    )


def stage_word(text: str) -> str:
    """How a stage's name is compared: after NFKC, with blanks removed, whatever its case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def size_band_names(sizes: Sequence[int]) -> list[str]:
    """`1-49`, …, `1000+` for the smallest size of each band."""
    return [f"{low}-{high - 1}" for low, high in pairwise(sizes)] + [f"{low}+" for low in sizes[-1:]]


# ---------------------------------------------------------------- what does not fit together


class Problem(NamedTuple):
    """The path of a key and what is wrong with it, in both languages."""

    path: str
    en: str
    ja: str


Problems = Iterator[Problem]


def unknown(path: str, en: str, ja: str, name: str, names: Iterable[str]) -> Problems:
    """Where `names` do not hold `name`; `en` and `ja` say what it should name."""
    names = list(names)
    if name not in names:
        near, near_ja = nearest(name, names)
        yield Problem(
            path, f'there is no {en} "{name}"{near}', f"「{name}」という{ja}はありません。{near_ja}"
        )


def exactly_one(path: str, given: Mapping[str, object]) -> Problems:
    """Where none or several of the keys have a value."""
    count = sum(value is not None for value in given.values())
    if count != 1:
        names = ", ".join(given)
        yield Problem(
            path,
            f"needs exactly one of {names}, not {count}",
            f"{names} のうち1つだけを書いてください(いまは{count}個です)。",
        )


def twice(path: Callable[[int], str], names: Iterable[str], en: str = "key", ja: str = "キー") -> Problems:
    """Where a name comes again; `path` tells the path of each index."""
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in first:
            there = path(first[name])
            yield Problem(
                path(index),
                f'the {en} "{name}" is taken by {there}; choose another',
                f"{ja}「{name}」は {there} で使われています。別の名前にしてください。",
            )
        first.setdefault(name, index)


# ---------------------------------------------------------------- reading one value


def _text(value: str) -> str:
    if not value.strip():
        raise wrong("must not be empty", "空にはできません。")
    return value


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
    found = calendar.parse_span(span)
    assert found is not None
    return found


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


Many = Annotated[tuple[T, ...], Field(strict=False)]  # TOML gives lists; the models keep what cannot change
Some = Annotated[tuple[T, ...], Field(strict=False, min_length=1)]
Text = Annotated[str, AfterValidator(_text)]
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


class Section(BaseModel):
    """A table of the file: only known keys, only exact types, never changed once read."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            raise wrong(
                'must be a table of keys, like {key = "value"}',
                "キーと値の組(テーブル)で書いてください。",
            )
        names = [field.alias or name for name, field in cls.model_fields.items()]
        for key in raw:
            if key not in names:
                en, ja = nearest(key, names)
                words = {"en": f"there is no such key{en}", "ja": f"このようなキーはありません。{ja}"}
                raise PydanticCustomError("rules", "{en}", {**words, "key": key})
        return raw


class Label(Section):
    """A name in both languages; where one is missing the other serves."""

    ja: Text | None = None
    en: Text | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> "Label":
        if self.ja is None and self.en is None:
            raise wrong("needs ja or en", "ja か en を書いてください。")
        return self

    @property
    def japanese(self) -> str:
        return self.ja or self.en or ""

    @property
    def english(self) -> str:
        return self.en or self.ja or ""
