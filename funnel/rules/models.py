"""The keys of a rules file: what may stand where, and of which type.

Knows the shape of one file. Whether its names fit together is rule_checks.py, where files lie is rules.py.
"""

import hashlib
import json
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from funnel.rules import calendar
from funnel.rules.calendar import BusinessCalendar, Spans
from funnel.rules.values import (
    Amount,
    Closed,
    Count,
    Hourly,
    Hours,
    LengthOfDays,
    Number,
    Share,
    Sizes,
    Zone,
    minutes,
)
from funnel.toml_values import Label, Many, Section, Some, Text, wrong

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MILESTONES = ("mql", "sql", "opportunity")
FIXED_TYPES = ("stage_change", "owner_change", "score_change")  # their meaning is not the team's to define
Kind = Literal["path", "won", "lost", "dormant"]
Side = Literal["lead", "us", "auto", "system"]


# ---------------------------------------------------------------- the sections, in the order of the file


class Agreed(Section):
    by: Many[Text] = ()
    on: date | None = None
    review_by: date | None = None


class WeekHours(Section):
    mon: Hourly = ()
    tue: Hourly = ()
    wed: Hourly = ()
    thu: Hourly = ()
    fri: Hourly = ()
    sat: Hourly = ()
    sun: Hourly = ()

    def spans(self) -> tuple[Spans, ...]:
        """Per weekday from Monday, in minutes."""
        return tuple(tuple(minutes(span) for span in getattr(self, day)) for day in WEEKDAYS)


OFFICE = ("09:00-12:00", "13:00-18:00")


class OpenDay(Section):
    date: date
    hours: Annotated[Hourly, Field(min_length=1)]


class CalendarRules(Section):
    holidays: Literal["JP", "none"] = "JP"
    closed: Many[Closed] = ()
    open: Many[OpenDay] = ()
    hours: WeekHours = WeekHours(mon=OFFICE, tue=OFFICE, wed=OFFICE, thu=OFFICE, fri=OFFICE)


class MaxAge(Section):
    days: LengthOfDays | None = None
    business_days: LengthOfDays | None = None


class Stage(Section):
    key: Text
    kind: Kind
    label: Label | None = None
    owner: Text | None = None
    max_age: MaxAge | None = None
    definition: Label | None = None
    action: Label | None = None
    aliases: Many[Text] = ()


class Milestones(Section):
    mql: Text = "mql"
    sql: Text = "sql"
    opportunity: Text = "opportunity"


class ActivityType(Section):
    side: Side
    label: Label | None = None
    connects_on: Many[Text] | None = None


class Roles(Section):
    mailed: Many[Text] = ()
    opened: Many[Text] = ()
    clicked: Many[Text] = ()
    download: Many[Text] = ()
    attendance: Many[Text] = ()


class Thresholds(Section):
    interest: Number | None = None
    consideration: Number | None = None
    mql: Number | None = None


class Condition(Section):
    """Any of `values`, or a range that includes both its ends."""

    values: Many[Text] = ()
    min: Number | None = None
    max: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _list_or_range(cls, raw: Any) -> Any:
        if isinstance(raw, list) and raw:
            return {"values": raw}
        if isinstance(raw, dict) and raw and "values" not in raw:
            return raw
        raise wrong(
            'must be a list of texts like ["IT"] or a range like {min = 50}',
            '["IT"] のような文字列の並びか、{min = 50} のような範囲で書いてください。',
        )


class AttributeRule(Section):
    when: Annotated[dict[Text, Condition], Field(min_length=1)]
    points: Number
    label: Label | None = None


class BehaviourRule(Section):
    type: Text
    points: Number
    asset: Text | None = None
    from_nth: Count = 1
    max_times: Count | None = None
    valid_days: LengthOfDays | None = None


class Band(Section):
    key: Text
    from_: Number = Field(alias="from")
    label: Label | None = None
    treat: Label | None = None


class Scoring(Section):
    source: Literal["rules", "exported"] = "rules"
    thresholds: Thresholds = Thresholds()
    attributes: Many[AttributeRule] = ()
    behaviours: Many[BehaviourRule] = ()
    bands: Many[Band] = ()


class HandoffItem(Section):
    score: Number | None = None
    did: Many[Text] = ()
    known: Many[Text] = ()


class Handoff(Section):
    any_of: Many[HandoffItem] = ()


class Behaviour(Section):
    key: Text
    label: Label | None = None
    did: Many[Text] = ()
    times: Count = 1


class Information(Section):
    key: Text
    label: Label | None = None
    known: Many[Text] = ()


