"""METRICS.md 2 and 3 for the slow twin: how long leads have waited, and what their scores are."""

from fractions import Fraction
from math import ceil, floor

from tests.reference_judging import is_small, verdict_of
from tests.reference_lives import Life, Spell
from tests.reference_loading import Row
from tests.reference_numbers import (
    DAY,
    days,
    kaplan_meier_median,
    median,
    moment,
    p90,
    rate,
)
from tests.reference_rules import Stage
from tests.reference_view import View, descending, interval

Waiting = tuple[Life, Spell]
# columns that follow leads to the end of their spells
FOLLOWED = ("finished", "finished_median_days", "finished_p90_days", "km_median_days")


def waiting_stages(view: View) -> list[Stage]:
    """Every stage but won."""
    return [stage for stage in view.rules.stages if stage.kind != "won"]


def waiting_in(view: View, stage: Stage, lives: list[Life]) -> list[Waiting]:
    return [(life, life.now) for life in lives if life.now.stage == stage]


def age_in_unit(view: View, spell: Spell) -> Fraction:
    """How long a lead has been in its stage at T, in the unit of the stage's limit."""
    if spell.stage.unit == "business_days":
        return Fraction(view.calendar.between(spell.entered, view.as_of)) / view.calendar.mean_day()
    return Fraction(view.as_of - spell.entered, DAY)


def stage_aging(view: View) -> list[Row]:
    counted = set()
    for life in view.lives:
        waits = life.now.stage.kind != "won"
        finished = any(
            spell.has_duration and spell.stage.kind != "won" and view.is_in_months(spell.left)
            for spell in life.spells
        )
        if waits or (finished and not view.is_by_standing):
            counted |= view.segment_values([life])
    rows = []
    for segment in view.segments(counted):
        lives = [life for life in view.lives if view.in_segment(life, segment)]
        for stage in waiting_stages(view):
            waiting = waiting_in(view, stage, lives)
            dated = [spell for _, spell in waiting if spell.has_duration]
            ages = [days(view.as_of - spell.entered) for spell in dated]
            over = None
            if stage.limit is not None:
                over = sum(age_in_unit(view, spell) > stage.limit for spell in dated)
            seen = [s for life in lives for s in life.spells if s.stage == stage and s.has_duration]
            finished = [days(s.left - s.entered) for s in seen if view.is_in_months(s.left)]
            rows.append(
                {
                    "segment": segment,
                    "stage": stage.key,
                    "waiting_leads": len(waiting),
                    "assumed": len(waiting) - len(dated),
                    "median_days": median(ages),
                    "p90_days": p90(ages),
                    "max_days": max(ages, default=None),
                    "over_limit": over,
                    "over_limit_rate": None if over is None else rate(over, len(dated)),
                    "finished": len(finished),
                    "finished_median_days": median(finished),
                    "finished_p90_days": p90(finished),
                    "km_median_days": kaplan_meier_median(
                        [s.left - s.entered for s in seen if s.left is not None],
                        [view.as_of - s.entered for s in seen if s.left is None],
                    ),
                    "dated": len(dated),
                    "small": is_small(len(dated)),
                    **(dict.fromkeys(FOLLOWED) if view.is_by_standing else {}),
                }
            )
    return rows


AGE_BUCKETS = [("0-7", 7), ("8-30", 30), ("31-60", 60), ("61-90", 90), ("91-180", 180), ("181+", 10**9)]


def stage_aging_buckets(view: View) -> list[Row]:
    rows = []
    for stage in waiting_stages(view):
        counts = {name: 0 for name, _ in AGE_BUCKETS} | {"unknown": 0}
        for _, spell in waiting_in(view, stage, view.lives):
            whole_days = (view.as_of - spell.entered) // DAY
            name = next(name for name, last in AGE_BUCKETS if whole_days <= last)
            counts[name if spell.has_duration else "unknown"] += 1
        rows += [{"stage": stage.key, "bucket": name, "leads": leads} for name, leads in counts.items()]
    return rows


def stage_age_ratio(view: View) -> list[Row]:
    rows = []
    for stage in waiting_stages(view):
        if stage.limit is None:
            continue
        counts = [0] * 13
        for _, spell in waiting_in(view, stage, view.lives):
            if spell.has_duration:
                quarters = ceil(age_in_unit(view, spell) / stage.limit * 4)
                counts[min(max(quarters - 1, 0), 12)] += 1
        rows += [
            {"stage": stage.key, "ratio_from": number / 4, "leads": leads}
            for number, leads in enumerate(counts)
        ]
    return rows


