"""The imports that are kept, and the way back to each."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from funnel.errors import FunnelError
from funnel.importing.publishing.generations import Generation, every, go_back, go_back_to_own
from funnel.importing.publishing.statistics import own_rows
from funnel.ui.ground.markdown import esc
from funnel.ui.importing.session import Desk, table
from funnel.ui.parts import cards
from funnel.ui.state import cache

FILES = 3  # named in a row
OWN = "own"  # in place of the id of an import


def is_newest_shown(here: Desk) -> bool:
    """Whether the import that is shown is the last one."""
    kept = every(here.data)
    return not kept or here.served is None or kept[-1].id == here.served.id


def history(here: Desk) -> None:
    """The card with all of them, the newest first, and the folder's own files where an import stands before them."""
    kept = every(here.data)[::-1]
    own = own_rows(here.data)
    if not kept and (own is None or here.damage is None):
        return
    with cards.box(here.say("generations", n=len(kept)), here.say("generations_sub"), "import.generations"):
        rows: list[dict[str, Any]] = [
            {
                "made_at": here.moment(each.made_at),
                "files": here.listed([str(name) for name in each.summary.get("files", [])], FILES),
                "leads": each.summary.get("leads"),
                "activities": each.summary.get("activities"),
                "refused": each.summary.get("quarantined"),
                "state": here.say("shown") if _is_shown(here, each) else None,
            }
            for each in kept
        ]
        is_own_shown = here.served is None and here.damage is None
        if own is not None:
            state = here.say("shown") if is_own_shown else None
            rows.append(
                {"made_at": here.say("own_files"), "refused": None, "files": None, "state": state, **own}
            )
        names = ("made_at", "state", "leads", "activities", "refused", "files")
        table(here, rows, names, "i.generations", here.say("generations_sub"), widths={"made_at": 190})
        others: dict[str, Generation | None] = {each.id: each for each in kept if not _is_shown(here, each)}
        if own is not None and not is_own_shown:
            others[OWN] = None
        if others:
            _way_back(here, others, own)


def _is_shown(here: Desk, each: Generation) -> bool:
    return here.served is not None and each.id == here.served.id


def _way_back(here: Desk, others: Mapping[str, Generation | None], own: Mapping[str, int] | None) -> None:
    def named(name: str) -> str:
        other = others[name]
        if other is None:
            return here.say("back_option_own", leads=own["leads"] if own else 0)
        return here.say("back_option", at=here.local(other.made_at), leads=other.summary.get("leads", 0))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"i.back.{here.language}"  # a mounted select box keeps the words that it was given
        picked = st.selectbox(here.say("back_to"), list(others), format_func=named, width=340, key=key)
        with st.popover(here.say("back"), icon=":material/history:", key="i.confirm"):
            other = others[picked]
            confirm = here.say("back_confirm", at=here.local(other.made_at)) if other else ""
            st.markdown(esc(confirm or here.say("back_confirm_own")))
            if st.button(here.say("back_yes"), key="i.back_yes"):
                _go_back(here, picked)


def _go_back(here: Desk, name: str) -> None:
    here.work.drop()
    try:
        with st.spinner(here.say("step_back")):
            if name == OWN:
                go_back_to_own(here.data)
            else:
                go_back(here.data, name)
    except FunnelError as error:
        here.work.error = error
    else:
        here.work.news = "went_back"
        cache.take_new(here.data)
    st.rerun()
