"""Windows, months, bases and states exactly on their bounds, on rows that the reader can see, beside the slow twin."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from funnel.layer.build import open_warehouse
from funnel.questions.ask import ask
from tests.reference import answer
from tests.reference_loading import Row, World
from tests.test_answers_against_reference import differences, of_the_twins_columns
from tests.test_reference import act, at, lead, one, world
from tests.world_files import write_world

TICK = timedelta(microseconds=1)
FIRST_CALL: Row = {
    "key": "first_call",
    "start": {"created": True},
    "stop": {"activity": ["call"]},
    "due": {"elapsed_hours": 24},
    "at_risk": 0.6,
}


def answered(
    folder: Path, lived: World, name: str, when: datetime, to_month: str | None = None, **params: Any
) -> list[Row]:
    """The product's rows, which must be the twin's."""
    if not (folder / "rules").exists():
        write_world(lived, folder)
    asked = {key: str(value) for key, value in params.items()}
    with open_warehouse(folder) as db:
        rows = ask(db, name, when, to_month=to_month, params=asked).rows
    twin = answer(name, lived, as_of=when, to_month=to_month, params=params)
    assert list(differences(of_the_twins_columns(rows, twin), twin)) == []
    return rows


def test_a_sign_at_the_instant_itself_is_not_the_last_one(tmp_path: Path) -> None:
    signs = [
        act("score_change", "04-02 09:00", to_value="50"),
        act("inquiry", "04-03 09:00"),
        act("demo_request", "04-04 09:00"),
    ]
    lived = world([lead()], signs, scoring={"source": "exported", "thresholds": {"mql": 50}})
    last = [
        answered(tmp_path, lived, "held_back", when)[0]["last_activity_type"]
        for when in (at("04-04 09:00"), at("04-04 09:00") + TICK)
    ]
    assert last == ["inquiry", "demo_request"]


def test_what_falls_due_tomorrow_is_pending_or_at_risk_already(tmp_path: Path) -> None:
    lived = world([lead("early", "04-07 10:00"), lead("late", "04-07 19:00")], sla=[FIRST_CALL])
    coming = answered(tmp_path, lived, "due_next", at("04-07 20:00"))
    assert [(row["lead_id"], row["state"]) for row in coming] == [("early", "at_risk"), ("late", "pending")]


def test_an_answer_counts_once_its_window_is_over_and_in_the_month_of_its_start(tmp_path: Path) -> None:
    leads = [lead("april", "04-10 09:00"), lead("may", "05-01 00:00")]
    calls = [act("call", "04-10 10:00", "april"), act("call", "05-01 01:00", "may")]
    lived = world(leads, calls, sla=[FIRST_CALL])

    def within_an_hour(when: datetime, to_month: str) -> int:
        rows = answered(tmp_path, lived, "response_times", when, to_month, window_days=7)
        return int(one(rows, bucket="≤1h")["clocks"])

    over = at("04-17 09:00")
    assert [within_an_hour(when, "2026-04") for when in (over - TICK, over)] == [0, 1]
    assert [within_an_hour(at("05-20 09:00"), month) for month in ("2026-04", "2026-05")] == [1, 2]


def test_an_answer_exactly_on_a_bound_is_in_the_faster_bucket(tmp_path: Path) -> None:
    created, bounds = at("04-10 09:00"), (1, 4, 8, 24, 48)
    leads = [lead(f"{hours}{tick}", "04-10 09:00") for hours in bounds for tick in (0, 1)]
    calls = [
        act("call", "04-10 09:00", f"{hours}{tick}")
        | {"occurred_at": created + timedelta(hours=hours) + tick * TICK}
        for hours in bounds
        for tick in (0, 1)
    ]
    lived = world(leads, calls, sla=[FIRST_CALL])
    rows = answered(tmp_path, lived, "response_times", at("05-20 09:00"), window_days=7)
    assert [row["clocks"] for row in rows] == [1, 2, 2, 2, 2, 1]


def test_a_deadline_is_judged_from_the_microsecond_after_it_on(tmp_path: Path) -> None:
    lived = world([lead("L1", "04-10 09:00")], [act("call", "04-10 10:00")], sla=[FIRST_CALL])
    due = at("04-11 09:00")
    rates = [answered(tmp_path, lived, "sla_summary", when)[0]["attainment"] for when in (due, due + TICK)]
    assert rates == [None, 1.0]


def test_who_woke_on_the_ninetieth_day_came_too_late_and_twenty_are_enough(tmp_path: Path) -> None:
    created = at("2025-01-01 09:00")
    woke = created + timedelta(days=30 + 90)
    for count, wakeable in ((19, None), (20, 0.5)):
        leads = [{"lead_id": f"L{number:02}", "created_at": created} for number in range(count)]
        signs = [
            act("inquiry", "01-01", f"L{number:02}") | {"occurred_at": woke - TICK * (number % 2)}
            for number in range(count)
        ]
        lived = world(leads, signs, dormancy={"days": 30, "warn_days": 10})
        folder = tmp_path / str(count)
        listed = answered(folder, lived, "dormant_leads", created + timedelta(days=30 + 90 + 30 + 89))
        assert [row["wakeable"] for row in listed] == [wakeable] * count


def test_two_clocks_of_one_deadline_are_one_delay_from_the_least_to_the_most(tmp_path: Path) -> None:
    demo = {**FIRST_CALL, "start": {"activity": ["demo_request"]}, "due": {"business_days": 0}}
    requests = [
        act("demo_request", "04-09 10:00", not_before=at("04-07 10:00")),
        act("demo_request", "04-09 14:00", not_before=at("04-08 10:00")),
    ]
    lived = world([lead()], requests, sla=[demo])
    (delay,) = answered(tmp_path, lived, "overdue_ranges", at("04-10 12:00"))
    assert (delay["least_late_hours"], delay["most_late_hours"]) == (3.0, 19.0)
