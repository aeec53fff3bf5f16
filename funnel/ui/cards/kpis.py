"""Tiles of the month's figures: value, change on the month before, target, thirteen months of history."""

from collections.abc import Sequence
from datetime import datetime, time
from functools import partial
from typing import Any

import pandas as pd

from funnel import headlines
from funnel.local_time import zone
from funnel.months import Months, months_before, next_month
from funnel.rows import records
from funnel.ui.ground.markdown import esc
from funnel.ui.parts.cards import heading
from funnel.ui.parts.tiles import Tile, tiles
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.dates import as_date, day_month, month_near, month_range
from funnel.words.numbers import money, percent, points, signed

COUNTS = ("leads", "mql", "sql", "opportunity", "won")
TILES = ("leads", "mql", "sql", "won")
COSTS = {"cpl": "leads", "cost_per_mql": "mql", "cost_per_sql": "sql", "cpa": "won"}
COHORTS = {"mql_to_sql": ("mql", "sql"), "sql_to_won": ("sql", None)}
HISTORY = 13


def month_tiles(view: View) -> None:
    """The running month: the counts and their history."""
    kpis = view.ask("kpis")
    heading(view, month_heading(view), kpis, "kpis")
    tiles(view, kpi_tiles(view, comparable(view, kpis.frame), TILES), "month")


def review_tiles(view: View, kpis: Answer) -> None:
    """The month that is looked back on: counts and rates against their targets."""
    figures = comparable(view, kpis.frame)
    heading(view, month_heading(view), kpis, "kpis")
    tiles(view, kpi_tiles(view, figures, TILES, with_verdict=True), "counts")
    under = kpi_tiles(view, figures, rates(view), with_month=True, with_verdict=True)
    tiles(view, under, "rates", width=200)


def review_lines(view: View, kpis: Answer) -> tuple[str, str]:
    """The headline of the review, and which of its figures miss their targets."""
    figures = comparable(view, kpis.frame)
    names = tile_labels(view, figures, (*TILES, *rates(view)))
    return (
        headlines.monthly_headline(figures, view.local, kpi_labels(view), names, view.language),
        headlines.monthly_note(figures, names, partial(written, view), view.language),
    )


def rates(view: View) -> list[str]:
    """The tiles under the counts: conversion, attainment of the policies with a target, silence, what an MQL costs."""
    policies = [policy.key for policy in view.db.rules.sla if policy.key in view.db.rules.targets]
    return ["mql_to_sql", *policies[:1], "dormant_share", "cost_per_mql"]


def month_heading(view: View) -> str:
    """`今月(11月1〜9日) 増減は前月の同じ日数との差`."""
    last = view.months.last
    if next_month(last) <= view.local.date():
        name = month_range(last, last, view.language)
        return view.say("say.home.month_over", range=name)
    return view.say("say.home.this_month", range=days_range(view))


def days_range(view: View) -> str:
    """`11月1〜9日`, the days of the running month that are seen."""
    day = view.last_seen.date()
    if day.day == 1:
        return day_month(day, view.language)
    return view.say("say.home.days_range", month=day, last=day.day)


def comparable(view: View, kpis: pd.DataFrame) -> pd.DataFrame:
    """The figures with the targets that hold for what is shown: those of counts and costs are the whole company's."""
    if not view.heeded("kpis").where:
        return kpis
    of_all = kpis["kpi"].isin((*COUNTS, *COSTS))
    return kpis.assign(
        target=kpis["target"].mask(of_all), reached=kpis["reached"].astype(object).mask(of_all, None)
    )


def kpi_tiles(
    view: View,
    kpis: pd.DataFrame,
    names: Sequence[str],
    with_month: bool = False,
    with_verdict: bool = False,
) -> list[Tile]:
    """A tile per figure that the rules can give; counts carry their history, rates and costs what they are made of."""
    figures = steps(view)
    by_name = {row["kpi"]: row for row in records(kpis)}
    history = _history(view)
    return [
        _tile(
            view,
            by_name[name],
            history,
            with_month,
            by_name[name]["target_verdict"] if with_verdict else None,
        )
        for name in names
        if name in by_name and by_name[name]["value"] is not None and name in figures
    ]


def steps(view: View) -> set[str]:
    """The figures that say something of their own: no MQL that every lead is, no SQL that is already won."""
    ranks, rules = view.db.rules.ranks(), view.db.rules
    ends = {0, max(ranks.values())}
    milestones = {name: rules.milestone(name) for name in ("mql", "sql", "opportunity")}
    idle = {name for name, stage in milestones.items() if stage is None or ranks[stage] in ends}
    known = {
        *COUNTS,
        *COSTS,
        "mql_to_sql",
        "sql_to_won",
        "dormant_share",
        *(policy.key for policy in rules.sla),
    }
    return known - idle


def kpi_labels(view: View) -> dict[str, str]:
    """What the counts are called, those that say something of their own."""
    return {name: kpi_label(view, name) for name in COUNTS if name in steps(view)}


