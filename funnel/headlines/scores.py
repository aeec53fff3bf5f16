"""Sentences about scores: whether a higher band means more, who falls short, who is held back."""

from itertools import pairwise

import pandas as pd

from funnel.headlines.common import Labels, Row, differ, is_small
from funnel.rows import records
from funnel.words.translate import say


def scores_headline(
    bands: pd.DataFrame, labels: Labels, to_label: str, days_needed: int, language: str
) -> str:
    """The highest band against the next one below it."""
    judged = [row for row in records(bands) if row["band"] is not None]
    if not sum(row["leads"] for row in records(bands)):
        return say("say.scores.young", language, days=days_needed)
    if len(judged) < 2:
        return say("say.scores.bands_small", language)
    low, high = judged[-2], judged[-1]
    names = {"high": _name(high, labels), "low": _name(low, labels)}
    for row in (high, low):
        if is_small(row["leads"]):
            return say("say.scores.small", language, high=_name(row, labels), n=row["leads"])
    if not _differ(high, low):
        return say("say.scores.same", language, **names)
    rates = {"rate": high["rate"], "other": low["rate"], "to": to_label}
    if high["rate"] < low["rate"]:
        return say("say.scores.lower", language, **names, **rates)
    if high["ci_low"] > low["ci_high"] and low["rate"]:
        return say(
            "say.scores.apart", language, times=_times(high["rate"] / low["rate"], language), **names, **rates
        )
    return say("say.scores.higher", language, **names, **rates)


def _name(row: Row, labels: Labels) -> str:
    return labels.get(row["band"], str(row["band"]))


def _differ(a: Row, b: Row) -> bool:
    return differ(a["converted"], a["leads"], b["converted"], b["leads"])


def score_bands(bands: pd.DataFrame, labels: Labels, to_label: str, language: str) -> str:
    """Whether each band converts more than the one below it, beyond chance; else which two do not differ; small
    bands aside.
    """
    judged = [row for row in records(bands) if row["band"] is not None and not is_small(row["leads"])]
    if len(judged) < 2:
        return say("say.scores.bands_small", language)
    steps = [
        (1 if high["rate"] > low["rate"] else -1) if _differ(high, low) else 0
        for low, high in pairwise(judged)
    ]
    if all(step == 1 for step in steps):
        return say("say.scores.bands_rising", language, to=to_label)
    if any(step == -1 for step in steps):
        return say("say.scores.bands_falling", language, to=to_label)
    if not any(steps):
        return say("say.scores.bands_same", language)
    low = steps.index(0)
    names = {"low": _name(judged[low], labels), "high": _name(judged[low + 1], labels)}
    return say("say.scores.bands_partly", language, **names)


def score_distribution(
    scores: pd.DataFrame, stage: str | None, labels: Labels, threshold: float | None, language: str
) -> str:
    """How many in the stage of the hand-off are below the threshold; else how many have a score."""
    scored = [row for row in records(scores) if row["bin_from"] is not None]
    if not sum(row["leads"] for row in scored):
        return say("say.scores.unscored", language)
    there = [row for row in scored if row["stage"] == stage]
    base = sum(row["leads"] for row in there)
    if threshold is None or stage is None or not base:
        return say("say.scores.spread", language, n=sum(row["leads"] for row in scored))
    short = sum(row["leads"] for row in there if row["bin_to"] <= threshold)
    name = labels.get(stage, stage)
    if not short:
        return say("say.scores.short_none", language, stage=name, threshold=threshold)
    if short == base:
        return say("say.scores.short_all", language, stage=name, n=base, threshold=threshold)
    if is_small(base):
        return say("say.scores.short_count", language, stage=name, n=base, k=short, threshold=threshold)
    return say("say.scores.short", language, stage=name, rate=short / base, threshold=threshold)


def held_back(leads: int, threshold: float, language: str) -> str:
    """How many have reached the threshold and were not handed off."""
    return say("say.scores.held" if leads else "say.scores.held_none", language, n=leads, threshold=threshold)


def _times(ratio: float, language: str) -> str:
    """2.6, but about 13: two rates of small counts say no more."""
    return f"{ratio:.1f}" if ratio < 10 else say("say.scores.about", language, n=ratio)
