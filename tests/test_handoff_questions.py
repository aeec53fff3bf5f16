"""What marketing hands over and what sales makes of it, on rows that the reader can see: every boundary once."""

from datetime import date
from pathlib import Path

import pytest

from funnel.errors import BadQuestion
from tests.reference import answer
from tests.reference_loading import Refused, Row, World
from tests.test_reference import act, at, lead, move, one, world
from tests.told import Told, teller

DEMO = {"any_of": [{"did": ["demo_request"]}, {"did": ["call"], "known": ["need"]}]}
OWNED = {"dimensions": ["channel", "owner"]}


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


# ---------------------------------------------------------------- mql_log


def test_the_decision_is_what_comes_first_after_the_entry(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3"), lead("L4"), lead("L5")],
        [
            move("mql", "04-02 09:00", "L1", actor="森田"),
            move("opportunity", "04-03 09:00", "L1", actor="渡辺", reason="予算あり"),
            move("lost", "04-04 09:00", "L1"),
            move("mql", "04-02 09:00", "L2"),
            move("nurturing", "04-02 09:00", "L2", reason="時期尚早"),  # at the instant of the entry
            move("sql", "04-02 09:00", "L2"),
            move("mql", "04-02 09:00", "L3"),
            move("dormant", "04-03 09:00", "L3"),
            move("mql", "04-02 09:00", "L4"),
            move("sql", "04-02 09:00", "L5"),  # skipped mql: no entry to it
            move("mql", "04-03 09:00", "L5"),
        ],
    )
    rows = told("mql_log", history, at("04-30 09:00"))
    assert [(row["lead_id"], row["decision"], row["reason"]) for row in rows] == [
        ("L1", "accepted", "予算あり"),
        ("L2", "rejected", "時期尚早"),
        ("L3", "rejected", None),
        ("L4", "open", None),
        ("L5", "open", None),
    ]
    assert (rows[0]["handed_by"], rows[0]["decided_by"]) == ("森田", "渡辺")
    assert rows[1]["decided_at"] == rows[1]["reached_at"]


def test_a_decision_at_t_is_not_seen_yet(told: Told) -> None:
    history = world(
        [lead()], [move("mql", "04-02 09:00"), move("sql", "04-03 09:00", actor="渡辺", reason="x")]
    )
    (row,) = told("mql_log", history, at("04-03 09:00"))
    assert (row["decision"], row["decided_at"], row["decided_by"], row["reason"]) == (
        "open",
        None,
        None,
        None,
    )
    assert told("mql_log", history, at("04-02 09:00")) == []


def test_an_entry_that_nothing_dates_is_in_no_log_and_each_pass_is(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2", stage="mql"), lead("L3", stage="mql", stage_since=at("04-05 09:00"))],
        [
            move("mql", "04-02 09:00", "L1"),
            move("lost", "04-03 09:00", "L1"),
            move("mql", "04-04 09:00", "L1"),
        ],
    )
    rows = told("mql_log", history, date(2026, 4, 30))
    assert [(row["lead_id"], row["pass"]) for row in rows] == [("L1", 1), ("L1", 2), ("L3", 1)]
    assert rows[2]["handed_by"] is None


def test_the_log_without_months_is_everything_and_else_goes_by_the_entry(told: Told) -> None:
    moves = [move("mql", "04-30 23:59:59", "L1"), move("mql", "05-01 00:00", "L2")]
    history = world([lead("L1"), lead("L2"), lead("L3", "05-02 09:00")], moves)
    assert len(told("mql_log", history, date(2026, 5, 31))) == 2
    rows = told("mql_log", history, date(2026, 5, 31), from_month="2026-04", to_month="2026-04")
    assert [row["lead_id"] for row in rows] == ["L1"]
    assert len(told("mql_log", history, date(2026, 5, 31), from_month="2026-05")) == 1


def test_the_score_is_that_just_before_and_at_creation_that_of_the_attributes(told: Told) -> None:
    scoring = {
        "source": "rules",
        "attributes": [{"when": {"industry": ["IT"]}, "points": 20}],
        "behaviours": [{"type": "demo_request", "points": 30}],
    }
    history = world(
        [lead("L1", industry="IT"), lead("L2", industry="IT")],
        [
            move("mql", "04-01 09:00", "L1"),  # created at that instant
            act("demo_request", "04-01 09:00", "L1"),
            act("demo_request", "04-02 09:00", "L2"),
            move("mql", "04-03 09:00", "L2"),
        ],
        scoring=scoring,
    )
    assert [row["score"] for row in told("mql_log", history, date(2026, 4, 30))] == [20, 50]


