"""METRICS.md 6 for the slow twin: what things cost, whether a change helped, whether staged targets are met."""

from datetime import date
from fractions import Fraction
from functools import cache
from math import atan, cos, fsum, pi, sin, sqrt
from statistics import variance

from tests.reference_conversion import conversion_counts
from tests.reference_follow_up import attainment_counts
from tests.reference_judging import newcombe
from tests.reference_kpis import cost_of, created_in, dormant_counts, reached_in
from tests.reference_loading import Refused, Row
from tests.reference_numbers import (
    DAY,
    Month,
    days,
    local,
    median,
    month_before,
    month_name,
    next_month,
    rate,
)
from tests.reference_rules import Stage
from tests.reference_view import View, interval

Pair = tuple[int, int]
COUNTS = ("leads", "mql", "sql", "opportunity", "won")
STEPS = {"mql_to_sql": ("mql", "sql"), "sql_to_won": ("sql", "won")}
DIVISORS = {"cpl": "leads", "cost_per_mql": "mql", "cost_per_sql": "sql", "cpa": "won"}
WINDOW = 90 * DAY
OWN = ("channel", "channel_group", "campaign")


def stages_by_name(view: View) -> dict[str, Stage | None]:
    return {**view.rules.milestones, "won": view.rules.path[-1]}


def span_of(view: View, month: Month) -> tuple[int, int]:
    return view.begins(month), view.ends(month)


def count_in(view: View, name: str, month: Month) -> int | None:
    if name == "leads":
        return created_in(view, span_of(view, month))
    return reached_in(view, stages_by_name(view)[name], span_of(view, month))


# ---------------------------------------------------------------- costs


def costs(view: View) -> list[Row]:
    if view.by is not None and view.by not in OWN:
        raise Refused("a cost has a channel, its group and a campaign, and no other dimension")
    months = list(view.months())
    booked = booked_by_segment(view, months)
    stages = stages_by_name(view)
    counted = {segment for _, segment in booked}
    for life in view.lives:
        instants = [life.created_at]
        instants += [
            at
            for stage in stages.values()
            if stage is not None and (at := life.reached_on(stage)) is not None
        ]
        if any(view.is_in(at, month) for month in months for at in instants):
            counted |= view.segment_values([life])
    rows = []
    for month in months:
        for segment in view.segments(counted):
            lives = [life for life in view.lives if view.in_segment(life, segment)]
            reached = {
                name: None
                if stage is None
                else sum(view.is_in(life.reached_on(stage), month) for life in lives)
                for name, stage in stages.items()
            }
            leads = sum(view.is_in(life.created_at, month) for life in lives)
            found = booked.get((month, segment))
            cost = None if found is None else fsum(found)
            is_over = view.ends(month) <= view.as_of
            bases = {"leads": leads, "mql": reached["mql"], "sql": reached["sql"], "won": reached["won"]}
            rows.append(
                {
                    "month": month_name(month),
                    "segment": segment,
                    "cost": cost,
                    **bases,
                    **{
                        kpi: cost / bases[name] if cost is not None and bases[name] and is_over else None
                        for kpi, name in DIVISORS.items()
                    },
                    "small": leads < 20,
                }
            )
    return rows


def booked_by_segment(view: View, months: list[Month]) -> dict[tuple[Month, str | None], list[float]]:
    """What is booked of each month and segment; nothing under a filter that is none of the costs'."""
    booked: dict[tuple[Month, str | None], list[float]] = {}
    wanted = view.wanted()
    if view.loaded.costs is None or set(wanted) - set(OWN):
        return booked
    for cost in view.loaded.costs.loaded:
        own = {
            "channel": cost["channel"],
            "channel_group": view.rules.group_of_channel.get(cost["channel"]),
            "campaign": cost["campaign"],
        }
        month = (cost["month"].year, cost["month"].month)
        fits = all(own[dimension] in allowed for dimension, allowed in wanted.items())
        if fits and month in months and cost["cost"] is not None:
            booked.setdefault((month, own[view.by] if view.by else None), []).append(cost["cost"])
    return booked


# ---------------------------------------------------------------- before_after


def day_of_change(view: View) -> date:
    """The day that is named; else on which the version in force began."""
    given = view.params["change"]
    if given is not None:
        return given if isinstance(given, date) else date.fromisoformat(given)
    last_day = local(view.as_of - 1, view.rules.zone).date()
    begins = sorted(day for day, _ in view.loaded.versions)
    return max((day for day in begins if day <= last_day), default=begins[0])


