"""What every figure looks like: the colours, the fonts, the axes. Knows plotly and nothing of ours.

A colour is a token, not a colour: the browser replaces `#000001` … by the theme's chart colours, so that
one figure is right in light and in dark. Only these tokens may stand in a figure.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from funnel.words.widths import width

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
EDGE = 8
PAD = 4
NARROWEST = 240  # pixels of a plot on a phone
TAGS = re.compile("<(?!br>)[^>]*>")

CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "showTips": False}

TINT = [[step / (len(READABLE_SHADES) - 1), shade] for step, shade in enumerate(READABLE_SHADES)]


@dataclass
class Drawing:
    """A figure in the making: plain dictionaries, which plotly takes at once."""

    traces: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)

    def scatter(self, **trace: Any) -> None:
        self.traces.append({"type": "scatter", **trace})

    def bar(self, **trace: Any) -> None:
        self.traces.append({"type": "bar", **trace})

    def heatmap(self, **trace: Any) -> None:
        self.traces.append({"type": "heatmap", **trace})

    def write(self, color: str = INK, size: int = TEXT, **placing: Any) -> None:
        """Write a label; `place` holds its text and says where."""
        # on a projector letters are larger than plotly knows: they then grow away from the anchor
        align = placing.get("xanchor", "center")
        self.notes.append(
            {"showarrow": False, "align": align, "font": {"size": size, "color": color}, **placing}
        )

    def line(self, x0: float, y0: float, x1: float, y1: float, **look: Any) -> None:
        """A line between two places of the axes."""
        self.shapes.append({"type": "line", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": look})

    def upright(self, x: float, layer: str = "above", **look: Any) -> None:
        """A line from the bottom of the plot to its top."""
        placing = {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"}
        self.shapes.append({"type": "line", **placing, "layer": layer, "line": look})

    def level(self, y: float, layer: str = "above", **look: Any) -> None:
        """A line from the left of the plot to its right."""
        placing = {"y0": y, "y1": y, "x0": 0, "x1": 1, "xref": "paper"}
        self.shapes.append({"type": "line", **placing, "layer": layer, "line": look})

    def box(self, x0: float, x1: float, y0: float = 0, y1: float = 1, **look: Any) -> None:
        """A filled box below the marks; without `yref` in `look` from the bottom of the plot to its top."""
        placing = {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "yref": "paper"}
        self.shapes.append({"type": "rect", "layer": "below", "line": {"width": 0}, **placing, **look})

    def polished(
        self, height: int, *, x: dict[str, Any], y: dict[str, Any], top: int = 8, **layout: Any
    ) -> go.Figure:
        """The figure in the looks that all figures share; `height` and the margin at the top in pixels.

        Not checked by plotly: that takes five times as long as all else, and the tests do it for every figure.
        """
        left, right = _beyond(x)
        margin = {"l": EDGE + max(_width(y), left), "r": EDGE + right, "t": top, "b": EDGE, "pad": PAD}
        margin["t" if x.get("side") == "top" else "b"] += _depth(x)
        return go.Figure(
            data=self.traces,
            layout={
                **LOOKS,
                "height": height,
                "margin": margin,
                "annotations": self.notes,
                "shapes": self.shapes,
                "xaxis": {**AXIS, **x},
                "yaxis": {**AXIS, **y},
                **layout,
            },
            _validate=False,
        )


# Room for the labels of the axes is reckoned here: plotly finds it out by drawing a figure twice.


def _texts(axis: dict[str, Any]) -> list[str]:
    """What stands at the ticks, without tags but those between lines."""
    if axis.get("showticklabels") is False:
        return []
    texts = axis.get("ticktext") or ["0%", "100.0%" if axis.get("tickformat") == ".1%" else "100%"]
    return [TAGS.sub("", text) for text in texts]


def _pixels(text: str) -> float:
    return max(width(line) for line in text.split("<br>")) * TEXT * 1.12  # a projector has larger letters


def _width(axis: dict[str, Any]) -> int:
    """Pixels beside the plot for the labels of a vertical axis."""
    return max((round(_pixels(text)) + PAD for text in _texts(axis)), default=0)


def _depth(axis: dict[str, Any]) -> int:
    """Pixels above or below the plot for the labels of a horizontal axis."""
    return max((round((text.count("<br>") + 1) * TEXT * 1.3) + PAD for text in _texts(axis)), default=0)


def _beyond(axis: dict[str, Any]) -> tuple[int, int]:
    """Pixels by which the labels of a horizontal axis reach beyond the left and the right end of the narrowest plot."""
    low, high = axis["range"]
    places = [(at - low) / (high - low) for at in axis.get("tickvals") or axis["range"]]
    labels = [
        (position * NARROWEST, _pixels(text) / 2)
        for position, text in zip(places, _texts(axis), strict=False)
    ]
    left = max((half - position for position, half in labels), default=0)
    right = max((half - (NARROWEST - position) for position, half in labels), default=0)
    return max(round(left) - EDGE, 0), max(round(right) - EDGE, 0)


LOOKS: dict[str, Any] = {
    "template": {},  # else plotly's own colours travel along
    "showlegend": False,
    "dragmode": False,  # a thumb that scrolls the page would draw a zoom box
    "hovermode": "closest",
    "hoverdistance": 30,  # a thumb is wider than a dot
    "hoverlabel": {
        "align": "left",
        "bgcolor": BACKGROUND,
        "bordercolor": CONTEXT,
        "font": {"size": TEXT, "color": INK},
    },
    "separators": ".,",
    "font": {"size": TEXT, "color": INK},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
}
AXIS: dict[str, Any] = {
    "automargin": False,
    "tickangle": 0,
    "fixedrange": True,
    "ticks": "",
    "showline": False,
    "zeroline": False,
    "ticklabeloverflow": "allow",
    "tickfont": {"size": TEXT, "color": CONTEXT},
    "gridcolor": RULE,
    "gridwidth": 1,
}
UNSEEN: dict[str, Any] = {"showgrid": False, "showticklabels": False}  # an axis that only places its marks
