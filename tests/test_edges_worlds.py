"""What happens exactly on an edge counts on the right side of it: asked of the product, beside the slow twin."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import bind, run
from funnel.questions.scope import EVERYTHING
from tests.edge_worlds import BEFORE_DECEMBER, DECEMBER, NEW_YEAR, NEW_YEARS_EVE, SOURCES, edge_world
from tests.given import ALWAYS_BY
from tests.reference import QUESTIONS, WITH_MONTHS, answer
from tests.reference_loading import Row, World
from tests.test_answers_against_reference import differences, of_product, of_reference
from tests.test_reference import at
from tests.world_files import write_world

TICK = timedelta(microseconds=1)
EVES: dict[str, list[datetime | date]] = {
    "exported": [
        date(2025, 12, 31), at(NEW_YEAR) + TICK, at(NEW_YEARS_EVE), at("2025-12-26 18:00"), at("2025-12-16 09:00") + TICK,
        at("2026-02-01 00:00"),
    ],
    "rules": [at(NEW_YEAR), at("2025-12-23 09:00") + TICK, at("2026-02-01 00:00")],
}  # fmt: skip
DECEMBER_ALONE = {"from_month": "2025-12", "to_month": "2025-12"}
NOTHING: dict[str, Any] = {"where": (), "by": None, "params": {}}
Both = tuple[Warehouse, World]


@pytest.fixture(scope="module", params=list(SOURCES))
def edges(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    directory = tmp_path_factory.mktemp("edges")
    lived = edge_world(request.param)
    write_world(lived, directory)
    with open_warehouse(directory) as db:
        yield db, lived


def source(lived: World) -> str:
    word: str = lived.versions[0]["scoring"]["source"]
    return word


@pytest.mark.parametrize("number", range(6))
def test_every_answer_equals_its_twin_on_the_edge(number: int, edges: Both) -> None:
    db, lived = edges
    for when in EVES[source(lived)][number : number + 1]:
        for name in QUESTIONS:
            by = {"by": ALWAYS_BY.get(name)}
            asked: list[dict[str, Any]] = [by]
            if name in WITH_MONTHS:
                asked.append(DECEMBER_ALONE | by)
            if name == "kpis":
                asked = [{"to_month": "2025-11"}, {"to_month": "2025-12"}]
            if name == "score_distribution":
                asked = [{"params": {"at": word}} for word in ("now", "mql", "created")]
            for given in asked:
                wanted = NOTHING | given
                found = differences(
                    of_product(db, name, when, wanted), of_reference(lived, name, when, wanted)
                )
                assert list(found) == [], f"{name} as of {when} with {given}"


def rows(db: Warehouse, name: str, when: datetime, by: str | None = None, **given: Any) -> list[Row]:
    """A query that only the screens ask, over all months of these lives."""
    months = {"from_month": date(2025, 11, 1), "to_month": date(2026, 1, 1)}
    bound = {**bind(db, name, when, EVERYTHING, None, by, given).values, **months, **given}
    found: list[Row] = run(db, name, bound).to_pylist()
    return found


MONTHS = [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
INSTANTS = [at(NEW_YEAR) + TICK, at("2026-02-01 00:00")]


@pytest.mark.parametrize("when", INSTANTS)
def test_behind_every_count_of_a_month_are_so_many_leads(when: datetime, edges: Both) -> None:
    db, lived = edges
    history = {row["month"]: row for row in rows(db, "kpi_history", when)}
    assert list(history) == MONTHS
    for month in MONTHS:
        counts = answer("kpis", lived, as_of=when, to_month=f"{month:%Y-%m}")[:5]
        for row in counts:
            assert history[month][row["kpi"]] == row["value"]
            assert len(rows(db, "behind_kpi", when, month=month, kpi=row["kpi"])) == row["value"]


@pytest.mark.parametrize("when", INSTANTS)
def test_behind_every_step_of_a_cohort_are_so_many_leads(when: datetime, edges: Both) -> None:
    db, lived = edges
    step = {"from_stage": "mql", "to_stage": "sql"}
    for window in (0, 7, 31):
        for row in answer("conversion", lived, as_of=when, params=step | {"window_days": window}):
            month = date.fromisoformat(f"{row['month']}-01")
            behind = rows(
                db, "behind_conversion", when, month=month, segment=None, **step, window_days=window
            )
            assert len(behind) == row["entered"]
            assert sum(lead["converted_at"] is not None for lead in behind) == row["converted"]
    for row in answer("period_ratio", lived, as_of=when, by="channel", params=step):
        month = date.fromisoformat(f"{row['month']}-01")
        given = {"month": month, "segment": row["segment"], **step}
        assert len(rows(db, "behind_period_ratio", when, by="channel", **given)) == row["entered_to"]
    for row in answer("funnel", lived, as_of=when, from_month="2025-11"):
        given = {"stage": row["stage"], "segment": None, "min_age_days": 0}
        assert len(rows(db, "behind_funnel", when, **given)) == row["reached"]
    dormant = answer("dormant_flow", lived, as_of=when)
    for row in dormant:
        month = date.fromisoformat(f"{row['month']}-01")
        for flow in ("fell_silent", "woken_by_lead", "woken_by_us", "left_otherwise"):
            assert len(rows(db, "behind_silence_flow", when, month=month, flow=flow)) == row[flow]
    matrix = rows(db, "silent_matrix", when)
    assert sum(cell["leads"] for cell in matrix) == dormant[-1]["closing"]
    for cell in matrix:
        behind = rows(db, "behind_silence", when, stage=cell["stage"], band=cell["band"])
        assert len(behind) == cell["leads"]


@pytest.mark.parametrize("when", INSTANTS)
def test_behind_every_bar_of_scores_are_so_many_leads(when: datetime, edges: Both) -> None:
    db, lived = edges
    for word in ("now", "mql", "created"):
        for row in answer("score_distribution", lived, as_of=when, params={"at": word}):
            given = {"at": word, "bin": 10.0, "bin_from": row["bin_from"], "stage": row["stage"]}
            assert len(rows(db, "behind_scores", when, **given)) == row["leads"], (word, row)
    for params in ({"day": 0, "window_days": 7}, {"day": 7, "window_days": 16}):
        for row in answer("score_bands", lived, as_of=when, params={"to_stage": "sql", **params}):
            behind = rows(db, "behind_bands", when, band=row["band"], to_stage="sql", **params)
            assert len(behind) == row["leads"]
            assert sum(lead["converted_at"] is not None for lead in behind) == row["converted"]


@pytest.mark.parametrize("when", [at("2025-12-17 09:00"), *INSTANTS])
def test_behind_every_cell_of_waiting_are_so_many_leads(when: datetime, edges: Both) -> None:
    db, lived = edges
    whole = {"stage": None, "bucket": None, "ratio_from": None, "over_only": False}
    for row in answer("stage_aging", lived, as_of=when):
        given = whole | {"stage": row["stage"], "over_only": True}
        assert len(rows(db, "behind_aging", when, **given)) == (row["over_limit"] or 0)
    for row in answer("stage_aging_buckets", lived, as_of=when):
        given = whole | {"stage": row["stage"], "bucket": row["bucket"]}
        assert len(rows(db, "behind_aging", when, **given)) == row["leads"]
    for row in answer("stage_age_ratio", lived, as_of=when):
        if row["leads"]:
            given = whole | {"stage": row["stage"], "ratio_from": row["ratio_from"]}
            assert len(rows(db, "behind_aging", when, **given)) == row["leads"]


@pytest.mark.parametrize(
    "when", [at("2025-12-15 12:00") + TICK, at("2025-12-26 12:00"), at("2025-12-26 18:00"), *INSTANTS]
)
def test_the_morning_counts_what_its_lists_hold(when: datetime, edges: Both) -> None:
    db, lived = edges
    before = when - timedelta(days=1)
    (now,) = rows(db, "morning", when, before=before)
    clocks = answer("overdue", lived, as_of=when)
    for state in ("overdue", "due_today", "at_risk"):
        assert now[state] == sum(clock["state"] == state for clock in clocks)
    noon = when.astimezone(at(NEW_YEAR).tzinfo).replace(tzinfo=None) + timedelta(hours=9)
    noon_at = at(f"{noon:%Y-%m-%d} 12:00")
    today = [clock for clock in clocks if clock["state"] == "due_today"]
    assert now["due_by_noon"] == sum(clock["due_at"] <= noon_at for clock in today)
    yesterday = answer("overdue", lived, as_of=before)
    assert now["overdue_before"] == sum(clock["state"] == "overdue" for clock in yesterday)
    unassigned = answer("unassigned", lived, as_of=when)
    assert now["unassigned"] == len(unassigned)
    assert now["unassigned_days"] == max((lead["days"] for lead in unassigned), default=None)
    falling = answer("falling_asleep", lived, as_of=when)
    assert now["falling"] == len(falling)
    assert now["falling_this_week"] == sum(lead["silent_days"] > 0 for lead in falling), "seven days in all"
    owners = {row["owner"]: row["clocks"] for row in rows(db, "morning_owners", when)}
    assert owners == {
        owner: [c["owner"] for c in clocks].count(owner) for owner in {c["owner"] for c in clocks}
    }
    assert now["hot_untouched"] == len(rows(db, "untouched", when))


# ---------------------------------------------------------------- by hand


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    directory = tmp_path_factory.mktemp("exported")
    write_world(edge_world("exported"), directory)
    with open_warehouse(directory) as db:
        yield db


def test_a_score_exactly_at_the_threshold_is_held_back(exported: Warehouse) -> None:
    def held(when: datetime) -> list[tuple[str, float]]:
        return [(row["lead_id"], row["score"]) for row in rows(exported, "held_back", when)]

    created = at("2025-12-10 09:00")
    assert held(created + TICK) == [("scored", 40.0)]
    assert held(created) == []


def test_the_highest_band_begins_exactly_at_its_bound(exported: Warehouse) -> None:
    def hot(when: datetime) -> list[str]:
        return [row["lead_id"] for row in rows(exported, "untouched", when)]

    midnight = at("2025-12-15 00:00")
    assert hot(midnight) == []
    assert hot(midnight + TICK) == ["scored"]
    assert hot(at("2025-12-20 00:00") + TICK) == ["born mql"], "55 is below 55.5"


def test_the_owner_at_midnight_is_the_one_before(exported: Warehouse) -> None:
    def owner(when: datetime) -> Any:
        return rows(exported, "lead_card", when, lead_id="stays")[0]["owner"]

    assert [owner(at(when)) for when in (DECEMBER, NEW_YEAR)] == ["abe", "sato"]
    assert [owner(at(when) + TICK) for when in (DECEMBER, NEW_YEAR)] == ["sato", None]


def test_a_stay_that_ends_at_midnight_is_not_over_before_it_is_seen(exported: Warehouse) -> None:
    def spells(when: datetime) -> list[Any]:
        return [
            (row["stage"], row["left_at"]) for row in rows(exported, "lead_spells", when, lead_id="stays")
        ]

    assert spells(at(NEW_YEAR)) == [("new", at(DECEMBER)), ("mql", None)]
    assert spells(at(NEW_YEAR) + TICK) == [("new", at(DECEMBER)), ("mql", at(NEW_YEAR)), ("sql", None)]


def test_a_lead_is_there_from_the_microsecond_after_its_creation(exported: Warehouse) -> None:
    assert rows(exported, "lead_card", at(BEFORE_DECEMBER), lead_id="born 1") == []
    assert len(rows(exported, "lead_card", at(DECEMBER), lead_id="born 1")) == 1
    values = rows(exported, "dimension_values", at(DECEMBER), dimensions=["industry"])
    assert [(row["value"], row["leads"]) for row in values] == [("IT", 2), (None, 1)]


def test_two_policies_from_one_start_are_two_clocks_with_the_same_attempts(exported: Warehouse) -> None:
    pressing = rows(exported, "overdue", at("2025-12-26 17:59"))
    mine = [row for row in pressing if row["lead_id"] == "clocks"]
    due = [(row["policy"], row["state"], row["due_at"], row["attempts"]) for row in mine]
    closing = at("2025-12-26 18:00")
    assert due == [("wall", "overdue", at("2025-12-02 09:00"), 1)] + [
        (policy, "due_today", closing, 1) for policy in ("first", "second")
    ]
    clocks = rows(exported, "lead_clocks", closing + TICK, lead_id="clocks")
    assert [(row["policy"], row["state"]) for row in clocks] == [
        ("wall", "late"), ("first", "met"), ("second", "overdue"), ("same_day", "met")
    ]  # fmt: skip
    at_closing = rows(exported, "lead_clocks", closing, lead_id="clocks")
    assert {row["state"] for row in at_closing if row["policy"] in ("first", "second")} == {"due_today"}


def test_the_deadline_of_the_last_day_of_the_year_is_named_the_day_before(exported: Warehouse) -> None:
    def due(when: str) -> list[tuple[str, str]]:
        return [(row["policy"], row["lead_id"]) for row in rows(exported, "due_next", at(when))]

    assert due("2025-12-25 23:59") == [("first", "clocks"), ("second", "clocks")]
    assert due("2025-12-26 00:00") == []
    spans = rows(exported, "business_spans", at("2025-12-28 09:00"))
    assert [(row["day"], row["local_date"]) for row in spans] == [
        ("before", date(2025, 12, 26)), ("before", date(2025, 12, 26)), ("next", date(2026, 1, 5)), ("next", date(2026, 1, 5))
    ]  # fmt: skip
    assert [row["day"] for row in rows(exported, "business_spans", at(NEW_YEAR))] == ["before"] * 2 + [
        "next"
    ] * 2


def test_a_score_exported_before_creation_holds_from_creation_on(exported: Warehouse) -> None:
    created = at("2025-12-10 09:00")
    found = rows(exported, "lead_scores", at(NEW_YEAR) + TICK, lead_id="scored")
    assert [(row["from_at"], row["score"]) for row in found] == [
        (created, 40.0), (at("2025-12-15 00:00"), 55.5), (at("2025-12-20 00:00"), 55.0), (at(NEW_YEAR), 55.5)
    ]  # fmt: skip
    assert rows(exported, "lead_scores", at(NEW_YEAR), lead_id="scored") == found[:-1]


def test_what_happens_at_the_instant_itself_is_not_seen(exported: Warehouse) -> None:
    def last(when: datetime) -> str | None:
        happened = rows(exported, "lead_activities", when, lead_id="woken")
        return happened[0]["occurred_at"].isoformat() if happened else None

    first = at("2025-12-18 00:00")
    assert last(first) is None
    assert datetime.fromisoformat(last(at(NEW_YEAR)) or "") == first
    assert datetime.fromisoformat(last(at(NEW_YEAR) + TICK) or "") == at(NEW_YEAR)
    card = rows(exported, "lead_card", at(NEW_YEAR) + TICK, lead_id="silent")[0]
    assert card["silent_days"] == pytest.approx(7)
    assert rows(exported, "lead_card", at(NEW_YEAR), lead_id="silent")[0]["silent_days"] is None