def sides_of(view: View) -> tuple[list[Month], list[Month]]:
    """The whole months before and after the change."""
    day, length = day_of_change(view), int(view.params["months"])
    own = (day.year, day.month)
    after, month = [], own if day.day == 1 else next_month(own)
    before, earlier = [], month_before(own)
    for _ in range(length):
        after.append(month)
        before.append(earlier)
        month, earlier = next_month(month), month_before(earlier)
    after = [each for each in after if view.ends(each) <= view.as_of]
    if view.params["against"] == "last_year":
        before = [(year - 1, number) for year, number in after]
    first = view.first_of_data
    before = [
        each
        for each in sorted(before)
        if first is not None and each >= first and view.ends(each) <= view.as_of
    ]
    return before, after


def before_after(view: View) -> list[Row]:
    sides = sides_of(view)
    rows = [compared_means(name, view, sides) for name in COUNTS]
    for kpi in STEPS:
        is_mapped = all(stages_by_name(view)[name] is not None for name in STEPS[kpi])
        mature = [
            [each for each in side if is_mapped and view.ends(each) + WINDOW <= view.as_of] for side in sides
        ]
        rows.append(compared_rates(kpi, view, mature))
    for policy in view.rules.sla:
        if policy["key"] in view.rules.targets:
            rows.append(compared_rates(policy["key"], view, sides))
    rows.append(compared_means("dormant_share", view, sides))
    rows += [compared_costs(kpi, view, sides) for kpi in DIVISORS]
    rows.append(compared_days(view, sides))
    return rows


def compared(
    kpi: str,
    months: list[int],
    values: list[float | None],
    bases: list[int | None],
    bounds: tuple[float, float] | None = None,
) -> Row:
    before, after = values
    verdict = None
    if bounds is not None:
        verdict = "higher" if bounds[0] > 0 else "lower" if bounds[1] < 0 else "unclear"
    return {
        "kpi": kpi,
        "months_before": months[0],
        "months_after": months[1],
        "before": before,
        "after": after,
        "base_before": bases[0],
        "base_after": bases[1],
        "change": None if before is None or after is None else after - before,
        "ci_low": bounds[0] if bounds else None,
        "ci_high": bounds[1] if bounds else None,
        "verdict": verdict,
        "small": any(base is not None and base < 20 for base in bases),
    }


def compared_means(kpi: str, view: View, sides: tuple[list[Month], list[Month]]) -> Row:
    """Counts, and the share of the silent: the mean of the months."""
    values: list[list[Fraction]] = []
    for side in sides:
        if kpi == "dormant_share":
            pairs = [dormant_counts(view, view.ends(month)) for month in side]
            values.append([Fraction(*pair) for pair in pairs if pair[1]])
        else:
            counts = [count_in(view, kpi, month) for month in side]
            values.append([Fraction(number) for number in counts if number is not None])
    means = [sum(side, Fraction(0)) / len(side) if side else None for side in values]
    bounds = None
    n_1, n_2 = len(values[0]), len(values[1])
    if n_1 >= 2 and n_2 >= 2:
        assert means[0] is not None and means[1] is not None
        pooled = ((n_1 - 1) * variance(values[0]) + (n_2 - 1) * variance(values[1])) / (n_1 + n_2 - 2)
        reach = t_quantile(n_1 + n_2 - 2) * sqrt(pooled) * sqrt(1 / n_1 + 1 / n_2)
        bounds = (float(means[1] - means[0]) - reach, float(means[1] - means[0]) + reach)
    return compared(
        kpi,
        [len(side) for side in sides],
        [None if mean is None else float(mean) for mean in means],
        [None, None],
        bounds,
    )


@cache
def t_quantile(degrees: int) -> float:
    """Student's t at 0.975, by halving, of the closed form for whole degrees (Abramowitz and Stegun 26.7.3, 26.7.4)."""
    low, high = 0.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if central_share(middle, degrees) < 0.95 else (low, middle)
    return (low + high) / 2


def central_share(t: float, degrees: int) -> float:
    """The probability that |T| lies below t."""
    angle = atan(t / sqrt(degrees))
    if degrees == 1:
        return 2 * angle / pi
    first = 1 if degrees % 2 else 0
    term = cos(angle) if degrees % 2 else 1.0
    total = term
    for number in range(first + 2, degrees - 1, 2):
        term *= (number - 1) / number * cos(angle) ** 2
        total += term
    return 2 / pi * (angle + sin(angle) * total) if degrees % 2 else sin(angle) * total


