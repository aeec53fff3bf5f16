"""The leads behind a number are as many as the number says: every number that opens, on every export there is."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask, default_months, run
from funnel.questions.catalogue import CATALOGUE
from funnel.questions.scope import EVERYTHING
from funnel.questions.standing import refusal
from tests.reference_judging import differ
from tests.reference_loading import Row
from tests.test_answers_against_reference import SAME_WORLDS, drawn_layers

REAL = Path(__file__).parents[2] / "shared" / "data"
Opened = tuple[
    str, Row, int, int | None
]  # the answer behind a number, its arguments, leads, numerator of a rate
NUMERATORS: dict[str, Callable[[Row], bool]] = {
    "behind_conversion": lambda row: row["converted_at"] is not None,
    "behind_bands": lambda row: row["converted_at"] is not None,
    "behind_clocks": lambda row: row["state"] == "met",
    "behind_funnel": lambda row: row["reached_stage"] is not None,
}
STEP_OF_AGE = {"stage": None, "bucket": None, "ratio_from": None, "over_only": False}


def numbers_of_waiting(rows: Callable[..., list[Row]]) -> Iterator[Opened]:
    for row in rows("stage_aging"):
        own = STEP_OF_AGE | {"stage": row["stage"]}
        yield "behind_aging", own, row["waiting_leads"], None
        yield "behind_aging", own | {"bucket": "unknown"}, row["assumed"], None
        if row["over_limit"] is not None:
            yield "behind_aging", own | {"over_only": True}, row["over_limit"], None
    for row in rows("stage_aging_buckets"):
        own = STEP_OF_AGE | {"stage": row["stage"], "bucket": row["bucket"]}
        yield "behind_aging", own, row["leads"], None
    for row in rows("stage_age_ratio"):
        own = STEP_OF_AGE | {"stage": row["stage"], "ratio_from": row["ratio_from"]}
        yield "behind_aging", own, row["leads"], None


def numbers_of_scores(rows: Callable[..., list[Row]], milestones: dict[str, str]) -> Iterator[Opened]:
    for moment in ("now", "mql", "created"):
        if moment == "mql" and "mql" not in milestones:
            continue
        for row in rows("score_distribution", params={"at": moment}):
            own = {"at": moment, "bin": 10, "stage": row["stage"], "bin_from": row["bin_from"]}
            yield "behind_scores", own, row["leads"], None
    for day, window in ((0, 30), (30, 90)):
        if "sql" in milestones:
            params = {"day": str(day), "window_days": str(window)}
            for row in rows("score_bands", params=params):
                own = {"band": row["band"], "day": day, "window_days": window, "to_stage": milestones["sql"]}
                yield "behind_bands", own, row["leads"], row["converted"]


def numbers_of_deadlines(
    rows: Callable[..., list[Row]], as_of: datetime, dimensions: tuple[str, ...]
) -> Iterator[Opened]:
    clocks = [
        clock
        for clock in rows("sla_clocks")
        if clock["due_at"] < as_of and clock["state"] in ("met", "late", "missed", "overdue")
    ]
    without_months = {"from_month": None, "to_month": None}
    for by in (None, *(name for name in dimensions if name == "owner")):
        for row in rows("sla_summary", by=by):
            own = [
                clock["state"]
                for clock in clocks
                if clock["policy"] == row["policy"] and (by is None or clock["owner"] == row["segment"])
            ]
            mark = {"policy": row["policy"], "of_owner": by is not None, "segment": row["segment"]}
            assert row["attainment"] == (own.count("met") / len(own) if own else None)
            yield "behind_clocks", mark | without_months, len(own), own.count("met")


def numbers_of_silence(rows: Callable[..., list[Row]], months: list[Row]) -> Iterator[Opened]:
    pool = rows("dormant_pool")
    yield "behind_silence", {"stage": None, "band": None}, sum(row["leads"] for row in pool), None
    assert len(rows("dormant_leads")) == sum(row["leads"] for row in pool)
    matrix = rows("silent_matrix")
    for row in pool:
        assert row["leads"] == sum(cell["leads"] for cell in matrix if cell["stage"] == row["segment"])
    for row in matrix:
        yield "behind_silence", {"stage": row["stage"], "band": row["band"]}, row["leads"], None
    for row in rows("dormant_flow"):
        for flow in ("fell_silent", "woken_by_lead", "woken_by_us", "left_otherwise"):
            yield "behind_silence_flow", {"month": row["month"], "flow": flow}, row[flow], None
    for row in months:
        for kpi in ("leads", "mql", "sql", "opportunity", "won"):
            yield "behind_kpi", {"month": row["month"], "kpi": kpi}, row[kpi], None


def numbers_of_reach(
    rows: Callable[..., list[Row]], path: list[str], dimensions: list[str]
) -> Iterator[Opened]:
    for by in (None, *dimensions):
        some = slice(None, None, 7 if by else 1)  # of segments by month every seventh: there are hundreds
        for age in (0, 90):
            for row in rows("funnel", by=by, params={"min_age_days": str(age)})[some]:
                own = {"by": by, "segment": row["segment"], "stage": row["stage"], "min_age_days": age}
                yield "behind_funnel", own, row["reached"], None
        step = {"from_stage": path[0], "to_stage": path[-1]}
        for window in ("90", "none"):
            days = None if window == "none" else int(window)
            for row in rows("conversion", by=by, params={**step, "window_days": window})[some]:
                own = {
                    **step,
                    "by": by,
                    "segment": row["segment"],
                    "month": row["month"],
                    "window_days": days,
                }
                yield "behind_conversion", own, row["entered"], row["converted"]
        for row in rows("period_ratio", by=by, params=step)[some]:
            own = {**step, "by": by, "segment": row["segment"], "month": row["month"]}
            yield "behind_period_ratio", own, row["entered_to"], None
    for row in rows("benchmarks"):
        group = {"by": row["dimension"], "segment": row["value"], "min_age_days": 90}
        own = group | {"stage": path[0], "reached": row["stage"]}
        yield "behind_funnel", own, row["leads"], row["reached"]
        yield "behind_funnel", group | {"stage": row["stage"]}, row["reached"], None


def parted(db: Warehouse, given_as_of: datetime | date | None) -> Iterator[str]:
    """Where a number and its leads part. Of the numbers that are 0, the first of each figure is opened."""

    def rows(name: str, **arguments: Any) -> list[Row]:
        screen_only = name in ("silent_matrix", "kpi_history")
        table = run(db, name, shared) if screen_only else ask(db, name, as_of, **arguments).table
        return list(table.to_pylist())

    as_of = db.as_of_default if given_as_of is None else ask(db, "unassigned", given_as_of).as_of
    months = default_months(db, as_of)
    shared: Row = {
        "as_of": as_of,
        "scope": EVERYTHING.parameter(),
        "from_month": months.first,
        "to_month": months.last,
        "by": None,
        "segment": None,
        "reached": None,
    }
    milestones = {name: stage for name in ("mql", "sql") if (stage := db.rules.milestone(name))}
    opened = [
        *numbers_of_waiting(rows),
        *numbers_of_scores(rows, milestones),
        *numbers_of_deadlines(rows, as_of, tuple(db.rules.dimensions)),
        *numbers_of_silence(rows, rows("kpi_history")),
        *numbers_of_reach(rows, list(db.rules.ranks()), list(db.rules.dimensions)[:1]),
    ]
    zeros: set[str] = set()
    for name, mark, leads, part in opened:
        if not leads and name in zeros:
            continue
        if not leads:
            zeros.add(name)
        behind = run(db, name, shared | mark).to_pylist()
        if len(behind) != leads:
            yield f"{name} {mark}: {len(behind)} leads, the number says {leads}"
        if part is not None and sum(map(NUMERATORS[name], behind)) != part:
            yield f"{name} {mark}: {sum(map(NUMERATORS[name], behind))} in the numerator, not {part}"


def test_the_breakdown_is_the_funnel_by_value_judged_by_the_pooled_test_of_proportions(
    sample: Warehouse,
) -> None:
    months = default_months(sample, sample.as_of_default)
    bound: Row = {
        "as_of": sample.as_of_default,
        "scope": EVERYTHING.parameter(),
        "from_month": months.first,
        "to_month": months.last,
    }
    verdicts = set()
    for by in sample.rules.dimensions:
        if refusal(CATALOGUE["funnel"], by, sample.has_owner_history):
            continue
        reached = {
            (row["segment"], row["stage"]): row["reached"]
            for row in ask(sample, "funnel", by=by).table.to_pylist()
        }
        rows = run(sample, "breakdown", bound | {"by": by}).to_pylist()
        mql, sql = (sum(row[name] for row in rows) for name in ("mql", "sql"))
        assert {row["segment"] for row in rows} == {segment for segment, _ in reached}
        for row in rows:
            path = [reached[row["segment"], stage] for stage in ("new", "mql", "sql")]
            assert [row["leads"], row["mql"], row["sql"]] == path
            assert row["small"] == (row["leads"] < 20)
            verdict = None
            if row["mql"] >= 20:
                verdict = "within_chance"
                if differ(row["sql"], row["mql"], sql - row["sql"], mql - row["mql"]):
                    verdict = "below" if row["sql"] / row["mql"] < sql / mql else "above"
            assert row["verdict"] == verdict
            verdicts.add(verdict)
    assert len(verdicts) == 4


def test_every_number_of_the_sample_opens_its_leads(sample: Warehouse) -> None:
    assert list(parted(sample, None)) == []


def test_every_number_of_real_exports_opens_its_leads() -> None:
    for name in ("olist", "helpdesk"):
        if (REAL / name).exists():
            with open_warehouse(REAL / name) as db:
                assert list(parted(db, None)) == [], name


@settings(SAME_WORLDS, max_examples=3, derandomize=True, phases=[Phase.generate])
@given(st.data())
def test_every_number_opens_its_leads_on_random_histories(data: st.DataObject) -> None:
    for _, as_of, db in drawn_layers(data):
        assert db is None or list(parted(db, as_of)) == []
