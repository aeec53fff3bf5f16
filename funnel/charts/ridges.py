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
    INK,
    MUTED,
    OVER,
    PALE,
    RULE,
    SMALL_TEXT,
    hidden_axis,
    over_text,
    polish,
)
from funnel.charts.text import SMALL_BASE, Say, bold, colored, esc, lines, percent, records, shorten, width

ROW = 94
BARS = 0.62  # share of a row's height that its highest bar takes; the rest is its label's

Bar = tuple[float, float, float, str, dict[str, Any], str]  # x, base, height, colour, customdata, hover


def _bars(figure: go.Figure, bars: list[Bar], width: float | list[float]) -> None:
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
        return colored(say("chart.over_few", part=row["over_limit"], whole=whole), CONTEXT)
    return f"{bold(percent(row['over_limit_rate']))}  {over}"


def _row_label(figure: go.Figure, base: float, x: float, text: str, anchor: str) -> None:
    figure.add_annotation(over_text(x=x, y=base + 0.81, xanchor=anchor, text=text, yanchor="middle"))


def _ratio_name(say: Say, ratio: float) -> str:
    if ratio >= 3:
        return say("chart.ratio_beyond")
    return say("chart.ratio_bin", low=ratio, high=ratio + 0.25)


def score_ridge(
    score_distribution: pd.DataFrame,
    *,
    say: Say,
    labels: Mapping[str, str],
    thresholds: Mapping[str, float],
) -> go.Figure | None:
    """Scores by stage (`score_distribution`): dark from the threshold of MQL on, pale below, unscored apart.

    `labels`: the stages in the order to draw; `thresholds`: `interest`, `consideration`, `mql` → score, any
    of them. customdata: stage, bin_from.
    """
    rows = records(score_distribution)
    stages = [stage for stage in labels if any(row["stage"] == stage and row["leads"] for row in rows)]
    if not stages:
        return None
    scored = [row for row in rows if row["bin_from"] is not None]
    step = scored[0]["bin_to"] - scored[0]["bin_from"] if scored else 10
    low = min([0, *(row["bin_from"] for row in scored)])
    high = max([step, *(row["bin_to"] for row in scored), *(value * 1.02 for value in thresholds.values())])
    span = high - low
    unscored = len(scored) < len(rows)
    aside = low - span * 0.12  # where the leads without a score stand
    start = aside - span * 0.035 if unscored else low
    handoff = thresholds.get("mql", low)
    figure = go.Figure()
    left, right = start - span * 0.015, high + span * 0.01
    named = _name_thresholds(figure, say, thresholds, right - left)
    for level, stage in enumerate(stages):
        base = float(len(stages) - 1 - level)
        own = [row for row in rows if row["stage"] == stage]
        most = max(row["leads"] for row in own) or 1
        name = labels[stage]
        bars: list[Bar] = []
        for row in own:
            bin_from, bin_to = row["bin_from"], row["bin_to"]
            color = MUTED if bin_from is None else ACTUAL if bin_from >= handoff else PALE
            score = say("chart.unscored")
            if bin_from is not None:
                score = say("chart.score_bin", low=bin_from, high=bin_to - 1)
            bars.append(
                (
                    aside if bin_from is None else (bin_from + bin_to) / 2,
                    base,
                    BARS * row["leads"] / most,
                    color,
                    {"stage": stage, "bin_from": bin_from},
                    lines(esc(name), score, bold(say("chart.leads", n=row["leads"]))),
                )
            )
        _bars(figure, bars, [span * 0.05 if bar[3] == MUTED else step * 0.94 for bar in bars])
        _baseline(figure, base, start - span * 0.01, high)
        for value in named:
            _mark_line(figure, value, base, None if value == thresholds.get("mql") else "dot")
        total = sum(row["leads"] for row in own)
        _row_label(figure, base, start, f"{bold(shorten(name, 8))} {say('chart.leads', n=total)}", "left")
    polish(figure, height=len(stages) * ROW + 70, top=42)
    figure.update_layout(barmode="overlay")  # one trace a row: plotly would put them side by side
    ticks = _score_ticks(low, high, named)
    texts = [say("chart.count", n=tick) for tick in ticks]
    texts[-1] = say("chart.points", n=ticks[-1])
    figure.update_xaxes(
        range=[left, right],
        tickvals=[aside, *ticks] if unscored else ticks,
        ticktext=[say("chart.unscored_tick"), *texts] if unscored else texts,
        tickangle=0,
        showgrid=False,
    )
    figure.update_yaxes(range=[-0.03, len(stages) + 0.02], **hidden_axis())
    return figure


def _name_thresholds(
    figure: go.Figure, say: Say, thresholds: Mapping[str, float], span: float
) -> list[float]:
    """Name the thresholds above the plot, from the highest down, on two lines where a phone has no room on one."""
    pixel = span / 250
    free = [float("inf")] * 2  # where the next name on each line has to end
    named = []
    for key, value in sorted(thresholds.items(), key=lambda item: -item[1]):
        text = say(f"chart.{key}")
        half = (width(text) * SMALL_TEXT / 2 + 3) * pixel
        places = [(line, min(0.0, free[line] - value - half)) for line in (0, 1)]
        fitting = [place for allowed in (10, 20) for place in places if place[1] >= -allowed * pixel]
        if not fitting:
            continue
        line, shift = fitting[0]
        free[line] = value + shift - half
        named.append(value)
        figure.add_annotation(
            over_text(
                x=value,
                xshift=shift / pixel,
                y=1,
                yref="paper",
                yanchor="bottom",
                yshift=16 * line,
                text=bold(text) if key == "mql" else text,
                size=SMALL_TEXT,
                color=INK if key == "mql" else CONTEXT,
            )
        )
    return named


def _score_ticks(low: float, high: float, named: list[float]) -> list[float]:
    """Round scores and the thresholds, as far as they do not stand on each other."""
    span = high - low
    steps = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
    step = next((s for s in steps if span / s <= 5), int(span))
    round_ones = [tick for tick in range(int(low // step) * step, int(high) + 1, step) if low <= tick <= high]
    kept: list[float] = []
    for value in named:  # the highest first: that of MQL
        if all(abs(value - other) >= span * 0.09 for other in kept):
            kept.append(value)
    free = [tick for tick in round_ones if all(abs(tick - value) >= span * 0.1 for value in kept)]
    return sorted({*free, *kept})
