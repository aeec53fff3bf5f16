"""Events of which only a range is known: found by comparing two exports, on rows that the reader can see."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from tests.given import ALWAYS_BY, GIVEN
from tests.ranged_histories import ranged_world
from tests.reference import QUESTIONS, answer
from tests.reference_loading import Row, World
from tests.rule_histories import THRESHOLDS
from tests.test_answers_against_reference import differences
from tests.test_reference import act, at, lead, move, one, world
from tests.world_files import write_world

MICROSECOND = timedelta(microseconds=1)
REPLY: Row = {
    "key": "reply",
    "start": {"stage": "mql"},
    "stop": {"activity": ["call"], "stage": ["sql"]},
    "due": {"elapsed_hours": 24},
}
DECISION: Row = {
    "key": "decision",
    "start": {"stage": "mql"},
    "stop": {"stage": ["sql", "lost"]},
    "due": {"elapsed_hours": 240},
}
STATES = ("met", "late", "missed", "overdue", "due_today", "at_risk", "pending", "exempt")


def between(row: Row, earliest: str) -> Row:
    """An event that was found by comparing two exports."""
    return {**row, "not_before": at(earliest)}


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Any]:
    """Asks a question of a world, of the product and of its twin, which must agree."""
    opened: dict[int, Warehouse] = {}

    def tell(name: str, history: World, as_of: datetime, **params: Any) -> list[Row]:
        if id(history) not in opened:
            write_world(history, tmp_path / str(len(opened)))
            opened[id(history)] = open_warehouse(tmp_path / str(len(opened)))
        rows = ask(opened[id(history)], name, as_of, params=params).rows
        assert not list(differences(rows, answer(name, history, as_of=as_of, params=params)))
        return rows

    yield tell
    for db in opened.values():
        db.close()


def states(rows: list[Row]) -> list[str]:
    return [row["state"] for row in rows]


# ---------------------------------------------------------------- the start


def test_a_clock_is_overdue_only_when_it_would_be_from_its_latest_start(told: Any) -> None:
    history = world([lead()], [between(move("mql", "04-07 09:00"), "04-06 09:00")], sla=[REPLY])
    assert states(told("sla_clocks", history, at("04-07 09:00") + MICROSECOND)) == ["undeterminable"]
    assert states(told("sla_clocks", history, at("04-08 09:00"))) == ["undeterminable"]
    assert states(told("sla_clocks", history, at("04-08 09:00") + MICROSECOND)) == ["overdue"]


def test_a_clock_that_may_not_have_started_is_undeterminable_and_before_its_range_there_is_none(
    told: Any,
) -> None:
    history = world([lead()], [between(move("mql", "04-07 09:00"), "04-06 09:00")], sla=[REPLY])
    assert told("sla_clocks", history, at("04-06 09:00")) == []
    for instant in (at("04-06 09:00") + MICROSECOND, at("04-06 15:00"), at("04-07 09:00")):
        (clock,) = told("sla_clocks", history, instant)
        assert (clock["state"], clock["started_at"]) == ("undeterminable", at("04-07 09:00"))
        assert (clock["elapsed_hours"], clock["late_hours"]) == (0, 0)
        assert states(told("overdue", history, instant)) == ["undeterminable"]


def test_a_call_that_may_have_answered_leaves_the_state_open(told: Any) -> None:
    found = between(move("mql", "04-10 18:00"), "04-06 09:00")
    history = world([lead()], [found, act("call", "04-07 10:00")], sla=[REPLY])
    assert states(told("sla_clocks", history, at("04-20 09:00"))) == ["undeterminable"]
    called_before = world([lead()], [found, act("call", "04-06 08:59")], sla=[REPLY])
    assert states(told("sla_clocks", called_before, at("04-20 09:00"))) == ["overdue"]


def test_a_wait_inside_the_range_counts_as_much_as_one_from_its_ends(told: Any) -> None:
    """From Monday answered at once, from Friday too; from Tuesday it took until Friday."""
    found = between(move("mql", "04-10 09:00"), "04-06 09:00")
    calls = [act("call", "04-06 10:00"), act("call", "04-10 10:00")]
    history = world([lead()], [found, *calls], sla=[REPLY])
    assert states(told("sla_clocks", history, at("04-20 09:00"))) == ["undeterminable"]
    daily = [act("call", f"04-{day:02} 10:00") for day in range(6, 11)]
    history = world([lead()], [found, *daily], sla=[REPLY])
    assert states(told("sla_clocks", history, at("04-20 09:00"))) == ["met"]


def test_a_score_that_was_found_later_starts_its_clock_in_a_range(told: Any) -> None:
    policy = {**REPLY, "start": {"score": 40}, "stop": {"activity": ["call"]}}
    found = between(act("score_change", "04-07 09:00", to_value="50"), "04-06 09:00")
    rules: Row = {"sla": [policy], "scoring": {"source": "exported"}}
    history = world([lead()], [found, act("call", "04-07 15:00")], **rules)
    assert states(told("sla_clocks", history, at("04-20 09:00"))) == ["undeterminable"]
    history = world([lead()], [found, act("call", "04-07 09:00")], **rules)
    assert states(told("sla_clocks", history, at("04-20 09:00"))) == ["met"]


# ---------------------------------------------------------------- the stop and the close


def test_a_stop_that_straddles_the_deadline_is_neither_met_nor_late(told: Any) -> None:
    entered = move("mql", "04-06 09:00")
    for earliest, state in (("04-07 09:00", "undeterminable"), ("04-07 09:01", "late")):
        found = between(move("sql", "04-08 09:00"), earliest)
        history = world([lead()], [entered, found], sla=[REPLY])
        assert states(told("sla_clocks", history, at("04-20 09:00"))) == [state]
    found = between(move("sql", "04-07 09:00"), "04-06 10:00")
    assert states(told("sla_clocks", world([lead()], [entered, found], sla=[REPLY]), at("04-20 09:00"))) == [
        "met"
    ]


def test_a_stop_that_may_have_been_seen_leaves_an_open_clock_open(told: Any) -> None:
    history = world(
        [lead()],
        [move("mql", "04-06 09:00"), between(move("sql", "04-07 08:00"), "04-06 10:00")],
        sla=[REPLY],
    )
    assert states(told("sla_clocks", history, at("04-06 10:00"))) == ["pending"]
    assert states(told("sla_clocks", history, at("04-06 12:00"))) == ["undeterminable"]
    assert states(told("overdue", history, at("04-06 12:00"))) == ["undeterminable"]
    assert states(told("sla_clocks", history, at("04-07 08:00") + MICROSECOND)) == ["met"]


def test_a_lead_that_was_lost_before_or_after_the_call_is_undeterminable(told: Any) -> None:
    history = world(
        [lead()],
        [
            move("mql", "04-06 09:00"),
            act("call", "04-06 15:00"),
            between(move("lost", "04-07 08:00"), "04-06 10:00"),
        ],
        sla=[REPLY],
    )
    assert states(told("sla_clocks", history, at("04-20 09:00"))) == ["undeterminable"]
    assert told("overdue", history, at("04-20 09:00")) == [], "it is over in every extreme"


def test_a_change_that_stops_and_closes_happens_once(told: Any) -> None:
    found = between(move("lost", "04-09 09:00"), "04-07 09:00")
    history = world([lead()], [move("mql", "04-06 09:00"), found], sla=[DECISION])
    assert states(told("sla_clocks", history, at("04-20 09:00"))) == ["met"]


def test_changes_found_one_after_the_other_keep_their_order(told: Any) -> None:
    found = [
        between(move("mql", "04-07 09:00"), "04-06 09:00"),
        between(move("lost", "04-08 09:00"), "04-07 09:00"),
        between(move("sql", "04-09 09:00"), "04-08 09:00"),
    ]
    history = world([lead()], found, sla=[{**REPLY, "due": {"elapsed_hours": 72}}])
    assert states(told("sla_clocks", history, at("04-20 09:00"))) == ["exempt"]


def test_a_cadence_ends_where_the_lead_may_have_left_its_stage(told: Any) -> None:
    cadence = {**REPLY, "every": True, "stop": {"activity": ["call"]}}
    history = world(
        [lead()],
        [
            move("mql", "04-06 09:00"),
            act("call", "04-06 15:00"),
            act("call", "04-07 10:00"),
            between(move("sql", "04-07 18:00"), "04-07 09:00"),
        ],
        sla=[cadence],
    )
    assert states(told("sla_clocks", history, at("04-20 09:00"))) == [
        "met",
        "undeterminable",
        "undeterminable",
    ]


# ---------------------------------------------------------------- where it is counted


def test_an_undeterminable_clock_is_a_clock_and_in_no_state(told: Any) -> None:
    found = between(move("mql", "04-10 18:00"), "04-06 09:00")
    calls = [act("call", "04-07 10:00"), act("call", "04-13 10:00")]
    exact = [move("mql", "04-06 09:00", "L2"), act("call", "04-06 12:00", "L2")]
    history = world([lead(), lead("L2")], [found, *calls, *exact], sla=[REPLY])
    (row,) = told("sla_summary", history, at("04-20 09:00"))
    assert (row["clocks"], sum(row[state] for state in STATES)) == (2, 1)
    assert (row["met"], row["attainment"], row["median_hours"], row["p90_hours"]) == (1, 1, 3, 3)


def test_the_morning_list_ends_with_what_may_be_open(told: Any) -> None:
    unsure = [between(move("mql", "04-10 09:00", "L0"), "04-06 09:00")]
    late = [move("mql", "04-08 09:00", "L1")]
    today = [move("mql", "04-09 23:30", "L2"), move("mql", "04-10 09:30", "L3")]
    history = world([lead(f"L{n}") for n in range(4)], [*unsure, *late, *today], sla=[REPLY])
    rows = told("overdue", history, at("04-10 23:00"))
    assert [(row["lead_id"], row["state"]) for row in rows] == [
        ("L1", "overdue"), ("L2", "due_today"), ("L0", "undeterminable"),
    ]  # fmt: skip


def test_an_answer_whose_bucket_depends_on_the_range_is_left_out(told: Any) -> None:
    asked: Row = {"policy": "reply", "window_days": 1}
    for earliest, counted in (("04-06 09:00", 1), ("04-06 08:29", 0)):
        found = between(move("mql", "04-06 09:20"), earliest)
        history = world([lead()], [found, act("call", "04-06 09:30")], sla=[REPLY])
        rows = told("response_times", history, at("04-20 09:00"), **asked)
        assert one(rows, bucket="≤1h")["clocks"] == counted
        assert sum(row["clocks"] for row in rows) == counted


# ---------------------------------------------------------------- random histories


def test_every_clock_equals_its_slow_twin_where_most_changes_were_found_by_comparing(tmp_path: Path) -> None:
    """The same four worlds every time; FUNNEL_EXAMPLES=100 looks at so many others, too."""
    seen: Counter[str] = Counter()
    for seed in range(4 + int(os.environ.get("FUNNEL_EXAMPLES", "0"))):
        dice = random.Random(seed if seed < 4 else None)
        history = ranged_world(dice)
        write_world(history, tmp_path / str(seed))
        instants = [row["not_before"] or row["occurred_at"] for row in history.activities]
        with open_warehouse(tmp_path / str(seed)) as db:
            for as_of in (
                None,
                dice.choice(instants) + MICROSECOND,
                dice.choice(instants) + timedelta(hours=5),
            ):
                for name in ("sla_clocks", "sla_summary", "overdue", "overdue_ranges", "response_times"):
                    rows, twin = ask(db, name, as_of).rows, answer(name, history, as_of=as_of)
                    assert not list(differences(rows, twin)), (seed, name, as_of, history)
                    seen.update(states(rows) if name == "sla_clocks" else [])
                    seen[name] += len(rows)
    assert set(+seen) >= {"undeterminable", "met", "late", "overdue", "overdue_ranges"}


# ---------------------------------------------------------------- invariants

POLICIES = [
    REPLY,
    {**REPLY, "key": "hours", "due": {"business_hours": 12}},
    {**REPLY, "key": "days", "due": {"business_days": 1}},
    DECISION,
]


def compared(seed: int, leads: int) -> World:
    """One clock per lead and policy: changes are found by weekly exports, calls are logged when they are made."""
    dice = random.Random(seed)
    history: list[Row] = []
    week = timedelta(days=dice.choice([1, 3, 7]))
    exports = [at("04-06 20:00") + week * n for n in range(60)]
    for number in range(leads):
        name, when = f"L{number:03}", at("04-07 09:00")
        for stage in ["mql", *dice.choice([[], ["sql"], ["lost"], ["opportunity", "won"]])]:
            when += timedelta(hours=dice.choice([4, 20, 30, 90, 170]))
            later = next(n for n, export in enumerate(exports) if export >= when)
            found = act("stage_change", "04-07", name, to_value=stage)
            if dice.random() < 0.8:
                found |= {"occurred_at": exports[later], "not_before": max(exports[later - 1], when - week)}
                when = exports[later]
            history.append({**found, "occurred_at": when})
        for _ in range(dice.choice([0, 1, 2, 4])):
            call = act("call", "04-07", name)
            history.append({**call, "occurred_at": at("04-08 09:00") + timedelta(hours=dice.randrange(500))})
    scoring = {"thresholds": THRESHOLDS[0]}
    return world([lead(f"L{n:03}") for n in range(leads)], history, sla=POLICIES, scoring=scoring)


def moved(history: World, dice: random.Random) -> World:
    """The same as it may have been: each event at some instant of its range, each lead's changes in order."""
    latest: dict[str, datetime] = {}
    rows = []
    for row in sorted(history.activities, key=lambda each: each["occurred_at"]):
        earliest = row.get("not_before")
        if earliest is not None:
            earliest = max(earliest, latest.get(row["lead_id"], earliest))
            span = row["occurred_at"] - earliest
            row = {
                **row,
                "occurred_at": earliest + span * dice.choice([0, dice.random(), 1]),
                "not_before": None,
            }
        if row["type"] == "stage_change":
            latest[row["lead_id"]] = row["occurred_at"]
        rows.append(row)
    return World(history.leads, rows, None, history.versions)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_state_that_is_told_holds_wherever_each_event_happened(seed: int, told: Any) -> None:
    history, dice = compared(seed, leads=24), random.Random(seed)
    for as_of in (at("04-16 09:00"), at("05-20 09:00")):
        clocks = told("sla_clocks", history, as_of)
        told_states = {(clock["policy"], clock["lead_id"]): clock["state"] for clock in clocks}
        assert len(told_states) == len(clocks)
        assert {"undeterminable", "met"} < set(told_states.values())
        seen: dict[tuple[str, str], Counter[str]] = {key: Counter() for key in told_states}
        for _ in range(8):
            worlds_clocks = answer("sla_clocks", moved(history, dice), as_of=as_of)
            there = {(clock["policy"], clock["lead_id"]): clock["state"] for clock in worlds_clocks}
            for key in told_states:
                seen[key][there.get(key, "none")] += 1
        for key, state in told_states.items():
            assert state == "undeterminable" or set(seen[key]) == {state}, key
        unsure = [key for key, state in told_states.items() if state == "undeterminable"]
        assert sum(len(seen[key]) > 1 for key in unsure) > len(unsure) / 2, "and most of the others differ"


