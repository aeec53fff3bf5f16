"""Rates by month: conversion_trend and period_ratio_trend.

Pure: a frame with the columns of the answer in, a figure out; None where there is no row. Months are
positions 0 … n−1, counted in the order of the frame.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from funnel.charts.beside import Box, path, write_beside
from funnel.charts.palette import (
    ACTUAL,
    BACKGROUND,
    CONTEXT,
    MUTED,
    RULE,
    SHADES,
    SMALL_TEXT,
    STRONG_TEXT,
    Drawing,
)
from funnel.charts.text import (
    Record,
    Say,
    bold,
    esc,
    identity,
    interval_line,
    lines,
    month_key,
    month_ticks,
)
from funnel.rows import records
from funnel.words.numbers import percent

HEIGHT = 340
ROOM = 2.4  # months of free space at the right, where the names of lines stand


def rate_range(conversion: pd.DataFrame, target: float | None = None) -> tuple[float, float]:
    """The axis of rates that conversion_trend uses: give it to its neighbour so that the eye can compare."""
    rows = records(conversion)
    judged = [row["ci_high"] for row in rows if row["mature"] and not row["small"]]
    ends = [*judged, *(row["rate"] for row in rows), target]
    highest = max([end for end in ends if end is not None] or [0.0])
    return _rate_axis(highest)


def _rate_axis(highest: float) -> tuple[float, float]:
    top = max(highest, 0.01) * 1.16
    return -top * 0.02, top


def conversion_trend(
    conversion: pd.DataFrame,
    *,
    say: Say,
    target: float | None = None,
    versions: Sequence[tuple[str, str, str | None]] = (),
    ticks: int = 7,
) -> go.Figure | None:
    """The rate of each month's cohort (`conversion`, one segment): line and band of mature months, young
    ones hollow in their zone and never joined, the last mature value printed.

    `versions`: (effective_from as ISO date, version, note or None) of rules that began within the months.
    customdata: month, segment.
    """
    rows = records(conversion)
    if not rows:
        return None
    months = [month_key(row["month"]) for row in rows]
    mature = [position for position, row in enumerate(rows) if row["mature"]]
    first_young = next((position for position, row in enumerate(rows) if not row["mature"]), len(rows))
    right = max(len(rows) - 0.5, (mature[-1] if mature else 0) + ROOM)
    low, top = rate_range(conversion, target)
    drawing = Drawing()
    if first_young < len(rows):
        _young_zone(drawing, say, first_young - 0.5, len(rows) - 0.5)
    _band(drawing, rows, mature, top)
    taken = _versions(drawing, say, months, versions, top)
    if target is not None:
        _target(drawing, say, target, right)
        taken += [
            (-0.6, right, target, target),
            (right - len(rows) * 0.2, right, target, target + top * 0.08),
        ]
    _line(drawing, say, rows, months, mature)
    _young(drawing, say, rows, months, [p for p in range(len(rows)) if p not in set(mature)])
    _last_value(drawing, say, rows, mature, (-0.6, right, low, top), taken)
    return _by_month(drawing, say, months, ticks, right, (low, top))


def period_ratio_trend(
    period_ratio: pd.DataFrame,
    *,
    say: Say,
    rates: tuple[float, float] | None = None,
    running: str | None = None,
    ticks: int = 4,
) -> go.Figure | None:
    """期間比(参考) by month (`period_ratio`, one segment): grey, without an interval.

    `rates`: the axis of the cohort figure beside it (`rate_range`), widened where a ratio lies beyond.
    `running`: the month that T cuts; the value printed is that of the month before. customdata: month,
    segment.
    """
    rows = records(period_ratio)
    if not rows:
        return None
    months = [month_key(row["month"]) for row in rows]
    ratios = [row["ratio"] for row in rows]
    drawing = Drawing()
    drawing.scatter(
        x=list(range(len(rows))),
        y=ratios,
        mode="lines+markers",
        line={"color": CONTEXT, "width": 1.8},
        marker={
            "size": 6,
            "color": [BACKGROUND if _hollow(row, running) else CONTEXT for row in rows],
            "line": {"color": CONTEXT, "width": 1.5},
            "opacity": 1,
        },
        customdata=[identity({**row, "month": month_key(row["month"])}, "month", "segment") for row in rows],
        hovertext=[
            lines(
                say("chart.year_month", month=month),
                "" if row["ratio"] is None else bold(percent(row["ratio"], 1)),
                say("chart.ratio_parts", to=row["entered_to"], from_=row["entered_from"]),
                say("chart.small") if row["small"] else "",
                say("chart.running") if month == running else "",
            )
            for month, row in zip(months, rows, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    highest = max([ratio for ratio in ratios if ratio is not None] or [0.0])
    own = _rate_axis(highest)
    low, top = own if rates is None or own[1] > rates[1] * 1.15 else rates
    right = len(rows) - 0.4
    whole = [p for p in range(len(rows)) if months[p] != running and ratios[p] is not None]
    if whole:
        last = whole[-1]
        few = rows[last]["small"]
        value = f"{say('chart.month', month=months[last])} {percent(ratios[last], 1)}"
        runs = [(float(p), ratio) for p, ratio in enumerate(ratios) if ratio is not None]
        ink = [point for point in path(runs) if point[0] != last]
        wide = len(rows) * (0.38 if few else 0.26)
        write_beside(
            drawing,
            (last, ratios[last]),
            f"{value} {say('chart.small')}" if few else bold(value),
            wide,
            (-0.6, right, low, top),
            ink,
            color=CONTEXT,
        )
    return _by_month(drawing, say, months, ticks, right, (low, top))


def _by_month(
    drawing: Drawing, say: Say, months: list[str], ticks: int, right: float, rates: tuple[float, float]
) -> go.Figure:
    positions, texts = month_ticks(say, months, ticks)
    return drawing.polished(
        HEIGHT,
        top=26,
        hoverdistance=60,
        x={"range": [-0.6, right], "tickvals": positions, "ticktext": texts, "showgrid": False},
        y={"range": list(rates), "tickformat": ".0%", "nticks": 7, "showgrid": True},
    )


def _hollow(row: Record, running: str | None) -> bool:
    return month_key(row["month"]) == running or row["small"]


def _young_zone(drawing: Drawing, say: Say, start: float, end: float) -> None:
    drawing.box(x0=start, x1=end, fillcolor=RULE, opacity=0.5)
    wide = end - start > 3.5
    drawing.write(
        x=start if wide else end,
        y=1,
        yref="paper",
        yanchor="bottom",
        xanchor="left" if wide else "right",
        text=say("chart.young"),
        color=CONTEXT,
        size=SMALL_TEXT,
    )


def _band(drawing: Drawing, rows: list[dict[str, Any]], mature: list[int], top: float) -> None:
    """The intervals of mature months as a band; a small base has a thin line of its own."""
    runs: list[list[int]] = []
    for position in mature:
        if rows[position]["ci_low"] is None:
            continue
        if rows[position]["small"]:
            ends = [rows[position]["ci_low"], rows[position]["ci_high"]]
            thin = {"width": 3, "color": RULE}
            drawing.scatter(x=[position] * 2, y=ends, mode="lines", line=thin, hoverinfo="skip")
            if ends[1] > top:  # it goes on beyond the axis
                drawing.write(x=position, y=top, text="▲", yanchor="top", color=CONTEXT, size=SMALL_TEXT)
            continue
        if runs and runs[-1][-1] == position - 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    for run in runs:
        low = [rows[position]["ci_low"] for position in run]
        high = [rows[position]["ci_high"] for position in run]
        places: list[float] = [*run]
        if len(run) == 1:  # a month alone still has its interval
            places, low, high = [run[0] - 0.12, run[0] + 0.12], low * 2, high * 2
        drawing.scatter(
            x=[*places, *reversed(places)],
            y=[*high, *reversed(low)],
            fill="toself",
            fillcolor=SHADES[1],
            mode="lines",
            line={"width": 0, "color": SHADES[1]},
            hoverinfo="skip",
        )


def _target(drawing: Drawing, say: Say, target: float, right: float) -> None:
    drawing.level(target, color=CONTEXT, width=1.3, dash="dot")
    drawing.write(
        x=right,
        y=target,
        xanchor="right",
        yanchor="bottom",
        text=say("chart.target", rate=percent(target)),
        color=CONTEXT,
        size=SMALL_TEXT,
    )


def _versions(
    drawing: Drawing,
    say: Say,
    months: list[str],
    versions: Sequence[tuple[str, str, str | None]],
    top: float,
) -> list[Box]:
    """A dashed line where a version of the rules began within the months; near neighbours' names in steps.

    Gives the places of the names.
    """
    taken: list[Box] = []
    places = [(_place(months, day), version, note) for day, version, note in versions]
    inside = [(position, version, note) for position, version, note in places if position is not None]
    for step, (position, version, note) in enumerate(inside):
        late = position > len(months) * 0.62  # its name then stands to the left
        reach = 0.85 if late else 0.45
        crowded = step > 0 and position - inside[step - 1][0] < len(months) * reach
        drawing.upright(position, color=CONTEXT, width=1.3, dash="dash")
        level, wide = top * (1 - 0.12 * (step % 3 if crowded else 0)), len(months) * 0.3
        start, end = (position - wide, position) if late else (position, position + wide)
        taken += [(position, position, 0.0, top), (start, end, level - 0.08 * top, level)]
        drawing.write(
            x=position,
            y=1,
            yref="paper",
            yanchor="top",
            yshift=-34 * (step % 3) if crowded else 0,
            xanchor="right" if late else "left",
            xshift=-4 if late else 4,
            align="right" if late else "left",
            text=lines(say("chart.rules_from", version=esc(version)), esc(note or "")),
            color=CONTEXT,
            size=SMALL_TEXT,
        )
    return taken


def _place(months: list[str], effective_from: str) -> float | None:
    """Where a day lies on the axis of months; None outside, and at the very start, where nothing changed."""
    if effective_from[:7] not in months or effective_from <= f"{months[0]}-01":
        return None
    return months.index(effective_from[:7]) - 0.5 + (int(effective_from[8:10]) - 1) / 31


def _line(
    drawing: Drawing, say: Say, rows: list[dict[str, Any]], months: list[str], mature: list[int]
) -> None:
    """The line of mature months, grey where it leads to a small base; such a month is hollow."""
    small = [rows[p]["small"] for p in mature]
    rates = [rows[p]["rate"] for p in mature]
    if any(small):
        grey = {"color": MUTED, "width": 1.5}
        drawing.scatter(x=mature, y=rates, mode="lines", line=grey, hoverinfo="skip")
    firm = [None if few else rate for rate, few in zip(rates, small, strict=True)]
    blue = {"color": ACTUAL, "width": 2.2}
    drawing.scatter(x=mature, y=firm, mode="lines", line=blue, connectgaps=False, hoverinfo="skip")
    drawing.scatter(
        x=mature,
        y=rates,
        mode="markers",
        marker={
            "size": 8 if len(rows) <= 36 else 5,
            "color": [BACKGROUND if few else ACTUAL for few in small],
            "line": {"color": [MUTED if few else ACTUAL for few in small], "width": 1.8},
            "opacity": 1,
        },
        cliponaxis=False,
        **_meaning(say, rows, months, mature),
    )


def _young(
    drawing: Drawing, say: Say, rows: list[dict[str, Any]], months: list[str], young: list[int]
) -> None:
    drawing.scatter(
        x=young,
        y=[rows[p]["rate"] for p in young],
        mode="markers",
        cliponaxis=False,
        marker={
            "size": 10 if len(rows) <= 36 else 6,
            "color": BACKGROUND,
            "line": {
                "color": [MUTED if rows[p]["small"] else ACTUAL for p in young],
                "width": 2,
            },
            "opacity": 1,
        },
        **_meaning(say, rows, months, young),
    )


def _meaning(say: Say, rows: list[dict[str, Any]], months: list[str], positions: list[int]) -> dict[str, Any]:
    return {
        "customdata": [identity({**rows[p], "month": months[p]}, "month", "segment") for p in positions],
        "hovertext": [_hover(say, rows[p], months[p]) for p in positions],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _hover(say: Say, row: Record, month: str) -> str:
    rate = (
        ""
        if row["rate"] is None
        else bold(percent(row["rate"], 1)) + say("chart.parts", part=row["converted"], whole=row["entered"])
    )
    return lines(
        say("chart.year_month", month=month),
        rate,
        interval_line(say, row["ci_low"], row["ci_high"]),
        "" if row["median_days"] is None else say("chart.median_days", days=f"{row['median_days']:.1f}"),
        say("chart.skipped", n=row["skipped"]) if row["skipped"] else "",
        "" if row["mature"] else say("chart.young_hover"),
        say("chart.small") if row["small"] else "",
    )


def _last_value(
    drawing: Drawing,
    say: Say,
    rows: list[dict[str, Any]],
    mature: list[int],
    inside: Box,
    taken: list[Box],
) -> None:
    """Print the newest mature rate beside its dot, where nothing else runs."""
    drawn = [p for p in mature if rows[p]["rate"] is not None]
    if not drawn:
        return
    last = drawn[-1]
    rate = rows[last]["rate"]
    few = rows[last]["small"]
    dots = [(float(p), row["rate"]) for p, row in enumerate(rows) if row["rate"] is not None]
    line = path([(float(p), rows[p]["rate"]) for p in drawn])
    ink = [point for point in dots + line if point[0] != last]
    wide = max(len(rows) * (0.25 if few else 0.18), 1.0)
    write_beside(
        drawing,
        (last, rate),
        f"{percent(rate, 1)} {say('chart.small')}" if few else bold(percent(rate, 1)),
        wide,
        inside,
        ink,
        taken,
        color=CONTEXT if few else ACTUAL,
        size=SMALL_TEXT if few else STRONG_TEXT,
    )
