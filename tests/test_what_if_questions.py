"""Who would have been an MQL under other rules, on rows that the reader can see: every boundary once."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from funnel.errors import BadQuestion
from funnel.layer.build import open_warehouse
from funnel.questions.ask import ask
from tests.reference import answer
from tests.reference_loading import Refused, Row, World
from tests.test_reference import act, at, lead, move, one, world
from tests.told import Told, teller
from tests.world_files import write_world

POINTS = {
    "scoring": {"source": "exported"},
    "handoff": {"any_of": [{"score": 50}, {"did": ["demo_request"]}]},
}
MAY = date(2026, 5, 31)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


def score(to: int, when: str, lead_id: str) -> Row:
    return act("score_change", when, lead_id, from_value="0", to_value=str(to))


def climbing() -> World:
    """L1 asks for a demo, L2 climbs over the end of April, L3 stops at 55, L4 at 45."""
    return world(
        [lead("L1"), lead("L2"), lead("L3"), lead("L4")],
        [
            act("demo_request", "04-02 09:00", "L1"),
            score(50, "04-30 23:59:59", "L2"),
            score(60, "05-01 00:00", "L2"),
            score(55, "04-03 09:00", "L3"),
            score(45, "05-04 09:00", "L4"),
            move("mql", "04-04 09:00", "L3"),
            move("sql", "05-05 09:00", "L4"),
        ],
        **POINTS,
    )


def counts(rows: list[Row]) -> dict[str, dict[str, int]]:
    """By move, the months in which there is a lead."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        if row["leads"]:
            found.setdefault(row["move"], {})[row["month"]] = row["leads"]
    return found


# ---------------------------------------------------------------- shift


def test_a_lead_that_qualifies_later_counts_in_the_month_of_either_date(told: Told) -> None:
    rows = told("what_if", climbing(), MAY, params={"shift": 10})
    assert [row["move"] for row in rows[:7]] == ["before", "after", "same", "earlier", "later", "in", "out"]
    assert len(rows) == 14
    assert counts(rows) == {
        "before": {"2026-04": 3},
        "after": {"2026-04": 1, "2026-05": 1},
        "same": {"2026-04": 1},
        "later": {"2026-05": 1},
        "out": {"2026-04": 1},
    }
    dropped = one(rows, month="2026-04", move="out")
    assert (dropped["handed_off"], dropped["sql"], dropped["rate"], dropped["small"]) == (1, 0, 0, True)


def test_fewer_points_let_leads_in_and_in_sooner(told: Told) -> None:
    rows = told("what_if", climbing(), MAY, params={"shift": -5})
    assert counts(rows) == {
        "before": {"2026-04": 3},
        "after": {"2026-04": 3, "2026-05": 1},
        "same": {"2026-04": 3},
        "in": {"2026-05": 1},
    }
    came_in = one(rows, month="2026-05", move="in")
    assert (came_in["handed_off"], came_in["sql"], came_in["rate"], came_in["ci_high"]) == (1, 1, 1, 1)
    history = world([lead()], [score(45, "04-30 23:59:59", "L1"), score(50, "05-01 00:00", "L1")], **POINTS)
    assert counts(told("what_if", history, MAY, params={"shift": -5})) == {
        "before": {"2026-05": 1},
        "after": {"2026-04": 1},
        "earlier": {"2026-04": 1},
    }


def test_a_threshold_is_reached_exactly_and_no_point_below(told: Told) -> None:
    history = climbing()
    assert "in" in counts(told("what_if", history, MAY, params={"shift": -5}))
    assert "in" not in counts(told("what_if", history, MAY, params={"shift": -4.5}))
    assert "out" not in counts(told("what_if", history, MAY, params={"shift": 5}))
    assert "out" in counts(told("what_if", history, MAY, params={"shift": 5.5}))


def test_points_move_nobody_who_qualifies_by_what_was_done_or_is_known(told: Told) -> None:
    handoff = {"any_of": [{"did": ["demo_request"]}, {"known": ["need"]}]}
    history = world(
        [lead("L1"), lead("L2", need="x")], [act("demo_request", "04-02 09:00", "L1")], handoff=handoff
    )
    assert set(counts(told("what_if", history, MAY, params={"shift": 1000}))) == {"before", "after", "same"}
    assert told("what_if_leads", history, MAY, params={"shift": 1000}) == []
    unagreed = told("what_if", world([lead()]), MAY, params={"shift": 10})
    assert len(unagreed) == 14 and counts(unagreed) == {}


