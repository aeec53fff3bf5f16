"""METRICS.md 7 for the slow twin: what was read, refused, and what is only a finding.

Over the whole data whatever T, excluded leads in.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference_bends import BENT_BY_CELL, BENT_BY_FINDING, BENT_BY_REASON, bends
from tests.reference_lives import Life, as_they_led, lives_of
from tests.reference_loading import (
    ACTIVITY_COLUMNS,
    COST_COLUMNS,
    LEAD_COLUMNS,
    REASONS,
    UNREADABLE,
    File,
    Row,
    by_time_and_id,
    refusals,
)
from tests.reference_numbers import DAY, SECOND, local, midnight
from tests.reference_view import View

THE_END = 10**16  # later than every time of the contract
BURST = 50
FINDINGS = [
    "before_creation", "future", "stage_mismatch", "no_history", "import_burst", "midnight", "no_owner", "no_touch",
    "same_instant", "no_outcome", "unreadable_cell", "unknown_stage", "before_rules",
]  # fmt: skip

# the questions of the contract that there are already; tests/test_answers_against_reference.py holds them
ANSWERED = {
    "funnel", "conversion", "period_ratio", "bridge", "benchmarks", "kpis", "flow", "transitions", "stage_aging",
    "stage_age_ratio", "stage_aging_buckets", "stage_aging_leads", "score_distribution", "score_bands", "sla_summary",
    "sla_clocks", "overdue", "response_times", "unassigned", "dormant_pool", "dormant_leads", "dormant_flow",
    "falling_asleep", "mql_log", "rejections", "handoff_agreement", "definition_matrix", "winners", "touches", "delays",
    "recycled", "recycle_list", "what_if", "what_if_leads", "threshold_curve", "rule_lift", "mindset", "nurture_list",
    "score_flow", "engagement", "assets", "data_quality",
    "conversion_curve", "rate_change", "lead_time", "costs", "before_after",
    "staged_targets", "health_check",
}  # fmt: skip
Behind = tuple[int, set[str]]  # rows or events, leads


def behind(rows: list[Row]) -> Behind:
    return len(rows), {row["lead_id"] for row in rows if row["lead_id"] is not None}


def data_quality(view: View) -> list[Row]:
    loaded = view.loaded
    rows = []
    files = [loaded.leads, loaded.activities, *([loaded.costs] if loaded.costs is not None else [])]
    for file in files:
        read = len(file.loaded) + len(file.refused)
        counts = {"rows_read": read, "loaded": len(file.loaded), "quarantined": len(file.refused)}
        rows += [
            {"part": "file", "name": f"{file.name} {name}", "rows": number, "leads": None, "bends": None}
            for name, number in counts.items()
        ]
    for reason in REASONS:
        number = sum(refusals(file)[reason] for file in files)
        if number:
            leads = {row.get("lead_id") for file in files for row in refused_for(file, reason)} - {None}
            rows.append(
                {
                    "part": "reason",
                    "name": reason,
                    "rows": number,
                    "leads": len(leads),
                    "bends": bends(BENT_BY_REASON[reason], ANSWERED),
                }
            )
    for name, (number, leads) in findings(view).items():
        if number:
            rows.append(
                {
                    "part": "finding",
                    "name": name,
                    "rows": number,
                    "leads": len(leads),
                    "bends": bends(kinds_bent(view, name), ANSWERED),
                }
            )
    return rows


def kinds_bent(view: View, finding: str) -> set[str]:
    if finding != "unreadable_cell":
        return BENT_BY_FINDING[finding]
    rows = [*view.loaded.leads.loaded, *view.loaded.activities.loaded]
    columns = {column for row in rows for column in row[UNREADABLE]}
    return {BENT_BY_CELL[column] for column in columns if column in BENT_BY_CELL}


def refused_for(file: File, reason: str) -> list[Row]:
    return [row for row, reasons in file.refused if reasons[0] == reason]


# ---------------------------------------------------------------- the refused rows


def quarantined_rows(view: View) -> list[Row]:
    """Each refused row as it lies in its file; under a reason the rows that are counted under it."""
    wanted, rows = view.params.get("reason"), []
    files = (
        (view.loaded.activities, ACTIVITY_COLUMNS),
        (view.loaded.costs, COST_COLUMNS),
        (view.loaded.leads, LEAD_COLUMNS),
    )
    for file, columns in files:
        if file is None:
            continue
        reasons_of = {id(row): reasons for row, reasons in file.refused}
        for number, (raw, row) in enumerate(zip(file.raw, file.read, strict=True), start=1):
            reasons = reasons_of.get(id(row))
            if reasons is None or wanted not in (None, reasons[0]):
                continue
            rows.append(
                {
                    "file": file.name,
                    "row_number": number,
                    "reason": reasons[0],
                    "reasons": ",".join(reasons),
                    "lead_id": row.get("lead_id"),
                    "values": None if view.rules.is_masked else as_read(raw, file, columns, view.rules.zone),
                }
            )
    return rows


def as_read(raw: Row, file: File, columns: dict[str, str], zone: ZoneInfo) -> str:
    """The row as a JSON object of texts and nulls, with every column of its file."""
    names = {name for row in file.raw for name in row}
    ordered = [name for name in columns if name in names] + sorted(names - set(columns))
    texts = {}
    for name in ordered:
        is_text = any(isinstance(row.get(name), str) for row in file.raw)
        texts[name] = None if raw.get(name) is None else written(raw[name], is_text, zone)
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def written(value: Any, is_text: bool, zone: ZoneInfo) -> str:
    """A value as text: an instant as the wall clock of the rules' zone with its offset."""
    if is_text:
        return value.isoformat() if hasattr(value, "isoformat") else str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        wall = value.astimezone(zone)
        hours = int(wall.utcoffset().total_seconds()) // 3600  # type: ignore[union-attr]
        return f"{wall.replace(tzinfo=None)}{hours:+03d}"
    return str(value).lower() if isinstance(value, bool) else str(value)


