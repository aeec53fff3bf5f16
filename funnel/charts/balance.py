"""What came in and what went out by month: dormant_balance.

In above the line, out below it. Pure; None where there is no row or nothing moved.
"""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from funnel.charts.palette import ACTUAL, CONTEXT, INK, MUTED, PALE, SILENT, SMALL_TEXT, Drawing
from funnel.charts.text import Record, Say, bold, colored, identity, lines, month_key, month_ticks
from funnel.rows import records

HEIGHT = 356
RUNNING = 0.45  # opacity of the month that is not over

# column → colour
INTO = {"fell_silent": SILENT}
OUT = {"woken_by_lead": ACTUAL, "woken_by_us": PALE, "left_otherwise": MUTED}


def dormant_balance(
    dormant_flow: pd.DataFrame,
    *,
    say: Say,
    running: str | None = None,
    ticks: int = 5,
    height: int | None = None,
) -> go.Figure | None:
    """Leads that fell silent and that left the pool, by month (`dormant_flow`).

    `running`: the month that T cuts (`2026-11`), drawn faint. customdata: month, flow (the name of the
    column).
    """
    rows = [{**row, "month": month_key(row["month"])} for row in records(dormant_flow)]
    moved = [name for name in (*INTO, *OUT) if any(row[name] for row in rows)]
    if not moved:
        return None
    months = [row["month"] for row in rows]
    faint = [RUNNING if month == running else 1.0 for month in months]
    drawing = Drawing()
    for name, color in {**INTO, **OUT}.items():
        if name in moved:
            sign = 1 if name in INTO else -1
            drawing.bar(
                x=list(range(len(rows))),
                y=[sign * row[name] for row in rows],
                marker={"color": color, "opacity": faint, "line": {"width": 0}},
                customdata=[{**identity(row, "month"), "flow": name} for row in rows],
                hovertext=[_hover(say, row, name, running) for row in rows],
                hovertemplate="%{hovertext}<extra></extra>",
            )
    most_in = max(sum(row[name] for name in INTO) for row in rows)
    most_out = max(sum(row[name] for name in OUT) for row in rows)
    drawing.level(0, color=CONTEXT, width=1.3)
    _names(drawing, say, INTO, moved, 1, "bottom")
    _names(drawing, say, OUT, moved, 0, "bottom")
    room = (most_in + most_out) * 0.12
    positions, texts = month_ticks(say, months, ticks)
    values = _ticks(most_in, most_out)
    labels = [say("chart.count", n=abs(value)).replace(".0", "") for value in values]
    labels[-1] = say("chart.leads", n=abs(values[-1])).replace(".0", "")
    return drawing.polished(
        height or HEIGHT,
        top=28,
        barmode="relative",
        bargap=0.28,
        x={
            "range": [-0.6, len(rows) - 0.4],
            "tickvals": positions,
            "ticktext": texts,
            "showgrid": False,
        },
        y={
            "range": [-most_out - room, most_in * 1.06 + room * 0.2],
            "tickvals": values,
            "ticktext": labels,
            "showgrid": True,
        },
    )


def _names(
    drawing: Drawing, say: Say, columns: Mapping[str, str], moved: list[str], y: float, anchor: str
) -> None:
    """The names of the parts, in words beside their colour, where their bars are."""
    parts = [
        f"{colored('■', color)} {colored(say(f'chart.{name}'), INK)}"
        for name, color in columns.items()
        if name in moved
    ]
    drawing.write(
            x=0, xref="paper", xanchor="left", y=y, yref="paper", yanchor=anchor, size=SMALL_TEXT,
            text="  ".join(parts),
        )  # fmt: skip


def _ticks(most_in: float, most_out: float) -> list[float]:
    """Round counts on both sides of zero, at most about six."""
    span = (most_in + most_out) or 1
    steps = [digit * 10**power for power in range(8) for digit in (1, 2, 5)]
    step = next(step for step in steps if span / step <= 5)
    return [step * n for n in range(-int(most_out // step), int(most_in // step) + 1)]


def _hover(say: Say, row: Record, name: str, running: str | None) -> str:
    return lines(
        say("chart.year_month", month=row["month"]),
        f"{say(f'chart.{name}')} {bold(say('chart.leads', n=row[name]))}",
        say("chart.closing_stock", n=row["closing"]),
        say("chart.running") if row["month"] == running else "",
    )
