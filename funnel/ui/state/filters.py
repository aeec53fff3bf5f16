"""What the reader has chosen: from the address, from the widgets, and as months, scope and view."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from funnel.errors import BadQuestion
from funnel.layer.warehouse import Warehouse
from funnel.local_time import as_of_instant, local_day, month_of, read_month
from funnel.months import Months, months_before
from funnel.questions.scope import Scope
from funnel.rules.models import Rules
from funnel.ui.state import url_state
from funnel.ui.state.view import View
from funnel.words.translate import LANGUAGES

PERIODS = (3, 6, 13, 18, 24)
DEFAULT_PERIOD = "18m"
LAST_MONTHS = re.compile("[1-9][0-9]{0,3}m")
EMPTY = ""  # stands for null in widgets and in the address
OWN = ("as_of", "period", "rules", "lang", "print", url_state.FILTER)


@dataclass(frozen=True)
class Chosen:
    """What the frame's widgets hold, as codes."""

    as_of: str | None
    period: str
    rules: str | None
    language: str
    where: dict[str, list[str]]
    is_print: bool = False

    def parameters(self) -> dict[str, list[str]]:
        """As the address holds it: only what is not the default."""
        parameters = {
            f"{url_state.FILTER}{name}": values for name, values in sorted(self.where.items()) if values
        }
        if self.as_of:
            parameters["as_of"] = [self.as_of]
        if self.period != DEFAULT_PERIOD:
            parameters["period"] = [self.period]
        if self.rules:
            parameters["rules"] = [self.rules]
        if self.language != LANGUAGES[0]:
            parameters["lang"] = [self.language]
        if self.is_print:
            parameters["print"] = ["1"]
        return parameters


def is_phone() -> bool:
    """Whether the reader holds a phone, where an open menu covers the page."""
    if "_is_phone" not in st.session_state:  # asked often, and a reader's device stays what it is
        st.session_state["_is_phone"] = "Mobi" in st.context.headers.get("User-Agent", "")
    return bool(st.session_state["_is_phone"])


def begin() -> Chosen:
    """What is chosen: from the address where it says something new, else as the widgets left it."""
    if url_state.is_news() or "_chosen" not in st.session_state:
        for key in [key for key in st.session_state if str(key).startswith(("c.", "f."))]:
            del st.session_state[key]
        st.session_state["_is_news"] = True
        url_state.followed()
        now = url_state.read()
        language = url_state.first("lang")
        st.session_state["_chosen"] = Chosen(
            as_of=url_state.first("as_of"),
            period=url_state.first("period") or DEFAULT_PERIOD,
            rules=url_state.first("rules"),
            language=language if language in LANGUAGES else LANGUAGES[0],
            where={
                name.removeprefix(url_state.FILTER): values
                for name, values in now.items()
                if name.startswith(url_state.FILTER)
            },
            is_print=url_state.first("print") == "1",
        )
    chosen: Chosen = st.session_state["_chosen"]
    return chosen


def change(**values: object) -> None:
    """Change what is chosen, from a callback."""
    before: Chosen = st.session_state["_chosen"]
    st.session_state["_chosen"] = Chosen(**{**vars(before), **values})
    for key in [key for key in st.session_state if str(key).startswith("f.")]:
        del st.session_state[key]


def widen() -> None:
    """All months."""
    change(period="all")


def clear() -> None:
    """No filter, the newest instant, the version in force, the usual months."""
    change(as_of=None, period=DEFAULT_PERIOD, rules=None, where={})


def instant(chosen: Chosen, rules: Rules) -> datetime | None:
    """T as it was chosen; None = the newest. Raises BadQuestion."""
    return as_of_instant(chosen.as_of, rules.timezone) if chosen.as_of else None


def instant_anywhere(text: str) -> datetime:
    """T before the rules, and so their zone, are known: exact enough to pick the version in force."""
    return as_of_instant(text, "Asia/Tokyo")


def months_of(period: str, all_months: Months) -> Months:
    """The months of a period, within those that there are. Raises BadQuestion for what is none."""
    if period == "all":
        return all_months
    if LAST_MONTHS.fullmatch(period):
        return Months(
            max(all_months.first, months_before(all_months.last, int(period[:-1]) - 1)), all_months.last
        )
    first, _, last = period.partition("~")
    months = Months(read_month(first, "period"), read_month(last or first, "period"))
    if months.first > months.last:
        raise BadQuestion(
            f"The period {period} begins after it ends.", f"期間「{period}」の始まりが終わりより後です。"
        )
    return months


def all_months_of(db: Warehouse, as_of: datetime) -> Months:
    """From the month of the first lead to the month of the last instant before T."""
    last = month_of(local_day(as_of - timedelta(microseconds=1), db.rules.timezone))
    first = month_of(local_day(db.first_lead_at, db.rules.timezone)) if db.first_lead_at else last
    return Months(min(first, last), last)


def scope_of(chosen: Chosen, known: tuple[str, ...]) -> Scope:
    """The filters as a Scope; a dimension that the rules do not have is left out."""
    where = {name: values for name, values in chosen.where.items() if values and name in known}
    return Scope(
        tuple((name, tuple(value or None for value in values)) for name, values in sorted(where.items()))
    )


def dimensions_of(rules: Rules) -> tuple[str, ...]:
    """Every dimension that leads can be filtered by."""
    return tuple(dict.fromkeys((*rules.dimensions, "stage", "score_band")))


def view_of(db: Warehouse, chosen: Chosen) -> View:
    """The view of what is chosen over a layer. Raises FunnelError."""
    as_of = instant(chosen, db.rules) or db.as_of_default
    every = all_months_of(db, as_of)
    return View(
        db=db,
        as_of=as_of,
        months=months_of(chosen.period, every),
        scope=scope_of(chosen, dimensions_of(db.rules)),
        language=chosen.language,
        all_months=every,
        is_print=chosen.is_print,
    )
