"""The pages and their menu."""

from pathlib import Path
from typing import Any

import streamlit as st

from funnel.ui.ground.markdown import esc
from funnel.ui.ground.pages import PAGES
from funnel.ui.state import filters, url_state

STATIC = Path(__file__).parents[2] / "server" / "static"
ICON = str(STATIC / "icon.png")


def navigation(words: Any) -> Any:
    """The page that the address names, out of all pages."""
    pages = {
        group: [
            st.Page(
                path,
                title=words(f"page.{name}"),
                icon=f":material/{icon}:",
                url_path=name if name != "home" else ".",  # the default page's is not used: /home is free
                default=name == "home",
                visibility="hidden" if group == "hidden" else "visible",
            )
            for name, (path, icon) in entries.items()
        ]
        for group, entries in PAGES.items()
    }
    known = [page for entries in pages.values() for page in entries]
    page_name = url_state.page_name()
    if page_name not in [page.url_path for page in known]:  # Streamlit would say so in English
        path, _ = PAGES[""]["home"]
        known.append(st.Page(path, title=words("page.home"), url_path=page_name, visibility="hidden"))
    # the menu is drawn below: its links carry the filters, so that one click is one step of the history
    return st.navigation(known, position="hidden")


def draw_menu(box: Any, words: Any, chosen: filters.Chosen) -> None:
    """Links that carry the filters as they are now."""
    if filters.is_phone():
        with box:
            _choice_of_pages(words, chosen)
        return
    parameters = chosen.parameters()
    for group, entries in PAGES.items():
        if group == "hidden":
            continue
        with box, st.container(gap="xsmall"):
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


def _choice_of_pages(words: Any, chosen: filters.Chosen) -> None:
    """On a phone an open sidebar covers the page, so the pages are a choice above it."""
    paths = {name: path for entries in PAGES.values() for name, (path, _) in entries.items()}
    current = st.session_state["_page"]
    picked = st.selectbox(
        words("app.page"),
        [name for name in paths if name != "lead" or current == "lead"],
        index=list(paths).index(current),
        format_func=lambda name: words(f"page.{name}"),
        label_visibility="collapsed",
        key=f"goto.{current}.{chosen.language}",
    )
    if picked != current:
        st.switch_page(paths[picked], query_params=chosen.parameters())
