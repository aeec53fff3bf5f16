"""No table has two columns of one name: it could not be drawn, and a column would be taken for the other."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from funnel.layer.warehouse import Warehouse
from funnel.questions import scope
from funnel.rows import records
from funnel.ui.cards import funnel
from funnel.ui.ground.heads import distinct
from funnel.ui.parts import leads_behind, list_columns, readable
from funnel.ui.state import filters
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.translate import LANGUAGES
from tests.test_drill import ASKED


@pytest.fixture(scope="module", params=LANGUAGES)
def view(request: pytest.FixtureRequest, sample: Warehouse) -> View:
    every = filters.all_months_of(sample, sample.as_of_default)
    months = filters.months_of("13m", every)
    view = View(sample, sample.as_of_default, months, scope.Scope(), "ja", every)
    return replace(view, language=request.param)


def every_answer(view: View) -> list[Answer]:
    found = [view.ask(name, **params) for name, params in ASKED]
    found += [
        view.ask(name, by=by)
        for name in ("funnel", "stage_aging")
        for by in (*view.db.rules.dimensions, "stage")
        if view.takes(name, by)
    ]
    for row in records(view.ask("data_quality", everywhere=True).frame):
        if row["part"] != "file":
            kind = "refused" if row["part"] == "reason" else "finding"
            found.append(leads_behind.BEHIND[kind](view, {"name": row["name"]}).answer)
    return found


def test_no_drawer_and_no_file_has_two_heads_of_one_name(view: View) -> None:
    for asked in every_answer(view):
        assert readable.readable(view, asked).columns.is_unique, asked.name


def test_the_columns_of_every_list_of_leads_have_names_of_their_own(view: View) -> None:
    heads = [readable.head(view, name) for name, column in list_columns.COLUMNS.items() if column.made_of]
    shown = [head for head in heads if heads.count(head) > 1]
    assert shown == []


def test_the_two_reasons_of_a_refused_row_are_told_apart_and_in_words(view: View) -> None:
    asked = leads_behind.BEHIND["refused"](view, {"name": "unknown_lead"}).answer
    both = asked.with_rows(asked.frame.assign(reasons="unknown_lead,missing_time"))
    table = readable.readable(view, both)
    one, every = (
        ("集計上の理由", "当てはまる理由(すべて)")
        if view.language == "ja"
        else ("Counted under", "All reasons")
    )
    assert set(table[one]) == {view.say("quality.unknown_lead")}
    words = view.say("app.comma").join(
        view.say(f"quality.{name}") for name in ("unknown_lead", "missing_time")
    )
    assert set(table[every]) == {words}


def test_a_dimension_called_as_a_column_is_does_not_hide_it(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = view.ask("breakdown", by="channel").frame
    called: Any = view.say("column.leads")
    monkeypatch.setattr(type(view.labels), "dimension", lambda self, name: called)
    shown = funnel._as_table(view, table, "channel")
    assert list(shown.columns[:2]) == [called, f"{called} 2"]
    assert list(shown.iloc[:, 1]) == list(table["leads"])


def test_a_name_that_comes_again_is_numbered_past_those_that_are_taken() -> None:
    assert distinct(["a", "a", "a 2", "b", "a"]) == ["a", "a 2", "a 2 2", "b", "a 3"]
    assert pd.Index(distinct(["x"] * 4)).is_unique
