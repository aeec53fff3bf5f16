"""Business time and SLA clocks for the slow twin.

Written from RULES.md (calendar, sla) and METRICS.md 0 (Clocks) alone; nothing of `funnel` is imported here.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import jpholiday

from tests.reference_lives import Life, Spell
from tests.reference_loading import Row
from tests.reference_numbers import HOUR, SECOND, from_local, local
from tests.reference_rules import Rules, number

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Window = tuple[int, int]


# ---------------------------------------------------------------- business time


@cache
def is_holiday(day: date) -> bool:
    return jpholiday.is_holiday(day)


class Calendar:
    """Open windows per local day, asked for one day at a time."""

    def __init__(self, rules: Rules) -> None:
        self.zone = rules.zone
        self.given = rules.calendar
        self.windows_on = lru_cache(maxsize=None)(self._windows_on)

    def is_closed(self, day: date) -> bool:
        """A holiday or a day that the rules close."""
        if self.given["holidays"] == "JP" and is_holiday(day):
            return True
        for written in self.given["closed"]:
            first, _, last = str(written).partition("/")
            last = last or first
            if len(first) == 5:  # month-day: comes back every year, perhaps over its end
                today = day.strftime("%m-%d")
                within = first <= today <= last if first <= last else today >= first or today <= last
            else:
                within = first <= day.isoformat() <= last
            if within:
                return True
        return False

    def _windows_on(self, day: date) -> list[Window]:
        spans: list[str] = []
        if not self.is_closed(day):
            spans += self.given["hours"].get(WEEKDAYS[day.weekday()], [])
        for extra in self.given["open"]:
            if str(extra["date"]) == day.isoformat():
                spans += extra["hours"]
        windows = []
        for span in spans:
            opens, closes = (from_local(wall(day, text), self.zone) for text in span.split("-"))
            if opens < closes:
                windows.append((opens, closes))
        merged: list[Window] = []
        for opens, closes in sorted(windows):
            if merged and opens <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
            else:
                merged.append((opens, closes))
        return merged

    def between(self, start: int, end: int) -> int:
        """Business time from start to end, in microseconds."""
        total = 0
        day = local(start, self.zone).date() - timedelta(days=1)
        last = local(end, self.zone).date() + timedelta(days=1)
        while day <= last:
            for opens, closes in self.windows_on(day):
                total += max(0, min(closes, end) - max(opens, start))
            day += timedelta(days=1)
        return total

    def business_days_from(self, at: int) -> "list[tuple[date, list[Window]]]":
        """Business days from the one that an instant belongs to, the next opening's where it is outside."""
        found = []
        day = local(at, self.zone).date() - timedelta(days=1)
        for _ in range(800):
            windows = self.windows_on(day)
            if windows and windows[-1][1] > at:
                found.append((day, windows))
            day += timedelta(days=1)
        return found

    def after_hours(self, start: int, length: int) -> int:
        """The earliest instant at which so much business time has passed."""
        left = length
        for _, windows in self.business_days_from(start):
            for opens, closes in windows:
                opens = max(opens, start)
                if closes > opens:
                    if left <= closes - opens:
                        return opens + left
                    left -= closes - opens
        raise OverflowError("no deadline within two years")

    def after_days(self, start: int, count: int) -> int:
        """The closing time of the count-th business day after the start's own."""
        _, windows = self.business_days_from(start)[count]
        return windows[-1][1]

    def mean_day(self) -> Fraction:
        """The mean opening time of a weekday that opens."""
        lengths = []
        for spans in self.given["hours"].values():
            minutes = set()
            for span in spans:
                first, last = (minute_of(text) for text in span.split("-"))
                minutes |= set(range(first, last))
            if minutes:
                lengths.append(len(minutes) * 60 * SECOND)
        return Fraction(sum(lengths), len(lengths))


def minute_of(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:5])


def wall(day: date, text: str) -> datetime:
    return datetime.combine(day, time(0)) + timedelta(minutes=minute_of(text))


# ---------------------------------------------------------------- clocks


@dataclass(frozen=True)
class Ends:
    """When a clock started and was due, and what ended it, whatever T has seen of that."""

    started: int
    due: int
    stopped: int | None
    closed: int | None
    by_activity: bool  # one of what stopped it


@dataclass(frozen=True)
class Clock:
    policy: Row
    life: Life
    started: int
    due: int
    stopped: int | None
    closed: int | None
    is_stopped_by_activity: bool
    state: str
    elapsed: int  # business or wall time, as the policy counts
    late: int
    extremes: tuple["Clock | None", ...] = ()  # what it would be where it rests on a range; None: no clock

    @property
    def end(self) -> int:
        return self.stopped or self.closed or self.life.as_of

    @property
    def is_open(self) -> bool:
        return self.stopped is None and self.closed is None

    @property
    def owner(self) -> str | None:
        return self.life.owner_at(self.end)

    @property
    def judged(self) -> bool:
        """Counts in the base of the attainment."""
        return self.due < self.life.as_of and self.state in ("met", "late", "missed", "overdue")


@dataclass(frozen=True)
class Start:
    at: int
    spell: Spell | None = None
    activity: Row | None = None
    is_chained: bool = False  # a cadence's later clock, started by the stop before


def starts_of(policy: Row, life: Life) -> list[Start]:
    """Every start event of a policy in a life, a cadence's later ones aside."""
    start = policy["start"]
    if start.get("created"):
        spell = spell_from_on(life, life.created_at)
        return [] if spell is not None and spell.stage.is_gone else [Start(life.created_at)]
    if "stage" in start:
        spells = [s for s in life.spells if s.stage.key == start["stage"] and not s.is_assumed]
        return [Start(spell.entered, spell=spell) for spell in spells]
    if "score" in start:
        return [
            Start(at)
            for at, before, after in life.score_steps()
            if after is not None and after >= start["score"] and (before is None or before < start["score"])
        ]
    return [Start(a["occurred_at"], activity=a) for a in life.activities if a["type"] in start["activity"]]


