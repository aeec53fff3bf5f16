"""Leads that were put aside, and whom of them to try again, on rows that the reader can see: every boundary once."""

from datetime import date
from pathlib import Path

import pytest

from funnel.errors import BadQuestion
from tests.reference import answer
from tests.reference_loading import Refused, Row
from tests.test_reference import act, at, lead, move, one, world
from tests.told import Told, teller

END = date(2026, 12, 31)
BANDS = {"source": "exported", "bands": [{"key": "cold", "from": 0}, {"key": "hot", "from": 50}]}


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


def parked_lives(number: int, won: int, amount: float | None = None) -> tuple[list[Row], list[Row]]:
    """So many leads lost on 1 April, the first few of them won in the end."""
    leads = [lead(f"P{place:02}", "03-01 09:00", amount=amount) for place in range(number)]
    events = [move("lost", "04-01 09:00", row["lead_id"]) for row in leads]
    events += [move("won", "04-10 09:00", row["lead_id"]) for row in leads[:won]]
    return leads, events


def numbers(row: Row) -> tuple[int, int, int, int]:
    return row["leads"], row["back"], row["sql"], row["won"]


# ---------------------------------------------------------------- recycled


def test_a_parking_counts_once_its_window_is_over(told: Told) -> None:
    history = world([lead()], [move("lost", "04-02 09:00")])
    for seen, leads in (("05-02 09:00", 1), ("05-02 08:59:59", 0)):
        row = one(told("recycled", history, at(seen), params={"window_days": 30}), kind="lost")
        assert (row["leads"], row["rate"], row["small"]) == (leads, 0 if leads else None, True)
        assert (row["amount"], row["per_parking"]) == (0, 0 if leads else None)


@pytest.mark.parametrize(
    ("back", "count"), [("05-02 08:59:59.999999", 1), ("05-02 09:00", 0), ("04-02 09:00", 1)]
)
def test_back_within_the_window_is_before_its_end(back: str, count: int, told: Told) -> None:
    history = world([lead()], [move("lost", "04-02 09:00"), move("sql", back, activity_id="z")])
    row = one(told("recycled", history, END, params={"window_days": 30}), kind="lost")
    assert numbers(row) == (1, count, count, 0)


def test_each_kind_is_a_dated_entry_and_mql_to_below_is_one(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3"), lead("L4", stage="lost"), lead("L5"), lead("L6")],
        [
            move("mql", "04-02 09:00", "L1"),
            move("new", "04-03 09:00", "L1"),
            move("nurturing", "04-04 09:00", "L1"),  # from new: parked already
            move("dormant", "04-02 09:00", "L2"),
            move("nurturing", "04-03 09:00", "L2"),  # from dormant: not given back
            move("lost", "05-01 00:00", "L3"),
            move("nurturing", "04-02 09:00", "L5", from_value="sql"),  # how long it was an sql is not known
            move("nurturing", "04-02 09:00", "L6"),
            move("new", "04-03 09:00", "L6"),
        ],
    )
    rows = told("recycled", history, END, to_month="2026-04")
    assert [(row["kind"], row["route"], row["leads"]) for row in rows] == [
        ("lost", None, 0),
        ("dormant", None, 1),
        ("rejected", None, 2),
    ]
    assert one(told("recycled", history, END, from_month="2026-05"), kind="lost")["leads"] == 1


def test_a_road_begins_with_the_first_act_after_the_parking_and_before_the_return(told: Told) -> None:
    history = world(
        [lead()],
        [
            act("call", "04-02 08:59:59"),  # before it
            move("lost", "04-02 09:00"),
            act("email_click", "04-02 09:00"),  # at its instant
            act("email_click", "04-20 09:00"),
            act("note", "04-03 09:00"),  # nobody's
            act("email_sent", "04-30 09:00"),
            move("mql", "05-02 09:00"),
            act("demo_request", "05-02 09:00"),  # with the return
            act("meeting", "05-03 09:00"),
        ],
    )
    rows = told("recycled", history, END, params={"window_days": 30})
    assert [(row["route"], numbers(row)) for row in rows if row["kind"] == "lost"] == [
        (None, (1, 0, 0, 0)),
        ("email_sent", (1, 1, 0, 0)),
        ("email_click", (1, 0, 0, 0)),
    ]
    young = told("recycled", history, at("05-30 08:59:59"), params={"window_days": 30})
    assert one(young, route="email_sent")["leads"] == 0  # taken, and its window is not over
    assert [row["route"] for row in told("recycled", history, at("04-02 09:00:01"))][:2] == [
        None,
        "email_click",
    ]


