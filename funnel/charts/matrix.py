"""Counts as a matrix: aging_matrix and dormant_matrix. Every count is printed, the tint is a guide.

A heat map answers no click, so an invisible square lies on each cell. Pure; None where there is no row.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from funnel.charts.palette import CONTEXT, INK, TINT, Drawing
from funnel.charts.text import Say, bold, colored, compact, esc, lines, shorten
from funnel.rows import records

UNKNOWN = "unknown"
HEIGHT = 356


def count_matrix(
    counts: list[list[int]],
    *,
    say: Say,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    customdata: list[list[dict[str, Any]]],
    hovers: list[list[str]],
    height: int,
) -> go.Figure:
    """The matrix: rows from the top, column names above, √-scaled tint."""
    rows, columns = range(len(row_labels)), range(len(column_labels))
    most = max(max(row) for row in counts) or 1
    texts = [[compact(say, number) for number in row] for row in counts]
    drawing = Drawing()
    drawing.heatmap(
        z=[[number**0.5 for number in row] for row in counts],
        x=list(columns),
        y=list(rows),
        zmin=0,
        zmax=most**0.5,
        colorscale=TINT,
        showscale=False,
        xgap=3,
        ygap=3,
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 13 if most < 10_000 else 11, "color": INK},
        hoverinfo="skip",
    )
    drawing.scatter(
        x=[x for _ in rows for x in columns],
        y=[y for y in rows for _ in columns],
        mode="markers",
        marker={"symbol": "square", "size": 38, "opacity": 0, "color": INK},
        customdata=[cell for row in customdata for cell in row],
        hovertext=[hover for row in hovers for hover in row],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    return drawing.polished(
        height,
        hoverdistance=100,  # the nearest square answers: that of the cell, to its corners
        x={
            "range": [-0.5, len(column_labels) - 0.5],
            "tickvals": list(columns),
            "ticktext": list(column_labels),
            "side": "top",
            "showgrid": False,
        },
        y={
            "range": [len(row_labels) - 0.5, -0.5],
            "tickvals": list(rows),
            "ticktext": list(row_labels),
            "showgrid": False,
        },
    )


def aging_matrix(
    stage_aging_buckets: pd.DataFrame,
    *,
    say: Say,
    labels: Mapping[str, str],
    aside: Sequence[str] = (),
    height: int | None = None,
) -> go.Figure | None:
    """Leads by stage and days waited (`stage_aging_buckets`); stages in the order of the frame.

    `aside`: stages that nobody waits in (lost, dormant), named in grey. customdata: stage, bucket.
    """
    rows = records(stage_aging_buckets)
    if not rows:
        return None
    leads = {(row["stage"], row["bucket"]): row["leads"] for row in rows}
    stages = list(dict.fromkeys(row["stage"] for row in rows))
    buckets = list(dict.fromkeys(row["bucket"] for row in rows))
    names = {stage: labels.get(stage, stage) for stage in stages}
    return count_matrix(
        [[leads.get((stage, bucket), 0) for bucket in buckets] for stage in stages],
        say=say,
        row_labels=[
            colored(shorten(names[stage], 7), CONTEXT if stage in aside else INK) for stage in stages
        ],
        column_labels=[_bucket_label(say, bucket) for bucket in buckets],
        customdata=[[{"stage": stage, "bucket": bucket} for bucket in buckets] for stage in stages],
        hovers=[
            [
                lines(
                    f"{esc(names[stage])} {_bucket_hover(say, bucket)}",
                    bold(say("chart.leads", n=leads.get((stage, bucket), 0))),
                )
                for bucket in buckets
            ]
            for stage in stages
        ],
        height=height or 46 * len(stages) + 40,
    )


def dormant_matrix(
    counts: pd.DataFrame,
    *,
    say: Say,
    stages: Mapping[str, str],
    bands: Mapping[str, str],
    height: int | None = None,
) -> go.Figure | None:
    """Silent leads by stage and highest band: columns stage, band (None = below every band), leads, of_stage.

    `stages`, `bands`: keys in the order to draw → label (`コールド<br>0〜49`). customdata: stage, band.
    """
    rows = records(counts)
    if not rows:
        return None
    leads = {(row["stage"], row["band"]): row["leads"] for row in rows}
    drawn = [stage for stage in stages if any(key == stage for key, _ in leads)]
    columns: list[str | None] = [*bands]
    if any(band is None for _, band in leads):
        columns = [None, *columns]
    totals = {row["stage"]: row["of_stage"] for row in rows}
    titles = {band: bands[band] if band else say("chart.no_band") for band in columns}
    return count_matrix(
        [[leads.get((stage, band), 0) for band in columns] for stage in drawn],
        say=say,
        row_labels=[
            f"{colored(shorten(stages[stage], 7), INK)}  {say('chart.leads', n=totals[stage])}"
            for stage in drawn
        ],
        column_labels=[titles[band] for band in columns],
        customdata=[[{"stage": stage, "band": band} for band in columns] for stage in drawn],
        hovers=[
            [
                lines(
                    f"{esc(stages[stage])} {titles[band].replace('<br>', ' ')}",
                    bold(say("chart.leads", n=leads.get((stage, band), 0))),
                )
                for band in columns
            ]
            for stage in drawn
        ],
        height=height or max(50 * len(drawn) + 52, HEIGHT),
    )


def _bucket_bounds(bucket: str) -> tuple[str, str]:
    low, _, high = bucket.removesuffix("+").partition("-")
    return low, high


def _bucket_label(say: Say, bucket: str) -> str:
    if bucket == UNKNOWN:
        return say("chart.bucket_unknown")
    low, high = _bucket_bounds(bucket)
    if not high:
        return say("chart.bucket_last", low=low)
    return say("chart.bucket_first" if low == "0" else "chart.bucket_to", high=high)


def _bucket_hover(say: Say, bucket: str) -> str:
    if bucket == UNKNOWN:
        return say("chart.bucket_unknown_hover")
    low, high = _bucket_bounds(bucket)
    if not high:
        return say("chart.bucket_last_hover", low=low)
    return say("chart.bucket_hover", low=low, high=high)
