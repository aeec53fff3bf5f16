"""Small random worlds that walk into the traps on purpose, and random questions about them.

Times come from a short list of moments per world, moved by exact lengths that the rules use, so that ties,
month edges and instants exactly on a deadline really occur. Knows the contract, not the product.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.reference import AS_OF_T, OWNER_OF, WITH_BY, WITH_MONTHS
from tests.reference_loading import Row, World
from tests.reference_view import STANDING
from tests.rule_histories import rarely, rule_versions

MICROSECOND = timedelta(microseconds=1)
# opening, lunch, closing and midnight, exactly, just before and in between
HOURS = ["00:00", "08:30", "09:00", "10:00", "11:30", "12:00", "12:30", "13:00", "17:00", "18:00", "23:30"]
SHIFTS = [
    timedelta(0), timedelta(0), timedelta(0), timedelta(hours=1), timedelta(hours=4), timedelta(hours=24),
    timedelta(days=2), timedelta(days=7), timedelta(days=14), timedelta(days=30), -timedelta(hours=1), MICROSECOND, -MICROSECOND,
]  # fmt: skip
EVENTS = [
    "stage_change", "stage_change", "stage_change", "stage_change", "owner_change", "score_change",
    "email_open", "email_click", "seminar_attend", "pricing_visit", "product_visit", "demo_request",
    "call", "call", "email_out", "meeting", "email_sent", "email_sent", "note", "whitepaper_download",
]  # fmt: skip
# what marketing sees: mails, papers, seminars, and what leads make of them
OUTREACH = [
    "email_sent", "email_sent", "email_open", "email_open", "email_click", "email_click", "whitepaper_download",
    "seminar_attend", "pricing_visit", "pricing_visit", "product_visit", "stage_change", "score_change",
]  # fmt: skip
OUTCOMES = ["connected", "no_answer", "appointment", "replied", None]
OWNERS = ["高橋", "sato", None]
SCORE_TEXTS = ["0", "10", "40", "55.5", "100", "", None]
CHANNELS = ["seo", "ad", "webinar", "list", "other", None]
TITLES = ["営業部長", "Marketing Director", "CTO", "社長室", "vp", "VPN担当", "課長", None]
OPTIONAL_OF_LEADS = [
    "stage", "stage_since", "owner", "score", "title", "title_rank", "employees", "opted_out", "excluded",
    "channel", "company", "record_url", "campaign", "need", "budget", "amount", "lost_reason",
]  # fmt: skip
KEYS: list[Callable[[int], str]] = [  # of activities: words, numbers, both, and equal numbers
    lambda number: f"a{number}",
    lambda number: str(number + 5),
    lambda number: f"{'0' * (number % 3)}{number // 2 + 5}{'a' * (number % 5 == 0)}",
]
WORDS_OF_NO_STAGE = ["???", " ", None]


# ---------------------------------------------------------------- times


@st.composite
def moments(draw: st.DrawFn, zone: ZoneInfo, first_day: date) -> list[datetime]:
    """A few instants over about four months; month edges are likely."""
    walls = draw(
        st.lists(
            st.tuples(
                st.one_of(st.integers(0, 12), st.integers(0, 120), st.sampled_from([29, 30, 31, 60, 61])),
                st.sampled_from(HOURS),
            ),
            min_size=4,
            max_size=9,
        )
    )
    found = []
    for days, hour in walls:
        day = first_day + timedelta(days=days)
        local = datetime(day.year, day.month, day.day, int(hour[:2]), int(hour[3:]), tzinfo=zone)
        found.append(local.astimezone(UTC))
    return found


def instants(pool: list[datetime]) -> st.SearchStrategy[datetime]:
    return st.builds(lambda at, shift: at + shift, st.sampled_from(pool), st.sampled_from(SHIFTS))


# ---------------------------------------------------------------- rows


@st.composite
def lead_rows(draw: st.DrawFn, number: int, pool: list[datetime], words: list[str]) -> Row:
    any_word = st.sampled_from([*words, *WORDS_OF_NO_STAGE, None])
    row: Row = {
        "lead_id": draw(st.sampled_from([f"L{number}", f"0{number}", f"リード{number}"])),
        "created_at": draw(instants(pool)),
        "company": draw(st.sampled_from(["架空商事", "A社", None])),
        "channel": draw(st.sampled_from(CHANNELS)),
        "stage": draw(any_word),
        "stage_since": draw(st.one_of(st.none(), instants(pool))),
        "owner": draw(st.sampled_from(OWNERS)),
        "score": draw(st.sampled_from([None, 0.0, 40.0, 99.5, 100.0])),
    }
    traits = draw(st.integers(0, 63))  # one number for many small choices: fewer draws
    row["title"] = TITLES[traits % 8]
    row["title_rank"] = "executive" if traits % 7 == 6 else None
    row["industry"] = [None, "IT", "製造"][traits % 3]
    row["employees"] = [None, 0, 1, 49, 50, 1000][traits % 6]
    row["campaign"] = [None, "spring"][traits // 32]
    row["opted_out"] = [None, True, False][traits % 3]
    row["excluded"] = [None, False, False, False, True][traits % 5]
    row["region"] = ["東", "west", None][traits // 22 % 3]
    row["need"] = [None, "原価管理", " "][traits // 2 % 3]
    row["budget"] = [None, "未定"][traits // 4 % 2]
    row["timeline"] = [None, None, "来期"][traits // 5 % 3]
    row["decision_maker"] = [None, "yes"][traits // 16 % 2]
    row["amount"] = [None, 120000.0, 0.1, 3300000.5, 0.0][traits // 3 % 5]
    row["lost_reason"] = [None, "競合", " "][traits // 7 % 3]
    row["record_url"] = "https://example.invalid/x" if traits % 2 else None
    return row


@st.composite
def activity_rows(
    draw: st.DrawFn, number: int, leads: list[Row], pool: list[datetime], words: list[str], kinds: list[str]
) -> Row:
    kind = draw(st.sampled_from(kinds))
    row: Row = {
        "activity_id": f"a{number}",
        "lead_id": draw(st.sampled_from([lead["lead_id"] for lead in leads])),
        "occurred_at": draw(instants(pool)),
        "type": kind,
        "outcome": None,
        "from_value": None,
        "to_value": None,
        "asset": None,
        "actor": ["森田", "渡辺", None][number % 3],
        "reason": ["時期尚早", None, "予算なし", " "][number // 3 % 4],
    }
    if kind == "stage_change":
        row["from_value"] = draw(st.sampled_from([*words, None, "???"]))
        row["to_value"] = draw(st.sampled_from(words))
    elif kind == "owner_change":
        row["from_value"], row["to_value"] = draw(st.sampled_from(OWNERS)), draw(st.sampled_from(OWNERS))
    elif kind == "score_change":
        row["from_value"] = draw(st.sampled_from([*SCORE_TEXTS, "n/a"]))
        row["to_value"] = draw(st.sampled_from(SCORE_TEXTS))
    elif kind in ("call", "email_out", "meeting"):
        row["outcome"] = draw(st.sampled_from(OUTCOMES))
        row["asset"] = ["plan", None][number % 2]
    elif kind in ("pricing_visit", "whitepaper_download"):
        row["asset"] = draw(st.sampled_from(["plan", None]))
    elif kind.startswith("email_"):
        row["asset"] = draw(st.sampled_from(["plan", "春号", None]))
    return row


CHANGES = ("stage_change", "score_change", "owner_change")
# how long before occurred_at; at it and after it nothing is said
REACHES = [
    timedelta(days=7), timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(hours=4),
    MICROSECOND, timedelta(0), -timedelta(days=1),
]  # fmt: skip


@st.composite
def found_by_comparing(draw: st.DrawFn, activities: list[Row], pool: list[datetime]) -> list[Row]:
    """The same where two exports were compared: most changes, and now and then an act, happened in a range."""
    ways = draw(st.lists(st.integers(0, 40), min_size=len(activities), max_size=len(activities)))
    ranged = []
    for way, row in zip(ways, activities, strict=True):
        at = row["occurred_at"]
        if way < len(REACHES) and (row["type"] in CHANGES or way < 2):
            row = {**row, "not_before": at - REACHES[way]}
        elif way < 20 and row["type"] in CHANGES:  # since the export before
            row = {**row, "not_before": max((each for each in pool if each < at), default=None)}
        ranged.append(row)
    return ranged


@st.composite
def dirt(draw: st.DrawFn, leads: list[Row], activities: list[Row]) -> tuple[list[Row], list[Row]]:
    """Rows that break the contract, made from rows that keep it."""
    bad_leads: list[Row] = []
    bad_activities: list[Row] = []
    for change in draw(
        st.lists(
            st.sampled_from(
                [{}, {"company": "B社"}, {"lead_id": None}, {"lead_id": " "}, {"created_at": None},
                 {"created_at": datetime(1980, 1, 1, tzinfo=UTC)}, {"score": float("inf")},
                 {"stage_since": datetime(2101, 1, 2, tzinfo=UTC)}, {"employees": "many"}, {"opted_out": "?"},
                 {"created_at": "yesterday"}, {"lead_id": None, "created_at": None}]
            ),
            max_size=3,
        )
    ):  # fmt: skip
        bad_leads.append({**draw(st.sampled_from(leads)), **change})
    if activities:
        for change in draw(
            st.lists(
                st.sampled_from(
                    [{}, {"outcome": "other"}, {"activity_id": ""}, {"lead_id": None}, {"lead_id": "nobody"},
                     {"occurred_at": None}, {"type": "fax"}, {"type": None},
                     {"type": "stage_change", "to_value": "???"}, {"type": "stage_change", "to_value": None},
                     {"type": "score_change", "to_value": "high"}, {"occurred_at": "soon"},
                     {"type": "fax", "lead_id": "nobody"},
                     {"occurred_at": datetime(1989, 12, 31, tzinfo=UTC)}]
                ),
                max_size=4,
            )
        ):  # fmt: skip
            bad_activities.append({**draw(st.sampled_from(activities)), **change})
    return bad_leads, bad_activities


def crowd(leads: list[Row], activities: list[Row], copies: int) -> tuple[list[Row], list[Row]]:
    """The first lead's history many times over, so that a base of 20 is reached."""
    first = leads[0]["lead_id"]
    more_leads = [{**leads[0], "lead_id": f"{first}~{n:02d}"} for n in range(copies)]
    more_activities = [
        {**activity, "lead_id": f"{first}~{n:02d}", "activity_id": f"{activity['activity_id']}~{n:02d}"}
        for n in range(copies)
        for activity in activities
        if activity["lead_id"] == first
    ]
    return more_leads, more_activities


