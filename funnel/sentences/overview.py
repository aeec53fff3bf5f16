"""Findings of the overview pages, of one lead's page and of the data's quality."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pandas as pd

from funnel.frames import records
from funnel.sentences.common import Labels, Row, next_month
from funnel.sentences.dormant import last_seen
from funnel.words import as_date, late_by, late_range, listed, month_near, say

LOWER_IS_BETTER = {"dormant_share"}


def target_verdicts(kpis: pd.DataFrame, shown: Iterable[str]) -> dict[str, str]:
    """Which of the shown figures with a target `missed` it, `reached` it or are `unclear`: a rate is judged by its
    interval, everything else once its month is over.
    """
    found = {}
    for row in records(kpis):
        if row["kpi"] not in shown or None in (row["target"], row["value"], row["reached"]):
            continue
        low, high, target = row["ci_low"], row["ci_high"], row["target"]
        if row["kpi"] in LOWER_IS_BETTER and low is not None:
            low, high, target = -high, -low, -target
        verdict = "reached" if row["reached"] else "missed"
        if row["small"] or (low is not None and low < target <= high):
            verdict = "unclear"
        found[row["kpi"]] = verdict
    return found


def monthly_headline(
    kpis: pd.DataFrame, as_of: datetime, labels: Labels, shown: Iterable[str], language: str
) -> str:
    """How many of the targets of the `shown` figures the month missed; while it runs, and where there is at most one
    target, its count of MQLs (of leads, where MQL is no step). `labels` name the counts.
    """
    by_name = {row["kpi"]: row for row in records(kpis)}
    counted = [
        name for name in ("mql", "leads") if name in labels and by_name.get(name, {}).get("value") is not None
    ]
    if not counted:
        return say("say.empty.headline", language)
    row = by_name[counted[0]]
    month = month_near(row["month"], row["month"], language)
    running = next_month(as_date(row["month"])) > as_of.date()
    verdicts = list(target_verdicts(kpis, shown).values())
    missed, reached = verdicts.count("missed"), verdicts.count("reached")
    if len(verdicts) > 1 and (missed or reached) and not running:
        key = "some_missed" if missed else "some_unclear"
        if len(verdicts) in (missed, reached):
            key = "all_missed" if missed else "all_met"
        return say(f"say.monthly.{key}", language, month=month, n=len(verdicts), k=missed or reached)
    values = {"month": month, "n": int(row["value"]), "target": row["target"], "kpi": labels[counted[0]]}
    if row["target"] is None:
        second = next(name for name in ("sql", "won") if name in labels)
        more = by_name.get(second, {}).get("value")
        return say("say.monthly.plain", language, k=int(more or 0), second=labels[second], **values)
    if running:
        return say("say.monthly.running", language, day=last_seen(as_of).day, **values)
    return say("say.monthly.reached" if row["reached"] else "say.monthly.missed", language, **values)


def monthly_note(
    kpis: pd.DataFrame, labels: Labels, written: Callable[[str, float], str], language: str
) -> str:
    """Which of the shown figures (`labels`) miss their targets; `written` writes a figure in its unit."""
    verdicts = target_verdicts(kpis, labels)
    missed = []
    for row in records(kpis):
        if verdicts.get(row["kpi"]) == "missed":
            value, target = written(row["kpi"], row["value"]), written(row["kpi"], row["target"])
            missed.append(
                say("say.monthly.item", language, kpi=labels[row["kpi"]], value=value, target=target)
            )
    if not missed:
        return ""
    return say("say.monthly.below", language, names=say("app.comma", language).join(missed))


def next_steps(overdue: int, over_limit: int, unassigned: int, language: str) -> str:
    """What there is to bring down by now."""
    counts = {"overdue": overdue, "over": over_limit, "unassigned": unassigned}
    things = [say(f"say.next.things_{name}", language, n=count) for name, count in counts.items() if count]
    if not things:
        return say("say.next.none", language)
    return say("say.next.some", language, things=listed(things, language))


def lead_headline(
    company: str,
    stage_label: str,
    days: float | None,
    overdue: Row | None,
    due_today: Row | None,
    silent_days: float | None,
    hours_per_day: float,
    language: str,
    most_days: float | None = None,
    undeterminable: Row | None = None,
) -> str:
    """The company and what presses most: an overdue clock, a deadline today, one that cannot be told, silence,
    or nothing. `most_days` where `days` are only the least that they can be.
    """
    if overdue is not None:
        how = (hours_per_day, language, bool(overdue.get("is_elapsed")))
        late = late_by(overdue["late_hours"], *how)
        if overdue.get("most_late_hours") is not None:
            late = late_range(overdue["least_late_hours"], overdue["most_late_hours"], *how)
        return say("say.lead.overdue", language, company=company, policy=overdue["label"], late=late)
    if due_today is not None:
        return say("say.lead.due_today", language, company=company, policy=due_today["label"])
    if undeterminable is not None:
        return say("say.lead.undeterminable", language, company=company, policy=undeterminable["label"])
    if silent_days is not None:
        return say("say.lead.silent", language, company=company, days=int(silent_days))
    if days is None:
        return say("say.lead.calm_unknown", language, company=company, stage=stage_label)
    if most_days is not None and int(most_days) > int(days):
        least, most = int(days), int(most_days)
        return say("say.lead.calm_range", language, company=company, stage=stage_label, low=least, days=most)
    return say("say.lead.calm", language, company=company, stage=stage_label, days=int(days))


def lead_path(spells: list[Row], created_at: datetime, near: date, language: str) -> str:
    """The way from creation to where the lead is; a second pass is named. Spells carry `label` and `pass`.

    `near`: the day that is looked at; a year before it the month has its year.
    """
    if not spells:
        return ""
    month = month_near(created_at, near, language)
    between: list[str] = []
    for before, spell in pairwise(spells[:-1]):
        name = spell["label"]
        if spell["pass"] > 1 and spell["pass"] > before["pass"]:
            name = say("say.lead.second", language, n=spell["pass"], stage=name)
        if not between or between[-1] != name:
            between.append(name)
    values: dict[str, Any] = {"month": month, "stage": spells[-1]["label"]}
    if not between:
        return say(f"say.lead.path_{'short' if len(spells) == 1 else 'direct'}", language, **values)
    shown = between if len(between) <= 2 else between[-1:]
    return say("say.lead.path", language, stages=listed(shown, language), **values)


def quality_headline(quality: pd.DataFrame, language: str) -> str:
    """Rows read, refused, and how many kinds of findings there are."""
    parts = records(quality)
    files = [row for row in parts if row["part"] == "file"]
    read = sum(row["rows"] for row in files if row["name"].endswith("rows_read"))
    refused = sum(row["rows"] for row in files if row["name"].endswith("quarantined"))
    kinds = sum(1 for row in parts if row["part"] == "finding")
    if refused:
        return say("say.quality.quarantined", language, n=read, k=refused)
    return say("say.quality.findings" if kinds else "say.quality.clean", language, n=read, k=kinds)


def quality_reasons(quality: pd.DataFrame, language: str) -> str:
    """How many rows were refused."""
    refused = sum(row["rows"] for row in records(quality) if row["part"] == "reason")
    return say("say.quality.reasons" if refused else "say.quality.reasons_none", language, n=refused)


def quality_kinds(quality: pd.DataFrame, language: str) -> str:
    """How many kinds of findings there are."""
    kinds = sum(1 for row in records(quality) if row["part"] == "finding")
    return say("say.quality.kinds" if kinds else "say.quality.kinds_none", language, n=kinds)