def stage_aging_leads(view: View) -> list[Row]:
    listed = []
    for stage in waiting_stages(view):
        for life, spell in waiting_in(view, stage, view.lives):
            age = ratio = elapsed = None
            if spell.has_duration:
                elapsed = view.as_of - spell.entered
                age = age_in_unit(view, spell)
                ratio = None if stage.limit is None else age / stage.limit
            row = {
                "lead_id": life.lead_id,
                "company": life.lead["company"],
                "stage": stage.key,
                "entered_at": moment(spell.entered),
                "days": None if elapsed is None else days(elapsed),
                "age": None if age is None else float(age),
                "limit": None if stage.limit is None else float(stage.limit),
                "unit": stage.unit or "days",
                "owner": life.owner_at(view.as_of),
                "score": life.score_at(view.as_of),
                "last_touch_at": moment(life.last_act_of_ours()),
                "assumed": not spell.has_duration,
            }
            listed.append((descending(ratio), descending(elapsed), life.lead_id, row))
    listed.sort(key=lambda item: item[:3])
    return [row for *_, row in listed]


# ---------------------------------------------------------------- scores


def score_distribution(view: View) -> list[Row]:
    moment_of_score, width = view.params["at"], view.params["bin"]
    counts: dict[tuple[int | None, Stage], int] = {}
    for life in view.lives:
        if moment_of_score == "now":
            score = life.score_at(view.as_of)
        elif moment_of_score == "created":
            score = life.score_after_creation()
        else:
            handed_off = life.reached_on(view.stage_of_milestone("mql"))
            if handed_off is None:
                continue
            score = life.score_at(handed_off)
        place = (None if score is None else floor(score / width), life.now.stage)
        counts[place] = counts.get(place, 0) + 1

    def order(place: tuple[int | None, Stage]) -> tuple[bool, int, int]:
        return place[0] is None, place[0] or 0, place[1].position

    return [
        {
            "bin_from": None if number is None else number * width,
            "bin_to": None if number is None else (number + 1) * width,
            "stage": stage.key,
            "leads": counts[number, stage],
        }
        for number, stage in sorted(counts, key=order)
    ]


def score_bands(view: View) -> list[Row]:
    to, window = view.stage("to_stage"), view.window()
    day = view.params["day"] * DAY
    counts: dict[str | None, list[int]] = {band["key"]: [0, 0] for band in view.rules.bands}
    for life in view.lives:
        looked_at = life.created_at + day
        if not view.is_in_months(life.created_at) or looked_at + window > view.as_of:
            continue
        first = life.first_reach(to)
        if first is not None and (first.is_assumed or first.entered < looked_at):
            continue
        band = view.rules.band_of(life.score_at(looked_at))
        cell = counts.setdefault(band, [0, 0])
        cell[0] += 1
        cell[1] += first is not None and first.entered < looked_at + window
    listed = sorted(counts.items(), key=lambda item: view.place("score_band", item[0]))
    return [
        {
            "band": band,
            "leads": leads,
            "converted": converted,
            "rate": rate(converted, leads),
            **interval(converted, leads),
            "small": is_small(leads),
            **against_the_band_below(band, listed),
        }
        for band, (leads, converted) in listed
    ]


def against_the_band_below(band: str | None, listed: list[tuple[str | None, list[int]]]) -> Row:
    """How a band stands to the next lower one; small ones and that below all bands aside."""
    firm = [key for key, (leads, _) in listed if key is not None and not is_small(leads)]
    if band not in firm[1:]:
        return {"against": None, "verdict": None, "apart": None, "times": None}
    below = firm[firm.index(band) - 1]
    (leads, converted), (lower_leads, lower_converted) = dict(listed)[band], dict(listed)[below]
    ours, lower = interval(converted, leads), interval(lower_converted, lower_leads)
    is_above, is_below = ours["ci_low"] > lower["ci_high"], ours["ci_high"] < lower["ci_low"]
    return {
        "against": below,
        "verdict": verdict_of((lower_converted, lower_leads), (converted, leads)),
        "apart": is_above or is_below,
        "times": converted / leads / (lower_converted / lower_leads) if lower_converted else None,
    }