def test_an_item_that_asks_for_more_than_a_score_waits_for_all_of_it(told: Told) -> None:
    handoff = {"any_of": [{"score": 50, "did": ["call"]}, {"score": 60}]}
    history = world(
        [lead()],
        [score(55, "04-02 09:00", "L1"), act("call", "04-05 09:00"), score(70, "04-09 09:00", "L1")],
        scoring={"source": "exported"},
        handoff=handoff,
    )
    (row,) = told("what_if_leads", history, MAY, params={"shift": 10})
    assert (row["move"], row["qualified_by"], row["then_by"]) == ("later", "any_of[0]", "any_of[0]")
    assert (row["qualified_at"], row["then_at"]) == (
        at("04-05 09:00"),
        at("04-09 09:00"),
    )  # the first on a tie


def test_what_is_met_at_t_is_not_seen_yet(told: Told) -> None:
    history = climbing()
    assert counts(told("what_if", history, at("05-01 00:00"), params={"shift": 10})) == {
        "before": {"2026-04": 3},
        "after": {"2026-04": 1},
        "same": {"2026-04": 1},
        "out": {"2026-04": 2},  # L2 reaches 60 at that instant
    }


# ---------------------------------------------------------------- calls


@pytest.mark.parametrize(
    ("capacity", "calls", "most"),
    [
        ({"inside_sales_calls_per_day": 40, "calls_per_mql": 3}, 3 / 18, 40),
        ({"calls_per_mql": 3}, 3 / 18, None),
        ({"inside_sales_calls_per_day": 40}, None, 40),
        ({}, None, None),
    ],
)
def test_calls_are_over_the_days_with_opening_hours(
    capacity: dict[str, float], calls: float | None, most: float | None, told: Told
) -> None:
    rows = told("what_if", with_capacity(capacity), MAY, params={"shift": 10})
    row = one(rows, month="2026-05", move="later")
    assert row["calls_per_day"] == (None if calls is None else pytest.approx(calls))  # three holidays in May
    assert row["capacity"] == most
    assert one(rows, month="2026-05", move="out")["calls_per_day"] == (None if calls is None else 0)


def with_capacity(capacity: dict[str, float], **rules: Any) -> World:
    history = climbing()
    return World(
        history.leads, history.activities, None, [{**history.versions[0], "capacity": capacity, **rules}]
    )


def test_a_month_that_t_cuts_has_the_days_up_to_and_with_that_of_t(told: Told) -> None:
    history = with_capacity({"calls_per_mql": 3})
    for seen, days in (("05-01 08:00", 1), ("05-02 00:00", 1), ("05-07 23:00", 2), ("05-08 00:00", 3)):
        row = one(told("what_if", history, at(seen), params={"shift": 10}), month="2026-05", move="later")
        assert row["calls_per_day"] == pytest.approx(3 / days), seen
    closed = with_capacity({"calls_per_mql": 3}, calendar={"closed": ["2026-05-01/2026-05-10"]})
    row = one(told("what_if", closed, at("05-10 09:00"), params={"shift": 10}), month="2026-05", move="later")
    assert (row["leads"], row["calls_per_day"]) == (1, None)


# ---------------------------------------------------------------- version


def in_two_versions(**later: Any) -> World:
    history = climbing()
    other = {**history.versions[0], "version": "w", "effective_from": date(2026, 6, 1), **later}
    return World(history.leads, history.activities, None, [history.versions[0], other])


def test_another_version_is_its_own_scores_and_hand_off_at_the_same_t(told: Told) -> None:
    other = {
        "scoring": {"source": "rules", "behaviours": [{"type": "demo_request", "points": 30}]},
        "handoff": {"any_of": [{"did": ["call"]}, {"score": 30}]},
        "capacity": {"calls_per_mql": 9},
    }
    history = in_two_versions(**other)
    rows = told("what_if", history, MAY, params={"version": "w"})
    assert counts(rows) == {
        "before": {"2026-04": 3},
        "after": {"2026-04": 1},
        "same": {"2026-04": 1},
        "out": {"2026-04": 2},
    }
    assert {row["calls_per_day"] for row in rows} == {None}  # by the rules now
    kept = told("what_if_leads", history, MAY, params={"version": "w"})
    assert [(row["move"], row["lead_id"], row["then_at"], row["then_by"]) for row in kept] == [
        ("out", "L3", None, None),
        ("out", "L2", None, None),
    ]
    # and from the later one's side
    in_force = in_two_versions(**other, effective_from=date(2026, 5, 1))
    back = told("what_if_leads", in_force, MAY, params={"version": "v"})
    assert [(row["move"], row["lead_id"], row["then_by"], row["sql"]) for row in back] == [
        ("in", "L3", "any_of[0]", False),
        ("in", "L2", "any_of[0]", False),
    ]


