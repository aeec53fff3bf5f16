"""What every figure looks like: the colours, the fonts, the axes. Knows plotly and nothing of ours.

A colour is a token, not a colour: the browser replaces `#000001` … by the theme's chart colours, so that
one figure is right in light and in dark. Only these tokens may stand in a figure.
"""

from typing import Any

import plotly.graph_objects as go

# the one meaning of each colour; the order is that of chartCategoricalColors in .streamlit/config.toml
ACTUAL = "#000001"  # our leads, the measured value
CONTEXT = "#000002"  # comparison, axis text, lines for target and limit, acts of our side
OVER = "#000003"  # over a limit or a deadline, nothing else
SOON = "#000004"  # due today, at risk
GOOD = "#000005"  # kept for words and icons, never a mark
SILENT = "#000006"  # silent leads
MUTED = "#000007"  # small base, out of scope
RULE = "#000008"  # grid, benchmark band, zone of young months, lunch break
PALE = "#000009"  # the second part of ACTUAL
INK = "#000010"  # labels
SHADES = tuple(f"#0000{slot}" for slot in range(11, 21))  # chartSequentialColors, from the page's colour on
BACKGROUND = "#000038"

TOKENS = frozenset({ACTUAL, CONTEXT, OVER, SOON, GOOD, SILENT, MUTED, RULE, PALE, INK, BACKGROUND, *SHADES})

# INK stays readable (4.5:1) on these shades in both appearances, so a tint under a number ends here
READABLE_SHADES = SHADES[:6]

TEXT = 13
SMALL_TEXT = 12
STRONG_TEXT = 15

CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "showTips": False}

TINT = [[step / (len(READABLE_SHADES) - 1), shade] for step, shade in enumerate(READABLE_SHADES)]


def polish(figure: go.Figure, height: int, top: int = 8, bottom: int = 8) -> go.Figure:
    """Give a figure the looks that all figures share; `height` and margins in pixels."""
    figure.update_layout(
        template=go.layout.Template(),  # else plotly's own colours travel along
        height=height,
        margin={"l": 8, "r": 8, "t": top, "b": bottom, "pad": 4},
        title=None,
        showlegend=False,
        dragmode=False,  # a thumb that scrolls the page would draw a zoom box
        hovermode="closest",
        hoverdistance=30,  # a thumb is wider than a dot
        hoverlabel={
            "align": "left",
            "bgcolor": BACKGROUND,
            "bordercolor": CONTEXT,
            "font": {"size": TEXT, "color": INK},
        },
        separators=".,",
        font={"size": TEXT, "color": INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    plain: dict[str, Any] = {
        "automargin": True,
        "fixedrange": True,
        "ticks": "",
        "title": None,
        "showline": False,
        "zeroline": False,
        "ticklabeloverflow": "allow",
        "tickfont": {"size": TEXT, "color": CONTEXT},
        "gridcolor": RULE,
        "gridwidth": 1,
    }
    figure.update_xaxes(**plain)
    figure.update_yaxes(**plain)
    return figure


def hidden_axis() -> dict[str, Any]:
    """An axis that only places its marks."""
    return {"showgrid": False, "showticklabels": False}


def over_text(color: str = INK, size: int = TEXT, **place: Any) -> dict[str, Any]:
    """A label as an annotation without arrow; `place` says where."""
    return {"showarrow": False, "font": {"size": size, "color": color}, **place}
