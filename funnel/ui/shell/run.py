"""One run of the app: open the layer, draw the frame, run the page, say in one sentence what went wrong.

Knows which pages there are and in which group they stand.
"""

import atexit
import gc
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from funnel.errors import BadQuestion, FunnelError
from funnel.exports.files import stood_in_for
from funnel.layer.warehouse import Warehouse
from funnel.server import listening
from funnel.ui.ground import troubles
from funnel.ui.ground.markdown import esc, small
from funnel.ui.ground.pages import PAGES, WITHOUT_DATA
from funnel.ui.parts import cards, drill_through, readable
from funnel.ui.shell import sharing, sidebar
from funnel.ui.shell.navigation import ICON, draw_menu, navigation
from funnel.ui.state import cache, filters, url_state, view
from funnel.ui.state.view import View
from funnel.words.dates import month_range
from funnel.words.translate import LANGUAGES, say

PAPER = 815  # pixels: what fits between the margins of A4 at the zoom of static/frame.css


def run() -> None:
    """Draw everything once."""
    if listening.is_refused():  # a file of pages/ that is run by itself has no server of ours around it
        for language in LANGUAGES:
            st.markdown(esc(listening.refusal(language)))
        return
    chosen = filters.begin()
    is_news = st.session_state.pop("_is_news", False)
    if is_news:
        drill_through.begin()
    words = partial(say, language=chosen.language)
    st.set_page_config(page_title=words("app.title"), page_icon=ICON, layout="wide")
    # for screen readers, and for line breaks between phrases; the height is kept while it comes in, in what is there
    # from the first moment on, so that nothing moves
    box = st if chosen.is_print else st.sidebar
    aside = box.container(key="language_of_page", height=1, border=False)
    with aside:
        st.html(
            f"<script>document.documentElement.lang = '{chosen.language}';"
            f"document.documentElement.classList.toggle('is-paper', {str(chosen.is_print).lower()})</script>",
            unsafe_allow_javascript=True,
        )
    troubles.tell_missed()
    page = navigation(words)
    st.set_page_config(page_title=f"{page.title} | {words('app.title')}")
    name = page.url_path or "home"
    is_known = any(name in entries for entries in PAGES.values())
    st.session_state["_page"] = name if is_known else "home"
    is_bare = page.url_path in WITHOUT_DATA
    menu = None
    if is_bare or not chosen.is_print:
        # a container keeps what it held until it is drawn anew: the menu stays while a page is on its way
        menu = st.container() if filters.is_phone() else st.sidebar.container()
    if not is_known:
        st.markdown(f":material/wrong_location: {esc(words('app.no_page', name=name))}")
    try:
        if menu is not None and (is_bare or is_news):  # the filters are as the address says: no need to wait
            draw_menu(menu, words, chosen)
            menu = None
        if is_bare:
            _bare(page, chosen, words)
        else:
            _content(page, chosen, words, menu, aside)
    except _Trouble as trouble:
        if menu is not None:
            draw_menu(menu, words, st.session_state["_chosen"])
        door = partial(_to_import, words, chosen) if trouble.is_of_data else None
        cards.trouble(chosen.language, trouble.headline, trouble.sentence, words, door)
        if trouble.can_clear:
            st.button(words("filter.clear"), on_click=troubles.callback(filters.clear), key="clear.trouble")
    _settle()


@st.cache_resource(show_spinner=False)
def _settle() -> None:
    """Once a first page was drawn, what this process has loaded is there to stay.

    Streamlit looks for garbage after every run, with the last elements still to be sent: 100 ms over all that is loaded.
    """
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)


def _to_import(words: Any, chosen: filters.Chosen) -> None:
    st.page_link(
        PAGES["trust"]["import_data"][0],
        label=words("app.to_import"),
        icon=":material/upload_file:",
        help="",
        query_params=chosen.parameters(),
    )


class _Trouble(Exception):
    """Something that the reader is told instead of the page."""

    def __init__(
        self, headline: str, sentence: FunnelError | str, can_clear: bool = False, is_of_data: bool = False
    ) -> None:
        super().__init__(headline)
        self.headline = headline
        self.sentence = sentence
        self.can_clear = can_clear
        self.is_of_data = is_of_data  # and an import, or going back to one, helps


