"""The SQL of an import as a person reads it: numbered files in the room that runs them, each step with a name."""

import re
from pathlib import Path
from typing import get_args

import pytest

from funnel.importing.converting import session
from funnel.importing.converting.steps import BEGIN, named
from funnel.importing.joining import assemble
from funnel.importing.mapping.models import FileKind

FOLDERS = (session.SQL, assemble.SQL)
FILES = [file for folder in FOLDERS for file in sorted(folder.glob("*.sql"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_a_file_has_its_place_and_says_what_comes_in_and_what_goes_out(file: Path) -> None:
    head, *steps = BEGIN.split(file.read_text(encoding="utf-8"))
    assert re.match(r"\d\d_[a-z_]+\.sql$", file.name)
    assert all(line.startswith("-- ") for line in head.strip().split("\n"))
    assert "\n-- in: " in f"\n{head}" and "\n-- out: " in head
    assert steps and all(text.strip() for text in steps[2::3])


def test_every_step_is_run_and_every_name_that_is_run_is_a_step() -> None:
    code = "\n".join(
        file.read_text(encoding="utf-8") for folder in FOLDERS for file in folder.parent.glob("*.py")
    )
    kinds = {kind for kind in get_args(FileKind) if kind != "other"}
    quoted = set(re.findall(r'"([a-z_]+)"', code)) | kinds | {f"twice_{kind}" for kind in kinds}
    assert {name for _, name in named(*FOLDERS)} <= quoted
    assert {("step", kind) for kind in kinds} <= set(named(*FOLDERS))
    run = {("step", name) for name in re.findall(r'session\.run\("(\w+)"\)', code)}
    answered = {("answer", name) for name in re.findall(r'session\.(?:rows|write)\("(\w+)"', code)}
    assert run | answered <= set(named(*FOLDERS)) and len(run | answered) > 40


def test_two_steps_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    for name in ("10_one.sql", "20_two.sql"):
        (tmp_path / name).write_text("-- in: nothing\n-- step: made\nselect 1;\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"20_two\.sql: there is a second step made"):
        named(tmp_path)
