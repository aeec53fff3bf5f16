"""The page's address as the place where a view lives: codes in, codes out.

The address wins whenever it differs from what this module wrote last (a link, Back, a first visit); otherwise the
widgets do. What equals its default is left out, so that a bare address is always the newest data.
"""

import time
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import streamlit as st

Address = dict[str, list[str]]
FILTER = "f."  # in front of a dimension: ?f.channel=seo
STALE_SECONDS = 1.0


def read() -> Address:
    """The address as it stands in the browser."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def is_news() -> bool:
    """Whether the address says something else than was written last: then it is to be followed."""
    now = read()
    if now == st.session_state.get("_address"):
        return False
    before, page, at = st.session_state.get("_address_before", (None, "", 0.0))
    # a click before our last write arrived; on another page it is the way back to where that was the address
    return not (now == before and page == (page_name() or "home") and time.monotonic() - at < STALE_SECONDS)


def followed() -> None:
    """What the address says is what is shown: no news any more."""
    st.session_state["_address"] = read()


def write(values: Mapping[str, list[str]], own: tuple[str, ...]) -> None:
    """Put `values` into the address in one step; parameters that are not `own` stay as they are.

    FILTER among `own` stands for every filter.
    """
    kept = {name: codes for name, codes in read().items() if not is_own(name, own)}
    wanted = {**kept, **{name: codes for name, codes in values.items() if codes}}
    if wanted != read():
        page = st.session_state.get("_page", "home")
        st.session_state["_address_before"] = (read(), page, time.monotonic())
        st.query_params.from_dict(wanted)
    st.session_state["_address"] = wanted


def is_own(name: str, own: tuple[str, ...]) -> bool:
    """Whether a parameter is one of those; FILTER among them stands for every filter."""
    return name in own or (FILTER in own and name.startswith(FILTER))


def put(name: str, code: str | None) -> None:
    """Set one parameter, or leave it out."""
    write({name: [code] if code else []}, (name,))


def first(name: str) -> str | None:
    """The first value of a parameter, or None."""
    values = read().get(name)
    return values[0] if values else None


def page_name() -> str:
    """The page that the address names; "" for the home page."""
    return unquote(urlsplit(st.context.url or "").path.rpartition("/")[2])
