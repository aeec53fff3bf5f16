"""An import that is killed, or finds the disk full, at any of its steps leaves what was served as it was."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import portalocker
import pytest

from funnel.errors import FunnelError
from funnel.exports.current import served
from funnel.importing.publishing.generations import draft
from tests.importing.test_generations import data, leads_of, publish, write_leads

__all__ = ["data"]  # the fixture

ROOT = Path(__file__).parent.parent.parent
IMPORT = """
import sys, time
from pathlib import Path
from funnel.importing.publishing.generations import draft
with draft(Path(sys.argv[1])):
    print("drafting", flush=True)
    time.sleep(60)
"""

needs_posix = pytest.mark.skipif(os.name == "nt", reason="an attempt is a fork of this process")


def stopped(kind: str, folder: Path, imports: int) -> list[dict[str, Any]]:
    """What each attempt left, one for every step that an import has."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.importing.stopping", kind, str(folder), str(imports)],
        cwd=ROOT,
        env={**os.environ, "FUNNEL_GENERATIONS": "2"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


@needs_posix
@pytest.mark.parametrize(("imports", "before"), [(0, "own"), (2, "import 2")])
def test_a_kill_at_any_step_leaves_the_former_data_or_the_new(
    tmp_path: Path, imports: int, before: str
) -> None:
    attempts = stopped("kill", tmp_path, imports)
    killed, last = attempts[:-1], attempts[-1]
    assert last["ended"] == 0
    assert {each["ended"] for each in killed} == {-signal.SIGKILL}
    moved = [each["served"] for each in killed]
    turn = moved.index("new")
    assert set(moved[:turn]) == {before} and set(moved[turn:]) == {"new"}
    assert killed[turn - 1]["step"] == "os.rename generations/.current-new"
    for each in attempts:
        assert each["wrong"] == [], each
        assert set(each["left"]) <= {"draft", "scratch", "current", "removed"}, each
        assert each["again"] == "again", each  # nobody holds the lock of the dead
        assert each["left_again"] == [], each


@needs_posix
@pytest.mark.parametrize(("imports", "before"), [(0, "own"), (2, "import 2")])
def test_a_disk_that_is_full_at_any_step_leaves_the_former_data_and_no_rest(
    tmp_path: Path, imports: int, before: str
) -> None:
    for each in stopped("full", tmp_path, imports):
        is_told = each["ended"] == 3
        assert each["served"] == (before if is_told else "new"), each
        assert is_told or each["ended"] == 0, each
        assert each["left"] == [] and each["wrong"] == [], each
        assert not is_told or each["whole"] == imports, each
        assert each["again"] == "again", each


@needs_posix
@pytest.mark.parametrize("writing", ["leads", "manifest"])
def test_a_write_that_the_disk_cuts_short_is_told_in_one_sentence(data: Path, writing: str) -> None:
    publish(data, "L1")
    code = f"""
import resource, signal, sys
from pathlib import Path
from funnel.errors import FunnelError
from funnel.importing.publishing.generations import draft
from tests.importing.test_generations import write_leads
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with draft(Path(sys.argv[1])) as made:
        write_leads(made.path, *map(str, range({30_000 if writing == "leads" else 1})))
        made.publish({{"note": "x" * {1 if writing == "leads" else 9_000}}})
except FunnelError as error:
    print(error)
"""
    told = subprocess.run(
        [sys.executable, "-c", code, str(data)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert told.startswith(f"{data} could not be written (") and told.count("\n") == 1
    assert leads_of(data) == ["L1"]
    assert sorted(path.name for path in (data / "generations").iterdir() if path.name[0] == ".") == []


def test_files_are_on_the_disk_before_they_are_pointed_at(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: set[int] = set()
    moves: list[tuple[str, set[int]]] = []
    fsync, rename, replace = os.fsync, os.rename, os.replace

    def flushing(file: int) -> None:
        flushed.add(os.fstat(file).st_ino)
        fsync(file)

    def renaming(source: Path, target: Path) -> None:
        moves.append(("generation", {path.stat().st_ino for path in [source, *source.glob("**/*")]}))
        assert moves[-1][1] <= flushed
        flushed.clear()
        rename(source, target)

    def replacing(source: Path, target: Path) -> None:
        moves.append(("pointer", {source.stat().st_ino, target.parent.stat().st_ino}))
        assert os.name == "nt" or moves[-1][1] <= flushed
        replace(source, target)

    monkeypatch.setattr(os, "fsync", flushing)
    monkeypatch.setattr(os, "rename", renaming)
    monkeypatch.setattr(os, "replace", replacing)
    publish(data, "L1")
    assert [name for name, _ in moves] == ["generation", "pointer"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_directory_that_may_not_be_written_is_told_in_one_sentence(
    data: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(FunnelError, match="may not be written") as refused, draft(data):
        pass
    assert "権限" in refused.value.ja and "\n" not in refused.value.en


def test_a_source_that_may_not_be_read_is_not_mistaken_for_the_data_directory(
    data: Path, tmp_path: Path
) -> None:
    with pytest.raises(PermissionError), draft(data):
        raise PermissionError(13, "Permission denied", str(tmp_path / "downloads" / "contacts.csv"))


# ---------------------------------------------------------------- two at once


def test_the_second_import_waits_for_the_first(data: Path) -> None:
    started = threading.Event()

    def first() -> None:
        with draft(data) as made:
            started.set()
            time.sleep(0.3)
            write_leads(made.path, "first")
            made.publish({})

    thread = threading.Thread(target=first)
    thread.start()
    started.wait()
    with draft(data) as made:
        assert made.parent is not None and leads_of(data) == ["first"]
        write_leads(made.path, "second")
        made.publish({})
    thread.join()
    assert leads_of(data) == ["second"]


def test_the_second_import_is_told_who_is_at_it(data: Path) -> None:
    with draft(data):
        with pytest.raises(FunnelError) as refused, draft(data, patience=0.1):
            pytest.fail("two at once")
        assert f"process {os.getpid()} on " in refused.value.en
        assert f"プロセス{os.getpid()}" in refused.value.ja
    with draft(data, patience=0.0):
        pass


def test_another_process_holds_the_lock_until_it_is_dead(data: Path) -> None:
    publish(data, "L1")
    process = subprocess.Popen([sys.executable, "-c", IMPORT, str(data)], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None and process.stdout.readline().strip() == b"drafting"
        with pytest.raises(FunnelError, match=f"process {process.pid} "), draft(data, patience=0.1):
            pytest.fail("two at once")
        assert leads_of(data) == ["L1"]
    finally:
        process.kill()
        process.wait()
        process.stdout and process.stdout.close()
    publish(data, "L2")
    assert leads_of(data) == ["L2"]
    assert list((data / "generations").glob(".draft-*")) == []


def test_a_lock_file_that_nobody_signed_is_still_a_lock(data: Path) -> None:
    with draft(data):
        (data / "generations" / "lock-holder.json").write_text("")
        with pytest.raises(FunnelError, match="is under way: wait"), draft(data, patience=0.0):
            pytest.fail("two at once")


@needs_posix
def test_a_disk_without_locks_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(portalocker.portalocker, "LOCKER", no_locks)
    with pytest.raises(FunnelError, match="cannot be locked"), draft(data):
        pytest.fail("not locked")
    assert served(data) == data
