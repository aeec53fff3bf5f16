"""Lists of leads: columns in the order of use, the company opens the lead, Excel and CSV beside them.

Knows how a column is shown; no question.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from funnel.ui import address, cells, frame, troubles, why
from funnel.ui.clipboard import copy_button
from funnel.ui.heads import distinct
from funnel.ui.store import Asked
from funnel.ui.text import esc, small
from funnel.ui.view import View

LEAD_PAGE = "pages/lead.py"
SHOWN = 500
COPIED = 100
TWELVE_ROWS = 430
STATES = ("overdue", "due_today", "at_risk", "pending", "met", "late", "missed", "exempt", "undeterminable")
STATE_COLORS = ["red", "orange", "gray", "gray", "green", "orange", "red", "gray", "gray"]
TEXT = "text"
DATES = "YYYY/MM/DD"

Column = tuple["pd.Series[Any]", Any]


def leads(
    view: View,
    asked: Asked,
    columns: Sequence[str],
    key: str,
    alt: str,
    rows: pd.DataFrame | None = None,
    height: int = TWELVE_ROWS,
) -> None:
    """A list of leads; a click on the company opens the lead. `rows`: those of the answer that are shown."""
    shown = (asked.frame if rows is None else rows).head(SHOWN).reset_index(drop=True)
    names = [
        name
        for place, name in enumerate(columns)
        if set(MADE_OF[name]) <= set(shown.columns)
        and (name != "lead_id" or _says_something(shown["company"]))  # else it stands in for the company
        and (place < 3 or _says_something(shown[MADE_OF[name][0]]))
    ]
    table, config = _table(view, shown, names)
    count = len(asked.frame if rows is None else rows)
    if view.is_print:
        _on_paper(view, table, names, count, alt)
        return
    if frame.is_phone():
        _on_phone(view, table, names, shown, count, key)
        return
    _listed(view, table, config, list(shown["lead_id"]), alt, key, height)


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
        if column in (why.head(view, "company"), why.head(view, "lead_id")):
            open_lead(view, ids[row])


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """With the number of each row in front: the cell that is selected as soon as a list has the focus opens nothing."""
    return table.set_axis(range(1, len(table) + 1))


def plain(view: View, table: pd.DataFrame, key: str, alt: str) -> None:
    """A small table that is all there."""
    config = why.whole_numbers(table)
    st.dataframe(
        table, hide_index=True, column_config=config, placeholder="—", height="content", alt=alt, key=key
    )


def printed(table: pd.DataFrame, alt: str) -> None:
    """A small table of words, which breaks its lines instead of cutting them; on a phone a wide one row by row."""
    shown = table.map(_printed)
    if frame.is_phone() and shown.shape[1] > STACKED:
        for name, *rest in shown.itertuples(index=False):
            lines = [
                f"{head}: {text}"
                for head, text in zip(map(esc, table.columns[1:]), rest, strict=True)
                if text
            ]
            st.markdown("  \n".join([f"**{name}**", *lines]))
        return
    shown.columns = pd.Index([esc(name) for name in table.columns])
    st.table(shown, border="horizontal", hide_index=True, alt=alt)


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
        column_config={**NUMBER, **why.whole_numbers(table), **(config or {})},
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
            why.closed()
            st.session_state["_mark"] = (*opens(row, columns.index(column)), key)
            why.redraw()


def copy_list(view: View, asked: Asked, key: str) -> None:
    """A list as text, copied with one click: for a chat or a mail."""
    label, done, failed = (view.say(f"list.{name}") for name in ("copy", "copied", "not_copied"))
    copy_button(label, done, failed, key=f"copy.{key}", text=copied(view, asked))


def copied(view: View, asked: Asked) -> str:
    """Whose list and as of when; then per lead how late, who it is and what is due, and under it the link.

    Of a long list the first: a chat takes no more.
    """
    frame, count = asked.frame.head(COPIED), len(asked.frame)
    whose = asked.part or view.say("control.everyone")
    lines = [view.say("list.copy_head", title=why.title_of(view, asked), whose=whose, n=count, at=view.local)]
    for row, late in zip(frame.to_dict("records"), cells.late(view, frame), strict=True):
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
NOT_PRINTED = ("lead_id", "record")  # too long for a sheet, and nothing to click
PHONE_ROWS = 25
STACKED = 3  # columns: more than a phone can hold side by side
PHONE_BEGINS = ("company", "lead_id", "record")
PHONE_FIRST = ("state", "policy", "due", "owner")
PHONE_TELLS = 4
TELLS_ITSELF = ("owner", "state", "policy", "stage", "opted_out")


def _on_paper(view: View, table: pd.DataFrame, names: Sequence[str], count: int, alt: str) -> None:
    """The first rows as a plain table, numbers as they are written on the screen."""
    shown = _written(view, table.head(PRINTED), names)
    shown = shown.drop(columns=[why.head(view, name) for name in NOT_PRINTED if name in names])
    printed(shown, alt)
    if count > len(shown):
        small(view.say("list.printed", n=count, k=len(shown)))


def _on_phone(
    view: View, table: pd.DataFrame, names: Sequence[str], shown: pd.DataFrame, count: int, key: str
) -> None:
    """Two lines a row: SFA, the company as a link to its page and what it is ordered by; under it the rest."""
    state = f"_rows.{key}"
    most = st.session_state.get(state, PHONE_ROWS)
    written = _written(view, table.head(most), names)
    first = next((name for name in names if name not in PHONE_BEGINS), None)
    others = [name for name in names if name not in (*PHONE_BEGINS, first)]
    others.sort(key=lambda name: name not in PHONE_FIRST)
    for place, row in enumerate(written.to_dict("records")):
        told = {name: row[head] for name, head in zip(names, written.columns, strict=True)}
        told = {name: str(value) for name, value in told.items() if not pd.isna(value)}
        big = first if first in told else "state"
        rest = [
            told[name] if name in TELLS_ITSELF else f"{why.head(view, name)} {told[name]}"
            for name in others
            if name in told and name != big
        ]
        with st.container(gap=None, key=f"row.{key}.{place}"):
            with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center"):
                if "record" in told:
                    label = ":material/open_in_new:"
                    st.link_button(label, told["record"], type="tertiary", help=view.say("why.open_record"))
                lead = {**_parameters(), "id": str(shown["lead_id"].iloc[place])}
                name = f"**{esc(told.get('company', ''))}**"
                st.page_link(LEAD_PAGE, label=name, help="", query_params=lead, width="stretch")
                if big in told:
                    st.markdown(f"**{esc(told[big])}**", width="content")
            small(view.say("app.dot").join(rest[: PHONE_TELLS - (big == "state")]))
    if len(shown) > most:
        more = view.say("list.more", n=len(shown) - most)
        st.button(
            more,
            on_click=troubles.callback(_show_more),
            args=(state, most),
            width="stretch",
            key=f"more.{key}",
        )
    elif count > len(shown):
        small(view.say("drill.some", n=count, k=len(shown)))


def _show_more(state: str, shown: int) -> None:
    st.session_state[state] = shown + PHONE_ROWS


def _written(view: View, table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The cells as texts, as they are written on the screen."""
    shown = table.copy()
    for name, head in zip(names, shown.columns, strict=True):
        if name in NUMBERS and pd.api.types.is_numeric_dtype(shown[head]):
            form = view.say(NUMBERS[name][1])
            shown[head] = (
                shown[head].map(lambda value, form=form: form % value, na_action="ignore").astype(object)
            )
        elif name == "wakeable":
            shown[head] = shown[head].map(lambda value: f"{value:.0f}%", na_action="ignore").astype(object)
        elif name == "state":
            shown[head] = shown[head].map(lambda value: value[0])
        elif pd.api.types.is_datetime64_dtype(shown[head]):
            shown[head] = shown[head].dt.strftime("%Y/%m/%d").astype(object)
    return shown


