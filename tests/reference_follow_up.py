"""METRICS.md 4 and 5 for the slow twin: clocks, the morning list, unowned leads, silent leads."""

from tests.reference_clock import Clock
from tests.reference_judging import is_small, target_in_force, target_of, target_verdict
from tests.reference_lives import Life, Silence
from tests.reference_loading import Refused, Row
from tests.reference_numbers import (
    DAY,
    HOUR,
    days,
    hours,
    local,
    median,
    moment,
    month_name,
    p90,
    rate,
)
from tests.reference_view import View, descending, interval

STATES = ["met", "late", "missed", "overdue", "due_today", "at_risk", "pending", "exempt"]
PRESSING = ["overdue", "due_today", "at_risk"]


# ---------------------------------------------------------------- clocks


def clocks_asked_for(view: View, policy: Row) -> list[Clock]:
    """Those due in the months; all where no months are given."""
    return [c for c in view.all_clocks(policy) if not view.has_months or view.is_in_months(c.due)]


def sla_summary(view: View) -> list[Row]:
    clocks = {policy["key"]: clocks_asked_for(view, policy) for policy in view.rules.sla}

    def segment_of(clock: Clock) -> str | None:
        return clock.owner if view.by == "owner" else view.value(clock.life, view.by)

    counted = set()
    if view.by is not None:
        counted = {segment_of(clock) for of_policy in clocks.values() for clock in of_policy}
    rows = []
    for policy in view.rules.sla:
        for segment in view.segments(counted):
            found = [c for c in clocks[policy["key"]] if view.by is None or segment_of(c) == segment]
            states = [clock.state for clock in found]
            measured = [
                hours(c.elapsed) for c in found if c.stopped is not None and c.state != "undeterminable"
            ]
            rows.append(
                {
                    "policy": policy["key"],
                    "segment": segment,
                    "clocks": len(found),
                    **{state: states.count(state) for state in STATES},
                    **attainment(found),
                    "median_hours": median(measured),
                    "p90_hours": p90(measured),
                    **judged_against_target(view, policy["key"], found),
                }
            )
    return rows


def judged_against_target(view: View, policy: str, clocks: list[Clock]) -> Row:
    met, base = attainment_counts(clocks)
    if view.has_months:
        target = target_of(view, policy, view.last_month)
    else:
        target = target_in_force(view, policy, local(view.as_of - 1, view.rules.zone).date())
    return {
        "attained": met,
        "judged": base,
        "small": is_small(base),
        "target": target,
        "target_verdict": target_verdict(met, base, target),
    }


def attainment(clocks: list[Clock]) -> Row:
    met, base = attainment_counts(clocks)
    return {"attainment": rate(met, base), **interval(met, base)}


def attainment_counts(clocks: list[Clock]) -> tuple[int, int]:
    judged = [clock for clock in clocks if clock.judged]
    return sum(clock.state == "met" for clock in judged), len(judged)


def sla_clocks(view: View) -> list[Row]:
    rows = []
    for policy in view.rules.sla:
        clocks = clocks_asked_for(view, policy)
        clocks.sort(
            key=lambda c: (
                c.started,
                c.life.lead_id,
                c.due,
                c.stopped or float("inf"),
                c.closed or float("inf"),
            )
        )
        rows += [
            {
                "policy": policy["key"],
                "lead_id": clock.life.lead_id,
                "started_at": moment(clock.started),
                "due_at": moment(clock.due),
                "stopped_at": moment(clock.stopped),
                "closed_at": moment(clock.closed),
                "state": clock.state,
                "elapsed_hours": hours(clock.elapsed),
                "late_hours": hours(clock.late),
                "owner": clock.owner,
            }
            for clock in clocks
        ]
    return rows


def may_be_open(clock: Clock) -> bool:
    """Undeterminable, and not over in every extreme."""
    return clock.state == "undeterminable" and any(
        each is not None and each.is_open for each in clock.extremes
    )


