"""METRICS.md 6 (health_check) for the slow twin: the check-list against leads left alone."""

from collections.abc import Iterator

from tests.reference_follow_up import attainment_counts
from tests.reference_handoff import entries, qualified
from tests.reference_kpis import dormant_counts
from tests.reference_lives import Life, Spell
from tests.reference_loading import Row
from tests.reference_numbers import DAY, local
from tests.reference_rules import Stage
from tests.reference_view import View

Pair = tuple[int, int]
POINTS = [
    ("stages_defined", 1.0, "definitions"),
    ("roles_assigned", 0.95, "follow_ups"),
    ("new_leads_noticed", 0.9, "follow_ups"),
    ("silence_watched", 0.8, "dormant"),
    ("hot_agreed", 0.8, "conversion"),
    ("handoff_kept", 0.8, "conversion"),
    ("deadline_kept", 0.9, "follow_ups"),
    ("results_recorded", 0.9, "data_quality"),
    ("recycling", 0.5, "dormant"),
    ("reviewed", None, "monthly"),
    ("kpis_tracked", 0.9, "monthly"),
    ("feedback", 0.8, "conversion"),
]


def health_check(view: View) -> list[Row]:
    rows = []
    for number, (key, threshold, page) in enumerate(POINTS, start=1):
        is_defined, pair = defined(view, key), counted(view, key)
        figure = pair[0] / pair[1] if pair is not None and pair[1] else None
        rows.append(
            {
                "point": number,
                "key": key,
                "defined": is_defined,
                "figure": figure,
                "base": None if pair is None else pair[1],
                "threshold": threshold,
                "status": status(is_defined, figure, threshold),
                "small": pair is not None and pair[1] < 20,
                "page": page,
            }
        )
    return rows


def status(is_defined: bool | None, figure: float | None, threshold: float | None) -> str:
    if figure is None or threshold is None:
        return "no" if is_defined is False else "unknown"
    holds = figure >= threshold
    if is_defined is None:
        return "yes" if holds else "partly" if figure >= threshold / 2 else "no"
    return "yes" if is_defined and holds else "partly" if is_defined or holds else "no"


# ---------------------------------------------------------------- what the rules say


def defined(view: View, key: str) -> bool | None:
    given, rules = view.rules.given, view.rules
    agreed, handoff = given.get("agreed", {}), bool(rules.handoff)
    open_stages = [stage for stage in given["stages"] if stage["kind"] == "path"]
    first = open_stages[0]
    if key == "stages_defined":
        return None
    if key == "roles_assigned":
        return all("owner" in stage for stage in given["stages"])
    if key == "new_leads_noticed":
        starts = [policy["start"] for policy in rules.sla]
        return "max_age" in first or any(
            start.get("created") or start.get("stage") == first["key"] for start in starts
        )
    if key == "silence_watched":
        return all("max_age" in stage for stage in open_stages)
    if key == "hot_agreed":
        return handoff and bool(agreed.get("by")) and "on" in agreed
    if key == "handoff_kept":
        return handoff
    if key == "deadline_kept":
        return bool(policies_from_mql_on(view))
    if key == "results_recorded":
        return bool(recorded_types(view))
    if key == "recycling":
        return all("action" in stage for stage in given["stages"] if stage["kind"] in ("lost", "dormant"))
    if key == "reviewed":
        review_by = agreed.get("review_by")
        return None if review_by is None else review_by >= local(view.as_of, rules.zone).date()
    if key == "kpis_tracked":
        return "mql_to_sql" in rules.targets or "sql_to_won" in rules.targets
    return len(set(agreed.get("by", []))) >= 2


def policies_from_mql_on(view: View) -> list[Row]:
    mql = view.rules.milestones["mql"]
    later = {stage.key for stage in view.rules.path if mql is not None and stage.rank >= mql.rank}
    return [policy for policy in view.rules.sla if policy["start"].get("stage") in later]


