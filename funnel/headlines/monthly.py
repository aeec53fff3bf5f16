"""Sentences of the overview pages, of one lead's page and of the data's quality."""

from collections.abc import Callable, Iterable
from datetime import datetime

import pandas as pd

from funnel.headlines.common import Labels
from funnel.headlines.dormant import last_seen
from funnel.months import next_month
from funnel.rows import records
from funnel.words.dates import as_date, month_near
from funnel.words.names import listed
from funnel.words.translate import say


def target_verdicts(kpis: pd.DataFrame, shown: Iterable[str]) -> dict[str, str]:
    """Which of the shown figures with a target `missed` it, `reached` it or are `unclear`."""
    return {
        row["kpi"]: row["target_verdict"]
        for row in records(kpis)
        if row["kpi"] in shown and row["target_verdict"] is not None
    }


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
