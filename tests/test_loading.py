"""The exports become rows: what is loaded, what is refused and why, and what is only a finding."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.exports_loading import ACTIVITY, LEAD, Row, load


def lead(**values: Any) -> Row:
    return LEAD | values


def activity(**values: Any) -> Row:
    return ACTIVITY | values


LEAD_REFUSALS: list[tuple[Row, list[str]]] = [
    ({"lead_id": None}, ["missing_key"]),
    ({"lead_id": " \t　"}, ["missing_key"]),
    ({"created_at": None}, ["missing_time"]),
    ({"created_at": "  "}, ["missing_time"]),
    ({"created_at": "soon"}, ["unreadable_value"]),
    ({"created_at": "infinity"}, ["unreadable_value"]),
    ({"created_at": "2026-02-30"}, ["unreadable_value"]),
    ({"stage_since": "then"}, ["unreadable_value"]),
    ({"score": "high"}, ["unreadable_value"]),
    ({"employees": "50-100"}, ["unreadable_value"]),
    ({"employees": "12.5"}, ["unreadable_value"]),
    ({"amount": "1,000"}, ["unreadable_value"]),
    ({"opted_out": "maybe"}, ["unreadable_value"]),
    ({"excluded": "?"}, ["unreadable_value"]),
    ({"created_at": "1989-12-31T23:59:59.999999+09:00"}, ["out_of_range"]),
    ({"created_at": "2101-01-01T00:00:00+09:00"}, ["out_of_range"]),
    ({"created_at": "9999-12-31"}, ["out_of_range"]),
    ({"stage_since": "1970-01-01"}, ["out_of_range"]),
    ({"score": "inf"}, ["out_of_range"]),
    ({"amount": "-Infinity"}, ["out_of_range"]),
    ({"employees": "inf"}, ["out_of_range"]),
    ({"lead_id": "", "created_at": None, "score": "x", "amount": "inf"},
     ["missing_key", "missing_time", "unreadable_value", "out_of_range"]),
    ({"created_at": "x", "stage_since": "1970-01-01"}, ["unreadable_value", "out_of_range"]),
]  # fmt: skip


def test_a_lead_is_refused_for_each_reason_that_it_gives(tmp_path: Path) -> None:
    rows = [lead(lead_id=f"R{number}") | given for number, (given, _) in enumerate(LEAD_REFUSALS)]
    loaded = load(tmp_path, leads=[lead(), *rows])
    refused = loaded.rows("select row_number, reason, reasons from quarantine order by row_number")
    assert refused == [
        (number, reasons[0], reasons) for number, (_, reasons) in enumerate(LEAD_REFUSALS, start=2)
    ]
    assert loaded.values("select lead_id from export_leads") == ["L1"]


ACTIVITY_REFUSALS: list[tuple[Row, list[str]]] = [
    ({"activity_id": None}, ["missing_key"]),
    ({"lead_id": " "}, ["missing_key"]),
    ({"occurred_at": None}, ["missing_time"]),
    ({"occurred_at": "yesterday"}, ["unreadable_value"]),
    ({"points": "many"}, ["unreadable_value"]),
    ({"not_before": "never"}, ["unreadable_value"]),
    ({"type": "score_change", "to_value": "high"}, ["unreadable_value"]),
    ({"type": "score_change", "to_value": "nan"}, ["unreadable_value"]),
    ({"occurred_at": "1989-12-31"}, ["out_of_range"]),
    ({"not_before": "2101-01-01"}, ["out_of_range"]),
    ({"points": "inf"}, ["out_of_range"]),
    ({"lead_id": "L9"}, ["unknown_lead"]),
    ({"lead_id": "refused"}, ["unknown_lead"]),
    ({"type": "carrier_pigeon"}, ["unknown_type"]),
    ({"type": None}, ["unknown_type"]),
    ({"type": "Call"}, ["unknown_type"]),
    ({"type": "stage_change", "to_value": None}, ["unknown_stage"]),
    ({"type": "stage_change", "to_value": "limbo"}, ["unknown_stage"]),
    ({"lead_id": "L9", "type": "stage_change", "to_value": "limbo"}, ["unknown_lead", "unknown_stage"]),
    ({"activity_id": "", "lead_id": "L9", "occurred_at": None, "type": "pigeon", "points": "x",
      "not_before": "1970-01-01"},
     ["missing_key", "missing_time", "unreadable_value", "out_of_range", "unknown_lead", "unknown_type"]),
]  # fmt: skip


def test_an_activity_is_refused_for_each_reason_that_it_gives(tmp_path: Path) -> None:
    rows = [activity(activity_id=f"R{number}") | given for number, (given, _) in enumerate(ACTIVITY_REFUSALS)]
    loaded = load(
        tmp_path, leads=[lead(), lead(lead_id="refused", created_at=None)], activities=[activity(), *rows]
    )
    refused = loaded.rows(
        """select row_number, reason, reasons from quarantine where file = 'activities.parquet'
        order by row_number"""
    )
    assert refused == [
        (number, reasons[0], reasons) for number, (_, reasons) in enumerate(ACTIVITY_REFUSALS, start=2)
    ]
    assert loaded.values("select count(*) from export_activities") == [1]


def test_a_refused_row_is_kept_whole(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        leads=[lead(), lead(lead_id="L2", created_at=None, company="桜\n商事", score="NaN", region="北")],
    )
    [(file, number, lead_id, values)] = loaded.rows(
        "select file, row_number, lead_id, values from quarantine"
    )
    assert (file, number, lead_id) == ("leads.parquet", 2, "L2")
    assert json.loads(values) == {
        "lead_id": "L2", "created_at": None, "company": "桜\n商事", "score": "NaN", "region": "北",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["olist", "helpdesk"])
def test_real_exports_load_whole(name: str) -> None:
    from tests.exports_loading import run_loading

    directory = Path(__file__).parents[2] / "shared" / "data" / name
    if not directory.exists():
        pytest.skip(f"the real data of {name} is not on this machine")
    loaded = run_loading(directory)
    counts = {"olist": [(8000, 8000, 0), (842, 842, 0)], "helpdesk": [(4580, 4580, 0), (26408, 26408, 0)]}
    assert loaded.rows("select rows_read, rows_loaded, rows_quarantined from file_counts") == counts[name]
