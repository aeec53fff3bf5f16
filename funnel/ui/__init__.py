"""Streamlit glue: the cached layer, filters in the URL, the parts of pages, drill-through, downloads.

Pages import this package and nothing below it. Knows no number: every figure on a page is a column of an
answer.
"""

from funnel.ui.kpis import comparable, kpi_labels, kpi_tiles, tile_labels, written
from funnel.ui.lists import SHOWN, leads, plain
from funnel.ui.moments import business_day, day_ahead, running_month, whole_months
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
    part,
    stop_without_leads,
    tiles,
)
from funnel.ui.store import Asked
from funnel.ui.text import esc, small
from funnel.ui.view import View, current

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
