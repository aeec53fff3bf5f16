"""Imports as the rest of the product meets them: loaded, noticed, listed, compared, gone back to."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from funnel.commands.cli import commands
from funnel.errors import FunnelError, UnusableFile
from funnel.importing.publishing.differences import Changes, differences
from funnel.importing.publishing.generations import Generation, draft, go_back
from funnel.layer import build as layer_build
from funnel.layer.build import open_warehouse
from funnel.ui.state import cache
from tests.importing.test_generations import AT, data, publish, write_leads

__all__ = ["data"]  # the fixture


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small company whose exports were imported once; its rules lie in the data directory."""
    from funnel.sample.company import write_sample

    monkeypatch.delenv("FUNNEL_LAYERS", raising=False)
    write_sample(tmp_path / "company", leads=40, seed=3)
    import_again(tmp_path / "company")
    return tmp_path / "company"


def import_again(company: Path, leads: int | None = None) -> Generation:
    """The exports of the directory's own as an import, with the first `leads` only where that is given."""
    with draft(company) as made:
        for name in ("leads", "activities", "costs"):
            shutil.copy(company / f"{name}.parquet", made.path)
        if leads is not None:
            whole = pq.read_table(company / "leads.parquet")
            pq.write_table(whole.slice(0, leads), made.path / "leads.parquet")
        return made.publish({"leads": leads or 40})


def lead_count(company: Path) -> int:
    with open_warehouse(company) as db:
        return db.table("leads").num_rows


# ---------------------------------------------------------------- loading


def test_an_import_is_loaded_under_the_rules_of_the_data_directory(company: Path) -> None:
    for name in ("leads", "activities", "costs"):
        (company / f"{name}.parquet").unlink()
    with open_warehouse(company) as db:
        assert db.path.parent == company / ".layers"
        assert [rules.version for rules in db.versions] == ["2025-04", "2026-04"]
        assert db.exports.directory == company
        assert db.exports.folder.parent == company / "generations"


