"""What scores are worth, and what mails, papers and seminars do, on rows that the reader can see: every boundary once."""

from collections import Counter
from datetime import date
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import pytest

from funnel.layer.build import open_warehouse
from funnel.questions.ask import ask
from tests.reference import answer
from tests.reference_loading import Row, World
from tests.scored_histories import crowded_world
from tests.test_answers_against_reference import differences
from tests.test_reference import act, at, lead, move, one, world
from tests.told import Told, teller
from tests.world_files import write_world

CLICKS: dict[str, Any] = {"behaviours": [{"type": "email_click", "points": 50}]}


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


def changed(points: float | None, when: str, lead_id: str = "L1", before: float | None = 0) -> Row:
    texts = [None if score is None else f"{score:g}" for score in (before, points)]
    return act("score_change", when, lead_id, from_value=texts[0], to_value=texts[1])


def at_threshold(rows: list[Row], threshold: float) -> tuple[int, int, int]:
    row = one(rows, threshold=threshold)
    return row["crossed"], row["mature"], row["converted"]


# ---------------------------------------------------------------- all of them, on a crowd

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("threshold_curve", {"params": {"window_days": 14}}),
    ("threshold_curve", {"params": {"to_stage": "mql", "step": 2.5, "window_days": 30}, "from_month": "2026-04"}),
    ("threshold_curve", {"params": {"to_stage": "new", "step": 20}, "where": (("channel", "seo"),)}),
    ("rule_lift", {"params": {"window_days": 30}}),
    ("rule_lift", {"params": {"to_stage": "mql", "window_days": 0}, "where": (("industry", "IT"), ("channel", None))}),
]  # fmt: skip


@pytest.mark.parametrize("source", ["rules", "exported"])
def test_every_answer_equals_its_slow_twin_where_all_that_it_counts_is_met(
    source: str, tmp_path: Path
) -> None:
    history = crowded_world(source)
    write_world(history, tmp_path)
    met: Counter[tuple[str, str]] = Counter()
    columns: set[tuple[str, str]] = set()
    with open_warehouse(tmp_path) as db:
        for as_of in (at("04-10 09:00"), date(2026, 5, 9), date(2026, 7, 31)):
            for name, given in ASKED:
                params = {key: str(value) for key, value in given.get("params", {}).items()}
                rows = ask(db, name, as_of, **{**given, "params": params}).rows
                found = list(differences(rows, answer(name, history, as_of=as_of, **given)))
                assert not found, f"{name} as of {as_of} with {given}:\n" + "\n".join(found)
                columns |= {(name, column) for row in rows for column in row if column != "segment"}
                met.update((name, column) for row in rows for column, value in row.items() if value)
    assert columns - set(met) <= {("rule_lift", "small")}


# ---------------------------------------------------------------- threshold_curve


def test_a_month_is_that_of_the_crossing_and_half_open(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3", "05-01 00:00")],
        [
            act("email_click", "04-30 23:59:59", "L1"),
            act("email_click", "05-01 00:00", "L2"),
        ],
        scoring=CLICKS,
    )
    may = told("threshold_curve", history, date(2026, 6, 15), from_month="2026-05", to_month="2026-05")
    assert [row["threshold"] for row in may] == [5.0 * n for n in range(11)]
    assert at_threshold(may, 50)[0] == 1
    assert at_threshold(may, 0)[0] == 1  # nothing at all is reached at creation
    april = told("threshold_curve", history, date(2026, 6, 15), from_month="2026-04", to_month="2026-04")
    assert (at_threshold(april, 0)[0], at_threshold(april, 50)[0]) == (2, 1)
    assert [row["crossed"] for row in told("threshold_curve", history, at("04-30 23:59:59"))] == [2]


def test_at_one_instant_the_crossing_comes_before_the_reach(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3", stage="sql")],
        [
            act("email_click", "04-02 09:00", "L1"),
            move("sql", "04-02 09:00", "L1"),
            move("sql", "04-02 09:00", "L2"),
            act("email_click", "04-02 09:00:01", "L2"),
            act("email_click", "04-02 09:00", "L3"),  # nobody knows when it became an sql
        ],
        scoring=CLICKS,
    )
    row = one(told("threshold_curve", history, date(2026, 8, 31)), threshold=50)
    assert (row["crossed"], row["mature"], row["converted"], row["captured_rate"]) == (1, 1, 1, 0.5)


