"""What scores are worth, and what mails, papers and seminars do, on rows that the reader can see: every boundary once."""

from collections import Counter
from datetime import date
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import pytest

from funnel.errors import BadQuestion
from funnel.layer.build import open_warehouse
from funnel.questions.ask import ask
from tests.reference import answer
from tests.reference_loading import Refused, Row, World
from tests.scored_histories import crowded_world
from tests.test_answers_against_reference import differences
from tests.test_reference import act, at, lead, move, one, world
from tests.told import Told, teller
from tests.world_files import write_world

CLICKS: dict[str, Any] = {"behaviours": [{"type": "email_click", "points": 50}]}
BANDS = [{"key": "cold", "from": 0}, {"key": "warm", "from": 50}, {"key": "hot", "from": 100}]
EXPIRING: dict[str, Any] = {
    "bands": BANDS,
    "behaviours": [
        {"type": "email_click", "points": 50, "valid_days": 7},
        {"type": "inquiry", "points": -10},
    ],
}


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return teller(tmp_path)


def changed(points: float | None, when: str, lead_id: str = "L1", before: float | None = 0) -> Row:
    texts = [None if score is None else f"{score:g}" for score in (before, points)]
    return act("score_change", when, lead_id, from_value=texts[0], to_value=texts[1])


def cells(rows: list[Row], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


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
    ("mindset", {}),
    ("mindset", {"where": (("channel", "ad"),), "to_month": "2026-05"}),
    ("nurture_list", {}),
    ("score_flow", {}),
    ("score_flow", {"from_month": "2026-04", "to_month": "2026-05"}),
    ("engagement", {}),
    ("engagement", {"by": "channel", "from_month": "2026-04"}),
    ("assets", {}),
    ("assets", {"from_month": "2026-03", "to_month": "2026-03", "where": (("channel", "seo"), ("channel", None))}),
]  # fmt: skip
OF_RULES_ALONE = {("nurture_list", "points_30d")}


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
    never = {("rule_lift", "small"), ("assets", "small")} | (
        OF_RULES_ALONE if source == "exported" else set()
    )
    assert columns - set(met) <= never


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


# ---------------------------------------------------------------- mindset


def test_a_score_on_a_threshold_belongs_to_the_next_and_the_month_end_sees_what_was_before(
    told: Told,
) -> None:
    scores = {"L1": 9.5, "L2": 10, "L3": 39.5, "L4": 40, "L5": 55, "L6": 55.5, "L7": None}
    bounds = {"interest": 10, "consideration": 40, "mql": 55.5}
    history = world(
        [lead(name) for name in scores],
        [changed(score, "04-30 23:59:59", name) for name, score in scores.items()],
        scoring={"source": "exported", "thresholds": bounds},
    )
    rows = told("mindset", history, date(2026, 5, 31))
    assert [(row["mindset"], row["leads"]) for row in rows[:4]] == [
        ("awareness", 1),
        ("interest", 2),
        ("consideration", 2),
        ("ready", 1),
    ]
    assert [row["leads"] for row in rows[4:]] == [1, 2, 2, 1]
    later = [{**row, "occurred_at": at("05-01 00:00")} for row in history.activities]
    rows = told("mindset", World(history.leads, later, None, history.versions), date(2026, 5, 31))
    assert [row["leads"] for row in rows] == [7, 0, 0, 0, 1, 2, 2, 1]


def test_a_lead_that_was_handed_off_is_in_no_mindset_from_then_on(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3"), lead("L4"), lead("L5", stage="mql")],
        [
            move("mql", "04-30 23:59:59", "L1"),
            move("nurturing", "05-02 09:00", "L1"),  # back again
            move("sql", "05-01 00:00", "L2"),
            move("lost", "05-10 09:00", "L3"),
            move("nurturing", "05-11 09:00", "L3"),
            move("lost", "05-10 09:00", "L4"),
        ],
        scoring={"thresholds": {"interest": 50, "consideration": 80, "mql": 100}},
    )
    rows = told("mindset", history, date(2026, 5, 31))
    assert [row["leads"] for row in rows if row["mindset"] == "awareness"] == [3, 1]
    cut = told("mindset", history, at("05-10 09:00"))
    assert [row["leads"] for row in cut if row["mindset"] == "awareness"] == [3, 2]


