"""Findings of the overview pages, of one lead's page and of the data's quality."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import pandas as pd

from funnel.sentences.common import Labels, Row, next_month, rows
from funnel.sentences.dormant import last_seen
from funnel.words import as_date, late_by, late_range, listed, month_near, say


def monthly_headline(kpis: pd.DataFrame, as_of: datetime, labels: Labels, language: str) -> str:
    """The month's count of MQLs (of leads, where MQL is no step) against its target; said as running while it is.

    `labels` name the figures that are shown.
    """
    by_name = {row["kpi"]: row for row in rows(kpis)}
    shown = [
        name for name in ("mql", "leads") if name in labels and by_name.get(name, {}).get("value") is not None
    ]
    if not shown:
        return say("say.empty.headline", language)
    row = by_name[shown[0]]
    month = month_near(row["month"], row["month"], language)
    values = {"month": month, "n": int(row["value"]), "target": row["target"], "kpi": labels[shown[0]]}
    if row["target"] is None:
        second = next(name for name in ("sql", "won") if name in labels)
        more = by_name.get(second, {}).get("value")
        return say("say.monthly.plain", language, k=int(more or 0), second=labels[second], **values)
    if next_month(as_date(row["month"])) > as_of.date():
        return say("say.monthly.running", language, day=last_seen(as_of).day, **values)
    return say("say.monthly.reached" if row["reached"] else "say.monthly.missed", language, **values)


def monthly_note(kpis: pd.DataFrame, labels: Labels, language: str) -> str:
    """Which of the shown figures miss their targets: a count of a month that is over, a rate beyond its error."""
    missed = []
    for row in rows(kpis):
        if row["kpi"] not in labels or row["target"] is None or row["value"] is None:
            continue
        is_rate = row["ci_high"] is not None
        if is_rate and not row["small"] and row["ci_high"] < row["target"]:
            missed.append(
                say(
                    "say.monthly.rate",
                    language,
                    kpi=labels[row["kpi"]],
                    rate=row["value"],
                    target=row["target"],
                )
            )
        elif row["base"] is None and row["reached"] is False:
            missed.append(
                say(
                    "say.monthly.count",
                    language,
                    kpi=labels[row["kpi"]],
                    n=row["value"],
                    target=row["target"],
                )
            )
    if not missed:
        return ""
    return say("say.monthly.below", language, names=say("app.comma", language).join(missed))


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


def lead_path(spells: list[Row], created_at: datetime, language: str) -> str:
    """The way from creation to where the lead is; a second pass is named. Spells carry `label` and `pass`."""
    month = month_near(created_at, spells[-1]["entered_at"], language) if spells else ""
    if not spells:
        return ""
    between: list[str] = []
    for before, spell in pairwise(spells[:-1]):
        name = spell["label"]
        if spell["pass"] > 1 and spell["pass"] > before["pass"]:
            name = say("say.lead.second", language, n=spell["pass"], stage=name)
        if not between or between[-1] != name:
            between.append(name)
    values: dict[str, Any] = {"month": month, "stage": spells[-1]["label"]}
    if not between:
        return say("say.lead.path_short", language, **values)
    shown = between if len(between) <= 2 else between[-1:]
    return say("say.lead.path", language, stages=listed(shown, language), **values)


def quality_headline(quality: pd.DataFrame, language: str) -> str:
    """Rows read, refused, and how many kinds of findings there are."""
    parts = rows(quality)
    files = [row for row in parts if row["part"] == "file"]
    read = sum(row["rows"] for row in files if row["name"].endswith("rows_read"))
    refused = sum(row["rows"] for row in files if row["name"].endswith("quarantined"))
    kinds = sum(1 for row in parts if row["part"] == "finding")
    if refused:
        return say("say.quality.quarantined", language, n=read, k=refused)
    return say("say.quality.findings" if kinds else "say.quality.clean", language, n=read, k=kinds)


def quality_reasons(quality: pd.DataFrame, language: str) -> str:
    """How many rows were refused."""
    refused = sum(row["rows"] for row in rows(quality) if row["part"] == "reason")
    return say("say.quality.reasons" if refused else "say.quality.reasons_none", language, n=refused)


def quality_kinds(quality: pd.DataFrame, language: str) -> str:
    """How many kinds of findings there are."""
    kinds = sum(1 for row in rows(quality) if row["part"] == "finding")
    return say("say.quality.kinds" if kinds else "say.quality.kinds_none", language, n=kinds)
