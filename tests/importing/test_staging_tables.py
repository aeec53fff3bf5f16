"""Parquet, JSON lines and arrays as text tables."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from funnel.errors import UnusableFile
from funnel.importing.reading.model import Caps
from funnel.importing.reading.rows import original_rows
from funnel.importing.reading.stage import stage
from tests.importing.staging_files import read, stage_all, staged


def parquet(path: Path, **columns: object) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_values_of_parquet_become_the_text_that_they_mean(tmp_path: Path) -> None:
    at = datetime(2026, 4, 1, 9, 30, 0, 250_000)
    path = parquet(
        tmp_path / "leads.parquet",
        id=["1", 'a,"b"\n'],
        whole=pa.array([25842000000262376, None]),
        part=pa.array([7.0, 1.5]),
        price=pa.array([Decimal("10.50"), Decimal("1E+3")], pa.decimal128(12, 2)),
        zoned=pa.array([at.replace(tzinfo=ZoneInfo("Asia/Tokyo")), None], pa.timestamp("ns", "Asia/Tokyo")),
        bare=pa.array([at, datetime(2026, 4, 1)], pa.timestamp("us")),
        seconds=pa.array([datetime(2026, 4, 1, 9, 30), None], pa.timestamp("s", "UTC")),
        day=pa.array([date(2026, 4, 1), None]),
        flag=pa.array([True, False]),
        tags=pa.array([["a", None, "b"], []]),
        owner=pa.array([{"id": 7, "at": at.replace(tzinfo=UTC)}, None]),
        coded=pa.array(["x", "x"]).dictionary_encode(),
        nothing=pa.nulls(2),
    )
    (table,), _ = stage_all(tmp_path, path)
    assert table.header == (
        "id", "whole", "part", "price", "zoned", "bare", "seconds", "day", "flag", "tags", "owner.id", "owner.at",
        "coded", "nothing",
    )  # fmt: skip
    assert read(table) == [
        ("1", "25842000000262376", "7", "10.50", "2026-04-01 00:30:00.25Z", "2026-04-01 09:30:00.25",
         "2026-04-01 09:30:00Z", "2026-04-01", "true", "a;;b", "7", "2026-04-01 09:30:00.25Z", "x", None),
        ('a,"b"\n', None, "1.5", "1000.00", None, "2026-04-01 00:00:00", None, None, "false", None, None, None, "x", None),
    ]  # fmt: skip
    assert (table.form, table.first_line) == ("parquet", 1)
    assert original_rows(table, [2])[2][0] == 2
    assert original_rows(table, [2])[2][1].startswith(b'"a,""b""\n",,1.5')


def test_parquet_over_the_caps_is_refused_from_its_metadata(tmp_path: Path) -> None:
    path = parquet(tmp_path / "leads.parquet", id=[1, 2, 3], name=["a", "b", "c"])
    with pytest.raises(UnusableFile, match="3 rows × 2 columns, over the limit of 5 values"):
        stage([path], tmp_path / "into", caps=Caps(cells=5))
    with pytest.raises(UnusableFile, match="takes more than 10 bytes unpacked"):
        stage([path], tmp_path / "into", caps=Caps(unpacked_bytes=10))


def test_one_long_text_that_a_page_repeats_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("funnel.importing.reading.parquet.BATCH_BYTES", 1_000_000)
    path = parquet(tmp_path / "leads.parquet", id=["x" * 10_000] * 1000)
    assert path.stat().st_size < 50_000
    with pytest.raises(UnusableFile, match="takes more than 1,000,000 bytes"):
        stage([path], tmp_path / "into")


LINES = (
    '{"id": 25842000000262376, "name": "青\\n山", "score": 1.50, "ok": true}\n\n'
    '{"id": "2", "owner": {"id": 7, "deep": {"a": [1, 0.10]}}, "tags": ["a", "b"], "none": null, "rows": [{"x": 1}]}\r\n'
)
HEADER = ("id", "name", "score", "ok", "owner.id", "owner.deep", "tags", "none", "rows")
RECORDS = [
    ("25842000000262376", "青\n山", "1.50", "true", None, None, None, None, None),
    ("2", None, None, None, "7", '{"a": [1, 0.1]}', "a;b", None, '[{"x": 1}]'),
]


def test_json_lines_become_a_table_of_all_their_keys(tmp_path: Path) -> None:
    table = staged(tmp_path, LINES, "leads.jsonl")
    assert (table.form, table.header, read(table)) == ("jsonl", HEADER, RECORDS)
    first, _, second = LINES.splitlines()
    assert original_rows(table, [1, 2]) == {1: (1, first.encode()), 2: (3, second.encode())}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_array_of_records_is_the_same_table(tmp_path: Path, encoding: str) -> None:
    text = json.dumps([json.loads(line) for line in LINES.splitlines() if line], indent=1, ensure_ascii=False)
    table = staged(tmp_path, text.encode(encoding), "leads.json")
    assert table.header == HEADER
    assert [row[:2] for row in read(table)] == [row[:2] for row in RECORDS]
    line, row = original_rows(table, [2])[2]
    codec = "utf-16-le" if encoding == "utf-16" else "utf-8"
    assert (line, json.loads(row.decode(codec))["id"]) == (8, "2")


def test_records_longer_than_what_is_read_at_once_are_whole(tmp_path: Path) -> None:
    records = [{"id": n, "name": "x" * size} for n, size in enumerate([10, 65_530, 200_000, 10])]
    table = staged(tmp_path, "\n".join(map(json.dumps, records)), "leads.jsonl")
    assert [len(row[1] or "") for row in read(table)] == [10, 65_530, 200_000, 10]
    assert original_rows(table, [4])[4][0] == 4


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"id": 1}\n{"id": 2', 2),
        ('{"id": 1}\nx\n', 2),
        ("[1, 2]", 1),
        ('{"id": [' + "[" * 100_000, 1),
        ('{"id": 1}]', 1),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(UnusableFile, match=f"is not JSON records from line {line} on"):
        staged(tmp_path, content, "leads.jsonl")


def test_json_without_records_or_with_endless_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="holds no records"):
        staged(tmp_path, "[]", "leads.json")
    path = tmp_path / "leads.jsonl"
    path.write_text("\n".join(json.dumps({f"k{n}": 1}) for n in range(20)))
    with pytest.raises(UnusableFile, match="more than 10 different keys"):
        stage([path], tmp_path / "into", caps=Caps(columns=10))