def test_the_version_is_that_of_the_day_of_the_entry(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2")], [move("mql", "04-30 23:59", "L1"), move("mql", "05-01 00:00", "L2")]
    )
    later = {**history.versions[0], "version": "w", "effective_from": date(2026, 5, 1)}
    both = World(history.leads, history.activities, None, [later, history.versions[0]])
    assert [row["rules_version"] for row in told("mql_log", both, date(2026, 5, 31))] == ["v", "w"]


# ---------------------------------------------------------------- qualified


def test_qualified_is_the_first_item_that_holds_and_the_first_listed_on_a_tie(told: Told) -> None:
    items = {
        "any_of": [{"score": 50, "did": ["call"]}, {"score": 50}, {"did": ["email_open"], "known": ["need"]}]
    }
    history = world(
        [lead("L1"), lead("L2"), lead("L3", need="x"), lead("L4", need=" ")],
        [
            act("score_change", "04-02 10:00", "L1", from_value="0", to_value="50"),
            act("call", "04-02 10:00", "L1"),
            act(
                "score_change", "04-02 10:00", "L2", from_value="60", to_value="70"
            ),  # held since its creation
            act("score_change", "04-01 09:00", "L3", from_value="60", to_value="10"),  # not at its creation
            act("email_open", "03-30 10:00", "L3"),  # known only from creation on
            act("email_open", "04-02 10:00", "L4"),
            *(move("mql", "04-03 10:00", name) for name in ("L1", "L2", "L3", "L4")),
        ],
        scoring={"source": "exported"},
        handoff=items,
    )
    rows = told("mql_log", history, date(2026, 4, 30))
    assert [(row["qualified_by"], row["qualified_at"]) for row in rows] == [
        ("any_of[0]", at("04-02 10:00")),
        ("any_of[1]", at("04-01 09:00")),
        ("any_of[2]", at("04-01 09:00")),
        (None, None),
    ]


def test_what_only_the_export_tells_of_a_score_qualifies_nobody(told: Told) -> None:
    history = world(
        [lead("L1", score=100.0)],
        [move("mql", "04-02 09:00")],
        scoring={"source": "exported"},
        handoff={"any_of": [{"score": 50}]},
    )
    assert told("mql_log", history, date(2027, 4, 30))[0]["qualified_at"] is None


def test_a_mask_qualifies_nobody_less(told: Told) -> None:
    known = {"any_of": [{"known": ["email", "channel_group"]}]}
    history = world(
        [lead("L1", email="a@example.invalid", channel="seo"), lead("L2", email="b@example.invalid")],
        [move("mql", "04-02 09:00", "L1"), move("mql", "04-02 09:00", "L2")],
        handoff=known,
        channel_groups={"inbound": {"channels": ["seo"]}},
        privacy={"personal_fields": "masked"},
    )
    rows = told("mql_log", history, date(2026, 4, 30))
    assert [row["qualified_by"] for row in rows] == ["any_of[0]", None]


# ---------------------------------------------------------------- rejections


def test_a_rejected_lead_comes_later_all_the_same_until_just_before_180_days(told: Told) -> None:
    def back(lead_id: str, sql: str) -> list[Row]:
        return [
            move("mql", "01-02 09:00", lead_id),
            move("nurturing", "01-03 09:00", lead_id, reason="時期尚早"),
            move("sql", sql, lead_id),
        ]

    history = world(
        [lead("L1", "01-01 09:00"), lead("L2", "01-01 09:00"), lead("L3", "01-01 09:00")],
        [
            *back("L1", "07-02 08:59:59"),  # 180 days after 3 January 9:00 is 2 July 9:00
            *back("L2", "07-02 09:00"),
            *back("L3", "01-03 09:00"),  # at the instant of the rejection
        ],
    )
    assert told("rejections", history, date(2026, 12, 31)) == [
        {"reason": "時期尚早", "segment": None, "leads": 3, "later_sql": 2}
    ]
    assert told("rejections", history, at("07-02 08:59:59"))[0]["later_sql"] == 1


def test_a_lead_counts_once_per_reason_and_no_reason_is_one(told: Told) -> None:
    changes = []
    for day, reason in (("02", "予算なし"), ("04", "予算なし"), ("06", None)):
        changes += [move("mql", f"04-{day} 09:00"), move("nurturing", f"04-{day} 10:00", reason=reason)]
    history = world(
        [lead(), lead("L2")], [*changes, move("mql", "04-02 09:00", "L2"), move("lost", "05-01 00:00", "L2")]
    )
    rows = told("rejections", history, date(2026, 5, 31))
    assert [(row["reason"], row["leads"]) for row in rows] == [(None, 2), ("予算なし", 1)]
    rows = told("rejections", history, date(2026, 5, 31), to_month="2026-04")
    assert [(row["reason"], row["leads"]) for row in rows] == [("予算なし", 1), (None, 1)]