def test_a_lead_that_is_parked_twice_counts_twice_and_its_amount_too(told: Told) -> None:
    history = world(
        [lead(amount=100.5)],
        [move("lost", "04-02 09:00"), move("dormant", "04-03 09:00"), move("won", "04-04 09:00")],
    )
    rows = told("recycled", history, END)
    assert [(row["kind"], row["won"], row["amount"], row["per_parking"]) for row in rows] == [
        ("lost", 1, 100.5, 100.5),
        ("dormant", 1, 100.5, 100.5),
        ("rejected", 0, 0, None),
    ]


@pytest.mark.parametrize(("amounts", "total"), [((None, None), None), ((None, 7.0), 7), ((0.0, None), 0)])
def test_the_amount_is_empty_only_where_no_won_lead_has_one(
    amounts: tuple[float | None, float | None], total: float | None, told: Told
) -> None:
    leads = [lead("L1", amount=amounts[0]), lead("L2", amount=amounts[1]), lead("L3", amount=99.0)]
    events = [move("lost", "04-02 09:00", row["lead_id"]) for row in leads]
    events += [move("won", "04-03 09:00", name) for name in ("L1", "L2")]
    row = one(told("recycled", world(leads, events), END), kind="lost")
    assert (row["leads"], row["won"], row["amount"]) == (3, 2, total)
    assert row["per_parking"] == (None if total is None else pytest.approx(total / 3))


# ---------------------------------------------------------------- recycle_list


def test_the_list_holds_who_is_off_the_path_or_below_mql_after_it(told: Told) -> None:
    history = world(
        [
            lead("L1"), lead("L2"), lead("L3"), lead("L4", stage="lost", lost_reason="競合"), lead("L5"), lead("L6"),
            lead("L7", stage="dormant", lost_reason="競合"), lead("L8", lost_reason="価格"),
        ],
        [
            move("mql", "04-02 09:00", "L1"), move("nurturing", "04-03 09:00", "L1", reason="時期尚早"),
            move("new", "04-04 09:00", "L1"),
            move("mql", "04-02 09:00", "L2"), move("dormant", "04-03 09:00", "L2", reason="音信なし"),
            move("nurturing", "04-04 09:00", "L2", reason="再開"),
            move("nurturing", "04-02 09:00", "L3"),  # never there
            move("mql", "04-02 09:00", "L5"), move("lost", "04-03 09:00", "L5"), move("mql", "04-04 09:00", "L5"),
            move("won", "04-02 09:00", "L6"),
            move("lost", "04-05 09:00", "L8"),
        ],
    )  # fmt: skip
    rows = told("recycle_list", history, at("04-15 09:00"))
    assert [(row["lead_id"], row["kind"], row["stage"], row["days"], row["reason"]) for row in rows] == [
        ("L1", "rejected", "new", 12, "時期尚早"),
        ("L2", "dormant", "nurturing", 12, "音信なし"),  # parked as dormant, and not taken up to mql again
        ("L4", "lost", "lost", None, "競合"),
        ("L7", "dormant", "dormant", None, None),
        ("L8", "lost", "lost", 10, "価格"),
    ]
    assert [row["parked_at"] is None for row in rows] == [False, False, True, True, False]


def test_the_last_act_is_of_whatever_side_and_no_change(told: Told) -> None:
    history = world(
        [lead()],
        [
            act("call", "04-02 08:00", activity_id="10"),
            act("note", "04-02 08:00", activity_id="9"),
            move("lost", "04-02 09:00"),
            act("note", "04-10 09:00"),
        ],
    )
    (row,) = told("recycle_list", history, at("04-10 09:00"))
    assert (row["last_activity_at"], row["last_activity_type"]) == (at("04-02 08:00"), "call")
    (later,) = told("recycle_list", history, at("04-10 09:00:01"))
    assert later["last_activity_type"] == "note"


