"""根拠: beside every figure where it comes from. Definition, base, version, the numbers, Excel and CSV, SQL.

It opens in a drawer, whose body runs only while it is open.
"""

import streamlit as st

from funnel.ui.ground import troubles
from funnel.ui.ground.markdown import esc, small
from funnel.ui.parts import downloads, pasteable_sql
from funnel.ui.parts.drawer_state import DRAWER, closed, redraw
from funnel.ui.parts.readable import (
    explained,
    filters_line,
    rate_heads,
    readable,
    title_of,
    version_line,
    whole_numbers,
)
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.dates import month_range
from funnel.words.translate import has

JUDGED = {"ci_low", "attainment", "rate"}


def panel(view: View, answer: Answer, key: str) -> None:
    """The button 根拠 and the drawer that it opens."""
    st.button(
        view.say("why.label"),
        type="tertiary",
        icon=":material/info:",
        on_click=troubles.callback(_opened),
        args=(view, answer, key),
        key=f"why.{key}",
        wrap=False,
    )


def _opened(view: View, answer: Answer, key: str) -> None:
    st.session_state["_why"] = view, answer, key
    redraw()


def show() -> None:
    """Open the drawer of the reason that was asked for."""
    view, answer, key = st.session_state["_why"]
    title = view.say("page.title", page=view.say("why.label"), question=title_of(view, answer))
    dismissed = troubles.callback(_dismissed)
    drawer = troubles.dialog(esc(title), width=DRAWER, position="right", on_dismiss=dismissed)
    drawer(_body)(view, answer, key)


def _dismissed() -> None:
    closed()
    redraw()


def _body(view: View, answer: Answer, key: str) -> None:
    for part in ("definition", "base"):
        if has(f"why.{answer.name}.{part}"):
            st.markdown(f"**{view.say(f'why.{part}')}** {esc(explained(view, answer, part))}")
    st.markdown(f"**{view.say('why.version')}** {esc(version_line(view))}")
    if JUDGED & set(answer.frame.columns):
        small(view.say("why.interval"))
    table = readable(view, answer)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{view.say('why.table')}** {esc(view.say('why.rows', n=len(table)))}", width="stretch")
        take_along(view, answer, key)
    if answer.part:
        small(view.say("why.part", part=answer.part))
    if len(table):
        st.dataframe(
            table.head(500),
            hide_index=True,
            column_config=whole_numbers(table)
            | {name: st.column_config.NumberColumn(format="percent") for name in rate_heads(view, answer)},
            height=min(36 * (len(table) + 1) + 4, 400),
            placeholder="—",
            alt=title_of(view, answer),
        )
    else:  # Streamlit would write "empty" into the table
        small(view.say("say.empty.nothing"))
    st.markdown(f"**{view.say('why.query')}**")
    st.code(pasteable_sql.pasteable(view.db, answer.name, answer.bound), language="sql", height=320)


def take_along(view: View, answer: Answer, key: str, title: str | None = None) -> None:
    """Excel and CSV, made when they are asked for; named by `title`, else by the answer."""
    title = title or title_of(view, answer)
    if answer.part:
        title = view.say("page.title", page=title, question=answer.part)
    file = f"{title}_{view.last_seen:%Y-%m-%d}_{view.db.rules.version}".replace("/", "-").replace(" ", "_")
    about = {view.say("why.number"): title, view.say("why.version"): version_line(view)}
    about[view.say("filter.period")] = month_range(view.months.first, view.months.last, view.language)
    about[view.say("filter.filters")] = filters_line(view, answer) or view.say("filter.all")
    for part in ("definition", "base"):
        if has(f"why.{answer.name}.{part}"):
            about[view.say(f"why.{part}")] = explained(view, answer, part)
    with st.container(horizontal=True, width="content"):
        st.download_button(
            view.say("why.excel"),
            data=lambda: downloads.excel(
                readable(view, answer),
                view.say("why.table"),
                about,
                view.say("why.label"),
                rate_heads(view, answer),
            ),
            file_name=f"{file}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
            on_click="ignore",
            key=f"excel.{key}",
        )
        st.download_button(
            view.say("why.csv"),
            data=lambda: downloads.csv(readable(view, answer)),
            file_name=f"{file}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"csv.{key}",
        )
