"""METRICS.md 1 for the slow twin: funnel, conversion, period_ratio, bridge, flow, transitions, benchmarks."""

from datetime import date

from tests.reference_judging import Pair, is_small, target_of, target_verdict, verdict_of
from tests.reference_lives import Life, Spell
from tests.reference_loading import Row
from tests.reference_numbers import DAY, Month, days, median, month_name, p90, rate
from tests.reference_rules import Stage
from tests.reference_view import View, entries_of, interval


def funnel(view: View) -> list[Row]:
    grown = view.params["min_age_days"] * DAY
    cohort = [
        life
        for life in view.lives
        if view.is_in_months(life.created_at) and life.created_at + grown <= view.as_of
    ]
    rows = []
    for segment in view.segments(view.segment_values(cohort)):
        lives = [life for life in cohort if view.in_segment(life, segment)]
        previous = first = None
        for stage in view.rules.path:
            reached = [life for life in lives if life.has_reached(stage)]
            gone = [
                life.now.stage for life in lives if life.now.stage.is_gone and highest(life) == stage.rank
            ]
            number = len(reached)
            first = number if first is None else first
            low_high = interval(number, previous or 0)
            rows.append(
                {
                    "segment": segment,
                    "stage": stage.key,
                    "reached": number,
                    "of_which_implied": sum(not life.has_entered(stage) for life in reached),
                    "rate_from_previous": rate(number, previous or 0),
                    **low_high,
                    "rate_from_first": rate(number, first),
                    "open_here": sum(life.now.stage == stage for life in lives),
                    "lost_here": sum(now.kind == "lost" for now in gone),
                    "dormant_here": sum(now.kind == "dormant" for now in gone),
                    "leads": first,
                    "small": is_small(first),
                }
            )
            previous = number
    return rows


def highest(life: Life) -> int:
    """The rank of the highest path stage that it has reached; every lead has reached the first."""
    return max((spell.stage.rank for spell in life.spells if spell.stage.rank is not None), default=0)


# ---------------------------------------------------------------- pass 1


def first_entry(life: Life, stage: Stage) -> Spell | None:
    """The first spell of the stage itself in pass 1, assumed or not."""
    for spell in life.spells:
        if spell.stage == stage and spell.number_of_pass == 1:
            return spell
    return None


def first_at_or_above(life: Life, stage: Stage) -> Spell | None:
    """The first spell in pass 1 of the stage's rank or a higher one, assumed or not."""
    for spell in life.spells:
        rank = spell.stage.rank
        if spell.number_of_pass == 1 and rank is not None and rank >= stage.rank:
            return spell
    return None


def cohort_entry(life: Life, stage: Stage) -> int | None:
    """When the lead joined the cohort of a stage; None where it did not or nobody knows when."""
    spell = first_entry(life, stage)
    return None if spell is None or spell.is_assumed else spell.entered


def conversion_time(life: Life, entry: int, to: Stage, window: int | None, exact: bool) -> int | None:
    """When a lead that entered A went on to B (itself, or any rank from B on) inside the window."""
    for spell in life.spells:
        rank = spell.stage.rank
        fits = spell.stage == to if exact else rank is not None and rank >= to.rank
        in_window = spell.entered >= entry and (window is None or spell.entered < entry + window)
        if fits and in_window and spell.number_of_pass == 1 and not spell.is_assumed:
            return spell.entered
    return None


def period_entry(life: Life, to: Stage) -> int | None:
    """When a lead first was at B or beyond in pass 1; None where nobody knows when."""
    spell = first_at_or_above(life, to)
    return None if spell is None or spell.is_assumed else spell.entered


def came_through(life: Life, stage: Stage, reached: int) -> Spell | None:
    """The first entry to A at or before the instant of B: at one instant A comes first."""
    spell = first_entry(life, stage)
    return spell if spell is not None and spell.entered <= reached else None


def conversion_counts(
    view: View, lives: list[Life], start: Stage, to: Stage, month: Month, window: int | None
) -> tuple[list[tuple[Life, int]], list[tuple[Life, int]]]:
    """The month's cohort and those of it who converted, each with the entry to A."""
    entered = entries_in(view, lives, month, start)
    converted = [
        (life, entry)
        for life, entry in entered
        if conversion_time(life, entry, to, window, exact=False) is not None
    ]
    return entered, converted


def entries_in(view: View, lives: list[Life], month: Month, start: Stage) -> list[tuple[Life, int]]:
    """The month's cohort, each with its entry to A."""
    cohort = entries_of(view, lives, lambda life: cohort_entry(life, start))
    return [(life, entry) for life, entry in cohort if view.is_in(entry, month)]


def skipped_in(
    view: View, lives: list[Life], start: Stage, to: Stage, month: Month
) -> list[tuple[Life, int]]:
    """Who first reached B or beyond in the month with no entry to A before it, each with that entry."""
    reached = entries_of(view, lives, lambda life: period_entry(life, to))
    return [
        (life, at) for life, at in reached if view.is_in(at, month) and came_through(life, start, at) is None
    ]


