"""How figures write names, rates and months. Knows no figure and no question.

The words come in from outside as `say`: `say(key, **values)` gives the text in the page's language, numbers
and dates included (words/charts.toml holds the texts). Names from the data may hold anything, so they pass
`esc` or `shorten` before they become part of a label.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from funnel.words.numbers import percent
from funnel.words.widths import width

Say = Callable[..., str]
Record = Mapping[str, Any]


def identity(row: Record, *columns: str) -> dict[str, Any]:
    """What names a mark, for its customdata: a click is turned into leads by these columns of the answer."""
    return {name: iso(row[name]) for name in columns}


def iso(value: Any) -> Any:
    """Days and instants as ISO text, anything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def month_key(value: Any) -> str:
    """A month as `2026-10`, whether the frame holds it as text or as its first day."""
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value)[:7]


def month_ticks(say: Say, months: list[str], most: int = 7) -> tuple[list[int], list[str]]:
    """Positions and texts of at most `most` month ticks: the newest always has one, years are named once."""
    step = next((step for step in (1, 2, 3, 6, 12, 24) if (len(months) - 1) // step < most), 60)
    positions = sorted(range(len(months) - 1, -1, -step))
    texts, year = [], ""
    for position in positions:
        month = months[position]
        name = say("chart.month", month=month)
        texts.append(name if month[:4] == year else f"{name}<br>{say('chart.year', year=month[:4])}")
        year = month[:4]
    return positions, texts


def interval_line(say: Say, low: float | None, high: float | None) -> str:
    """`95%区間 15〜36%`, or nothing where there is none."""
    if low is None or high is None:
        return ""
    return say("chart.interval", low=percent(low).removesuffix("%"), high=percent(high))


def shorten(text: Any, limit: float) -> str:
    """Text from the data cut to `limit` full-width characters, safe inside a label."""
    whole = str(text)
    if width(whole) <= limit:
        return esc(whole)
    kept = ""
    for letter in whole:
        if width(kept + letter) > limit - 1:
            break
        kept += letter
    return esc(kept.rstrip()) + "…"


def compact(say: Say, number: int) -> str:
    """A count that fits a narrow cell: from 10,000 on 1.2万, or 12k."""
    if abs(number) < 10_000:
        return say("chart.count", n=number)
    key = "chart.compact_million" if abs(number) >= 1_000_000 else "chart.compact"
    return say(key, man=number / 10_000, k=number / 1_000, m=number / 1_000_000)


def esc(text: Any) -> str:
    """Text from the data, safe inside a label: plotly reads a little HTML."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")


def bold(text: str) -> str:
    """The text in bold, inside a label."""
    return f"<b>{text}</b>"


def colored(text: str, color: str) -> str:
    """The text in the colour of a token, inside a label."""
    return f"<span style='color:{color}'>{text}</span>"


def lines(*parts: str) -> str:
    """The lines of a hover text, empty ones left out."""
    return "<br>".join(part for part in parts if part)
