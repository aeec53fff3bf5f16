"""The leads behind a number, for the slow twin: those that the twin of the number counts.

The columns of what only a range is known of are not reckoned here.
"""

from collections.abc import Iterable
from math import ceil, floor
from typing import Any

from tests.reference_aging import AGE_BUCKETS, age_in_unit, waiting_in, waiting_stages
from tests.reference_conversion import conversion_time, entries_in, period_entry, segment_at
from tests.reference_follow_up import last_reset, pool_times
from tests.reference_lives import Life
from tests.reference_loading import Refused, Row
from tests.reference_numbers import DAY, Month, days, hours, moment, read_month
from tests.reference_quality import findings, quarantined_rows
from tests.reference_view import View, descending

Listed = list[tuple[Any, Row]]


def card(view: View, life: Life, **more: Any) -> Row:
    """A lead as the lists have it, with the columns of the one list between."""
    return {
        "lead_id": life.lead_id,
        "company": life.lead["company"],
        "stage": life.now.stage.key,
        "owner": life.owner_at(view.as_of),
        "score": life.score_at(view.as_of),
        **more,
        "opted_out": bool(life.lead["opted_out"]),
        "record_url": life.lead["record_url"],
    }


def band_asked_for(view: View) -> str | None:
    """The band that is asked for, one of the rules'."""
    band: str | None = view.params["band"]
    if band is not None and band not in [each["key"] for each in view.rules.bands]:
        raise Refused(f"no band {band!r}")
    return band


def in_order(listed: Listed) -> list[Row]:
    return [row for _, row in sorted(listed, key=lambda item: item[0])]


def month_of(view: View) -> Month:
    return read_month(view.params["month"])


def in_segment(view: View) -> Iterable[Life]:
    return [life for life in view.lives if view.in_segment(life, view.params["segment"])]


