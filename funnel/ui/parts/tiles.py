"""Tiles: one number each, with its change and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from funnel.ui.ground import troubles
from funnel.ui.ground.markdown import esc
from funnel.ui.parts import drill_through
from funnel.ui.parts.cards import door
from funnel.ui.state.view import View

TILE_WIDTH = 150
NOTHING = "\u00a0"  # holds the place of a line


@dataclass(frozen=True)
class Tile:
    """One figure with its name: `delta` is a fact or a change, `note` what stands beside it in grey, `parts` (Markdown)
    what it is reckoned from and how it stands to its target.
    """

    label: str
    value: str
    delta: str | float | None = None
    note: str | None = None
    parts: str | None = None
    history: Sequence[float] | None = None
    icon: str | None = None
    page: str | None = None
    mark: tuple[str, dict[str, Any]] | None = None


def tiles(view: View, row: Sequence[Tile], key: str, width: int = TILE_WIDTH) -> None:
    """Tiles in rows of four, two by two on paper and on a phone (there one by one where `width` asks for it)."""
    has_parts = any(tile.parts for tile in row)
    kind = "tiles.bars" if any(tile.history is not None for tile in row) else "tiles"
    with st.grid(2 if view.is_print else 4, min_column_width=width, key=f"{kind}.{key}"):
        for position, tile in enumerate(row):
            with st.container(border=True, height="stretch", gap="xsmall"):
                _metric(tile)
                if has_parts:
                    st.markdown(f":small[{tile.parts or NOTHING}]")
                if view.is_print:
                    continue
                if tile.page:
                    door(view, tile.page, view.say("tile.open"))
                elif tile.mark:
                    st.button(
                        view.say("tile.behind"),
                        icon=":material/arrow_forward:",
                        type="tertiary",
                        on_click=troubles.callback(drill_through.opened),
                        args=tile.mark,
                        key=f"behind.{key}.{position}",
                    )


def _metric(tile: Tile) -> None:
    is_change = isinstance(tile.delta, str) and tile.delta[:1] in "+−-" and tile.delta != ""
    st.metric(
        f"{tile.icon} {esc(tile.label)}" if tile.icon else esc(tile.label),
        esc(tile.value),
        _plain_sign(tile.delta) if tile.delta is not None else None,
        delta_color="off",
        delta_arrow="auto" if is_change or not tile.delta else "off",
        delta_description=tile.note,
        chart_data=list(tile.history) if tile.history is not None else None,
        chart_type="bar",
    )


def _plain_sign(delta: str | float) -> str | float:
    """Streamlit tells a fall by an ASCII minus."""
    return esc(delta).replace("−", "-").replace("\\-", "-") if isinstance(delta, str) else delta