def open_lead(view: View, lead_id: str) -> None:
    """Go to the page of one lead, with everything that is chosen: Back comes by the address of the lead."""
    st.switch_page(LEAD_PAGE, query_params={**address.read(), "id": [lead_id]})


def _parameters() -> dict[str, list[str]]:
    chosen: frame.Chosen = st.session_state["_chosen"]
    return chosen.parameters()


def _says_something(values: "pd.Series[Any]") -> bool:
    return bool(values.any() if values.dtype == bool else values.notna().any())


def _table(view: View, shown: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    heads, columns, config = [], [], []
    for name in names:
        values, how = _column(view, shown, name)
        heads.append(why.head(view, name))
        columns.append(values)
        config.append(how)
    table = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    table.columns = pd.Index(distinct(heads))
    return table, dict(zip(table.columns, config, strict=True))


MADE_OF: dict[str, tuple[str, ...]] = {
    "company": ("lead_id", "company"),
    "lead_id": ("lead_id",),
    "late": ("late_hours",),
    "owner": ("owner",),
    "state": ("state",),
    "due": ("due_at",),
    "policy": ("policy",),
    "score": ("score",),
    "then_score": ("then_score",),
    "max_score": ("max_score",),
    "attempts": ("attempts",),
    "record": ("record_url",),
    "stage": ("stage",),
    "ratio": ("ratio",),
    "waiting": ("age", "unit"),
    "limit": ("limit", "unit"),
    "days": ("days",),
    "last_touch": ("last_touch_at",),
    "opted_out": ("opted_out",),
    "wakeable": ("wakeable",),
    "silent": ("silent_days",),
    "last_activity": ("last_activity_type",),
    "last_activity_at": ("last_activity_at",),
    "silent_on": ("silent_on",),
    "reached": ("reached",),
    "created_at": ("created_at",),
    "entered_at": ("entered_at",),
    "reached_at": ("reached_at",),
    "converted_at": ("converted_at",),
    "happened_at": ("happened_at",),
    "elapsed_hours": ("elapsed_hours",),
    "stopped_at": ("stopped_at",),
}
NUMBERS = {
    "elapsed_hours": ("elapsed_hours", "unit.hours_format"),
    "ratio": ("ratio", "unit.times_format"),
    "attempts": ("attempts", "unit.attempts_format"),
    "days": ("days", "unit.days_format"),
    "silent": ("silent_days", "unit.days_format"),
    "score": ("score", "unit.plain_format"),
    "then_score": ("then_score", "unit.plain_format"),
    "max_score": ("max_score", "unit.plain_format"),
}
NUMBER = {"_index": st.column_config.NumberColumn(width=36)}
WIDTHS = {
    "company": 170, "lead_id": 80, "late": 102, "owner": 80, "state": 78, "due": 110, "policy": 172, "record": 44, "score": 56,
    "then_score": 84, "max_score": 76, "attempts": 48, "stage": 72, "ratio": 72, "waiting": 90, "limit": 80,
    "days": 64, "last_touch": 92, "opted_out": 76, "wakeable": 96, "silent": 66, "last_activity": 116,
    "last_activity_at": 92, "silent_on": 116, "reached": 72, "created_at": 92, "entered_at": 92, "reached_at": 92,
    "converted_at": 92, "happened_at": 92, "elapsed_hours": 92, "stopped_at": 92,
}  # fmt: skip
IN_ENGLISH = {
    "company": 164,
    "late": 128,
    "due": 122,
    "policy": 150,
    "attempts": 48,
    "owner": 72,
    "score": 50,
    "lead_id": 76,
    "waiting": 128,
    "limit": 108,
}


def _column(view: View, shown: pd.DataFrame, name: str) -> Column:
    config = st.column_config
    width = WIDTHS.get(name) if view.language == "ja" else IN_ENGLISH.get(name, WIDTHS.get(name))
    if name == "elapsed_hours" and cells.is_ranged(shown, "most_elapsed_hours"):
        return cells.elapsed(view, shown), config.TextColumn(width=width, alignment="right")
    if name in NUMBERS:
        source, form = NUMBERS[name]
        values = shown[source] // 1 if source.endswith("days") else shown[source]  # days that are over
        return values, config.NumberColumn(format=view.say(form), width=width)
    if name == "company":
        named = shown["company"].where(shown["company"].notna(), shown["lead_id"])
        return named, config.TextColumn(width=width, help=view.say("drill.open_lead"))
    if name == "state":
        options = [cells.state(view, state) for state in STATES]
        states = shown["state"].map(lambda state: [cells.state(view, state)])
        unsure = "undeterminable" in set(shown["state"])
        explained = view.say("state.undeterminable_help") if unsure else None
        return states, config.MultiselectColumn(
            options=options, color=STATE_COLORS, width=width, help=explained
        )
    if name == "record":
        links = shown["record_url"].where(
            shown["record_url"].astype("string").str.match(r"https?://", na=False)
        )
        return links, config.LinkColumn(display_text=":material/open_in_new:", width=width)
    if name == "wakeable":
        return shown["wakeable"] * 100, config.ProgressColumn(
            format="%.0f%%", max_value=100, color="blue", width=width
        )
    if name == "opted_out":
        return shown["opted_out"].map({True: view.say("column.opted_out")}), config.TextColumn(width=width)
    if name == "late":
        return cells.late(view, shown), config.TextColumn(width=width, alignment="right")
    if name in ("waiting", "limit"):
        return cells.in_unit(view, shown, name), config.TextColumn(width=width)
    if name == "due":
        return shown["due_at"].map(lambda at: cells.short_moment(at, view.language)), config.TextColumn(
            width=width
        )
    source = MADE_OF[name][0]
    values = shown[source]
    if isinstance(values.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(values):
        is_instant = isinstance(values.dtype, pd.DatetimeTZDtype)
        plain = values.dt.tz_localize(None) if is_instant else values
        return plain, config.DateColumn(format=DATES, width=width)
    dimension = why.CODES.get(name)
    texts = values.map(lambda value: why.named(view, source, value, dimension), na_action="ignore")
    return texts, config.TextColumn(width=width)