def behind_aging(view: View) -> list[Row]:
    asked, wanted, listed = view.params, view.any_stage("stage"), []
    for stage in waiting_stages(view):
        for life, spell in waiting_in(view, stage, view.lives):
            elapsed = view.as_of - spell.entered if spell.has_duration else None
            age = age_in_unit(view, spell) if spell.has_duration else None
            ratio = None if age is None or stage.limit is None else age / stage.limit
            bucket = "unknown"
            if elapsed is not None:
                bucket = next(name for name, last in AGE_BUCKETS if elapsed // DAY <= last)
            step = None if ratio is None else min(max(ceil(ratio * 4) - 1, 0), 12) / 4
            if (
                wanted not in (None, stage.key)
                or asked["bucket"] not in (None, bucket)
                or asked["ratio_from"] not in (None, step)
                or (asked["over_only"] and (ratio is None or ratio <= 1))
            ):
                continue
            row = card(
                view,
                life,
                ratio=None if ratio is None else float(ratio),
                age=None if age is None else float(age),
                limit=None if stage.limit is None else float(stage.limit),
                unit=stage.unit or "days",
                days=None if elapsed is None else days(elapsed),
                last_touch_at=moment(life.last_act_of_ours()),
            )
            listed.append(((descending(ratio), descending(elapsed), life.lead_id), row))
    return in_order(listed)


def behind_bands(view: View) -> list[Row]:
    to, window, day = view.stage("to_stage"), view.window(), view.params["day"] * DAY
    band, listed = band_asked_for(view), []
    for life in view.lives:
        looked_at, first = life.created_at + day, life.first_reach(to)
        if not view.is_in_months(life.created_at) or looked_at + window > view.as_of:
            continue
        if first is not None and (first.is_assumed or first.entered < looked_at):
            continue
        score = life.score_at(looked_at)
        if view.rules.band_of(score) != band:
            continue
        converted = None if first is None or first.entered >= looked_at + window else first.entered
        row = card(view, life, then_score=score, converted_at=moment(converted))
        listed.append(((converted is None, descending(score), life.lead_id), row))
    return in_order(listed)


def behind_clocks(view: View) -> list[Row]:
    asked, listed = view.params, []
    policies = [each for each in view.rules.sla if asked["policy"] in (None, each["key"])]
    if not policies and asked["policy"] is not None:
        raise Refused("no such policy")
    for clock in view.all_clocks(policies[0]) if policies else ():
        is_of = not asked["of_owner"] or clock.owner == asked["segment"]
        if not (clock.judged and view.is_in_months(clock.due) and is_of):
            continue
        life = clock.life
        row = {
            "lead_id": life.lead_id,
            "company": life.lead["company"],
            "state": clock.state,
            "policy": clock.policy["key"],
            "owner": clock.owner,
            "due_at": moment(clock.due),
            "late_hours": hours(clock.late),
            "elapsed_hours": hours(clock.elapsed),
            "stopped_at": moment(clock.stopped),
            "stage": life.now.stage.key,
            "score": life.score_at(view.as_of),
            "opted_out": bool(life.lead["opted_out"]),
            "record_url": life.lead["record_url"],
        }
        listed.append(((-clock.late, clock.due, life.lead_id, clock.started), row))
    return in_order(listed)


def behind_conversion(view: View) -> list[Row]:
    start, to, window = view.stage("from_stage"), view.stage("to_stage"), view.window()
    listed = []
    for life, entry in entries_in(view, view.lives, month_of(view), start):
        if segment_at(view, life, entry) == view.params["segment"]:
            on = conversion_time(life, entry, to, window, exact=False)
            row = card(view, life, entered_at=moment(entry), converted_at=moment(on))
            listed.append(((on is None, entry, life.lead_id), row))
    return in_order(listed)


def behind_period_ratio(view: View) -> list[Row]:
    to, month = view.stage("to_stage"), month_of(view)
    reached = [(period_entry(life, to), life) for life in in_segment(view)]
    return in_order(
        [
            ((at, life.lead_id), card(view, life, reached_at=moment(at)))
            for at, life in reached
            if view.is_in(at, month)
        ]
    )


def behind_funnel(view: View) -> list[Row]:
    stage, grown = view.stage("stage"), view.params["min_age_days"] * DAY
    further = view.rules.path_stage(view.params["reached"]) or stage
    return in_order(
        [
            (
                (not life.has_reached(further), -life.created_at, life.lead_id),
                {
                    **card(view, life, created_at=moment(life.created_at)),
                    "reached_stage": further.key if life.has_reached(further) else None,
                },
            )
            for life in in_segment(view)
            if view.is_in_months(life.created_at)
            and life.created_at + grown <= view.as_of
            and life.has_reached(stage)
        ]
    )


def behind_kpi(view: View) -> list[Row]:
    kpi, listed = view.params["kpi"], []
    stage = None
    if kpi != "leads":
        stage = view.rules.path[-1] if kpi == "won" else view.stage_of_milestone(kpi)
    for life in view.lives:
        at = life.created_at if stage is None else life.reached_on(stage)
        if view.is_in(at, month_of(view)):
            listed.append(((at, life.lead_id), card(view, life, reached_at=moment(at))))
    return in_order(listed)


def behind_scores(view: View) -> list[Row]:
    asked, wanted, listed = view.params, view.any_stage("stage"), []
    handoff = view.stage_of_milestone("mql") if asked["at"] == "mql" else None
    for life in view.lives:
        if life.now.stage.key != wanted:
            continue
        if handoff is None:
            score = life.score_at(view.as_of) if asked["at"] == "now" else life.score_after_creation()
        elif life.reached_on(handoff) is None:
            continue
        else:
            score = life.score_at(life.reached_on(handoff))
        if (None if score is None else floor(score / asked["bin"]) * asked["bin"]) == asked["bin_from"]:
            listed.append(((descending(score), life.lead_id), card(view, life, then_score=score)))
    return in_order(listed)


def behind_silence(view: View) -> list[Row]:
    asked, wanted, listed = view.any_stage("stage"), band_asked_for(view), []
    for life in view.lives:
        highest = life.highest_score()
        kind = (life.now.stage.key, view.rules.band_of(highest))
        if life.is_silent(view.as_of) and (asked is None or kind == (asked, wanted)):
            silent = days(view.as_of - last_reset(life)[0])
            row = card(view, life, max_score=highest, silent_days=silent)
            listed.append(((descending(highest), life.lead_id), row))
    return in_order(listed)


def behind_silence_flow(view: View) -> list[Row]:
    month, flow, listed = month_of(view), view.params["flow"], []
    for life in view.lives:
        for begins, ends, how in pool_times(life):
            at = begins if flow == "fell_silent" else ends
            if (flow == "fell_silent" or how == flow) and view.is_in(at, month):
                listed.append(((at, life.lead_id), card(view, life, happened_at=moment(at))))
    return in_order(listed)


def finding_rows(view: View) -> list[Row]:
    """Whatever T, excluded leads in; who does not count or is not there yet has a name alone."""
    known, rows = {life.lead_id: life for life in view.all_lives}, []
    for lead_id in sorted(findings(view)[view.params["finding"]][1]):
        if lead_id in known:
            rows.append(card(view, known[lead_id], created_at=moment(known[lead_id].created_at)))
        else:
            names = ("company", "stage", "owner", "score", "created_at")
            rows.append({"lead_id": lead_id, **dict.fromkeys(names), "opted_out": False, "record_url": None})
    return rows


BEHIND = {
    "behind_aging": behind_aging,
    "behind_bands": behind_bands,
    "behind_clocks": behind_clocks,
    "behind_conversion": behind_conversion,
    "behind_period_ratio": behind_period_ratio,
    "behind_funnel": behind_funnel,
    "behind_kpi": behind_kpi,
    "behind_scores": behind_scores,
    "behind_silence": behind_silence,
    "behind_silence_flow": behind_silence_flow,
    "finding_rows": finding_rows,
    "quarantined_rows": quarantined_rows,
}