def recorded_types(view: View) -> list[str]:
    return [name for name, kind in view.rules.types.items() if kind["side"] == "us" and "connects_on" in kind]


# ---------------------------------------------------------------- whether it holds


def lies(view: View, at: int | None, first: int, last: int) -> bool:
    """From `first` to `last` days before T."""
    return at is not None and view.as_of - first * DAY <= at < view.as_of - last * DAY


def acted_within(life: Life, at: int, length: int) -> bool:
    """An act of ours, or of a machine of ours."""
    return any(
        life.rules.side(activity["type"]) in ("us", "auto")
        and at <= activity["occurred_at"] < at + length * DAY
        for activity in life.activities
    )


def parkings(life: Life, mql: Stage) -> Iterator[Spell]:
    """Dated entries to lost and dormant, and back from mql or beyond to a stage below it."""
    for place, spell in enumerate(life.spells):
        before = life.spells[place - 1].stage.rank if place else None
        fell = before is not None and before >= mql.rank and spell.stage.kind == "path"
        if not spell.is_assumed and (spell.stage.is_gone or (fell and spell.stage.rank < mql.rank)):
            yield spell


def share(found: list[bool]) -> Pair:
    return sum(found), len(found)


def counted(view: View, key: str) -> Pair | None:
    mql, sql = view.rules.milestones["mql"], view.rules.milestones["sql"]
    if key == "stages_defined":
        return share(["definition" in stage for stage in view.rules.given["stages"]])
    if key == "roles_assigned":
        owners = [life.owner_at(view.as_of) for life in view.lives if life.now.stage.kind == "path"]
        return share([owner is not None for owner in owners])
    if key == "new_leads_noticed":
        created = [life for life in view.lives if lies(view, life.created_at, 93, 3)]
        return share([acted_within(life, life.created_at, 3) for life in created])
    if key == "silence_watched":
        silent, every = dormant_counts(view, view.as_of)
        return every - silent, every
    if key == "results_recorded":
        acts = [activity for life in view.lives for activity in life.activities]
        ours = [
            act
            for act in acts
            if act["type"] in recorded_types(view) and lies(view, act["occurred_at"], 90, 0)
        ]
        return share([act["outcome"] is not None for act in ours])
    if key == "reviewed" or mql is None or (key == "feedback" and sql is None):
        return None
    if key == "hot_agreed":
        handed = [(life, life.reached_on(mql)) for life in view.lives]
        found = [(qualified(life), at) for life, at in handed if lies(view, at, 90, 0)]
        return share([met is not None and at is not None and met[0] <= at for met, at in found])
    if key == "handoff_kept":
        met_first = [(life, met[0]) for life in view.lives if (met := qualified(life)) is not None]
        return share([was_handed_off(life, mql, at) for life, at in met_first if lies(view, at, 120, 30)])
    if key == "deadline_kept":
        clocks = [clock for policy in policies_from_mql_on(view) for clock in view.all_clocks(policy)]
        return attainment_counts([clock for clock in clocks if lies(view, clock.due, 90, 0)])
    if key == "recycling":
        parked = [(life, spell.entered) for life in view.lives for spell in parkings(life, mql)]
        return share([acted_within(life, at, 90) for life, at in parked if lies(view, at, 270, 90)])
    if key == "kpis_tracked":
        reached = [spell for life in view.lives if (spell := life.first_reach(mql)) is not None]
        return share([not spell.is_assumed for spell in reached])
    rejected = [
        entry for entry in entries(view) if entry.decision == "rejected" and entry.decided is not None
    ]
    return share(
        [
            entry.decided.change is not None and entry.decided.change["reason"] is not None
            for entry in rejected
            if entry.decided is not None and lies(view, entry.decided.entered, 180, 0)
        ]
    )


def was_handed_off(life: Life, mql: Stage, met: int) -> bool:
    """Within 30 days of meeting the condition, or before; one without a date stands at creation."""
    spell = life.first_reach(mql)
    return spell is not None and spell.entered < met + 30 * DAY
