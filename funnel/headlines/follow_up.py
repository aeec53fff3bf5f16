"""Sentences of the morning: what is overdue and whose, what is due by closing time, who misses the target."""

from datetime import date, datetime

import pandas as pd

from funnel.headlines.common import Labels, fits_half
from funnel.rows import records
from funnel.words.durations import late_by
from funnel.words.names import called, listed
from funnel.words.translate import say


def overdue_headline(
    counts: dict[str, int],
    owners: pd.DataFrame,
    longest_hours: float | None,
    hours_per_day: float,
    language: str,
    next_opening: datetime | None = None,
    due_after_opening: int = 0,
    ahead: date | None = None,
) -> str:
    """What is overdue: whose, where one person has at least half and three of it, else for how long at most.

    `counts` by state; `owners` with owner and overdue; `next_opening` is given after closing time, `ahead` where
    what is due "today" is due on the day that is yet to come.
    """
    overdue, due_today = counts.get("overdue", 0), counts.get("due_today", 0)
    if not overdue:
        if next_opening is not None and due_after_opening:
            return say(
                "say.overdue.tomorrow", language, day=next_opening, at=next_opening, n=due_after_opening
            )
        key = "say.overdue.none" if due_today else "say.overdue.calm"
        return say(f"{key}_ahead" if ahead else key, language, n=due_today, day=ahead)
    named = [row for row in records(owners) if row["owner"] is not None]
    top = max(named, key=lambda row: row["overdue"], default=None)
    if top and top["overdue"] >= 3 and top["overdue"] * 2 >= overdue:
        key = "owner_all" if top["overdue"] == overdue else "owner"
        whose = called(top["owner"], language)
        return say(f"say.overdue.{key}", language, n=overdue, k=top["overdue"], owner=whose)
    return say(
        "say.overdue.longest",
        language,
        n=overdue,
        late=late_by(longest_hours or 0.0, hours_per_day, language),
    )


def due_by_closing(
    clocks: int,
    closing: datetime | None,
    as_of: datetime,
    language: str,
    ahead: date | None = None,
    due_today: int = 0,
) -> str:
    """How many deadlines are still to come today, or on the day `ahead`; `closing` is None on a closed day.

    `due_today`: those of the whole day, named where some come after closing time.
    """
    if closing is None:
        return say("say.overdue.today_closed", language, day=as_of)
    if closing <= as_of:
        return say("say.overdue.today_over", language)
    if clocks < due_today and not ahead:
        return say("say.overdue.today_of", language, n=clocks, all=due_today)
    key = "say.overdue.today" if clocks else "say.overdue.today_none"
    return say(f"{key}_ahead" if ahead else key, language, n=clocks, day=ahead)


def due_next(clocks: int, day: datetime, language: str) -> str:
    """How many deadlines the next business day brings."""
    return say("say.overdue.next" if clocks else "say.overdue.next_none", language, n=clocks, day=day)


def owners_below_target(summary: pd.DataFrame, language: str) -> str:
    """Which owners (`segment`) are below the target for certain: their whole interval lies below it."""
    people = [row for row in records(summary) if row["segment"] is not None and row["attainment"] is not None]
    if not people:
        return say("say.overdue.no_clocks", language)
    target = people[0]["target"]
    if target is None:
        return say("say.overdue.no_target", language)
    missed = [row for row in people if row["target_verdict"] == "missed"]
    below = sorted(missed, key=lambda row: row["attainment"])
    if not below:
        return say("say.overdue.none_below", language, target=target)
    names = listed([called(row["segment"], language) for row in below], language)
    sentence = say("say.overdue.below", language, names=names, target=target)
    if fits_half(sentence):
        return sentence
    return say("say.overdue.count_below", language, k=len(below), n=len(people), target=target)


def policies_below_target(summary: pd.DataFrame, labels: Labels, language: str) -> str:
    """Which policies are below their targets for certain; teams and steps, no person."""
    aimed = [row for row in records(summary) if row["target"] is not None]
    if not aimed:
        return say("say.overdue.no_target", language)
    with_target = [row for row in aimed if row["attainment"] is not None]
    if not with_target:
        return say("say.overdue.no_clocks", language)
    below = [row for row in with_target if row["target_verdict"] == "missed"]
    if not below:
        return say("say.overdue.policy_none_below", language)
    names = listed([labels.get(row["policy"], row["policy"]) for row in below], language)
    sentence = say("say.overdue.policy_below", language, names=names)
    if fits_half(sentence):
        return sentence
    return say("say.overdue.policies_below", language, k=len(below), n=len(with_target))


def home_headline(
    counts: dict[str, int],
    owners: pd.DataFrame,
    longest_hours: float | None,
    hours_per_day: float,
    unassigned: int,
    language: str,
    ahead: date | None = None,
) -> str:
    """The worst thing that can be acted on today: overdue, then due today, then without an owner."""
    if unassigned and not counts.get("overdue") and not counts.get("due_today"):
        return say("say.home.unassigned", language, n=unassigned)
    return overdue_headline(counts, owners, longest_hours, hours_per_day, language, ahead=ahead)