def test_the_version_in_view_moves_nobody_and_one_that_agrees_on_nothing_drops_all(told: Told) -> None:
    history = in_two_versions(handoff={})
    assert told("what_if_leads", history, MAY, params={"version": "v"}) == []
    assert counts(told("what_if", history, MAY, params={"version": "w"})) == {
        "before": {"2026-04": 3},
        "out": {"2026-04": 3},
    }


@pytest.mark.parametrize("params", [{}, {"version": "w", "shift": "5"}])
@pytest.mark.parametrize("name", ["what_if", "what_if_leads"])
def test_one_of_the_two_is_needed_in_one_sentence(name: str, params: dict[str, str], tmp_path: Path) -> None:
    history = in_two_versions()
    write_world(history, tmp_path)
    with open_warehouse(tmp_path) as db, pytest.raises(BadQuestion) as refused:
        ask(db, name, MAY, params=params)
    assert refused.value.en.startswith(f"{name} needs either a version")
    for sentence in (refused.value.en, refused.value.ja):
        assert name in sentence and "version=" in sentence and "shift=" in sentence and "\n" not in sentence
    with pytest.raises(Refused):
        answer(name, history, as_of=MAY, params={**params})


def test_a_version_that_there_is_not_and_a_shift_that_is_no_number_are_refused(tmp_path: Path) -> None:
    write_world(in_two_versions(), tmp_path)
    with open_warehouse(tmp_path) as db:
        with pytest.raises(BadQuestion, match="no version of the rules by that name: there is v, w"):
            ask(db, "what_if", MAY, params={"version": "x"})
        with pytest.raises(BadQuestion, match="shift=nan is wrong: a number"):
            ask(db, "what_if", MAY, params={"shift": "nan"})
        with pytest.raises(BadQuestion, match="would choose by the outcome"):
            ask(db, "what_if_leads", MAY, params={"shift": "5"}, where=[("stage", "mql")])


# ---------------------------------------------------------------- lead by lead


def test_the_leads_are_those_of_either_date_in_the_months_by_move_and_date(told: Told) -> None:
    history = climbing()
    for month, listed in (("2026-04", ["L3", "L2"]), ("2026-05", ["L2"])):
        rows = told("what_if_leads", history, MAY, from_month=month, to_month=month, params={"shift": 10})
        assert [row["lead_id"] for row in rows] == listed
    dropped, later = told("what_if_leads", history, MAY, params={"shift": 10})
    assert (dropped["move"], dropped["then_at"], dropped["handed_off_at"]) == ("out", None, at("04-04 09:00"))
    assert (later["move"], later["qualified_at"], later["then_at"]) == (
        "later",
        at("04-30 23:59:59"),
        at("05-01 00:00"),
    )
    (came_in,) = told("what_if_leads", history, MAY, params={"shift": -5})
    assert (came_in["move"], came_in["qualified_at"], came_in["qualified_by"]) == ("in", None, None)
    assert (came_in["handed_off_at"], came_in["sql"]) == (at("05-05 09:00"), True)


def test_a_hand_off_that_nobody_dates_has_no_date_and_counts(told: Told) -> None:
    history = world([lead("L1", stage="sql")], [score(55, "04-03 09:00", "L1")], **POINTS)
    (row,) = told("what_if_leads", history, MAY, params={"shift": 10})
    assert (row["handed_off_at"], row["sql"]) == (None, True)
    counted = one(told("what_if", history, MAY, params={"shift": 10}), month="2026-04", move="out")
    assert (counted["handed_off"], counted["sql"]) == (1, 1)


def test_a_filter_takes_the_leads_that_it_lets_through(told: Told) -> None:
    history = climbing()
    history.leads[1]["channel"] = "seo"
    for params in ({"shift": 10}, {"shift": -10}):
        rows = told("what_if", history, MAY, where=(("channel", "seo"),), params=params)
        assert Counter(row["move"] for row in rows if row["leads"])["before"] == 1