def test_an_import_of_the_same_bytes_is_the_same_layer(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_warehouse(company) as db:
        key = db.key
    import_again(company)
    monkeypatch.setattr(layer_build, "run_models", lambda *_: pytest.fail("built again"))
    with open_warehouse(company) as db:
        assert db.key == key


def test_an_import_that_is_published_while_another_is_loaded_is_left_for_the_next_load(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_GENERATIONS", "1")
    run_models: Callable[..., None] = layer_build.run_models
    built = []

    def publishing(*values: object) -> None:
        if not built:
            for leads in (30, 20, 10):  # by then the one that is loaded is neither current nor its parent
                import_again(company, leads)
        built.append(True)
        run_models(*values)

    monkeypatch.setattr(layer_build, "run_models", publishing)
    with open_warehouse(company) as db:
        before = db.table("leads").num_rows
        assert len(built) == 1
    with open_warehouse(company) as db:
        assert db.table("leads").num_rows < before
        assert len(built) == 2


def test_a_pointer_at_nothing_is_told_by_the_load(company: Path) -> None:
    shutil.rmtree(next((company / "generations").glob("2*")))
    with pytest.raises(UnusableFile, match=r"generations/current in .* is not there, and no other is left"):
        open_warehouse(company)


# ---------------------------------------------------------------- noticing


def test_the_screens_notice_an_import_and_the_way_back(data: Path) -> None:
    assert not cache.has_data(data)
    write_leads(data, "own")
    stamps = [cache.stamp_of(data)]
    assert cache.has_data(data)
    first = publish(data, "L1")
    stamps.append(cache.stamp_of(data))
    publish(data, "L1")
    stamps.append(cache.stamp_of(data))
    assert len(set(stamps)) == 3
    go_back(data, first.id)
    assert cache.stamp_of(data) == stamps[1]


def test_the_screens_notice_new_rules_beside_an_import(data: Path) -> None:
    publish(data, "L1")
    before = cache.stamp_of(data)
    (data / "rules").mkdir()
    (data / "rules" / "new.toml").write_text("")
    assert cache.stamp_of(data) != before


def test_a_directory_whose_imports_are_all_damaged_has_data_that_cannot_be_used(data: Path) -> None:
    made = publish(data, "L1")
    before = cache.stamp_of(data)
    (made.path / "manifest.json").unlink()
    assert cache.has_data(data)
    assert cache.stamp_of(data) != before


# ---------------------------------------------------------------- comparing


def publish_tables(data: Path, **tables: pa.Table) -> Generation:
    """An import of these tables; `activities_1` is a part of the activities."""
    with draft(data) as made:
        for name, table in tables.items():
            path = made.path / f"{name.replace('_', '/')}.parquet"
            path.parent.mkdir(exist_ok=True)
            pq.write_table(table, path)
        return made.publish({})


def leads_table(rows: dict[str, str | None], **more: pa.Array) -> pa.Table:
    times = pa.array([AT] * len(rows), pa.timestamp("us", "UTC"))
    return pa.table({"lead_id": list(rows), "created_at": times, "company": list(rows.values()), **more})


def test_rows_that_came_went_and_changed_are_counted_by_their_key(data: Path) -> None:
    first = publish_tables(data, leads=leads_table({"L1": "a", "L2": "b", "L3": None, "007": "d"}))
    second = publish_tables(data, leads=leads_table({"7": "d", "L3": "c", "L1": "a", "L2": "b", "L4": "e"}))
    found = differences(first, second)
    assert found.tables == {"leads": Changes(before=4, after=5, added=2, removed=1, changed=1)}
    assert (found.added, found.removed, found.changed) == ((), (), ("leads.parquet",))


def test_a_column_without_values_is_no_difference(data: Path) -> None:
    first = publish_tables(data, leads=leads_table({"L1": "a"}))
    nothing = publish_tables(data, leads=leads_table({"L1": "a"}, score=pa.array([None], pa.float64())))
    second = publish_tables(data, leads=leads_table({"L1": "a"}, score=pa.array([0.0])))
    assert differences(first, nothing).tables["leads"].changed == 0
    assert differences(first, second).tables["leads"].changed == 1


def test_columns_of_any_type_are_compared(data: Path) -> None:
    def table(number: int) -> pa.Table:
        return leads_table(
            {"L1": "a", "L2": "b"},
            words=pa.array(["x", "y"]).dictionary_encode(),
            day=pa.array([datetime(2026, 4, number, tzinfo=UTC).date(), None]),
            chosen=pa.array([["p", "q"], [str(number)]]),
            opted_out=pa.array([True, None]),
        )

    first, second = publish_tables(data, leads=table(1)), publish_tables(data, leads=table(2))
    assert differences(first, first).tables["leads"].changed == 0
    assert differences(first, second).tables["leads"].changed == 2


def test_parts_that_both_have_are_not_opened(data: Path) -> None:
    def part(*keys: str) -> pa.Table:
        return pa.table({"activity_id": list(keys), "type": ["call"] * len(keys)})

    leads = leads_table({"L1": "a"})
    first = publish_tables(data, leads=leads, activities_1=part("A1", "A2"), activities_2=part("A3"))
    second = publish_tables(data, leads=leads, activities_1=part("A1", "A2"), activities_3=part("A3", "A4"))
    found = differences(first, second)
    assert found.tables["activities"] == Changes(before=3, after=4, added=1, removed=0, changed=0)
    assert found.added == ("activities/3.parquet",)
    assert found.removed == ("activities/2.parquet",)


# ---------------------------------------------------------------- the command line


def run(*arguments: str, data: Path) -> Result:
    return CliRunner().invoke(commands, ["generations", *arguments, "--data", str(data)])


def test_imports_are_listed_the_newest_first_with_a_mark_at_the_one_that_is_read(data: Path) -> None:
    first, second = publish(data, "L1"), publish(data, "L1", "L2")
    go_back(data, first.id)
    for result in (run(data=data), run("list", data=data)):
        lines = result.output.splitlines()
        assert [line[:28].strip() for line in lines] == [second.id, f"* {first.id}"]
        assert lines[0].endswith("leads 2")
    before = CliRunner().invoke(commands, ["generations", "--data", str(data), "list"])
    assert before.output == result.output


def test_where_nothing_was_imported_the_list_says_what_is_read(data: Path) -> None:
    assert run(data=data).output == f"{data} is read from its own exports: no import is current.\n"


def test_the_folder_s_own_exports_are_listed_and_gone_back_to(company: Path) -> None:
    assert run(data=company).output.splitlines()[1].startswith("  folder  its own exports  leads 40, ")
    assert "read from its own exports now" in run("back", "folder", data=company).output
    assert run(data=company).output.splitlines()[-1].startswith("* folder")


def test_the_list_says_where_another_than_the_named_one_is_read(data: Path) -> None:
    first, second = publish(data, "L1"), publish(data, "L2")
    (second.path / "manifest.json").unlink()
    lines = run(data=data).output.splitlines()
    assert lines[0].startswith(f"manifest.json of the import {second.id} in {data} is missing or damaged")
    assert f"the import {first.id} is read instead" in lines[0]
    assert lines[1] == f"  {second.id}  damaged"
    assert lines[2].startswith(f"* {first.id}")


def test_the_list_says_where_none_is_left_to_read(data: Path) -> None:
    made = publish(data, "L1")
    (made.path / "leads.parquet").unlink()
    lines = run(data=data).output.splitlines()
    assert "no other is left: import the files again" in lines[0]
    assert lines[1] == f"  {made.id}  damaged"


def test_one_import_is_shown_with_its_files_and_whether_they_are_right(data: Path) -> None:
    made = publish(data, "L1")
    shown = run("show", made.id, data=data)
    assert shown.exit_code == 0
    assert "bytes  leads.parquet\n" in shown.output
    assert '"leads": 1' in shown.output
    (made.path / f"activities/{made.id}.parquet").unlink()
    shown = run("show", made.id, data=data)
    assert shown.exit_code == 1
    assert f"activities/{made.id}.parquet  NOT AS IMPORTED" in shown.output


def test_two_imports_are_compared(data: Path) -> None:
    first, second = publish(data, "L1"), publish(data, "L1", "L2")
    shown = run("diff", first.id, second.id, data=data).output
    assert "leads                  1 -> 2 rows: 1 added, 0 removed, 0 changed" in shown
    assert f"  + activities/{second.id}.parquet" in shown
    assert "  ~ leads.parquet" in shown


def test_the_way_back_is_one_command(data: Path) -> None:
    first, _ = publish(data, "L1"), publish(data, "L2")
    assert run("back", first.id, data=data).output == f"{data} is read from {first.id} now.\n"
    refused = run("back", "nowhere", data=data)
    assert isinstance(refused.exception, FunnelError)
