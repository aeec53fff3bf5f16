"""Finding the exports: what stops the load, each in one sentence that says what and what to do."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from funnel.errors import UnusableFile
from funnel.exports.files import Caps, changed, damaged, find_exports

AT = datetime(2026, 4, 1, tzinfo=UTC)
LEAD = {"lead_id": "L1", "created_at": AT}
ACTIVITY = {"activity_id": "A1", "lead_id": "L1", "occurred_at": AT, "type": "call"}


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows)), path)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write(tmp_path / "leads.parquet", LEAD)
    write(tmp_path / "activities.parquet", ACTIVITY)
    return tmp_path


def refusal(data: Path, **caps: int) -> UnusableFile:
    with pytest.raises(UnusableFile) as caught:
        find_exports(data, Caps(**caps))
    assert "\n" not in caught.value.en + caught.value.ja
    return caught.value


def test_two_files_are_enough(data: Path) -> None:
    exports = find_exports(data)
    assert exports.lead_files == (data / "leads.parquet",)
    assert exports.activity_files == (data / "activities.parquet",)
    assert exports.cost_files == ()
    assert exports.rows == 2


def test_a_folder_of_parts_is_one_export(data: Path) -> None:
    (data / "activities.parquet").unlink()
    second = write(data / "activities" / "2026-02.parquet", ACTIVITY)
    first = write(data / "activities" / "2026-01.parquet", ACTIVITY)
    assert find_exports(data).activity_files == (first, second)


def test_a_folder_may_bear_the_name_of_the_file(data: Path) -> None:
    (data / "activities.parquet").unlink()
    part = write(data / "activities.parquet" / "part-0.parquet", ACTIVITY)
    assert find_exports(data).activity_files == (part,)


def test_a_file_and_a_folder_of_one_export_are_one_too_many(data: Path) -> None:
    write(data / "leads" / "a.parquet", LEAD)
    assert "holds both leads.parquet and leads/" in refusal(data).en


def test_a_column_of_another_type_is_noted(data: Path) -> None:
    write(data / "leads.parquet", LEAD | {"score": "12", "owner": 7, "employees": 5})
    assert find_exports(data).notes == ("leads.parquet: score (string)", "leads.parquet: owner (int64)")


def test_the_same_bytes_have_the_same_fingerprint_anywhere(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in ("leads.parquet", "activities.parquet"):
        write(copy / name, LEAD)
        (copy / name).write_bytes((data / name).read_bytes())
    assert find_exports(copy).fingerprint == find_exports(data).fingerprint
    write(copy / "leads.parquet", LEAD | {"lead_id": "L2"})
    assert find_exports(copy).fingerprint != find_exports(data).fingerprint


def test_a_file_that_is_written_again_has_changed(data: Path) -> None:
    exports = find_exports(data)
    assert not changed(exports)
    write(data / "leads.parquet", LEAD, LEAD)
    assert changed(exports)


def test_a_file_that_comes_or_goes_is_a_change(data: Path) -> None:
    exports = find_exports(data)
    write(data / "costs.parquet", {"month": AT, "channel": "ad", "cost": 1.0})
    assert changed(exports)
    exports = find_exports(data)
    (data / "leads.parquet").unlink()
    assert changed(exports)


@pytest.mark.parametrize("name", ["leads.parquet", "activities.parquet"])
def test_an_absent_file_is_named(data: Path, name: str) -> None:
    (data / name).unlink()
    assert f"{name} is not in" in refusal(data).en
    assert f"{name} がありません" in refusal(data).ja


def test_a_folder_without_parts_is_named(data: Path) -> None:
    (data / "leads.parquet").unlink()
    (data / "leads").mkdir()
    assert "leads/ in" in refusal(data).en and "no .parquet file" in refusal(data).en


def test_an_empty_file_is_named(data: Path) -> None:
    (data / "leads.parquet").write_bytes(b"")
    assert refusal(data).en == "leads.parquet is empty (0 bytes): export it again."


def test_a_file_that_is_cut_off_is_named(data: Path) -> None:
    path = data / "activities.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    assert refusal(data).en.startswith("activities.parquet is cut off or damaged")


def test_a_file_of_another_kind_is_named(data: Path) -> None:
    (data / "leads.parquet").write_text("lead_id,created_at\nL1,2026-04-01\n")
    assert refusal(data).en.startswith("leads.parquet is not a Parquet file")


@pytest.mark.parametrize("column", ["lead_id", "created_at"])
def test_a_required_column_that_is_missing_is_named(data: Path, column: str) -> None:
    write(data / "leads.parquet", {name: value for name, value in LEAD.items() if name != column})
    assert f'leads.parquet has no column "{column}"' in refusal(data).en


def test_the_nearest_column_is_offered(data: Path) -> None:
    write(data / "leads.parquet", {"leadid": "L1", "created_at": AT})
    assert '(there is "leadid")' in refusal(data).en


def test_a_part_without_the_column_is_the_one_named(data: Path) -> None:
    (data / "leads.parquet").unlink()
    write(data / "leads" / "a.parquet", LEAD)
    write(data / "leads" / "b.parquet", {"lead_id": "L2"})
    assert refusal(data).en.startswith('leads/b.parquet has no column "created_at"')


@pytest.mark.parametrize("time", [1_775_000_000, 1.5, True, [AT]])
def test_a_time_column_that_cannot_be_a_time_is_named(data: Path, time: object) -> None:
    write(data / "leads.parquet", LEAD | {"created_at": time})
    assert 'the column "created_at" holds' in refusal(data).en


def test_an_optional_time_column_of_nothing_but_nan_is_read(data: Path) -> None:
    write(data / "leads.parquet", LEAD | {"stage_since": float("nan")})
    assert find_exports(data).rows == 2


def test_columns_that_differ_in_case_only_are_named(data: Path) -> None:
    write(data / "leads.parquet", LEAD | {"Company": "A", "company": "B"})
    assert 'two columns "Company" and "company"' in refusal(data).en


def test_more_values_than_the_cap_are_refused_before_reading(data: Path) -> None:
    assert "has 2 values (rows × columns), over the limit of 1" in refusal(data, cells=1).en


def test_more_bytes_than_the_cap_are_refused_before_reading(data: Path) -> None:
    assert "over the limit of 10" in refusal(data, unpacked_bytes=10).en


def test_the_caps_come_from_the_environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNEL_MAX_CELLS", "1")
    with pytest.raises(UnusableFile, match="FUNNEL_MAX_CELLS"):
        find_exports(data)


def test_a_file_that_may_not_be_read_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(data).en.startswith("leads.parquet may not be read")


def test_zero_rows_are_fine(data: Path) -> None:
    pq.write_table(pa.Table.from_pylist([LEAD]).slice(0, 0), data / "leads.parquet")
    assert find_exports(data).rows == 1


def test_a_page_that_cannot_be_read_is_told_without_its_values(data: Path) -> None:
    exports = find_exports(data)
    told = damaged(exports, f'Parquet file "{data}/leads.parquet": value "secret" is not valid UTF8!')
    assert told is not None
    assert told.en == "leads.parquet holds text that is not UTF-8: export it again as UTF-8."
    told = damaged(exports, f'Failed to read file "{data}/activities.parquet": Snappy decompression failure')
    assert told is not None and told.en.startswith("activities.parquet is damaged inside")
    assert damaged(exports, "No space left on device") is None
