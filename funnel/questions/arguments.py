"""The kinds of argument that a question takes, read from text and checked against the rules."""

from dataclasses import dataclass
from math import isfinite
from typing import Protocol

from funnel.errors import BadQuestion, suggest
from funnel.rules.models import Rules

MILESTONES = ("mql", "sql", "opportunity")


class Argument(Protocol):
    """Reads what was given (None = nothing) and returns what the query is told. Raises BadQuestion."""

    def read(self, given: object, name: str, rules: Rules) -> object: ...


def _refuse(name: str, given: object, wanted: str, wanted_ja: str) -> BadQuestion:
    return BadQuestion(
        f"{name}={given} is wrong: {wanted}.",
        f"{name}の値「{given}」は使えません。{wanted_ja}を指定してください。",
    )


@dataclass(frozen=True)
class StageKey:
    """A stage of the path by its key, else by a milestone."""

    default: str

    def read(self, given: object, name: str, rules: Rules) -> str:
        word = self.default if given is None else str(given)
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
class Days:
    """Whole days, 0 or more."""

    default: int

    def read(self, given: object, name: str, rules: Rules) -> int:
        text = str(self.default if given is None else given)
        if not text.isascii() or not text.isdigit() or int(text) > 36500:
            raise _refuse(name, given, "whole days from 0 to 36500", "0以上36500以下の整数の日数")
        return int(text)


@dataclass(frozen=True)
class Window:
    """Whole days, or `none` for "to date"."""

    default: int

    def read(self, given: object, name: str, rules: Rules) -> int | None:
        if given == "none":
            return None
        return Days(self.default).read(given, name, rules)


@dataclass(frozen=True)
class Number:
    """A finite number above 0."""

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
class Choice:
    """One of a few words; the first is the default. A word that is a milestone needs a stage of it."""

    words: tuple[str, ...]
    milestones: tuple[str, ...] = ()

    def read(self, given: object, name: str, rules: Rules) -> str:
        word = self.words[0] if given is None else str(given)
        if word not in self.words:
            raise _refuse(
                name, given, f"one of {', '.join(self.words)}", "、".join(self.words) + "のいずれか"
            )
        if word in self.milestones:
            StageKey(word).read(None, name, rules)
        return word


@dataclass(frozen=True)
class PolicyKey:
    """An SLA policy by its key; by default the first of the rules, None where they have none: then there is no clock."""

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
