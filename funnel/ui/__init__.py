"""Streamlit glue: the cached layer, filters in the URL, the parts of pages, drill-through, downloads.

Pages import this package and the cards that they place. Knows no number: every figure on a page is a column of
an answer.
"""

from funnel.ui.parts.cards import columns, door, empty, head, heading, part, stop_without_leads
from funnel.ui.parts.tiles import tiles
from funnel.ui.state.business_day import business_day
from funnel.ui.state.view import View, current

__all__ = [
    "View",
    "business_day",
    "columns",
    "current",
    "door",
    "empty",
    "head",
    "heading",
    "part",
    "stop_without_leads",
    "tiles",
]
