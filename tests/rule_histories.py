"""Random rules for the random worlds: small limits and windows, so that small histories reach them."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

Section = dict[str, Any]

STAGES: list[Section] = [
    {"key": "new", "kind": "path", "label": {"ja": "新規", "en": "New"}, "max_age": {"business_days": 1},
     "aliases": ["Open - Not Contacted"]},
    {"key": "nurturing", "kind": "path", "label": {"ja": "育成中", "en": "Nurturing"},
     "max_age": {"days": 7}},
    {"key": "mql", "kind": "path", "label": {"ja": "MQL", "en": "MQL"}, "max_age": {"business_days": 5}},
    {"key": "sql", "kind": "path", "label": {"ja": "SQL", "en": "SQL"}, "max_age": {"days": 0.5}},
    {"key": "opportunity", "kind": "path", "label": {"ja": "商談中", "en": "Opportunity"}},
    {"key": "won", "kind": "won", "label": {"ja": "受注", "en": "Won"}, "aliases": ["customer"]},
    {"key": "lost", "kind": "lost", "label": {"ja": "失注", "en": "Lost"}},
    {"key": "dormant", "kind": "dormant", "label": {"ja": "休眠", "en": "Dormant"}, "max_age": {"days": 2}},
]  # fmt: skip
WORDS = [
    "new", "nurturing", "mql", "ＭＱＬ", "mql", "sql", "sql", "opportunity", "won", "lost", "dormant",
    "open - notcontacted", "Customer", "失 注",
]  # fmt: skip
# the same path under a team's own words: the milestones map, and one of them maps to nothing
OWN_NAMES = {"mql": "preaccepted", "sql": "offered", "opportunity": "talk"}
OWN_WORDS = [OWN_NAMES.get(word.lower(), word) for word in WORDS if word not in ("ＭＱＬ",)]

AFTER_SQL = ["opportunity", "won"]
CONTACT = ["call", "email_out", "meeting"]
POLICIES: list[Section] = [
    {"key": "created_call", "start": {"created": True}, "stop": {"activity": CONTACT, "connected": True},
     "due": {"elapsed_hours": 24}},
    {"key": "created_move", "start": {"created": True}, "stop": {"stage": ["mql", "sql", "lost"]},
     "due": {"business_days": 1}, "at_risk": 0.5},
    {"key": "first_contact", "start": {"stage": "mql"},
     "stop": {"activity": CONTACT, "stage": ["sql", *AFTER_SQL]}, "due": {"business_days": 2}},
    {"key": "same_day", "start": {"stage": "mql"}, "stop": {"activity": ["call"], "stage": ["sql"]},
     "due": {"business_days": 0}},
    {"key": "decision", "start": {"stage": "mql"}, "stop": {"stage": ["sql", "won", "nurturing", "lost"]},
     "due": {"business_days": 5}},
    {"key": "meeting", "start": {"stage": "sql"}, "stop": {"activity": ["meeting"], "stage": AFTER_SQL},
     "due": {"business_hours": 4}},
    {"key": "long_hours", "start": {"stage": "sql"}, "stop": {"activity": ["meeting"]},
     "due": {"business_hours": 40}, "applies_to": {"channel_group": ["inbound"]}},
    {"key": "keep_touch", "every": True, "start": {"stage": "mql"}, "stop": {"activity": CONTACT},
     "due": {"business_days": 2}},
    {"key": "keep_touch_wall", "every": True, "start": {"stage": "nurturing"},
     "stop": {"activity": ["call", "email_out"], "connected": True, "stage": ["mql"]},
     "due": {"elapsed_hours": 48}},
    {"key": "handoff", "start": {"score": 40}, "stop": {"stage": ["mql", "sql", *AFTER_SQL]},
     "due": {"elapsed_hours": 4}},
    {"key": "hot_call", "start": {"score": 100}, "stop": {"activity": ["call"]},
     "due": {"business_hours": 1.5}},
    {"key": "demo", "start": {"activity": ["demo_request"]}, "stop": {"activity": CONTACT},
     "due": {"business_hours": 1}, "at_risk": 0.1},
    {"key": "call_back", "start": {"activity": ["call"]}, "stop": {"activity": ["call", "meeting"]},
     "due": {"elapsed_hours": 24}, "applies_to": {"channel": ["seo", "ad"], "industry": ["IT", "製造"]}},
]  # fmt: skip
ATTRIBUTES: list[Section] = [
    {"when": {"title_rank": ["executive", "manager"]}, "points": 20},
    {"when": {"title_rank": ["staff"], "industry": ["IT"]}, "points": 5},
    {"when": {"employees": {"min": 50}}, "points": 10},
    {"when": {"industry": ["IT", "製造"]}, "points": 40},
]
BEHAVIOURS: list[Section] = [
    {"type": "email_open", "points": 5, "max_times": 2},
    {"type": "email_click", "points": 10},
    {"type": "seminar_attend", "points": 40},
    {"type": "pricing_visit", "points": 30, "valid_days": 7},
    {"type": "pricing_visit", "asset": "plan", "points": 10},
    {"type": "product_visit", "points": 15.5, "from_nth": 2, "max_times": 1, "valid_days": 2},
    {"type": "demo_request", "points": -20},
]
HANDOFFS: list[Section] = [
    {"any_of": [{"score": 40, "did": ["pricing_visit"]}, {"did": ["demo_request"]}, {"score": 55.5}]},
    {
        "any_of": [
            {"did": ["seminar_attend", "email_click"], "known": ["need", "title"]},
            {"known": ["employees", "budget"]},
        ]
    },
    {"any_of": [{"score": 10}, {"did": ["call"], "known": ["region", "decision_maker"]}]},
    {
        "any_of": [
            {"score": 40},
            {"score": 10, "known": ["timeline"]},
            {"did": ["email_open"], "known": ["channel_group"]},
        ]
    },
]
MATRICES: list[Section] = [
    {
        "behaviour": [
            {"key": "none", "label": {"ja": "なし", "en": "None"}},
            {"key": "once", "did": ["email_open", "pricing_visit"]},
            {
                "key": "twice",
                "did": ["email_open", "email_click", "seminar_attend", "email_open"],
                "times": 2,
            },
            {"key": "asked", "did": ["demo_request"]},
        ],
        "information": [
            {"key": "name"},
            {"key": "need", "known": ["title", "need"]},
            {"key": "plan", "known": ["budget"]},
        ],
        "agreed": [["", "", ""], ["", "", "mql"], ["", "mql", "mql"], ["mql", "mql", "sql"]],
    },
    {
        "behaviour": [{"key": "none"}, {"key": "any", "did": ["call", "demo_request", "product_visit"]}],
        "information": [{"key": "little"}, {"key": "much", "known": ["industry"]}],
        "agreed": [["", "mql"], ["sql", "sql"]],
    },
]
BANDS = [{"key": "cold", "from": 0}, {"key": "warm", "from": 40}, {"key": "hot", "from": 55.5}]
THRESHOLDS: list[Section] = [
    {"interest": 10, "consideration": 40, "mql": 55.5},
    {"interest": 0, "consideration": 0.5, "mql": 100},
    {"interest": 40, "mql": 100},
]
ROLES: list[Section] = [
    {
        "mailed": ["email_sent", "email_out"],
        "opened": ["email_open"],
        "attendance": ["seminar_attend", "call"],
    },
    {"opened": ["email_open", "product_visit"], "clicked": [], "download": ["pricing_visit", "email_click"]},
]
CAPACITIES: list[Section] = [
    {"inside_sales_calls_per_day": 40, "calls_per_mql": 3},
    {"calls_per_mql": 2.5},
    {"inside_sales_calls_per_day": 8},
    {},
]
GROUPS = {
    "inbound": {"channels": ["seo", "ad"]},
    "event": {"channels": ["webinar"]},
    "outbound": {"channels": ["list"]},
}
TITLE_RANKS: list[Section] = [
    {"rank": "staff", "match": ["社長室"]},
    {"rank": "executive", "match": ["社長", "CTO", "VP"]},
    {"rank": "manager", "match": ["部長", "Director"]},
]
DIMENSIONS = [
    "channel_group", "channel", "campaign", "industry", "size_band", "title_rank", "owner", "region"
]  # fmt: skip
TARGETS = {
    "leads": 3, "mql": 1, "won": 1, "mql_to_sql": 0.3, "first_contact": 0.95, "demo": 0.5,
    "dormant_share": 0.4, "cpl": 1000, "cpa": 5000,
}  # fmt: skip
STAGED: list[Section] = [
    {"kpi": "dormant_share", "months": 1, "points": -10},
    {"kpi": "mql_to_sql", "months": 0, "points": 5},
    {"kpi": "sql_to_won", "months": 0, "points": 45},
    {"kpi": "created_call", "months": 0, "points": 12.5},
]
BENCHMARKS: list[Section] = [
    {"stage": "sql", "dimension": "channel_group", "value": "outbound", "low": 0.1, "high": 0.15},
    {"stage": "sql", "dimension": "channel_group", "value": "inbound", "low": 0.0, "high": 0.9,
     "source": "調査"},
    {"stage": "mql", "dimension": "industry", "value": "IT", "low": 0.9, "high": 1.0},
    {"stage": "new", "dimension": "channel", "value": "ad", "low": 0.05, "high": 0.1},
]  # fmt: skip
HANDOFF: list[Section] = [
    {"score": 40},
    {"score": 15.5, "did": ["seminar_attend", "demo_request"]},
    {"did": ["call"], "known": ["title", "company"]},
    {"score": 0, "known": ["need"]},
]
SAID_OF_STAGES: Section = {
    "owner": "marketing",
    "definition": {"ja": "意味", "en": "What it means"},
    "action": {"ja": "対応", "en": "What to do"},
}
SAID = tuple(SAID_OF_STAGES)
LUNCH = ["09:00-12:00", "13:00-18:00"]


def rarely(times: int) -> st.SearchStrategy[bool]:
    """True once in so many times; shrinks to False."""
    return st.sampled_from([False] * (times - 1) + [True])


def calendars(first_day: date) -> st.SearchStrategy[Section]:
    third = first_day + timedelta(days=10)
    return st.sampled_from(
        [
            {},
            {"holidays": "none", "hours": {"mon": ["10:00-17:00"], "wed": LUNCH, "sat": ["09:00-12:00"]}},
            {
                "closed": [f"{third}/{third + timedelta(days=2)}", "05-07", "12-29/01-03"],
                "open": [{"date": date(first_day.year, 11, 3), "hours": ["10:00-15:00"]},
                         {"date": first_day + timedelta(days=3), "hours": ["08:00-11:00", "12:30-23:30"]}],
            },
            {"hours": {day: ["00:00-12:00", "12:00-18:00"] for day in ("mon", "tue", "wed", "thu", "sun")}},
        ]
    )  # fmt: skip


@st.composite
def dormancies(draw: st.DrawFn) -> Section:
    days, warn_days = draw(st.sampled_from([(2, 1), (7, 2), (30, 7), (90, 75)]))
    section: Section = {
        "days": days,
        "warn_days": warn_days,
        "resets_on": draw(st.sampled_from([["lead", "contact"], ["us"], ["contact"], ["lead", "us"]])),
        "ignore": draw(st.sampled_from([["email_open"], []])),
    }
    if draw(st.booleans()):
        section["exclude_stages"] = draw(
            st.sampled_from([["won"], ["won", "lost", "dormant"], ["new", "lost"]])
        )
    return section


def own_words(value: Any) -> Any:
    """The same rules for a team whose path has other keys."""
    if isinstance(value, dict):
        # what a cell of the definitions agrees on is a word of the rules, whatever the stages are called
        return {key: each if key == "agreed" else own_words(each) for key, each in value.items()}
    if isinstance(value, list):
        return [own_words(each) for each in value]
    return OWN_NAMES.get(value, value) if isinstance(value, str) else value


def some(listed: list[Section], least: int = 0) -> st.SearchStrategy[list[Section]]:
    """A few of them, in the listed order."""
    chosen = st.sets(st.integers(0, len(listed) - 1), min_size=least, max_size=5)
    return chosen.map(lambda numbers: [listed[number] for number in sorted(numbers)])


def agreements(first_day: date) -> st.SearchStrategy[Section]:
    return st.sampled_from(
        [
            {},
            {"by": ["森田", "渡辺"], "on": first_day, "review_by": first_day + timedelta(days=40)},
            {"by": ["森田", "森田"], "review_by": first_day + timedelta(days=300)},
            {"by": ["森田"], "on": first_day},
        ]
    )


def staged_targets(first_day: date) -> list[Section]:
    """Steps from the first month of a world, a month apart; the last is long over or still to come."""
    return [
        {
            "kpi": each["kpi"],
            "baseline_month": first_day + timedelta(days=31 * each["months"]),
            "steps": [{"months": 1 + 2 * n, "plus_points": each["points"] * (n + 1)} for n in range(2)],
        }
        for each in STAGED
    ]


@st.composite
def rule_files(draw: st.DrawFn, version: str, effective_from: date, zone: str, first_day: date) -> Section:
    stages = list(STAGES)
    if draw(rarely(5)):
        stages.append({"key": "junk", "kind": "lost", "label": {"ja": "対象外", "en": "Junk"}})
    matrix = draw(st.sampled_from([*MATRICES, *MATRICES, None]))
    roles = draw(st.sampled_from([*ROLES, None, None]))
    said = draw(st.sampled_from([(), ("definition", "action"), ("definition", "owner"), SAID]))
    left_out = draw(st.sampled_from([None, "new", "won", "dormant", "mql"]))
    stages = [
        {**stage, **{name: SAID_OF_STAGES[name] for name in said if stage["key"] != left_out}}
        for stage in stages
    ]
    if left_out is None:
        stages = [
            {"max_age": {"days": 30}, **stage} if stage["kind"] == "path" else stage for stage in stages
        ]
    return {
        "agreed": draw(agreements(first_day)),
        "version": version,
        "effective_from": effective_from,
        "timezone": zone,
        "stages": stages,
        "calendar": draw(calendars(first_day)),
        "size_bands": [1, 50, 1000],
        "scoring": {
            "source": draw(st.sampled_from(["rules", "rules", "exported"])),
            "attributes": draw(some(ATTRIBUTES)),
            "behaviours": draw(some(BEHAVIOURS)),
            "bands": draw(st.sampled_from([BANDS, BANDS, BANDS[1:], []])),
            "thresholds": draw(st.sampled_from([*THRESHOLDS[:1], *THRESHOLDS])),
        },
        "sla": draw(some(POLICIES, least=1)),
        "dormancy": draw(dormancies()),
        "channel_groups": GROUPS,
        "title_ranks": TITLE_RANKS,
        "benchmarks": BENCHMARKS,
        "staged_targets": staged_targets(first_day),
        "handoff": draw(st.sampled_from([*HANDOFFS, *HANDOFFS, {}])),
        "capacity": draw(st.sampled_from(CAPACITIES)),
        **({"definition_matrix": matrix} if matrix else {}),
        **({"roles": roles} if roles else {}),
        "privacy": {"personal_fields": "shown"},
    }


@st.composite
def rule_versions(draw: st.DrawFn, zone: str, first_day: date) -> tuple[list[Section], list[str]]:
    """One or two versions of the rules, and the words that mean a stage in them."""
    count = draw(st.sampled_from([1, 1, 1, 2]))
    begins = [first_day + timedelta(days=draw(st.sampled_from([-30, 0, 20]))), first_day + timedelta(days=60)]
    files = [draw(rule_files(f"v{n}", begins[n], zone, first_day)) for n in range(count)]
    words = WORDS
    if draw(rarely(6)):
        words = OWN_WORDS
        files = [
            {**own_words(file), "milestones": {"mql": "preaccepted", "sql": "offered"}} for file in files
        ]
    dimensions = draw(st.sampled_from([DIMENSIONS] * 6 + [["region"], []]))
    for place, file in enumerate(files):
        file["dimensions"] = dimensions
        if not dimensions and file["handoff"] == HANDOFFS[2]:  # only a column can be known
            file["handoff"] = HANDOFFS[0]
        if dimensions is not DIMENSIONS:  # only a dimension can be named
            file["benchmarks"] = []
            file["sla"] = [p for p in file["sla"] if "applies_to" not in p] or [POLICIES[0]]
        keys = {policy["key"] for policy in file["sla"]} - {"meeting"}
        named = {"first_contact", "demo"}
        file["targets"] = {  # of every version its own
            name: value - 0.2 * place if value < 1 else value + place
            for name, value in TARGETS.items()
            if name not in named - keys
        }
        every = {policy["key"] for policy in file["sla"]} | {"dormant_share", "mql_to_sql", "sql_to_won"}
        file["staged_targets"] = [each for each in file["staged_targets"] if each["kpi"] in every]
    return files, words
