"""A damaged layer is made anew by itself: the answers are those of the whole one, never other numbers."""

import os
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from funnel.commands.cli import commands
from funnel.errors import FunnelError
from funnel.layer import build as layer_build
from funnel.layer import files as layer_files
from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from funnel.sample.company import write_sample

QUESTIONS = ("funnel", "stage_aging", "overdue", "data_quality", "conversion")
Damage = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("damaged") / "data"
    write_sample(directory, leads=60, seed=3)
    return directory


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FUNNEL_LAYERS", str(tmp_path / "layers"))
    yield tmp_path / "layers"


@pytest.fixture(scope="module")
def whole(company: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes, list[Any]]:
    """The name of the layer, its bytes, and what it answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUNNEL_LAYERS", str(tmp_path_factory.mktemp("whole")))
        with open_warehouse(company) as db:
            answers = answers_of(db)
    return db.path.name, db.path.read_bytes(), answers


def answers_of(db: Warehouse) -> list[Any]:
    return [ask(db, name).rows for name in QUESTIONS]


def put(place: Path, name: str, content: bytes) -> Path:
    place.mkdir(exist_ok=True)
    (place / name).write_bytes(content)
    return place / name


def flipped(content: bytes, position: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[position] ^= 1 << bit
    return bytes(changed)


FLIPS = [(random.Random(seed).random(), random.Random(seed).randrange(8)) for seed in range(6)]


@pytest.mark.parametrize(("share", "bit"), FLIPS)
def test_a_flipped_bit_changes_no_answer(
    company: Path, place: Path, whole: tuple[str, bytes, list[Any]], share: float, bit: int
) -> None:
    name, content, answers = whole
    put(place, name, flipped(content, int(share * len(content)), bit))
    with open_warehouse(company) as db:
        assert answers_of(db) == answers


DAMAGES: dict[str, Damage] = {
    "first header": lambda content: flipped(content, 30, 3),
    "database header": lambda content: flipped(content, 4096 + 40, 1),
    "cut in half": lambda content: content[: len(content) // 2],
    "last byte cut": lambda content: content[:-1],
    "header cut": lambda content: content[:5000],
    "empty": lambda content: b"",
    "garbage": lambda content: random.Random(1).randbytes(50_000),
    "zeros": lambda content: bytes(len(content)),
    "zeros at the end": lambda content: content[: len(content) // 2] + bytes(len(content) // 2),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_layer_is_made_anew_and_the_damaged_one_is_gone(
    company: Path, place: Path, whole: tuple[str, bytes, list[Any]], damage: Damage
) -> None:
    name, content, answers = whole
    damaged = put(place, name, damage(content))
    with open_warehouse(company) as db:
        assert answers_of(db) == answers
        assert every_table(db)
        assert db.key == name.removesuffix(".duckdb")
        assert db.path.name == f"{db.key}.1.duckdb"
    assert not damaged.exists()


def every_table(db: Warehouse) -> bool:
    """Read each table whole, so that every block of the file is met."""
    names = db.run("select table_name from duckdb_tables()", {})["table_name"].to_pylist()
    return all(db.table(name).num_rows >= 0 for name in names)


def test_the_next_process_finds_the_one_that_was_made_anew(
    company: Path, place: Path, whole: tuple[str, bytes, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, answers = whole
    put(place, name, b"")
    open_warehouse(company).close()
    monkeypatch.setattr(layer_build, "run_models", lambda *_: pytest.fail("built again"))
    with open_warehouse(company) as db:
        assert answers_of(db) == answers


def test_a_layer_that_is_damaged_while_it_is_open_answers_on_in_every_thread(
    company: Path, place: Path, whole: tuple[str, bytes, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, content, answers = whole
    path = put(place, name, content)
    build = layer_build._build
    built = []

    def counted(*arguments: Any) -> None:
        built.append(1)
        build(*arguments)

    monkeypatch.setattr(layer_build, "_build", counted)
    found: list[list[Any]] = []
    with open_warehouse(company) as db:
        with path.open("r+b") as file:  # in place, as a failing disk does: headers are read, tables are not
            file.seek(12288)
            file.write(bytes(len(content) - 12288))
        threads = [threading.Thread(target=lambda: found.append(answers_of(db))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [answers] * 4
    assert len(built) == 1


def test_a_reader_of_a_damaged_layer_takes_the_one_that_another_has_made_anew(
    company: Path, place: Path, whole: tuple[str, bytes, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, content, answers = whole
    path = put(place, name, content)
    with open_warehouse(company) as db:
        with path.open("r+b") as file:
            file.seek(12288)
            file.write(bytes(len(content) - 12288))
        put(place, layer_files.after(path).name, content)
        monkeypatch.setattr(layer_build, "run_models", lambda *_: pytest.fail("built again"))
        assert answers_of(db) == answers


def test_a_disk_that_damages_every_layer_is_said_in_one_sentence_and_not_written_for_ever(
    company: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = layer_build._build
    built = []

    def spoiling(path: Path, *others: Any) -> None:
        build(path, *others)
        built.append(path)
        os.truncate(path, 100_000)

    monkeypatch.setattr(layer_build, "_build", spoiling)
    with pytest.raises(FunnelError, match="damaged even where it was just made anew: check that disk"):
        open_warehouse(company)
    assert len(built) == 2


def test_the_command_line_answers_from_the_layer_that_it_made_anew(
    company: Path, place: Path, whole: tuple[str, bytes, list[Any]]
) -> None:
    name, content, _ = whole
    arguments = ["query", "funnel", "--data", str(company), "--format", "json"]
    put(place, name, content)
    right = CliRunner().invoke(commands, arguments)
    for path in place.glob("*.duckdb"):
        path.write_bytes(content[: len(content) // 3])
    anew = CliRunner().invoke(commands, arguments)
    assert (right.exit_code, anew.exit_code, anew.stdout) == (0, 0, right.stdout)


def test_a_mistake_in_a_query_builds_nothing(
    company: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_warehouse(company) as db:
        monkeypatch.setattr(layer_build, "run_models", lambda *_: pytest.fail("built again"))
        with pytest.raises(Exception, match="nowhere"):
            db.table("nowhere")


def test_exports_that_were_written_again_are_not_made_into_the_old_layer(place: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "data", leads=40, seed=3)
    with open_warehouse(tmp_path / "data") as db:
        with db.path.open("r+b") as file:
            file.seek(12288)
            file.write(bytes(db.path.stat().st_size - 12288))
        write_sample(tmp_path / "data", leads=41, seed=3)
        with pytest.raises(FunnelError, match=r"is damaged, and the files in .* were written again"):
            answers_of(db)
            every_table(db)
