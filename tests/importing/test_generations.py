"""Generations: an import is served whole or not at all, and the former ones stay within reach."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from funnel.errors import UnusableFile
from funnel.importing.generations import Generation, current, draft, every, served, verify

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
def few_seconds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
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
