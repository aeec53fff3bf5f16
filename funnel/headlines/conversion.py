"""Sentences about conversion: the newest mature month, its change, the run of months, the period ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from funnel.headlines.common import Row, differ, is_small, newest_whole_month
from funnel.rows import records
from funnel.words.dates import as_date, month_near, month_range
from funnel.words.translate import say


@dataclass(frozen=True)
class Step:
    """From which stage to which, as they are called, and how long the leads had."""

    from_label: str
    to_label: str
    window_days: int | None
    from_creation: bool = False


def newest_mature(conversion: pd.DataFrame) -> Row | None:
    """The newest month whose window is over, or None."""
    mature = [row for row in records(conversion) if row["mature"]]
    return mature[-1] if mature else None


def conversion_headline(conversion: pd.DataFrame, step: Step, language: str) -> str:
    """What became of the newest mature month; never of a young one."""
    if step.window_days is None:
        return say("say.conversion.to_date", language)
    row = newest_mature(conversion)
    if row is None:
        return say("say.conversion.no_mature", language, window=step.window_days)
    month = month_near(row["month"], conversion["month"].iloc[-1], language)
    if not row["entered"]:
        none = "say.conversion.none_created" if step.from_creation else "say.conversion.none"
        return say(none, language, month=month, a=step.from_label)
    if is_small(row["entered"]):
        return say("say.conversion.small", language, month=month, a=step.from_label, n=row["entered"])
    return say(
        "say.conversion.headline_created" if step.from_creation else "say.conversion.headline",
        language,
        month=month,
        a=step.from_label,
        b=step.to_label,
        n=row["entered"],
        rate=row["rate"],
        window=step.window_days,
    )


def conversion_note(conversion: pd.DataFrame, step: Step, target: float | None, language: str) -> str:
    """The line under the headline: change on the month before, target, and from where on months are young."""
    if step.window_days is None:
        return ""
    parts = []
    row = newest_mature(conversion)
    if row is not None and not row["entered"]:
        parts = [_last_one(conversion, language)]
    if row is not None and not is_small(row["entered"]):
        parts = [_change(conversion, row, language), _against(row, target, language)]
    young = [row["month"] for row in records(conversion) if row["mature"] is False]
    if young and row is not None:
        month = month_near(young[0], conversion["month"].iloc[-1], language)
        parts.append(say("say.conversion.young", language, month=month, window=step.window_days))
    return say("app.and_then", language).join(part for part in parts if part)


def _change(conversion: pd.DataFrame, row: Row, language: str) -> str:
    earlier = [before for before in records(conversion) if as_date(before["month"]) < as_date(row["month"])]
    if not earlier:
        return ""
    before = earlier[-1]
    if is_small(before["entered"]):
        return say("say.conversion.no_change", language, n=before["entered"])
    change = row["rate"] - before["rate"]
    verdict = "within_chance"
    if differ(row["converted"], row["entered"], before["converted"], before["entered"]):
        verdict = "rise" if change > 0 else "fall"
    return say("say.conversion.change", language, change=change, verdict=say(f"verdict.{verdict}", language))


def beside_kpi(conversion: pd.DataFrame, counts: dict[date, int], step: Step, language: str) -> str:
    """Why the review counts more in the headline's month: leads that skipped the stage. `counts` by month."""
    row = newest_mature(conversion)
    if row is None or step.from_creation or step.window_days is None:
        return ""
    counted = counts.get(as_date(row["month"]), 0)
    if not row["entered"] or counted <= row["entered"]:
        return ""
    more = counted - row["entered"]
    return say("say.conversion.beside_kpi", language, a=step.from_label, n=counted, k=more)


def _last_one(conversion: pd.DataFrame, language: str) -> str:
    """The newest mature month that has anyone, where the newest one has none."""
    some = [row for row in records(conversion) if row["mature"] and row["entered"]]
    if not some or is_small(some[-1]["entered"]):
        return ""
    month = month_near(some[-1]["month"], conversion["month"].iloc[-1], language)
    return say("say.conversion.last_one", language, month=month, n=some[-1]["entered"], rate=some[-1]["rate"])


def _against(row: Row, target: float | None, language: str) -> str:
    if target is None:
        return ""
    way = "unclear"
    if row["ci_high"] < target:
        way = "below"
    elif row["ci_low"] >= target:
        way = "reached"
    return say(f"say.conversion.target_{way}", language, target=target)


def conversion_trend(conversion: pd.DataFrame, step: Step, revised: Sequence[date], language: str) -> str:
    """Mature months before and after the newest revision of the rules, or the last three on all before."""
    if step.window_days is None:
        return say("say.conversion.trend_to_date", language)
    mature = [row for row in records(conversion) if row["mature"] and row["entered"]]
    for day in sorted(revised, reverse=True):
        before = [row for row in mature if as_date(row["month"]) < day.replace(day=1)]
        after = [row for row in mature if as_date(row["month"]) >= day.replace(day=1)]
        if _judged(before) and _judged(after):
            month = month_near(day, conversion["month"].iloc[-1], language)
            return _moved("trend", before, after, language, month=month)
    before, after = mature[:-3], mature[-3:]
    if _judged(before) and _judged(after):
        months = month_range(after[0]["month"], after[-1]["month"], language)
        return _moved("recent", before, after, language, months=months)
    return say("say.conversion.trend_few", language)


def _judged(months: list[Row]) -> bool:
    return not is_small(sum(row["entered"] for row in months))


def _moved(key: str, before: list[Row], after: list[Row], language: str, **values: object) -> str:
    counts = [
        sum(row[name] for row in months) for months in (after, before) for name in ("converted", "entered")
    ]
    now, then = counts[0] / counts[1], counts[2] / counts[3]
    if not differ(*counts):
        return say(f"say.conversion.{key}_same", language, after=now, **values)
    way = say("say.conversion.rose" if now > then else "say.conversion.fell", language)
    return say(f"say.conversion.{key}_changed", language, before=then, after=now, way=way, **values)


def period_ratio(ratios: pd.DataFrame, as_of: datetime, language: str) -> str:
    """The newest month that is over."""
    row = newest_whole_month(ratios[ratios["ratio"].notna()], as_of)
    if row is None:
        return say("say.conversion.period_none", language)
    month = month_near(row["month"], ratios["month"].iloc[-1], language)
    if is_small(row["entered_from"]):
        return say("say.conversion.period_small", language, month=month)
    return say("say.conversion.period", language, month=month, ratio=row["ratio"])


def period_parts(ratios: pd.DataFrame, as_of: datetime, language: str) -> str:
    """What the ratio of that month is reckoned from; nothing where there is none."""
    row = newest_whole_month(ratios[ratios["ratio"].notna()], as_of)
    if row is None:
        return ""
    month = month_near(row["month"], ratios["month"].iloc[-1], language)
    parts = {"k": row["entered_to"], "n": row["entered_from"]}
    return say("say.conversion.period_parts", language, month=month, **parts)
