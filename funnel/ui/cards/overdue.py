"""The morning list: what is overdue or due today, of all or of one owner."""

import pandas as pd
import streamlit as st

from funnel.rows import records
from funnel.ui.ground.markdown import small
from funnel.ui.parts import explain, lists
from funnel.ui.parts.cards import card, choice
from funnel.ui.state import filters, url_state
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View

COLUMNS = ("company", "lead_id", "late", "owner", "state", "due", "policy", "record", "score", "attempts")
CHIPS = 5
NOBODY, EVERYONE = "nobody", "all"  # in the address


def overdue_card(view: View, owners: Answer, overdue: Answer) -> None:
    """The list of the morning, of all or of one owner."""
    rows = of_owner(view, owners, overdue)
    with card(view, view.say("say.overdue.list"), view.say("say.overdue.list_sub"), rows, "overdue"):
        _list(view, owners, rows)


def _list(view: View, owners: Answer, rows: Answer) -> None:
    """Whose list, the list, and what takes it along; on a phone that comes last."""
    owner_chips(view, owners)
    if filters.is_phone():
        lists.leads(view, rows, COLUMNS, "overdue", view.say("page.follow_ups"))
    with st.container(horizontal=True, vertical_alignment="center"):
        small(shown_line(view, rows.frame, lists.SHOWN))
        if not view.is_print:
            lists.copy_list(view, rows, "overdue")
            explain.take_along(view, rows, "overdue.list")
    if not filters.is_phone():
        lists.leads(view, rows, COLUMNS, "overdue", view.say("page.follow_ups"))


def of_owner(view: View, owners: Answer, overdue: Answer) -> Answer:
    """The rows of the owner whose chip is chosen."""
    chips = _chips(view, owners)
    code = st.session_state.get(f"c.who.{view.language}") or url_state.first("who")
    if code == EVERYONE or code not in chips:
        return overdue.with_rows(with_ranges(view, overdue.frame))
    label, people = chips[code]
    own = overdue.frame[overdue.frame["owner"].fillna(NOBODY).isin(people)]
    return overdue.with_rows(with_ranges(view, own), label)


def owner_chips(view: View, owners: Answer) -> None:
    """The choice of one owner, each with the number of rows."""
    chips = _chips(view, owners)
    counts = {row["owner"] or NOBODY: row["clocks"] for row in records(owners.frame)}

    def label(code: str) -> str:
        name, people = chips[code]
        return view.say("control.owner_count", owner=name, n=sum(counts[person] for person in people))

    if chips:
        most = 0 if filters.is_phone() else 8
        choice(view, "who", list(chips), label, view.say("control.owner"), hidden=True, chips=most)


def _chips(view: View, owners: Answer) -> dict[str, tuple[str, list[str]]]:
    """Code → name and owners: all, those with the fullest lists, the rest as one; none where there is one owner."""
    people = [row["owner"] or NOBODY for row in records(owners.frame)]
    if len(people) < 2:
        return {}
    count = len(people) if len(people) <= CHIPS + 1 else CHIPS
    chips = {EVERYONE: (view.say("control.everyone"), people)}
    for person in people[:count]:
        chips[person] = (view.labels.value("owner", None if person == NOBODY else person), [person])
    if rest := people[count:]:
        chips["rest"] = (view.say("list.others", k=len(rest)), rest)
    return chips


def with_ranges(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the morning list with the least and the most of the delays that rest on a range."""
    ranges = view.ask("overdue_ranges")
    if not ranges:
        return rows
    return rows.merge(ranges.frame, how="left", on=["policy", "lead_id", "due_at"])


def shown_line(view: View, rows: pd.DataFrame, limit: int) -> str:
    """How many rows are shown, and how many of them are undeterminable."""
    unsure = int((rows["state"] == "undeterminable").sum())
    line = view.say("say.overdue.shown", n=len(rows))
    if len(rows) > limit:
        line = view.say("say.overdue.shown_some", n=len(rows), k=limit)
    return view.say("say.overdue.shown_unsure", line=line, n=unsure) if unsure else line
