"""A flipped bit is never a wrong number: a damaged import is named, and the former one answers."""

import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import streamlit as st
from click.testing import CliRunner, Result
from streamlit.testing.v1 import AppTest

from funnel.commands.cli import commands
from funnel.errors import FunnelError, UnusableFile
from funnel.exports import intact
from funnel.exports.current import current_id, damage, reading
from funnel.exports.files import find_exports, stood_in_for
from funnel.importing.identify import ImportOptions
from funnel.importing.publishing.generations import current, draft, every, go_back
from funnel.importing.run import import_files
from funnel.layer import build as layer_build
from funnel.layer.build import open_warehouse
from funnel.sample.company import write_sample
from funnel.ui.ground.pages import path_of
from tests.importing.test_generations import data, publish

__all__ = ["data"]  # the fixture

APP = Path(__file__).parents[2] / "app.py"
TABLES = ("leads.parquet", "activities/1.parquet", "costs.parquet")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company with two imports: 30 leads, then 40."""
    directory = tmp_path_factory.mktemp("made") / "company"
    for leads in (30, 40):
        write_sample(directory, leads=leads, seed=3)
        with draft(directory) as new:
            (new.path / "activities").mkdir()
            shutil.copy(directory / "leads.parquet", new.path)
            shutil.copy(directory / "costs.parquet", new.path)
            shutil.copy(directory / "activities.parquet", new.path / "activities" / "1.parquet")
            (new.path / "kept").mkdir()
            (new.path / "kept" / "0001.leads.parquet").write_bytes(b"rows as they came")
            new.publish({"leads": leads})
    return directory


@pytest.fixture
def company(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FUNNEL_LAYERS", str(made / "layers"))
    shutil.copytree(made, tmp_path / "company", ignore=shutil.ignore_patterns("layers"))
    yield tmp_path / "company"


def flip(path: Path, seed: int) -> None:
    """One bit somewhere in a file."""
    chosen = random.Random(seed)
    content = bytearray(path.read_bytes())
    content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
    path.write_bytes(content)


def run(*arguments: str, company: Path) -> Result:
    return CliRunner().invoke(commands, [*arguments, "--data", str(company)])


def rows_of(company: Path, *arguments: str) -> list[dict[str, Any]]:
    answer = run("query", "funnel", "--format", "json", *arguments, company=company)
    assert answer.exit_code == 0, answer.exception
    rows: list[dict[str, Any]] = json.loads(answer.stdout)["rows"]
    return rows


# ---------------------------------------------------------------- leads, activities, costs, the manifest


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", [*TABLES, "manifest.json"])
def test_a_flipped_bit_is_noticed_and_the_former_import_is_read(company: Path, name: str, seed: int) -> None:
    older, newest = every(company)
    flip(newest.path / name, seed)
    id_, instead = reading(company)
    if id_ == newest.id:  # a manifest that says the same with other spaces
        assert name == "manifest.json" and instead is None
        assert json.loads((newest.path / name).read_text())["files"].keys() == newest.files.keys()
        return
    assert id_ == older.id
    assert instead is not None
    assert instead.en.startswith(f"{name} of the import {newest.id} in {company} is ")
    assert f"the import {older.id} is read instead: import the files again" in instead.en
    assert name in instead.ja and "取り込み直すか" in instead.ja
    assert every(company) == (older,)


@pytest.mark.parametrize("name", TABLES)
def test_the_numbers_are_those_of_the_former_import_and_the_command_line_says_so(
    company: Path, name: str
) -> None:
    older, newest = every(company)
    go_back(company, older.id)
    right = rows_of(company)
    go_back(company, newest.id)
    assert rows_of(company) != right
    flip(newest.path / name, 5)
    answer = run("query", "funnel", "--format", "json", company=company)
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["rows"] == right
    assert answer.stderr == f"{damage(company)}\n"
    assert name in answer.stderr


@pytest.mark.parametrize("name", [*TABLES, "manifest.json"])
def test_a_file_that_is_missing_is_damage_too(company: Path, name: str) -> None:
    older, newest = every(company)
    (newest.path / name).unlink()
    assert current_id(company) == older.id
    assert f"{name} of the import {newest.id} in {company} is missing" in str(damage(company))


def test_a_table_that_nobody_imported_is_damage_too(company: Path) -> None:
    older, newest = every(company)
    shutil.copy(newest.path / "activities" / "1.parquet", newest.path / "activities" / "2.parquet")
    assert current_id(company) == older.id
    assert "activities/2.parquet" in str(damage(company)) and "was not imported" in str(damage(company))


def test_no_flip_in_a_manifest_stops_anything_or_changes_what_the_next_import_rests_on(data: Path) -> None:
    older, newest = publish(data, "L1"), publish(data, "L1", "L2")
    path = newest.path / "manifest.json"
    content = path.read_bytes()
    right = current(data)
    for position in range(0, len(content), 3):
        changed = bytearray(content)
        changed[position] ^= 1 << random.Random(position).randrange(8)
        path.write_bytes(changed)
        assert current(data) in (right, older), changed
        if position % 90 == 0:
            assert run("generations", company=data).exit_code == 0


def test_a_manifest_of_a_former_version_is_read_as_it_is(data: Path) -> None:
    made = publish(data, "L1")
    path = made.path / "manifest.json"
    manifest = json.loads(path.read_text())
    assert manifest.pop("itself")
    path.write_text(json.dumps(manifest))
    assert current(data) == made


# ---------------------------------------------------------------- which one stands in


def test_the_newest_older_import_stands_in_even_where_a_newer_one_was_gone_back_from(data: Path) -> None:
    first, second, third, fourth = (publish(data, f"L{number}") for number in range(4))
    go_back(data, third.id)
    flip(third.path / "leads.parquet", 1)
    assert current_id(data) == second.id
    flip(second.path / "leads.parquet", 1)
    assert current_id(data) == first.id
    flip(first.path / "leads.parquet", 1)
    assert current_id(data) == fourth.id


def test_where_all_are_damaged_that_is_one_sentence_and_no_traceback(company: Path) -> None:
    for each in every(company):
        flip(each.path / "leads.parquet", 2)
    for command in (["query", "funnel"], ["check"]):
        answer = run(*command, company=company)
        assert isinstance(answer.exception, UnusableFile)  # printed by main(), exit 2
        assert "and no other is left: import the files again" in str(answer.exception)
        assert "\n" not in str(answer.exception)


def test_the_next_import_goes_on_from_the_one_that_stands_in_and_says_so(tmp_path: Path) -> None:
    older, newest = (imported(tmp_path, number) for number in (1, 2))
    flip(tmp_path / "data" / "generations" / newest / "leads.parquet", 2)
    sentence = str(damage(tmp_path / "data"))
    table = written(tmp_path, 3)
    answer = CliRunner().invoke(
        commands,
        ["import", str(table), "--source", "table", "--kind", "leads", "--into", str(tmp_path / "data")],
    )
    assert answer.exit_code == 0, answer.exception
    assert answer.stderr == f"{sentence}\n" and f"the import {older} is read instead" in sentence
    newest_of_all = current(tmp_path / "data")
    assert newest_of_all is not None and newest_of_all.parent == older
    assert damage(tmp_path / "data") is None


def written(folder: Path, number: int) -> Path:
    """A table of one lead that can be imported."""
    path = folder / f"leads-{number}.csv"
    path.write_text(f"lead_id,created_at,company\nL{number},2026-04-0{number} 10:00,A\n", encoding="utf-8")
    return path


def imported(folder: Path, number: int) -> str:
    """The id of the import of one lead more."""
    report = import_files(
        folder / "data", [written(folder, number)], ImportOptions(source="table", kind="leads")
    )
    assert report.generation is not None
    return report.generation


def test_a_kept_file_that_is_damaged_is_not_handed_on(company: Path) -> None:
    newest = every(company)[-1]
    with draft(company) as new:
        flip(newest.path / "kept" / "0001.leads.parquet", 1)
        with pytest.raises(UnusableFile, match=r"kept/0001\.leads\.parquet of the import .* is damaged"):
            new.link("kept/0001.leads.parquet")


# ---------------------------------------------------------------- check


def test_check_names_the_damaged_file_and_ends_with_1(company: Path) -> None:
    newest = every(company)[-1]
    flip(newest.path / "activities" / "1.parquet", 4)
    answer = run("check", company=company)
    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"activities/1.parquet of the import {newest.id} in {company} is damaged")


def test_check_names_a_damaged_file_that_no_answer_rests_on(company: Path) -> None:
    newest = every(company)[-1]
    assert run("check", company=company).stderr == ""
    flip(newest.path / "kept" / "0001.leads.parquet", 4)
    answer = run("check", company=company)
    assert answer.exit_code == 1
    assert answer.stderr.startswith(
        f"kept/0001.leads.parquet of the import {newest.id} in {company} is damaged"
    )
    assert current_id(company) == newest.id


# ---------------------------------------------------------------- once per process and file


def test_a_file_is_read_once_and_again_when_it_is_another(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(data, "L1")
    publish(data, "L1", "L2")
    read: list[str] = []
    file_digest = intact.file_digest

    def counted(file: Any, name: str) -> Any:
        read.append(Path(file.name).name)
        return file_digest(file, name)

    monkeypatch.setattr(intact, "_read", {})  # as a process that has just begun
    monkeypatch.setattr(intact, "file_digest", counted)
    threads = [Thread(target=find_exports, args=(data,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    find_exports(data)
    assert len(read) == len(set(read)) == 3  # the leads and two parts of activities
    assert read.count("leads.parquet") == 1
    flip(data / "generations" / str(current_id(data)) / "leads.parquet", 1)
    assert current_id(data) == first.id


def test_the_right_file_put_back_under_the_old_time_is_right_again(data: Path) -> None:
    publish(data, "L1")
    newest = publish(data, "L1", "L2")
    path = newest.path / "leads.parquet"
    content, status = path.read_bytes(), path.stat()
    flip(path, 1)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert current_id(data) != newest.id
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert current_id(data) == newest.id


def test_a_bit_that_flips_while_the_layer_is_built_is_noticed_though_size_and_time_stay(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_LAYERS", str(tmp_path / "layers"))
    older, newest = every(company)
    path = newest.path / "leads.parquet"
    build = layer_build._build
    built: list[Path] = []

    def flipping(place: Path, *others: Any) -> None:
        built.append(place)
        if len(built) > 1:
            build(place, *others)
            return
        status = path.stat()
        flip(path, 7)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        place.write_bytes(b"a layer of other numbers")

    monkeypatch.setattr(layer_build, "_build", flipping)
    with open_warehouse(company) as db:
        assert db.exports.folder == older.path
        assert stood_in_for(db.exports) is not None
        assert not built[0].exists()


# ---------------------------------------------------------------- the screens


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_say_that_an_older_import_is_shown(
    company: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    st.cache_resource.clear()  # the same rows in the folder of another test are the same layer
    monkeypatch.setenv("FUNNEL_DATA", str(company))
    newest = every(company)[-1]
    flip(newest.path / "costs.parquet", 3)
    instead = damage(company)
    assert isinstance(instead, FunnelError)
    for page in ("home", "import_data"):
        app = AppTest.from_file(str(APP), default_timeout=60)
        app.run()
        if page != "home":
            app.switch_page(path_of(page))
        app.query_params["lang"] = language  # as every link of the app carries it
        app.run()
        assert not app.exception
        assert any(
            without_marks(instead.sentence(language)) in without_marks(each.value) for each in app.markdown
        ), [page, instead.sentence(language), *(each.value for each in app.markdown)]


def without_marks(text: str) -> str:
    """A text without what keeps it from being read as Markdown."""
    return text.replace("\\", "")


def test_the_pages_are_as_ever_where_nothing_is_damaged(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_DATA", str(company))
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not app.exception
    assert not any(":material/error:" in each.value for each in app.markdown)
