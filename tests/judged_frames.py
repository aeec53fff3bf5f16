"""The columns in which an answer judges itself, added to rows written by hand: as the slow twin reckons them."""

from datetime import date
from typing import Any

import pandas as pd

from funnel.rows import records
from tests.reference_conversion import runs_of
from tests.reference_judging import interval_on_target, is_small, verdict_of
from tests.reference_numbers import rate, read_month

Row = dict[str, Any]


def judged_cohorts(rows: list[Row], target: float | None = None) -> pd.DataFrame:
    """Rows of `conversion`, one segment: each against the month before and against `target`."""
    judged, before = [], None
    for row in rows:
        now = (row["converted"], row["entered"])
        interval = (row["ci_low"], row["ci_high"])
        judged.append(
            {
                **row,
                "small": is_small(row["entered"]),
                "previous": None if before is None else rate(*before),
                "previous_base": None if before is None else before[1],
                "verdict": verdict_of(before, now) if row["mature"] else None,
                "target": target,
                "target_verdict": interval_on_target(interval, row["entered"], target)
                if row["mature"]
                else None,
            }
        )
        before = now
    return pd.DataFrame(judged)


def runs(cohorts: pd.DataFrame, revised: list[date]) -> pd.DataFrame:
    """Rows of `conversion_runs` over rows of `conversion`; `revised`: when a version of the rules began."""
    mature = [row for row in records(cohorts) if row["mature"] and row["entered"]]
    months = [(read_month(row["month"]), row["entered"], row["converted"]) for row in mature]
    return pd.DataFrame(runs_of(months, revised))


def judged_bands(rows: list[Row]) -> pd.DataFrame:
    """Rows of `score_bands`: each against the next lower band that is not small."""
    judged, below = [], None
    for row in rows:
        firm = row["band"] is not None and not is_small(row["leads"])
        against: Row = dict.fromkeys(("against", "verdict", "apart", "times"))
        if firm and below is not None:
            pairs = ((each["converted"], each["leads"]) for each in (below, row))
            against = {
                "against": below["band"],
                "verdict": verdict_of(*pairs),
                "apart": row["ci_low"] > below["ci_high"] or row["ci_high"] < below["ci_low"],
                "times": row["rate"] / below["rate"] if below["rate"] else None,
            }
        judged.append({**row, "small": is_small(row["leads"]), **against})
        below = row if firm else below
    return pd.DataFrame(judged)


def judged_figures(rows: list[Row]) -> pd.DataFrame:
    """Rows of `kpis`: each against its target."""
    judged = []
    for row in rows:
        verdict, interval = None, (row["ci_low"], row["ci_high"])
        if row["reached"] is not None:
            verdict = "reached" if row["reached"] else "missed"
            if row["small"] or interval[0] is not None:
                base, lower = 19 if row["small"] else 20, row["kpi"] == "dormant_share"
                verdict = interval_on_target(interval, base, row["target"], lower)
        judged.append({**row, "target_verdict": verdict})
    return pd.DataFrame(judged)


def silent_stages(leads: dict[str, int]) -> pd.DataFrame:
    """Rows of `silent_stages`."""
    most_first = sorted((stage for stage in leads if leads[stage]), key=lambda stage: -leads[stage])
    whole = sum(leads.values())
    return pd.DataFrame(
        [
            {
                "stage": stage,
                "leads": leads[stage],
                "share": leads[stage] / whole,
                "top_share": sum(leads[each] for each in most_first[: place + 1]) / whole,
                "of_all": whole,
                "small": is_small(whole),
            }
            for place, stage in enumerate(most_first)
        ]
    )


def shortfall(
    bins: list[tuple[float | None, float | None, str, int]], stage: str | None, threshold: float
) -> Row:
    """The row of `score_shortfall` over leads in bins that lie wholly above or below the threshold."""
    scored = [row for row in bins if row[0] is not None]
    there = [row for row in scored if row[2] == stage]
    base = sum(row[3] for row in there)
    short = sum(row[3] for row in there if row[1] is not None and row[1] <= threshold)
    return {
        "scored": sum(row[3] for row in scored),
        "base": base,
        "short": short,
        "rate": rate(short, base),
        "small": is_small(base),
    }