def test_the_owner_of_a_rejection_is_who_had_the_lead_right_after_the_entry(told: Told) -> None:
    history = world(
        [lead(owner="c")],
        [
            act("owner_change", "04-02 09:00", from_value="a", to_value="b"),  # with the entry
            move("mql", "04-02 09:00"),
            move("nurturing", "04-03 09:00", reason="x"),
            act("owner_change", "04-03 10:00", from_value="b", to_value="c"),
        ],
        **OWNED,
    )
    assert one(told("rejections", history, date(2026, 4, 30), by="owner"))["segment"] == "b"
    assert len(told("rejections", history, date(2026, 4, 30), where=(("owner", "b"),))) == 1
    assert told("rejections", history, date(2026, 4, 30), where=(("owner", "c"),)) == []
    assert len(told("mql_log", history, date(2026, 4, 30), where=(("owner", "b"),))) == 1
    assert told("mql_log", history, date(2026, 4, 30), where=(("owner", "a"),)) == []


# ---------------------------------------------------------------- handoff_agreement


def kinds(rows: list[Row]) -> dict[tuple[str, str], tuple[int, int]]:
    return {(row["month"], row["kind"]): (row["leads"], row["sql"]) for row in rows if row["leads"]}


def test_a_hand_off_agrees_when_the_condition_is_met_at_its_instant(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3"), lead("L4"), lead("L5", stage="mql"), lead("L6")],
        [
            move("mql", "04-30 23:00", "L1"),
            act("demo_request", "04-30 23:00", "L1"),
            move("sql", "05-01 00:00", "L2"),  # passes mql by
            act("demo_request", "05-01 00:00:01", "L2"),
            move("mql", "05-02 09:00", "L3"),
            act("demo_request", "04-10 09:00", "L4"),  # held back
            act("demo_request", "04-10 09:00", "L5"),  # handed off, nobody knows when
            move("nurturing", "04-12 09:00", "L6"),
            act("demo_request", "04-11 09:00", "L6"),
        ],
        handoff=DEMO,
    )
    rows = told("handoff_agreement", history, date(2026, 5, 31))
    assert len(rows) == 8
    assert kinds(rows) == {
        ("2026-04", "as_agreed"): (1, 0),
        ("2026-04", "held_back"): (2, 0),
        ("2026-05", "before_agreed"): (1, 1),
        ("2026-05", "outside"): (1, 0),
    }
    empty = one(rows, month="2026-05", kind="as_agreed")
    assert (empty["rate"], empty["ci_low"], empty["ci_high"]) == (None, None, None)
    young = told(
        "handoff_agreement", history, at("05-01 00:00:01")
    )  # a month that T cuts; its request is not seen
    assert kinds(young)["2026-05", "outside"] == (1, 1)


def test_where_nothing_is_agreed_there_is_nothing_to_agree_with(told: Told) -> None:
    assert told("handoff_agreement", world([lead()], [move("mql", "04-02 09:00")]), date(2026, 4, 30)) == []


def test_the_owner_is_that_of_the_hand_off_and_of_t_where_there_is_none(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2")],
        [
            act("demo_request", "04-02 09:00", "L1"),
            move("mql", "04-02 09:00", "L1"),
            act("owner_change", "04-02 09:00", "L1", to_value="a"),
            act("owner_change", "04-05 09:00", "L1", from_value="a", to_value="b"),
            act("demo_request", "04-02 09:00", "L2"),
            act("owner_change", "04-05 09:00", "L2", from_value="a", to_value="b"),
        ],
        handoff=DEMO,
        **OWNED,
    )
    then = told("handoff_agreement", history, date(2026, 4, 30), where=(("owner", "a"),))
    now = told("handoff_agreement", history, date(2026, 4, 30), where=(("owner", "b"),))
    assert kinds(then) == {("2026-04", "as_agreed"): (1, 0)}
    assert kinds(now) == {("2026-04", "held_back"): (1, 0)}


# ---------------------------------------------------------------- winners


def test_winners_are_looked_for_among_leads_of_90_days(told: Told) -> None:
    history = world(
        [
            lead("L1", "04-01 09:00", channel="seo"),
            lead("L2", "04-01 09:00"),
            lead("L3", "04-01 09:00:01", channel="seo"),
            lead("L4", "04-01 09:00", channel="ad", stage="won"),
        ],
        [move("opportunity", "04-02 09:00", "L1")],
        dimensions=["owner", "channel", "owner_team"],
    )
    rows = told("winners", history, at("06-30 09:00"))
    assert [(row["dimension"], row["value"], row["leads"], row["sql"], row["lift"]) for row in rows] == [
        ("channel", "ad", 1, 1, pytest.approx(1.5)),
        ("channel", "seo", 1, 1, pytest.approx(1.5)),
        ("channel", None, 1, 0, 0),
    ]
    assert all(row["small"] for row in rows)
    nobody = world([lead("L1", channel="seo")])
    assert one(told("winners", nobody, date(2026, 12, 31)))["lift"] is None
    assert told("winners", nobody, at("06-30 08:59:59")) == []