def test_a_conversion_at_the_end_of_the_window_is_too_late_and_a_crossing_is_mature_from_then_on(
    told: Told,
) -> None:
    history = world(
        [lead("L1"), lead("L2")],
        [
            act("email_click", "04-02 09:00", "L1"),
            move("sql", "04-09 09:00", "L1"),
            act("email_click", "04-02 09:00", "L2"),
            move("sql", "04-09 08:59:59", "L2"),
        ],
        scoring=CLICKS,
    )
    week = {"params": {"window_days": 7}}
    assert at_threshold(told("threshold_curve", history, at("04-09 09:00"), **week), 50) == (2, 2, 1)
    assert at_threshold(told("threshold_curve", history, at("04-09 08:59:59"), **week), 50) == (2, 0, 0)
    rows = told("threshold_curve", history, at("04-09 08:59:59"), **week)
    assert {row["rate"] for row in rows if row["threshold"] > 0} == {None}  # no base, no rate


def test_every_threshold_on_the_way_is_crossed_once_whatever_expires(told: Told) -> None:
    scoring = {"behaviours": [{"type": "pricing_visit", "points": 30, "valid_days": 7}]}
    history = world(
        [lead()],
        [
            act("pricing_visit", "04-02 09:00"),
            act("pricing_visit", "05-02 09:00"),
            act("pricing_visit", "05-03 09:00"),
        ],
        scoring=scoring,
    )
    told_at = {"params": {"step": 10}}
    rows = told("threshold_curve", history, date(2026, 5, 31), **told_at)
    assert [row["threshold"] for row in rows] == [0, 10, 20, 30, 40, 50, 60]
    assert [row["crossed"] for row in rows] == [1] * 7
    may = told("threshold_curve", history, date(2026, 5, 31), from_month="2026-05", **told_at)
    assert [row["crossed"] for row in may] == [0, 0, 0, 0, 1, 1, 1]


def test_what_a_score_was_before_all_changes_is_crossed_at_creation_and_what_only_the_export_tells_never(
    told: Told,
) -> None:
    history = world(
        [lead("L1"), lead("L2", score=90.0), lead("L3"), lead("L4", "04-05 09:00")],
        [
            changed(70, "05-02 09:00", "L1", before=50),
            changed(None, "05-02 09:00", "L3", before=None),
            changed(10, "04-05 09:00", "L4", before=60),  # no longer so at its creation
        ],
        scoring={"source": "exported"},
    )
    rows = told("threshold_curve", history, date(2026, 5, 31), from_month="2026-04", to_month="2026-04")
    assert rows[-1]["threshold"] == 90  # the highest that one ever had
    assert [at_threshold(rows, threshold)[0] for threshold in (0, 10, 15, 50, 55)] == [2, 2, 1, 1, 0]
    may = told("threshold_curve", history, date(2026, 5, 31), from_month="2026-05")
    assert [at_threshold(may, threshold)[0] for threshold in (50, 55, 70, 75)] == [0, 1, 1, 0]


def test_nobody_was_ever_scored(told: Told) -> None:
    assert told("threshold_curve", world([lead()], scoring={"source": "exported"}), date(2026, 4, 30)) == []


def test_calls_are_per_day_with_opening_hours_up_to_the_day_of_t(told: Told) -> None:
    clicks = [act("email_click", "04-02 09:00", "L1"), act("email_click", "04-03 09:00", "L2")]
    leads = [lead("L1"), lead("L2")]
    history = world(leads, clicks, scoring=CLICKS, capacity={"calls_per_mql": 3})
    row = one(told("threshold_curve", history, at("04-06 09:00")), threshold=50)  # Wed 1, Thu 2, Fri 3, Mon 6
    assert (row["per_month"], row["calls_per_day"]) == (2, 2 * 3 / 4)
    row = one(told("threshold_curve", history, date(2026, 5, 5)), threshold=50)
    assert (row["per_month"], row["calls_per_day"]) == (
        1,
        2 * 3 / 22,
    )  # 昭和の日 and the holidays of May are none
    without = world(leads, clicks, scoring=CLICKS, capacity={"inside_sales_calls_per_day": 40})
    assert one(told("threshold_curve", without, at("04-06 09:00")), threshold=50)["calls_per_day"] is None
    none = world(leads, clicks, scoring=CLICKS)
    assert one(told("threshold_curve", none, at("04-06 09:00")), threshold=50)["calls_per_day"] is None


def test_a_step_that_is_no_whole_number_meets_the_scores_that_people_write(told: Told) -> None:
    history = world([lead()], [changed(0.3, "04-02 09:00")], scoring={"source": "exported"})
    rows = told("threshold_curve", history, date(2026, 4, 30), params={"step": 0.25})
    assert [(row["threshold"], row["crossed"]) for row in rows] == [(0, 1), (0.25, 1)]


