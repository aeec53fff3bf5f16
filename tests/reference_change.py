"""METRICS.md 1 for the slow twin: what moved a rate, who has converted by which day, how long leads need."""

from math import exp, log, sqrt

from tests.reference_conversion import (
    cohort_entry,
    conversion_counts,
    conversion_time,
    entries_in,
    segment_at,
)
from tests.reference_loading import Refused, Row
from tests.reference_numbers import DAY, days, kaplan_meier_median, month_name, p90, rate
from tests.reference_view import View

Z = 1.959963984540054
Pair = tuple[int, int]  # numerator and base


# ---------------------------------------------------------------- rate_change


def rate_change(view: View) -> list[Row]:
    """conversion's rate in the first of the months against that in the last, split by segment."""
    if view.by is None:
        raise Refused("rate_change is always by a dimension")
    start, to, window = view.stage("from_stage"), view.stage("to_stage"), view.window()
    months = list(view.months())
    if not months:
        return []
    sides: list[dict[str | None, Pair]] = []
    for month in (months[0], months[-1]):
        entered, converted = conversion_counts(view, view.lives, start, to, month, window)
        pairs: dict[str | None, Pair] = {}
        for life, entry in entered:
            segment = segment_at(view, life, entry)
            part, base = pairs.get(segment, (0, 0))
            pairs[segment] = (part + ((life, entry) in converted), base + 1)
        sides.append(pairs)
    before, after = sides
    return [
        split_row(segment, before.get(segment, (0, 0)), after.get(segment, (0, 0)), before, after)
        for segment in view.segments({*before, *after})
    ]


def split_row(
    segment: str | None,
    was: Pair,
    now: Pair,
    before: dict[str | None, Pair],
    after: dict[str | None, Pair],
) -> Row:
    """A segment's share of the change: by its weight, and by its own rate."""
    part_before = sum(part for part, _ in before.values())
    all_before, all_after = (sum(base for _, base in side.values()) for side in (before, after))
    share_before, share_after = rate(was[1], all_before), rate(now[1], all_after)
    mix_effect = rate_effect = None
    if share_before is not None and share_after is not None:
        total_before = part_before / all_before
        reckoned = was[0] / was[1] if was[1] else total_before
        mix_effect = (share_after - share_before) * (reckoned - total_before)
        rate_effect = share_after * (now[0] / now[1] - reckoned) if now[1] else 0.0
    return {
        "segment": segment,
        "base_before": was[1],
        "base_after": now[1],
        "share_before": share_before,
        "share_after": share_after,
        "rate_before": rate(*was),
        "rate_after": rate(*now),
        "mix_effect": mix_effect,
        "rate_effect": rate_effect,
    }


# ---------------------------------------------------------------- conversion_curve


def conversion_curve(view: View) -> list[Row]:
    """Share converted by day since A, by Kaplan and Meier: who has not converted stays at risk until T."""
    start, to = view.stage("from_stage"), view.stage("to_stage")
    lengths: list[tuple[int, bool]] = []  # microseconds since A, and whether it ended in B
    for month in view.months():
        for life, entry in entries_in(view, view.lives, month, start):
            assert entry == cohort_entry(life, start)
            converted = conversion_time(life, entry, to, None, exact=False)
            end = view.as_of if converted is None else converted
            lengths.append((end - entry, converted is not None))
    rows = []
    for day in range(181):
        reached = [length for length, is_end in lengths if is_end and length <= day * DAY]
        rows.append(
            {
                "days": day,
                "at_risk": sum(length >= day * DAY for length, _ in lengths),
                "converted": len(reached),
                **share_converted(lengths, sorted(set(reached))),
            }
        )
    return rows


def share_converted(lengths: list[tuple[int, bool]], instants: list[int]) -> Row:
    """1 - S after the instants, with the interval of Greenwood on the scale of log(-log S)."""
    if not lengths:
        return {"rate": None, "ci_low": None, "ci_high": None}
    staying, spread = 1.0, 0.0
    for at in instants:
        at_risk = sum(length >= at for length, _ in lengths)
        ended = sum(length == at and is_end for length, is_end in lengths)
        if ended == at_risk:
            return {"rate": 1.0, "ci_low": 1.0, "ci_high": 1.0}
        staying *= 1 - ended / at_risk
        spread += ended / (at_risk * (at_risk - ended))
    if not instants:
        return {"rate": 0.0, "ci_low": 0.0, "ci_high": 0.0}
    reach = Z * sqrt(spread) / -log(staying)
    return {
        "rate": 1 - staying,
        "ci_low": 1 - staying ** exp(-reach),
        "ci_high": 1 - staying ** exp(reach),
    }


# ---------------------------------------------------------------- lead_time


def lead_time(view: View) -> list[Row]:
    """From creation to opportunity and to won, of the leads created in each month."""
    ends = {"opportunity": view.rules.milestones["opportunity"], "won": view.rules.path[-1]}
    rows = []
    for month in view.months():
        lives = [life for life in view.lives if view.is_in(life.created_at, month)]
        for name, stage in ends.items():
            if stage is None:
                continue
            spells = [(life, life.first_reach(stage)) for life in lives]
            dated = [
                max(0, spell.entered - life.created_at)
                for life, spell in spells
                if spell is not None and not spell.is_assumed
            ]
            waiting = [view.as_of - life.created_at for life, spell in spells if spell is None]
            rows.append(
                {
                    "month": month_name(month),
                    "to_stage": name,
                    "leads": len(lives),
                    "reached": sum(life.has_reached(stage) for life in lives),
                    "median_days": kaplan_meier_median(dated, waiting),
                    "p90_days": p90([days(length) for length in dated]),
                }
            )
    return rows
