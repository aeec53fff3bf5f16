"""What takes a view elsewhere: the link that opens it again, and the page for paper. Knows no page."""

import streamlit as st

from funnel.ui.ground import troubles
from funnel.ui.ground.markdown import esc
from funnel.ui.parts.clipboard import copy_button
from funnel.ui.state import filters
from funnel.ui.state.view import View

PRINT = "<script>/* {turn} */ window.printWhenDrawn()</script>"  # static/frame.js; a turn, or it would run but once


def draw_sharing(view: View) -> None:
    """The link that opens the view again, and the page for paper."""
    with st.container(key="share"):
        copy_button(
            view.say("filter.copy_link"),
            view.say("filter.link_copied"),
            view.say("list.not_copied"),
            key="copy.link",
            pinned={"as_of": view.local.isoformat(), "rules": view.db.rules.version},
        )
    label = view.say("filter.print")
    st.button(label, icon=":material/print:", on_click=troubles.callback(to_paper), args=(True,), key="print")


def to_paper(wanted: bool) -> None:
    """Show the page for paper, with the browser's dialog, or for the screen again."""
    filters.change(is_print=wanted)
    if wanted:
        st.session_state["_dialog"] = st.session_state.get("_dialogs", 0) + 1


def draw_paper_tools(view: View) -> None:
    """Above the page for paper, not on it: back to the screen, and the browser's dialog."""
    with st.container(horizontal=True, vertical_alignment="center", key="paper_tools"):
        st.button(
            view.say("filter.print_leave"),
            icon=":material/arrow_back:",
            on_click=troubles.callback(to_paper),
            args=(False,),
            key="screen",
        )
        st.button(
            view.say("filter.print_now"),
            icon=":material/print:",
            on_click=troubles.callback(to_paper),
            args=(True,),
            key="print",
        )
        st.markdown(f":small[{esc(view.say('filter.print_hint'))}]")
        turn = st.session_state.pop("_dialog", None)
        if turn is not None:
            st.session_state["_dialogs"] = turn
            st.html(PRINT.format(turn=turn), unsafe_allow_javascript=True)
