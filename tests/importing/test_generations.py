"""Generations: an import is served whole or not at all, and the former ones stay within reach."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from funnel.errors import FunnelError, UnusableFile
from funnel.exports.current import served
from funnel.exports.files import changed, find_exports, rewritten
from funnel.importing.publishing.generations import (
    Generation,
    current,
    draft,
    every,
    find,
    go_back,
    go_back_to_own,
    verify,
)

AT = datetime(2026, 4, 1, tzinfo=UTC)


def write_leads(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.table({"lead_id": list(names), "created_at": [AT] * len(names)}), folder / "leads.parquet"
    )


def write_activities(path: Path, *names: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = {"activity_id": list(names), "lead_id": ["L1"] * len(names)}
    times = {"occurred_at": [AT] * len(names), "type": ["call"] * len(names)}
    pq.write_table(pa.table(rows | times), path)


def publish(data: Path, *names: str) -> Generation:
    """An import of these leads: what was kept before is linked, a part of the activities is added."""
    with draft(data) as made:
        write_leads(made.path, *names)
        if made.parent:
            for name in made.parent.files:
                if name.startswith("activities/"):
                    made.link(name)
        write_activities(made.path / "activities" / f"{made.id}.parquet", made.id)
        return made.publish({"leads": len(names)})


def leads_of(data: Path) -> list[str]:
    rows: list[str] = pq.read_table(served(data) / "leads.parquet")["lead_id"].to_pylist()
    return rows


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("FUNNEL_GENERATIONS", raising=False)
    monkeypatch.setenv("FUNNEL_LAYERS", "")
    yield


# ---------------------------------------------------------------- publishing


def test_without_an_import_the_directory_itself_is_served(data: Path) -> None:
    assert served(data) == data
    assert current(data) is None
    assert every(data) == ()


def test_what_is_published_is_served(data: Path) -> None:
    made = publish(data, "L1", "L2")
    assert served(data) == made.path == data / "generations" / made.id
    assert current(data) == made
    assert leads_of(data) == ["L1", "L2"]
    assert made.summary == {"leads": 2}
    assert made.parent is None
    assert set(made.files) == {"leads.parquet", f"activities/{made.id}.parquet"}


def test_an_import_is_served_even_beside_exports_of_the_directory_s_own(data: Path) -> None:
    write_leads(data, "own")
    assert leads_of(data) == ["own"]
    publish(data, "imported")
    assert leads_of(data) == ["imported"]


def test_a_draft_that_is_left_unpublished_leaves_nothing(data: Path) -> None:
    publish(data, "L1")
    before = sorted(path.name for path in (data / "generations").iterdir())
    with draft(data) as made:
        write_leads(made.path, "L2")
    with pytest.raises(RuntimeError), draft(data) as made:
        write_leads(made.path, "L3")
        raise RuntimeError
    assert sorted(path.name for path in (data / "generations").iterdir()) == before
    assert leads_of(data) == ["L1"]


def test_the_scratch_directory_is_no_part_of_the_generation(data: Path) -> None:
    with draft(data) as made:
        (made.scratch / "unpacked.csv").write_text("a,b\n")
        write_leads(made.path, "L1")
        published = made.publish({})
    assert set(published.files) == {"leads.parquet"}
    assert not made.scratch.exists()


def test_a_linked_file_is_the_parent_s_with_its_hash(data: Path) -> None:
    first = publish(data, "L1")
    second = publish(data, "L1", "L2")
    part = f"activities/{first.id}.parquet"
    assert (first.path / part).samefile(second.path / part)
    assert second.files[part] == first.files[part]
    assert second.parent == first.id


def test_a_file_is_copied_where_it_cannot_be_linked(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish(data, "L1")

    def no_links(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "link", no_links)
    second = publish(data, "L2")
    part = f"activities/{first.id}.parquet"
    assert not (first.path / part).samefile(second.path / part)
    assert verify(second) == ()


def test_a_linked_file_that_is_replaced_has_its_own_hash(data: Path) -> None:
    first = publish(data, "L1")
    with draft(data) as made:
        made.link("leads.parquet").unlink()
        write_leads(made.path, "L7")
        second = made.publish({})
    assert second.files["leads.parquet"] != first.files["leads.parquet"]
    assert verify(first) == verify(second) == ()


def test_a_file_that_the_parent_lost_is_named(data: Path) -> None:
    first = publish(data, "L1")
    part = f"activities/{first.id}.parquet"
    with draft(data) as made:
        (first.path / part).unlink()
        with pytest.raises(UnusableFile, match="is damaged: go back"):
            made.link(part)


def test_ids_sort_by_time_even_where_the_clock_is_put_back(data: Path) -> None:
    first, second = publish(data, "L1"), publish(data, "L2")
    assert first.id < second.id
    future = data / "generations" / "20991231T235959Z-00000000"
    future.mkdir()
    assert publish(data, "L3").id > future.name


def test_the_manifest_names_every_file_with_size_and_hash(data: Path) -> None:
    made = publish(data, "L1")
    manifest = json.loads((made.path / "manifest.json").read_text())
    assert manifest["id"] == made.id
    assert {name: facts["sha256"] for name, facts in manifest["files"].items()} == made.files
    assert manifest["files"]["leads.parquet"]["bytes"] == (made.path / "leads.parquet").stat().st_size


# ---------------------------------------------------------------- the pointer


DAMAGED = {
    "empty": b"",
    "words": b"the newest one\n",
    "bytes": b"\xff\xfe\x00",
    "absent": b"20200101T000000Z-00000000\n",
    "elsewhere": b"../../elsewhere\n",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_pointer_at_nothing_is_the_newest_import(data: Path, content: bytes) -> None:
    publish(data, "L1")
    newest = publish(data, "L2")
    (data / "generations" / "current").write_bytes(content)
    assert current(data) == newest
    assert leads_of(data) == ["L2"]
    with draft(data) as made:
        assert made.parent == newest


@pytest.mark.parametrize(
    "damage", ["manifest gone", "manifest cut", "manifest of another", "table cut", "gone"]
)
def test_a_damaged_import_is_not_read(data: Path, damage: str) -> None:
    older, newest = publish(data, "L1"), publish(data, "L2")
    manifest = newest.path / "manifest.json"
    if damage == "manifest gone":
        manifest.unlink()
    elif damage == "manifest cut":
        manifest.write_bytes(manifest.read_bytes()[:-20])
    elif damage == "manifest of another":
        manifest.write_bytes((older.path / "manifest.json").read_bytes())
    elif damage == "table cut":
        (newest.path / "leads.parquet").write_bytes(b"PAR1")
    else:
        newest.path.rename(data / "elsewhere")
    assert current(data) == older
    assert every(data) == (older,)
    assert publish(data, "L3").parent == older.id


def test_a_lost_side_file_is_no_reason_to_read_older_numbers(data: Path) -> None:
    publish(data, "L1")
    with draft(data) as made:
        write_leads(made.path, "L2")
        (made.path / "report.json").write_text("{}")
        newest = made.publish({})
    (newest.path / "report.json").unlink()
    assert current(data) == newest
    assert verify(newest) == ("report.json",)


def test_where_no_import_is_left_that_is_said_and_the_next_one_repairs_it(data: Path) -> None:
    (publish(data, "L1").path / "manifest.json").unlink()
    with pytest.raises(UnusableFile, match="no other is left: import the files again"):
        served(data)
    with pytest.raises(UnusableFile):
        find_exports(data)
    assert publish(data, "L2").parent is None
    assert leads_of(data) == ["L2"]


def test_without_the_pointer_the_directory_itself_is_served_again(data: Path) -> None:
    write_leads(data, "own")
    made = publish(data, "imported")
    (data / "generations" / "current").unlink()
    assert leads_of(data) == ["own"]
    assert go_back(data, made.id) == made
    assert leads_of(data) == ["imported"]


# ---------------------------------------------------------------- the way back


def test_another_import_is_served_and_the_next_one_goes_on_from_it(data: Path) -> None:
    first, second = publish(data, "L1"), publish(data, "L2")
    assert go_back(data, first.id) == first
    assert leads_of(data) == ["L1"]
    third = publish(data, "L3")
    assert third.parent == first.id
    assert third.id > second.id
    go_back(data, second.id)
    assert leads_of(data) == ["L2"]


def test_the_folder_s_own_exports_are_gone_back_to_and_the_imports_stay(data: Path) -> None:
    made = publish(data, "imported")
    with pytest.raises(FunnelError, match="of its own to go back to"):
        go_back_to_own(data)
    assert leads_of(data) == ["imported"]
    write_leads(data, "own")
    go_back_to_own(data)
    go_back_to_own(data)
    assert leads_of(data) == ["own"]
    assert publish(data, "L1").parent is None
    assert go_back(data, made.id) == made


def test_a_damaged_import_is_not_gone_back_to(data: Path) -> None:
    first = publish(data, "L1")
    publish(data, "L2")
    content = bytearray((first.path / "leads.parquet").read_bytes())
    content[20] ^= 1  # one bit: nobody else would notice
    (first.path / "leads.parquet").write_bytes(content)
    assert verify(first) == ("leads.parquet",)
    with pytest.raises(UnusableFile, match=r"leads\.parquet of the import .* is not as it was imported"):
        go_back(data, first.id)
    assert leads_of(data) == ["L2"]


def test_a_table_that_nobody_imported_is_found(data: Path) -> None:
    made = publish(data, "L1")
    write_activities(made.path / "activities" / "smuggled.parquet", "A9")
    assert verify(made) == ("activities/smuggled.parquet",)


def test_an_id_may_be_cut_but_must_be_clear(data: Path) -> None:
    first, second = publish(data, "L1"), publish(data, "L2")
    assert find(data, second.id[:16]) == second
    for name in (first.id[:4], "", "2026-11-21"):
        with pytest.raises(FunnelError, match="is not one import"):
            find(data, name)
    with pytest.raises(FunnelError, match=f'there is "{first.id}"'):
        find(data, first.id[:-1] + "x")


# ---------------------------------------------------------------- what is kept


def names(data: Path) -> list[str]:
    return [each.id for each in every(data)]


def test_the_newest_ten_are_kept(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [publish(data, f"L{number}").id for number in range(12)]
    assert names(data) == made[-10:]
    monkeypatch.setenv("FUNNEL_GENERATIONS", "3")
    made.append(publish(data, "L12").id)
    assert names(data) == made[-3:]


def test_the_current_import_and_its_parent_are_kept_however_old(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_GENERATIONS", "4")
    first, *_ = (publish(data, f"L{number}") for number in range(4))
    go_back(data, first.id)
    monkeypatch.setenv("FUNNEL_GENERATIONS", "1")
    last = publish(data, "L9")
    assert names(data) == [first.id, last.id]
    assert verify(last) == ()  # what was linked outlives the one that it came from


def test_an_import_that_is_being_read_is_kept_until_it_is_let_go(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_GENERATIONS", "1")
    read = publish(data, "L1")
    exports = find_exports(data)
    for number in range(3):
        publish(data, f"L{number}")
    assert exports.folder == read.path
    assert pq.read_table(exports.lead_files[0])["lead_id"].to_pylist() == ["L1"]
    assert changed(exports) and not rewritten(exports)
    del exports
    publish(data, "L9")
    assert not read.path.exists()


def test_an_import_that_another_process_reads_is_kept(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNEL_GENERATIONS", "1")
    read = publish(data, "L1")
    code = "import sys; from pathlib import Path; from funnel.exports.current import held; kept = held(Path(sys.argv[1]))"
    reader = subprocess.Popen(
        [sys.executable, "-c", f"{code}; print('held', flush=True); sys.stdin.read()", str(data)],
        cwd=Path(__file__).parent.parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert reader.stdout is not None and reader.stdout.readline().strip() == b"held"
        for number in range(3):
            publish(data, f"L{number}")
        assert verify(read) == ()
    finally:
        reader.kill()
        reader.communicate()
    publish(data, "L9")
    assert not read.path.exists()