def overdue(view: View) -> list[Row]:
    listed = []
    for place, policy in enumerate(view.rules.sla):
        for clock in view.all_clocks(policy):
            if clock.state not in PRESSING and not may_be_open(clock):
                continue
            life = clock.life
            acts = [a for a in life.activities if view.rules.side(a["type"]) == "us"]
            row = {
                "policy": policy["key"],
                "state": clock.state,
                "lead_id": life.lead_id,
                "company": life.lead["company"],
                "stage": life.now.stage.key,
                "score": life.score_at(view.as_of),
                "owner": life.owner_at(view.as_of),
                "due_at": moment(clock.due),
                "late_hours": hours(clock.late),
                "last_touch_at": moment(life.last_act_of_ours()),
                "attempts": sum(a["occurred_at"] >= clock.started for a in acts),
                "opted_out": life.lead["opted_out"],
                "record_url": life.lead["record_url"],
            }
            order = (
                [*PRESSING, "undeterminable"].index(clock.state),
                clock.due,
                life.lead_id,
                place,
                clock.started,
            )
            listed.append((order, row))
    listed.sort(key=lambda item: item[0])
    return [row for _, row in listed]


RESPONSE_BUCKETS = [("≤1h", 1), ("≤4h", 4), ("≤8h", 8), ("≤24h", 24), ("≤48h", 48), (">48h", None)]


def bucket_of(clock: Clock | None) -> str | None:
    if clock is None or not clock.is_stopped_by_activity:
        return None
    return next(name for name, limit in RESPONSE_BUCKETS if limit is None or clock.elapsed <= limit * HOUR)


def response_times(view: View) -> list[Row]:
    wanted = view.params["policy"]
    policies = [policy for policy in view.rules.sla if wanted in (None, policy["key"])]
    if not policies and wanted is not None:
        raise Refused("no such policy")
    to, window = view.stage("to_stage"), view.window()
    counts = {name: [0, 0] for name, _ in RESPONSE_BUCKETS}
    for clock in view.all_clocks(policies[0]) if policies else ():
        mature = clock.started + window <= view.as_of
        if not (clock.is_stopped_by_activity and view.is_in_months(clock.started) and mature):
            continue
        name = bucket_of(clock)
        if name is None or any(bucket_of(each) != name for each in clock.extremes):
            continue
        converted = any(
            spell.stage.rank is not None
            and spell.stage.rank >= to.rank
            and not spell.is_assumed
            and clock.started <= spell.entered < clock.started + window
            for spell in clock.life.spells
        )
        counts[name][0] += 1
        counts[name][1] += converted
    return [
        {
            "bucket": name,
            "clocks": clocks,
            "converted": converted,
            "rate": rate(converted, clocks),
            **interval(converted, clocks),
            "small": is_small(clocks),
        }
        for name, (clocks, converted) in counts.items()
    ]


def unassigned(view: View) -> list[Row]:
    found = [
        life for life in view.lives if life.now.stage.kind == "path" and life.owner_at(view.as_of) is None
    ]
    found.sort(key=lambda life: (descending(life.score_at(view.as_of)), life.lead_id))
    return [
        {
            "lead_id": life.lead_id,
            "company": life.lead["company"],
            "stage": life.now.stage.key,
            "score": life.score_at(view.as_of),
            "created_at": moment(life.created_at),
            "days": days(view.as_of - life.created_at),
        }
        for life in found
    ]


# ---------------------------------------------------------------- silent leads


def last_reset(life: Life) -> tuple[int, Row | None]:
    """The last thing that broke the silence; of several at one instant the last activity."""
    resets = life.resets()
    latest = max(at for at, _ in resets)
    return [(at, activity) for at, activity in resets if at == latest][-1]


def dormant_pool(view: View) -> list[Row]:
    silent = [life for life in view.lives if life.is_silent(view.as_of)]
    rows = []
    for segment in view.segments(view.segment_values(silent)):
        lives = [life for life in silent if view.in_segment(life, segment)]
        scores = [life.highest_score() for life in lives]
        rows.append(
            {
                "segment": segment,
                "leads": len(lives),
                "median_silent_days": median([days(view.as_of - last_reset(life)[0]) for life in lives]),
                "median_max_score": median([score for score in scores if score is not None]),
                "contactable": sum(not life.lead["opted_out"] for life in lives),
            }
        )
    return rows


def silence_kind(life: Life, silence: Silence) -> tuple[str, str | None]:
    """Stage and band just before a silence began."""
    spell = life.spell_at(silence.began)
    return spell.stage.key, life.rules.band_of(life.score_at(silence.began))


