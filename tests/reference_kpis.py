"""METRICS.md 6 (kpis) for the slow twin."""

from datetime import timedelta
from math import fsum

from tests.reference_conversion import conversion_counts, is_mature
from tests.reference_follow_up import attainment_counts
from tests.reference_judging import is_small, target_of, target_verdict, verdict_of
from tests.reference_loading import Row
from tests.reference_numbers import (
    Month,
    from_local,
    local,
    month_before,
    month_name,
    rate,
)
from tests.reference_rules import Stage
from tests.reference_view import View, interval

Times = tuple[int, int]


def month_asked_for(view: View) -> Month | None:
    """The month `--to`; by default the last that begins before T."""
    month = view.last_month
    if view.begins(month) < view.as_of:
        return month
    return None if view.has_months else month_before(month)


def times_of(view: View, month: Month, earlier: Month) -> Times:
    """An earlier month; while the month is not over, the same days of it by the wall clock."""
    begins, ends = view.begins(earlier), view.ends(earlier)
    if view.ends(month) > view.as_of:
        zone = view.rules.zone
        gone = local(view.as_of, zone) - local(view.begins(month), zone).replace(day=1, hour=0, minute=0)
        start = local(begins, zone).replace(day=1, hour=0, minute=0)
        ends = min(ends, from_local(start + max(gone, timedelta(0)), zone))
    return begins, ends


def year_before(view: View, month: Month) -> Month | None:
    """The same month a year earlier; None before the data begin."""
    earlier = (month[0] - 1, month[1])
    return None if view.first_of_data is None or earlier < view.first_of_data else earlier


def kpis(view: View) -> list[Row]:
    month = month_asked_for(view)
    if month is None:
        return []
    this = (view.begins(month), view.ends(month))
    before = times_of(view, month, month_before(month))
    year = year_before(view, month)
    past = None if year is None else times_of(view, month, year)
    is_over = view.ends(month) <= view.as_of
    stages: dict[str, Stage | None] = {**view.rules.milestones, "won": view.rules.path[-1]}

    def row(
        kpi: str,
        values: tuple[float | None, float | None, float | None],
        bases: tuple[int | None, int | None, int | None] = (None, None, None),
        pairs: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None),
        of_month: Month | None = month,
        lower_is_better: bool = False,
        cost: float | None = None,
    ) -> Row:
        """`values` and `bases`: now, the month before, a year before; `pairs`: now and the month before, of a rate."""
        value, previous, last_year = values
        target = None if of_month is None else target_of(view, kpi, of_month)
        reached = None
        if of_month is not None and view.ends(of_month) <= view.as_of and None not in (target, value):
            reached = value <= target if lower_is_better else value >= target
        return {
            "kpi": kpi,
            "month": None if of_month is None else month_name(of_month),
            "value": value,
            "base": bases[0],
            **(interval(*pairs[0]) if pairs[0] else {"ci_low": None, "ci_high": None}),
            "previous": previous,
            "target": target,
            "reached": reached,
            "small": is_small(bases[0]),
            "previous_base": bases[1],
            "last_year": last_year,
            "last_year_base": bases[2],
            "verdict": verdict_of(pairs[1], pairs[0]),
            "numerator": pairs[0][0] if pairs[0] else None,
            "cost": cost,
            "target_verdict": on_target(pairs[0], bases[0], target, reached, lower_is_better),
        }

    def on_target(
        pair: tuple[int, int] | None,
        base: int | None,
        target: float | None,
        reached: bool | None,
        lower_is_better: bool,
    ) -> str | None:
        if reached is None or (pair is None and view.where):
            return None
        if pair is not None:
            return target_verdict(*pair, target, lower_is_better)
        return "unclear" if is_small(base) else "reached" if reached else "missed"

    def of_rates(
        kpi: str,
        now: tuple[int, int],
        then: tuple[int, int],
        long_ago: tuple[int, int] | None,
        of_month: Month | None = month,
        lower_is_better: bool = False,
    ) -> Row:
        pairs = (now, then, long_ago)
        values = tuple(None if pair is None else rate(*pair) for pair in pairs)
        bases = tuple(None if pair is None else pair[1] for pair in pairs)
        return row(kpi, values, bases, (now, then), of_month, lower_is_better)

    spans = (this, before, past)
    rows = [row("leads", tuple(None if span is None else created_in(view, span) for span in spans))]
    for name in ("mql", "sql", "opportunity", "won"):
        counts = (None if span is None else reached_in(view, stages[name], span) for span in spans)
        rows.append(row(name, tuple(counts)))

    for kpi, start, to in (("mql_to_sql", "mql", "sql"), ("sql_to_won", "sql", "won")):
        mature = newest_mature_month(view, month)
        if stages[start] is None or stages[to] is None or mature is None:
            rows.append(row(kpi, (None, None, None), of_month=None))
            continue
        old = year_before(view, mature)
        cohorts = (
            None if cohort is None else converted_in(view, stages[start], stages[to], cohort)
            for cohort in (mature, month_before(mature), old)
        )
        rows.append(of_rates(kpi, *cohorts, of_month=mature))

    for policy in view.rules.sla:
        if policy["key"] in view.rules.targets:
            clocks = view.all_clocks(policy)
            counted = (
                None
                if span is None
                else attainment_counts([clock for clock in clocks if span[0] <= clock.due < span[1]])
                for span in spans
            )
            rows.append(of_rates(policy["key"], *counted))

    ends = (min(this[1], view.as_of), before[1], None if past is None else past[1])
    silent = (None if end is None else dormant_counts(view, end) for end in ends)
    rows.append(of_rates("dormant_share", *silent, lower_is_better=True))

    divisors = {"cpl": None, "cost_per_mql": "mql", "cost_per_sql": "sql", "cpa": "won"}
    for kpi, name in divisors.items():
        values, bases = [], []
        for booked in (month, month_before(month), year):  # costs are booked whole, so are their counts
            if booked is None:
                values.append(None)
                bases.append(None)
                continue
            span = (view.begins(booked), view.ends(booked))
            count = created_in(view, span) if name is None else reached_in(view, stages[name], span)
            cost = cost_of(view, booked)
            is_known = cost is not None and count and (is_over or booked != month)
            values.append(cost / count if is_known else None)
            bases.append(count)
        own = cost_of(view, month) if is_over else None
        rows.append(row(kpi, tuple(values), tuple(bases), lower_is_better=True, cost=own))
    return rows