def test_tenths_are_crossed_as_people_write_them(tmp_path: Path) -> None:
    history = world([lead()], [changed(0.3, "04-02 09:00")], scoring={"source": "exported"})
    write_world(history, tmp_path)
    with open_warehouse(tmp_path) as db:
        rows = ask(db, "threshold_curve", date(2026, 4, 30), params={"step": "0.1"}).rows
        assert [(row["threshold"], row["crossed"]) for row in rows] == [(0, 1), (0.1, 1), (0.2, 1), (0.3, 1)]
        assert len(ask(db, "threshold_curve", date(2026, 4, 30), params={"step": "0.000001"}).rows) == 10_000


# ---------------------------------------------------------------- rule_lift


def grouped(with_reached: int, with_not: int, without_reached: int, without_not: int) -> World:
    """Leads that clicked or not, and became an sql or not."""
    leads, events = [], []
    sizes = (with_reached, with_not, without_reached, without_not)
    for number, (clicks, reaches) in enumerate(
        pair for pair, size in zip(((1, 1), (1, 0), (0, 1), (0, 0)), sizes, strict=True) for _ in range(size)
    ):
        leads.append(lead(f"L{number}", industry="IT" if clicks else None))
        if clicks:
            events.append(act("email_click", "04-02 09:00", f"L{number}"))
        if reaches:
            events.append(move("sql", "04-03 09:00", f"L{number}"))
    attributes = [{"when": {"industry": ["IT"]}, "points": 20}]
    return world(leads, events, scoring={"attributes": attributes, **CLICKS})


def test_the_odds_ratio_and_its_interval_are_those_of_the_four_counts(told: Told) -> None:
    for row in told("rule_lift", grouped(8, 12, 5, 25), date(2026, 8, 31)):
        assert (row["leads_with"], row["leads_without"]) == (20, 30)
        assert (row["rate_with"], row["rate_without"]) == (8 / 20, 5 / 30)
        odds, spread = (8 * 25) / (12 * 5), 1.959963984540054 * sqrt(1 / 8 + 1 / 12 + 1 / 5 + 1 / 25)
        assert row["odds_ratio"] == pytest.approx(odds)
        assert row["ci_low"] == pytest.approx(exp(log(odds) - spread))
        assert row["ci_high"] == pytest.approx(exp(log(odds) + spread))
        assert row["small"] is False
    rules = told("rule_lift", grouped(8, 11, 5, 25), date(2026, 8, 31))
    assert [(row["rule"], row["points"], row["small"]) for row in rules] == [
        ("attributes[0]", 20, True),
        ("behaviours[0]", 50, True),
    ]


@pytest.mark.parametrize(
    "sizes", [(0, 12, 5, 25), (8, 0, 5, 25), (8, 12, 0, 25), (8, 12, 5, 0), (0, 0, 0, 3)]
)
def test_with_a_cell_of_nobody_there_is_no_odds_ratio(sizes: tuple[int, int, int, int], told: Told) -> None:
    for row in told("rule_lift", grouped(*sizes), date(2026, 8, 31)):
        assert (row["odds_ratio"], row["ci_low"], row["ci_high"]) == (None, None, None)
        assert (row["rate_with"] is None) == (row["leads_with"] == 0)


def test_a_behaviour_counts_where_its_points_came_before_the_reach(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3"), lead("L4"), lead("L5", stage="sql")],
        [
            act("email_click", "04-03 08:59:59", "L1"),
            move("sql", "04-03 09:00", "L1"),
            act("email_click", "04-03 09:00", "L2"),  # at the reach
            move("sql", "04-03 09:00", "L2"),
            act("product_visit", "04-02 09:00", "L3"),  # the first gives nothing
            act("product_visit", "04-04 09:00", "L3"),
            act("product_visit", "04-02 09:00", "L4"),
            act("email_click", "04-02 09:00", "L5"),
        ],
        scoring={
            "behaviours": [*CLICKS["behaviours"], {"type": "product_visit", "points": 5, "from_nth": 2}]
        },
    )
    clicks, visits = told("rule_lift", history, at("07-01 09:00"))
    assert (clicks["leads_with"], clicks["rate_with"], clicks["leads_without"]) == (1, 1, 3)
    assert (visits["leads_with"], visits["rate_with"]) == (1, 0)
    clicks, visits = told("rule_lift", history, at("04-04 09:00"), params={"window_days": 0})
    assert visits["leads_with"] == 0  # not seen yet
    assert [row["leads_without"] for row in told("rule_lift", history, at("06-30 08:59:59"))] == [0, 0]
