"""One row says all of a column of a list, every list has rows for its columns, and no row is idle."""

import ast
from pathlib import Path

import pytest

from funnel.questions.texts import query_text
from funnel.ui.parts.list_cells import CELLS
from funnel.ui.parts.list_columns import COLUMNS, OWN_HEADS
from funnel.ui.parts.readable import NAMING
from funnel.words.translate import has, texts

UI = Path(__file__).parent.parent / "funnel" / "ui"


def columns_of_lists() -> set[str]:
    """What stands in a tuple of columns: one that begins with the company, or with those that several lists share."""
    names: set[str] = set()
    for path in (*UI.glob("cards/*.py"), *UI.glob("parts/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Tuple) and node.elts:
                first, parts = (
                    node.elts[0],
                    [part.value for part in node.elts if isinstance(part, ast.Constant)],
                )
                begins = isinstance(first, ast.Constant) and first.value == "company"
                if (begins or (isinstance(first, ast.Starred) and "record" in parts)) and "unit" not in parts:
                    names |= {part for part in parts if isinstance(part, str)}
    return names


LISTED = {name for name, column in COLUMNS.items() if column.made_of}


def test_every_column_of_a_list_has_a_row_and_no_row_is_idle() -> None:
    assert columns_of_lists() == LISTED


@pytest.mark.parametrize("name", sorted(LISTED))
def test_a_column_of_a_list_has_a_head_a_width_and_a_drawing(name: str) -> None:
    column = COLUMNS[name]
    assert has(f"column.{name}")
    assert column.width
    assert column.cell in CELLS
    assert not column.form or has(column.form)


def test_every_drawing_and_every_naming_is_used() -> None:
    assert {column.cell for column in COLUMNS.values()} == set(CELLS)
    dimensions = {"stage", "score_band", "owner", "channel"}
    assert {column.codes for column in COLUMNS.values() if column.codes} - dimensions == set(NAMING)


def test_a_row_of_an_answers_column_says_something_of_it() -> None:
    for name in set(COLUMNS) - LISTED:
        assert COLUMNS[name].codes or COLUMNS[name].is_rate, name
    assert set(OWN_HEADS.values()) <= set(texts())
    for answer, name in OWN_HEADS:
        assert name in query_text(answer)
