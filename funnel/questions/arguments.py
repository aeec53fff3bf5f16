"""The kinds of argument that a question takes, read from text or as a page has them, checked against the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import ClassVar, Protocol

from funnel.errors import BadQuestion, suggest
from funnel.local_time import as_of_instant, month_of, read_month
from funnel.rules.models import Rules

MILESTONES = ("mql", "sql", "opportunity")
OFF_THE_RULES = ("stage", "score_band")


class Argument(Protocol):
    """Reads what was given (None = nothing) and returns what the query is told. Raises BadQuestion.

    One that is needed has no default; what it is given is never None.
    """

    @property
    def is_needed(self) -> bool: ...

    def read(self, given: object, name: str, rules: Rules) -> object: ...


def dimensions_of(rules: Rules) -> tuple[str, ...]:
    """Every dimension that leads can be filtered and broken down by."""
    return tuple(dict.fromkeys((*rules.dimensions, *OFF_THE_RULES)))


def unknown(what: str, what_ja: str, name: str, known: Sequence[str]) -> BadQuestion:
    """The sentence for a name that does not exist, with the nearest one."""
    near = suggest(name, known)
    hint = f"did you mean {near}?" if near else f"known: {', '.join(known) or 'none'}."
    hint_ja = f"{near}のことでしょうか。" if near else f"使えるのは{'、'.join(known) or 'ありません'}です。"
    return BadQuestion(f"Unknown {what} {name!r}: {hint}", f"{what_ja}「{name}」はありません。{hint_ja}")


def _refuse(name: str, given: object, wanted: str, wanted_ja: str) -> BadQuestion:
    return BadQuestion(
        f"{name}={given} is wrong: {wanted}.",
        f"{name}の値「{given}」は使えません。{wanted_ja}を指定してください。",
    )


@dataclass(frozen=True)
class StageKey:
    """A stage of the path by its key, else by a milestone; without a default it is needed."""

    default: str | None = None

    @property
    def is_needed(self) -> bool:
        return self.default is None

    def read(self, given: object, name: str, rules: Rules) -> str:
        word = str(self.default if given is None else given)
        path = list(rules.ranks())
        if word in path:
            return word
        if word in MILESTONES:
            mapped = rules.milestone(word)
            if mapped is not None:
                return mapped
            raise BadQuestion(
                f"These rules map the milestone {word} to no stage: name another stage in {name} "
                f"or map it under [milestones].",
                f"この定義では{word.upper()}に当たるステージが決まっていません。[milestones]で対応づけてください。",
            )
        near = suggest(word, [*path, *MILESTONES])
        raise _refuse(
            name,
            word,
            f"it is no stage of the path; did you mean {near}?" if near else f"stages: {', '.join(path)}",
            f"ステージ({'、'.join(path)})",
        )


@dataclass(frozen=True)
class AnyStageKey:
    """Any stage of the rules by its key, else by a milestone; None = all of them, where it is not needed."""

    is_needed: bool = False

    def read(self, given: object, name: str, rules: Rules) -> str | None:
        if given is None:
            return None
        keys, word = [stage.key for stage in rules.stages], str(given)
        if word in keys:
            return word
        mapped = rules.milestone(word) if word in MILESTONES else None
        if mapped is not None:
            return mapped
        near = suggest(word, keys)
        raise _refuse(
            name,
            word,
            f"no such stage; did you mean {near}?" if near else f"stages: {', '.join(keys)}",
            f"ステージ({'、'.join(keys)})",
        )


@dataclass(frozen=True)
class Days:
    """Whole days, 0 or more."""

    is_needed: ClassVar[bool] = False
    default: int

    def read(self, given: object, name: str, rules: Rules) -> int:
        text = str(self.default if given is None else given)
        if not text.isascii() or not text.isdigit() or int(text) > 36500:
            raise _refuse(name, given, "whole days from 0 to 36500", "0以上36500以下の整数の日数")
        return int(text)


@dataclass(frozen=True)
class Count:
    """A whole number from `least` to `most`."""

    is_needed: ClassVar[bool] = False
    default: int
    least: int
    most: int

    def read(self, given: object, name: str, rules: Rules) -> int:
        text = str(self.default if given is None else given)
        if not text.isascii() or not text.isdigit() or not self.least <= int(text) <= self.most:
            raise _refuse(
                name,
                given,
                f"a whole number from {self.least} to {self.most}",
                f"{self.least}以上{self.most}以下の整数",
            )
        return int(text)


@dataclass(frozen=True)
class Day:
    """A day of the years that a time may lie in; None where it is left out."""

    is_needed: ClassVar[bool] = False

    def read(self, given: object, name: str, rules: Rules) -> date | None:
        if given is None or (isinstance(given, date) and not isinstance(given, datetime)):
            return given
        try:
            day = datetime.strptime(str(given), "%Y-%m-%d").date() if len(str(given)) == 10 else None
        except ValueError:
            day = None
        if day is None or not 1990 <= day.year <= 2100:
            raise _refuse(name, given, "a day (2026-10-31)", "日付(2026-10-31)")
        return day


@dataclass(frozen=True)
class Window:
    """Whole days, or `none` for "to date"."""

    is_needed: ClassVar[bool] = False
    default: int

    def read(self, given: object, name: str, rules: Rules) -> int | None:
        if given == "none":
            return None
        return Days(self.default).read(given, name, rules)


@dataclass(frozen=True)
class Number:
    """A finite number above 0."""

    is_needed: ClassVar[bool] = False
    default: float

    def read(self, given: object, name: str, rules: Rules) -> float:
        try:
            value = float(str(self.default if given is None else given))
        except ValueError:
            value = 0.0
        if not isfinite(value) or value <= 0:
            raise _refuse(name, given, "a number above 0", "0より大きい数")
        return value


@dataclass(frozen=True)
class NumberOrNone:
    """A finite number, or None."""

    is_needed: ClassVar[bool] = False

    def read(self, given: object, name: str, rules: Rules) -> float | None:
        if given is None:
            return None
        try:
            value = float(str(given))
        except ValueError:
            value = float("nan")
        if not isfinite(value):
            raise _refuse(name, given, "a number, or left out", "数(または指定なし)")
        return value


@dataclass(frozen=True)
class Choice:
    """One of a few words; the first is the default. A word that is a milestone needs a stage of it."""

    words: tuple[str, ...]
    milestones: tuple[str, ...] = ()
    is_needed: ClassVar[bool] = False

    def read(self, given: object, name: str, rules: Rules) -> str:
        word = Word(self.words, self.milestones).read(given, name, rules)
        return self.words[0] if word is None else word


@dataclass(frozen=True)
class Word:
    """One of a few words, or None where it is not needed. A word that is a milestone needs a stage of it."""

    words: tuple[str, ...]
    milestones: tuple[str, ...] = ()
    is_needed: bool = False

    def read(self, given: object, name: str, rules: Rules) -> str | None:
        if given is None:
            return None
        word = str(given)
        if word not in self.words:
            raise _refuse(
                name, given, f"one of {', '.join(self.words)}", "、".join(self.words) + "のいずれか"
            )
        if word in self.milestones:
            StageKey(word).read(None, name, rules)
        return word


@dataclass(frozen=True)
class BandKey:
    """A score band by its key; None = below every band, or never scored."""

    is_needed: ClassVar[bool] = False

    def read(self, given: object, name: str, rules: Rules) -> str | None:
        keys = tuple(band.key for band in rules.scoring.bands)
        if given is not None and str(given) not in keys:
            raise _refuse(
                name,
                given,
                f"score bands: {', '.join(keys) or 'none'}",
                f"スコア帯({'、'.join(keys) or 'この定義にはありません'})",
            )
        return None if given is None else str(given)


@dataclass(frozen=True)
class PolicyKey:
    """An SLA policy by its key; by default the first of the rules, None where they have none: then there is no clock."""

    is_needed: ClassVar[bool] = False

    def read(self, given: object, name: str, rules: Rules) -> str | None:
        keys = [policy.key for policy in rules.sla]
        word = next(iter(keys), None) if given is None else str(given)
        if word is not None and word not in keys:
            near = suggest(word, keys)
            raise _refuse(
                name,
                given,
                f"no such policy; did you mean {near}?" if near else f"policies: {', '.join(keys) or 'none'}",
                f"対応ルール({'、'.join(keys) or 'この定義にはありません'})",
            )
        return word


@dataclass(frozen=True)
class Text:
    """Any text: a value of a dimension, the id of a lead. None where it is left out."""

    is_needed: bool = False

    def read(self, given: object, name: str, rules: Rules) -> str | None:
        return None if given is None else str(given)


@dataclass(frozen=True)
class YesNo:
    """true or false."""

    default: bool
    is_needed: ClassVar[bool] = False

    def read(self, given: object, name: str, rules: Rules) -> bool:
        word = str(self.default if given is None else given).lower()
        if word not in ("true", "false"):
            raise _refuse(name, given, "true or false", "trueかfalse")
        return word == "true"


@dataclass(frozen=True)
class Month:
    """One month, `2026-07` or any day of it; its first day."""

    is_needed: ClassVar[bool] = True

    def read(self, given: object, name: str, rules: Rules) -> date:
        if isinstance(given, date):
            return month_of(given.date() if isinstance(given, datetime) else given)
        return read_month(str(given), name)


@dataclass(frozen=True)
class Instant:
    """An instant, read as T is: a day is seen whole, a time without a zone is of the rules' zone."""

    is_needed: ClassVar[bool] = True

    def read(self, given: object, name: str, rules: Rules) -> datetime:
        try:
            return as_of_instant(given if isinstance(given, date) else str(given), rules.timezone)
        except BadQuestion:
            wanted = "a day (2026-10-31) or a time (2026-10-31T09:00)"
            wanted_ja = "日付(2026-10-31)か日時(2026-10-31T09:00)"
            raise _refuse(name, given, wanted, wanted_ja) from None


@dataclass(frozen=True)
class Dimensions:
    """Dimensions, comma-separated in text; all without any."""

    is_needed: ClassVar[bool] = False

    def read(self, given: object, name: str, rules: Rules) -> list[str]:
        known = dimensions_of(rules)
        if given is None:
            return list(known)
        named = given.split(",") if isinstance(given, str) else given
        words = [str(word) for word in named] if isinstance(named, Sequence) else [str(named)]
        for word in words:
            if word not in known:
                raise unknown("dimension", "項目", word, known)
        return words
