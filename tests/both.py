"""One history, asked of the product and of its slow twin: what both answer."""

from pathlib import Path
from typing import Any

from funnel.layer.build import open_warehouse
from funnel.questions.ask import ask
from tests.reference import Row, World, answer
from tests.test_answers_against_reference import differences, of_the_twins_columns
from tests.world_files import write_world


def in_both(directory: Path, history: World, name: str, **given: Any) -> list[Row]:
    """The product's rows, which are the twin's."""
    write_world(history, directory)
    with open_warehouse(directory) as db:
        rows = ask(db, name, **given).rows
    twin = answer(name, history, **given)
    assert not list(differences(of_the_twins_columns(rows, twin), twin))
    return rows