def _content(page: Any, chosen: filters.Chosen, words: Any, menu: Any, aside: Any) -> None:
    directory = cache.data_directory()
    if not cache.has_data(directory):
        sentence = words("app.no_data", folder=str(directory))
        raise _Trouble(words("app.no_data_headline"), sentence, is_of_data=True)
    try:
        db = _open(directory, chosen, words)
    except FunnelError as error:
        is_asked = isinstance(error, BadQuestion) or chosen.rules is not None
        headline = words("say.empty.headline" if is_asked else "app.unusable_headline")
        raise _Trouble(headline, error, can_clear=is_asked, is_of_data=not is_asked) from error
    except Exception as error:
        raise _unexpected(error, words) from error
    try:
        seen = _frame(db, chosen, directory, page)
        _say_what_stands_in(stood_in_for(db.exports), chosen.language)
        if menu is not None:
            draw_menu(menu, words, st.session_state["_chosen"])
        view.keep(seen)
        st.session_state["_is_framed"] = True
        if seen.is_print:
            _on_paper(page, seen, words)
        else:
            _run(page)
            with aside:  # the same place on every page: there is but one drawer, whatever run was broken off
                drill_through.drawer(seen, page.url_path != "lead")  # there the mark waits for the way back
    except FunnelError as error:
        raise _Trouble(words("say.empty.headline"), error, can_clear=True) from error
    except Exception as error:
        raise _unexpected(error, words) from error
    finally:
        st.session_state["_is_framed"] = False


def _bare(page: Any, chosen: filters.Chosen, words: Any) -> None:
    """A page that needs no data: beside it only the menu and the language."""
    url_state.write(chosen.parameters(), filters.OWN)
    url_state.put("id", None)
    with st.sidebar:
        st.space("small")
        sidebar.draw_language(chosen)
    try:
        st.session_state["_is_framed"] = True
        _say_what_stands_in(cache.stand_in(cache.data_directory()), chosen.language)
        _run(page)
    except FunnelError as error:
        raise _Trouble(words("app.unusable_headline"), error) from error
    except Exception as error:
        raise _unexpected(error, words) from error
    finally:
        st.session_state["_is_framed"] = False


def _say_what_stands_in(instead: FunnelError | None, language: str) -> None:
    """Above the page, on paper too: its numbers are those of an older import, the current one being damaged."""
    if instead is not None:
        with st.container(border=True, key="damage"):
            cards.show_error(language, instead)


def _run(page: Any) -> None:
    try:
        page.run()
    except cards.PageEnded:
        return


def _unexpected(error: Exception, words: Any) -> _Trouble:
    """A mistake of ours."""
    return _Trouble(words("say.empty.headline"), troubles.sentence(error))


def _open(directory: Path, chosen: filters.Chosen, words: Any) -> Warehouse:
    """The layer for what is chosen; while it is built the page shows how far it is."""
    stamp = st.session_state.setdefault("_stamp", cache.stamp_of(directory))
    as_of = None
    if chosen.as_of and not chosen.rules:
        as_of = filters.instant_anywhere(chosen.as_of)
    if cache.is_open(directory, stamp, chosen.rules, as_of):
        return cache.opened(directory, stamp, chosen.rules, as_of)
    box = st.empty()
    with box.container():
        st.space("large")
        bar = st.progress(0.0, text=words("app.preparing"))

    def progress(share: float, step: str) -> None:
        bar.progress(min(share, 1.0), text=words("app.preparing"))

    try:
        return cache.opened(directory, stamp, chosen.rules, as_of, progress)
    except BadQuestion:  # of the address, not of the files
        raise
    except FunnelError:
        before = st.session_state.get("_stamp_before")
        if before is None:
            raise
        st.session_state["_stamp"], st.session_state["_is_stale"] = before, True
        return cache.opened(directory, before, chosen.rules, as_of)
    finally:
        box.empty()


def _on_paper(page: Any, seen: View, words: Any) -> None:
    """One column as wide as a sheet, with what it was asked for at the foot."""
    with st.container(horizontal_alignment="center"), st.container(width=PAPER, key="paper"):
        sharing.draw_paper_tools(seen)
        _run(page)
        scope = readable.filters_line(seen) or words("filter.no_filter")
        months = month_range(seen.months.first, seen.months.last, seen.language)
        scope_line = words("filter.print_scope", months=months, filters=scope)
        small(words("app.dot").join((readable.version_line(seen), scope_line)))


def _frame(db: Warehouse, chosen: filters.Chosen, directory: Path, page: Any) -> View:
    """The view, and beside the page what it is chosen with."""
    if chosen.is_print:
        url_state.write(chosen.parameters(), filters.OWN)
        return filters.view_of(db, chosen)
    with st.sidebar:
        now = sidebar.draw_filters(db, chosen)
        seen = filters.view_of(db, now)
        sidebar.draw_freshness(seen, directory)
        sharing.draw_sharing(seen)
        sidebar.draw_language(now)
    url_state.write(now.parameters(), filters.OWN)
    if page.url_path != "lead":
        url_state.put("id", None)  # Back brings it along
    return seen