def _history(view: View) -> dict[str, list[float]]:
    last = view.months.last
    first = months_before(last, HISTORY - 1)
    history = view.ask("kpi_history", months=Months(max(first, view.all_months.first), last)).frame
    return {name: [float(value) for value in history[name]] for name in COUNTS}


def _tile(
    view: View, row: dict[str, Any], history: dict[str, list[float]], with_month: bool, verdict: str | None
) -> Tile:
    name, target = row["kpi"], row["target"]
    return Tile(
        label=tile_label(view, row) if with_month else kpi_label(view, name),
        value="—" if row["value"] is None else written(view, name, row["value"]),
        delta=view.say("unit.small") if row["small"] and name not in COUNTS else _change(view, row),
        note=view.say("tile.target", n=written(view, name, target)) if target is not None else None,
        parts=_parts(view, row, verdict),
        history=history.get(name),
        mark=_mark(view, row),
    )


def _parts(view: View, row: dict[str, Any], verdict: str | None) -> str | None:
    """`8/68件 未達`: what a rate or a cost is reckoned from, and how it stands to its target."""
    base, made = row["base"], None
    if base and row["numerator"] is not None:
        made = view.say("tile.parts", k=row["numerator"], n=base)
    elif base and row["cost"] is not None:
        cost = money(row["cost"], view.db.rules.currency, view.language)
        made = view.say("tile.cost_parts", cost=cost, n=base)
    parts = [f":gray[{esc(made)}]"] if made else []
    if verdict:
        judged = esc(view.say(f"tile.{verdict}"))
        parts.append(f"**{judged}**" if verdict == "missed" else f":gray[{judged}]")
    return "\u2002".join(parts) or None


def tile_labels(view: View, kpis: pd.DataFrame, names: Sequence[str]) -> dict[str, str]:
    """What the tiles of these figures are called."""
    figures = steps(view)
    return {
        row["kpi"]: tile_label(view, row)
        for row in records(kpis)
        if row["kpi"] in names and row["kpi"] in figures
    }


def tile_label(view: View, row: dict[str, Any]) -> str:
    """What a tile is called: a rate with its month, that of a cohort with its window too."""
    name = row["kpi"]
    label = kpi_label(view, name)
    if name in COUNTS or row["month"] is None or row["ci_low"] is None:
        return label
    month = month_near(row["month"], view.last_seen, view.language)
    key = "tile.mature" if name in COHORTS else "tile.of_month"
    return view.say(key, label=label, month=month, window=90)


def _mark(view: View, row: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """What opens the leads behind a figure: those that it counts, or those that it is reckoned on."""
    name = row["kpi"]
    if row["month"] is None:
        return None
    month = as_date(row["month"])
    if name == "dormant_share":
        ends = datetime.combine(next_month(month), time(), zone(view.db.rules.timezone))
        return "silent", {"at_instant": min(view.as_of, ends).isoformat()}
    if name in COHORTS:
        rules = view.db.rules
        last = max(rules.ranks(), key=lambda stage: rules.ranks()[stage])
        start, end = COHORTS[name]
        step = {"from_stage": rules.milestone(start), "to_stage": rules.milestone(end) if end else last}
        if step["from_stage"] == step["to_stage"]:  # rules may mean one stage by two milestones
            return None
        return "conversion", {"month": f"{month:%Y-%m}", "window_days": "90", **step}
    if name in view.labels.policies:
        span = [month.isoformat(), month.isoformat()]
        return "clocks", {"policy": name, "months": span, "of_owner": False}
    return "kpi", {"month": f"{month:%Y-%m}", "kpi": COSTS.get(name, name)}


def kpi_label(view: View, name: str) -> str:
    """What a figure is called; the attainment of a policy by the policy."""
    if name in COHORTS:
        return view.say(
            "kpi.step", a=_stage_name(view, COHORTS[name][0]), b=_stage_name(view, COHORTS[name][1])
        )
    milestone = view.labels.milestone(name) if name in ("mql", "sql", "opportunity") else None
    return milestone or view.labels.policies.get(name) or view.say(f"kpi.{name}")


def _stage_name(view: View, milestone: str | None) -> str:
    """The stage of a milestone as the rules call it; None is the end of the path."""
    named = view.labels.milestone(milestone) if milestone else None
    return named or view.say(f"kpi.{milestone or 'won'}")


def written(view: View, name: str, value: float) -> str:
    """A figure in its unit."""
    if name in COUNTS:
        return view.say("unit.leads", n=value)
    if name in COSTS:
        return money(value, view.db.rules.currency, view.language)
    return percent(value, 1)


def _change(view: View, row: dict[str, Any]) -> str | float | None:
    if row["value"] is None or row["previous"] is None:
        return None
    change = row["value"] - row["previous"]
    if row["kpi"] in COUNTS:
        return view.say("tile.change" if change else "tile.no_change", n=signed(change, view.language))
    if row["kpi"] in COSTS:
        return f"{'+' if change > 0 else '−'}{money(abs(change), view.db.rules.currency, view.language)}"
    return points(change, view.language)