# ---------------------------------------------------------------- touches


def test_a_span_takes_its_first_instant_and_only_an_appointment_its_last(told: Told) -> None:
    history = world(
        [lead()],
        [
            act("call", "03-31 09:00"),  # before creation
            act("call", "04-01 09:00"),  # at creation
            act("email_click", "04-01 10:00"),  # the lead's own
            move("mql", "04-02 09:00"),
            act("call", "04-02 09:00", outcome="no_answer"),  # at the reach of mql
            act("call", "04-03 09:00", outcome="appointment"),
            act("email_out", "04-03 09:00"),  # at the instant of the appointment
            act("meeting", "04-04 09:00", outcome="appointment"),
            move("opportunity", "05-01 00:00"),
            act("meeting", "05-01 00:00"),  # at the reach of the opportunity
        ],
    )
    rows = told("touches", history, date(2026, 5, 31))
    assert [(row["span"], row["leads"], row["median"]) for row in rows] == [
        ("creation_to_opportunity", 1, 5),
        ("mql_to_appointment", 1, 3),
    ]
    april = told("touches", history, date(2026, 5, 31), to_month="2026-04")
    assert [(row["leads"], row["median"]) for row in april] == [(0, None), (1, 3)]
    assert [row["leads"] for row in told("touches", history, at("04-03 09:00"))] == [0, 0]


def test_a_span_whose_milestone_is_no_stage_is_left_out(told: Told) -> None:
    stages = [
        {"key": key, "kind": kind, "label": {"ja": key, "en": key}}
        for key, kind in (("new", "path"), ("opportunity", "path"), ("won", "won"), ("lost", "lost"))
    ]
    history = world([lead()], [move("opportunity", "04-02 09:00")], stages=stages)
    assert [row["span"] for row in told("touches", history, date(2026, 4, 30))] == ["creation_to_opportunity"]


# ---------------------------------------------------------------- delays


def test_a_step_needs_both_ends_in_order(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2", owner="a"), lead("L3", stage="mql")],
        [
            act("demo_request", "04-02 06:00", "L1"),
            move("mql", "04-02 09:00", "L1"),
            act("owner_change", "04-02 09:00", "L1", from_value="a", to_value=None),  # nobody right after it
            act("owner_change", "04-02 09:00", "L1", activity_id="z", from_value=None, to_value=None),
            act("owner_change", "04-02 11:00", "L1", from_value=None, to_value="b"),
            act("call", "04-02 10:00", "L1", outcome="no_answer"),  # before anybody owns it
            act("call", "04-02 12:00", "L1", outcome="connected"),
            move("sql", "04-02 09:00", "L2"),
            act("demo_request", "04-03 09:00", "L2"),  # met only later
            act("call", "04-02 09:00", "L2", outcome="connected"),
        ],
        handoff=DEMO,
    )
    rows = told("delays", history, date(2026, 4, 30))
    assert [(row["step"], row["leads"], row["median_hours"]) for row in rows] == [
        ("qualified_to_handoff", 1, 3),
        ("handoff_to_owner", 2, 1),
        ("owner_to_attempt", 1, 0),
        ("attempt_to_contact", 2, 1),
    ]
    assert [row["leads"] for row in told("delays", history, at("04-02 11:00"))] == [1, 1, 1, 1]
    assert [row["leads"] for row in told("delays", history, date(2026, 5, 31), from_month="2026-05")] == [
        0
    ] * 4


# ---------------------------------------------------------------- milestones


@pytest.mark.parametrize("name", ["mql_log", "rejections", "handoff_agreement", "winners", "delays"])
def test_what_cannot_do_without_a_milestone_is_refused_in_a_sentence(name: str, told: Told) -> None:
    stages = [
        {"key": key, "kind": kind, "label": {"ja": key, "en": key}}
        for key, kind in (("new", "path"), ("won", "won"), ("lost", "lost"))
    ]
    history = world([lead()], stages=stages)
    with pytest.raises(BadQuestion, match=f"to no stage, and {name} needs it"):
        told(name, history, date(2026, 4, 30))
    with pytest.raises(Refused):
        answer(name, history, as_of=date(2026, 4, 30))
