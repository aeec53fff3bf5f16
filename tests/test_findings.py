"""What is loaded and counted all the same, but stands on the data-quality page: every finding, on rows one can see."""

from pathlib import Path
from typing import Any

import pytest

from funnel.questions.catalogue import of_kind
from tests.exports_loading import (
    ACTIVITY,
    AT,
    LEAD,
    Loaded,
    Row,
    load,
    run_loading,
    write_exports,
    write_rules,
)


def lead(lead_id: str = "L1", **values: Any) -> Row:
    return LEAD | {"lead_id": lead_id, "owner": "高橋"} | values


def act(activity_id: str = "A1", **values: Any) -> Row:
    return ACTIVITY | {"activity_id": activity_id, "outcome": "connected"} | values


def change(activity_id: str, to_value: str, **values: Any) -> Row:
    return act(activity_id, type="stage_change", to_value=to_value) | values


def finding(loaded: Loaded, name: str) -> tuple[int, int, list[str]] | None:
    """Rows, leads and the leads' ids of one finding, None where it does not occur."""
    found = loaded.rows(f"select rows, leads from findings where finding = '{name}'")
    ids = loaded.values(f"select lead_id from finding_leads where finding = '{name}'")
    return (*found[0], ids) if found else None


def test_clean_rows_have_no_finding(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=[lead(stage="new")], activities=[act()])
    assert loaded.rows("from findings") == []


def test_an_activity_earlier_than_its_lead(tmp_path: Path) -> None:
    early = [
        act("1", occurred_at="2026-04-01T08:59:59+09:00"),
        act("2", occurred_at=AT),
        act("3", occurred_at="2026-03-01"),
    ]
    loaded = load(tmp_path, leads=[lead()], activities=early)
    assert finding(loaded, "before_creation") == (2, 1, ["L1"])


def test_an_event_more_than_a_day_after_the_newest(tmp_path: Path) -> None:
    """Newest is the mail on 3 April: a booking within the day moves it on to 4 April 09:00, and a day later is not yet more."""
    times = {
        "mail": "2026-04-03T09:00:00+09:00", "booked": "2026-04-04T09:00:00+09:00",
        "edge": "2026-04-05T09:00:00+09:00", "later": "2026-04-05T09:00:00.000001+09:00",
    }  # fmt: skip
    rows = [act(name, type="call", occurred_at=at) for name, at in times.items() if name != "mail"]
    loaded = load(
        tmp_path,
        leads=[lead(), lead("L2")],
        activities=[*rows, act("mail", type="email_open", occurred_at=times["mail"], lead_id="L2")],
    )
    assert finding(loaded, "future") == (1, 1, ["L1"])


@pytest.mark.parametrize(
    ("exported", "found"), [("sql", (1, 1, ["L1"])), ("mql", None), (None, None), ("nonsense", None)]
)
def test_a_last_change_that_is_not_the_exported_stage(
    tmp_path: Path, exported: str | None, found: tuple[int, int, list[str]] | None
) -> None:
    changes = [change("2", "mql"), change("1", "sql")]
    loaded = load(tmp_path, leads=[lead(stage=exported)], activities=changes)
    assert finding(loaded, "stage_mismatch") == found


def test_a_lead_past_the_first_stage_without_a_change(tmp_path: Path) -> None:
    stages = {"a": "new", "b": None, "c": "nurturing", "d": "失注", "e": "nonsense", "f": "mql"}
    leads = [lead(lead_id, stage=stage) for lead_id, stage in stages.items()]
    loaded = load(tmp_path, leads=leads, activities=[change("1", "mql", lead_id="f")])
    assert finding(loaded, "no_history") == (2, 2, ["c", "d"])


@pytest.mark.parametrize(("number", "is_burst"), [(49, False), (50, True)])
def test_fifty_leads_or_changes_in_one_second(tmp_path: Path, number: int, is_burst: bool) -> None:
    second = "2026-04-01T09:00:00.{:06}+09:00"
    leads = [lead(f"{n:02}", created_at=second.format(n * 10_000)) for n in range(number)]
    changes = [change(str(n), "mql", lead_id="00") for n in range(number)]
    loaded = load(
        tmp_path, leads=[*leads, lead("x", created_at="2026-04-01T09:00:01+09:00")], activities=changes
    )
    assert finding(loaded, "import_burst") == (
        (100, 50, [f"{n:02}" for n in range(50)]) if is_burst else None
    )


def test_leads_and_changes_are_no_burst_together(tmp_path: Path) -> None:
    leads = [lead(f"{n:02}") for n in range(30)]
    changes = [change(str(n), "mql", lead_id="00", occurred_at=AT) for n in range(30)]
    assert finding(load(tmp_path, leads=leads, activities=changes), "import_burst") is None


