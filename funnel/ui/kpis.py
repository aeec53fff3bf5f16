"""Tiles of the month's figures: value, change on the month before, target, thirteen months of history."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from funnel.answers import Months
from funnel.sentences import rows
from funnel.ui.parts import Tile
from funnel.ui.view import View
from funnel.words import money, month_near, percent, points, signed

COUNTS = ("leads", "mql", "sql", "opportunity", "won")
COSTS = ("cpl", "cost_per_mql", "cost_per_sql", "cpa")
HISTORY = 13


def kpi_tiles(view: View, kpis: pd.DataFrame, names: Sequence[str], with_month: bool = False) -> list[Tile]:
    """A tile per figure that the rules can give; counts carry their history."""
    figures = steps(view)
    by_name = {row["kpi"]: row for row in rows(kpis)}
    history = _history(view)
    return [
        _tile(view, by_name[name], history, with_month)
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
    places = last.year * 12 + last.month - HISTORY
    first = last.replace(year=places // 12, month=places % 12 + 1)
    asked = view.ask("kpi_history", months=Months(max(first, view.all_months.first), last))
    return {name: [float(value) for value in asked.frame[name]] for name in COUNTS}


def _tile(view: View, row: dict[str, Any], history: dict[str, list[float]], with_month: bool) -> Tile:
    name = row["kpi"]
    label = kpi_label(view, name)
    if with_month and name not in COUNTS and row["month"] is not None and row["ci_low"] is not None:
        month = month_near(row["month"], view.last_seen, view.language)
        is_cohort = name in ("mql_to_sql", "sql_to_won")
        label = view.say("tile.mature" if is_cohort else "tile.of_month", label=label, month=month, window=90)
    target = row["target"]
    return Tile(
        label=label,
        value="—" if row["value"] is None else written(view, name, row["value"]),
        delta=view.say("unit.small") if row["small"] and name not in COUNTS else _change(view, row),
        note=view.say("tile.target", n=written(view, name, target)) if target is not None else None,
        history=history.get(name),
    )


def kpi_label(view: View, name: str) -> str:
    """What a figure is called; the attainment of a policy by the policy."""
    milestone = view.labels.milestone(name) if name in ("mql", "sql", "opportunity") else None
    return milestone or view.labels.policies.get(name) or view.say(f"kpi.{name}")


def written(view: View, name: str, value: float) -> str:
    """A figure in its unit."""
    if name in COUNTS:
        return view.say("unit.leads", n=value)
    if name in COSTS:
        return money(value, view.db.rules.currency, view.language)
    return percent(value, view.language, 1)


def _change(view: View, row: dict[str, Any]) -> str | float | None:
    if row["value"] is None or row["previous"] is None:
        return None
    change = row["value"] - row["previous"]
    if row["kpi"] in COUNTS:
        return view.say("tile.change", n=signed(change, view.language)) if change else 0
    if row["kpi"] in COSTS:
        return f"{'+' if change > 0 else '−'}{money(abs(change), view.db.rules.currency, view.language)}"
    return points(change, view.language)