# ---------------------------------------------------------------- findings


def findings(view: View) -> dict[str, Behind]:
    """Every finding in the contract's order, those without a row too."""
    loaded, rules = view.loaded, view.rules
    leads, activities = loaded.leads.loaded, loaded.activities.loaded
    created = {lead["lead_id"]: lead["created_at"] for lead in leads}
    changes = [activity for activity in activities if activity["type"] == "stage_change"]
    histories = {lead_id: [] for lead_id in created}
    for change in sorted(changes, key=by_time_and_id):
        histories[change["lead_id"]].append(change)
    histories = {lead_id: as_they_led(history, rules) for lead_id, history in histories.items()}
    lives = lives_of(replace(loaded, as_of=THE_END), with_excluded=True)

    def mismatched(lead: Row) -> bool:
        history, stage = histories[lead["lead_id"]], rules.stage_named(lead["stage"])
        return bool(history) and stage not in (None, rules.stage_named(history[-1]["to_value"]))

    def without_history(lead: Row) -> bool:
        stage = rules.stage_named(lead["stage"])
        return not histories[lead["lead_id"]] and stage not in (None, rules.path[0])

    def untouched(life: Life) -> bool:
        handoff, rank = rules.milestones["mql"], life.now.stage.rank
        at_mql = handoff is not None and rank is not None and rank >= handoff.rank
        return at_mql and life.last_act_of_ours() is None

    instants = Counter((change["lead_id"], change["occurred_at"]) for change in changes)
    first_day = midnight(loaded.rules_begin, rules.zone)
    newest = loaded.newest
    return {
        "before_creation": behind([a for a in activities if a["occurred_at"] < created[a["lead_id"]]]),
        "future": behind([a for a in activities if newest is not None and a["occurred_at"] > newest + DAY]),
        "stage_mismatch": behind([lead for lead in leads if mismatched(lead)]),
        "no_history": behind([lead for lead in leads if without_history(lead)]),
        "import_burst": behind(
            in_bursts(view, leads, "created_at") + in_bursts(view, changes, "occurred_at")
        ),
        "midnight": behind(at_midnight(view, leads, activities)),
        "no_owner": behind(
            [life.lead for life in lives if life.now.stage.kind == "path" and life.owner_at(THE_END) is None]
        ),
        "no_touch": behind([life.lead for life in lives if untouched(life)]),
        "same_instant": behind([c for c in changes if instants[c["lead_id"], c["occurred_at"]] > 1]),
        "no_outcome": behind(without_outcome(view, activities)),
        "unreadable_cell": behind([row for row in [*leads, *activities] for _ in row[UNREADABLE]]),
        "unknown_stage": behind(
            [lead for lead in leads if lead["stage"] is not None and rules.stage_named(lead["stage"]) is None]
        ),
        "before_rules": behind(
            [lead for lead in leads if lead["created_at"] < first_day]
            + [activity for activity in activities if activity["occurred_at"] < first_day]
        ),
    }


def is_midnight(view: View, at: int) -> bool:
    wall = local(at, view.rules.zone)
    return (wall.hour, wall.minute, wall.second, wall.microsecond) == (0, 0, 0, 0)


def in_bursts(view: View, rows: list[Row], time: str) -> list[Row]:
    rows = [row for row in rows if not is_midnight(view, row[time])]
    seconds = Counter(row[time] // SECOND for row in rows)
    return [row for row in rows if seconds[row[time] // SECOND] >= BURST]


def at_midnight(view: View, leads: list[Row], activities: list[Row]) -> list[Row]:
    """What stands at local midnight: of the leads, and of each type of activity, where at least half do."""
    kinds = [(leads, "created_at")]
    for kind in {activity["type"] for activity in activities}:
        kinds.append(([activity for activity in activities if activity["type"] == kind], "occurred_at"))
    found = []
    for rows, time in kinds:
        at_it = [row for row in rows if is_midnight(view, row[time])]
        found += at_it if len(at_it) * 2 >= len(rows) else []
    return found


def without_outcome(view: View, activities: list[Row]) -> list[Row]:
    """Activities without an outcome, of types that need one and lack it at least half of the time."""
    needing = [a for a in activities if "connects_on" in view.rules.types.get(a["type"], {})]
    all_of = Counter(activity["type"] for activity in needing)
    found = [activity for activity in needing if activity["outcome"] is None]
    lacking = Counter(activity["type"] for activity in found)
    return [activity for activity in found if lacking[activity["type"]] * 2 >= all_of[activity["type"]]]
