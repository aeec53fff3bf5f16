"""Which drawer is open, and how it alone is drawn anew."""

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

DRAWER = 960
OF_DRAWER = "drawer"  # what draws it, whatever it shows


def redraw() -> None:
    """End a callback by drawing the drawer alone anew; where there is none yet, the page is run and draws it."""
    with suppress(StreamlitAPIException):
        st.rerun(OF_DRAWER)


def closed() -> None:
    """No drawer of a reason is open."""
    st.session_state.pop("_why", None)


def is_open() -> bool:
    """Whether the drawer of a reason is open: there can be only one."""
    return "_why" in st.session_state