def without_columns(rows: list[Row], missing: set[str]) -> list[Row]:
    """The export of a tool that lacks some of the optional columns."""
    return [{name: value for name, value in row.items() if name not in missing} for row in rows]


def without_zones(rows: list[Row], column: str, zone_name: str, style: str) -> list[Row]:
    """The times as a tool without zones writes them: the wall clock, or ISO text of it.

    In Brazil one of them stands in the hour that the clocks skipped.
    """
    if style == "aware":
        return rows
    written = []
    for number, row in enumerate(rows):
        at = row[column]
        if isinstance(at, datetime):
            at = at.astimezone(ZoneInfo(zone_name)).replace(tzinfo=None)
            if number == 0 and zone_name == "America/Sao_Paulo":
                at = datetime(2018, 11, 4, 0, 30)
        if isinstance(at, datetime) and style == "text":
            at = at.isoformat(sep=" " if number % 2 else "T")
        written.append({**row, column: at})
    return written


@st.composite
def worlds(draw: st.DrawFn, with_dirt: bool = True) -> World:
    """A few leads with tangled lives, under drawn rules."""
    is_far_away = draw(rarely(8))
    winter, spring = date(2025, 11, 20), date(2026, 3, 25)  # the one runs over a year's end
    zone_name, first_day = (
        ("America/Sao_Paulo", date(2018, 10, 20))
        if is_far_away
        else ("Asia/Tokyo", winter if draw(rarely(3)) else spring)
    )
    versions, words = draw(rule_versions(zone_name, first_day))
    pool = draw(moments(ZoneInfo(zone_name), first_day))
    leads = [draw(lead_rows(number, pool, words)) for number in range(draw(st.sampled_from([1, 2, 3, 4, 5])))]
    length = draw(st.sampled_from([0, 2, 5, 9, 14, 20, 28]))
    kinds = draw(st.sampled_from([EVENTS, EVENTS, OUTREACH]))
    activities = [draw(activity_rows(number, leads, pool, words, kinds)) for number in range(length)]
    key_of = draw(st.sampled_from(KEYS))
    activities = [{**row, "activity_id": key_of(number)} for number, row in enumerate(activities)]
    if draw(rarely(2)):
        activities = draw(found_by_comparing(activities, pool))
    more_leads, more_activities = crowd(leads, activities, draw(st.sampled_from([0, 0, 0, 0, 0, 0, 24, 55])))
    style = draw(st.sampled_from([("aware", "aware")] * 5 + [("naive", "text"), ("text", "naive")]))
    bad_leads: list[Row] = []
    bad_activities: list[Row] = []
    if with_dirt and draw(rarely(4)):
        bad_leads, bad_activities = draw(dirt(leads, activities))
    leads, more_leads, bad_leads = (
        without_zones(rows, "created_at", zone_name, style[0]) for rows in (leads, more_leads, bad_leads)
    )
    activities, more_activities, bad_activities = (
        without_zones(rows, "occurred_at", zone_name, style[1])
        for rows in (activities, more_activities, bad_activities)
    )
    costs = None
    if draw(st.booleans()):
        costs = [
            {
                "month": date(first_day.year, first_day.month, 1),
                "channel": draw(st.sampled_from(CHANNELS[:-1])),
                "campaign": draw(st.sampled_from([None, "spring"])),
                "cost": draw(st.sampled_from([0.0, 1000.0, 250000.5, -1.0])),
            }
            for _ in range(draw(st.integers(0, 3)))
        ]
        later = (first_day.replace(day=1) + timedelta(days=32)).replace(day=1)
        costs += [{**cost, "month": later} for cost in costs[:2]]
    all_leads = leads + more_leads + bad_leads
    all_activities = activities + more_activities + bad_activities
    if draw(rarely(6)):
        all_leads = without_columns(all_leads, draw(st.sets(st.sampled_from(OPTIONAL_OF_LEADS), max_size=4)))
        missing = draw(
            st.sets(st.sampled_from(["outcome", "from_value", "asset", "actor", "reason"]), max_size=2)
        )
        all_activities = without_columns(all_activities, missing)
    return World(
        leads=all_leads,
        activities=all_activities,
        costs=costs,
        versions=versions,
    )


