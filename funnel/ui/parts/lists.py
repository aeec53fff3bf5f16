"""Lists of leads: columns in the order of use, the company opens the lead, Excel and CSV beside them.

Knows how a column is shown; no question.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from funnel.ui.ground import troubles
from funnel.ui.ground.markdown import esc, small
from funnel.ui.ground.pages import path_of
from funnel.ui.parts import cells, drawer_state, readable
from funnel.ui.parts.clipboard import copy_button
from funnel.ui.parts.list_cells import NUMBER, drawn, says_something, written
from funnel.ui.parts.list_columns import COLUMNS
from funnel.ui.state import filters, url_state
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View

LEAD_PAGE = path_of("lead")
SHOWN = 500
COPIED = 100
TWELVE_ROWS = 430


def leads(
    view: View,
    answer: Answer,
    columns: Sequence[str],
    key: str,
    alt: str,
    rows: pd.DataFrame | None = None,
    height: int = TWELVE_ROWS,
) -> None:
    """A list of leads; a click on the company opens the lead. `rows`: those of the answer that are shown."""
    every = answer.frame if rows is None else rows
    first = every.head(SHOWN).reset_index(drop=True)
    names = [
        name
        for position, name in enumerate(columns)
        if set(COLUMNS[name].made_of) <= set(first.columns)
        and (name != "lead_id" or says_something(first, "company"))  # else it stands in for the company
        and (position < 3 or says_something(first, name))
    ]
    table, config = drawn(view, first, names)
    if view.is_print:
        _on_paper(view, table, names, len(every), alt)
        return
    if filters.is_phone():
        _on_phone(view, table, names, list(first["lead_id"]), len(every), key)
        return
    _listed(view, table, config, list(first["lead_id"]), alt, key, height)


@troubles.fragment()  # a click on a cell concerns no more than the list
def _listed(
    view: View, table: pd.DataFrame, config: dict[str, Any], ids: list[str], alt: str, key: str, height: int
) -> None:
    event = st.dataframe(
        _numbered(table),
        column_config=NUMBER | config,
        placeholder="—",
        height="content" if len(table) <= 12 else height,
        on_select="rerun",
        selection_mode="single-cell",
        alt=alt,
        key=f"list.{key}",
    )
    for row, column in event.selection.cells:
        if column in (readable.head(view, "company"), readable.head(view, "lead_id")):
            open_lead(view, ids[row])


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """With the number of each row in front: the cell that is selected as soon as a list has the focus opens nothing."""
    return table.set_axis(range(1, len(table) + 1))


def plain(view: View, table: pd.DataFrame, key: str, alt: str) -> None:
    """A small table that is all there."""
    config = readable.whole_numbers(table)
    st.dataframe(
        table, hide_index=True, column_config=config, placeholder="—", height="content", alt=alt, key=key
    )


def printed(table: pd.DataFrame, alt: str) -> None:
    """A small table of words, which breaks its lines instead of cutting them; on a phone a wide one row by row."""
    first = table.map(_printed)
    if filters.is_phone() and first.shape[1] > STACKED:
        for name, *rest in first.itertuples(index=False):
            lines = [
                f"{head}: {text}"
                for head, text in zip(map(esc, table.columns[1:]), rest, strict=True)
                if text
            ]
            st.markdown("  \n".join([f"**{name}**", *lines]))
        return
    first.columns = pd.Index([esc(name) for name in table.columns])
    st.table(first, border="horizontal", hide_index=True, alt=alt)


def _printed(value: Any) -> str:
    if pd.isna(value):
        return ""
    return esc(f"{value:g}" if isinstance(value, float) else value)


def opening(
    table: pd.DataFrame,
    key: str,
    alt: str,
    opens: Callable[[int, int], tuple[str, dict[str, Any]]],
    config: dict[str, Any] | None = None,
) -> None:
    """A small table whose cells can be opened: `opens` gives the mark of a row and a column."""
    widget = f"{key}.{st.session_state.get(f'_times.{key}', 0)}"
    st.dataframe(
        _numbered(table),
        column_config={**NUMBER, **readable.whole_numbers(table), **(config or {})},
        placeholder="—",
        height="content" if len(table) <= 12 else TWELVE_ROWS,
        on_select=troubles.callback(lambda: _open_cell(widget, key, list(table.columns), opens)),
        selection_mode="single-cell",
        alt=alt,
        key=widget,
    )


def _open_cell(
    widget: str, key: str, columns: list[str], opens: Callable[[int, int], tuple[str, dict[str, Any]]]
) -> None:
    """Open the drawer of a cell of a table, as if it were a mark of a figure (a callback)."""
    for row, column in st.session_state[widget]["selection"]["cells"]:
        if column in columns:
            drawer_state.closed()
            st.session_state["_mark"] = (*opens(row, columns.index(column)), key)
            drawer_state.redraw()


def copy_list(view: View, answer: Answer, key: str) -> None:
    """A list as text, copied with one click: for a chat or a mail."""
    label, done, failed = (view.say(f"list.{name}") for name in ("copy", "copied", "not_copied"))
    copy_button(label, done, failed, key=f"copy.{key}", text=copied(view, answer))


def copied(view: View, answer: Answer) -> str:
    """Whose list and as of when; then per lead how late, who it is and what is due, and under it the link.

    Of a long list the first: a chat takes no more.
    """
    rows, count = answer.frame.head(COPIED), len(answer.frame)
    whose = answer.part or view.say("control.everyone")
    lines = [
        view.say("list.copy_head", title=readable.title_of(view, answer), whose=whose, n=count, at=view.local)
    ]
    for row, late in zip(rows.to_dict("records"), cells.late(view, rows), strict=True):
        company = row["company"] if isinstance(row["company"], str) else None
        line = view.say(
            "list.copy_line",
            company=f"{company} {row['lead_id']}" if company else row["lead_id"],
            state=" ".join(filter(None, (cells.state(view, row["state"]), late))),
            policy=view.labels.policies.get(row["policy"], row["policy"]),
            due=cells.short_moment(row["due_at"], view.language),
            owner=view.labels.value("owner", row["owner"] if isinstance(row["owner"], str) else None),
        )
        lines.append(line)
        if isinstance(row["record_url"], str):
            lines.append(f"  {row['record_url']}")
    if count > COPIED:
        lines.append(view.say("list.copy_rest", n=count - COPIED))
    return "\n".join(lines)


PRINTED = 40
PHONE_ROWS = 25
PHONE_TELLS = 4
STACKED = 3  # columns: more than a phone can hold side by side


def _on_paper(view: View, table: pd.DataFrame, names: Sequence[str], count: int, alt: str) -> None:
    """The first rows as a plain table, numbers as they are written on the screen."""
    texts = written(view, table.head(PRINTED), names)
    heads = [head for name, head in zip(names, texts.columns, strict=True) if COLUMNS[name].is_printed]
    printed(texts[heads], alt)
    if count > len(texts):
        small(view.say("list.printed", n=count, k=len(texts)))


def _on_phone(
    view: View, table: pd.DataFrame, names: Sequence[str], ids: Sequence[str], count: int, key: str
) -> None:
    """Two lines a row: SFA, the company as a link to its page and what it is ordered by; under it the rest."""
    state = f"_rows.{key}"
    most = st.session_state.get(state, PHONE_ROWS)
    texts = written(view, table.head(most), names)
    under = [name for name in names if COLUMNS[name].phone != "title"]
    first, others = next(iter(under), None), under[1:]
    others.sort(key=lambda name: COLUMNS[name].phone != "first")
    for position, row in enumerate(texts.to_dict("records")):
        cells_of_row = {name: row[head] for name, head in zip(names, texts.columns, strict=True)}
        facts = {name: str(value) for name, value in cells_of_row.items() if not pd.isna(value)}
        big = first if first in facts else "state"
        rest = [
            f"{readable.head(view, name)} {facts[name]}" if COLUMNS[name].says_its_head else facts[name]
            for name in others
            if name in facts and name != big
        ]
        with st.container(gap=None, key=f"row.{key}.{position}"):
            with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center"):
                if "record" in facts:
                    label = ":material/open_in_new:"
                    st.link_button(label, facts["record"], type="tertiary", help=view.say("why.open_record"))
                lead = {**_parameters(), "id": str(ids[position])}
                name = f"**{esc(facts.get('company', ''))}**"
                st.page_link(LEAD_PAGE, label=name, help="", query_params=lead, width="stretch")
                if big in facts:
                    st.markdown(f"**{esc(facts[big])}**", width="content")
            small(view.say("app.dot").join(rest[: PHONE_TELLS - (big == "state")]))
    if len(table) > most:
        more = view.say("list.more", n=len(table) - most)
        st.button(
            more,
            on_click=troubles.callback(_show_more),
            args=(state, most),
            width="stretch",
            key=f"more.{key}",
        )
    elif count > len(table):
        small(view.say("drill.some", n=count, k=len(table)))


def _show_more(state: str, first: int) -> None:
    st.session_state[state] = first + PHONE_ROWS


def open_lead(view: View, lead_id: str) -> None:
    """Go to the page of one lead, with everything that is chosen: Back comes by the address of the lead."""
    st.switch_page(LEAD_PAGE, query_params={**url_state.read(), "id": [lead_id]})


def _parameters() -> dict[str, list[str]]:
    chosen: filters.Chosen = st.session_state["_chosen"]
    return chosen.parameters()