def spell_from_on(life: Life, at: int) -> Spell | None:
    """The spell that holds from an instant on: what happens at it is seen."""
    for spell in life.spells:
        if spell.entered <= at and (spell.left is None or spell.left > at):
            return spell
    return None


def is_covered(policy: Row, life: Life, at: int) -> bool:
    """A spell in a stop stage lies over the start."""
    for spell in life.spells:
        if spell.stage.key in policy["stop"].get("stage", []):
            began = spell.entered < at or spell.is_assumed
            if began and (spell.left is None or spell.left > at):
                return True
    return False


def stops_of(policy: Row, life: Life, start: Start) -> list[tuple[int, bool]]:
    """(instant, by an activity) of everything that could stop a clock with this start event."""
    stop = policy["stop"]
    found = []
    for activity in life.activities:
        of_type = activity["type"] in stop.get("activity", []) and activity is not start.activity
        if of_type and (not stop.get("connected") or life.rules.is_contact(activity)):
            found.append((activity["occurred_at"], True))
    for spell in life.spells:
        if spell.stage.key in stop.get("stage", []) and spell is not start.spell and not spell.is_assumed:
            found.append((spell.entered, False))
    return found


def closing_of(policy: Row, life: Life, start: Start) -> int | None:
    """When the matter was over without a stop: lost, dormant, or fallen below the start stage."""
    if start.spell is None:
        gone = [
            s.entered for s in life.spells if s.stage.is_gone and not s.is_assumed and s.entered >= start.at
        ]
        return min(gone, default=None)
    if policy.get("every"):
        return start.spell.left
    own_rank = start.spell.stage.rank
    later = life.spells[start.spell.seq + 1 :]
    for spell in later:
        fell = own_rank is not None and spell.stage.rank is not None and spell.stage.rank < own_rank
        if spell.stage.is_gone or fell:
            return spell.entered
    return None


def due_of(policy: Row, calendar: Calendar, start: int) -> int:
    due = policy["due"]
    if "elapsed_hours" in due:
        return start + int(number(due["elapsed_hours"]) * HOUR)
    if "business_hours" in due:
        return calendar.after_hours(start, int(number(due["business_hours"]) * HOUR))
    return calendar.after_days(start, due["business_days"])


def ends_of(policy: Row, life: Life, calendar: Calendar, start: Start) -> Ends:
    """What ends a clock, from everything in the life."""
    every = policy.get("every", False)
    stops = [
        (at, by_activity)
        for at, by_activity in stops_of(policy, life, start)
        if at > start.at or (at == start.at and not every)
    ]
    return first_of(policy, calendar, start.at, stops, closing_of(policy, life, start))


def first_of(
    policy: Row, calendar: Calendar, start: int, stops: list[tuple[int, bool]], closed: int | None
) -> Ends:
    """The earliest stop, or the close where that is earlier."""
    stopped = min((at for at, _ in stops), default=None)
    if closed is not None and stopped is not None:
        if closed < stopped:
            stopped = None
        else:
            closed = None
    by_activity = any(at == stopped and by_activity for at, by_activity in stops)
    return Ends(start, due_of(policy, calendar, start), stopped, closed, by_activity)


def clock_at(policy: Row, life: Life, calendar: Calendar, ends: Ends) -> Clock:
    """A clock as it stood at T, which sees no end at or after it."""
    as_of, due = life.as_of, ends.due
    stopped = ends.stopped if ends.stopped is not None and ends.stopped < as_of else None
    closed = ends.closed if ends.closed is not None and ends.closed < as_of else None

    def length(begin: int, end: int) -> int:
        return end - begin if "elapsed_hours" in policy["due"] else calendar.between(begin, end)

    if stopped is not None:
        state = "met" if stopped <= due else "late"
    elif closed is not None:
        state = "exempt" if closed <= due else "missed"
    elif as_of > due:
        state = "overdue"
    elif local(due, calendar.zone).date() == local(as_of, calendar.zone).date():
        state = "due_today"
    elif length(as_of, due) <= number(policy.get("at_risk", 0.25)) * length(ends.started, due):
        state = "at_risk"
    else:
        state = "pending"
    end = stopped if stopped is not None else closed if closed is not None else as_of
    return Clock(
        policy=policy,
        life=life,
        started=ends.started,
        due=due,
        stopped=stopped,
        closed=closed,
        is_stopped_by_activity=stopped is not None and ends.by_activity,
        state=state,
        elapsed=max(0, length(ends.started, end)),
        late=length(due, end) if state in ("late", "missed", "overdue") else 0,
    )


def every_start(policy: Row, life: Life, calendar: Calendar) -> list[Start]:
    """Every start that really starts a clock, those of a cadence's later clocks too."""
    found = []
    for start in starts_of(policy, life):
        while not is_covered(policy, life, start.at):
            found.append(start)
            stopped = ends_of(policy, life, calendar, start).stopped
            if not policy.get("every") or stopped is None:
                break
            if start.spell.left is not None and stopped >= start.spell.left:
                break
            start = Start(stopped, spell=start.spell, is_chained=True)
    return found


def applies(policy: Row, life: Life) -> bool:
    """Whether a policy is about this lead."""
    wanted: dict[str, Any] = policy.get("applies_to", {})
    return all(life.rules.value_of(life.lead, name) in values for name, values in wanted.items())
