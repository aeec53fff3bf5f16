"""Random worlds in which most changes were found by comparing exports: dense, so that ranges meet clocks often."""

import random
from datetime import UTC, date, datetime, timedelta

from tests.reference_loading import Row, World
from tests.rule_histories import ATTRIBUTES, BANDS, BEHAVIOURS, POLICIES, STAGES

FIRST = datetime(2026, 4, 5, 15, tzinfo=UTC)  # midnight in Tokyo
HOURS = [0, 8.5, 9, 10, 11.5, 12, 12.5, 13, 17, 18, 23.5]
SPANS = [
    timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=3), timedelta(days=9),
    timedelta(microseconds=1), -timedelta(hours=1), timedelta(0),
]  # fmt: skip
KINDS = [
    *["stage_change"] * 5, *["score_change"] * 2, "owner_change", *["call"] * 3, "email_out", "meeting",
    "demo_request", "pricing_visit", "seminar_attend", "product_visit",
]  # fmt: skip
VALUES = {
    "stage_change": ["new", "nurturing", "mql", "mql", "mql", "sql", "sql", "opportunity", "won", "lost", "dormant"],
    "score_change": ["0", "10", "40", "100", None],
    "owner_change": ["a", "b"],
}  # fmt: skip


def moment(dice: random.Random) -> datetime:
    days = dice.choice([dice.randrange(6), dice.randrange(30)])
    return FIRST + timedelta(days=days, hours=dice.choice(HOURS))


def event(dice: random.Random, number: int, lead_id: str, exports: list[datetime]) -> Row:
    """One event; most changes are known only since the export before, some acts a while before."""
    kind, at = dice.choice(KINDS), moment(dice)
    row: Row = {"activity_id": f"a{number:04}", "lead_id": lead_id, "occurred_at": at, "type": kind}
    row |= {"from_value": None, "to_value": None, "outcome": None, "asset": None, "not_before": None}
    if kind in VALUES:
        row["to_value"] = dice.choice(VALUES[kind])
        row["from_value"] = dice.choice([None, *VALUES[kind]])
    else:
        row["outcome"] = dice.choice(["connected", "no_answer", "appointment", None])
    chance = dice.random()
    found = [export for export in exports if export >= at]
    if kind in VALUES and chance < 0.5 and found:
        before = [export for export in exports if export < found[0]]
        row |= {"occurred_at": found[0], "not_before": max(before, default=None)}
    elif chance < (0.7 if kind in VALUES else 0.12):
        row["not_before"] = at - dice.choice(SPANS)
    return row


def ranged_world(dice: random.Random) -> World:
    """A few leads with tangled lives between a few exports, under any of the policies."""
    policies = [policy for policy in POLICIES if dice.random() < 0.5 and "applies_to" not in policy]
    exports = sorted(moment(dice) for _ in range(dice.choice([2, 4, 8])))
    leads: list[Row] = []
    events: list[Row] = []
    for number in range(dice.randrange(4, 9)):
        created = FIRST + timedelta(days=dice.randrange(4), hours=dice.choice(HOURS))
        industry = dice.choice(["IT", None])
        leads.append({"lead_id": f"L{number}", "created_at": created, "owner": "a", "industry": industry})
        for _ in range(dice.choice([2, 5, 9, 14])):
            events.append(event(dice, len(events), f"L{number}", exports))
    rules = {
        "version": "v",
        "effective_from": date(2020, 1, 1),
        "stages": STAGES,
        "scoring": {
            "source": dice.choice(["rules", "exported"]),
            "attributes": dice.choice([[], ATTRIBUTES]),
            "behaviours": BEHAVIOURS,
            "bands": BANDS,
        },
        "sla": policies or POLICIES[:1],
        "dimensions": ["owner", "industry"],
    }
    return World(leads, events, None, [rules])
