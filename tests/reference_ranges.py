"""Events found by comparing two exports, for the slow twin: each happened somewhere in [not_before, occurred_at].

Every clock is run as recorded, and where it can rest on such a range also in every extreme: the start early, late,
and at and just after whatever could end it in between; the stage changes early, late, and as near to the start as
they come; the acts likewise. A clock whose state is not the same in all of them is `undeterminable`. Written from
DATA.md and issue 4 alone; nothing of `funnel` is imported here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.reference_clock import (
    Calendar,
    Clock,
    Ends,
    Start,
    applies,
    clock_at,
    ends_of,
    every_start,
    first_of,
)
from tests.reference_lives import Life, earliest
from tests.reference_loading import Row
from tests.reference_rules import Stage

SIDES = ("early", "near", "late")


@dataclass(frozen=True)
class Range:
    """When something happened: between two instants."""

    early: int
    late: int

    def on(self, side: str, start: int) -> int:
        if side == "near":
            return min(self.late, max(self.early, start))
        return self.early if side == "early" else self.late


@dataclass(frozen=True)
class Stay:
    """A stage with the ranges of its entry and its exit."""

    seq: int
    stage: Stage
    is_assumed: bool
    entered: Range
    left: Range | None


def stays_of(life: Life) -> list[Stay]:
    """The spells in their order, which is known: none began before the earliest beginning of the one before."""
    entries: list[Range] = []
    for spell in life.spells:
        early = spell.entered if spell.not_before is None else spell.not_before
        entries.append(Range(max([early] + [before.early for before in entries[-1:]]), spell.entered))
    lefts: list[Range | None] = [*entries[1:], None]
    return [
        Stay(spell.seq, spell.stage, spell.is_assumed, entered, left)
        for spell, entered, left in zip(life.spells, entries, lefts, strict=False)
    ]


def score_reached(life: Life) -> dict[int, int]:
    """The earliest instant of every step of the score; the steps keep their order."""
    if life.rules.scoring["source"] == "rules":
        hits = [(at, early) for at, early, _ in life.behaviour_hits()]
        if any(life.matches(rule["when"]) for rule in life.rules.scoring["attributes"]):
            hits.append((life.created_at, life.created_at))
    else:
        hits = [(change["occurred_at"], earliest(change)) for change in life.all_score_changes]
    found: dict[int, int] = {}
    latest: int | None = None
    for at in sorted({at for at, _ in hits}):
        early = min(early for hit, early in hits if hit == at)
        latest = early if latest is None else max(latest, early)
        found[at] = latest
    return found


def acts_that_stop(policy: Row, life: Life, start: Start) -> list[Range]:
    """The acts that can stop a clock; not the one that starts it."""
    stop = policy["stop"]
    return [
        Range(earliest(act), act["occurred_at"])
        for act in life.activities
        if act["type"] in stop.get("activity", [])
        and act is not start.activity
        and (not stop.get("connected") or life.rules.is_contact(act))
    ]


def start_range(policy: Row, life: Life, start: Start, stays: list[Stay]) -> Range:
    if start.is_chained:
        former = [act.early for act in acts_that_stop(policy, life, start) if act.late == start.at]
        former += [start.at] if not former else []
        return Range(max(stays[start.spell.seq].entered.early, min(former)), start.at)
    if start.spell is not None:
        return Range(stays[start.spell.seq].entered.early, start.at)
    if start.activity is not None:
        return Range(earliest(start.activity), start.at)
    if "score" in policy["start"]:
        return Range(score_reached(life)[start.at], start.at)
    return Range(start.at, start.at)


def extremes_of(policy: Row, life: Life, calendar: Calendar, start: Start) -> Iterator[Ends | None]:
    """How the clock ends in every extreme; None where there is none."""
    stays = stays_of(life)
    acts = acts_that_stop(policy, life, start)
    within = start_range(policy, life, start, stays)
    ends = [at for each in [*acts, *(stay.entered for stay in stays)] for at in (each.early, each.late)]
    if start.is_chained:
        acts = [act for act in acts if act.late != start.at]  # it is what started this one
    starts = {within.early, within.late}
    starts |= {at + more for at in ends if within.early <= at < within.late for more in (0, 1)}
    for at in sorted(starts):
        for of_stages in SIDES:
            for of_acts in SIDES:
                yield run(policy, calendar, start, at, stays, acts, of_stages, of_acts)


def run(
    policy: Row,
    calendar: Calendar,
    start: Start,
    at: int,
    stays: list[Stay],
    acts: list[Range],
    of_stages: str,
    of_acts: str,
) -> Ends | None:
    """One extreme: the start at `at`, stage changes and acts each on one side of their ranges."""
    in_order = start.spell is not None and not start.is_chained
    if in_order and of_stages == "early":
        of_stages = "near"  # what followed the entry did not happen before it
    every = policy.get("every", False)
    gone_to = policy["stop"].get("stage", [])
    stops = [(act.on(of_acts, at), True) for act in acts]
    closes = []
    for stay in stays:
        entered = stay.entered.on(of_stages, at)
        left = None if stay.left is None else stay.left.on(of_stages, at)
        is_stop = stay.stage.key in gone_to
        if start.spell is None:
            if is_stop and (stay.is_assumed or entered < at) and (left is None or left > at):
                return None
            if is_stop and not stay.is_assumed:
                stops.append((entered, False))
            if stay.stage.is_gone and not stay.is_assumed and entered >= at:
                closes.append(entered)
            continue
        if start.is_chained and stay.seq == start.spell.seq and left is not None and left <= at:
            return None
        if stay.seq == start.spell.seq or stay.is_assumed:
            continue
        if is_stop and stay.entered.late >= start.at:
            stops.append((entered, False))
        if stay.seq > start.spell.seq and (every or is_behind(stay.stage, start.spell.stage)):
            closes.append(entered)
    stops = [(when, by_act) for when, by_act in stops if when > at or (when == at and not every)]
    return first_of(policy, calendar, at, stops, min(closes, default=None))


def is_behind(stage: Stage, start: Stage) -> bool:
    """Gone, or further back than the stage of the start."""
    return stage.is_gone or (stage.rank is not None and start.rank is not None and stage.rank < start.rank)


def clocks_of(policy: Row, lives: list[Life], calendar: Calendar) -> list[Clock]:
    """Every clock of a policy that T has seen start, or may have, in no particular order."""
    clocks = []
    for life in lives:
        if not applies(policy, life):
            continue
        whole = life.whole or life
        for start in every_start(policy, whole, calendar):
            recorded = ends_of(policy, whole, calendar, start)
            possible: set[Ends | None] = {recorded}
            if life.whole is not None:
                possible |= set(extremes_of(policy, whole, calendar, start))
            clock = clock_at(policy, life, calendar, recorded)
            if len(possible) > 1:
                clock = over_a_range(clock, possible, calendar)
            elif start.at >= life.as_of:
                continue
            if clock is not None:
                clocks.append(clock)
    return clocks


def over_a_range(clock: Clock, possible: set[Ends | None], calendar: Calendar) -> Clock | None:
    """The recorded clock with the state that all extremes agree on; None where none has started before T."""
    life = clock.life
    extremes = tuple(
        clock_at(clock.policy, life, calendar, ends)
        if ends is not None and ends.started < life.as_of
        else None
        for ends in possible
    )
    states = {None if each is None else each.state for each in extremes}
    if states == {None}:
        return None
    state = states.pop() if len(states) == 1 else "undeterminable"
    return replace(clock, state=state or "", extremes=extremes)
