"""The strip of what falls due today: every clock in one mark, the marks of one half hour together."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from chart_frames import DUE, NOW, OPEN_TODAY, ZONE, speaking
from chart_frames import due as due_at

from funnel import charts
from funnel.charts import palette

EN = speaking("en")


def strip(due: pd.DataFrame = DUE, **options: Any) -> go.Figure:
    figure = charts.due_today_strip(due, say=EN, now=NOW, timezone=ZONE, **{"spans": OPEN_TODAY, **options})
    assert figure is not None
    return figure


def meanings(figure: go.Figure) -> list[dict[str, Any]]:
    return [meaning for trace in figure.data for meaning in trace.customdata]


def test_the_strip_holds_every_clock_due_today_once() -> None:
    held = [sorted(clocks_of(mark)) for mark in meanings(strip())]
    assert sorted(held) == [["L1"], ["L2"], ["L3", "L4"], ["L5"]]
    assert [t.marker.color for t in strip().data] == [palette.OVER, palette.SOON]


def clocks_of(mark: dict[str, Any], due: pd.DataFrame = DUE) -> list[str]:
    """The leads of a mark of the strip."""
    owner = due["owner"].isna() if mark["owner"] is None else due["owner"] == mark["owner"]
    within = due["due_at"].between(pd.Timestamp(mark["due_from"]), pd.Timestamp(mark["due_to"]))
    return list(due.loc[owner & within & ((due["state"] == "overdue") == mark["is_overdue"]), "lead_id"])


def test_clocks_of_one_half_hour_are_one_mark_where_the_first_is_due() -> None:
    minutes = {"L1": "10:00", "L2": "10:29", "L3": "10:30", "L4": "10:12"}
    due = pd.DataFrame([due_at("Sato", f"2026-11-10 {minute}", lead) for lead, minute in minutes.items()])
    figure = strip(due)
    (trace,) = figure.data
    assert [round(x, 2) for x in trace.x] == [10.0, 10.5]
    assert [clocks_of(mark, due) for mark in meanings(figure)] == [["L1", "L2", "L4"], ["L3"]]
    assert "10:00–10:29" in trace.hovertext[0] and "–" not in trace.hovertext[1]


def test_a_strip_of_a_day_that_is_closed_still_stands() -> None:
    assert len(meanings(strip(spans=[]))) == 4
