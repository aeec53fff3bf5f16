"""Dates and times as tools write them: zones, orders of day and month, epochs, open ends, doubled hours."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from funnel.errors import FunnelError
from tests.importing.imports import Imported, at, csv, take

HUBSPOT = (
    "Record ID",
    "Email",
    "Lifecycle Stage",
    "Contact owner",
    "Create Date",
    "Became a Marketing Qualified Lead Date",
)
TABLE = ("lead_id", "created_at", "stage_since")
EVENTS = ("activity_id", "lead_id", "occurred_at", "type")


def hubspot(folder: Path, *times: tuple[str, str], **said: str) -> Imported:
    """An import of contacts with these times of creation and of becoming an MQL."""
    rows = [(str(number), "", "lead", "", *pair) for number, pair in enumerate(times, start=1)]
    return take(folder, {"hubspot.csv": csv(HUBSPOT, *rows)}, **said)  # type: ignore[arg-type]


def created(found: Imported) -> list[datetime]:
    return [lead["created_at"] for lead in found.leads.values()]


def test_a_time_is_read_as_it_is_written_and_without_a_zone_in_the_rules_zone(tmp_path: Path) -> None:
    written = {
        "2024-04-01 09:30": at("2024-04-01 09:30"),
        "2024-04-01 9:30:15": at("2024-04-01 09:30:15"),
        "2024/4/1 9:30": at("2024-04-01 09:30"),
        "2024-04-01": at("2024-04-01 00:00"),
        "2024年4月1日": at("2024-04-01 00:00"),
        "2024年4月1日 9時05分": at("2024-04-01 09:05"),
        "2024-04-01T00:30:00.000Z": at("2024-04-01 09:30"),
        "2024-04-01T00:30:00+0000": at("2024-04-01 09:30"),
        "2024-04-01T00:30:00.123456Z": at("2024-04-01 09:30:00.123456"),
        "2024-03-31 17:30:00-07:00": at("2024-04-01 09:30"),
        "2019-07-12 09:50:36 UTC": at("2019-07-12 18:50:36"),
        "15 Apr, 2021 00:03:00": at("2021-04-15 00:03"),
        "Apr 15, 2021 3:07 PM": at("2021-04-15 15:07"),
        "1526573033537": datetime(2018, 5, 17, 16, 3, 53, 537000, UTC),
    }
    rows = [(f"{number:02}", text, "") for number, text in enumerate(written)]
    found = take(tmp_path, {"leads.csv": csv(TABLE, *rows)})
    assert not found.refused
    assert dict(zip(written, created(found), strict=True)) == written


def test_a_portals_own_zone_is_said_in_a_mapping_of_ones_own(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "funnel" / "importing" / "mapping" / "shipped" / "hubspot.toml"
    mine = tmp_path / "mine.toml"
    text = shipped.read_text(encoding="utf-8").replace(
        'timezone = ""', 'timezone = "America/Argentina/Buenos_Aires"', 1
    )
    mine.write_text(text, encoding="utf-8")
    found = hubspot(tmp_path, ("2024-04-01 09:30", "2024-04-02"), mappings=(mine,))  # type: ignore[arg-type]
    assert created(found) == [at("2024-04-01 09:30", "America/Argentina/Buenos_Aires")]
    # a day is a day of the company's, in whatever zone the times of the file are
    assert found.of_type("stage_change", "occurred_at") == [(at("2024-04-02 00:00"),)]


def test_day_before_month_is_told_from_the_values(tmp_path: Path) -> None:
    found = hubspot(tmp_path, ("03/04/2024 14:30", ""), ("25/12/2023", ""))
    assert created(found) == [at("2024-04-03 14:30"), at("2023-12-25 00:00")]


def test_month_before_day_is_told_from_the_values(tmp_path: Path) -> None:
    found = hubspot(tmp_path, ("3/4/2024 2:30 PM", "3/15/2024 2:30 PM"))
    assert created(found) == [at("2024-03-04 14:30")]
    assert found.of_type("stage_change", "occurred_at") == [(at("2024-03-15 14:30"),)]


def test_where_no_value_tells_the_order_of_day_and_month_it_is_asked(tmp_path: Path) -> None:
    with pytest.raises(FunnelError, match="--date-order") as error:
        hubspot(tmp_path, ("03/04/2024 14:30", ""))
    assert "hubspot.csv" in str(error.value) and "--date-order" in error.value.sentence("ja")
    assert not (tmp_path / "data" / "generations" / "current").exists()
    found = hubspot(tmp_path, ("03/04/2024 14:30", ""), date_order="dmy")
    assert created(found) == [at("2024-04-03 14:30")]


def test_a_value_that_fits_no_day_of_the_files_order_is_refused(tmp_path: Path) -> None:
    found = hubspot(tmp_path, ("25/12/2023", ""), ("12/25/2023", ""), ("31/02/2024", ""), date_order="dmy")
    assert created(found) == [at("2023-12-25 00:00")]
    assert found.reasons == {3: ["unreadable_value"], 4: ["unreadable_value"]}


def test_of_a_doubled_hour_the_first_is_meant_and_a_skipped_one_moves_forward(tmp_path: Path) -> None:
    rows = (
        ("1", "2024-11-03 01:30", ""),  # 05:30Z and 06:30Z
        ("2", "2024-11-03T01:30:00-05:00", ""),
        ("3", "2024-03-10 02:30", ""),
        ("4", "2024-11-03 00:59", ""),
        ("5", "2024-11-03 02:00", ""),
    )
    found = take(tmp_path, {"leads.csv": csv(TABLE, *rows)}, timezone="America/New_York")
    assert [f"{moment.astimezone(UTC):%H:%M}" for moment in created(found)] == [
        "05:30",
        "06:30",
        "07:30",
        "04:59",
        "07:00",
    ]


def test_an_open_end_is_no_date_and_a_time_out_of_range_is_refused(tmp_path: Path) -> None:
    leads = (("1", "2024-04-01", "9999-12-31 23:59:59"), ("2", "1899-12-30", ""), ("3", "9999-12-31", ""))
    events = (
        ("a", "1", "9999-12-31 23:59:59", "call"),
        ("b", "1", "2050-01-01", "call"),
        ("c", "1", "1970-01-01", "call"),
    )
    found = take(tmp_path, {"leads.csv": csv(TABLE, *leads), "calls.csv": csv(EVENTS, *events)})
    assert list(found.leads) == ["1"]
    assert found.leads["1"]["stage_since"] is None
    assert found.of_type("call", "activity_id", "occurred_at") == [("b", at("2050-01-01 00:00"))]
    assert [(row["file"], row["line"], row["reasons"]) for row in found.refused] == [
        ("calls.csv", 2, ["out_of_range"]), ("calls.csv", 4, ["out_of_range"]),
        ("leads.csv", 3, ["out_of_range"]), ("leads.csv", 4, ["out_of_range"]),
    ]  # fmt: skip


def test_an_open_end_in_a_stage_column_is_no_stage(tmp_path: Path) -> None:
    found = hubspot(tmp_path, ("2024-04-01", "9999-12-31 23:59"))
    assert not found.activities


def test_odd_but_possible_orders_of_times_are_kept_for_the_page_of_data_quality(tmp_path: Path) -> None:
    """Won before it was created, changed before it was created, in the future: findings, no reasons to refuse."""
    leads = csv(("lead_id", "created_at", "updated_at", "stage"), ("1", "2024-04-10", "2024-04-01", "won"))
    events = csv(
        (*EVENTS, "to_value"),
        ("a", "1", "2024-04-08", "stage_change", "won"),
        ("b", "1", "2031-01-01", "call", ""),
    )
    found = take(tmp_path, {"leads.csv": leads, "events.csv": events})
    assert not found.refused
    assert [row["occurred_at"] for row in found.activities] == [
        at("2024-04-08 00:00"),
        at("2031-01-01 00:00"),
    ]


def test_a_day_of_a_task_is_that_day_in_the_rules_zone(tmp_path: Path) -> None:
    """ActivityDate is a date: nine hours must not make it the next day, nor the evening before."""
    leads = csv(
        ("Id", "CreatedDate", "Company", "Status", "IsConverted"),
        ("00Q000000000001EAA", "2024-04-01T00:00:00.000Z", "A", "New", "false"),
    )
    tasks = csv(
        ("Id", "WhoId", "Status", "ActivityDate", "Subject", "TaskSubtype"),
        ("00T000000000001EAA", "00Q000000000001EAA", "Completed", "2024-04-01", "Call", "Call"),
    )
    found = take(tmp_path, {"Lead.csv": leads, "Task.csv": tasks})
    assert [
        f"{row[0].astimezone(at('2024-04-01').tzinfo):%Y-%m-%d}"
        for row in found.of_type("call", "occurred_at")
    ] == ["2024-04-01"]


def test_events_of_one_second_and_repeated_entries_of_a_stage_all_stay(tmp_path: Path) -> None:
    events = csv(
        (*EVENTS, "to_value"),
        ("a", "1", "2024-04-01 10:00:00.0", "stage_change", "mql"),
        ("b", "1", "2024-04-01 10:00:00.3", "stage_change", "sql"),
        ("c", "1", "2024-04-01 10:00:00.3", "stage_change", "mql"),
        ("d", "1", "2024-04-02 10:00:00", "stage_change", "sql"),
    )
    found = take(tmp_path, {"leads.csv": csv(TABLE, ("1", "2024-04-01", "")), "events.csv": events})
    assert found.of_type("stage_change", "activity_id", "to_value") == [
        ("a", "mql"),
        ("b", "sql"),
        ("c", "mql"),
        ("d", "sql"),
    ]
