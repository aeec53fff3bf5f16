"""Streamlit glue: the cached layer, filters in the URL, the parts of pages, drill-through, downloads.

Pages import this package and nothing below it. Knows no number: every figure on a page is a column of an
answer.
"""

from funnel.ui.cards.kpis import comparable, kpi_labels, kpi_tiles, tile_labels, written
from funnel.ui.ground.markdown import esc, small
from funnel.ui.parts.cards import (
    card,
    choice,
    columns,
    door,
    empty,
    figure,
    head,
    heading,
    part,
    stop_without_leads,
)
from funnel.ui.parts.lists import SHOWN, leads, plain
from funnel.ui.parts.tiles import Tile, tiles
from funnel.ui.state.business_day import business_day, day_ahead, running_month, whole_months
from funnel.ui.state.cache import Asked
from funnel.ui.state.view import View, current

__all__ = [
    "SHOWN",
    "Asked",
    "Tile",
    "View",
    "business_day",
    "card",
    "choice",
    "columns",
    "comparable",
    "current",
    "day_ahead",
    "door",
    "empty",
    "esc",
    "figure",
    "head",
    "heading",
    "kpi_labels",
    "kpi_tiles",
    "leads",
    "part",
    "plain",
    "running_month",
    "small",
    "stop_without_leads",
    "tile_labels",
    "tiles",
    "whole_months",
    "written",
]
