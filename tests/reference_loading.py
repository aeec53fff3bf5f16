"""Loading for the slow twin: rows of the contract read, refused with all their reasons, and T.

Written from DATA.md and METRICS.md 0 alone; nothing of `funnel` is imported here.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor, isinf, isnan
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference_numbers import DAY, from_local, instant, local, midnight
from tests.reference_rules import FIXED_TYPES, Rules, read_rules

Row = dict[str, Any]

LEAD_COLUMNS = {
    "lead_id": "text", "created_at": "time", "company": "text", "contact_name": "text", "email": "text",
    "phone": "text", "department": "text", "title": "text", "title_rank": "text", "industry": "text",
    "campaign": "text", "interest": "text", "employees": "bigint", "channel": "text", "owner": "text",
    "owner_team": "text", "stage": "text", "stage_since": "time", "score": "double", "need": "text",
    "budget": "text", "timeline": "text", "decision_maker": "text", "amount": "double",
    "lost_reason": "text", "opted_out": "boolean", "excluded": "boolean", "record_url": "text",
}  # fmt: skip
ACTIVITY_COLUMNS = {
    "activity_id": "text", "lead_id": "text", "occurred_at": "time", "type": "text", "actor": "text",
    "outcome": "text", "from_value": "text", "to_value": "text", "reason": "text", "points": "double",
    "asset": "text", "not_before": "time",
}  # fmt: skip
COST_COLUMNS = {"month": "date", "channel": "text", "campaign": "text", "cost": "double"}
# numbers and flags that need not be there: what cannot be read of them costs the value, not the row
OPTIONAL = ("employees", "score", "amount", "opted_out", "excluded", "points")
UNREADABLE = "—unreadable"  # of a row: its cells of that kind, as they stand there
REASONS = [
    "missing_key", "missing_time", "unreadable_value", "out_of_range", "unknown_lead", "unknown_type",
    "unknown_stage", "duplicate_key", "duplicate_row",
]  # fmt: skip


class Refused(Exception):
    """A question that cannot be asked."""


@dataclass(frozen=True)
class World:
    """What lies in a data directory: rows of the exports and parsed rules files."""

    leads: list[Row]
    activities: list[Row]
    costs: list[Row] | None
    versions: list[dict[str, Any]]


@dataclass
class File:
    """One export as read: the rows that count, and the refused ones with all of their reasons."""

    name: str
    raw: list[Row] = field(default_factory=list)  # as they lie in the file
    read: list[Row] = field(default_factory=list)  # the same rows, each value as its column's type
    loaded: list[Row] = field(default_factory=list)
    refused: list[tuple[Row, list[str]]] = field(default_factory=list)


@dataclass
class Loaded:
    """A world under one version of the rules, and the instant as of which it is looked at."""

    rules: Rules
    leads: File
    activities: File
    costs: File | None
    newest: int | None
    rules_begin: date  # when the first version came into force
    as_of: int = 0  # T
    goals: list[tuple[date, dict[str, float]]] = field(
        default_factory=list
    )  # targets of every version, by its day
    versions: list[tuple[date, str]] = field(default_factory=list)  # the names of all, with their days

    @property
    def changes_by_lead(self) -> dict[str, list[Row]]:
        """Every activity of each lead in order of time, then by id."""
        by_lead: dict[str, list[Row]] = {lead["lead_id"]: [] for lead in self.leads.loaded}
        for activity in sorted(self.activities.loaded, key=by_time_and_id):
            by_lead[activity["lead_id"]].append(activity)
        return by_lead


def by_time_and_id(activity: Row) -> tuple[int, bool, int, str]:
    """A sort key: in order of time; at one instant ids of digits only first, as numbers, then the others."""
    key = activity["activity_id"]
    is_number = key.isascii() and key.isdigit()
    return activity["occurred_at"], not is_number, int(key) if is_number else 0, key


# ---------------------------------------------------------------- values


def read_text(raw: Any) -> str | None:
    text = str(raw)
    return None if text.strip() == "" else text


def read_time(raw: Any, zone: ZoneInfo) -> int:
    if isinstance(raw, str):
        raw = datetime.fromisoformat(raw.strip())
    if not isinstance(raw, datetime):
        return midnight(raw, zone)
    return from_local(raw, zone) if raw.tzinfo is None else instant(raw.astimezone(UTC))


def read_double(raw: Any) -> float | None:
    if isinstance(raw, str) and not re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", raw):
        if raw.strip().lower() in ("nan", "inf", "-inf", "infinity", "-infinity"):
            raw = raw.strip().lower()
        else:
            raise ValueError(raw)
    value = float(raw)
    return None if isnan(value) else value


def read_bigint(raw: Any) -> int | None:
    value = read_double(raw)
    if value is None or isinf(value):
        return value  # type: ignore[return-value]  # an infinite number is refused by range
    if value != int(value):
        raise ValueError(raw)
    return int(value)


def read_boolean(raw: Any) -> bool:
    if isinstance(raw, str):
        return {"true": True, "false": False}[raw.strip().lower()]
    return bool(raw)


def read_date(raw: Any) -> date:
    if isinstance(raw, str):
        raw = datetime.fromisoformat(raw.strip())
    return raw.date() if isinstance(raw, datetime) else raw


def read_value(raw: Any, kind: str, zone: ZoneInfo) -> Any:
    """One value as its column's type; ValueError or KeyError where it cannot be read."""
    if raw is None or (isinstance(raw, str) and raw.strip() == ""):
        return None
    if kind == "text":
        return read_text(raw)
    if kind == "time":
        return read_time(raw, zone)
    if kind == "date":
        return read_date(raw)
    return {"double": read_double, "bigint": read_bigint, "boolean": read_boolean}[kind](raw)


