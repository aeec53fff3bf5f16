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


def is_newest_shown(desk: Desk) -> bool:
    """Whether the import that is shown is the last one."""
    kept = every(desk.data)
    return not kept or desk.served is None or kept[-1].id == desk.served.id


def history(desk: Desk) -> None:
    """The card with all of them, the newest first, and the folder's own files where an import stands before them."""
    kept = every(desk.data)[::-1]
    own = own_rows(desk.data)
    if not kept and (own is None or desk.damage is None):
        return
    with cards.box(desk.say("generations", n=len(kept)), desk.say("generations_sub"), "import.generations"):
        rows: list[dict[str, Any]] = [
            {
                "made_at": desk.moment(generation.made_at),
                "files": desk.listed([str(name) for name in generation.summary.get("files", [])], FILES),
                "leads": generation.summary.get("leads"),
                "activities": generation.summary.get("activities"),
                "refused": generation.summary.get("quarantined"),
                "state": desk.say("shown") if _is_shown(desk, generation) else None,
            }
            for generation in kept
        ]
        is_own_shown = desk.served is None and desk.damage is None
        if own is not None:
            state = desk.say("shown") if is_own_shown else None
            rows.append(
                {"made_at": desk.say("own_files"), "refused": None, "files": None, "state": state, **own}
            )
        names = ("made_at", "state", "leads", "activities", "refused", "files")
        table(desk, rows, names, "i.generations", desk.say("generations_sub"), widths={"made_at": 190})
        others: dict[str, Generation | None] = {
            generation.id: generation for generation in kept if not _is_shown(desk, generation)
        }
        if own is not None and not is_own_shown:
            others[OWN] = None
        if others:
            _way_back(desk, others, own)


def _is_shown(desk: Desk, generation: Generation) -> bool:
    return desk.served is not None and generation.id == desk.served.id


def _way_back(desk: Desk, others: Mapping[str, Generation | None], own: Mapping[str, int] | None) -> None:
    def named(name: str) -> str:
        other = others[name]
        if other is None:
            return desk.say("back_option_own", leads=own["leads"] if own else 0)
        return desk.say("back_option", at=desk.local(other.made_at), leads=other.summary.get("leads", 0))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"i.back.{desk.language}"  # a mounted select box keeps the words that it was given
        picked = st.selectbox(desk.say("back_to"), list(others), format_func=named, width=340, key=key)
        with st.popover(desk.say("back"), icon=":material/history:", key="i.confirm"):
            other = others[picked]
            confirm = desk.say("back_confirm", at=desk.local(other.made_at)) if other else ""
            st.markdown(esc(confirm or desk.say("back_confirm_own")))
            if st.button(desk.say("back_yes"), key="i.back_yes"):
                _go_back(desk, picked)


def _go_back(desk: Desk, name: str) -> None:
    desk.work.drop()
    try:
        with st.spinner(desk.say("step_back")):
            if name == OWN:
                go_back_to_own(desk.data)
            else:
                go_back(desk.data, name)
    except FunnelError as error:
        desk.work.error = error
    else:
        desk.work.news = "went_back"
        cache.take_new(desk.data)
    st.rerun()
