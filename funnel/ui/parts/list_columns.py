"""The columns of lists: how wide, in which form, what they are made of."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from funnel.ui.ground.heads import distinct
from funnel.ui.parts import cells, readable
from funnel.ui.state.view import View

STATES = ("overdue", "due_today", "at_risk", "pending", "met", "late", "missed", "exempt", "undeterminable")
STATE_COLORS = ["red", "orange", "gray", "gray", "green", "orange", "red", "gray", "gray"]
TEXT = "text"
DATES = "YYYY/MM/DD"

Column = tuple["pd.Series[Any]", Any]


def says_something(values: "pd.Series[Any]") -> bool:
    return bool(values.any() if values.dtype == bool else values.notna().any())


def table_of(view: View, shown: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    heads, columns, config = [], [], []
    for name in names:
        values, how = _column(view, shown, name)
        heads.append(readable.head(view, name))
        columns.append(values)
        config.append(how)
    table = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    table.columns = pd.Index(distinct(heads))
    return table, dict(zip(table.columns, config, strict=True))


MADE_OF: dict[str, tuple[str, ...]] = {
    "company": ("lead_id", "company"),
    "lead_id": ("lead_id",),
    "late": ("late_hours",),
    "owner": ("owner",),
    "state": ("state",),
    "due": ("due_at",),
    "policy": ("policy",),
    "score": ("score",),
    "then_score": ("then_score",),
    "max_score": ("max_score",),
    "attempts": ("attempts",),
    "record": ("record_url",),
    "stage": ("stage",),
    "ratio": ("ratio",),
    "waiting": ("age", "unit"),
    "limit": ("limit", "unit"),
    "days": ("days",),
    "last_touch": ("last_touch_at",),
    "opted_out": ("opted_out",),
    "wakeable": ("wakeable",),
    "silent": ("silent_days",),
    "last_activity": ("last_activity_type",),
    "last_activity_at": ("last_activity_at",),
    "silent_on": ("silent_on",),
    "reached": ("reached",),
    "created_at": ("created_at",),
    "entered_at": ("entered_at",),
    "reached_at": ("reached_at",),
    "converted_at": ("converted_at",),
    "happened_at": ("happened_at",),
    "elapsed_hours": ("elapsed_hours",),
    "stopped_at": ("stopped_at",),
}
NUMBERS = {
    "elapsed_hours": ("elapsed_hours", "unit.hours_format"),
    "ratio": ("ratio", "unit.times_format"),
    "attempts": ("attempts", "unit.attempts_format"),
    "days": ("days", "unit.days_format"),
    "silent": ("silent_days", "unit.days_format"),
    "score": ("score", "unit.plain_format"),
    "then_score": ("then_score", "unit.plain_format"),
    "max_score": ("max_score", "unit.plain_format"),
}
NUMBER = {"_index": st.column_config.NumberColumn(width=36)}
WIDTHS = {
    "company": 170, "lead_id": 80, "late": 102, "owner": 80, "state": 78, "due": 110, "policy": 172, "record": 44, "score": 56,
    "then_score": 84, "max_score": 76, "attempts": 48, "stage": 72, "ratio": 72, "waiting": 90, "limit": 80,
    "days": 64, "last_touch": 92, "opted_out": 76, "wakeable": 96, "silent": 66, "last_activity": 116,
    "last_activity_at": 92, "silent_on": 116, "reached": 72, "created_at": 92, "entered_at": 92, "reached_at": 92,
    "converted_at": 92, "happened_at": 92, "elapsed_hours": 92, "stopped_at": 92,
}  # fmt: skip
IN_ENGLISH = {
    "company": 164,
    "late": 128,
    "due": 122,
    "policy": 150,
    "attempts": 48,
    "owner": 72,
    "score": 50,
    "lead_id": 76,
    "waiting": 128,
    "limit": 108,
}


def _column(view: View, shown: pd.DataFrame, name: str) -> Column:
    config = st.column_config
    width = WIDTHS.get(name) if view.language == "ja" else IN_ENGLISH.get(name, WIDTHS.get(name))
    if name == "elapsed_hours" and cells.is_ranged(shown, "most_elapsed_hours"):
        return cells.elapsed(view, shown), config.TextColumn(width=width, alignment="right")
    if name in NUMBERS:
        source, form = NUMBERS[name]
        values = shown[source] // 1 if source.endswith("days") else shown[source]  # days that are over
        return values, config.NumberColumn(format=view.say(form), width=width)
    if name == "company":
        named = shown["company"].where(shown["company"].notna(), shown["lead_id"])
        return named, config.TextColumn(width=width, help=view.say("drill.open_lead"))
    if name == "state":
        options = [cells.state(view, state) for state in STATES]
        states = shown["state"].map(lambda state: [cells.state(view, state)])
        unsure = "undeterminable" in set(shown["state"])
        explained = view.say("state.undeterminable_help") if unsure else None
        return states, config.MultiselectColumn(
            options=options, color=STATE_COLORS, width=width, help=explained
        )
    if name == "record":
        links = shown["record_url"].where(
            shown["record_url"].astype("string").str.match(r"https?://", na=False)
        )
        return links, config.LinkColumn(display_text=":material/open_in_new:", width=width)
    if name == "wakeable":
        return shown["wakeable"] * 100, config.ProgressColumn(
            format="%.0f%%", max_value=100, color="blue", width=width
        )
    if name == "opted_out":
        return shown["opted_out"].map({True: view.say("column.opted_out")}), config.TextColumn(width=width)
    if name == "late":
        return cells.late(view, shown), config.TextColumn(width=width, alignment="right")
    if name in ("waiting", "limit"):
        return cells.in_unit(view, shown, name), config.TextColumn(width=width)
    if name == "due":
        return shown["due_at"].map(lambda at: cells.short_moment(at, view.language)), config.TextColumn(
            width=width
        )
    source = MADE_OF[name][0]
    values = shown[source]
    if isinstance(values.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(values):
        is_instant = isinstance(values.dtype, pd.DatetimeTZDtype)
        plain = values.dt.tz_localize(None) if is_instant else values
        return plain, config.DateColumn(format=DATES, width=width)
    dimension = readable.CODES.get(name)
    texts = values.map(lambda value: readable.named(view, source, value, dimension), na_action="ignore")
    return texts, config.TextColumn(width=width)
