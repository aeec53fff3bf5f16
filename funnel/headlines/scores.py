"""Sentences about scores: whether a higher band means more, who falls short, who is held back."""

import pandas as pd

from funnel.headlines.common import Labels, Row
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
        if row["small"]:
            return say("say.scores.small", language, high=_name(row, labels), n=row["leads"])
    if high["verdict"] == "unclear":
        return say("say.scores.same", language, **names)
    rates = {"rate": high["rate"], "other": low["rate"], "to": to_label}
    if high["verdict"] == "lower":
        return say("say.scores.lower", language, **names, **rates)
    if high["apart"] and high["times"] is not None:
        times = _times(high["times"], language)
        return say("say.scores.apart", language, times=times, **names, **rates)
    return say("say.scores.higher", language, **names, **rates)


def _name(row: Row, labels: Labels) -> str:
    return labels.get(row["band"], str(row["band"]))


def score_bands(bands: pd.DataFrame, labels: Labels, to_label: str, language: str) -> str:
    """Whether each band converts more than the one below it, beyond chance; else which two do not differ; small
    bands aside.
    """
    steps = [row for row in records(bands) if row["verdict"] is not None]
    verdicts = {row["verdict"] for row in steps}
    if not steps:
        return say("say.scores.bands_small", language)
    if verdicts == {"higher"}:
        return say("say.scores.bands_rising", language, to=to_label)
    if "lower" in verdicts:
        return say("say.scores.bands_falling", language, to=to_label)
    if verdicts == {"unclear"}:
        return say("say.scores.bands_same", language)
    row = next(row for row in steps if row["verdict"] == "unclear")
    names = {"low": labels.get(row["against"], row["against"]), "high": _name(row, labels)}
    return say("say.scores.bands_partly", language, **names)


def score_distribution(
    shortfall: pd.DataFrame, stage: str | None, labels: Labels, threshold: float | None, language: str
) -> str:
    """How many in the stage of the hand-off are below the threshold (`score_shortfall`); else how many have a score."""
    row = records(shortfall)[0]
    base, short = row["base"], row["short"]
    if not row["scored"]:
        return say("say.scores.unscored", language)
    if threshold is None or stage is None or not base:
        return say("say.scores.spread", language, n=row["scored"])
    name = labels.get(stage, stage)
    if not short:
        return say("say.scores.short_none", language, stage=name, threshold=threshold)
    if short == base:
        return say("say.scores.short_all", language, stage=name, n=base, threshold=threshold)
    if row["small"]:
        return say("say.scores.short_count", language, stage=name, n=base, k=short, threshold=threshold)
    return say("say.scores.short", language, stage=name, rate=row["rate"], threshold=threshold)


def held_back(leads: int, threshold: float, language: str) -> str:
    """How many have reached the threshold and were not handed off."""
    return say("say.scores.held" if leads else "say.scores.held_none", language, n=leads, threshold=threshold)


def _times(ratio: float, language: str) -> str:
    """2.6, but about 13: two rates of small counts say no more."""
    return f"{ratio:.1f}" if ratio < 10 else say("say.scores.about", language, n=ratio)
