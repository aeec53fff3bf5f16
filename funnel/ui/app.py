"""One run of the app: open the layer, draw the frame, run the page, say in one sentence what went wrong.

Knows which pages there are and in which group they stand.
"""

import logging
import secrets
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from funnel.errors import BadQuestion, FunnelError
from funnel.ui import address, drill, frame, parts, store, view
from funnel.ui.text import esc
from funnel.ui.view import View
from funnel.warehouse import Warehouse
from funnel.words import say

ICON = str(Path(__file__).parents[1] / "static" / "icon.png")
PAGES: dict[str, dict[str, tuple[str, str]]] = {
    "": {"home": ("app_pages/home/start.py", "home")},
    "daily": {
        "follow_ups": ("app_pages/daily/follow_ups.py", "alarm"),
        "stage_aging": ("app_pages/daily/stage_aging.py", "hourglass_top"),
        "dormant": ("app_pages/daily/dormant.py", "bedtime"),
    },
    "review": {
        "monthly": ("app_pages/review/monthly.py", "calendar_month"),
        "conversion": ("app_pages/review/conversion.py", "filter_alt"),
        "scores": ("app_pages/review/scores.py", "bar_chart"),
    },
    "trust": {
        "data_quality": ("app_pages/trust/data_quality.py", "verified"),
        "definitions": ("app_pages/trust/definitions.py", "menu_book"),
    },
    "hidden": {"lead": ("app_pages/lead/life.py", "person")},
}

log = logging.getLogger("funnel")


def run() -> None:
    """Draw everything once."""
    chosen = frame.begin()
    if st.session_state.pop("_is_news", False):
        drill.begin()
    words = partial(say, language=chosen.language)
    st.set_page_config(page_title=words("app.title"), page_icon=ICON, layout="wide")
    page = _navigation(words)
    st.set_page_config(page_title=f"{page.title} | {words('app.title')}")
    menu = st.sidebar.container() if not chosen.is_print else None
    try:
        _content(page, chosen, words, menu)
    except _Trouble as trouble:
        if menu is not None:
            _menu(menu, words, st.session_state["_chosen"])
        parts.trouble(chosen.language, trouble.headline, trouble.sentence, words)
        if trouble.can_clear:
            st.button(words("filter.clear"), on_click=frame.clear, key="clear.trouble")


class _Trouble(Exception):
    """Something that the reader is told instead of the page."""

    def __init__(self, headline: str, sentence: FunnelError | str, can_clear: bool = False) -> None:
        super().__init__(headline)
        self.headline = headline
        self.sentence = sentence
        self.can_clear = can_clear


def _content(page: Any, chosen: frame.Chosen, words: Any, menu: Any) -> None:
    directory = store.data_directory()
    if not store.has_data(directory):
        raise _Trouble(words("app.no_data_headline"), words("app.no_data", folder=str(directory)))
    try:
        db = _open(directory, chosen, words)
    except FunnelError as error:
        is_asked = isinstance(error, BadQuestion) or chosen.rules is not None
        headline = words("say.empty.headline" if is_asked else "app.unusable_headline")
        raise _Trouble(headline, error, can_clear=is_asked) from error
    except Exception as error:
        raise _unexpected(words) from error
    try:
        seen = _frame(db, chosen, directory)
        if menu is not None:
            _menu(menu, words, st.session_state["_chosen"])
        view.keep(seen)
        page.run()
        drill.show(seen)
    except FunnelError as error:
        raise _Trouble(words("say.empty.headline"), error, can_clear=True) from error
    except Exception as error:
        raise _unexpected(words) from error


def _unexpected(words: Any) -> _Trouble:
    """A mistake of ours: logged with a number, which the reader is told."""
    number = secrets.token_hex(2).upper()
    log.exception("page failed, number %s", number)
    return _Trouble(words("say.empty.headline"), words("app.failed", number=number))


def _navigation(words: Any) -> Any:
    pages = {
        group: [
            st.Page(
                path,
                title=words(f"page.{name}"),
                icon=f":material/{icon}:",
                url_path=name,
                default=name == "home",
                visibility="hidden" if group == "hidden" else "visible",
            )
            for name, (path, icon) in entries.items()
        ]
        for group, entries in PAGES.items()
    }
    # the menu is drawn below: its links carry the filters, so that one click is one step of the history
    return st.navigation([page for entries in pages.values() for page in entries], position="hidden")


def _menu(place: Any, words: Any, chosen: frame.Chosen) -> None:
    """Links that carry the filters as they are now: drawn at the top, after the filters are read."""
    parameters = chosen.parameters()
    for group, entries in PAGES.items():
        if group == "hidden":
            continue
        with place, st.container(gap="xsmall"):
            if group:
                st.markdown(f":small[:gray[{esc(words(f'nav.{group}'))}]]")
            for name, (path, icon) in entries.items():
                st.page_link(
                    path,
                    label=words(f"page.{name}"),
                    icon=f":material/{icon}:",
                    help="",
                    query_params=parameters,
                    width="stretch",
                )


def _open(directory: Path, chosen: frame.Chosen, words: Any) -> Warehouse:
    """The layer for what is chosen; while it is built the page shows how far it is."""
    stamp = st.session_state.setdefault("_stamp", store.stamp_of(directory))
    as_of = None
    if chosen.as_of and not chosen.rules:
        as_of = frame.instant_anywhere(chosen.as_of)
    if store.is_open(directory, stamp, chosen.rules, as_of):
        return store.opened(directory, stamp, chosen.rules, as_of)
    place = st.empty()
    with place.container():
        st.space("large")
        bar = st.progress(0.0, text=words("app.preparing"))

    def progress(share: float, step: str) -> None:
        bar.progress(min(share, 1.0), text=words("app.preparing"))

    try:
        return store.opened(directory, stamp, chosen.rules, as_of, progress)
    except FunnelError:
        before = st.session_state.get("_stamp_before")
        if before is None:
            raise
        st.session_state["_stamp"], st.session_state["_is_stale"] = before, True
        return store.opened(directory, before, chosen.rules, as_of)
    finally:
        place.empty()


def _frame(db: Warehouse, chosen: frame.Chosen, directory: Path) -> View:
    if chosen.is_print:
        return frame.view_of(db, chosen)
    with st.sidebar:
        now = frame.draw_filters(db, chosen)
        seen = frame.view_of(db, now)
        frame.draw_freshness(seen, directory)
        frame.draw_language(now)
    address.write(now.parameters(), frame.OWN)
    return seen
