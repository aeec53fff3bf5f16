"""A value of an export is read alike whatever type its column has, and in the rules' zone where it names none."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

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

TOKYO = timezone(timedelta(hours=9))
NINE = datetime(2026, 4, 1, 9, 0, tzinfo=TOKYO)


def lead_column(directory: Path, name: str, values: pa.Array, zone: str = "Asia/Tokyo") -> Loaded:
    """Leads L0, L1, … with one column as given."""
    columns: dict[str, Any] = {
        "lead_id": [f"L{number}" for number in range(len(values))],
        "created_at": [AT] * len(values),
    }
    write_rules(directory, timezone=zone)
    return run_loading(write_exports(directory, leads=pa.table(columns | {name: values})))


def column_of(loaded: Loaded, name: str) -> list[Any]:
    return loaded.values(f"select {name} from export_leads order by lead_id")


# ---------------------------------------------------------------- times

TIME_TYPES: dict[str, pa.Array] = {
    "an instant": pa.array([NINE], pa.timestamp("us", "UTC")),
    "an instant of milliseconds": pa.array([NINE], pa.timestamp("ms", "UTC")),
    "an instant of nanoseconds": pa.array([NINE], pa.timestamp("ns", "Asia/Tokyo")),
    "a local time": pa.array([NINE.replace(tzinfo=None)], pa.timestamp("us")),
    "a local time of seconds": pa.array([NINE.replace(tzinfo=None)], pa.timestamp("s")),
    "a local time of nanoseconds": pa.array([NINE.replace(tzinfo=None)], pa.timestamp("ns")),
    "text": pa.array(["2026-04-01T09:00:00+09:00"]),
    "large text": pa.array(["2026-04-01 09:00"], pa.large_string()),
    "categories": pa.array(["2026-04-01T00:00:00Z"]).dictionary_encode(),
    "bytes": pa.array([b"2026-04-01T00:00:00Z"], pa.binary()),
}


@pytest.mark.parametrize("kind", TIME_TYPES)
def test_a_time_may_come_as(tmp_path: Path, kind: str) -> None:
    assert column_of(lead_column(tmp_path, "stage_since", TIME_TYPES[kind]), "stage_since") == [NINE]


@pytest.mark.parametrize("values", [pa.array([date(2026, 4, 1)]), pa.array([date(2026, 4, 1)], pa.date64())])
def test_a_date_is_its_local_midnight(tmp_path: Path, values: pa.Array) -> None:
    loaded = lead_column(tmp_path, "stage_since", values)
    assert column_of(loaded, "stage_since") == [datetime(2026, 4, 1, tzinfo=TOKYO)]


@pytest.mark.parametrize("values", [pa.array([None]), pa.array([float("nan")]), pa.array([" "])])
def test_an_empty_optional_time_is_null(tmp_path: Path, values: pa.Array) -> None:
    assert column_of(lead_column(tmp_path, "stage_since", values), "stage_since") == [None]


@pytest.mark.parametrize("zone", ["UTC", None])
def test_nanoseconds_are_cut_and_never_rounded(tmp_path: Path, zone: str | None) -> None:
    at = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp()) * 10**9 + 123_456_999
    loaded = lead_column(tmp_path, "stage_since", pa.array([at], pa.timestamp("ns", zone)), "UTC")
    assert column_of(loaded, "stage_since") == [datetime(2026, 4, 1, microsecond=123_456, tzinfo=UTC)]


ISO_TEXTS = {
    "2026-04-01": datetime(2026, 4, 1, tzinfo=TOKYO),
    " 2026-04-01　": datetime(2026, 4, 1, tzinfo=TOKYO),
    "20260401": datetime(2026, 4, 1, tzinfo=TOKYO),
    "2026-04-01T09": NINE,
    "2026-04-01T09:00": NINE,
    "2026-04-01 09:00:00": NINE,
    "2026-04-01T09:00:00.000000": NINE,
    "2026-04-01T09:00:00,5": NINE + timedelta(seconds=0.5),
    "2026-04-01T09:00:00.123456789": NINE + timedelta(microseconds=123_456),
    "2026-04-01T09:00:00.9999999": NINE + timedelta(microseconds=999_999),
    "2026-04-01T00:00Z": NINE,
    "2026-04-01T00:00:00z": NINE,
    "2026-04-01T00:00:00.123456789Z": NINE + timedelta(microseconds=123_456),
    "2026-04-01T00:00:00+00:00": NINE,
    "2026-04-01 00:00:00 +0000": NINE,
    "2026-03-31T20:00:00-04": NINE,
    "20260401T090000": NINE,
    "20260401T0000Z": NINE,
    "2026-04-01T05:30:00+05:30": NINE,
}


def test_iso_text_is_read_in_all_its_spellings(tmp_path: Path) -> None:
    loaded = lead_column(tmp_path, "stage_since", pa.array(list(ISO_TEXTS)))
    assert loaded.values("select values from quarantine") == []
    read = dict(
        zip(
            ISO_TEXTS,
            loaded.values("select stage_since from export_leads order by lead_id[2:]::int"),
            strict=True,
        )
    )
    assert read == ISO_TEXTS


UNREADABLE_TIMES = [
    "epoch", "infinity", "now", "today", "noon", "2026-13-01", "2026-02-29", "2026-04-01T25:00", "1775000000",
    "4/1/2026", "2026年4月1日", "2026-04",
]  # fmt: skip


def test_text_that_is_no_time_is_refused(tmp_path: Path) -> None:
    loaded = lead_column(tmp_path, "stage_since", pa.array(UNREADABLE_TIMES))
    assert loaded.values("select reason from quarantine") == ["unreadable_value"] * len(UNREADABLE_TIMES)


@pytest.mark.parametrize("as_text", [True, False])
def test_a_doubled_local_time_is_its_first_and_a_skipped_one_moves_forward(
    tmp_path: Path, as_text: bool
) -> None:
    walls = {
        "2026-10-25 01:59:59": "2026-10-24T23:59:59Z",
        "2026-10-25 02:00:00": "2026-10-25T00:00:00Z",
        "2026-10-25 02:59:59": "2026-10-25T00:59:59Z",
        "2026-10-25 03:00:00": "2026-10-25T02:00:00Z",
        "2026-10-25 05:00:00": "2026-10-25T04:00:00Z",
        "2026-03-29 01:59:59": "2026-03-29T00:59:59Z",
        "2026-03-29 02:30:00": "2026-03-29T01:30:00Z",
        "2026-03-29 03:30:00": "2026-03-29T01:30:00Z",
    }
    values = pa.array(list(walls)) if as_text else pa.array([datetime.fromisoformat(wall) for wall in walls])
    loaded = lead_column(tmp_path, "stage_since", values, "Europe/Rome")
    read = [f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for at in column_of(loaded, "stage_since")]
    assert dict(zip(walls, read, strict=True)) == walls


def test_a_doubled_half_hour_is_its_first(tmp_path: Path) -> None:
    """Lord Howe Island turns its clocks by thirty minutes."""
    values = pa.array([datetime(2026, 4, 5, 1, 29), datetime(2026, 4, 5, 1, 45), datetime(2026, 4, 5, 2, 0)])
    loaded = lead_column(tmp_path, "stage_since", values, "Australia/Lord_Howe")
    assert [at.astimezone(UTC).time() for at in column_of(loaded, "stage_since")] == [
        time(14, 29), time(14, 45), time(15, 30),
    ]  # fmt: skip


def test_the_range_of_times_is_that_of_local_years(tmp_path: Path) -> None:
    values = pa.array(
        [
            "1989-12-31T23:59:59.999999",
            "1990-01-01T00:00:00",
            "2100-12-31T23:59:59.999999",
            "2101-01-01T00:00:00",
        ]
    )
    loaded = lead_column(tmp_path, "stage_since", values, "America/Sao_Paulo")
    assert loaded.values("select row_number from quarantine where reason = 'out_of_range'") == [1, 4]


def test_times_beyond_every_calendar_are_refused_and_harm_nothing(tmp_path: Path) -> None:
    values = pa.array([2**62, -(2**62)], pa.int64()).cast(pa.timestamp("us"))
    loaded = lead_column(tmp_path, "stage_since", values)
    assert len(loaded.values("select reason from quarantine")) == 2


# ---------------------------------------------------------------- texts, numbers, flags

ID_TYPES: dict[str, tuple[pa.Array, list[str]]] = {
    "text": (pa.array(["NA", "0", "007", " x "]), ["NA", "0", "007", " x "]),
    "whole numbers": (pa.array([7, 2**60]), ["7", str(2**60)]),
    "doubles": (pa.array([7.0, 12.5]), ["7", "12.5"]),
    "decimals": (pa.array([Decimal("7")], pa.decimal128(5, 0)), ["7"]),
    "categories": (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
    "bytes": (pa.array(["桜".encode(), b"b"], pa.binary()), ["桜", "b"]),
}


@pytest.mark.parametrize("kind", ID_TYPES)
def test_keys_may_come_as(tmp_path: Path, kind: str) -> None:
    values, texts = ID_TYPES[kind]
    loaded = load(
        tmp_path,
        leads=pa.table({"lead_id": values, "created_at": [AT] * len(values)}),
        activities=[ACTIVITY | {"lead_id": text, "activity_id": text} for text in texts],
    )
    assert sorted(loaded.values("select lead_id from export_leads")) == sorted(texts)
    assert loaded.values("select count(*) from export_activities") == [len(texts)]


def test_a_key_that_is_not_a_number_is_missing(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=pa.table({"lead_id": [1.0, float("nan")], "created_at": [AT, AT]}))
    assert loaded.values("select reason from quarantine") == ["missing_key"]


def test_text_of_blanks_is_null_and_any_other_is_kept_as_it_is(tmp_path: Path) -> None:
    texts = ["", " ", "　\t\n\u00a0", "\u200b", " a", "é", "、", "～", "株式会社", "0"]
    loaded = lead_column(tmp_path, "company", pa.array(texts))
    assert column_of(loaded, "company") == [None, None, None, *texts[3:]]


@pytest.mark.parametrize(
    "values", [pa.array([[1, 2]]), pa.array([{"a": 1}]), pa.array([True]), pa.array([b"\xff"])]
)
def test_any_other_type_is_read_through_text(tmp_path: Path, values: pa.Array) -> None:
    [text] = column_of(lead_column(tmp_path, "company", values), "company")
    assert isinstance(text, str) and text


NUMBERS: dict[str, tuple[pa.Array, list[float | None]]] = {
    "doubles": (pa.array([1.5, 0.0, float("nan"), None]), [1.5, 0.0, None, None]),
    "floats": (pa.array([1.5], pa.float32()), [1.5]),
    "whole numbers": (pa.array([3, None], pa.int8()), [3.0, None]),
    "decimals": (pa.array([Decimal("12.50")]), [12.5]),
    "text": (pa.array(["12", " 1e3 ", "-.5", "NaN", " ", None]), [12.0, 1000.0, -0.5, None, None, None]),
    "nothing": (pa.array([None]), [None]),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_number_may_come_as(tmp_path: Path, kind: str) -> None:
    values, numbers = NUMBERS[kind]
    assert column_of(lead_column(tmp_path, "score", values), "score") == numbers


@pytest.mark.parametrize(
    "values",
    [
        pa.array([50.0, None]),
        pa.array(["50", " "]),
        pa.array([50, None], pa.uint64()),
        pa.array(["50.0", ""]),
    ],
)
def test_a_head_count_is_a_whole_number(tmp_path: Path, values: pa.Array) -> None:
    assert column_of(lead_column(tmp_path, "employees", values), "employees") == [50, None]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([True, False, None]),
        pa.array(["true", "FALSE", " "]),
        pa.array([1, 0, None]),
        pa.array([1.0, 0.0, float("nan")]),
    ],
)
def test_an_opt_out_that_is_not_given_is_not_known(tmp_path: Path, values: pa.Array) -> None:
    assert column_of(lead_column(tmp_path, "opted_out", values), "opted_out") == [True, False, None]


def test_numbers_that_are_none_are_empty_and_found(tmp_path: Path) -> None:
    loaded = lead_column(tmp_path, "score", pa.array(["1_000", "1,000", "0x10", "twelve", "--1"]))
    assert loaded.values("select score from export_leads") == [None] * 5
    assert loaded.rows("select rows, leads from findings where finding = 'unreadable_cell'") == [(5, 5)]


def test_in_a_typed_column_only_fractions_and_infinities_cannot_be_read(tmp_path: Path) -> None:
    loaded = lead_column(tmp_path, "employees", pa.array([12.0, 12.5, float("inf"), float("nan"), None]))
    assert loaded.values("select employees from export_leads order by lead_id") == [
        12,
        None,
        None,
        None,
        None,
    ]
    assert loaded.rows("select rows from findings where finding = 'unreadable_cell'") == [(2,)]


def test_every_optional_column_may_be_missing(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=[LEAD], activities=[ACTIVITY])
    [row] = loaded.rows(
        "select * exclude (lead_no, lead_id, created_at, path, row_number, unreadable_cells) from export_leads"
    )
    assert set(row) == {None, False}
    assert loaded.values("select count(*) from export_activities") == [1]


def test_column_names_are_known_in_any_case(tmp_path: Path) -> None:
    loaded = load(tmp_path, leads=[{"Lead_ID": "L1", "CREATED_AT": AT, "Company": "桜"}, {"CREATED_AT": AT}])
    assert loaded.rows("select lead_id, company from export_leads") == [("L1", "桜")]
    assert loaded.values("select reason from quarantine") == ["missing_key"]


def test_parts_of_different_types_are_read_as_one(tmp_path: Path) -> None:
    parts: dict[str, list[Row]] = {
        "a": [LEAD | {"lead_id": "L1", "score": 1.5}],
        "b": [LEAD | {"lead_id": "L2", "score": "2.5", "created_at": NINE}],
        "c": [LEAD | {"lead_id": "L3", "score": None, "company": "桜"}],
    }
    loaded = load(tmp_path, leads=parts)
    assert loaded.rows("select lead_id, created_at, score, company from export_leads") == [
        ("L1", NINE, 1.5, None), ("L2", NINE, 2.5, None), ("L3", NINE, None, "桜"),
    ]  # fmt: skip
