"""How far leads have got: funnel_bars. Pure; None where there is no row."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from funnel.charts.palette import ACTUAL, CONTEXT, UNSEEN, Drawing
from funnel.charts.text import Record, Say, bold, colored, esc, identity, interval_line, lines, shorten
from funnel.rows import records
from funnel.words.numbers import percent

ROW = 60


def funnel_bars(funnel: pd.DataFrame, *, say: Say, labels: Mapping[str, str]) -> go.Figure | None:
    """Leads that reached each path stage (`funnel`, one segment) as bars from the left, the step's rate in
    words.

    customdata: stage, segment.
    """
    rows = records(funnel)
    if not rows:
        return None
    drawing = Drawing()
    drawing.bar(
        x=[row["reached"] for row in rows],
        y=list(range(len(rows))),
        orientation="h",
        width=0.44,
        marker={"color": ACTUAL},
        customdata=[identity(row, "stage", "segment") for row in rows],
        hovertext=[_hover(say, row, labels) for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for y, row in enumerate(rows):
        step = "" if row["rate_from_previous"] is None or y == 0 else percent(row["rate_from_previous"])
        share = colored(say("chart.from_previous", rate=step), CONTEXT) if step else ""
        name = shorten(labels.get(row["stage"], row["stage"]), 9)
        drawing.write(
            x=0,
            y=y,
            xanchor="left",
            yshift=24,
            text=f"{bold(name)}  {say('chart.leads', n=row['reached'])}  {share}",
        )
    most = max(row["reached"] for row in rows) or 1
    return drawing.polished(
        len(rows) * ROW + 16,
        x={"range": [-most * 0.005, most * 1.02], **UNSEEN},
        y={"range": [len(rows) - 0.6, -0.68], **UNSEEN},
    )


def _hover(say: Say, row: Record, labels: Mapping[str, str]) -> str:
    previous, first = row["rate_from_previous"], row["rate_from_first"]
    return lines(
        esc(labels.get(row["stage"], row["stage"])),
        bold(say("chart.leads", n=row["reached"])),
        "" if previous is None else say("chart.from_previous", rate=percent(previous, 1)),
        "" if previous is None else interval_line(say, row["ci_low"], row["ci_high"]),
        "" if first is None else say("chart.from_first", rate=percent(first, 1)),
        say("chart.implied", n=row["of_which_implied"]) if row["of_which_implied"] else "",
    )