@pytest.mark.parametrize(("number", "chance"), [(19, None), (20, 0.25)])
def test_a_chance_needs_20_parkings_whose_window_is_over(
    number: int, chance: float | None, told: Told
) -> None:
    leads, events = parked_lives(number, won=5)
    history = world(leads, events)
    rows = told("recycle_list", history, at("04-11 09:00"), params={"window_days": 10})
    assert {row["chance"] for row in rows} == {chance}
    assert {
        row["chance"]
        for row in told("recycle_list", history, at("04-11 08:59:59"), params={"window_days": 10})
    } == {None}
    short = told("recycle_list", history, at("04-11 09:00"), params={"window_days": 9})  # won at its very end
    assert {row["chance"] for row in short} == {None if chance is None else 0}


def test_the_chance_is_of_the_band_just_before_and_heeds_no_filter(told: Told) -> None:
    leads, events = parked_lives(20, won=4)
    events += [
        act("score_change", "04-01 09:00", row["lead_id"], from_value="60", to_value="10") for row in leads
    ]
    leads.append(lead("X", channel="seo"))
    events += [
        act("score_change", "04-02 09:00", "X", from_value="10", to_value="55"),
        move("lost", "12-20 09:00", "X"),  # its own window is not over
    ]
    history = world(leads, events, scoring=BANDS)
    (row,) = told("recycle_list", history, END, where=(("channel", "seo"),))
    assert (row["lead_id"], row["chance"]) == ("X", 0.2)  # hot now, as they were just before
    cold = one(told("recycle_list", history, END), lead_id="P19")
    assert (cold["chance"], cold["expected"]) == (None, None)


def test_a_lead_without_an_amount_is_worth_the_median_of_the_won(told: Told) -> None:
    leads, events = parked_lives(20, won=2)
    leads[0]["amount"], leads[1]["amount"], leads[5]["amount"] = 100.0, 300.0, 1000.0
    leads += [lead("W", amount=900.0, stage="won"), lead("D", amount=5000.0, stage="dormant", channel="seo")]
    history = world(leads, events)
    rows = told("recycle_list", history, END)
    assert [row["lead_id"] for row in rows[:3]] == ["P05", "P02", "P03"]
    assert (rows[0]["value"], rows[0]["expected"]) == (1000, pytest.approx(100))
    assert (rows[1]["value"], rows[1]["expected"]) == (300, pytest.approx(30))
    assert (rows[-1]["lead_id"], rows[-1]["value"], rows[-1]["expected"]) == ("D", 5000, None)  # nulls last
    nobody = told("recycle_list", world([lead(stage="lost")]), END)
    assert (nobody[0]["value"], nobody[0]["expected"]) == (None, None)


def test_the_score_breaks_a_tie_and_then_the_id(told: Told) -> None:
    history = world(
        [lead(name, stage="lost") for name in ("L3", "L1", "L2", "L4")],
        [
            act("score_change", "04-02 09:00", "L3", to_value="10"),
            act("score_change", "04-02 09:00", "L4", to_value="20"),
        ],
        scoring=BANDS,
    )
    assert [row["lead_id"] for row in told("recycle_list", history, END)] == ["L4", "L3", "L1", "L2"]


@pytest.mark.parametrize("name", ["recycled", "recycle_list"])
def test_without_a_stage_for_mql_it_is_refused_in_a_sentence(name: str, told: Told) -> None:
    stages = [
        {"key": key, "kind": kind, "label": {"ja": key, "en": key}}
        for key, kind in (("new", "path"), ("won", "won"), ("lost", "lost"))
    ]
    history = world([lead()], stages=stages)
    with pytest.raises(BadQuestion, match=f"to no stage, and {name} needs it"):
        told(name, history, date(2026, 4, 30))
    with pytest.raises(Refused):
        answer(name, history, as_of=date(2026, 4, 30))