def wakeable_shares(view: View) -> dict[tuple[str, str | None], float]:
    """By stage and band before: how many of the old silences the lead itself ended within 90 days."""
    counts: dict[tuple[str, str | None], list[int]] = {}
    for life in view.all_lives:
        for silence in life.silences():
            if silence.began + 90 * DAY <= view.as_of:
                cell = counts.setdefault(silence_kind(life, silence), [0, 0])
                cell[0] += 1
                soon = silence.ended is not None and silence.ended < silence.began + 90 * DAY
                cell[1] += soon and silence.ended_by_lead
    return {kind: woken / all_ for kind, (all_, woken) in counts.items() if all_ >= 20}


def dormant_leads(view: View) -> list[Row]:
    shares = wakeable_shares(view)
    listed = []
    for life in view.lives:
        if not life.is_silent(view.as_of):
            continue
        at, activity = last_reset(life)
        wakeable = shares.get(silence_kind(life, life.silences()[-1]))
        row = {
            "lead_id": life.lead_id,
            "company": life.lead["company"],
            "stage": life.now.stage.key,
            "silent_days": days(view.as_of - at),
            "last_activity_at": None if activity is None else moment(at),
            "last_activity_type": None if activity is None else activity["type"],
            "score": life.score_at(view.as_of),
            "max_score": life.highest_score(),
            "owner": life.owner_at(view.as_of),
            "opted_out": life.lead["opted_out"],
            "wakeable": wakeable,
        }
        listed.append((descending(wakeable), descending(life.highest_score()), life.lead_id, row))
    listed.sort(key=lambda item: item[:3])
    return [row for *_, row in listed]


def pool_times(life: Life) -> list[tuple[int, int | None, str | None]]:
    """(from, to, how it left) of every stretch in which the lead is silent in a stage that counts."""
    stretches = []
    for silence in life.silences():
        parts: list[list[int | None]] = []
        for spell in life.spells:
            begins = max(spell.entered, silence.began)
            ends = min((at for at in (spell.left, silence.ended) if at is not None), default=None)
            if life.is_excluded_from_silence(spell) or (ends is not None and ends <= begins):
                continue
            if parts and parts[-1][1] == begins:
                parts[-1][1] = ends
            else:
                parts.append([begins, ends])
        for begins, ends in parts:
            how = None
            if ends is not None and ends == silence.ended:
                how = "woken_by_lead" if silence.ended_by_lead else "woken_by_us"
            elif ends is not None:
                how = "left_otherwise"
            stretches.append((begins, ends, how))
    return stretches


def dormant_flow(view: View) -> list[Row]:
    stretches = [stretch for life in view.lives for stretch in pool_times(life)]
    rows = []
    for month in view.months():
        begins, ends = view.begins(month), min(view.ends(month), view.as_of)
        left = [how for _, at, how in stretches if view.is_in(at, month)]

        def stock(instant: int) -> int:
            return sum(a < instant and (b is None or b >= instant) for a, b, _ in stretches)

        rows.append(
            {
                "month": month_name(month),
                "opening": stock(begins),
                "fell_silent": sum(view.is_in(at, month) for at, _, _ in stretches),
                "woken_by_lead": left.count("woken_by_lead"),
                "woken_by_us": left.count("woken_by_us"),
                "left_otherwise": left.count("left_otherwise"),
                "closing": stock(ends),
            }
        )
    return rows


def falling_asleep(view: View) -> list[Row]:
    dormancy = view.rules.dormancy
    listed = []
    for life in view.lives:
        at = last_reset(life)[0]
        silent = view.as_of - at
        if not dormancy["warn_days"] * DAY <= silent <= dormancy["days"] * DAY:
            continue
        if life.is_excluded_from_silence(life.now):
            continue
        silent_on = local(at + dormancy["days"] * DAY, view.rules.zone).date()
        score = life.score_at(view.as_of)
        row = {
            "lead_id": life.lead_id,
            "company": life.lead["company"],
            "stage": life.now.stage.key,
            "silent_days": days(silent),
            "silent_on": silent_on,
            "score": score,
            "owner": life.owner_at(view.as_of),
        }
        listed.append((silent_on, descending(score), life.lead_id, row))
    listed.sort(key=lambda item: item[:3])
    return [row for *_, row in listed]