@pytest.mark.parametrize("missing", ["interest", "consideration", "mql"])
def test_mindset_needs_the_three_thresholds(missing: str, told: Told) -> None:
    bounds = {"interest": 50, "consideration": 80, "mql": 100}
    del bounds[missing]
    history = world([lead()], scoring={"thresholds": bounds})
    with pytest.raises(BadQuestion, match=f"no threshold {missing}, and mindset needs it"):
        told("mindset", history, date(2026, 4, 30))
    with pytest.raises(Refused):
        answer("mindset", history, as_of=date(2026, 4, 30))


# ---------------------------------------------------------------- score_flow


def test_the_flow_is_of_the_leads_that_existed_at_the_start_and_of_the_last_month_alone(told: Told) -> None:
    history = world(
        [lead("L1"), lead("L2"), lead("L3", "04-30 23:59:59"), lead("L4", "05-01 00:00")],
        [
            act("email_click", "04-30 23:59:59", "L1"),  # withdrawn in May
            act("email_click", "05-01 00:00", "L2"),
            act("email_click", "05-05 08:00", "L2"),
            act("inquiry", "05-04 09:00", "L3"),
            act("email_click", "05-02 09:00", "L4"),
        ],
        scoring=EXPIRING,
    )
    names = ("from_band", "to_band", "leads")
    may = [("cold", "hot", 1), ("cold", None, 1), ("warm", "warm", 1)]
    assert cells(told("score_flow", history, at("05-05 09:00")), *names) == may
    alone = told("score_flow", history, at("05-05 09:00"), from_month="2026-05", to_month="2026-05")
    assert cells(alone, *names) == may
    whole = told("score_flow", history, date(2026, 5, 31))
    assert cells(whole, *names) == [("cold", "cold", 1), ("cold", None, 1), ("warm", "cold", 1)]
    assert told("score_flow", history, at("05-05 09:00"), to_month="2026-04") == []  # nobody yet on 1 April
    assert cells(told("score_flow", history, at("05-05 09:00"), to_month="2026-08"), *names) == may
    both = told("score_flow", history, date(2026, 6, 30), from_month="2026-05", to_month="2026-06")
    assert cells(both, *names) == [("cold", "cold", 1), ("cold", None, 1), ("warm", "cold", 1)]
    assert told("score_flow", history, date(2026, 4, 30)) == []  # T is the start of May, which has no row


def test_unscored_leads_have_no_band_at_either_end(told: Told) -> None:
    history = world(
        [lead("L1", score=70.0), lead("L2"), lead("L3")],
        [act("score_change", "05-04 09:00", "L2", from_value=None, to_value="120")],
        scoring={"source": "exported", "bands": BANDS},
    )
    rows = told("score_flow", history, date(2026, 5, 31))
    assert cells(rows, "from_band", "to_band", "leads") == [
        (None, "warm", 1),
        (None, "hot", 1),
        (None, None, 1),
    ]


# ---------------------------------------------------------------- milestones


@pytest.mark.parametrize("name", ["mindset", "nurture_list", "assets"])
def test_what_looks_at_the_hand_off_needs_its_milestone(name: str, told: Told) -> None:
    stages = [
        {"key": key, "kind": kind, "label": {"ja": key, "en": key}}
        for key, kind in (("new", "path"), ("won", "won"), ("lost", "lost"))
    ]
    history = world([lead()], stages=stages)
    with pytest.raises(BadQuestion, match=f"to no stage, and {name} needs it"):
        told(name, history, date(2026, 4, 30))
    with pytest.raises(Refused):
        answer(name, history, as_of=date(2026, 4, 30))
