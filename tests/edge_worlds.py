"""Hand-made lives in which everything happens on an edge: New Year's midnight, a deadline, a bound of a score."""

from datetime import date
from typing import Any

from tests.reference_loading import Row, World
from tests.rule_histories import BANDS, GROUPS, STAGES
from tests.test_reference import act, lead, move, world

DECEMBER, NEW_YEAR = "2025-12-01 00:00", "2026-01-01 00:00"
BEFORE_DECEMBER, NEW_YEARS_EVE = "2025-11-30 23:59:59.999999", "2025-12-31 23:59:59.999999"
# Friday the 26th is the last business day of a year that closes from the 29th on
LAST_DAY = "2025-12-26"

POLICIES: list[Row] = [
    {"key": "first", "start": {"stage": "mql"}, "stop": {"activity": ["call"], "stage": ["sql"]},
     "due": {"business_days": 1}},
    {"key": "second", "start": {"stage": "mql"}, "stop": {"activity": ["meeting"]}, "due": {"business_days": 1}},
    {"key": "same_day", "start": {"stage": "mql"}, "stop": {"activity": ["call", "email_out"]},
     "due": {"business_days": 0}},
    {"key": "wall", "start": {"created": True}, "stop": {"activity": ["call"]}, "due": {"elapsed_hours": 24}},
    {"key": "lunch", "start": {"activity": ["demo_request"]}, "stop": {"activity": ["call"]},
     "due": {"business_hours": 3}, "at_risk": 0.5},
    {"key": "handoff", "start": {"score": 40}, "stop": {"stage": ["mql", "sql", "won"]},
     "due": {"elapsed_hours": 48}},
]  # fmt: skip
RULES: dict[str, Any] = {
    "calendar": {"closed": ["12-29/01-03"]},
    "sla": POLICIES,
    "dormancy": {"days": 7, "warn_days": 2, "exclude_stages": ["won", "lost"]},
    "dimensions": ["owner", "industry", "channel", "channel_group"],
    "channel_groups": GROUPS,
    "targets": {"leads": 2, "mql": 1, "first": 0.5, "dormant_share": 0.5, "cpl": 500},
    "benchmarks": [{"stage": "mql", "dimension": "industry", "value": "IT", "low": 0.5, "high": 1.0}],
}


def score(value: str, when: str, lead_id: str, **values: Any) -> Row:
    return act("score_change", when, lead_id, to_value=value, **values)


def owned(before: str | None, after: str | None, when: str, lead_id: str) -> Row:
    return act("owner_change", when, lead_id, from_value=before, to_value=after)