def test_a_type_that_half_the_time_knows_days_only(tmp_path: Path) -> None:
    rows = [
        act("1", type="call", occurred_at="2026-04-02"),
        act("2", type="call", occurred_at="2026-04-03T00:00:00.000001"),
        act("3", type="meeting", occurred_at="2026-04-02"),
        act("4", type="meeting"),
        act("5", type="meeting"),
    ]
    assert finding(load(tmp_path, leads=[lead()], activities=rows), "midnight") == (1, 1, ["L1"])


def test_an_open_lead_without_an_owner(tmp_path: Path) -> None:
    leads = [
        lead("a", owner=None), lead("b", owner=" "), lead("c", owner=None, stage="lost"),
        lead("d", owner=None, stage="won"), lead("e"), lead("f"), lead("g", owner=None, excluded=True),
    ]  # fmt: skip
    rows = [
        act("1", type="owner_change", lead_id="e", from_value="高橋", to_value=None),
        act("2", type="owner_change", lead_id="b", to_value="佐藤"),
    ]
    assert finding(load(tmp_path, leads=leads, activities=rows), "no_owner") == (3, 3, ["a", "e", "g"])


def test_a_lead_at_mql_or_later_that_nobody_touched(tmp_path: Path) -> None:
    stages = {"a": "nurturing", "b": "mql", "c": "won", "d": "lost", "e": "mql", "f": "new"}
    rows = [act("1", lead_id="e"), change("2", "sql", lead_id="f"), act("3", type="email_sent", lead_id="b")]
    leads = [lead(lead_id, stage=stage) for lead_id, stage in stages.items()]
    assert finding(load(tmp_path, leads=leads, activities=rows), "no_touch") == (3, 3, ["b", "c", "f"])


def test_two_changes_of_a_lead_at_one_instant(tmp_path: Path) -> None:
    rows = [change("1", "mql"), change("2", "sql"), change("3", "won", occurred_at="2026-04-09"), act("4")]
    assert finding(load(tmp_path, leads=[lead()], activities=rows), "same_instant") == (2, 1, ["L1"])


def test_a_type_that_half_the_time_has_no_outcome(tmp_path: Path) -> None:
    rows = [
        act("1", outcome=None), act("2"), act("3", type="email_out"), act("4", type="email_out"),
        act("5", type="email_out", outcome=None), act("6", type="meeting", outcome=None),
    ]  # fmt: skip
    assert finding(load(tmp_path, leads=[lead()], activities=rows), "no_outcome") == (1, 1, ["L1"])


def test_a_stage_that_the_rules_do_not_know(tmp_path: Path) -> None:
    leads = [lead("a", stage="Limbo"), lead("b", stage=" "), lead("c", stage="mql")]
    assert finding(load(tmp_path, leads=leads), "unknown_stage") == (1, 1, ["a"])


def test_rows_older_than_the_first_version_of_the_rules(tmp_path: Path) -> None:
    write_rules(tmp_path, "late", effective_from="2026-06-01")
    write_rules(tmp_path, "first", effective_from="2026-04-02")
    leads = [lead("a"), lead("b", created_at="2026-04-02"), lead("c", created_at="2026-04-02")]
    rows = [
        act("1", lead_id="b", occurred_at="2026-04-01T23:59:59"),
        act("2", lead_id="a", occurred_at="2026-04-01"),
    ]
    loaded = run_loading(write_exports(tmp_path, leads=leads, activities=rows))
    assert finding(loaded, "before_rules") == (3, 2, ["a", "b"])


# ---------------------------------------------------------------- newest


def newest(directory: Path, leads: list[Row], activities: list[Row]) -> str:
    loaded = load(directory, leads=leads, activities=activities)
    [text] = loaded.values("select strftime(newest_at, '%Y-%m-%d %H:%M') from newest")
    return str(text)


def test_newest_is_the_last_thing_that_was_not_planned(tmp_path: Path) -> None:
    kinds = {"email_open": "2026-04-05T10:00", "stage_change": "2026-04-06T10:00", "note": "2026-04-04T10:00"}
    rows = [act(kind, type=kind, occurred_at=at, to_value="mql") for kind, at in kinds.items()]
    assert newest(tmp_path, [lead()], rows) == "2026-04-06 10:00"


def test_an_act_of_ours_within_a_day_moves_it_on_and_a_booking_does_not(tmp_path: Path) -> None:
    rows = [
        act("1", occurred_at="2026-04-02T09:00:00+09:00"),
        act("2", occurred_at="2026-04-02T09:00:00.000001+09:00"),
    ]
    assert newest(tmp_path, [lead()], rows) == "2026-04-02 09:00"


