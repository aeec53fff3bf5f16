"""A lead of the sample company on its way: where it stands, what has happened, what is planned.

A life is a queue of steps in time. A step records what happened and plans later steps, so everything has
its cause before it: mails are opened after they are sent, the score rises with what the lead did, and the
hand-off follows the score. Steps are planned by name; those of the lead itself are in sample_habits,
marketing's in sample_marketing, those of sales in sample_sales.
"""

import heapq
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from funnel.sample.arrivals import EXPO_UNCALLED, Lead
from funnel.sample.time import DAY, END, HOUR, at, desk, own_moment

NEW_DEFINITION = at(2026, 4, 1)  # MQL from 100 points instead of 120

# type: points, from the how manieth, how many times, valid for days (the rules' [scoring] behaviours)
POINTS: dict[str, tuple[int, int, int, int]] = {
    "email_open": (5, 1, 4, 0),
    "email_click": (10, 1, 10_000, 0),
    "whitepaper_download": (20, 1, 10_000, 0),
    "pricing_visit": (30, 1, 10_000, 180),
    "product_visit": (15, 2, 1, 0),
    "webinar_attend": (20, 1, 10_000, 0),
    "seminar_attend": (40, 1, 10_000, 0),
    "consult_request": (30, 1, 10_000, 0),
}
OPEN_EARLY = ("new", "nurturing", "dormant")  # marketing looks after it


class Activity(NamedTuple):
    """One row of activities.parquet, still without its id."""

    occurred: int
    lead: int
    type: str
    actor: str | None
    outcome: str | None
    from_value: str | None
    to_value: str | None
    reason: str | None
    asset: str | None


@dataclass
class Life:
    """A lead on its way: where it stands now, what it has done so far, what is planned."""

    lead: Lead
    rng: Random
    owner: str | None
    stage: str = "new"
    stage_since: int | None = None
    activities: list[Activity] = field(default_factory=list)
    planned: list[tuple[int, int, str, str | None]] = field(default_factory=list)
    plans: int = 0
    done: dict[str, int] = field(default_factory=dict)  # how often each scored type happened
    lasting_points: int = 0
    fading_points: list[int] = field(default_factory=list)  # when each pricing visit ceases to count
    reacted_at: int = 0  # the last sign of life: an act of its own but opening a mail, or a talk
    is_interested: bool = True
    has_cooled: bool = False  # stood high and was never called
    is_opted_out: bool = False
    is_awaiting_handoff: bool = False
    owes_handoff: bool = False  # has reached 100 points and was neither handed off nor put aside since
    handoffs: int = 0
    handed_at: int = 0
    attempts: int = 0
    wait: float = 0.0  # business seconds from the hand-off to the first attempt
    amount: float | None = None
    lost_reason: str | None = None

    def plan(self, instant: int, step: str, what: str | None = None) -> None:
        if instant <= END:
            self.plans += 1
            heapq.heappush(self.planned, (instant, self.plans, step, what))

    def record(
        self,
        instant: int,
        kind: str,
        actor: str | None = None,
        outcome: str | None = None,
        before: str | None = None,
        after: str | None = None,
        reason: str | None = None,
        asset: str | None = None,
    ) -> None:
        row = Activity(instant, self.lead.number, kind, actor, outcome, before, after, reason, asset)
        if instant <= END:
            self.activities.append(row)

    def score(self, instant: int) -> int:
        return self.lasting_points + 30 * sum(end > instant for end in self.fading_points)

    def move(self, instant: int, stage: str, actor: str | None = None, reason: str | None = None) -> None:
        """To another stage."""
        self.record(instant, "stage_change", actor, None, self.stage, stage, reason)
        self.stage, self.stage_since = stage, instant
        if stage not in ("new", "nurturing"):
            self.owes_handoff = False

    def give(self, instant: int, owner: str, actor: str | None = None) -> None:
        """To another owner."""
        if owner != self.owner:
            self.record(instant, "owner_change", actor, None, self.owner, owner)
            self.owner = owner


def threshold(instant: int) -> int:
    """The score at which a lead became an MQL, by the definition of the day."""
    return 100 if instant >= NEW_DEFINITION else 120


def act(life: Life, instant: int, kind: str, asset: str | None = None) -> None:
    """The lead does something of its own; the score follows, and perhaps a hand-off."""
    if instant > END or (life.stage == "lost" and kind != "web_visit"):
        return
    life.record(instant, kind, asset=asset)
    before = life.score(instant)
    if kind in POINTS:
        points, first, times, valid_days = POINTS[kind]
        nth = life.done[kind] = life.done.get(kind, 0) + 1
        if first <= nth < first + times:
            if valid_days:
                life.fading_points.append(instant + valid_days * DAY)
            else:
                life.lasting_points += points
    if kind != "email_open":
        life.reacted_at = max(life.reacted_at, instant)
    if life.stage in OPEN_EARLY:
        _notice(life, instant, kind, before, life.score(instant))


def _notice(life: Life, instant: int, kind: str, before: int, after: int) -> None:
    """Marketing's machine looks at the score: hand-off due? awake again?"""
    limit = threshold(instant)
    is_awake = kind != "email_open" or before < 100 <= after
    if before < 100 <= after:
        life.owes_handoff = True
        if after < limit and life.rng.random() < 0.65:  # nobody calls below the line: interest cools
            life.has_cooled = True
            lose_interest(life, instant)
    qualifies = (
        before < limit <= after
        or kind in ("demo_request", "quote_request")
        or (kind == "consult_request" and (life.handoffs or after >= limit))
        or (kind == "seminar_attend" and after >= limit - 20)
        or (life.stage == "dormant" and after >= limit and is_awake)
    )
    if qualifies and not life.is_awaiting_handoff:
        life.is_awaiting_handoff = True
        life.plan(_handoff_moment(life, instant), "handoff")
    elif life.stage == "dormant" and is_awake and not life.is_awaiting_handoff:
        life.plan(desk(instant, life.rng.uniform(0.5, 5) * HOUR), "wake")


def _handoff_moment(life: Life, instant: int) -> int:
    """Mostly by the machine within the hour; otherwise somebody confirms it, sometimes too late."""
    rng = life.rng
    if life.lead.campaign == EXPO_UNCALLED and life.lead.asked_for_demo and not life.handoffs:
        return desk(at(2026, 2, 24, 9), rng.random() * 20 * HOUR)  # the booth's list is typed in
    if rng.random() < 0.72:
        return instant + 240 + int(rng.random() * 80 * 60)
    return desk(instant, rng.uniform(0.3, 5) * HOUR + (12 * HOUR if rng.random() < 0.08 else 0))


def lose_interest(life: Life, now: int) -> None:
    """No more visits; but who was keen may remember us after some months, sooner than the others."""
    rng, score = life.rng, life.score(now)
    life.is_interested = False
    if rng.random() < (0.55 if score >= 100 else 0.32 if score >= 50 else 0.2):
        life.plan(
            own_moment(rng, now + 95 * DAY, 50 if score >= 100 else 110 if score >= 50 else 170), "recall"
        )


def put_aside(life: Life, now: int, reason: str) -> None:
    """Lost, for a reason."""
    life.lost_reason = reason
    life.move(now, "lost", life.owner, reason)
    life.is_interested = False
