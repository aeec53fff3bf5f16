"""What any TOML file of ours may hold and how it is refused: sections, texts, labels, and what is wrong in both
languages. Knows neither rules nor mappings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

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


Many = Annotated[tuple[T, ...], Field(strict=False)]  # TOML gives lists; the models keep what cannot change
Some = Annotated[tuple[T, ...], Field(strict=False, min_length=1)]
Text = Annotated[str, AfterValidator(_text)]


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
