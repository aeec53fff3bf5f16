"""One lead's life on one time axis: lead_timeline. Pure; None where the lead has no spell.

Four parts, one under the other: the stages as a band, the score as steps, the acts by side (told apart by
shape), the clocks as bars. They share one vertical axis that counts pixels from the top, so that no part
grows with the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from funnel.charts.palette import (
    ACTUAL,
    BACKGROUND,
    CONTEXT,
    INK,
    MUTED,
    OVER,
    READABLE_SHADES,
    RULE,
    SMALL_TEXT,
    STRONG_TEXT,
    Drawing,
)
from funnel.charts.text import Say, bold, colored, esc, identity, lines, month_ticks, shorten
from funnel.rows import records

BAND_TOP, BAND = 24, 40
SCORE_GAP, SCORE = 34, 110
SIDE_GAP, SIDE = 34, 26
CLOCK_GAP, CLOCK = 18, 44
INSTANTS = ("_at", "_from", "_to")
SIDES = {
    "lead": ("circle", ACTUAL, ACTUAL),
    "us": ("square", CONTEXT, CONTEXT),
    "auto": ("circle", BACKGROUND, CONTEXT),
    "system": ("line-ns", MUTED, MUTED),
}


@dataclass(frozen=True)
class Names:
    """What the keys of a lead's life are called in the page's language."""

    stages: Mapping[str, str]
    types: Mapping[str, str]
    policies: Mapping[str, str]


def lead_timeline(
    spells: pd.DataFrame,
    scores: pd.DataFrame,
    activities: pd.DataFrame,
    clocks: pd.DataFrame,
    *,
    say: Say,
    names: Names,
    as_of: datetime,
    timezone: str,
    threshold: float | None = None,
) -> go.Figure | None:
    """The whole life of one lead up to `as_of`.

    `spells`: stage, rank, kind, entered_at, left_at, is_assumed, and entered_from, left_from where only a range is
    known · `scores`: from_at, score · `activities`:
    occurred_at, type, side · `clocks`: the columns of `sla_clocks`, and due_from,
    due_to where they rest on a range. `threshold`: the score of an MQL.
    customdata: stage and entered_at; from_at and score; type and occurred_at; policy and started_at.
    """
    now = _local(as_of, timezone)
    stages = _local_rows(spells, timezone)
    if not stages:
        return None
    score_rows, acts = _local_rows(scores, timezone), _local_rows(activities, timezone)
    clock_rows = _local_rows(clocks, timezone)
    drawing = Drawing()
    ticks: dict[float, str] = {}
    _stage_band(drawing, say, stages, names, now)
    depth: float = BAND_TOP + BAND
    if any(row["score"] is not None for row in score_rows):
        depth = _score_steps(drawing, say, score_rows, now, threshold, depth + SCORE_GAP, ticks)
    sides = [side for side in SIDES if any(row["side"] == side for row in acts)]
    for number, side in enumerate(sides):
        y = depth + SIDE_GAP + number * SIDE
        ticks[-y] = say(f"chart.side_{side}")
        _acts(drawing, say, [row for row in acts if row["side"] == side], side, names, -y)
    depth += SIDE_GAP + (len(sides) - 1) * SIDE if sides else 0
    start = min([row["entered_at"] for row in stages] + [row["occurred_at"] for row in acts])
    policies = list(dict.fromkeys(row["policy"] for row in clock_rows))
    for number, policy in enumerate(policies):
        own = [row for row in clock_rows if row["policy"] == policy]
        _clock_bars(drawing, say, own, names, now, start, depth + CLOCK_GAP + number * CLOCK)
    depth += (CLOCK_GAP + len(policies) * CLOCK if policies else 0) + 16
    end = max(now, start + timedelta(hours=1))
    positions, texts = _time_ticks(say, start, end)
    room = (end - start) * 0.02
    return drawing.polished(
        int(depth) + 52,
        barmode="overlay",
        uniformtext={"mode": "hide", "minsize": SMALL_TEXT},
        hoverdistance=40,
        x={
            "type": "date",
            "range": [start - room, end + room],
            "tickvals": positions,
            "ticktext": texts,
            "showgrid": True,
        },
        y={
            "range": [-depth, 0],
            "tickvals": list(ticks),
            "ticktext": list(ticks.values()),
            "showgrid": False,
        },
    )


def _local(at: Any, timezone: str) -> datetime:
    """The instant on the wall clock of `timezone`, without its zone: plotly's axis knows none."""
    local: datetime = pd.Timestamp(at).tz_convert(timezone).tz_localize(None).to_pydatetime()
    return local


