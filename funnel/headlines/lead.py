"""The sentences of one lead's page."""

from datetime import date, datetime
from itertools import pairwise
from typing import Any

from funnel.headlines.common import Row
from funnel.words.dates import month_near
from funnel.words.durations import late_by, late_range
from funnel.words.names import listed
from funnel.words.translate import say


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
