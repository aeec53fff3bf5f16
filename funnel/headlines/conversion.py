"""Sentences about conversion: the newest mature month, its change, the run of months, the period ratio."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from funnel.headlines.common import Row, newest_whole_month
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
    if row["small"]:
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


def conversion_note(conversion: pd.DataFrame, step: Step, language: str) -> str:
    """The line under the headline: change on the month before, target, and from where on months are young."""
    if step.window_days is None:
        return ""
    parts = []
    row = newest_mature(conversion)
    if row is not None and not row["entered"]:
        parts = [_last_one(conversion, language)]
    if row is not None and not row["small"]:
        parts = [_change(row, language), _against(row, language)]
    young = [row["month"] for row in records(conversion) if row["mature"] is False]
    if young and row is not None:
        month = month_near(young[0], conversion["month"].iloc[-1], language)
        parts.append(say("say.conversion.young", language, month=month, window=step.window_days))
    return say("app.and_then", language).join(part for part in parts if part)


def _change(row: Row, language: str) -> str:
    if row["previous_base"] is None:
        return ""
    if row["verdict"] is None:
        return say("say.conversion.no_change", language, n=row["previous_base"])
    verdict = "within_chance" if row["verdict"] == "unclear" else row["verdict"]
    change = row["rate"] - row["previous"]
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
    if not some or some[-1]["small"]:
        return ""
    month = month_near(some[-1]["month"], conversion["month"].iloc[-1], language)
    return say("say.conversion.last_one", language, month=month, n=some[-1]["entered"], rate=some[-1]["rate"])


def _against(row: Row, language: str) -> str:
    if row["target_verdict"] is None:
        return ""
    return say(f"say.conversion.target_{row['target_verdict']}", language, target=row["target"])


def conversion_trend(runs: pd.DataFrame, step: Step, newest: date, language: str) -> str:
    """Mature months before and after the newest revision of the rules, or the last three on all before; `newest` is
    the last month of all.
    """
    if step.window_days is None:
        return say("say.conversion.trend_to_date", language)
    judged = [row for row in records(runs) if not row["small"]]
    if not judged:
        return say("say.conversion.trend_few", language)
    row = judged[0]
    if row["kind"] == "revision":
        return _moved("trend", row, language, month=month_near(row["began_on"], newest, language))
    months = month_range(row["first_month"], row["last_month"], language)
    return _moved("recent", row, language, months=months)


def _moved(key: str, row: Row, language: str, **values: object) -> str:
    before, after = row["rate_before"], row["rate_after"]
    if row["verdict"] == "unclear":
        return say(f"say.conversion.{key}_same", language, after=after, **values)
    way = say("say.conversion.rose" if row["verdict"] == "higher" else "say.conversion.fell", language)
    return say(f"say.conversion.{key}_changed", language, before=before, after=after, way=way, **values)


def period_ratio(ratios: pd.DataFrame, as_of: datetime, language: str) -> str:
    """The newest month that is over."""
    row = newest_whole_month(ratios[ratios["ratio"].notna()], as_of)
    if row is None:
        return say("say.conversion.period_none", language)
    month = month_near(row["month"], ratios["month"].iloc[-1], language)
    if row["small"]:
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
