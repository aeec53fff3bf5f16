"""From a mark to exactly its leads: a drawer beside the page, kept in the address as `mark`.

A mark is a figure's name and the columns that name it. Every figure that can be clicked has an entry in BEHIND.
"""

import json
import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from funnel.errors import BadQuestion
from funnel.months import Months
from funnel.ui.ground import troubles
from funnel.ui.ground.markdown import esc, small
from funnel.ui.parts import drawer_state, explain, lists, readable
from funnel.ui.parts.leads_behind import BEHIND, Behind, Mark
from funnel.ui.state import url_state
from funnel.ui.state.view import View
from funnel.words.dates import as_date

log = logging.getLogger("funnel")


def clicked(widget: str, key: str, behind: str, context: Mark) -> None:
    """Remember the mark that was clicked (a callback of the figure)."""
    points = st.session_state[widget]["selection"]["points"]
    if points:
        drawer_state.closed()
        mark = {**context, **(points[0].get("customdata") or {})}
        st.session_state["_mark"] = (behind, mark, key)
    drawer_state.redraw()


def opened(behind: str, mark: Mark) -> None:
    """Open the drawer of a mark that is no point of a figure (a callback)."""
    drawer_state.closed()
    st.session_state["_mark"] = (behind, dict(mark), None)
    drawer_state.redraw()


def standing(view: View) -> dict[str, Any]:
    """What a mark must say of itself where its page looks at another instant or other months than the frame."""
    framed: View = st.session_state["_view"]
    differing: dict[str, Any] = {}
    if view.as_of != framed.as_of:
        differing["at_instant"] = view.as_of.isoformat()
    if view.months != framed.months:
        differing["span"] = [view.months.first.isoformat(), view.months.last.isoformat()]
    return differing


def _as_marked(view: View, mark: Mark) -> View:
    """The view under which the mark was drawn."""
    if mark.get("at_instant"):
        view = replace(view, as_of=datetime.fromisoformat(mark["at_instant"]))
    if mark.get("span"):
        first, last = mark["span"]
        view = replace(view, months=Months(as_date(first), as_date(last)))
    return view


def begin() -> None:
    """Take the mark from the address where that says something new."""
    drawer_state.closed()
    wanted = url_state.first("mark")
    try:
        behind, mark = json.loads(wanted) if wanted else (None, None)
    except (ValueError, TypeError, RecursionError):  # brackets within brackets have no end
        behind, mark = None, None
    if isinstance(behind, str) and behind in BEHIND and _is_mark(mark):
        st.session_state["_mark"] = (behind, mark, None)
    else:
        st.session_state.pop("_mark", None)


def _is_mark(mark: Any) -> bool:
    """Whether it names one thing with plain values; only months may be a pair."""
    return isinstance(mark, dict) and not any(
        isinstance(value, dict | list) for name, value in mark.items() if name not in ("span", "months")
    )


def dismissed() -> None:
    """Forget the mark, and mount its figure anew so that the same mark can be clicked again."""
    _, _, key = st.session_state.pop("_mark", (None, None, None))
    if key:
        st.session_state[f"_times.{key}"] = st.session_state.get(f"_times.{key}", 0) + 1
    st.rerun()


@troubles.fragment(key=drawer_state.OF_DRAWER)
def drawer(view: View, with_mark: bool) -> None:
    """The drawer that is open, if one is: of a reason, or of the chosen mark."""
    try:
        if drawer_state.is_open():
            explain.show()
        elif with_mark:
            show(view)
    except Exception as trouble:  # the page stays, the drawer does not
        drawer_state.closed()
        st.session_state.pop("_mark", None)
        troubles.toast(trouble)


def show(view: View) -> None:
    """Open the drawer of the chosen mark, if there is one."""
    behind, mark, _ = st.session_state.get("_mark", (None, None, None))
    url_state.put(
        "mark", json.dumps([behind, mark], ensure_ascii=False, separators=(",", ":")) if behind else None
    )
    if behind is None:
        return
    try:
        view = _as_marked(view, mark)
        content = BEHIND[behind](view, mark)
    except (
        BadQuestion,
        KeyError,
        ValueError,
        TypeError,
    ) as trouble:  # it does not fit its figure: an old address
        log.warning("no leads behind %s %s", behind, mark, exc_info=trouble)
        st.session_state.pop("_mark", None)
        troubles.tell_beside(view.say("drill.unfit"))
        return
    title = view.say(f"drill.{content.counted}", mark=content.title, n=len(content.answer.frame))
    closed = troubles.callback(dismissed)
    drawer = troubles.dialog(esc(title), width=drawer_state.DRAWER, position="right", on_dismiss=closed)
    drawer(_body)(view, content, title)


def _body(view: View, content: Behind, title: str) -> None:
    frame = content.answer.frame
    readable.say_left_aside(view, content.answer)
    if not len(frame):
        small(view.say("drill.none"))
        return
    if content.note:
        st.markdown(esc(content.note))
    if len(frame) > lists.SHOWN:
        small(view.say("drill.some", n=len(frame), k=lists.SHOWN))
    elif content.counted != "title_rows":
        small(view.say("drill.open_lead"))
    if content.counted == "title_rows":
        st.dataframe(
            readable.readable(view, content.answer).head(lists.SHOWN), hide_index=True, placeholder="—"
        )
    else:
        lists.leads(view, content.answer, content.columns, "drill", alt=content.title, height=560)
    explain.take_along(view, content.answer, "drill", title)
