"""Every answer comes in the order that the head of its query names, ties and empty values too."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import bind, run
from funnel.questions.catalogue import CATALOGUE, of_kind
from funnel.questions.scope import EVERYTHING
from funnel.questions.standing import refusal
from funnel.questions.texts import SQL
from tests.reference_loading import REASONS, Row
from tests.reference_rules import DEFAULT_TYPES
from tests.rule_histories import BANDS, MATRICES, POLICIES
from tests.test_reference import at
from tests.tied_histories import DIMENSIONS, END, tied_world
from tests.world_files import write_world

Key = Callable[[Row], tuple[Any, ...]]
STAGES = ["new", "nurturing", "mql", "sql", "opportunity", "won", "lost", "dormant"]
STATES = ["overdue", "due_today", "at_risk", "undeterminable"]
HOURS = ["≤1h", "≤4h", "≤8h", "≤24h", "≤48h", ">48h"]
DAYS = ["0-7", "8-30", "31-60", "61-90", "91-180", "181+", "unknown"]
SIZES = ["1-49", "50-999", "1000+"]
COUNTS = ["leads", "mql", "sql", "opportunity", "won", "mql_to_sql", "sql_to_won"]
FIGURES = [*COUNTS, "created_call", "demo", "dormant_share", "cpl", "cost_per_mql", "cost_per_sql", "cpa"]
FILES = [
    f"{file}.parquet {count}"
    for file in ("leads", "activities", "costs")
    for count in ("rows_read", "loaded", "quarantined")
]
KINDS = ["as_agreed", "before_agreed", "outside", "held_back"]
STEPS = ["qualified_to_handoff", "handoff_to_owner", "owner_to_attempt", "attempt_to_contact"]
BEHAVIOURS = [grade["key"] for grade in MATRICES[0]["behaviour"]]
INFORMATION = [grade["key"] for grade in MATRICES[0]["information"]]
MOVES = ["before", "after", "same", "earlier", "later", "in", "out"]
MOVED = ["in", "out", "earlier", "later"]
PARKED = ["lost", "dormant", "rejected"]
ROUTES = list(DEFAULT_TYPES)
MINDSETS = ["awareness", "interest", "consideration", "ready"]
ROLES = ["mailed", "download", "attendance"]
SPANS = ["creation_to_opportunity", "mql_to_appointment"]
LISTED = {"stage": STAGES, "score_band": [band["key"] for band in BANDS], "size_band": SIZES}
MORNINGS = [
    at(f"{day} 10:00") for day in ("03-03", "03-04", "04-01", "04-02", "04-11", "07-07", "07-14", "07-15")
]
LATE = datetime.max.replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def tied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    directory = tmp_path_factory.mktemp("tied")
    write_world(tied_world(), directory)
    with open_warehouse(directory) as db:
        yield db


def rows(
    db: Warehouse, name: str, by: str | None = None, as_of: datetime | None = None, **given: Any
) -> list[Row]:
    """The answer as the screens ask it, over all months."""
    months = {"from_month": date(2026, 3, 1), "to_month": date(2026, 7, 1)}
    params = {key: value for key, value in given.items() if key not in months}
    bound = {**bind(db, name, as_of or at(END), EVERYTHING, None, by, params).values, **months, **given}
    found: list[Row] = run(db, name, bound).to_pylist()
    return found


def down(value: float | None) -> tuple[bool, float]:
    """The highest first, empty ones last."""
    return value is None, -(value or 0)


def last(value: Any) -> tuple[bool, Any]:
    """The lowest first, empty ones last."""
    return (True, 0) if value is None else (False, value)


def place(listed: list[str], value: str | None) -> int:
    return len(listed) if value is None else listed.index(value)


def segment(row: Row, dimension: str | None) -> tuple[bool, Any]:
    value = row["segment"] if "segment" in row else row["value"]
    return last(LISTED[dimension].index(value) if value is not None and dimension in LISTED else value)


def latest(value: datetime | None) -> datetime:
    return value or LATE


def stage(row: Row) -> int:
    return STAGES.index(row["stage"])


def policy(row: Row) -> int:
    return [each["key"] for each in POLICIES].index(row["policy"])


# per query: by what its rows are ordered; with the arguments of the screens where there are any
ORDERS: dict[str, tuple[Key, list[dict[str, Any]]]] = {
    "assets": (lambda row: (ROLES.index(row["role"]), -row["leads"], last(row["asset"])), [{}]),
    "before_after": (lambda row: ([*FIGURES, "days_to_opportunity"].index(row["kpi"]),), [{}]),
    "behind_aging": (
        lambda row: (down(row["ratio"]), down(row["days"]), row["lead_id"]),
        [{"stage": None, "bucket": None, "ratio_from": None, "over_only": False}],
    ),
    "behind_bands": (
        lambda row: (row["converted_at"] is None, down(row["then_score"]), row["lead_id"]),
        [
            {"day": 1, "window_days": 60, "to_stage": "sql", "band": None},
            {"day": 13, "window_days": 60, "to_stage": "sql", "band": "cold"},
        ],
    ),
    "breakdown": (
        lambda row: (row["small"], down(row["rate"]), -row["leads"], last(row["segment"])),
        [{"by": "channel"}, {"by": "size_band"}],
    ),
    "behind_clocks": (
        lambda row: (-row["late_hours"], row["due_at"], row["lead_id"]),
        [{"policy": "created_call", "of_owner": False, "segment": None}],
    ),
    "behind_conversion": (
        lambda row: (row["converted_at"] is None, row["entered_at"], row["lead_id"]),
        [{"from_stage": "mql", "to_stage": "sql", "window_days": 90, "segment": None, "month": date(2026, 4, 1)}],
    ),
    "behind_funnel": (
        lambda row: (row["reached_stage"] is None, -row["created_at"].timestamp(), row["lead_id"]),
        [
            {"stage": "mql", "reached": None, "segment": None, "min_age_days": 0},
            {"stage": "new", "reached": "sql", "segment": None, "min_age_days": 0},
        ],
    ),
    "behind_kpi": (
        lambda row: (row["reached_at"], row["lead_id"]),
        [{"kpi": kpi, "month": date(2026, 4, 1)} for kpi in ("leads", "mql", "sql")],
    ),
    "behind_period_ratio": (
        lambda row: (row["reached_at"], row["lead_id"]),
        [{"from_stage": "mql", "to_stage": "sql", "segment": None, "month": date(2026, 4, 1)}],
    ),
    "behind_scores": (
        lambda row: (down(row["then_score"]), row["lead_id"]),
        [
            {"at": "now", "bin": 200.0, "bin_from": 0.0, "stage": "mql"},
            {"at": "now", "bin": 200.0, "bin_from": None, "stage": "mql"},
        ],
    ),
    "behind_silence": (
        lambda row: (down(row["max_score"]), row["lead_id"]),
        [{"stage": None, "band": None}],
    ),
    "behind_silence_flow": (
        lambda row: (row["happened_at"], row["lead_id"]),
        [{"flow": "fell_silent", "month": date(2026, 5, 1)}],
    ),
    "benchmarks": (lambda row: (stage(row), row["dimension"], row["value"]), [{}]),
    "bridge": (lambda row: (row["month"],), [{}]),
    "business_spans": (lambda row: (row["opens_at"],), [{}]),
    "data_quality": (
        lambda row: (
            ["file", "reason", "finding"].index(row["part"]),
            {"file": FILES, "reason": REASONS}.get(row["part"], [row["name"]]).index(row["name"]),
        ),
        [{}],
    ),
    "definition_matrix": (
        lambda row: (BEHAVIOURS.index(row["behaviour"]), INFORMATION.index(row["information"])),
        [{}],
    ),
    "delays": (lambda row: (STEPS.index(row["step"]),), [{}]),
    "conversion_curve": (lambda row: (row["days"],), [{}]),
    "dimension_values": (
        lambda row: (row["dimension"], segment(row, row["dimension"])),
        [{"dimensions": [*DIMENSIONS, "stage", "score_band"]}],
    ),
    "dormant_flow": (lambda row: (row["month"],), [{}]),
    "dormant_leads": (
        lambda row: (down(row["wakeable"]), down(row["max_score"]), row["lead_id"]),
        [{}, {"as_of": at("08-20 10:00")}],
    ),
    "due_next": (
        lambda row: (row["due_at"], row["lead_id"], policy(row)),
        [{"as_of": at("07-13 12:00")}],
    ),
    "conversion_runs": (
        lambda row: (["revision", "recent"].index(row["kind"]),),
        [{"from_stage": "mql", "to_stage": "sql", "window_days": 90}],
    ),
    "falling_asleep": (
        lambda row: (row["silent_on"], down(row["score"]), row["lead_id"]),
        [{"as_of": at("04-05 10:00")}],
    ),
    "finding_rows": (lambda row: (row["lead_id"],), [{"finding": "no_owner"}]),
    "flow": (lambda row: (row["month"], stage(row)), [{}]),
    "handoff_agreement": (lambda row: (row["month"], KINDS.index(row["kind"])), [{}]),
    "health_check": (lambda row: (row["point"],), [{}]),
    "held_back": (lambda row: (-row["score"], row["lead_id"]), [{}]),
    "kpi_history": (lambda row: (row["month"],), [{}]),
    "kpis": (lambda row: (FIGURES.index(row["kpi"]),), [{}]),
    "lead_activities": (
        lambda row: (-row["occurred_at"].timestamp(), -int((row["actor"] or "~0").split("~")[1])),
        [{"lead_id": f"L{number:03}"} for number in range(0, 90, 9)],
    ),
    "lead_card": (lambda row: (row["lead_id"],), [{"lead_id": "T0"}]),
    "lead_clocks": (
        lambda row: (row["started_at"], policy(row), row["due_at"]),
        [{"lead_id": f"L{number:03}"} for number in range(0, 90, 9)],
    ),
    "lead_conditions": (
        lambda row: (row["item"], ["score", "did", "known"].index(row["kind"]), last(row["name"])),
        [{"lead_id": "T0"}],
    ),
    "lead_scores": (
        lambda row: (row["from_at"],),
        [{"lead_id": f"L{number:03}"} for number in range(0, 90, 9)],
    ),
    "lead_spells": (
        lambda row: (row["entered_at"], latest(row["left_at"])),
        [{"lead_id": f"L{number:03}"} for number in range(0, 90, 9)],
    ),
    "mindset": (lambda row: (row["month"], MINDSETS.index(row["mindset"])), [{}]),
    "morning": (lambda row: (row["overdue"],), [{"before": at("07-14 10:00")}]),
    "morning_owners": (
        lambda row: (-row["clocks"], last(row["owner"])),
        [{"as_of": when} for when in MORNINGS],
    ),
    "lead_time": (lambda row: (row["month"], ["opportunity", "won"].index(row["to_stage"])), [{}]),
    "mql_log": (lambda row: (row["reached_at"], row["lead_id"], row["pass"]), [{}]),
    "next_steps": (
        lambda row: (
            ["overdue", "over_limit", "unassigned"].index(row["task"]),
            {"overdue": lambda: policy({"policy": row["name"]}), "over_limit": lambda: STAGES.index(row["name"])}
            .get(row["task"], lambda: 0)(),
        ),
        [{}],
    ),
    "nurture_list": (
        lambda row: (down(row["score"]), down(row["points_30d"]), row["lead_id"]),
        [{}],
    ),
    "overdue": (
        lambda row: (STATES.index(row["state"]), row["due_at"], row["lead_id"], policy(row)),
        [{}],
    ),
    "overdue_ranges": (lambda row: (policy(row), row["lead_id"], row["due_at"]), [{}]),
    "quarantined_rows": (lambda row: (row["file"], row["row_number"]), [{"reason": None}]),
    "quality_files": (
        lambda row: (["leads.parquet", "activities.parquet", "costs.parquet"].index(row["file"]),),
        [{}],
    ),
    "recycled": (
        lambda row: (PARKED.index(row["kind"]), -1 if row["route"] is None else ROUTES.index(row["route"])),
        [{"window_days": 3}],
    ),
    "recycle_list": (
        lambda row: (down(row["expected"]), down(row["max_score"]), row["lead_id"]),
        [{"window_days": 7}, {"window_days": 3}],
    ),
    "response_times": (lambda row: (HOURS.index(row["bucket"]),), [{}]),
    "rule_lift": (
        lambda row: (row["rule"],),
        [{"window_days": 1}],
    ),
    "score_bands": (
        lambda row: (place(LISTED["score_band"], row["band"]),),
        [{"day": 13, "window_days": 30}],
    ),
    "score_distribution": (lambda row: (last(row["bin_from"]), stage(row)), [{}]),
    "score_shortfall": (lambda row: (row["scored"],), [{"at": "now"}]),
    "silent_stages": (lambda row: (-row["leads"], stage(row)), [{}]),
    "score_flow": (
        lambda row: tuple(place(LISTED["score_band"], row[band]) for band in ("from_band", "to_band")),
        [{"from_month": date(2026, 5, 1)}],
    ),
    "silent_matrix": (lambda row: (stage(row), place(LISTED["score_band"], row["band"])), [{}]),
    "sla_clocks": (
        lambda row: (
            policy(row), row["started_at"], row["lead_id"], row["due_at"], latest(row["stopped_at"]),
            latest(row["closed_at"]),
        ),
        [{}],
    ),
    "stage_age_ratio": (lambda row: (stage(row), row["ratio_from"]), [{}]),
    "stage_aging_buckets": (lambda row: (stage(row), DAYS.index(row["bucket"])), [{}]),
    "stage_aging_leads": (
        lambda row: (
            down(row["age"] / row["limit"] if row["age"] is not None and row["limit"] else None),
            down(row["days"]),
            row["lead_id"],
        ),
        [{}],
    ),
    "threshold_curve": (lambda row: (row["threshold"],), [{"step": 5.0, "window_days": 1}]),
    "staged_targets": (lambda row: (0,), [{}]),
    "touches": (lambda row: (SPANS.index(row["span"]),), [{}]),
    "transitions": (
        lambda row: (STAGES.index(row["from_stage"]), STAGES.index(row["to_stage"])),
        [{}],
    ),
    "unassigned": (lambda row: (down(row["score"]), row["lead_id"]), [{}]),
    "untouched": (lambda row: (-row["score"], row["lead_id"]), [{}]),
    "what_if": (lambda row: (row["month"], MOVES.index(row["move"])), [{"shift": 10.0}]),
    "what_if_leads": (
        lambda row: (MOVED.index(row["move"]), row["then_at"] or row["qualified_at"], row["lead_id"]),
        [{"shift": 10.0}, {"shift": -5.0}],
    ),
    "winners": (
        lambda row: (DIMENSIONS.index(row["dimension"]), segment(row, row["dimension"])),
        [{}, {"as_of": at("09-01 10:00")}],
    ),
}  # fmt: skip
SEGMENTED: dict[str, tuple[Callable[[Row], tuple[Any, ...]], bool]] = {
    # by what besides the segment, and whether that comes first
    "conversion": (lambda row: (row["month"],), True),
    "costs": (lambda row: (row["month"],), True),
    "dormant_pool": (lambda row: (), True),
    "engagement": (lambda row: (row["month"],), True),
    "funnel": (lambda row: (stage(row),), False),
    "period_ratio": (lambda row: (row["month"],), True),
    "rate_change": (lambda row: (), True),
    "rejections": (lambda row: (-row["leads"], last(row["reason"])), True),
    "sla_summary": (lambda row: (policy(row),), True),
    "stage_aging": (lambda row: (stage(row),), False),
}
ONE_ROW = {"morning", "lead_card", "score_shortfall", "conversion_runs"}


def test_the_order_of_every_query_is_asked_for() -> None:
    assert set(ORDERS) | set(SEGMENTED) == {path.stem for path in SQL.glob("*.sql")}
    assert {name for name in of_kind("answer") if CATALOGUE[name].by} == set(SEGMENTED)


@pytest.mark.parametrize("name", sorted(ORDERS))
def test_rows_come_in_the_order_that_the_query_names(name: str, tied: Warehouse) -> None:
    key, asked = ORDERS[name]
    most = 0
    for given in asked:
        found = rows(tied, name, **given)
        assert found == sorted(found, key=key)
        most = max(most, len(found))
    assert most == 1 if name in ONE_ROW else most > 1


@pytest.mark.parametrize("name", sorted(SEGMENTED))
def test_segments_come_in_the_order_of_the_rules_and_the_empty_one_last(name: str, tied: Warehouse) -> None:
    others, come_first = SEGMENTED[name]
    for dimension in CATALOGUE[name].by_only or ("score_band", "size_band", "owner", "stage"):
        if dimension not in DIMENSIONS and dimension in CATALOGUE[name].by_only:
            continue
        if refusal(CATALOGUE[name], dimension, tied.has_owner_history):
            continue
        found = rows(tied, name, by=dimension)

        def key(row: Row, dimension: str = dimension) -> tuple[Any, ...]:
            parts = (others(row), segment(row, dimension))
            return parts if come_first else parts[::-1]

        assert found == sorted(found, key=key)
        assert len({row["segment"] for row in found}) > 1
        assert dimension == "stage" or any(row["segment"] is None for row in found)


def test_staged_targets_come_as_the_rules_list_them_and_not_by_key(tied: Warehouse) -> None:
    assert [(row["kpi"], row["step"]) for row in rows(tied, "staged_targets")] == [
        (kpi, step) for kpi in ("dormant_share", "demo", "dormant_share") for step in (1, 2)
    ]


def test_the_rows_that_are_put_in_order_hold_ties_and_empty_values(tied: Warehouse) -> None:
    waiting = rows(tied, "stage_aging_leads")
    assert len({(row["age"], row["limit"]) for row in waiting}) < len(waiting) * 2 / 3
    assert {row["limit"] is None for row in waiting} == {True, False}
    for name, column in (
        ("unassigned", "score"),
        ("falling_asleep", "score"),
        ("dormant_leads", "max_score"),
    ):
        when = at("04-05 10:00") if name == "falling_asleep" else None
        values = [row[column] for row in rows(tied, name, as_of=when)]
        assert None in values, name
        assert len(set(values) - {None}) > 1, name
        assert len(set(values)) < len(values), name
    wakeable = [row["wakeable"] for row in rows(tied, "dormant_leads", as_of=at("08-20 10:00"))]
    assert None in wakeable
    assert set(wakeable) != {None}
    assert len({row["state"] for row in rows(tied, "overdue")}) >= 3
    ties = [
        row["clocks"] in [other["clocks"] for other in lists if other["owner"] is not None]
        for lists in (rows(tied, "morning_owners", as_of=when) for when in MORNINGS)
        for row in lists
        if row["owner"] is None
    ]
    assert any(ties), "nobody has as many as somebody"
