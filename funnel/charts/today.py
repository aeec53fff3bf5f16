"""What falls due today, on one line per owner: due_today_strip. Pure; None where nothing is due today."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from funnel.charts.palette import BACKGROUND, CONTEXT, INK, OVER, RULE, SMALL_TEXT, SOON, Drawing
from funnel.charts.text import Say, bold, colored, esc, iso, lines, shorten
from funnel.rows import records

ROW = 46
Span = tuple[datetime, datetime]


def due_today_strip(
    overdue: pd.DataFrame,
    *,
    say: Say,
    now: datetime,
    spans: Sequence[Span],
    timezone: str,
    labels: Mapping[str, str] | None = None,
) -> go.Figure | None:
    """The clocks of the morning list (`overdue`) that fall due on the local day of `now`, by owner and time.

    `spans`: today's opening spans; the gaps between them are the breaks. `labels`: owner → name. Clocks of
    one owner due in the same half hour are one mark with their number, where the first of them is due: two marks
    would lie on each other. Already overdue ones look like it. customdata: owner, is_overdue, due_from, due_to.
    """
    due = pd.to_datetime(overdue["due_at"], utc=True).dt.tz_convert(timezone)
    is_today = due.dt.normalize() == pd.Timestamp(_local(now, timezone).date(), tz=timezone)
    rows = records(overdue[is_today].assign(due_at=due[is_today]))  # of a long list a few
    if not rows:
        return None
    counts = Counter(row["owner"] for row in rows)
    owners = sorted(counts, key=lambda owner: (-counts[owner], owner is None, str(owner)))
    names = {owner: (labels or {}).get(owner, owner) if owner else say("chart.nobody") for owner in owners}
    opening = [(_hour(start, timezone), _hour(end, timezone) or 24.0) for start, end in spans]
    hours = [_hour_of(row["due_at"]) for row in rows]
    first = min([*hours, *(start for start, _ in opening)])
    last = max([*hours, *(end for _, end in opening)])
    drawing = Drawing()
    for (_, end), (start, _) in pairwise(opening):
        drawing.box(x0=end, x1=start, fillcolor=RULE, opacity=0.6)
    _lines_of_the_day(drawing, say, now, opening, first, last, timezone)
    for is_overdue in (True, False):
        chosen = [row for row in rows if (row["state"] == "overdue") == is_overdue]
        if chosen:
            _diamonds(drawing, say, chosen, owners, names, is_overdue)
    step = 2 if last - first <= 13 else 4
    even = [hour for hour in range(0, 25, step) if first - 0.5 < hour < last]
    return drawing.polished(
        len(owners) * ROW + 64,
        top=28,
        x={
            "range": [first - 0.35, last + 0.45],
            "tickvals": even,
            "ticktext": [say("chart.hour", hour=hour) for hour in even],
            "showgrid": False,
        },
        y={
            "range": [len(owners) - 0.45, -0.6],
            "tickvals": list(range(len(owners))),
            "ticktext": [
                f"{colored(shorten(names[owner], 6.6), INK)}  {say('chart.clocks', n=counts[owner])}"
                for owner in owners
            ],
            "showgrid": True,
        },
    )


def _local(at: datetime, timezone: str) -> datetime:
    stamp = pd.Timestamp(at)
    local: datetime = stamp.tz_convert(timezone).to_pydatetime()
    return local


def _hour(at: datetime, timezone: str) -> float:
    return _hour_of(_local(at, timezone))


def _hour_of(local: datetime) -> float:
    return local.hour + local.minute / 60


def _lines_of_the_day(
    drawing: Drawing,
    say: Say,
    now: datetime,
    opening: Sequence[tuple[float, float]],
    first: float,
    last: float,
    timezone: str,
) -> None:
    """Where the day stands and where it ends; a "now" before opening or after closing stands at the edge,
    with its time."""
    at = min(max(_hour(now, timezone), first - 0.25), last + 0.35)
    closing = opening[-1][1] if opening else None
    top: dict[str, Any] = {"y": 1, "yref": "paper", "yanchor": "bottom", "size": SMALL_TEXT}
    early = at - first < 0.4 * (last - first)
    if _hour(now, timezone):  # at midnight the day is yet to come
        drawing.upright(at, layer="below", color=INK, width=1.5)
        text = bold(say("chart.now", at=_local(now, timezone)))
        drawing.write(x=at, xanchor="left" if early else "right", text=text, **top)
    if closing is not None:
        drawing.upright(closing, layer="below", color=CONTEXT, width=1.3)
        if closing - at > 0.34 * (last - first):
            text = say("chart.closing", time=f"{int(closing)}:{round(closing % 1 * 60):02d}")
            end = "right" if closing > (first + last) / 2 else "left"
            drawing.write(x=closing, xanchor=end, text=text, color=CONTEXT, **top)


def _diamonds(
    drawing: Drawing,
    say: Say,
    rows: list[dict[str, Any]],
    owners: list[Any],
    names: Mapping[Any, str],
    is_overdue: bool,
) -> None:
    of_slot: dict[tuple[Any, int], list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["due_at"]):
        of_slot.setdefault((row["owner"], int(_hour_of(row["due_at"]) * 2)), []).append(row)
    groups = {(owner, group[0]["due_at"]): group for (owner, _), group in of_slot.items()}
    lines_of = {owner: position for position, owner in enumerate(owners)}
    drawing.scatter(
        x=[_hour_of(due) for _, due in groups],
        y=[lines_of[owner] for owner, _ in groups],
        mode="markers+text",
        cliponaxis=False,
        marker={
            "symbol": "x" if is_overdue else "diamond",
            "size": [12 if len(group) == 1 else 15 for group in groups.values()],
            "color": OVER if is_overdue else SOON,
            "opacity": 1,
            "line": {"color": BACKGROUND, "width": 1},
        },
        text=[bold(say("chart.clocks", n=len(group))) if len(group) > 1 else "" for group in groups.values()],
        textposition=_places(groups),
        textfont={"size": SMALL_TEXT, "color": INK},
        customdata=[
            {
                "owner": owner,
                "is_overdue": is_overdue,
                "due_from": iso(due),
                "due_to": iso(group[-1]["due_at"]),
            }
            for (owner, due), group in groups.items()
        ],
        hovertext=[
            lines(
                esc(names[owner]),
                _due(say, due, group[-1]["due_at"]),
                *(_company(say, row) for row in group[:8]),
                "…" if len(group) > 8 else "",
            )
            for (owner, due), group in groups.items()
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _due(say: Say, first: datetime, last: datetime) -> str:
    if first == last:
        return say("chart.due_at", at=first)
    return say("chart.due_within", at=first, last=last)


def _places(groups: Iterable[tuple[Any, datetime]]) -> list[str]:
    """Where the number of each mark stands: to the left, unless another mark of the owner is there."""
    before: dict[tuple[Any, datetime], datetime] = {}
    last: dict[Any, datetime] = {}
    keys = list(groups)
    for owner, due in sorted(keys, key=lambda key: key[1]):
        if owner in last:
            before[owner, due] = last[owner]
        last[owner] = due
    near = timedelta(hours=1.5)
    return ["top center" if key in before and key[1] - before[key] < near else "middle left" for key in keys]


def _company(say: Say, row: Mapping[str, Any]) -> str:
    state = say(f"chart.state_{row['state']}")
    return f"{bold(shorten(row['company'] or row['lead_id'], 16))} {state}"
