"""A small company that lives of mails, papers and seminars: everything that scores and engagement count is met.

Times lie on whole hours, so that acts of one lead often share an instant or lie exactly a window apart.
"""

import random
from datetime import date, timedelta
from typing import Any

from tests.reference_loading import Row, World
from tests.rule_histories import ATTRIBUTES, BANDS, BEHAVIOURS, STAGES, THRESHOLDS
from tests.test_reference import act, at, lead, move

ACTS = [
    "email_sent", "email_sent", "email_sent", "email_open", "email_open", "email_click", "whitepaper_download",
    "seminar_attend", "webinar_attend", "pricing_visit", "product_visit", "demo_request", "call", "note",
]  # fmt: skip
PATHS = [[], [], ["mql"], ["mql", "sql"], ["nurturing", "sql"], ["nurturing", "lost"], ["mql", "nurturing"]]
LATER = [timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=14), timedelta(days=30)]


def crowded_world(source: str, **rules: Any) -> World:
    """Seventy leads from March to July, a dozen acts each, under rules whose score is `source`."""
    dice = random.Random(7)
    leads: list[Row] = []
    events: list[Row] = []
    for number in range(70):
        name, created = f"L{number:02}", at(f"03-{dice.randint(1, 28):02} 09:00")
        title, industry = dice.choice(["営業部長", "CTO", "社長室", None]), dice.choice(["IT", "製造", None])
        traits = {"title": title, "industry": industry, "employees": dice.choice([10, 50, None])}
        leads.append(
            lead(name, channel=dice.choice(["seo", "ad", None]), score=dice.choice([20.0, None]), **traits)
        )
        leads[-1] |= {
            "created_at": created,
            "company": "架空商事",
            "opted_out": dice.choice([None, False, True]),
        }
        moment = created
        for key in range(12):
            moment += dice.choice([timedelta(0), timedelta(0), *LATER])
            values: Row = {"asset": dice.choice(["春号", "夏号", None]), "activity_id": f"{name}~{key:02}"}
            if dice.random() < 0.3:
                points = {"from_value": "10", "to_value": dice.choice(["10", "40", "55.5", "80", ""])}
                events.append(act("score_change", "03-01 09:00", name, **{**values, **points}))
            else:
                events.append(act(dice.choice(ACTS), "03-01 09:00", name, **values))
            events[-1]["occurred_at"] = moment
        for key, stage in enumerate(dice.choice(PATHS)):
            change = move(stage, "03-01 09:00", name, activity_id=f"{name}~s{key}")
            moment = created + dice.choice(LATER) * (key + 1)
            events.append({**change, "occurred_at": moment})
    version = {
        "version": "v",
        "effective_from": date(2020, 1, 1),
        "stages": STAGES,
        "dimensions": ["channel", "industry"],
        "scoring": {
            "source": source,
            "attributes": ATTRIBUTES,
            "behaviours": BEHAVIOURS,
            "bands": BANDS,
            "thresholds": THRESHOLDS[0],
        },
        "title_ranks": [{"rank": "manager", "match": ["部長"]}, {"rank": "executive", "match": ["CTO"]}],
        "capacity": {"calls_per_mql": 3},
        **rules,
    }
    return World(leads, events, None, [version])