def test_a_range_of_one_instant_is_no_range(tmp_path: Path) -> None:
    history = compared(3, leads=12)
    points = [{**row, "not_before": row["occurred_at"]} for row in history.activities]
    backwards = [{**row, "not_before": row["occurred_at"] + MICROSECOND} for row in history.activities]
    dated = [{**row, "not_before": None} for row in history.activities]
    answers = []
    for number, rows in enumerate((points, backwards, dated)):
        write_world(World(history.leads, rows, None, history.versions), tmp_path / str(number))
        with open_warehouse(tmp_path / str(number)) as db:
            assert db.table("clock_extremes").num_rows == db.table("stage_ranges").num_rows == 0
            names = [name for name in QUESTIONS if name != "data_quality"]
            answers.append(
                {
                    name: ask(db, name, "2026-04-20", by=ALWAYS_BY.get(name), params=GIVEN.get(name)).rows
                    for name in names
                }
            )
            assert "undeterminable" not in states(answers[-1]["sla_clocks"])
    assert answers[0] == answers[1] == answers[2]


def test_ranges_move_no_other_number(tmp_path: Path) -> None:
    """Everything that is not the state of a clock is reckoned from occurred_at, as if nothing were said."""
    history = compared(4, leads=12)
    dated = World(
        history.leads, [{**row, "not_before": None} for row in history.activities], None, history.versions
    )
    of_clocks = "sla_clocks sla_summary overdue response_times kpis before_after staged_targets health_check"
    clocks = set(of_clocks.split())
    answers = []
    for number, each in enumerate((history, dated)):
        write_world(each, tmp_path / str(number))
        with open_warehouse(tmp_path / str(number)) as db:
            answers.append(
                {
                    name: ask(db, name, "2026-05-20", by=ALWAYS_BY.get(name), params=GIVEN.get(name)).rows
                    for name in QUESTIONS
                }
            )
    ranged, plain = answers
    for name in QUESTIONS:
        assert name in clocks or ranged[name] == plain[name], name
    without_state = [[{**row, "state": None} for row in each["sla_clocks"]] for each in answers]
    assert without_state[0] == without_state[1]
    assert "undeterminable" in states(ranged["sla_clocks"])