def is_out_of_range(value: Any, kind: str, zone: ZoneInfo) -> bool:
    if value is None:
        return False
    if kind == "time":
        return not 1990 <= local(value, zone).year <= 2100
    if kind == "date":
        return not 1990 <= value.year <= 2100
    return kind in ("double", "bigint") and isinf(value)


def read_row(raw: Row, columns: dict[str, str], zone: ZoneInfo) -> tuple[Row, set[str]]:
    """The row with every column of the contract, and what its values alone are refused for."""
    row: Row = {UNREADABLE: {}}
    reasons = set()
    for column in [*columns, *(name for name in sorted(raw) if name not in columns)]:
        kind = columns.get(column, "text")
        try:
            row[column] = read_value(raw.get(column), kind, zone)
        except (ValueError, KeyError, OverflowError):
            row[column] = None
            if column in OPTIONAL:
                row[UNREADABLE][column] = str(raw[column])
                continue
            reasons.add("unreadable_value")
            if column in ("created_at", "occurred_at"):
                row[column] = 0  # something stands there
        else:
            if column in OPTIONAL and row[column] is not None and isinf(row[column]):
                row[UNREADABLE][column] = str(raw[column])
                row[column] = None
            elif is_out_of_range(row[column], kind, zone):
                reasons.add("out_of_range")
    return row, reasons


def as_text(value: Any, raw: Any) -> tuple[int, str]:
    """For the order among duplicates: null first, then text by code point; what is text in its file as it stands there."""
    if value is None:
        return 0, ""
    if isinstance(raw, str):
        return 1, raw
    if isinstance(value, bool):
        return 1, "true" if value else "false"
    return 1, str(value)


# ---------------------------------------------------------------- files


def split_duplicates(rows: list[Row], key: str, time: str, file: File) -> None:
    """Of the rows with one key the first by (time, all columns as text) is loaded."""
    raw_of = {id(row): raw for raw, row in zip(file.raw, file.read, strict=True)}

    def texts(row: Row) -> list[tuple[int, str]]:
        """Every column as it stands in the file."""
        raw = raw_of[id(row)]
        return [
            as_text(row[UNREADABLE].get(name, value), raw.get(name))
            for name, value in row.items()
            if name != UNREADABLE
        ]

    by_key: dict[str, list[Row]] = {}
    for row in rows:
        by_key.setdefault(row[key], []).append(row)
    for same in by_key.values():
        same.sort(key=lambda row: (row[time], texts(row)))
        file.loaded.append(same[0])
        for other in same[1:]:
            is_like_first = texts(other) == texts(same[0])
            file.refused.append((other, ["duplicate_row" if is_like_first else "duplicate_key"]))


def load_leads(raw_rows: list[Row], rules: Rules) -> File:
    file = File("leads.parquet", raw_rows)
    acceptable = []
    further = sorted({name for raw in raw_rows for name in raw} - set(LEAD_COLUMNS))
    for raw in raw_rows:
        row, reasons = read_row({**dict.fromkeys(further), **raw}, LEAD_COLUMNS, rules.zone)
        file.read.append(row)
        if row["lead_id"] is None:
            reasons.add("missing_key")
        if row["created_at"] is None:
            reasons.add("missing_time")
        if reasons:
            file.refused.append((row, sorted(reasons, key=REASONS.index)))
        else:
            acceptable.append(row)
    split_duplicates(acceptable, "lead_id", "created_at", file)
    return file


