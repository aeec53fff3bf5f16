"""Where a value is printed beside its own mark: where nothing else runs, and never nearer to another mark.

Places are in the units of the axes, so `wide` is months and `span` the height of the axis of rates.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from funnel.charts.palette import CONTEXT, Drawing

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, right, low, high

GAP, HIGH = 0.025, 0.085  # between mark and words, and of the words: shares of the span
AWAY = 17  # the same in pixels, to the middle of the words


def write_beside(
    drawing: Drawing,
    mark: Point,
    text: str,
    wide: float,
    inside: Box,
    ink: Sequence[Point],
    taken: Sequence[Box] = (),
    **look: Any,
) -> None:
    """Write the value of `mark` above, below or at a side of it; where all are taken, above everything, with a line
    down to it.

    `inside`: the axes; `ink`: what is drawn, as points; `taken`: other words.
    """
    x, y = mark
    span = inside[3] - inside[2]
    near, far, half = GAP * span, (GAP + HIGH) * span, HIGH * span / 2
    side = wide * 0.12
    spread = {"center": (-wide / 2, wide / 2), "left": (0.0, wide), "right": (-wide, 0.0)}
    places: list[tuple[Box, dict[str, Any]]] = []
    for anchor, (start, end) in spread.items():
        for low, high, shift in ((near, far, AWAY), (-far, -near, -AWAY)):
            shifts = {"y": y, "xanchor": anchor, "yshift": shift}
            places.append(((x + start, x + end, y + low, y + high), shifts))
    right = {"y": y, "xanchor": "left", "xshift": 10}
    left = {"y": y, "xanchor": "right", "xshift": -10}
    places.insert(2, ((x + side, x + side + wide, y - half, y + half), right))
    places.insert(3, ((x - side - wide, x - side, y - half, y + half), left))
    for anchor, (start, end) in spread.items():
        box = _on_top((x + start, x + end, y, y + far), ink, taken, near)
        shifts = {"y": box[2], "xanchor": anchor, "yanchor": "bottom"}
        places.append((box, shifts))
    free = (
        position
        for avoided, words in ((ink, taken), (ink, ()), ((), ()))
        for box, position in places
        if _is_free(box, inside, avoided, words)
    )
    position = next(free, places[0][1])
    if position["y"] > y + near:
        drawing.line(x, y + near, x, position["y"], color=CONTEXT, width=1)
    drawing.write(x=x, text=text, **position, **look)


def _on_top(box: Box, ink: Sequence[Point], taken: Sequence[Box], near: float) -> Box:
    """The box above all ink, and other words, of its width."""
    left, right, low, high = box
    level = max([low, *(height for position, height in ink if left <= position <= right)]) + near
    for other in sorted(taken, key=lambda other: other[2]):
        if _meet((left, right, level, level + high - low), other):
            level = other[3] + near
    return left, right, level, level + high - low


def path(points: Sequence[Point]) -> list[Point]:
    """The points and the straight lines between them, as points."""
    steps = [step / 20 for step in range(1, 20)]
    points_on = list(points)
    for (x, y), (next_x, next_y) in pairwise(points):
        points_on += [(x + (next_x - x) * step, y + (next_y - y) * step) for step in steps]
    return points_on


def _is_free(box: Box, axes: Box, ink: Sequence[Point], taken: Sequence[Box]) -> bool:
    left, right, low, high = box
    if left < axes[0] or right > axes[1] or low < min(axes[2], 0.0) or high > axes[3] * 1.05:
        return False
    if any(left <= position <= right and low <= height <= high for position, height in ink):
        return False
    return not any(_meet(box, other) for other in taken)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]
