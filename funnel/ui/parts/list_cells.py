"""The columns of a list of leads as Streamlit draws them, and their cells as texts for paper and phones."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import pandas as pd
import streamlit as st

from funnel.ui.ground.heads import distinct
from funnel.ui.parts import cells, readable
from funnel.ui.parts.list_columns import COLUMNS, width_of
from funnel.ui.state.view import View
from funnel.words.dates import slashed
from funnel.words.numbers import percent_form

STATES = {  # state of a clock -> colour, in the order of the choice
    "overdue": "red", "due_today": "orange", "at_risk": "gray", "pending": "gray", "met": "green", "late": "orange",
    "missed": "red", "exempt": "gray", "undeterminable": "gray",
}  # fmt: skip
DATES = "YYYY/MM/DD"
NUMBER = {"_index": st.column_config.NumberColumn(width=36)}

Drawn: TypeAlias = "tuple[pd.Series[Any], Any]"  # the values, and how Streamlit shows them


def drawn(view: View, rows: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The rows with the columns of these names, and the configuration of each."""
    columns = [_drawn(view, rows, name) for name in names]
    table = pd.concat([values for values, _ in columns], axis=1) if columns else pd.DataFrame()
    table.columns = pd.Index(distinct(readable.head(view, name) for name in names))
    return table, dict(zip(table.columns, (shape for _, shape in columns), strict=True))


def says_something(rows: pd.DataFrame, name: str) -> bool:
    """Whether a column has any value, or any yes."""
    values = rows[COLUMNS[name].made_of[0]]
    return bool(values.any() if values.dtype == bool else values.notna().any())


def written(view: View, table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The cells as texts, as they are written on the screen."""
    texts = table.copy()
    for name, head in zip(names, texts.columns, strict=True):
        values, column = texts[head], COLUMNS[name]
        if column.cell == "state":
            texts[head] = values.map(lambda value: value[0])
        elif column.cell == "wakeable":
            texts[head] = _by_form(values, percent_form(values / 100))
        elif column.form and pd.api.types.is_numeric_dtype(values):
            texts[head] = _by_form(values, view.say(column.form))
        elif pd.api.types.is_datetime64_dtype(values):
            texts[head] = values.map(slashed, na_action="ignore").astype(object)
    return texts


def _by_form(values: "pd.Series[Any]", form: str) -> "pd.Series[Any]":
    return values.map(lambda value: form % value, na_action="ignore").astype(object)


def _drawn(view: View, rows: pd.DataFrame, name: str) -> Drawn:
    return CELLS[COLUMNS[name].cell](view, rows, name, width_of(name, view.language))


def _plain(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    """Days without their time, codes by their names."""
    source = COLUMNS[name].made_of[0]
    values = rows[source]
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
    if pd.api.types.is_datetime64_dtype(values):
        return values, st.column_config.DateColumn(format=DATES, width=width)
    texts = values.map(lambda value: readable.named(view, source, value), na_action="ignore")
    return texts, st.column_config.TextColumn(width=width)


def _company(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    named = rows["company"].where(rows["company"].notna(), rows["lead_id"])
    return named, st.column_config.TextColumn(width=width, help=view.say("drill.open_lead"))


def _record(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    is_link = rows["record_url"].astype("string").str.match(r"https?://", na=False)
    shape = st.column_config.LinkColumn(display_text=":material/open_in_new:", width=width)
    return rows["record_url"].where(is_link), shape


def _state(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    is_unsure = "undeterminable" in set(rows["state"])
    return rows["state"].map(lambda state: [cells.state(view, state)]), st.column_config.MultiselectColumn(
        options=[cells.state(view, state) for state in STATES],
        color=list(STATES.values()),
        width=width,
        help=view.say("state.undeterminable_help") if is_unsure else None,
    )


def _number(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    column = COLUMNS[name]
    return rows[column.made_of[0]], st.column_config.NumberColumn(format=view.say(column.form), width=width)


def _whole_days(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    values, shape = _number(view, rows, name, width)
    return values // 1, shape  # days that are over


def _elapsed(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    if cells.is_ranged(rows, "most_elapsed_hours"):
        return cells.elapsed(view, rows), st.column_config.TextColumn(width=width, alignment="right")
    return _number(view, rows, name, width)


def _late(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    return cells.late(view, rows), st.column_config.TextColumn(width=width, alignment="right")


def _in_unit(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    return cells.in_unit(view, rows, name), st.column_config.TextColumn(width=width)


def _due(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    moments = rows["due_at"].map(lambda at: cells.short_moment(at, view.language))
    return moments, st.column_config.TextColumn(width=width)


def _wakeable(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    shape = st.column_config.ProgressColumn(
        format=percent_form(rows["wakeable"]), max_value=100, color="blue", width=width
    )
    return rows["wakeable"] * 100, shape


def _opted_out(view: View, rows: pd.DataFrame, name: str, width: int) -> Drawn:
    marks = rows["opted_out"].map({True: view.say("column.opted_out")})
    return marks, st.column_config.TextColumn(width=width)


CELLS: dict[str, Callable[[View, pd.DataFrame, str, int], Drawn]] = {
    "plain": _plain,
    "company": _company,
    "record": _record,
    "state": _state,
    "number": _number,
    "whole_days": _whole_days,
    "elapsed": _elapsed,
    "late": _late,
    "in_unit": _in_unit,
    "due": _due,
    "wakeable": _wakeable,
    "opted_out": _opted_out,
}