# ---------------------------------------------------------------- questions


def days_of(world: World) -> list[datetime]:
    """Every readable time of a world."""
    found = []
    for at in [row["created_at"] for row in world.leads] + [row["occurred_at"] for row in world.activities]:
        if isinstance(at, str) and at[:2] == "20":
            at = datetime.fromisoformat(at)
        if isinstance(at, datetime) and 1990 < at.year < 2100:
            found.append(at if at.tzinfo else at.replace(tzinfo=ZoneInfo(world.versions[0]["timezone"])))
    return sorted(at.astimezone(UTC) for at in found)


@st.composite
def as_ofs(draw: st.DrawFn, world: World) -> datetime | date | None:
    """The end of a day, an instant exactly at or near an event, or none."""
    times = days_of(world)
    if not times:
        return date(2026, 6, 30)
    way = draw(st.integers(0, 5))
    if way == 0:
        return None
    at = draw(st.sampled_from(times)) + draw(st.sampled_from(SHIFTS))
    if way <= 2:
        return (at + timedelta(days=draw(st.sampled_from([0, 1, 14, 40])))).date()
    return at + timedelta(days=draw(st.sampled_from([0, 0, 2, 90, 120])))


def month_ranges(dice: random.Random, world: World) -> tuple[str | None, str | None]:
    """Months that events lie in; some end before the world does, some at a year's end, some have only a last one."""
    months = sorted({f"{at:%Y-%m}" for at in days_of(world)})
    if not months or dice.random() < 0.25:
        return None, None
    first, last = sorted(dice.choices(months, k=2))
    if dice.random() < 0.4:  # ends in the past
        last = first
    if dice.random() < 0.2:
        last = f"{last[:4]}-12"
    return dice.choice([(first, last), (first, last), (first, last), (None, last)])


