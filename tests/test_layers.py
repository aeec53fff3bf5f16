"""A layer is whole or absent: built beside and renamed, rebuilt when anything it was made of changes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from funnel.errors import FunnelError, UnusableFile
from funnel.layer import build as layer_build
from funnel.layer import files as layer_files
from funnel.layer.build import open_warehouse
from funnel.questions.ask import ask

ROOT = Path(__file__).parent.parent


@pytest.fixture
def small(tmp_path: Path) -> Path:
    from funnel.sample.company import write_sample

    write_sample(tmp_path / "data", leads=60, seed=3)
    return tmp_path / "data"


def built(directory: Path) -> list[str]:
    return sorted(path.name for path in (directory / ".layers").glob("*.duckdb"))


def leftovers(directory: Path) -> list[Path]:
    return sorted((directory / ".layers").glob("*.building*"))


def test_a_layer_is_built_once_and_found_again(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUNNEL_LAYERS", raising=False)
    with open_warehouse(small) as first:
        key = first.key
    monkeypatch.setattr(layer_build, "run_models", lambda *_: pytest.fail("built again"))
    with open_warehouse(small) as second:
        assert second.key == key
    assert leftovers(small) == []


def test_other_rules_and_other_exports_are_other_layers(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUNNEL_LAYERS", raising=False)
    keys = set()
    with open_warehouse(small, "2025-04") as db:
        keys.add(db.key)
    with open_warehouse(small, "2026-04") as db:
        keys.add(db.key)
    leads = (small / "leads.parquet").read_bytes()
    from funnel.sample.company import write_sample

    write_sample(small, leads=61, seed=3)
    assert leads != (small / "leads.parquet").read_bytes()
    with open_warehouse(small, "2026-04") as db:
        keys.add(db.key)
    assert len(keys) == 3


def test_two_processes_that_build_at_once_both_answer(small: Path) -> None:
    command = [sys.executable, "-m", "funnel", "query", "funnel", "--data", str(small), "--format", "json"]
    environment = {key: value for key, value in os.environ.items() if key != "FUNNEL_LAYERS"}
    both = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    assert json.loads(outputs[0][0])["rows"]
    assert len(built(small)) == 1
    assert leftovers(small) == []


@pytest.mark.parametrize("seconds", [0.0, 0.1])
def test_a_kill_while_building_leaves_nothing_that_is_mistaken_for_a_layer(
    small: Path, seconds: float
) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "FUNNEL_LAYERS"}
    process = subprocess.Popen(
        [sys.executable, "-m", "funnel", "query", "funnel", "--data", str(small)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not leftovers(small):  # it has not begun to build
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert leftovers(small) and not built(small)
    after = subprocess.run(
        [sys.executable, "-m", "funnel", "query", "funnel", "--data", str(small), "--format", "json"],
        cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert after.returncode == 0, after.stderr
    assert len(json.loads(after.stdout)["rows"]) == 6


def test_a_build_that_fails_leaves_nothing_and_says_one_sentence(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FUNNEL_LAYERS", raising=False)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(layer_build, "run_models", full)
    with pytest.raises(FunnelError) as refused:
        open_warehouse(small)
    assert "No space left on device" in refused.value.en
    assert "FUNNEL_LAYERS" in refused.value.ja
    assert built(small) == []
    assert leftovers(small) == []


@pytest.mark.parametrize("memory", ["much", "5MB"])
def test_memory_that_is_no_size_or_not_enough_is_said_in_one_sentence(
    small: Path, monkeypatch: pytest.MonkeyPatch, memory: str
) -> None:
    monkeypatch.delenv("FUNNEL_LAYERS", raising=False)
    monkeypatch.setenv("FUNNEL_BUILD_MEMORY", memory)
    with pytest.raises(FunnelError) as refused:
        open_warehouse(small)
    assert "FUNNEL_BUILD_MEMORY" in refused.value.en
    assert memory in refused.value.ja
    assert built(small) == []
    assert leftovers(small) == []


def test_a_file_that_changes_while_it_is_read_is_read_again(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from funnel.sample.company import write_sample

    monkeypatch.delenv("FUNNEL_LAYERS", raising=False)
    build = layer_build._build
    calls = []

    def build_and_replace(*arguments: object) -> None:
        build(*arguments)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 1:
            write_sample(small, leads=70, seed=4)

    monkeypatch.setattr(layer_build, "_build", build_and_replace)
    with open_warehouse(small) as db:
        counts = {row["name"]: row["rows"] for row in ask(db, "data_quality").rows}
    assert len(calls) >= 2
    assert counts["leads.parquet rows_read"] >= 70


def test_old_layers_and_the_remains_of_killed_builds_are_swept(tmp_path: Path) -> None:
    folder = tmp_path / ".layers"
    folder.mkdir()
    for number in range(12):
        path = folder / f"{number:02}.duckdb"
        path.write_bytes(b"x")
        os.utime(path, (1000 + number, 1000 + number))
    (folder / "a.1.building").write_bytes(b"x")
    os.utime(folder / "a.1.building", (0, 0))
    (folder / "b.2.building").write_bytes(b"x")
    spilled = folder / "a.1.building.tmp"
    spilled.mkdir()
    (spilled / "duckdb_temp.tmp").write_bytes(b"x")
    os.utime(spilled, (0, 0))
    layer_files.sweep(folder / "00.duckdb")
    assert "00.duckdb" in built(tmp_path)
    assert len(built(tmp_path)) == layer_files.KEPT
    assert leftovers(tmp_path) == [folder / "b.2.building"]


def test_a_data_directory_that_cannot_be_written_still_opens(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FUNNEL_LAYERS", raising=False)
    monkeypatch.setattr(layer_files.os, "access", lambda path, mode: ".layers" not in str(path))
    with open_warehouse(small) as db:
        assert db.path.parent != small / ".layers"
        assert ask(db, "funnel").rows


def test_a_served_layer_reads_no_file_and_takes_no_setting(small: Path) -> None:
    with open_warehouse(small) as db:
        for attempt in (
            f"from read_parquet('{small}/leads.parquet')",
            "set threads = 1",
            "create table t as select 1",
            "install httpfs",
        ):
            with pytest.raises(Exception, match=r"(?i)disabled|locked|read-only|not allowed"):
                db.run(attempt, {})


def test_a_file_that_is_damaged_inside_is_named_and_none_of_its_rows_is_quoted(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FUNNEL_LAYERS", raising=False)
    path = small / "leads.parquet"

    def unreadable(*_: object) -> None:
        raise duckdb.InvalidInputException(f'value "田中 一郎" is not valid UTF8 in file {path}')

    monkeypatch.setattr(layer_build, "run_models", unreadable)
    with pytest.raises(UnusableFile) as refused:
        open_warehouse(small)
    assert refused.value.en == "leads.parquet holds text that is not UTF-8: export it again as UTF-8."
    assert "田中" not in refused.value.ja


def test_a_mistake_of_ours_is_not_blamed_on_the_files(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUNNEL_LAYERS", raising=False)

    def mistaken(*_: object) -> None:
        raise duckdb.CatalogException("no such table")

    monkeypatch.setattr(layer_build, "run_models", mistaken)
    with pytest.raises(duckdb.CatalogException):
        open_warehouse(small)
    assert leftovers(small) == []