def _local_rows(frame: pd.DataFrame, timezone: str) -> list[dict[str, Any]]:
    return [
        {
            name: _local(value, timezone) if name.endswith(INSTANTS) and value is not None else value
            for name, value in row.items()
        }
        for row in records(frame)
    ]


def _length(start: datetime, end: datetime) -> float:
    """The length of a bar on a time axis: milliseconds."""
    return (end - start) / timedelta(milliseconds=1)


def _stage_band(
    drawing: Drawing, say: Say, stages: list[dict[str, Any]], names: Names, now: datetime
) -> None:
    drawn = [{**row, "end": min(row["left_at"] or now, now)} for row in stages]
    drawn = [row for row in drawn if row["end"] > row["entered_at"]] or drawn
    highest = max([row["rank"] or 0 for row in drawn] + [4])
    shades = [
        RULE
        if row["rank"] is None
        else READABLE_SHADES[1 + round(row["rank"] / highest * (len(READABLE_SHADES) - 2))]
        for row in drawn
    ]
    labels = [names.stages.get(row["stage"], row["stage"]) for row in drawn]
    drawing.bar(
        orientation="h",
        base=[row["entered_at"] for row in drawn],
        x=[_length(row["entered_at"], row["end"]) for row in drawn],
        y=[-(BAND_TOP + BAND / 2)] * len(drawn),
        width=BAND,
        marker={
            "color": shades,
            "line": {"color": BACKGROUND, "width": 1.5},
            "pattern": {
                "shape": ["/" if row["is_assumed"] else "" for row in drawn],
                "fgcolor": MUTED,
                "size": 6,
                "solidity": 0.2,
            },
        },
        text=[shorten(label, 8) for label in labels],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": INK, "size": 13},
        customdata=[identity(row, "stage", "entered_at") for row in drawn],
        hovertext=[
            lines(
                bold(esc(label)),
                _stay(say, row),
                _beginning(say, row),
                say("chart.assumed") if row["is_assumed"] else "",
            )
            for row, label in zip(drawn, labels, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    last = drawn[-1]
    least, most = _days(last)
    key = "chart.now_in" if least == most else "chart.now_in_range"
    text = say(key, stage=bold(shorten(labels[-1], 10)), low=least, days=most)
    drawing.write(x=now, xanchor="right", y=-BAND_TOP / 2, text=text)


def _days(row: dict[str, Any]) -> tuple[int, int]:
    """How many days a stay took, at least and at most: its entry and its exit may each be known by a range."""
    begins, ends = row.get("entered_from") or row["entered_at"], row.get("left_from") or row["end"]
    return max(0, (ends - row["entered_at"]).days), (row["end"] - begins).days


def _stay(say: Say, row: dict[str, Any]) -> str:
    least, most = _days(row)
    key = "chart.spell_open" if row["left_at"] is None else "chart.spell"
    key = key if least == most else f"{key}_range"
    return say(key, start=row["entered_at"], end=row["end"], low=least, days=most)


def _beginning(say: Say, row: dict[str, Any]) -> str:
    first = row.get("entered_from")
    return say("chart.began_between", first=first, last=row["entered_at"]) if first else ""


def _score_steps(
    drawing: Drawing,
    say: Say,
    rows: list[dict[str, Any]],
    now: datetime,
    threshold: float | None,
    top: float,
    ticks: dict[float, str],
) -> float:
    """The running score as steps; gives the depth where the part ends."""
    known = [row for row in rows if row["score"] is not None and row["from_at"] < now] or rows[:1]
    scores = [row["score"] or 0 for row in known]
    highest, lowest = max([*scores, threshold or 0, 10]), min([*scores, 0])
    steps = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
    step = next((s for s in steps if (highest - lowest) / s <= 3.5), int(highest))

    def depth(score: float) -> float:
        return -(top + SCORE * (highest * 1.02 - score) / (highest * 1.02 - lowest))

    for tick in range(int(-(-lowest // step)) * step, int(highest) + 1, step):
        ticks[depth(tick)] = say("chart.count", n=tick)
        drawing.level(depth(tick), layer="below", color=RULE, width=1)
    if threshold is not None:
        drawing.level(depth(threshold), color=CONTEXT, width=1.3, dash="dot")
        drawing.write(
            x=0,
            xref="paper",
            xanchor="left",
            y=depth(threshold),
            yanchor="bottom",
            text=say("chart.threshold_mql", n=threshold),
            color=CONTEXT,
            size=SMALL_TEXT,
        )
    ends = [*known, {**known[-1], "from_at": now}]
    drawing.scatter(
        x=[row["from_at"] for row in ends],
        y=[depth(row["score"] or 0) for row in ends],
        mode="lines",
        line={"color": ACTUAL, "width": 2.2, "shape": "hv"},
        customdata=[identity(row, "from_at", "score") for row in ends],
        hovertext=[
            lines(say("chart.moment", at=row["from_at"]), bold(say("chart.points", n=row["score"] or 0)))
            for row in ends
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    drawing.write(
        x=now,
        xanchor="right",
        y=depth(scores[-1]),
        yanchor="bottom",
        text=bold(say("chart.points", n=scores[-1])),
        color=ACTUAL,
        size=STRONG_TEXT,
        bgcolor=BACKGROUND,  # else the line of the threshold strikes it through
    )
    return top + SCORE


def _acts(drawing: Drawing, say: Say, rows: list[dict[str, Any]], side: str, names: Names, y: float) -> None:
    symbol, fill, line = SIDES[side]
    drawing.scatter(
        x=[row["occurred_at"] for row in rows],
        y=[y] * len(rows),
        mode="markers",
        marker={
            "symbol": symbol,
            "size": 9,
            "color": fill,
            "opacity": 1,
            "line": {"color": line if symbol == "line-ns" or fill != line else BACKGROUND, "width": 1.5},
        },
        customdata=[identity(row, "type", "occurred_at") for row in rows],
        hovertext=[
            lines(
                bold(esc(names.types.get(row["type"], row["type"]))),
                say("chart.moment", at=row["occurred_at"]),
            )
            for row in rows
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _clock_bars(
    drawing: Drawing,
    say: Say,
    rows: list[dict[str, Any]],
    names: Names,
    now: datetime,
    start: datetime,
    top: float,
) -> None:
    """The clocks of one policy: grey to the deadline, the colour of late beyond; the newest state in
    words."""
    newest = max(rows, key=lambda row: row["started_at"])
    policy = newest["policy"]
    more = say("chart.more_clocks", n=len(rows) - 1) if len(rows) > 1 else ""
    state = bold(say(f"chart.state_{newest['state']}"))
    text = f"{shorten(names.policies.get(policy, policy), 12)} {state} {colored(more, CONTEXT)}"
    drawing.write(x=start, xanchor="left", y=-(top + 12), text=text, size=SMALL_TEXT, bgcolor=BACKGROUND)
    drawing.level(-(top + 30), layer="below", color=RULE, width=1)
    parts = []
    for row in rows:
        end = min(row["stopped_at"] or row["closed_at"] or now, now)
        begin = min(row["started_at"], end)  # found later, it may have begun by now
        if row["state"] == "undeterminable":
            parts.append((row, begin, end, MUTED))
            continue
        parts.append((row, begin, min(end, max(row["due_at"], begin)), CONTEXT))
        if end > row["due_at"]:
            parts.append((row, row["due_at"], end, OVER))
    drawing.bar(
        orientation="h",
        base=[begin for _, begin, _, _ in parts],
        x=[_length(begin, end) for _, begin, end, _ in parts],
        y=[-(top + 30)] * len(parts),
        width=10,
        marker={
            "color": [color for *_, color in parts],
            "line": {
                "color": [color for *_, color in parts],
                "width": 1.5,
            },  # an hour stays visible in a year
        },
        customdata=[identity(row, "policy", "started_at") for row, *_ in parts],
        hovertext=[
            lines(
                esc(names.policies.get(policy, policy)),
                bold(say(f"chart.state_{row['state']}")),
                _deadline(say, row),
                say("chart.undeterminable") if row["state"] == "undeterminable" else "",
            )
            for row, *_ in parts
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _deadline(say: Say, row: dict[str, Any]) -> str:
    first, last = row.get("due_from"), row.get("due_to")
    if first and last and first != last:
        return say("chart.due_between", first=first, last=last)
    return say("chart.due_at", at=row["due_at"])


def _time_ticks(say: Say, start: datetime, end: datetime) -> tuple[list[datetime], list[str]]:
    """Months on the axis, in a short life days."""
    if end - start < timedelta(days=75):
        step = timedelta(days=max(1, -(-(end - start).days // 4)))
        first = (start + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        days = [first + step * n for n in range(5) if first + step * n <= end] or [first]
        return days, [say("chart.date", day=day) for day in days]
    months = pd.date_range(start, end, freq="MS").normalize().to_pydatetime().tolist()
    positions, texts = month_ticks(say, [f"{month:%Y-%m}" for month in months])
    return [months[position] for position in positions], texts
