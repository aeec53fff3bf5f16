"""The cards of the funnel: how far leads get, all of them and those of each value of a dimension."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from funnel import charts, headlines
from funnel.ui.ground.heads import distinct
from funnel.ui.parts import lists
from funnel.ui.parts.cards import card, choice, chosen, figure
from funnel.ui.state import filters
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.dates import month_range
from funnel.words.numbers import percent_form


def funnel_card(view: View, reach: Answer) -> None:
    """How far the leads of the period get."""
    rules, labels = view.db.rules, view.labels
    headline = headlines.funnel(
        reach.frame, labels.stages, rules.milestone("mql"), rules.milestone("sql"), view.language
    )
    with card(view, headline, funnel_sub(view, reach), reach, "funnel"):
        drawn = charts.funnel_bars(reach.frame, say=view.words, labels=labels.stages)
        figure(view, drawn, "funnel", headline, behind="funnel")


def funnel_sub(view: View, reach: Answer) -> str:
    """The grey line of the funnel."""
    months = month_range(view.months.first, view.months.last, view.language)
    base = int(reach.frame["reached"].iloc[0]) if reach else 0
    return view.say("say.funnel.sub", months=months, n=base)


def breakdown_card(view: View) -> None:
    """How far the leads of each value of a dimension get."""
    rules, labels = view.db.rules, view.labels
    mql, sql = rules.milestone("mql"), rules.milestone("sql")
    dimensions = [name for name in dict.fromkeys(rules.dimensions) if view.takes("breakdown", name)]
    if not mql or not sql or not dimensions:
        return
    usual = "channel" if "channel" in dimensions else dimensions[0]
    by = chosen(view, "by", dimensions, usual)
    reach = view.ask("breakdown", by=by)
    table = reach.frame
    names = {value: labels.value(by, value) for value in table["segment"] if isinstance(value, str)}
    a, b = labels.stages[mql], labels.stages[sql]
    headline = headlines.channels(table, names, view.language, labels.dimension(by), a, b)
    with card(view, headline, view.say("say.channels.sub", b=b), reach, "breakdown"):
        choice(view, "by", dimensions, labels.dimension, view.say("control.by"), default=usual, hidden=True)
        columns = _as_table(view, table, by)
        lists.opening(
            columns,
            "breakdown",
            headline,
            partial(_behind_number, table, by, mql, sql),
            _breakdown_config(columns),
        )


def _as_table(view: View, table: pd.DataFrame, by: str) -> pd.DataFrame:
    labels = view.labels
    remark = table["small"].map({True: view.say("unit.small"), False: ""})
    values = [labels.value(by, value if isinstance(value, str) else None) for value in table["segment"]]
    columns = [  # a dimension or a stage may be called as another column is
        (labels.dimension(by), pd.Series(values, index=table.index, dtype="object")),
        (view.say("column.leads"), table["leads"]),
        (labels.milestone("mql"), table["mql"]),
        (labels.milestone("sql"), table["sql"]),
        (view.say("column.reach_rate", sql=labels.milestone("sql")), table["rate"] * 100),
    ]
    if table["small"].any():
        columns.append((view.say("column.remark"), remark))
    heads = distinct(head for head, _ in columns)
    return pd.concat([values for _, values in columns], axis=1).set_axis(heads, axis=1)


def _breakdown_config(columns: pd.DataFrame) -> dict[str, object]:
    rate = columns.columns[4]
    form = percent_form(columns[rate] / 100, 1)
    if filters.is_phone():  # a bar, or numbers of rows, would push the rate out of sight
        narrow: dict[str, object] = {"_index": None, columns.columns[0]: st.column_config.Column(width=98)}
        for name in columns.columns[1:4]:
            narrow[name] = st.column_config.NumberColumn(format="%,d", width=50)
        return narrow | {rate: st.column_config.NumberColumn(format=form, width=80)}
    top = float(columns[rate].max() or 1)
    return {rate: st.column_config.ProgressColumn(format=form, max_value=max(top * 1.05, 1), color="blue")}


def _behind_number(
    table: pd.DataFrame, by: str, mql: str, sql: str, row: int, column: int
) -> tuple[str, dict[str, Any]]:
    """The leads of the number that was clicked; of the rate its base, with those that got there."""
    value = table["segment"].iloc[row]
    mark = {"by": by, "segment": value if isinstance(value, str) else None}
    stage = {2: mql, 3: sql}.get(column)
    return "funnel", {**mark, "stage": stage} if stage else {**mark, "reached": sql}
