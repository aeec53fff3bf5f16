"""Rates as dots with their 95% intervals, one row each: the label stands above the dot's line.

benchmark_dots, over_limit_dots, band_dots, attainment_dots, segment_dots. Pure: a frame with
the columns of the answer in, a figure out; None where there is no row. The only arithmetic is the axis.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from funnel.charts.palette import ACTUAL, BACKGROUND, CONTEXT, MUTED, PALE, RULE, SMALL_TEXT, UNSEEN, Drawing
from funnel.charts.text import (
    Record,
    Say,
    bold,
    colored,
    esc,
    identity,
    interval_line,
    lines,
    month_key,
    shorten,
)
from funnel.rows import records
from funnel.words.numbers import percent
from funnel.words.widths import width

NAME_WIDTH = 12.0  # full-width characters that a name may take beside its rate at 316 px
BESIDE_TARGET = 9  # a name with its rate, and the target at the right, on a phone
LINE_WIDTH = 22.0  # and on a line of its own
ROW = 60
LABEL_ABOVE = 20  # pixels from the dot's line to the middle of its label
BAND = 0.16  # half of the height of a benchmark, in rows


@dataclass(frozen=True)
class Dot:
    """One row: what stands above the line, where the dot and its interval lie, what a click means."""

    label: str
    rate: float | None
    low: float | None
    high: float | None
    small: bool
    customdata: dict[str, Any]
    hover: str
    band: tuple[float, float] | None = None
    band_label: str = ""
    target: float | None = None
    beside: str = ""  # at the right end of the label's line


def rate_label(
    say: Say,
    name: str,
    rate: float | None,
    part: float,
    whole: float,
    small: bool,
    digits: int = 0,
    after: str = "",
) -> str:
    """`MQL 32%(20/62件) 下回る`; a small base is grey, says so and is not judged."""
    name = name if name.endswith("<br>") else f"{name}  "
    if rate is None:
        return colored(f"{name}{say('chart.no_base')}", CONTEXT)
    digits = 1 if 0 < rate < 0.05 else digits  # 1.1% and 0.5% are not both 1%
    text = f"{name}{bold(percent(rate, digits))}{say('chart.parts', part=part, whole=whole)}"
    if small:
        return colored(f"{text} {say('chart.small')}", CONTEXT)
    return f"{text} {bold(after)}" if after else text


def rate_hover(
    say: Say,
    name: str,
    rate: float | None,
    part: float,
    whole: float,
    small: bool,
    low: Any,
    high: Any,
    *more: str,
) -> str:
    """The lines of the hover text of a rate."""
    rate_text = (
        "" if rate is None else f"{bold(percent(rate, 1))}{say('chart.parts', part=part, whole=whole)}"
    )
    remark = say("chart.small") if rate is not None and small else ""
    return lines(name, rate_text, interval_line(say, low, high), *more, remark)


def dots_figure(
    dots: list[Dot], row: int = ROW, target: float | None = None, target_label: str = ""
) -> go.Figure | None:
    """Dots with intervals, first row on top; a dotted line at `target`, named above the plot.

    None where no row has a rate: an empty axis looks like a zero.
    """
    if all(dot.rate is None for dot in dots):
        return None
    top, step = axis_top(dots, target)
    drawing = Drawing()
    for color, fill, small in ((ACTUAL, ACTUAL, False), (MUTED, BACKGROUND, True)):
        chosen = [(y, dot) for y, dot in enumerate(dots) if dot.small is small and dot.rate is not None]
        if chosen:
            _draw(drawing, chosen, color, fill)
    for y, dot in enumerate(dots):
        placing = {"y": y, "yshift": LABEL_ABOVE + (9 if "<br>" in dot.label else 0)}
        drawing.write(
            x=0,
            text=dot.label,
            xanchor="left",
            align="left",
            **({"y": y - BAND, "yanchor": "bottom"} if dot.band else placing),
            bgcolor=BACKGROUND,  # the grid does not run through the words
            borderpad=1,
        )
        if dot.target is not None:
            drawing.line(dot.target, y - 0.2, dot.target, y + 0.2, color=CONTEXT, width=2)
        if dot.beside:
            drawing.write(
                x=1,
                xref="paper",
                y=y,
                text=dot.beside,
                xanchor="right",
                yshift=LABEL_ABOVE,
                color=CONTEXT,
                size=SMALL_TEXT,
            )
        if (dot.high or 0.0) > top:  # the interval goes on beyond the axis
            drawing.write(x=top, y=y, text="▶", xanchor="right", color=CONTEXT, size=SMALL_TEXT)
        if dot.band:
            _benchmark(drawing, y, dot, top)
    if target is not None:
        drawing.upright(target, layer="below", color=CONTEXT, width=1.3, dash="dot")
        anchor = "right" if target > top * 0.75 else "left" if target < top * 0.25 else "center"
        drawing.write(
            x=target,
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor=anchor,
            text=target_label,
            color=CONTEXT,
            size=SMALL_TEXT,
        )
    return drawing.polished(
        len(dots) * row + 48 + (18 if target is not None else 0),
        top=26 if target is not None else 8,
        x={
            "range": [-top * 0.02, top],
            "dtick": step,
            "tickformat": ".1%" if step < 0.01 else ".0%",
            "showgrid": True,
        },
        y={"range": [len(dots) - 0.5, -0.8 if "<br>" in dots[0].label else -0.62], **UNSEEN},
    )


def axis_top(dots: list[Dot], target: float | None) -> tuple[float, float]:
    """Where the axis of rates ends, and its tick step; the wide interval of a small base may be cut."""
    ends = [target or 0.0, *(dot.target or 0.0 for dot in dots)]
    for dot in dots:
        ends += [dot.rate or 0.0, 0.0 if dot.small else dot.high or 0.0, *(dot.band or ())]
    highest = max(ends) or max(dot.high or 0.0 for dot in dots) or 0.1
    step = next((s for s in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2) if highest / s <= 5.2), 0.25)
    return min(highest * 1.06, 1.03), step


def _draw(drawing: Drawing, chosen: list[tuple[int, Dot]], color: str, fill: str) -> None:
    whiskers = [
        (y, dot.low, dot.high, color)
        if dot.low is not None
        else (y, 0.0, dot.rate, MUTED if dot.small else PALE)
        for y, dot in chosen
    ]
    for line in dict.fromkeys(line for *_, line in whiskers):
        drawn = [(y, low, high) for y, low, high, own in whiskers if own == line]
        drawing.scatter(
            x=[x for _, low, high in drawn for x in (low, high, None)],
            y=[level for y, _, _ in drawn for level in (y, y, None)],
            mode="lines",
            line={"color": line, "width": 2.5},
            hoverinfo="skip",
        )
    drawing.scatter(
        x=[dot.rate for _, dot in chosen],
        y=[y for y, _ in chosen],
        mode="markers",
        marker={
            "size": 13,
            "color": fill,
            "opacity": 1,
            "line": {"color": color if fill == BACKGROUND else BACKGROUND, "width": 2},
        },
        cliponaxis=False,
        customdata=[dot.customdata for _, dot in chosen],
        hovertext=[dot.hover for _, dot in chosen],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _benchmark(drawing: Drawing, y: int, dot: Dot, top: float) -> None:
    assert dot.band is not None
    low, high = dot.band
    drawing.box(low, high, y - BAND, y + BAND, yref="y", fillcolor=RULE)
    middle = (low + high) / 2
    anchor = "right" if middle > top * 0.7 else "left" if middle < top * 0.2 else "center"
    drawing.write(
        x={"right": high, "left": low, "center": middle}[anchor],
        y=y + BAND,
        yanchor="top",
        xanchor=anchor,
        text=dot.band_label,
        color=CONTEXT,
        size=SMALL_TEXT,
    )


def last_small(dots: list[Dot]) -> list[Dot]:
    """The same rows, those of a small base last."""
    return sorted(dots, key=lambda dot: dot.small)


def benchmark_dots(
    benchmarks: pd.DataFrame, *, say: Say, values: Mapping[str, str], stages: Mapping[str, str]
) -> go.Figure | None:
    """Where each group stands against its benchmark (`benchmarks`): dot, interval, grey band, verdict in
    words.

    `values` name the values of the dimension, `stages` the stages. customdata: stage, dimension, value.
    """
    rows = records(benchmarks)
    several = len({row["stage"] for row in rows}) > 1

    def dot(row: Record) -> Dot:
        name = values.get(row["value"], row["value"])
        reach = f" → {stages.get(row['stage'], row['stage'])}" if several else ""
        band = say("chart.benchmark", low=percent(row["low"]), high=percent(row["high"]))
        verdict = say(f"chart.{row['verdict']}") if row["verdict"] else ""
        numbers = (row["rate"], row["reached"], row["leads"], row["small"])
        return Dot(
            rate_label(say, shorten(name + reach, NAME_WIDTH), *numbers, digits=1, after=verdict),
            row["rate"],
            row["ci_low"],
            row["ci_high"],
            row["small"],
            identity(row, "stage", "dimension", "value"),
            rate_hover(
                say,
                esc(name + reach),
                *numbers,
                row["ci_low"],
                row["ci_high"],
                band,
                esc(row["source"] or ""),
            ),
            (row["low"], row["high"]),
            band,
        )

    return dots_figure(last_small([dot(row) for row in rows]), row=84)


def over_limit_dots(
    stage_aging: pd.DataFrame,
    *,
    say: Say,
    labels: Mapping[str, str],
    limits: Mapping[str, tuple[float, str]],
) -> go.Figure | None:
    """Which share of each stage waits beyond its limit (`stage_aging`, stages that have one).

    `limits`: stage → (number, `days` or `business_days`). No interval: these are all the leads there are,
    not a sample; it is drawn where the frame brings ci_low and ci_high. customdata: stage.
    """

    def dot(row: Record) -> Dot:
        stage = labels.get(row["stage"], row["stage"])
        number, unit = limits.get(row["stage"], (None, ""))
        limit = "" if number is None else say("chart.limit", limit=say(f"chart.{unit}", n=number))
        numbers = (row["over_limit_rate"], row["over_limit"], row["dated"], row["small"])
        return Dot(
            rate_label(say, f"{shorten(stage, 8)} {colored(limit, CONTEXT)}", *numbers),
            row["over_limit_rate"],
            row.get("ci_low"),
            row.get("ci_high"),
            row["small"],
            identity(row, "stage"),
            rate_hover(say, f"{esc(stage)} {limit}", *numbers, row.get("ci_low"), row.get("ci_high")),
        )

    return dots_figure([dot(row) for row in records(stage_aging) if row["over_limit"] is not None], row=56)


def band_dots(score_bands: pd.DataFrame, *, say: Say, labels: Mapping[str, str]) -> go.Figure | None:
    """Does a higher score mean more (`score_bands`)? The highest band on top. customdata: band."""
    highest_first = records(score_bands)[::-1]
    highest_first.sort(key=lambda row: row["band"] is None)
    return dots_figure(
        [
            _plain(say, row, row["band"], labels.get(row["band"] or "", say("chart.no_band")), "band")
            for row in highest_first
        ]
    )


def segment_dots(
    conversion: pd.DataFrame, *, say: Say, labels: Mapping[str, str], target: float | None = None
) -> go.Figure | None:
    """The conversion of one month by segment (`conversion --by`), highest first, small bases last.

    customdata: month, segment.
    """
    rows = [{**row, "month": month_key(row["month"])} for row in records(conversion) if row["entered"]]
    rows.sort(key=lambda row: -row["rate"])
    dots = [
        _plain(
            say,
            row,
            row["segment"],
            labels.get(row["segment"] or "", row["segment"] or say("chart.empty")),
            "month",
            "segment",
            whole="entered",
        )
        for row in rows
    ]
    named = say("chart.target", rate=percent(target)) if target is not None else ""
    return dots_figure(last_small(dots), row=52, target=target, target_label=named)


def attainment_dots(
    sla_summary: pd.DataFrame,
    *,
    say: Say,
    labels: Mapping[str, str],
    by: str = "segment",
) -> go.Figure | None:
    """Share of clocks met in time (`sla_summary`), worst first, small bases last, the target as a line.

    One row per `by`: `segment` (owners of one policy, None = nobody) or `policy`; `labels` name them. The targets of
    policies are ticks on their rows, the other rows then say that they have none. customdata: policy, segment.
    """
    rows = [row for row in records(sla_summary) if row["attainment"] is not None]
    aims = [row["target"] for row in rows if row["target"] is not None]
    has_ticks = by == "policy" and bool(aims)
    target = aims[0] if aims and not has_ticks else None

    def dot(row: Record) -> Dot:
        name = labels.get(row[by] or "", row[by] or say("chart.nobody"))
        numbers = (row["attainment"], row["attained"], row["judged"], row["small"])
        parts = {"met": row["attained"], **{part: row[part] for part in ("late", "missed", "overdue")}}
        own = row["target"] if has_ticks else None
        beside = say("chart.no_target") if has_ticks and own is None else ""
        if own is not None:
            beside = say("chart.target", rate=percent(own))
        return Dot(
            rate_label(say, own_line(name, BESIDE_TARGET if has_ticks else NAME_WIDTH), *numbers),
            row["attainment"],
            row["ci_low"],
            row["ci_high"],
            row["small"],
            identity(row, "policy", "segment"),
            rate_hover(
                say,
                esc(name),
                *numbers,
                row["ci_low"],
                row["ci_high"],
                say("chart.late_parts", **parts),
            ),
            target=own,
            beside=beside,
        )

    worst_first = sorted(rows, key=lambda row: row["attainment"]) if by == "segment" else rows
    named = say("chart.target", rate=percent(target)) if target is not None else ""
    dots = last_small([dot(row) for row in worst_first])
    high = 62 if any("<br>" in dot.label for dot in dots) else 52
    return dots_figure(dots, row=high, target=target, target_label=named)


def own_line(name: str, limit: float) -> str:
    """A name as it stands before its rate: one longer than `limit` full-width characters on a line of its own."""
    return shorten(name, limit) if width(name) <= limit else f"{shorten(name, LINE_WIDTH)}<br>"


def _plain(say: Say, row: Record, key: str | None, name: str, *columns: str, whole: str = "leads") -> Dot:
    numbers = (row["rate"], row["converted"], row[whole], row["small"])
    return Dot(
        rate_label(say, shorten(name, NAME_WIDTH), *numbers),
        row["rate"],
        row["ci_low"],
        row["ci_high"],
        row["small"],
        identity(row, *columns),
        rate_hover(say, esc(name), *numbers, row["ci_low"], row["ci_high"]),
    )
