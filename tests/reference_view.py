"""One question put to a world, for the slow twin: filters, segments, months and parameters resolved.

Written from METRICS.md 0 alone; nothing of `funnel` is imported here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.reference_clock import Calendar, Clock
from tests.reference_lives import Life, lives_of
from tests.reference_loading import Loaded, Refused, Row, World, load
from tests.reference_numbers import (
    DAY,
    Month,
    month_end,
    month_of,
    month_start,
    next_month,
    read_month,
    wilson,
)
from tests.reference_ranges import clocks_of
from tests.reference_rules import Rules, Stage

Where = tuple[tuple[str, Any], ...]
LAST = (1, 0, "")  # nulls last
STANDING = {"owner", "owner_team", "stage", "score_band"}


@dataclass
class View:
    """A question's whole surroundings. `lives` are filtered, `all_lives` are not."""

    loaded: Loaded
    world: World
    rules: Rules
    as_of: int
    calendar: Calendar
    all_lives: list[Life]
    lives: list[Life] = field(default_factory=list)
    where: Where = ()
    by: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    first_month: Month | None = None
    last_month: Month | None = None
    has_months: bool = False
    has_first_month: bool = False
    first_of_data: Month | None = None  # the default first month
    takes_owner: str = "as_of"  # or of each entry, of each clock

    # ------------------------------------------------------------ dimensions

    def value(self, life: Life, dimension: str) -> str | None:
        """A lead's value as of T."""
        if dimension == "stage":
            return life.now.stage.key
        if dimension == "score_band":
            return self.rules.band_of(life.score_at(self.as_of))
        if dimension == "owner":
            return life.owner_at(self.as_of)
        return self.rules.value_of(life.lead, dimension)

    def wanted(self) -> dict[str, set[str | None]]:
        """The values that each filtered dimension lets through."""
        wanted: dict[str, set[str | None]] = {}
        for dimension, value in self.where:
            values = value if isinstance(value, tuple) else (value,)
            wanted.setdefault(dimension, set()).update(values)
        return wanted

    def passes(self, life: Life) -> bool:
        """The lead fits every filter; one of the owner is none of the lead's where it is asked of entries or clocks."""
        return all(
            self.value(life, dimension) in values
            for dimension, values in self.wanted().items()
            if dimension != "owner" or self.takes_owner == "as_of"
        )

    def lets_owner_through(self, owner: str | None) -> bool:
        return owner in self.wanted().get("owner", {owner})

    @property
    def has_owner_history(self) -> bool:
        return any(activity["type"] == "owner_change" for activity in self.loaded.activities.loaded)

    @property
    def is_by_standing(self) -> bool:
        """Leads are chosen or broken down by how they stand at T."""
        return bool({*self.wanted(), self.by} & STANDING)

    def place(self, dimension: str | None, value: str | None) -> tuple[int, int, str]:
        """Where a value stands among its dimension's: the rules' order, else code point, nulls last."""
        if value is None:
            return LAST
        listed = {
            "stage": [stage.key for stage in self.rules.stages],
            "score_band": [band["key"] for band in self.rules.bands],
            "size_band": self.rules.size_band_names(),
        }.get(dimension or "", [])
        return (0, listed.index(value), "") if value in listed else (0, len(listed), value)

    def segments(self, found: set[str | None]) -> list[str | None]:
        """The segments to list, in order; without `by` the one that is everything."""
        if self.by is None:
            return [None]
        return sorted(found, key=lambda value: self.place(self.by, value))

    def in_segment(self, life: Life, segment: str | None) -> bool:
        return self.by is None or self.value(life, self.by) == segment

    def segment_values(self, lives: list[Life]) -> set[str | None]:
        return set() if self.by is None else {self.value(life, self.by) for life in lives}

    # ------------------------------------------------------------ time

    def months(self) -> Iterator[Month]:
        """The months of the question that begin before T."""
        month = self.first_month
        while month is not None and self.last_month is not None and month <= self.last_month:
            if month_start(month, self.rules.zone) >= self.as_of:
                return
            yield month
            month = next_month(month)

    def begins(self, month: Month) -> int:
        return month_start(month, self.rules.zone)

    def ends(self, month: Month) -> int:
        return month_end(month, self.rules.zone)

    def is_in(self, at: int | None, month: Month) -> bool:
        return at is not None and self.begins(month) <= at < self.ends(month)

    def is_in_months(self, at: int | None) -> bool:
        """Within the months of the question, those from T on too."""
        if at is None or self.first_month is None or self.last_month is None:
            return False
        return self.begins(self.first_month) <= at < self.ends(self.last_month)

    # ------------------------------------------------------------ parameters

    def stage(self, parameter: str) -> Stage:
        """The path stage that a parameter names."""
        stage = self.rules.path_stage(self.params[parameter])
        if stage is None:
            raise Refused(f"{parameter}: no path stage {self.params[parameter]!r}")
        return stage

    def any_stage(self, parameter: str) -> str | None:
        """The key of any stage that a parameter names, by itself or by a milestone; None = all of them."""
        asked = self.params[parameter]
        if asked is None or any(stage.key == asked for stage in self.rules.stages):
            return asked
        stage = self.rules.milestones.get(asked)
        if stage is None:
            raise Refused(f"{parameter}: no stage {asked!r}")
        return stage.key

    def stage_of_milestone(self, name: str) -> Stage:
        stage = self.rules.milestones[name]
        if stage is None:
            raise Refused(f"the rules give {name} no stage")
        return stage

    def window(self) -> int | None:
        """The window in microseconds; None for `none`."""
        given = self.params["window_days"]
        return None if given in (None, "none") else int(given) * DAY

    def all_clocks(self, policy: Row) -> list[Clock]:
        clocks = clocks_of(policy, self.lives, self.calendar)
        if self.takes_owner != "of_clock":
            return clocks
        return [clock for clock in clocks if self.lets_owner_through(clock.owner)]