def pair_in(view: View, kpi: str, month: Month) -> Pair | None:
    """Numerator and base of a rate of kpis in a month; None where no stage bears a milestone's name."""
    if kpi in STEPS:
        start, to = (stages_by_name(view)[name] for name in STEPS[kpi])
        if start is None or to is None:
            return None
        entered, converted = conversion_counts(view, view.lives, start, to, month, WINDOW)
        return len(converted), len(entered)
    if kpi == "dormant_share":
        return dormant_counts(view, view.ends(month))
    (policy,) = [policy for policy in view.rules.sla if policy["key"] == kpi]
    return attainment_counts([clock for clock in view.all_clocks(policy) if view.is_in(clock.due, month)])


def compared_rates(kpi: str, view: View, sides: list[list[Month]] | tuple[list[Month], list[Month]]) -> Row:
    """Numerators and bases of all months of a side together."""
    pairs: list[Pair | None] = []
    for side in sides:
        found = [pair_in(view, kpi, month) for month in side]
        known = [pair for pair in found if pair is not None]
        pairs.append((sum(part for part, _ in known), sum(base for _, base in known)) if known else None)
    before, after = pairs
    has_bases = before is not None and after is not None and before[1] and after[1]
    return compared(
        kpi,
        [len(side) for side in sides],
        [None if pair is None else rate(*pair) for pair in pairs],
        [None if pair is None else pair[1] for pair in pairs],
        newcombe(before, after) if has_bases and before and after else None,
    )


def compared_costs(kpi: str, view: View, sides: tuple[list[Month], list[Month]]) -> Row:
    """All that was spent over all that it brought, in the months with a cost."""
    months, values, bases = [], [], []
    for side in sides:
        spent = [(month, cost) for month in side if (cost := cost_of(view, month)) is not None]
        counts = [count_in(view, DIVISORS[kpi], month) for month, _ in spent]
        known = [number for number in counts if number is not None]
        base = sum(known) if known else None
        months.append(len(spent))
        bases.append(base)
        values.append(fsum(cost for _, cost in spent) / base if base else None)
    return compared(kpi, months, values, bases)


def compared_days(view: View, sides: tuple[list[Month], list[Month]]) -> Row:
    """Days from creation of those that first reached opportunity in the months; before creation is at it."""
    stage = view.rules.milestones["opportunity"]
    values, bases = [], []
    for side in sides:
        lengths = [
            days(max(0, at - life.created_at))
            for life in view.lives
            if stage is not None and (at := life.reached_on(stage)) is not None
            if any(view.is_in(at, month) for month in side)
        ]
        values.append(median(lengths))
        bases.append(len(lengths) if side and stage is not None else None)
    return compared("days_to_opportunity", [len(side) for side in sides], values, bases)


# ---------------------------------------------------------------- staged_targets


def staged_targets(view: View) -> list[Row]:
    rows = []
    for staged in view.rules.given.get("staged_targets", []):
        kpi, day = staged["kpi"], staged["baseline_month"]
        baseline = known_pair(view, kpi, (day.year, day.month))
        month, gone = (day.year, day.month), 0
        for number, step in enumerate(staged["steps"], start=1):
            month, gone = (day.year, day.month), 0
            while gone < step["months"]:
                month, gone = next_month(month), gone + 1
            actual = known_pair(view, kpi, month)
            target = None
            if baseline is not None and baseline[1]:
                wanted = Fraction(*baseline) + Fraction(str(step["plus_points"])) / 100
                target = min(max(wanted, Fraction(0)), Fraction(1))
            reached = None
            if actual is not None and actual[1] and target is not None:
                share = Fraction(*actual)
                reached = share <= target if kpi == "dormant_share" else share >= target
            rows.append(
                {
                    "kpi": kpi,
                    "step": number,
                    "due_month": month_name(month),
                    "baseline": None if baseline is None else rate(*baseline),
                    "target": None if target is None else float(target),
                    "actual": None if actual is None else rate(*actual),
                    **(interval(*actual) if actual else {"ci_low": None, "ci_high": None}),
                    "reached": reached,
                }
            )
    return rows


def known_pair(view: View, kpi: str, month: Month) -> Pair | None:
    """The figure of a month once nothing of it can change any more."""
    ripens = WINDOW if kpi in STEPS else 0
    return pair_in(view, kpi, month) if view.ends(month) + ripens <= view.as_of else None
