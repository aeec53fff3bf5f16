"""METRICS.md 6 (kpis) for the slow twin."""

from datetime import timedelta
from math import fsum

from tests.reference_conversion import conversion_counts, is_mature, is_small
from tests.reference_follow_up import attainment_counts
from tests.reference_loading import Row
from tests.reference_numbers import Month, from_local, local, month_before, month_name, rate
from tests.reference_rules import Stage
from tests.reference_view import View, interval

Times = tuple[int, int]


def month_asked_for(view: View) -> Month | None:
    """The month `--to`; by default the last that begins before T."""
    month = view.last_month
    if view.begins(month) < view.as_of:
        return month
    return None if view.has_months else month_before(month)


def times_before(view: View, month: Month) -> Times:
    """The month before; while the month is not over, the same days of it by the wall clock."""
    previous = month_before(month)
    begins, ends = view.begins(previous), view.ends(previous)
    if view.ends(month) > view.as_of:
        zone = view.rules.zone
        gone = local(view.as_of, zone) - local(view.begins(month), zone).replace(day=1, hour=0, minute=0)
        start = local(begins, zone).replace(day=1, hour=0, minute=0)
        ends = min(ends, from_local(start + max(gone, timedelta(0)), zone))
    return begins, ends


def kpis(view: View) -> list[Row]:
    month = month_asked_for(view)
    if month is None:
        return []
    this = (view.begins(month), view.ends(month))
    before = times_before(view, month)
    stages: dict[str, Stage | None] = {**view.rules.milestones, "won": view.rules.path[-1]}

    def row(
        kpi: str,
        value: float | None,
        previous: float | None,
        part_base: tuple[int, int] | None = None,
        base: int | None = None,
        of_month: Month | None = month,
        lower_is_better: bool = False,
    ) -> Row:
        target = view.rules.targets.get(kpi)
        reached = None
        if of_month is not None and view.ends(of_month) <= view.as_of and None not in (target, value):
            reached = value <= target if lower_is_better else value >= target
        if part_base is not None:
            base = part_base[1]
        return {
            "kpi": kpi,
            "month": None if of_month is None else month_name(of_month),
            "value": value,
            "base": base,
            **(interval(*part_base) if part_base else {"ci_low": None, "ci_high": None}),
            "previous": previous,
            "target": target,
            "reached": reached,
            "small": is_small(base),
        }

    rows = [row("leads", created_in(view, this), created_in(view, before))]
    for name in ("mql", "sql", "opportunity", "won"):
        rows.append(row(name, reached_in(view, stages[name], this), reached_in(view, stages[name], before)))

    for kpi, start, to in (("mql_to_sql", "mql", "sql"), ("sql_to_won", "sql", "won")):
        mature = newest_mature_month(view, month)
        if stages[start] is None or stages[to] is None or mature is None:
            rows.append(row(kpi, None, None, of_month=None))
            continue
        part, base = converted_in(view, stages[start], stages[to], mature)
        previous = rate(*converted_in(view, stages[start], stages[to], month_before(mature)))
        rows.append(row(kpi, rate(part, base), previous, (part, base), of_month=mature))

    for policy in view.rules.sla:
        if policy["key"] in view.rules.targets:
            clocks = view.all_clocks(policy)
            now, then = (
                attainment_counts([clock for clock in clocks if begins <= clock.due < ends])
                for begins, ends in (this, before)
            )
            rows.append(row(policy["key"], rate(*now), rate(*then), now))

    now, then = dormant_counts(view, min(this[1], view.as_of)), dormant_counts(view, before[1])
    rows.append(row("dormant_share", rate(*now), rate(*then), now, lower_is_better=True))

    divisors = {"cpl": created_in, "cost_per_mql": "mql", "cost_per_sql": "sql", "cpa": "won"}
    for kpi, name in divisors.items():
        if kpi == "cpl":
            counts = [created_in(view, times) for times in (this, before)]
        else:
            counts = [reached_in(view, stages[name], times) for times in (this, before)]
        costs = [cost_of(view, month), cost_of(view, month_before(month))]
        value, previous = (
            None if cost is None or not count else cost / count
            for cost, count in zip(costs, counts, strict=True)
        )
        rows.append(row(kpi, value, previous, base=counts[0], lower_is_better=True))
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
    while view.first_month is not None and month >= view.first_month:
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