def entries_of(
    view: View, lives: list[Life], entry_of: Callable[[Life], int | None]
) -> list[tuple[Life, int]]:
    """Each lead's entry, where there is one that the filter of owners lets through."""
    found = [(life, entry_of(life)) for life in lives]
    return [
        (life, at)
        for life, at in found
        if at is not None and view.lets_owner_through(life.owner_right_after(at))
    ]


def descending(value: float | None) -> tuple[bool, float]:
    """A sort key: the highest first, nulls last."""
    return value is None, -(value or 0)


def interval(part: int, whole: int, low: str = "ci_low", high: str = "ci_high") -> dict[str, float | None]:
    """The two columns of a Wilson interval."""
    bounds = wilson(part, whole)
    return {low: bounds[0], high: bounds[1]}


def look_at(
    world: World,
    as_of: datetime | date | None,
    version: str | None,
    from_month: str | None,
    to_month: str | None,
    where: Where,
    by: str | None,
    params: dict[str, Any],
    takes_owner: str = "as_of",
) -> View:
    """Resolve a question: version, T, months, filtered leads."""
    loaded = load(world, as_of, version)
    rules = loaded.rules
    view = View(
        loaded=loaded,
        world=world,
        rules=rules,
        as_of=loaded.as_of,
        calendar=Calendar(rules),
        all_lives=lives_of(loaded),
        where=where,
        by=by,
        params=params,
        has_months=from_month is not None or to_month is not None,
        takes_owner=takes_owner,
        has_first_month=from_month is not None,
    )
    view.lives = [life for life in view.all_lives if view.passes(life)]
    created = [lead["created_at"] for lead in loaded.leads.loaded]
    view.first_of_data = month_of(min(created), rules.zone) if created else None
    if from_month is not None:
        view.first_month = read_month(from_month)
    elif created:
        view.first_month = month_of(min(created), rules.zone)
    # a month that begins at T has no row
    view.last_month = read_month(to_month) if to_month else month_of(loaded.as_of - 1, rules.zone)
    if view.first_month is not None and from_month and view.first_month > view.last_month:
        raise Refused("from a later month to an earlier one, or after that of T")
    return view


Question = Callable[[View], list[Row]]
