"""Small histograms, one above the other, each scaled to its own highest bar: age_ratio_ridge and score_ridge.

Pure; None where there is no row. Sums of a row's bars are printed beside its name.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from funnel.charts.palette import ACTUAL, CONTEXT, INK, MUTED, OVER, PALE, RULE, SMALL_TEXT, UNSEEN, Drawing
from funnel.charts.text import Say, bold, colored, esc, lines, shorten
from funnel.rows import records
from funnel.words.numbers import percent
from funnel.words.widths import width

ROW = 94
BARS = 0.62  # share of a row's height that its highest bar takes; the rest is its label's

Bar = tuple[float, float, float, str, dict[str, Any], str]  # x, base, height, colour, customdata, hover


def _bars(drawing: Drawing, bars: list[Bar], width: float | list[float]) -> None:
    drawing.bar(
        x=[bar[0] for bar in bars],
        base=[bar[1] for bar in bars],
        y=[bar[2] for bar in bars],
        width=width,
        marker={"color": [bar[3] for bar in bars]},
        customdata=[bar[4] for bar in bars],
        hovertext=[bar[5] for bar in bars],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _baseline(drawing: Drawing, base: float, start: float, end: float) -> None:
    drawing.line(start, base, end, base, color=RULE, width=1)


def _mark_line(drawing: Drawing, x: float, base: float, dash: str = "solid") -> None:
    drawing.line(x, base, x, base + BARS + 0.05, color=CONTEXT, width=1.3, dash=dash)


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
    drawing = Drawing()
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
        _baseline(drawing, base, -0.02, 3.27)
        _mark_line(drawing, 1, base)
        number, unit = limits.get(stage, (None, ""))
        limit = "" if number is None else say("chart.limit", limit=say(f"chart.{unit}", n=number))
        title = f"{bold(shorten(name, 8))} {colored(limit, CONTEXT)}"
        _row_label(drawing, base, 0, title, "left")
        if stage in waiting and waiting[stage]["over_limit"] is not None:
            _row_label(drawing, base, 3.25, _over_label(say, waiting[stage]), "right")
    _bars(drawing, bars, 0.24)
    marks = {0: "at_start", 0.5: "at_half", 1: "at_limit", 2: "at_twice", 3.25: "at_thrice"}
    names = [say(f"chart.{name}") for name in marks.values()]
    return drawing.polished(
        len(stages) * ROW + 36,
        x={
            "range": [-0.04, 3.29],
            "tickvals": list(marks),
            "ticktext": [bold(name) if at == 1 else name for at, name in zip(marks, names, strict=True)],
            "showgrid": False,
        },
        y={"range": [-0.03, len(stages) + 0.02], **UNSEEN},
    )


def _over_label(say: Say, row: Mapping[str, Any]) -> str:
    whole = row["dated"]
    over = say("chart.over", part=row["over_limit"], whole=whole)
    if row["over_limit_rate"] is None:
        return ""
    if row["small"]:
        return colored(say("chart.over_few", part=row["over_limit"], whole=whole), CONTEXT)
    return f"{bold(percent(row['over_limit_rate']))}  {over}"


def _row_label(drawing: Drawing, base: float, x: float, text: str, anchor: str) -> None:
    drawing.write(x=x, y=base + 0.81, xanchor=anchor, text=text, yanchor="middle")


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
    drawing = Drawing()
    left, right = start - span * 0.015, high + span * 0.01
    named = _name_thresholds(drawing, say, thresholds, right - left)
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
        _bars(drawing, bars, [span * 0.05 if bar[3] == MUTED else step * 0.94 for bar in bars])
        _baseline(drawing, base, start - span * 0.01, high)
        for value in named:
            _mark_line(drawing, value, base, "solid" if value == thresholds.get("mql") else "dot")
        total = sum(row["leads"] for row in own)
        _row_label(drawing, base, start, f"{bold(shorten(name, 8))} {say('chart.leads', n=total)}", "left")
    ticks = _score_ticks(low, high, named)
    texts = [say("chart.count", n=tick) for tick in ticks]
    texts[-1] = say("chart.points", n=ticks[-1])
    return drawing.polished(
        len(stages) * ROW + 70,
        top=42,
        barmode="overlay",  # one trace a row: plotly would put them side by side
        x={
            "range": [left, right],
            "tickvals": [aside, *ticks] if unscored else ticks,
            "ticktext": [say("chart.unscored_tick"), *texts] if unscored else texts,
            "showgrid": False,
        },
        y={"range": [-0.03, len(stages) + 0.02], **UNSEEN},
    )


def _name_thresholds(drawing: Drawing, say: Say, thresholds: Mapping[str, float], span: float) -> list[float]:
    """Name the thresholds above the plot, from the highest down, on two lines where a phone has no room on one."""
    pixel = span / 250
    free = [float("inf")] * 2  # where the next name on each line has to end
    named = []
    for key, value in sorted(thresholds.items(), key=lambda item: -item[1]):
        text = say(f"chart.{key}")
        half = (width(text) * SMALL_TEXT / 2 + 3) * pixel
        places = [(line, min(0.0, free[line] - value - half)) for line in (0, 1)]
        fitting = [spot for allowed in (10, 20) for spot in places if spot[1] >= -allowed * pixel]
        if not fitting:
            continue
        line, shift = fitting[0]
        free[line] = value + shift - half
        named.append(value)
        drawing.write(
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