class DefinitionMatrix(Section):
    behaviour: Many[Behaviour] = ()
    information: Many[Information] = ()
    agreed: Many[Many[Literal["", "mql", "sql"]]] = ()


class Start(Section):
    created: bool | None = None
    stage: Text | None = None
    score: Number | None = None
    activity: Some[Text] | None = None


class Stop(Section):
    activity: Many[Text] = ()
    connected: bool = False
    stage: Many[Text] = ()


class Due(Section):
    elapsed_hours: Hours | None = None
    business_hours: Hours | None = None
    business_days: Annotated[int, Field(ge=0, le=36_500)] | None = None


class Policy(Section):
    key: Text
    label: Label | None = None
    owner: Text | None = None
    every: bool = False
    start: Start
    stop: Stop
    due: Due
    applies_to: dict[Text, Some[Text]] = Field(default_factory=dict)
    at_risk: Share = 0.25


class Dormancy(Section):
    days: LengthOfDays
    warn_days: Annotated[float, Field(allow_inf_nan=False, ge=0, le=36_500)]
    resets_on: Many[Literal["lead", "contact", "us"]]
    ignore: Many[Text]
    exclude_stages: Many[Text]


class ChannelGroup(Section):
    label: Label | None = None
    channels: Many[Text] = ()


class TitleRank(Section):
    rank: Text
    match: Some[Text]


class Step(Section):
    months: Count
    plus_points: Annotated[float, Field(allow_inf_nan=False, ge=-100, le=100)]


class StagedTarget(Section):
    kpi: Text
    baseline_month: date
    steps: Some[Step]


class Benchmark(Section):
    stage: Text
    dimension: Text
    value: Text
    low: Share
    high: Share
    source: Text | None = None


class Capacity(Section):
    inside_sales_calls_per_day: Amount | None = None
    calls_per_mql: Amount | None = None


class Privacy(Section):
    personal_fields: Literal["shown", "masked"] = "masked"


class Rules(Section):
    """One version of the definitions that marketing and sales agreed."""

    version: Text
    effective_from: date
    stages: Some[Stage]
    activity_types: dict[Text, ActivityType]
    roles: Roles
    dormancy: Dormancy
    note: str | None = None
    timezone: Zone = "Asia/Tokyo"
    currency: Text = "JPY"
    dimensions: Many[Text] = ()
    size_bands: Sizes = ()
    agreed: Agreed = Agreed()
    calendar: CalendarRules = CalendarRules()
    milestones: Milestones = Milestones()
    scoring: Scoring = Scoring()
    handoff: Handoff = Handoff()
    definition_matrix: DefinitionMatrix = DefinitionMatrix()
    sla: Many[Policy] = ()
    channel_groups: dict[Text, ChannelGroup] = Field(default_factory=dict)
    title_ranks: Many[TitleRank] = ()
    targets: dict[Text, Amount] = Field(default_factory=dict)
    staged_targets: Many[StagedTarget] = ()
    benchmarks: Many[Benchmark] = ()
    capacity: Capacity = Capacity()
    privacy: Privacy = Privacy()

    def hash(self) -> str:
        """SHA-256 over the content with its defaults, however the file spells it."""
        content = json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    def with_privacy_of(self, other: "Rules") -> "Rules":
        """This version, but personal fields are shown or masked as `other` says."""
        return self.model_copy(update={"privacy": other.privacy})

    def ranks(self) -> dict[str, int]:
        """The stages of the path and their position on it from 0; lost and dormant have none."""
        path = [stage.key for stage in self.stages if stage.kind in ("path", "won")]
        return {key: rank for rank, key in enumerate(path)}

    def milestone(self, name: str) -> str | None:
        """The stage that `mql`, `sql` or `opportunity` means here; None where the path has none."""
        stage: str = getattr(self.milestones, name)
        return stage if stage in self.ranks() else None

    def types(self) -> list[str]:
        """Every activity type an event may have: the team's and the three fixed ones."""
        return [*self.activity_types, *FIXED_TYPES]

    def business_calendar(self) -> BusinessCalendar:
        """When this team works."""
        closed = (calendar.parse_closed(days) for days in self.calendar.closed)
        return BusinessCalendar(
            timezone=self.timezone,
            weekdays=self.calendar.hours.spans(),
            closed=tuple(days for days in closed if days is not None),
            opened=tuple((day.date, tuple(map(minutes, day.hours))) for day in self.calendar.open),
            japanese_holidays=self.calendar.holidays == "JP",
        )
