"""The check-list against leads left alone, on rows that the reader can see: what the rules say, and whether it holds."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.reference_loading import Row, World
from tests.rule_histories import STAGES
from tests.test_reference import act, at, lead, move, world
from tests.told import Told, teller

END = at("10-01 00:00")  # 90 days before lies 3 July, 93 days 30 June
HANDOFF = {"handoff": {"any_of": [{"did": ["demo_request"]}]}}
KEYS = [
    "stages_defined", "roles_assigned", "new_leads_noticed", "silence_watched", "hot_agreed", "handoff_kept",
    "deadline_kept", "results_recorded", "recycling", "reviewed", "kpis_tracked", "feedback",
]  # fmt: skip


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


def checked(told: Told, history: World, as_of: Any = END) -> dict[str, Row]:
    rows = told("health_check", history, as_of)
    assert [(row["point"], row["key"]) for row in rows] == list(enumerate(KEYS, start=1))
    return {row["key"]: row for row in rows}


def point(told: Told, key: str, history: World, as_of: Any = END) -> tuple[Any, ...]:
    row = checked(told, history, as_of)[key]
    return row["figure"], row["base"], row["status"]


def stages_with(*names: str, but: str | None = None) -> list[Row]:
    words = {
        "owner": "marketing",
        "definition": {"ja": "意味", "en": "x"},
        "action": {"ja": "対応", "en": "x"},
    }
    return [
        {**stage, **{name: words[name] for name in names if stage["key"] != but}} for stage in STAGES
    ]  # fmt: skip


def only_limited(*keys: str) -> list[Row]:
    return [
        {**{name: value for name, value in stage.items() if name != "max_age"},
         **({"max_age": {"days": 9}} if stage["key"] in keys else {})}
        for stage in STAGES
    ]  # fmt: skip


def policy(**start: Any) -> Row:
    return {"key": "p", "start": start, "stop": {"activity": ["call"]}, "due": {"elapsed_hours": 1}}


# ---------------------------------------------------------------- what the rules say


PATH = ("new", "nurturing", "mql", "sql", "opportunity")
SAID: list[tuple[str, Row, bool | None]] = [
    ("stages_defined", {}, None),
    ("roles_assigned", {"stages": stages_with("owner")}, True),
    ("roles_assigned", {"stages": stages_with("owner", but="lost")}, False),
    ("new_leads_noticed", {"stages": only_limited("mql"), "sla": [policy(created=True)]}, True),
    ("new_leads_noticed", {"stages": only_limited("mql"), "sla": [policy(stage="new")]}, True),
    ("new_leads_noticed", {"stages": only_limited("mql"), "sla": [policy(stage="nurturing")]}, False),
    ("new_leads_noticed", {"stages": only_limited("new")}, True),
    ("silence_watched", {"stages": only_limited(*PATH)}, True),
    ("silence_watched", {"stages": only_limited(*PATH[:-1], "won", "lost")}, False),
    ("hot_agreed", {**HANDOFF, "agreed": {"by": ["a"], "on": date(2026, 1, 1)}}, True),
    ("hot_agreed", {**HANDOFF, "agreed": {"on": date(2026, 1, 1)}}, False),
    ("hot_agreed", {**HANDOFF, "agreed": {"by": ["a"]}}, False),
    ("hot_agreed", {"agreed": {"by": ["a"], "on": date(2026, 1, 1)}}, False),
    ("handoff_kept", HANDOFF, True),
    ("handoff_kept", {}, False),
    ("deadline_kept", {"sla": [policy(stage="won")]}, True),
    ("deadline_kept", {"sla": [policy(stage="mql")]}, True),
    ("deadline_kept", {"sla": [policy(stage="nurturing"), policy(stage="lost") | {"key": "q"}]}, False),
    ("deadline_kept", {"sla": [policy(created=True)]}, False),
    ("results_recorded", {}, True),
    ("results_recorded", {"activity_types": {"call": {"side": "us"}, "mail": {"side": "lead"}}}, False),
    ("recycling", {"stages": stages_with("action")}, True),
    ("recycling", {"stages": stages_with("action", but="dormant")}, False),
    ("recycling", {"stages": stages_with("action", but="mql")}, True),
    ("reviewed", {}, None),
    ("reviewed", {"agreed": {"review_by": date(2026, 10, 1)}}, True),
    ("reviewed", {"agreed": {"review_by": date(2026, 9, 30)}}, False),
    ("kpis_tracked", {"targets": {"sql_to_won": 0.2}}, True),
    ("kpis_tracked", {"targets": {"mql": 3, "cpl": 5}}, False),
    ("feedback", {"agreed": {"by": ["a", "b"]}}, True),
    ("feedback", {"agreed": {"by": ["a", "a"]}}, False),
    ("feedback", {}, False),
]


@pytest.mark.parametrize(("key", "rules", "defined"), SAID)
def test_what_the_rules_say(key: str, rules: Row, defined: bool | None, told: Told) -> None:
    row = checked(told, world([], **rules))[key]
    assert row["defined"] is defined
    if key != "stages_defined":
        assert row["status"] == ("no" if defined is False else "unknown")


# ---------------------------------------------------------------- whether it holds


def test_the_status_is_of_both(told: Told) -> None:
    owned, free = lead("L1", owner="a"), lead("L2")
    agreed, nothing = {"stages": stages_with("owner")}, {"stages": stages_with()}
    for leads, rules, status in (
        ([owned], agreed, "yes"), ([owned, free], agreed, "partly"), ([owned], nothing, "partly"),
        ([owned, free], nothing, "no"),
    ):  # fmt: skip
        assert checked(told, world(leads, **rules))["roles_assigned"]["status"] == status
    for number, status in ((8, "yes"), (4, "partly"), (3, "no")):
        defined = [{**stage, "definition": {"ja": "意味", "en": "x"}} for stage in STAGES[:number]]
        row = checked(told, world([lead()], stages=defined + STAGES[number:]))["stages_defined"]
        assert (row["figure"], row["base"], row["status"], row["small"]) == (number / 8, 8, status, True)


def test_who_waits_has_an_owner_and_a_customer_does_not_wait(told: Told) -> None:
    history = world(
        [lead("L1", owner="a"), lead("L2"), lead("L3"), lead("L4", owner="a")],
        [move("won", "04-02 09:00", "L2"), move("lost", "04-02 09:00", "L3")],
    )
    assert point(told, "roles_assigned", history) == (1, 2, "partly")


def test_a_new_lead_is_noticed_within_3_days_by_somebody_or_something_of_ours(told: Told) -> None:
    history = world(
        [
            lead("L1", "06-30 00:00"), lead("L2", "06-29 23:59:59"), lead("L3", "09-27 23:59:59"),
            lead("L4", "09-28 00:00"), lead("L5", "08-01 09:00"), lead("L6", "08-01 09:00"),
        ],
        [
            act("email_sent", "06-30 00:00", "L1"),
            act("call", "09-30 23:59:58", "L3"),
            act("call", "08-04 09:00", "L5"),  # three days are over
            act("email_open", "08-02 09:00", "L5"),  # the lead's own
            act("call", "07-31 09:00", "L6"),  # before it was there
        ],
    )  # fmt: skip
    assert point(told, "new_leads_noticed", history) == (0.5, 4, "partly")


def test_silence_is_watched_among_leads_that_count(told: Told) -> None:
    history = world([lead("L1", "09-20 09:00"), lead("L2"), lead("L3")], [move("lost", "04-02 09:00", "L3")])
    assert point(told, "silence_watched", history)[:2] == (0.5, 2)


def test_a_hand_off_is_hot_where_the_condition_was_met_by_then(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3"), lead("L4"), lead("L5", stage="mql")],
        [
            act("demo_request", "07-03 00:00", "L1"),
            move("mql", "07-03 00:00", "L1"),  # 90 days to the instant
            act("demo_request", "07-04 00:00:01", "L2"),
            move("mql", "07-04 00:00", "L2"),
            act("demo_request", "07-01 00:00", "L3"),
            move("sql", "07-02 23:59:59", "L3"),  # longer ago
            move("sql", "09-30 23:59:59", "L4"),  # never met
        ],
        **HANDOFF,
    )
    assert point(told, "hot_agreed", history) == (1 / 3, 3, "no")
    assert point(told, "hot_agreed", world([lead()], [move("mql", "09-01 09:00")]))[:2] == (0, 1)


def test_whoever_meets_the_condition_is_handed_off_in_30_days(told: Told) -> None:
    """From 120 to 30 days before: 3 June to 1 September, its midnight not included."""
    history = world(
        [lead(f"L{number}") for number in range(1, 6)],
        [
            act("demo_request", "06-03 00:00", "L1"),
            move("mql", "07-02 23:59:59", "L1"),
            act("demo_request", "06-04 00:00", "L2"),
            move("mql", "07-04 00:00", "L2"),  # 30 days to the instant are too late
            act("demo_request", "08-31 23:59:59", "L3"),
            move("sql", "05-01 00:00", "L3"),  # long before
            act("demo_request", "09-01 00:00", "L4"),
            act("demo_request", "06-02 23:59:59", "L5"),
        ],
        **HANDOFF,
    )
    assert point(told, "handoff_kept", history) == (2 / 3, 3, "partly")


def test_deadlines_are_those_of_mql_and_later_stages_that_are_over(told: Told) -> None:
    early = {**policy(created=True), "key": "early"}
    history = world(
        [lead(f"L{number}") for number in range(1, 5)],
        [
            move("mql", "07-02 23:00", "L1"),  # due 90 days before
            act("call", "07-02 23:30", "L1"),
            move("mql", "09-30 22:00", "L2"),
            move("mql", "09-30 23:00", "L3"),  # due at T
            move("mql", "07-02 22:59", "L4"),  # due longer ago
        ],
        sla=[early, policy(stage="mql")],
    )
    assert point(told, "deadline_kept", history) == (0.5, 2, "partly")


def test_results_are_recorded_of_acts_that_have_some(told: Told) -> None:
    history = world(
        [lead()],
        [
            act("call", "07-03 00:00", outcome="connected"),
            act("call", "07-02 23:59:59"),
            act("email_out", "09-30 23:59:59", outcome=" "),
            act("meeting", "09-01 09:00"),  # has no outcomes to record
            act("call", "10-01 00:00"),
        ],
    )
    assert point(told, "results_recorded", history) == (0.5, 2, "partly")


def test_whoever_was_put_aside_is_tried_again_within_90_days(told: Told) -> None:
    """From 270 to 90 days before: 4 January to 3 July, its midnight not included."""
    history = world(
        [lead(f"L{number}", "2025-12-01 09:00") for number in range(1, 8)],
        [
            move("lost", "01-04 00:00", "L1"),
            act("email_sent", "04-03 23:59:59", "L1"),
            move("lost", "01-03 23:59:59", "L2"),
            move("mql", "02-01 09:00", "L3"),
            move("nurturing", "02-02 09:00", "L3"),  # rejected
            act("call", "05-03 09:00", "L3"),  # 90 days are over
            move("mql", "02-01 09:00", "L4"),
            move("dormant", "07-02 23:59:59", "L4"),
            act("call", "07-02 23:59:59", "L4"),  # at once
            move("nurturing", "02-01 09:00", "L5"),  # on its way
            move("new", "02-02 09:00", "L5"),
            move("lost", "07-03 00:00", "L6"),
            move("lost", "03-01 09:00", "L7"),
            move("dormant", "03-02 09:00", "L7"),
            act("call", "03-01 12:00", "L7"),
        ],
    )
    assert point(told, "recycling", history) == (3 / 5, 5, "partly")


def test_a_lead_reached_mql_on_a_day_that_is_known(told: Told) -> None:
    history = world(
        [
            lead("L1"),
            lead("L2", stage="sql"),
            lead("L3", stage="sql", stage_since=at("05-01 09:00")),
            lead("L4"),
        ],
        [move("won", "05-01 09:00", "L1")],
    )
    assert point(told, "kpis_tracked", history) == (2 / 3, 3, "no")


def test_sales_says_why_it_gives_a_lead_back(told: Told) -> None:
    """180 days before: 4 April."""
    history = world(
        [lead(f"L{number}", "03-01 09:00") for number in range(1, 5)],
        [
            move("mql", "03-02 09:00", "L1"),
            move("lost", "04-04 00:00", "L1", reason="時期尚早"),
            move("mql", "05-02 09:00", "L1"),
            move("nurturing", "05-03 09:00", "L1"),
            move("mql", "03-02 09:00", "L2"),
            move("lost", "04-03 23:59:59", "L2"),
            move("mql", "03-02 09:00", "L3"),
            move("lost", "10-01 00:00", "L3"),
            move("sql", "05-02 09:00", "L4"),  # skipped mql: nothing to give back
            move("lost", "05-03 09:00", "L4"),
        ],
    )
    assert point(told, "feedback", history) == (0.5, 2, "no")


@pytest.mark.parametrize(
    ("gone", "silent"),
    [
        (
            "mql",
            {
                "hot_agreed",
                "handoff_kept",
                "deadline_kept",
                "recycling",
                "reviewed",
                "kpis_tracked",
                "feedback",
            },
        ),
        ("sql", {"reviewed", "feedback"}),
    ],
)
def test_without_a_milestone_what_needs_it_has_no_figure(gone: str, silent: set[str], told: Told) -> None:
    rules = {"stages": [stage for stage in STAGES if stage["key"] != gone], **HANDOFF}
    rows = checked(told, world([lead("L1", "08-01 09:00")], [act("demo_request", "08-02 09:00")], **rules))
    assert {key for key, row in rows.items() if row["base"] is None} == silent
    assert {rows[key]["figure"] for key in silent} == {None}
    assert {rows[key]["small"] for key in silent} == {False}
    if gone == "mql":
        assert rows["handoff_kept"]["status"] == "unknown" and rows["feedback"]["status"] == "no"
