"""Small histograms, one above the other, each scaled to its own highest bar: age_ratio_ridge and score_ridge.

Pure; None where there is no row. Sums of a row's bars are printed beside its name.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from funnel.charts.palette import (
    ACTUAL,
    CONTEXT,
    OVER,
    RULE,
    hidden_axis,
    over_text,
    polish,
)
from funnel.charts.text import SMALL_BASE, Say, bold, colored, esc, lines, percent, records, shorten

ROW = 94
BARS = 0.62  # share of a row's height that its highest bar takes; the rest is its label's

Bar = tuple[float, float, float, str, dict[str, Any], str]  # x, base, height, colour, customdata, hover


def _bars(figure: go.Figure, bars: list[Bar], width: float) -> None:
    figure.add_bar(
        x=[bar[0] for bar in bars],
        base=[bar[1] for bar in bars],
        y=[bar[2] for bar in bars],
        width=width,
        marker={"color": [bar[3] for bar in bars]},
        customdata=[bar[4] for bar in bars],
        hovertext=[bar[5] for bar in bars],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _baseline(figure: go.Figure, base: float, start: float, end: float) -> None:
    figure.add_shape(type="line", x0=start, x1=end, y0=base, y1=base, line={"color": RULE, "width": 1})


def _mark_line(figure: go.Figure, x: float, base: float, dash: str | None = None) -> None:
    line = {"color": CONTEXT, "width": 1.3, **({"dash": dash} if dash else {})}
    figure.add_shape(type="line", x0=x, x1=x, y0=base, y1=base + BARS + 0.05, line=line)


def age_ratio_ridge(
    stage_age_ratio: pd.DataFrame,
    stage_aging: pd.DataFrame,
    *,
    say: Say,
    labels: Mapping[str, str],
    limits: Mapping[str, tuple[float, str]],
) -> go.Figure | None:
    """How long leads wait against the limit of their stage (`stage_age_ratio`; `stage_aging` for the labels).

    `limits`: stage → (number, `days` or `business_days`). customdata: stage, ratio_from.
    """
    rows = records(stage_age_ratio)
    if not rows:
        return None
    stages = list(dict.fromkeys(row["stage"] for row in rows))
    waiting = {row["stage"]: row for row in records(stage_aging)}
    figure = go.Figure()
    bars: list[Bar] = []
    for level, stage in enumerate(stages):
        base = float(len(stages) - 1 - level)
        own = [row for row in rows if row["stage"] == stage]
        most = max(row["leads"] for row in own) or 1
        name = labels.get(stage, stage)
        for row in own:
            ratio = row["ratio_from"]
            bars.append(
                (
                    ratio + 0.125,
                    base,
                    BARS * row["leads"] / most,
                    OVER if ratio >= 1 else ACTUAL,
                    {"stage": stage, "ratio_from": ratio},
                    lines(
                        esc(name),
                        _ratio_name(say, ratio),
                        bold(say("chart.leads", n=row["leads"])),
                    ),
                )
            )
        _baseline(figure, base, -0.02, 3.27)
        _mark_line(figure, 1, base)
        number, unit = limits.get(stage, (None, ""))
        limit = "" if number is None else say("chart.limit", limit=say(f"chart.{unit}", n=number))
        title = f"{bold(shorten(name, 8))} {colored(limit, CONTEXT)}"
        _row_label(figure, base, 0, title, "left")
        if stage in waiting and waiting[stage]["over_limit"] is not None:
            _row_label(figure, base, 3.25, _over_label(say, waiting[stage]), "right")
    _bars(figure, bars, 0.24)
    polish(figure, height=len(stages) * ROW + 36)
    figure.update_xaxes(
        range=[-0.04, 3.29],
        tickvals=[0, 0.5, 1, 2, 3.25],
        ticktext=[
            say("chart.at_start"),
            say("chart.at_half"),
            bold(say("chart.at_limit")),
            say("chart.at_twice"),
            say("chart.at_thrice"),
        ],
        showgrid=False,
    )
    figure.update_yaxes(range=[-0.03, len(stages) + 0.02], **hidden_axis())
    return figure


def _over_label(say: Say, row: Mapping[str, Any]) -> str:
    whole = row["waiting_leads"] - row["assumed"]
    over = say("chart.over", part=row["over_limit"], whole=whole)
    if row["over_limit_rate"] is None:
        return ""
    if whole < SMALL_BASE:
        return colored(f"{over} {say('chart.small')}", CONTEXT)
    return f"{bold(percent(row['over_limit_rate']))}  {over}"


def _row_label(figure: go.Figure, base: float, x: float, text: str, anchor: str) -> None:
    figure.add_annotation(over_text(x=x, y=base + 0.81, xanchor=anchor, text=text, yanchor="middle"))


def _ratio_name(say: Say, ratio: float) -> str:
    if ratio >= 3:
        return say("chart.ratio_beyond")
    return say("chart.ratio_bin", low=ratio, high=ratio + 0.25)