def taken(dice: random.Random, world: World, name: str) -> list[str]:
    """The dimensions that a question takes; now and then all that there are, so that it refuses some."""
    every = [*world.versions[0]["dimensions"], "stage", "score_band"]
    if name in AS_OF_T or dice.random() < 0.1:
        return every
    refused = STANDING - {"owner"} if name in OWNER_OF else STANDING
    fitting = [dimension for dimension in every if dimension not in refused]
    is_special = "owner" in fitting and not name.startswith("behind_")
    return fitting + ["owner"] * 2 * is_special


def filters(dice: random.Random, world: World, name: str) -> tuple[tuple[str, str | None], ...]:
    """Values of one or two dimensions; an empty value is one of them."""
    if dice.random() < 0.5:
        return ()
    dimensions = list(dict.fromkeys(taken(dice, world, name)))
    if name in ("costs", "kpis", "before_after") and dice.random() < 0.5:  # what a cost has itself
        dimensions = [each for each in dimensions if each.startswith("c")]
    values: dict[str, list[str | None]] = {
        "channel": ["seo", "ad", None], "channel_group": ["inbound", "event", None],
        "campaign": ["spring", None], "industry": ["IT", None],
        "size_band": ["1-49", "50-999", "1000+", None],
        "title_rank": ["staff", "manager", None], "owner": ["高橋", "sato", None], "region": ["東", None],
        "stage": [stage["key"] for stage in world.versions[0]["stages"]], "score_band": ["cold", "hot", None],
    }  # fmt: skip
    chosen = dice.sample(dimensions, min(dice.choice([1, 1, 2]), len(dimensions)))
    return tuple(
        (dimension, value)
        for dimension in chosen
        for value in dice.sample(values[dimension], min(dice.choice([1, 2, 2]), len(values[dimension])))
    )


