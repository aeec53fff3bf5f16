"""Sentences about waiting: which stage is over its limit, how many leads, how long."""

from collections.abc import Sequence

import pandas as pd

from funnel.headlines.common import Labels, Row
from funnel.rows import records
from funnel.words.translate import say


def aging_headline(aging: pd.DataFrame, labels: Labels, limits: Labels, language: str) -> str:
    """The stage with the largest share over its limit, as counts where the base is small."""
    limited = [row for row in records(aging) if row["over_limit"] is not None]
    if not any(row["waiting_leads"] for row in records(aging)):
        return say("say.aging.nobody", language)
    if not limited:
        return say("say.aging.no_limits", language)
    worst = _worst(limited)
    if worst is None:
        return say("say.aging.none", language)
    if worst["small"]:
        return _counted(worst, labels, language)
    return say(
        "say.aging.headline",
        language,
        stage=labels.get(worst["stage"], worst["stage"]),
        rate=worst["over_limit_rate"],
        limit=limits.get(worst["stage"], ""),
    )


def _counted(row: Row, labels: Labels, language: str) -> str:
    stage, whole, over = labels.get(row["stage"], row["stage"]), row["dated"], row["over_limit"]
    key = "all_over" if over == whole else "headline_count"
    return say(f"say.aging.{key}", language, stage=stage, n=whole, k=over)


def _worst(limited: list[Row]) -> Row | None:
    over = [row for row in limited if row["over_limit"]]
    large = [row for row in over if not row["small"]]
    if large:
        return max(large, key=lambda row: row["over_limit_rate"])
    return max(over, key=lambda row: row["over_limit"], default=None)


def aging_rates(aging: pd.DataFrame, labels: Labels, language: str) -> str:
    """The two stages with the largest shares over their limits."""
    limited = [row for row in records(aging) if row["over_limit"] is not None]
    if not limited:
        return say("say.aging.no_limits", language)
    large = [row for row in limited if row["over_limit"] and not row["small"]]
    if not large:
        worst = _worst(limited)
        if worst is None:
            return say("say.aging.none", language)
        return _counted(worst, labels, language)
    top = sorted(large, key=lambda row: -row["over_limit_rate"])[:2]
    names = [labels.get(row["stage"], row["stage"]) for row in top]
    rates = [row["over_limit_rate"] for row in top]
    if len(top) == 2:
        return say("say.aging.rates_two", language, a=names[0], b=names[1], first=rates[0], second=rates[1])
    return say("say.aging.rates_one", language, a=names[0], first=rates[0])


def aging_ridge(aging: pd.DataFrame, language: str) -> str:
    """How many are over their limits in all stages together."""
    over = sum(row["over_limit"] or 0 for row in records(aging))
    return say("say.aging.ridge" if over else "say.aging.none", language, n=over)


def aging_buckets(buckets: pd.DataFrame, path: Sequence[str], language: str) -> str:
    """The longest waits in the stages of the path; nobody waits in lost and dormant."""
    waiting = [row for row in records(buckets) if row["stage"] in path]
    longest = sum(row["leads"] for row in waiting if row["bucket"] == "181+")
    if longest:
        return say("say.aging.buckets", language, n=longest)
    long = sum(row["leads"] for row in waiting if row["bucket"] == "91-180")
    return say("say.aging.buckets_some" if long else "say.aging.buckets_none", language, n=long)
