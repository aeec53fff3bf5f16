"""How one cell of a list is written: delays, waits, limits, instants. Knows rows; no widget and no question."""

from typing import Any, TypeAlias

import pandas as pd

from funnel.ui.state.business_day import is_day_end
from funnel.ui.state.view import View
from funnel.words.dates import WEEKDAYS
from funnel.words.durations import between, late_by, late_range

LATE = ("overdue", "late", "missed")
Texts: TypeAlias = "pd.Series[Any]"


def is_ranged(rows: pd.DataFrame, name: str) -> bool:
    """Whether a duration of these rows rests on an event of which only a range is known."""
    return name in rows.columns and bool(rows[name].notna().any())


def state(view: View, code: str) -> str:
    """A state of a clock; at the end of a day, due today is due on the following one."""
    return view.say("state.due_next_day" if code == "due_today" and is_day_end(view) else f"state.{code}")


def late(view: View, rows: pd.DataFrame) -> Texts:
    """How late, in what the policy counts in; one unit for all that count the same, so that they compare."""
    labels = view.labels
    is_late = rows["state"].isin(LATE)
    is_elapsed = rows["policy"].isin(labels.elapsed)
    longest = {kind: rows.loc[is_late & (is_elapsed == kind), "late_hours"].max() for kind in (True, False)}
    texts: list[str | None] = []
    for row, elapsed in zip(rows.to_dict("records"), is_elapsed, strict=True):
        how = (labels.hours_per_day, view.language, bool(elapsed))
        if not pd.isna(row.get("most_late_hours")) and row["state"] in (*LATE, "undeterminable"):
            texts.append(late_range(row["least_late_hours"], row["most_late_hours"], *how))
        elif row["state"] in LATE:
            texts.append(late_by(row["late_hours"], *how, longest=longest[bool(elapsed)]))
        else:
            texts.append(None)
    return pd.Series(texts, index=rows.index, dtype="object")


def elapsed(view: View, rows: pd.DataFrame) -> Texts:
    """The time to the answer, where some of it is a range."""
    texts = [
        view.say("unit.wall_hours", n=hours)
        if pd.isna(most)
        else between("wall_hours", least, most, view.language)
        for hours, least, most in zip(
            rows["elapsed_hours"], rows["least_elapsed_hours"], rows["most_elapsed_hours"], strict=True
        )
    ]
    return pd.Series(texts, index=rows.index, dtype="object")


def in_unit(view: View, rows: pd.DataFrame, name: str) -> Texts:
    """The wait, or the limit, in the stage's own unit."""
    source = "age" if name == "waiting" else "limit"
    key = "unit.{unit}" if name == "waiting" else "unit.limit_{unit}"
    most = rows["most_age"] if name == "waiting" and is_ranged(rows, "most_age") else rows[source]
    texts = [
        None
        if pd.isna(value)
        else view.say(key.format(unit=unit), n=value)
        if pd.isna(longest) or longest == value
        else between(unit, value, longest, view.language)
        for value, longest, unit in zip(rows[source], most, rows["unit"], strict=True)
    ]
    return pd.Series(texts, index=rows.index, dtype="object")


def short_moment(at: Any, language: str) -> str | None:
    """`11/6(金) 16:45`."""
    if pd.isna(at):
        return None
    name = WEEKDAYS[language][at.weekday()]
    return f"{at.month}/{at.day}({name}) {at.hour}:{at.minute:02}"
