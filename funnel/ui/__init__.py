"""Streamlit glue: the cached layer, filters in the URL, the parts of pages, drill-through, downloads.

Pages import this package and nothing below it. Knows no number: every figure on a page is a column of an
answer.
"""

from funnel.ui.kpis import kpi_labels, kpi_tiles, tile_labels, written
from funnel.ui.lists import SHOWN, clicked_row, copy_list, leads, plain
from funnel.ui.moments import business_day, running_month, whole_months
from funnel.ui.parts import (
    Tile,
    card,
    choice,
    columns,
    door,
    empty,
    figure,
    head,
    heading,
    stop_without_leads,
    tiles,
)
from funnel.ui.store import Asked
from funnel.ui.text import esc, small
from funnel.ui.view import View, current
from funnel.ui.why import readable, take_along

__all__ = [
    "SHOWN",
    "Asked",
    "Tile",
    "View",
    "business_day",
    "card",
    "choice",
    "clicked_row",
    "columns",
    "copy_list",
    "current",
    "door",
    "empty",
    "esc",
    "figure",
    "head",
    "heading",
    "kpi_labels",
    "kpi_tiles",
    "leads",
    "plain",
    "readable",
    "running_month",
    "small",
    "stop_without_leads",
    "take_along",
    "tile_labels",
    "tiles",
    "whole_months",
    "written",
]