def test_a_typo_in_the_year_does_not_move_it(tmp_path: Path) -> None:
    leads = [lead(str(n)) for n in range(200)]
    rows = [act("1", lead_id="1", type="note", occurred_at="2036-04-01")]
    assert newest(tmp_path, [*leads, lead("x", created_at="2062-04-01")], rows) == "2026-04-01 09:00"


def test_an_excluded_lead_counts_for_how_far_the_data_reaches(tmp_path: Path) -> None:
    leads = [lead(), lead("L2", created_at="2026-04-09", excluded=True)]
    assert newest(tmp_path, leads, [act()]) == "2026-04-09 00:00"


# ---------------------------------------------------------------- the answer


def test_data_quality_lists_files_reasons_and_findings_in_the_order_of_the_contract(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        leads=[lead("a", owner=None), lead("a", owner=None), lead("b", created_at=None), lead(None)],  # type: ignore[arg-type]
        activities=[
            act(lead_id="b"),
            act("2", lead_id="a", occurred_at="2026-03-01T10:00"),
            act("3", lead_id="a", type="?"),
        ],
    )
    rows = loaded.answer("data_quality")
    assert [row[:4] for row in rows] == [
        ("file", "leads.parquet rows_read", 4, None),
        ("file", "leads.parquet loaded", 1, None),
        ("file", "leads.parquet quarantined", 3, None),
        ("file", "activities.parquet rows_read", 3, None),
        ("file", "activities.parquet loaded", 1, None),
        ("file", "activities.parquet quarantined", 2, None),
        ("reason", "missing_key", 1, 0),
        ("reason", "missing_time", 1, 1),
        ("reason", "unknown_lead", 1, 1),
        ("reason", "unknown_type", 1, 1),
        ("reason", "duplicate_row", 1, 1),
        ("finding", "before_creation", 1, 1),
        ("finding", "no_owner", 1, 1),
        ("finding", "before_rules", 1, 1),
    ]


def test_what_bends_numbers_are_the_questions_that_read_it(tmp_path: Path) -> None:
    rows = [
        act("1"),
        act("2", lead_id="nobody"),
        act("3", type="pigeon"),
        act("1"),
        act("4", occurred_at=None),
    ]
    leads = [lead("a"), lead("L1", owner=None), lead(None)]
    loaded = load(tmp_path, leads=leads, activities=rows)
    bends = {name: bends for _, name, _, _, bends in loaded.answer("data_quality")}
    assert bends["missing_key"] == bends["missing_time"] == "all"
    assert bends["duplicate_row"] is None
    assert bends["no_owner"] == (
        "stage_aging_leads,sla_summary,sla_clocks,overdue,unassigned,delays,dormant_leads,falling_asleep,recycle_list,"
        "what_if_leads,health_check"
    )
    assert bends["unknown_type"].split(",")[:3] == ["stage_aging_leads", "score_distribution", "score_bands"]
    assert {"conversion", "transitions"} <= set(bends["unknown_lead"].split(","))
    assert not {"conversion", "transitions"} & set(bends["unknown_type"].split(","))


def test_every_question_reads_something_and_nobody_reads_what_is_no_question(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    readers = set(loaded.values("select question from kinds_read"))
    assert set(of_kind("answer")) - {"data_quality"} <= readers
    assert set(loaded.values("select kind from kinds_bent where kind <> 'everything'")) <= set(
        loaded.values("select kind from kinds_read")
    )


def test_leads_that_half_the_time_are_created_at_midnight(tmp_path: Path) -> None:
    leads = [lead("a", created_at="2026-04-01"), lead("b", created_at="2026-04-01T00:00:00.000001")]
    assert finding(load(tmp_path, leads=leads), "midnight") == (1, 1, ["a"])
    leads.append(lead("c"))
    assert finding(load(tmp_path, leads=leads), "midnight") is None


@pytest.mark.parametrize(("time", "is_burst"), [("00:00:00", False), ("00:00:01", True)])
def test_what_stands_at_midnight_is_no_burst(time: str, is_burst: bool, tmp_path: Path) -> None:
    leads = [lead(f"{n:02}", created_at=f"2026-04-01T{time}") for n in range(50)]
    changes = [change(str(n), "mql", lead_id="00", occurred_at=f"2026-04-02T{time}") for n in range(50)]
    found = finding(load(tmp_path, leads=leads, activities=changes), "import_burst")
    assert (found is not None) == is_burst
    assert found is None or found[:2] == (100, 50)


def test_midnight_is_none_of_a_burst_in_its_second(tmp_path: Path) -> None:
    """The second of midnight holds other instants, too."""
    times = ["2026-04-01T00:00:00", *(f"2026-04-01T00:00:00.{n:06}" for n in range(1, 51))]
    leads = [lead(f"{n:02}", created_at=at) for n, at in enumerate(times)]
    found = finding(load(tmp_path, leads=leads), "import_burst")
    assert found is not None and found[:2] == (50, 50)