def segment_at(view: View, life: Life, at: int) -> str | None:
    """A lead's segment; its owner is who owned it right after the entry."""
    if view.by is None:
        return None
    return life.owner_right_after(at) if view.by == "owner" else view.value(life, view.by)


def is_mature(view: View, month: Month, window: int | None) -> bool | None:
    return None if window is None else view.ends(month) + window <= view.as_of


def conversion(view: View) -> list[Row]:
    start, to, window = view.stage("from_stage"), view.stage("to_stage"), view.window()
    months = list(view.months())
    counted = {
        segment_at(view, life, at)
        for month in months
        for life, at in (
            *entries_in(view, view.lives, month, start),
            *skipped_in(view, view.lives, start, to, month),
        )
    }
    rows = []
    before: dict[str | None, Pair] = {}
    for month in months:
        entries = conversion_counts(view, view.lives, start, to, month, window)
        skips = skipped_in(view, view.lives, start, to, month)
        for segment in view.segments(counted):
            entered, converted, skipped = (
                [(life, at) for life, at in found if segment_at(view, life, at) == segment]
                for found in (*entries, skips)
            )
            lengths = []
            for life, entry in converted:
                exactly = conversion_time(life, entry, to, window, exact=True)
                if exactly is not None:
                    lengths.append(days(exactly - entry))
            rows.append(
                {
                    "month": month_name(month),
                    "segment": segment,
                    "entered": len(entered),
                    "converted": len(converted),
                    "rate": rate(len(converted), len(entered)),
                    **interval(len(converted), len(entered)),
                    "mature": is_mature(view, month, window),
                    "median_days": median(lengths),
                    "p90_days": p90(lengths),
                    "skipped": len(skipped),
                    "small": is_small(len(entered)),
                    **against_the_month_before(
                        view, before.get(segment), (len(converted), len(entered)), month
                    ),
                    **against_target(view, (len(converted), len(entered)), month),
                }
            )
            before[segment] = (len(converted), len(entered))
    return rows


def against_the_month_before(view: View, before: Pair | None, now: Pair, month: Month) -> Row:
    is_judged = before is not None and is_mature(view, month, view.window())
    return {
        "previous": None if before is None else rate(*before),
        "previous_base": None if before is None else before[1],
        "verdict": verdict_of(before, now) if is_judged else None,
    }


def against_target(view: View, now: Pair, month: Month) -> Row:
    """The target of the figure of kpis that the step is, where it is one."""
    mql, sql = view.rules.milestones["mql"], view.rules.milestones["sql"]
    step, target = (view.stage("from_stage"), view.stage("to_stage")), None
    if view.window() == 90 * DAY and step == (mql, sql):
        target = target_of(view, "mql_to_sql", month)
    elif view.window() == 90 * DAY and step == (sql, view.rules.path[-1]):
        target = target_of(view, "sql_to_won", month)
    is_judged = is_mature(view, month, view.window())
    return {"target": target, "target_verdict": target_verdict(*now, target) if is_judged else None}


def conversion_runs(view: View) -> list[Row]:
    start, to, window = view.stage("from_stage"), view.stage("to_stage"), view.window()
    months = []
    for month in view.months():
        entered, converted = conversion_counts(view, view.lives, start, to, month, window)
        if is_mature(view, month, window) and entered:
            months.append((month, len(entered), len(converted)))
    first, last = view.first_month, view.last_month
    assert first is not None and last is not None
    begun = [
        day for day, _ in view.loaded.goals[1:] if date(*first, 1) < day and (day.year, day.month) <= last
    ]
    return runs_of(months, begun)


def runs_of(months: list[tuple[Month, int, int]], begun: list[date]) -> list[Row]:
    """Mature months (month, entered, converted) before and from each break on: the versions that began, newest first,
    then the last three months.
    """
    breaks: list[tuple[str, date | None, Month | None]] = [
        ("revision", day, (day.year, day.month)) for day in sorted(begun, reverse=True)
    ]
    breaks.append(("recent", None, months[-3:][0][0] if months else None))
    rows = []
    for kind, day, starts in breaks:
        after = [each for each in months if starts is not None and each[0] >= starts]
        before = [each for each in months if each not in after]
        old, new = ((sum(each[2] for each in run), sum(each[1] for each in run)) for run in (before, after))
        rows.append(
            {
                "kind": kind,
                "began_on": day,
                "first_month": date(*after[0][0], 1) if after else None,
                "last_month": date(*after[-1][0], 1) if after else None,
                "base_before": old[1],
                "converted_before": old[0],
                "rate_before": rate(*old),
                "base_after": new[1],
                "converted_after": new[0],
                "rate_after": rate(*new),
                "small": is_small(old[1]) or is_small(new[1]),
                "verdict": verdict_of(old, new),
            }
        )
    return rows