def created_in(view: View, times: Times) -> int:
    return sum(times[0] <= life.created_at < times[1] for life in view.lives)


def reached_in(view: View, stage: Stage | None, times: Times) -> int | None:
    """Leads that first reached the stage then; None where no stage bears the name."""
    if stage is None:
        return None
    reached = [life.reached_on(stage) for life in view.lives]
    return sum(at is not None and times[0] <= at < times[1] for at in reached)


def newest_mature_month(view: View, last: Month) -> Month | None:
    """The newest month up to the asked one whose window is over; none before the data begins."""
    month = last
    while view.first_of_data is not None and month >= view.first_of_data:
        if is_mature(view, month, view.window()):
            return month
        month = month_before(month)
    return None


def converted_in(view: View, start: Stage, to: Stage, month: Month) -> tuple[int, int]:
    entered, converted = conversion_counts(view, view.lives, start, to, month, view.window())
    return len(converted), len(entered)


def dormant_counts(view: View, at: int) -> tuple[int, int]:
    """(silent, all) leads in stages that count, as of an instant."""
    lives = [
        life
        for life in view.lives
        if life.created_at < at and not life.is_excluded_from_silence(life.spell_at(at))
    ]
    return sum(life.is_silent(at) for life in lives), len(lives)


def cost_of(view: View, month: Month) -> float | None:
    """What the month cost; None where nothing is known, or the filters are none of the costs'."""
    if view.loaded.costs is None:
        return None
    wanted: dict[str, set[str | None]] = view.wanted()
    if set(wanted) - {"channel", "channel_group", "campaign"}:
        return None
    found = []
    for cost in view.loaded.costs.loaded:
        values = {
            "channel": cost["channel"],
            "channel_group": view.rules.group_of_channel.get(cost["channel"]),
            "campaign": cost["campaign"],
        }
        fits = all(values[dimension] in allowed for dimension, allowed in wanted.items())
        if fits and (cost["month"].year, cost["month"].month) == month and cost["cost"] is not None:
            found.append(cost["cost"])
    return fsum(found) if found else None