def is_number(text: str) -> bool:
    try:
        return read_double(text) is not None
    except ValueError:
        return False


def load_activities(raw_rows: list[Row], rules: Rules, lead_ids: set[str]) -> File:
    file = File("activities.parquet", raw_rows)
    acceptable = []
    for raw in raw_rows:
        row, reasons = read_row(raw, ACTIVITY_COLUMNS, rules.zone)
        file.read.append(row)
        if row["lead_id"] is None or row["activity_id"] is None:
            reasons.add("missing_key")
        if row["occurred_at"] is None:
            reasons.add("missing_time")
        if row["lead_id"] is not None and row["lead_id"] not in lead_ids:
            reasons.add("unknown_lead")
        if row["type"] not in FIXED_TYPES and row["type"] not in rules.types:
            reasons.add("unknown_type")
        if row["type"] == "stage_change" and rules.stage_named(row["to_value"]) is None:
            reasons.add("unknown_stage")
        if row["type"] == "score_change" and row["to_value"] is not None and not is_number(row["to_value"]):
            reasons.add("unreadable_value")
        if reasons:
            file.refused.append((row, sorted(reasons, key=REASONS.index)))
        else:
            acceptable.append(row)
    split_duplicates(acceptable, "activity_id", "occurred_at", file)
    return file


def load_costs(raw_rows: list[Row], rules: Rules) -> File:
    file = File("costs.parquet", raw_rows)
    for raw in raw_rows:
        row, reasons = read_row(raw, COST_COLUMNS, rules.zone)
        file.read.append(row)
        if row["cost"] is not None and row["cost"] < 0:
            reasons.add("out_of_range")
        if row["month"] is None:
            reasons.add("missing_time")
        if reasons:
            file.refused.append((row, sorted(reasons, key=REASONS.index)))
        else:
            file.loaded.append(row)
    return file


# ---------------------------------------------------------------- newest, version, T


def newest_of(leads: list[Row], activities: list[Row], rules: Rules) -> int | None:
    """The newest instant of the data: typos left out, acts of ours within a day move it on."""
    created = sorted(lead["created_at"] for lead in leads)
    if not created:
        return None
    place = Fraction(99, 100) * (len(created) - 1)
    below = floor(place)
    above = min(below + 1, len(created) - 1)
    credible = created[below] + (created[above] - created[below]) * (place - below) + 366 * DAY
    times = created + [a["occurred_at"] for a in activities if rules.side(a["type"]) != "us"]
    newest = max(at for at in times if at <= credible)
    acts = [a["occurred_at"] for a in activities if rules.side(a["type"]) == "us"]
    return max([newest, *(at for at in acts if at <= newest + DAY)])


def load_under(world: World, version: dict[str, Any]) -> Loaded:
    rules = read_rules(version)
    leads = load_leads(world.leads, rules)
    ids = {lead["lead_id"] for lead in leads.loaded}
    activities = load_activities(world.activities, rules, ids)
    costs = None if world.costs is None else load_costs(world.costs, rules)
    newest = newest_of(leads.loaded, activities.loaded, rules)
    rules_begin = min(given["effective_from"] for given in world.versions)
    goals = sorted(
        ((given["effective_from"], given.get("targets", {})) for given in world.versions),
        key=lambda pair: pair[0],
    )
    names = [(given["effective_from"], given["version"]) for given in world.versions]
    return Loaded(rules, leads, activities, costs, newest, rules_begin, goals=goals, versions=names)


def load(world: World, as_of: datetime | date | None, version: str | None = None) -> Loaded:
    """The world under the version in force as of T (or the one that is named), and T."""
    versions = sorted(world.versions, key=lambda given: given["effective_from"], reverse=True)
    if version is not None:
        versions = [given for given in versions if given["version"] == version]
    for given in versions:
        loaded = load_under(world, given)
        zone = loaded.rules.zone
        if as_of is None:
            if loaded.newest is None:
                raise Refused("no lead at all: an as-of is needed")
            loaded.as_of = loaded.newest + 1
        elif isinstance(as_of, datetime):
            loaded.as_of = instant(as_of.astimezone(UTC))
        else:
            loaded.as_of = midnight(as_of + timedelta(days=1), zone)
        last_day = local(loaded.as_of - 1, zone).date()
        if given["effective_from"] <= last_day:
            return loaded
    return loaded  # earlier than every version: the first applies


def refusals(file: File) -> Counter[str]:
    """How many rows are counted under each reason: the first of theirs."""
    return Counter(reasons[0] for _, reasons in file.refused)