def period_ratio(view: View) -> list[Row]:
    start, to = view.stage("from_stage"), view.stage("to_stage")
    months = list(view.months())
    counted = set()
    for month in months:
        for life in view.lives:
            if view.is_in(cohort_entry(life, start), month) or view.is_in(period_entry(life, to), month):
                counted |= view.segment_values([life])
    rows = []
    for month in months:
        for segment in view.segments(counted):
            lives = [life for life in view.lives if view.in_segment(life, segment)]
            entered_from = sum(view.is_in(cohort_entry(life, start), month) for life in lives)
            entered_to = sum(view.is_in(period_entry(life, to), month) for life in lives)
            rows.append(
                {
                    "month": month_name(month),
                    "segment": segment,
                    "entered_from": entered_from,
                    "entered_to": entered_to,
                    "ratio": rate(entered_to, entered_from),
                    "small": is_small(entered_from),
                }
            )
    return rows


def bridge(view: View) -> list[Row]:
    start, to, window = view.stage("from_stage"), view.stage("to_stage"), view.window()
    rows = []
    for month in view.months():
        this_month = earlier = never = 0
        for life in view.lives:
            reached = period_entry(life, to)
            if not view.is_in(reached, month):
                continue
            origin = came_through(life, start, reached)
            if origin is None:
                never += 1
            elif not origin.is_assumed and view.is_in(origin.entered, month):
                this_month += 1
            else:
                earlier += 1
        entered, converted = conversion_counts(view, view.lives, start, to, month, window)
        going_on = [pair for pair in entered if pair not in converted]
        rows.append(
            {
                "month": month_name(month),
                "period_converted": this_month + earlier + never,
                "from_this_month": this_month,
                "from_earlier_months": earlier,
                "never_entered_from": never,
                "still_young": sum(window is None or entry + window > view.as_of for _, entry in going_on),
            }
        )
    return rows


# ---------------------------------------------------------------- stock and flow


def flow(view: View) -> list[Row]:
    ways = ("forward", "back", "lost", "dormant", "recycled")
    rows = []
    for month in view.months():
        begins, ends = view.begins(month), min(view.ends(month), view.as_of)
        for stage in view.rules.stages:
            spells = [spell for life in view.lives for spell in life.spells if spell.stage == stage]
            left = dict.fromkeys(ways, 0)
            for spell in spells:
                if view.is_in(spell.left, month):
                    left["forward" if spell.exit_kind == "won" else spell.exit_kind] += 1
            rows.append(
                {
                    "month": month_name(month),
                    "stage": stage.key,
                    "opening": sum(spell.covers(begins) for spell in spells),
                    "entered": sum(view.is_in(spell.entered, month) for spell in spells),
                    **{f"left_{way}": left[way] for way in ways},
                    "closing": sum(spell.covers(ends) for spell in spells),
                }
            )
    return rows


def transitions(view: View) -> list[Row]:
    rows = []
    for left in view.rules.stages:
        for entered in view.rules.stages:
            moves = [
                spell
                for life in view.lives
                for spell in life.spells
                if spell.stage == left and spell.next_stage == entered and view.is_in_months(spell.left)
            ]
            lengths = [days(spell.left - spell.entered) for spell in moves if spell.has_duration]
            if moves:
                rows.append(
                    {
                        "from_stage": left.key,
                        "to_stage": entered.key,
                        "moves": len(moves),
                        "median_days": median(lengths),
                        "p90_days": p90(lengths),
                    }
                )
    return rows


def benchmarks(view: View) -> list[Row]:
    grown = view.params["min_age_days"] * DAY
    rows = []
    for mark in view.rules.benchmarks:
        lives = [
            life
            for life in view.lives
            if view.is_in_months(life.created_at)
            and life.created_at + grown <= view.as_of
            and view.value(life, mark["dimension"]) == mark["value"]
        ]
        stage = view.rules.path_stage(mark["stage"])
        reached = sum(life.has_reached(stage) for life in lives)
        bounds = interval(reached, len(lives))
        low, high = bounds["ci_low"], bounds["ci_high"]
        if low is None:
            verdict = "unclear"
        elif low > mark["high"]:
            verdict = "above"
        elif high < mark["low"]:
            verdict = "below"
        elif mark["low"] <= low and high <= mark["high"]:
            verdict = "within"
        else:
            verdict = "unclear"
        rows.append(
            {
                "stage": mark["stage"],
                "dimension": mark["dimension"],
                "value": mark["value"],
                "leads": len(lives),
                "reached": reached,
                "rate": rate(reached, len(lives)),
                **bounds,
                "low": mark["low"],
                "high": mark["high"],
                "verdict": verdict,
                "source": mark.get("source"),
                "small": is_small(len(lives)),
            }
        )
    ranks = {stage.key: stage.position for stage in view.rules.stages}
    return sorted(rows, key=lambda row: (ranks.get(row["stage"], 99), row["dimension"], row["value"]))
