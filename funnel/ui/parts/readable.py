"""An answer as people read it: heads and codes in the page's language."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import streamlit as st

from funnel.ui.ground.heads import distinct
from funnel.ui.ground.markdown import small
from funnel.ui.parts import cells
from funnel.ui.parts.list_columns import NO_RATES, OWN_HEADS, column
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.translate import has


def explained(view: View, answer: Answer, part: str) -> str:
    """The definition, or the base, of an answer; `{days}` and the like are what it was asked with."""
    values = {
        **answer.bound,
        "days": view.db.rules.dormancy.days,
        "warn": view.db.rules.dormancy.warn_days,
        "zone": view.db.rules.timezone,
    }
    return view.say(f"why.{answer.name}.{part}", **values)


def rate_heads(view: View, answer: Answer) -> list[str]:
    """The heads of the columns that are rates, 0…1."""
    return [
        head(view, name, answer)
        for name in answer.frame.columns
        if column(name).is_rate and (answer.name, name) not in NO_RATES
    ]


def version_line(view: View) -> str:
    """Which rules, and as of when."""
    return view.say(
        "why.version_text", version=view.db.rules.version, day=view.db.rules.effective_from, at=view.local
    )


def title_of(view: View, answer: Answer) -> str:
    """What an answer is called."""
    return named_question(view, answer.name)


def named_question(view: View, name: str) -> str:
    """What a question is called; `all` of them."""
    if name == "all":
        return view.say("quality.bends_all")
    key = f"why.{name}.title"
    return view.say(key) if has(key) else name


def filters_line(view: View, asked: Answer | None = None) -> str:
    """`チャネル: 展示会、広告・業種: IT`; of an answer only what it takes."""
    comma, aside = view.say("app.comma"), view.left_aside(asked) if asked is not None else ()
    named = [
        f"{view.labels.dimension(name)}: {comma.join(view.labels.value(name, value) for value in values)}"
        for name, values in view.scope.where
        if name not in aside
    ]
    return view.say("app.dot").join(named)


def say_left_aside(view: View, answer: Answer) -> None:
    """Say which filters of the frame an answer does not take, where there is one."""
    names = [view.labels.dimension(name) for name in view.left_aside(answer)]
    if names:
        small(view.say("filter.left_aside", names=view.say("app.comma").join(names)))


def readable(view: View, answer: Answer) -> pd.DataFrame:
    """An answer with heads and codes in the page's language; numbers stay numbers."""
    heads: list[str] = []
    columns: list[pd.Series] = []
    for name in answer.frame.columns:
        if name == "late_hours" and {"state", "policy"} <= set(answer.frame.columns):
            heads.append(view.say("column.late"))  # as the lists on the screen have it
            columns.append(cells.late(view, answer.frame))
        heads.append(head(view, name, answer))
        columns.append(_readable(view, answer, name))
    table = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    table.columns = pd.Index(distinct(heads))
    return table


def whole_numbers(table: pd.DataFrame) -> dict[str, Any]:
    """Counts with their commas."""
    names = [name for name in table.columns if pd.api.types.is_integer_dtype(table[name])]
    return {name: st.column_config.NumberColumn(format="%,d") for name in names}


def head(view: View, name: str, answer: Answer | None = None) -> str:
    """What a column is called; a segment by its dimension."""
    by = answer.bound.get("by") if answer else None
    if name == "segment" and by:
        return view.labels.dimension(str(by))
    if answer and (answer.name, name) in OWN_HEADS:
        return view.say(OWN_HEADS[answer.name, name])
    if name == "late_hours" and answer and not set(answer.frame.get("policy", ())) & view.labels.elapsed:
        return view.say("column.late_business_hours")
    return view.say(f"column.{name}") if has(f"column.{name}") else name


def _readable(view: View, answer: Answer, name: str) -> "pd.Series[Any]":
    values: pd.Series[Any] = answer.frame[name]
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
    elif name == "month":
        values = values.dt.strftime("%Y-%m")
    elif name == "value" and "dimension" in answer.frame.columns:
        pairs = zip(answer.frame["dimension"], values, strict=True)
        values = pd.Series([view.labels.value(by, value) for by, value in pairs], index=values.index)
    elif not pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_datetime64_dtype(values):
        by = answer.bound.get("by") if name == "segment" else None
        values = values.map(lambda value: named(view, name, value, by), na_action="ignore")
    return values


def named(view: View, name: str, value: object, dimension: str | None = None) -> object:
    """A code of the column `name` as people call it; of `dimension` where the column has that of the question."""
    labels = view.labels
    if not isinstance(value, str):
        return value
    codes = dimension or column(name).codes
    if codes in NAMING:
        return NAMING[codes](view, name, value)
    return labels.value(codes, value) if codes else value


def _word(view: View, key: str, value: str) -> str:
    return view.say(key) if has(key) else value


def _kind_of_row(view: View, name: str, value: str) -> str:
    """A reason or a finding; of a file what is counted of it: `leads.parquet 読んだ行`."""
    file, _, kind = value.rpartition(" ")
    if name == "name" and file and has(f"column.{kind}"):
        return f"{file} {view.say(f'column.{kind}')}"
    return _word(view, f"quality.{value}", value)


def _listed(view: View, texts: Iterable[str]) -> str:
    return view.say("app.comma").join(texts)


NAMING: dict[str, Callable[[View, str, str], str]] = {  # kind of codes -> the name of a column's code
    "policy": lambda view, name, value: view.labels.policies.get(value, value),
    "state": lambda view, name, value: cells.state(view, value),
    "dimension": lambda view, name, value: view.labels.dimension(value),
    "activity": lambda view, name, value: view.labels.activities.get(value, value),
    "value": lambda view, name, value: _word(view, f"value.{name}.{value}", value),
    "word": lambda view, name, value: _word(view, f"{name}.{value}", value),
    "kpi": lambda view, name, value: view.labels.policies.get(value) or _word(view, f"kpi.{value}", value),
    "quality": _kind_of_row,
    "score_rule": lambda view, name, value: view.labels.score_rules.get(value, value),
    "grade": lambda view, name, value: view.labels.grades(name).get(value, value),
    "condition": lambda view, name, value: view.say("value.condition", n=int(value[len("any_of[") : -1]) + 1),
    "reasons": lambda view, name, value: _listed(view, (_kind_of_row(view, "reason", code) for code in value.split(","))),
    "titles": lambda view, name, value: _listed(view, (named_question(view, code) for code in value.split(","))),
}  # fmt: skip