def arguments(dice: random.Random, world: World, name: str) -> dict[str, Any]:
    """Everything but T that a question can be asked with."""
    path = [stage["key"] for stage in world.versions[0]["stages"] if stage["kind"] in ("path", "won")]
    params: dict[str, Any] = {}
    if (
        name in ("conversion", "conversion_curve", "rate_change", "period_ratio", "bridge")
        and dice.random() < 0.5
    ):
        first, last = sorted(dice.sample(range(6), 2))
        params = {"from_stage": path[first], "to_stage": path[last]}
    if name in ("conversion", "bridge", "rate_change"):
        params["window_days"] = dice.choice([90, 7, 30, 1, 0, "none"])
    if name in ("kpis", "response_times", "score_bands", "threshold_curve", "rule_lift"):
        params["window_days"] = dice.choice([90, 7, 30, 1, 0])
    if name in ("response_times", "score_bands", "threshold_curve", "rule_lift"):
        params["to_stage"] = dice.choice(["sql", "mql", *path[1:]])
    if name == "threshold_curve":
        params["step"] = dice.choice([5, 7, 2.5, 30])
    if name == "score_bands":
        params["day"] = dice.choice([30, 7, 1, 0])
    if name in ("recycled", "recycle_list"):
        params["window_days"] = dice.choice([180, 30, 7, 1, 0])
    if name in ("what_if", "what_if_leads"):
        version = dice.choice(world.versions)["version"]
        shift = dice.choice([-30, -15.5, 5, 20])
        ways = [{"version": version}, {"version": version}, {"shift": shift}, {"shift": shift}, {}]
        params = dice.choice([*ways, {"version": version, "shift": shift}])
    if name in ("funnel", "benchmarks"):
        params["min_age_days"] = dice.choice([0, 7, 30, 90])
    if name == "score_distribution":
        params = {"at": dice.choice(["now", "mql", "created"]), "bin": dice.choice([10, 7, 50])}
    if name == "before_after":
        params = {"months": dice.choice([1, 2, 3, 6, 12]), "against": dice.choice(["before", "last_year"])}
        days = days_of(world)
        if days and dice.random() < 0.8:
            params["change"] = (
                (dice.choice(days) + timedelta(days=dice.choice([0, 0, -40]))).date().isoformat()
            )
    if name == "response_times":
        params["policy"] = dice.choice([policy["key"] for policy in world.versions[0]["sla"]])
    months: tuple[str | None, str | None] = (None, None)
    if name in WITH_MONTHS or name == "kpis":
        months = month_ranges(dice, world)
    by = None
    if name in WITH_BY and dice.random() < (0.95 if name == "rate_change" else 0.7):
        by = dice.choice(taken(dice, world, name) or ["stage"])
    if name == "costs" and by is not None and dice.random() < 0.9:
        own = {"channel", "channel_group", "campaign"} & set(world.versions[0]["dimensions"])
        by = dice.choice(sorted(own)) if own else by
    return {
        "from_month": None if name == "kpis" else months[0],
        "to_month": months[1],
        "where": filters(dice, world, name),
        "by": by,
        "params": params,
    }
