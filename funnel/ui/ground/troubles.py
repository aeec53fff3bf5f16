"""The one door to Streamlit's fragments, dialogs and callbacks: what they raise ends in a sentence of the app.

Streamlit would answer in English, past the frame's own handling. A known trouble is its sentence; any other is logged
with a number, which the reader is told. Ends and new runs that Streamlit raises for itself pass.
"""

import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from funnel.errors import FunnelError
from funnel.ui.ground.markdown import esc
from funnel.words.translate import LANGUAGES, say

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger("funnel")


def sentence(trouble: Exception, language: str | None = None) -> str:
    """What the reader is told: the trouble's own sentence, else a number under which the operator finds it."""
    language = language or _language()
    if isinstance(trouble, FunnelError):
        return trouble.sentence(language)
    number = secrets.token_hex(2).upper()
    log.error("failed, number %s", number, exc_info=trouble)
    return say("app.failed", language, number=number)


def _language() -> str:
    chosen = st.session_state.get("_chosen")
    return chosen.language if chosen is not None else LANGUAGES[0]


def tell(text: str) -> None:
    """A sentence where the failed part would stand."""
    st.markdown(f":material/error: {esc(text)}")


def toast(trouble: Exception) -> None:
    """The sentence beside the page, which stays as it is."""
    tell_beside(sentence(trouble))


def tell_beside(text: str) -> None:
    """A sentence beside the page, for a while."""
    st.toast(esc(text), icon=":material/warning:", duration="long")


def uncaught(trouble: Exception) -> bool:
    """What nobody has caught, for `st.App`: told, so that Streamlit says nothing of its own."""
    tell(sentence(trouble))
    return True


def _safe(draw: Callable[P, R], instead: Callable[[Exception], None]) -> Callable[P, R | None]:
    @wraps(draw)  # Streamlit knows a fragment by the name of its function
    def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return draw(*args, **kwargs)
        except Exception as trouble:
            instead(trouble)
        return None

    return safe


def _tell_of(trouble: Exception) -> None:
    tell(sentence(trouble))


def fragment(
    key: str | None = None, run_every: str | None = None
) -> Callable[[Callable[P, R]], Callable[P, R | None]]:
    """`st.fragment`; what fails is told in its place."""

    def of(draw: Callable[P, R]) -> Callable[P, R | None]:
        return st.fragment(_safe(draw, _tell_of), key=key, run_every=run_every)

    return of


def dialog(title: str, **looks: Any) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """`st.dialog`; what fails is told in it."""

    def of(draw: Callable[P, None]) -> Callable[P, None]:
        return st.dialog(title, **looks)(_safe(draw, _tell_of))

    return of


def callback(act: Callable[..., Any]) -> Callable[..., None]:
    """A callback of a widget; what fails is told in a toast, on the page drawn as it was."""
    return _safe(act, _keep)


def _keep(trouble: Exception) -> None:
    """Nothing can be drawn in a callback: the whole page is run, which tells it."""
    st.session_state["_missed"] = sentence(trouble)
    st.rerun()


def tell_missed() -> None:
    """Tell what a callback could not do, once."""
    missed = st.session_state.pop("_missed", None)
    if missed is not None:
        tell_beside(missed)