LEADS = [
    lead("born 1", BEFORE_DECEMBER, owner="sato", channel="seo", industry="IT"),
    lead("born 2", DECEMBER, owner="sato", channel="seo", industry="IT", employees=50),
    lead("born 3", NEW_YEARS_EVE, channel="ad", industry="製造"),
    lead("born 4", NEW_YEAR, channel=None, industry=None, title="営業部長"),
    lead("stays", "2025-11-10 09:00", owner="abe", channel="seo", industry="IT"),
    lead("enters", "2025-11-10 09:00", channel="ad"),
    lead("clocks", "2025-12-01 09:00", owner="abe", channel="webinar", industry="IT"),
    lead("lunch", "2025-12-15 12:00", channel="webinar", industry="製造"),
    lead("scored", "2025-12-10 09:00", channel="seo", industry="IT", employees=50),
    lead("silent", "2025-12-01 00:00", channel="seo"),
    lead("woken", "2025-12-01 00:00", channel=None),
    lead("quick", "2025-12-08 10:00", channel="seo", industry="IT", employees=49),
    lead("born mql", "2025-12-16 09:00", channel="ad", industry="IT", employees=50),
    lead("lost", "2025-12-16 09:00", channel="list"),
]
ACTS = [
    # a stay, an owner and a score that end at midnight of the 1st, on the instant and just before
    move("mql", DECEMBER, "stays"), move("sql", NEW_YEAR, "stays"),
    owned("abe", "sato", DECEMBER, "stays"), owned("sato", None, NEW_YEAR, "stays"),
    move("mql", BEFORE_DECEMBER, "enters"), move("nurturing", DECEMBER, "enters"),
    move("sql", NEW_YEARS_EVE, "enters"), owned(None, "abe", NEW_YEARS_EVE, "enters"),
    move("mql", NEW_YEAR, "born 2"), move("won", NEW_YEAR, "born 1"),
    # two policies from one start, one of them stopped exactly at the deadline, due at the last closing time
    move("mql", "2025-12-25 10:00", "clocks"), act("call", f"{LAST_DAY} 18:00", "clocks"),
    act("email_out", "2025-12-25 18:00", "clocks", outcome="replied"),
    # from the end of the morning over lunch: due at 16:00; on the start itself no call counts
    act("demo_request", "2025-12-15 12:00", "lunch"), act("call", "2025-12-15 12:00", "lunch"),
    act("demo_request", "2025-12-15 13:00", "lunch"), act("call", "2025-12-15 16:00", "lunch"),
    act("demo_request", "2025-12-22 10:00", "lunch"), act("demo_request", "2025-12-26 09:00", "lunch"),  # due at noon
    # a score before creation, at it, on every bound and off it again
    score("39.5", "2025-12-10 08:00", "scored", from_value="10"), score("40", "2025-12-10 09:00", "scored"),
    score("55.5", "2025-12-15 00:00", "scored"), score("55", "2025-12-20 00:00", "scored"),
    score("55.5", NEW_YEAR, "scored"),
    score("10", "2025-12-08 11:00", "quick", from_value="40"), score("40", "2025-12-08 11:00", "quick"),
    move("sql", "2025-12-08 11:00", "quick"), move("mql", "2025-12-15 10:00", "quick"),
    move("won", "2025-12-15 11:00", "quick"),
    move("mql", "2025-12-16 09:00", "born mql"), score("55.5", "2025-12-16 09:00", "born mql"),
    act("pricing_visit", "2025-12-16 09:00", "born mql"), act("email_click", "2025-12-10 09:00", "scored"),
    act("pricing_visit", "2025-12-10 09:00", "scored"), act("email_click", "2025-12-12 00:00", "scored"),
    # silent from exactly New Year on; woken exactly then
    act("inquiry", "2025-12-25 00:00", "silent"),
    act("inquiry", "2025-12-18 00:00", "woken"), act("inquiry", NEW_YEAR, "woken"),
    # lost exactly at the deadline, and taken up again
    move("mql", "2025-12-16 10:00", "lost"), move("lost", "2025-12-17 18:00", "lost"),
    move("nurturing", NEW_YEAR, "lost"),
]  # fmt: skip
ATTRIBUTES = [{"when": {"employees": {"min": 50}}, "points": 40}]
BEHAVIOURS = [
    {"type": "pricing_visit", "points": 15.5, "valid_days": 7},
    {"type": "email_click", "points": 40, "valid_days": 20},
]
SOURCES: dict[str, dict[str, Any]] = {
    "exported": {
        "source": "exported",
        "bands": BANDS,
        "thresholds": {"interest": 5, "consideration": 20, "mql": 40},
    },
    "rules": {
        "source": "rules",
        "bands": BANDS,
        "thresholds": {"interest": 5, "consideration": 20, "mql": 40},
        "attributes": ATTRIBUTES,
        "behaviours": BEHAVIOURS,
    },
}
COSTS = [
    {"month": date(2025, month, 1), "channel": channel, "campaign": None, "cost": cost}
    for month, channel, cost in ((11, "seo", 1000.0), (12, "seo", 3000.0), (12, "ad", 500.0))
]


def edge_world(source: str) -> World:
    """The same lives under rules that reckon the score, or take the exported one."""
    made = world(LEADS, ACTS, scoring=SOURCES[source], stages=STAGES, **RULES)
    return World(made.leads, made.activities, COSTS, made.versions)
