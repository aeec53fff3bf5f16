"""A crowd of leads that tie in everything but their ids, with empty values everywhere: what an order needs."""

import random
from datetime import date, timedelta
from typing import Any

from tests.reference_loading import Row, World
from tests.rule_histories import ATTRIBUTES, BANDS, BEHAVIOURS, BENCHMARKS, GROUPS, MATRICES, POLICIES, STAGES
from tests.test_reference import act, at, lead, move

CREATED = [
    "03-02 09:00",
    "03-02 09:00",
    "03-31 23:30",
    "04-01 00:00",
    "04-10 10:00",
    "07-06 09:00",
    "07-13 09:00",
]
LATER = [timedelta(hours=1), timedelta(days=1), timedelta(days=1), timedelta(days=12), timedelta(days=40)]
PATHS = [
    ["mql"],
    ["mql", "sql"],
    ["nurturing", "mql", "lost"],
    ["mql", "sql", "opportunity", "won"],
    ["dormant"],
    [],
]
DIMENSIONS = ["owner", "industry", "size_band", "channel", "channel_group"]
STEPS_OF_TARGETS = [{"months": months, "plus_points": 5} for months in (1, 2)]
END = "07-15 10:00"  # a Wednesday


def history(dice: random.Random, lead_id: str, channel: str | None) -> tuple[Row, list[Row]]:
    """One lead of a few kinds, with what happened to it."""
    created = dice.choice(CREATED)
    row = lead(
        lead_id,
        created,
        channel=channel,
        owner=dice.choice(["高橋", "sato", "abe", None]),
        industry=dice.choice(["IT", "製造", None]),
        employees=dice.choice([1, 50, 1000, None]),
        score=dice.choice([None, 40.0]),
    )
    events: list[Row] = []
    moment = at(created)
    for stage in dice.choice(PATHS):
        moment += dice.choice(LATER)
        number = len(events)
        events.append({**move(stage, END, lead_id, activity_id=f"{lead_id}~{number}"), "occurred_at": moment})
    kinds = ["call", "demo_request", "score_change", "score_change", "email_click"]
    for kind in dice.sample(kinds, dice.choice([0, 2, 4, 5])):
        values: dict[str, Any] = {}
        if kind == "score_change":
            values = {"from_value": None, "to_value": dice.choice(["10", "40", "40", "55.5", "100"])}
        number = len(events)
        event = act(kind, END, lead_id, activity_id=f"{lead_id}~{number}", **values)
        moment = at(created) + dice.choice(LATER)
        if kind == "call" and dice.random() < 0.5:
            event["not_before"] = moment - timedelta(days=1)
        events.append({**event, "occurred_at": moment})
    return row, [event for event in events if event["occurred_at"] < at(END) + timedelta(days=1)]


def tied_world() -> World:
    """A hundred and forty leads of few kinds in no order; some rows are refused."""
    dice = random.Random(11)
    leads: list[Row] = []
    events: list[Row] = []
    for number in range(140):
        row, happened = history(dice, f"L{number * 11 % 140:03}", dice.choice(["seo", "ad", "webinar", None]))
        leads.append(row)
        events += happened
    for number in range(6):  # six that share one history to the letter
        leads.append(lead(f"T{5 - number}", "07-13 09:00", channel="seo"))
        events.append(move("mql", "07-13 10:00", f"T{5 - number}", activity_id=f"T{5 - number}~0"))
    for number in range(3):  # three that sales gave back
        leads.append(lead(f"U{number}", "07-13 09:00", channel="seo"))
        events += [
            move(to, f"07-13 {hour}:00", f"U{number}", activity_id=f"U{number}~{hour}")
            for to, hour in (("mql", 10), ("nurturing", 11))
        ]
    for number in range(6):  # mails and papers, some of one name and some of none
        asset = [None, "夏号", "春号"][number % 3]
        events.append(act("email_sent", "07-14 09:00", f"T{number}", activity_id=f"T{number}~1", asset=asset))
        if number < 3:
            key = f"U{number}~1"
            events.append(
                act("whitepaper_download", "07-14 09:00", f"U{number}", activity_id=key, asset=asset)
            )
    for number, event in enumerate(events):
        event["actor"] = event["activity_id"]
        event["reason"] = ["時期尚早", "予算なし", None][number % 3]
    leads += [lead(company="twice"), lead(company="other"), {**leads[0], "created_at": None}]
    events += [act("fax", END), move("???", END), act("call", END, "nobody")]
    dice.shuffle(leads)
    dice.shuffle(events)
    rules = {
        "version": "v",
        "effective_from": date(2020, 1, 1),
        "stages": STAGES,
        "scoring": {
            "source": "exported",
            "bands": BANDS,
            "thresholds": {"interest": 5, "consideration": 20, "mql": 40},
            "attributes": ATTRIBUTES,
            "behaviours": BEHAVIOURS,
        },
        "sla": [policy for policy in POLICIES if policy["key"] not in ("long_hours", "same_day")],
        "dormancy": {"days": 7, "warn_days": 2, "exclude_stages": ["won", "lost"]},
        "dimensions": DIMENSIONS,
        "size_bands": [1, 50, 1000],
        "channel_groups": GROUPS,
        "benchmarks": [each for each in BENCHMARKS if each["dimension"] in DIMENSIONS],
        "targets": {"leads": 3, "created_call": 0.5, "demo": 0.9},
        "handoff": {"any_of": [{"score": 40, "did": ["demo_request", "call"]}, {"score": 10}]},
        "definition_matrix": MATRICES[0],
        "staged_targets": [
            {"kpi": kpi, "baseline_month": date(2026, 3, 9), "steps": STEPS_OF_TARGETS}
            for kpi in ("dormant_share", "demo", "dormant_share")
        ],
    }
    costs = [{"month": date(2026, 4, 1), "channel": "seo", "campaign": None, "cost": 1000.0}]
    return World(leads, events, costs, [rules])
