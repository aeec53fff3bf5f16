"""What the words mean in two directions: where a lead stands, on rows that the reader can see."""

from datetime import date
from pathlib import Path

import pytest

from tests.reference_loading import Row
from tests.test_reference import act, at, lead, move, world
from tests.told import Told, teller

MATRIX = {
    "behaviour": [
        {"key": "none"},
        {"key": "twice", "did": ["email_open", "email_click"], "times": 2},
        {"key": "asked", "did": ["demo_request"]},
    ],
    "information": [
        {"key": "name"},
        {"key": "need", "known": ["need", "title"]},
        {"key": "plan", "known": ["budget"]},
    ],
    "agreed": [["", "", ""], ["", "mql", "mql"], ["mql", "mql", "sql"]],
}
COUNTS = ("handed_off", "accepted", "rejected", "open", "waiting")


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


def cells(rows: list[Row]) -> dict[tuple[str, str], dict[str, int]]:
    """The cells in which somebody stands, with the counts that are not 0."""
    found = {
        (row["behaviour"], row["information"]): {name: row[name] for name in COUNTS if row[name]}
        for row in rows
    }
    return {cell: counts for cell, counts in found.items() if counts}


def test_the_grid_is_whole_and_in_the_order_of_the_rules(told: Told) -> None:
    rows = told("definition_matrix", world([lead()], definition_matrix=MATRIX), date(2026, 4, 30))
    assert [(row["behaviour"], row["information"], row["agreed"]) for row in rows] == [
        (behaviour["key"], information["key"], MATRIX["agreed"][row][column])
        for row, behaviour in enumerate(MATRIX["behaviour"])
        for column, information in enumerate(MATRIX["information"])
    ]
    assert all(row["rate"] is None and row["ci_low"] is None and row["small"] for row in rows)


def test_rules_that_grade_nothing_have_no_rows(told: Told) -> None:
    assert told("definition_matrix", world([lead()], [move("mql", "04-02 09:00")]), date(2026, 4, 30)) == []


def test_a_lead_stands_in_the_last_grade_that_it_meets_at_the_instant_of_its_hand_off(told: Told) -> None:
    history = world(
        [
            lead("L1"),
            lead("L2", need="x", title="x", budget="x"),
            lead("L3", need="x"),
            lead("L4", budget="x"),
        ],
        [
            act("email_open", "04-02 08:00", "L1"),
            act("email_open", "04-02 09:00", "L1"),  # the second, at the instant of the hand-off
            move("mql", "04-02 09:00", "L1"),
            act("demo_request", "04-02 09:00:01", "L1"),
            act("demo_request", "03-30 09:00", "L2"),  # before creation; the grade between is not needed
            move("mql", "04-02 09:00", "L2"),
            act("email_click", "04-02 08:00", "L3"),  # once is not twice
            move("mql", "04-02 09:00", "L3"),
            move("mql", "04-02 09:00", "L4"),
        ],
        definition_matrix=MATRIX,
    )
    rows = told("definition_matrix", history, date(2026, 4, 30))
    assert cells(rows) == {
        ("twice", "name"): {"handed_off": 1, "open": 1},
        ("asked", "plan"): {"handed_off": 1, "open": 1},
        ("none", "name"): {"handed_off": 1, "open": 1},
        ("none", "plan"): {"handed_off": 1, "open": 1},
    }


def test_a_hand_off_beyond_mql_is_accepted_at_once_and_one_that_nobody_dates_is_in_no_cell(
    told: Told,
) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3", stage="mql"), lead("L4"), lead("L5")],
        [
            move("sql", "04-02 09:00", "L1"),
            move("nurturing", "04-03 09:00", "L1"),
            move("mql", "04-02 09:00", "L2"),
            move("lost", "04-03 09:00", "L2"),
            move("mql", "04-04 09:00", "L2"),  # a second pass decides nothing of the first
            move("sql", "04-05 09:00", "L2"),
            move("lost", "04-03 09:00", "L4"),  # on no path
            act("demo_request", "04-29 09:00", "L5"),
        ],
        definition_matrix=MATRIX,
    )
    rows = told("definition_matrix", history, at("04-29 09:00"))
    assert cells(rows) == {("none", "name"): {"handed_off": 2, "accepted": 1, "rejected": 1, "waiting": 1}}
    assert rows[0]["rate"] == 0.5
    seen = told("definition_matrix", history, date(2026, 5, 31), from_month="2026-05")
    assert cells(seen) == {("asked", "name"): {"waiting": 1}}  # whatever the months


def test_the_owner_is_that_of_the_hand_off_and_of_t_for_those_who_wait(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2")],
        [
            move("mql", "04-02 09:00", "L1"),
            *(
                act("owner_change", "04-05 09:00", name, from_value="a", to_value="b")
                for name in ("L1", "L2")
            ),
        ],
        definition_matrix=MATRIX,
        dimensions=["owner"],
    )
    a = told("definition_matrix", history, date(2026, 4, 30), where=(("owner", "a"),))
    b = told("definition_matrix", history, date(2026, 4, 30), where=(("owner", "b"),))
    assert cells(a) == {("none", "name"): {"handed_off": 1, "open": 1}}
    assert cells(b) == {("none", "name"): {"waiting": 1}}
