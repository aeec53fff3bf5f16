"""The imports that are kept, and the way back to each."""

import streamlit as st

from funnel.errors import FunnelError
from funnel.importing.generations import Generation, every, go_back
from funnel.ui import frame, parts
from funnel.ui.desk import Desk, table
from funnel.ui.text import esc

FILES = 3  # named in a row


def is_newest_shown(here: Desk) -> bool:
    """Whether the import that is shown is the last one."""
    kept = every(here.data)
    return not kept or here.served is None or kept[-1].id == here.served.id


def history(here: Desk) -> None:
    """The card with all of them, the newest first."""
    kept = every(here.data)[::-1]
    if not kept:
        return
    with parts.box(here.say("generations", n=len(kept)), here.say("generations_sub"), "import.generations"):
        rows = [
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
        names = ("made_at", "state", "leads", "activities", "refused", "files")
        table(here, rows, names, "i.generations", here.say("generations_sub"), widths={"made_at": 190})
        others = {each.id: each for each in kept if not _is_shown(here, each)}
        if others:
            _way_back(here, others)


def _is_shown(here: Desk, each: Generation) -> bool:
    return here.served is not None and each.id == here.served.id


def _way_back(here: Desk, others: dict[str, Generation]) -> None:
    def named(name: str) -> str:
        at, leads = here.local(others[name].made_at), others[name].summary.get("leads", 0)
        return here.say("back_option", at=at, leads=leads)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"i.back.{here.language}"  # a mounted select box keeps the words that it was given
        picked = st.selectbox(here.say("back_to"), list(others), format_func=named, width=340, key=key)
        with st.popover(here.say("back"), icon=":material/history:", key="i.confirm"):
            st.markdown(esc(here.say("back_confirm", at=here.local(others[picked].made_at))))
            if st.button(here.say("back_yes"), key="i.back_yes"):
                _go_back(here, picked)


def _go_back(here: Desk, name: str) -> None:
    here.work.drop()
    try:
        with st.spinner(here.say("step_back")):
            go_back(here.data, name)
    except FunnelError as error:
        here.work.error = error
    else:
        here.work.news = "went_back"
        frame.take_new(here.data)
    st.rerun()
