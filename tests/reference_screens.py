"""What a screen needs beside its answers, and the life of one lead, for the slow twin."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from tests.reference_aging import age_in_unit
from tests.reference_behind import card, in_order
from tests.reference_clock import Clock
from tests.reference_follow_up import PRESSING, falling_asleep, last_reset, may_be_open, unassigned
from tests.reference_judging import is_small
from tests.reference_lives import FOREVER, Life, lives_of
from tests.reference_loading import Row
from tests.reference_numbers import DAY, HOUR, days, hours, instant, local, midnight, moment, month_name, rate
from tests.reference_quality import data_quality
from tests.reference_view import View, descending


def clocks(view: View) -> list[tuple[int, Clock]]:
    """Every clock with the place of its policy."""
    return [(place, clock) for place, each in enumerate(view.rules.sla) for clock in view.all_clocks(each)]


def today(view: View) -> date:
    return local(view.as_of, view.rules.zone).date()


def business_day(view: View, step: int) -> date | None:
    """The next day (1) or the day before (-1) on which the team works."""
    day = today(view)
    for _ in range(60):
        day += timedelta(days=step)
        if view.calendar.windows_on(day):
            return day
    return None


def seen_at(view: View, as_of: int) -> View:
    """The same question at another instant."""
    loaded = replace(view.loaded, as_of=as_of)
    other = replace(view, loaded=loaded, as_of=as_of, all_lives=lives_of(loaded))
    other.lives = [life for life in other.all_lives if other.passes(life)]
    return other


def is_hot_and_untouched(view: View, life: Life) -> bool:
    """Open, in the highest band, and nobody of ours has ever acted on it."""
    band = view.rules.band_of(life.score_at(view.as_of))
    is_hot = band is not None and band == view.rules.bands[-1]["key"]
    return is_hot and life.now.stage.kind == "path" and life.last_act_of_ours() is None


def morning(view: View) -> list[Row]:
    standing = [clock for _, clock in clocks(view)]
    due_today = [clock.due for clock in standing if clock.state == "due_today"]
    late = [view.calendar.between(clock.due, view.as_of) for clock in standing if clock.state == "overdue"]
    noon = midnight(today(view), view.rules.zone) + 12 * HOUR
    closes = [end for _, end in view.calendar.windows_on(today(view))]
    nobodys = [row["days"] for row in unassigned(view)]
    falling = {row["lead_id"] for row in falling_asleep(view)}
    length = view.rules.dormancy["days"] * DAY
    soon = [
        life
        for life in view.lives
        if life.lead_id in falling and last_reset(life)[0] + length < view.as_of + 7 * DAY
    ]
    then = clocks(seen_at(view, instant(view.params["before"])))
    return [
        {
            "overdue": len(late),
            "due_today": len(due_today),
            "due_by_noon": sum(due <= noon for due in due_today),
            "due_by_closing": sum(due <= max(closes, default=0) for due in due_today),
            "at_risk": sum(clock.state == "at_risk" for clock in standing),
            "longest_late": max(late) / HOUR if late else None,
            "unassigned": len(nobodys),
            "unassigned_days": max(nobodys, default=None),
            "falling": len(falling),
            "falling_this_week": len(soon),
            "hot_untouched": sum(is_hot_and_untouched(view, life) for life in view.lives),
            "overdue_before": sum(clock.state == "overdue" for _, clock in then),
        }
    ]


def morning_owners(view: View) -> list[Row]:
    states: dict[str | None, list[str]] = {}
    for _, clock in clocks(view):
        if clock.state in PRESSING or may_be_open(clock):
            states.setdefault(clock.life.owner_at(view.as_of), []).append(clock.state)
    order = sorted(states, key=lambda owner: (-len(states[owner]), owner is None, owner or ""))
    return [
        {
            "owner": owner,
            "clocks": len(states[owner]),
            **{state: states[owner].count(state) for state in PRESSING},
        }
        for owner in order
    ]


def due_next(view: View) -> list[Row]:
    following, listed = business_day(view, 1), []
    for place, clock in clocks(view):
        life, on = clock.life, local(clock.due, view.rules.zone).date()
        if clock.state in ("at_risk", "pending") and on == following:
            row = {"policy": clock.policy["key"], "state": clock.state, "due_at": moment(clock.due)}
            row |= {**card(view, life), "opted_out": life.lead["opted_out"]}
            listed.append(((clock.due, life.lead_id, place, clock.started), row))
    return in_order(listed)


def overdue_ranges(view: View) -> list[Row]:
    """Of the morning list what rests on a range: the least and the most that each can be late."""
    late: dict[tuple[int, str, int], list[int]] = {}
    for place, clock in clocks(view):
        possible = [each.late for each in clock.extremes if each is not None]
        if possible and (clock.state in PRESSING or may_be_open(clock)):
            late.setdefault((place, clock.life.lead_id, clock.due), []).extend(possible)
    return [
        {
            "policy": view.rules.sla[place]["key"],
            "lead_id": lead_id,
            "due_at": moment(due),
            "least_late_hours": hours(min(possible)),
            "most_late_hours": hours(max(possible)),
        }
        for (place, lead_id, due), possible in sorted(late.items())
    ]


def untouched(view: View) -> list[Row]:
    return in_order(
        [
            (
                (descending(life.score_at(view.as_of)), life.lead_id),
                card(view, life, created_at=moment(life.created_at)),
            )
            for life in view.lives
            if is_hot_and_untouched(view, life)
        ]
    )


def held_back(view: View) -> list[Row]:
    handoff, listed = view.rules.milestones["mql"], []
    threshold = view.rules.scoring.get("thresholds", {}).get("mql")
    for life in view.lives:
        score = life.score_at(view.as_of)
        is_open = life.now.stage.kind == "path" and handoff is not None and not life.has_reached(handoff)
        if is_open and None not in (score, threshold) and score >= threshold:
            signs = [a for a in life.activities if view.rules.side(a["type"]) == "lead"]
            last = signs[-1] if signs else {"occurred_at": None, "type": None}
            row = card(
                view, life, last_activity_at=moment(last["occurred_at"]), last_activity_type=last["type"]
            )
            listed.append(((descending(score), life.lead_id), row))
    return in_order(listed)


def silent_matrix(view: View) -> list[Row]:
    bands = [band["key"] for band in view.rules.bands]
    excluded = view.rules.dormancy["exclude_stages"]
    cells: dict[tuple[str, str | None], list[Life]] = {
        (stage.key, band): []
        for stage in view.rules.stages
        if stage.kind in ("path", "dormant") and stage.key not in excluded
        for band in bands
    }
    for life in view.lives:
        if life.is_silent(view.as_of):
            cell = (life.now.stage.key, view.rules.band_of(life.highest_score()))
            cells.setdefault(cell, []).append(life)
    order = sorted(cells, key=lambda cell: (view.place("stage", cell[0]), view.place("score_band", cell[1])))
    return [
        {
            "stage": stage,
            "band": band,
            "leads": len(cells[stage, band]),
            "contactable": sum(not life.lead["opted_out"] for life in cells[stage, band]),
            "of_stage": sum(len(lives) for (other, _), lives in cells.items() if other == stage),
            "of_band": sum(len(lives) for (_, other), lives in cells.items() if other == band),
            "of_all": sum(len(lives) for lives in cells.values()),
        }
        for stage, band in order
    ]


def silent_stages(view: View) -> list[Row]:
    lives = [life for life in view.lives if life.is_silent(view.as_of)]
    counts = {stage.key: sum(life.now.stage == stage for life in lives) for stage in view.rules.stages}
    most_first = sorted((key for key in counts if counts[key]), key=lambda key: -counts[key])
    return [
        {
            "stage": key,
            "leads": counts[key],
            "share": counts[key] / len(lives),
            "top_share": sum(counts[each] for each in most_first[: place + 1]) / len(lives),
            "of_all": len(lives),
            "small": is_small(len(lives)),
        }
        for place, key in enumerate(most_first)
    ]


def next_steps(view: View) -> list[Row]:
    late = [clock.policy["key"] for _, clock in clocks(view) if clock.state == "overdue"]
    found: list[tuple[str, str | None, int]] = [
        ("overdue", policy["key"], late.count(policy["key"])) for policy in view.rules.sla
    ]
    for stage in view.rules.stages:
        if stage.kind == "path" and stage.limit is not None:
            waiting = [life.now for life in view.lives if life.now.stage == stage and life.now.has_duration]
            over = sum(age_in_unit(view, spell) > stage.limit for spell in waiting)
            found.append(("over_limit", stage.key, over))
    found.append(("unassigned", None, len(unassigned(view))))
    totals = {task: sum(each[2] for each in found if each[0] == task) for task, *_ in found}
    return [
        {"task": task, "name": name, "count": count, "of_task": totals[task]}
        for task, name, count in found
        if count
    ]


def score_shortfall(view: View) -> list[Row]:
    handoff = view.rules.milestones["mql"]
    threshold = view.rules.scoring.get("thresholds", {}).get("mql")
    scored = there = short = 0
    for life in view.lives:
        if view.params["at"] == "now":
            score = life.score_at(view.as_of)
        elif view.params["at"] == "created":
            score = life.score_after_creation()
        else:
            handed_off = life.reached_on(view.stage_of_milestone("mql"))
            score = None if handed_off is None else life.score_at(handed_off)
        if score is not None:
            scored += 1
            is_there = handoff is not None and life.now.stage == handoff
            there += is_there
            short += is_there and threshold is not None and score < threshold
    row = {
        "scored": scored,
        "base": there,
        "short": short,
        "rate": rate(short, there),
        "small": is_small(there),
    }
    return [row if threshold is not None else {**row, "short": None, "rate": None}]


def quality_files(view: View) -> list[Row]:
    files: dict[str, Row] = {}
    for row in data_quality(view):
        if row["part"] == "file":
            file, count = row["name"].rsplit(" ", 1)
            files.setdefault(file, {"file": file})[count] = row["rows"]
    return [files[name] for name in files]


def kpi_history(view: View) -> list[Row]:
    stages = {**view.rules.milestones, "won": view.rules.path[-1]}
    rows = []
    for month in view.months():
        row: Row = {"month": month_name(month)}
        row["leads"] = sum(view.is_in(life.created_at, month) for life in view.lives)
        for name in ("mql", "sql", "opportunity", "won"):
            stage = stages[name]
            reached = [] if stage is None else [life.reached_on(stage) for life in view.lives]
            row[name] = sum(view.is_in(at, month) for at in reached)
        rows.append(row)
    return rows


def business_spans(view: View) -> list[Row]:
    named = (("before", business_day(view, -1)), ("today", today(view)), ("next", business_day(view, 1)))
    return [
        {"local_date": day, "day": name, "opens_at": moment(opens), "closes_at": moment(closes)}
        for name, day in named
        if day is not None
        for opens, closes in view.calendar.windows_on(day)
    ]


def dimension_values(view: View) -> list[Row]:
    rows = []
    for dimension in sorted({*view.rules.dimensions, "stage", "score_band"}):
        values = [view.value(life, dimension) for life in view.all_lives]
        rows += [
            {"dimension": dimension, "value": value, "leads": values.count(value)}
            for value in sorted(set(values), key=lambda value: view.place(dimension, value))
        ]
    return rows


# ---------------------------------------------------------------- one lead


def the_lead(view: View) -> list[Life]:
    return [life for life in view.all_lives if life.lead_id == view.params["lead_id"]]


def lead_card(view: View) -> list[Row]:
    rows = []
    for life in the_lead(view):
        now, silent = life.now, life.is_silent(view.as_of)
        row = card(view, life, channel=life.lead["channel"], created_at=moment(life.created_at))
        row["stage_days"] = days(view.as_of - now.entered) if now.has_duration else None
        row["max_score"] = life.highest_score()
        row["silent_days"] = days(view.as_of - last_reset(life)[0]) if silent else None
        rows.append(row)
    return rows


def lead_spells(view: View) -> list[Row]:
    return [
        {
            "stage": spell.stage.key,
            "rank": spell.stage.rank,
            "kind": spell.stage.kind,
            "entered_at": moment(spell.entered),
            "left_at": moment(spell.left),
            "is_assumed": spell.is_assumed,
            "pass": spell.number_of_pass,
        }
        for life in the_lead(view)
        for spell in life.spells
    ]


def lead_activities(view: View) -> list[Row]:
    names = ("type", "outcome", "asset")
    return [
        {"occurred_at": moment(each["occurred_at"]), **{name: each[name] for name in names}}
        for life in the_lead(view)
        for each in reversed(life.activities)
    ]


def scores_held(life: Life) -> list[tuple[int, float | None]]:
    """(since when, score) of everything that it was worth before T; nothing holds before the creation."""
    held = [(at, after) for at, _, after in life.score_steps()]
    if life.rules.scoring["source"] == "exported":
        if life.all_score_changes:
            held.insert(0, (-FOREVER, life.score_before_changes))
        elif life.lead["score"] is not None and life.newest is not None and life.newest < life.as_of:
            held.append((life.newest, life.lead["score"]))
    return [(max(at, life.created_at), score) for at, score in held]


def lead_scores(view: View) -> list[Row]:
    return [
        {"from_at": moment(at), "score": score}
        for life in the_lead(view)
        for at, score in sorted(dict(scores_held(life)).items())
    ]


def lead_conditions(view: View) -> list[Row]:
    """Item by item what the lead must have; of a lead that is not there, nothing is met."""
    lives, rows = the_lead(view), []

    def met(times: list[int]) -> datetime | None:
        return moment(min(times, default=None))

    for number, item in enumerate(view.rules.handoff):
        parts: list[tuple[str, str | None, float | None, datetime | None]] = []
        if "score" in item:
            reached = [
                at
                for life in lives
                for at, score in scores_held(life)
                if score is not None and score >= item["score"]
            ]
            parts.append(("score", None, item["score"], met(reached)))
        for kind in sorted(item.get("did", [])):
            acts = [act["occurred_at"] for life in lives for act in life.activities if act["type"] == kind]
            parts.append(("did", kind, None, met(acts)))
        for column in sorted(item.get("known", [])):
            known = [life.created_at for life in lives if view.rules.value_of(life.lead, column) is not None]
            parts.append(("known", column, None, met(known)))
        names = ("kind", "name", "needed", "met_at")
        rows += [{"item": f"any_of[{number}]", **dict(zip(names, part, strict=True))} for part in parts]
    return rows


def lead_clocks(view: View) -> list[Row]:
    listed = []
    for place, clock in clocks(replace(view, lives=the_lead(view))):
        row = {
            "policy": clock.policy["key"],
            "started_at": moment(clock.started),
            "due_at": moment(clock.due),
            "stopped_at": moment(clock.stopped),
            "closed_at": moment(clock.closed),
            "state": clock.state,
            "elapsed_hours": hours(clock.elapsed),
            "late_hours": hours(clock.late),
            "owner": clock.owner,
        }
        listed.append(((clock.started, place, clock.due), row))
    return in_order(listed)


SCREENS = {
    "morning": morning,
    "morning_owners": morning_owners,
    "due_next": due_next,
    "overdue_ranges": overdue_ranges,
    "untouched": untouched,
    "held_back": held_back,
    "silent_matrix": silent_matrix,
    "silent_stages": silent_stages,
    "next_steps": next_steps,
    "score_shortfall": score_shortfall,
    "quality_files": quality_files,
    "kpi_history": kpi_history,
    "business_spans": business_spans,
    "dimension_values": dimension_values,
    "lead_card": lead_card,
    "lead_spells": lead_spells,
    "lead_scores": lead_scores,
    "lead_activities": lead_activities,
    "lead_conditions": lead_conditions,
    "lead_clocks": lead_clocks,
}
