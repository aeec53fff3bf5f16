"""The frame around every page: navigation, the shared filters (drawn once, kept in the address), freshness.

Gives a View. Codes stay in the address whatever the language. Knows no question.
"""

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import streamlit as st

from funnel.errors import FunnelError
from funnel.layer.warehouse import Warehouse
from funnel.local_time import as_of_instant, local_day, zone
from funnel.months import Months, months_apart, months_before
from funnel.questions.scope import Scope
from funnel.rules.labels import Labels
from funnel.ui.ground import troubles
from funnel.ui.ground.markdown import esc
from funnel.ui.state import business_day, cache
from funnel.ui.state.cache import take_new
from funnel.ui.state.filters import (
    EMPTY,
    PERIODS,
    Chosen,
    all_months_of,
    change,
    clear,
    dimensions_of,
    months_of,
)
from funnel.ui.state.view import View
from funnel.words.dates import as_date, year_month
from funnel.words.translate import LANGUAGES, say


# ---------------------------------------------------------------------------------------- the sidebar
def draw_filters(db: Warehouse, chosen: Chosen) -> Chosen:
    """The shared filters; gives what is chosen now."""
    language = chosen.language
    labels = Labels(db.rules, language)
    as_of = _draw_as_of(db, chosen)
    every = all_months_of(db, as_of_instant(as_of, db.rules.timezone) if as_of else db.as_of_default)
    months_of(chosen.period, every)  # refused before it is drawn as something else
    period = _draw_period(chosen, every)
    where = _draw_dimensions(db, chosen, labels)
    rules = _draw_version(db, chosen)
    now = Chosen(as_of, period, rules, language, where, chosen.is_print)
    st.session_state["_chosen"] = now
    return now


def _draw_as_of(db: Warehouse, chosen: Chosen) -> str | None:
    newest = local_day(db.as_of_default - timedelta(microseconds=1), db.rules.timezone)
    oldest = local_day(db.first_lead_at, db.rules.timezone) if db.first_lead_at else newest
    day = newest
    if chosen.as_of:
        seen = as_of_instant(chosen.as_of, db.rules.timezone) - timedelta(microseconds=1)
        day = local_day(seen, db.rules.timezone)
    if "f.as_of" not in st.session_state:
        st.session_state["f.as_of"] = day
    picked = st.date_input(
        say("filter.as_of", chosen.language),
        min_value=min(oldest, day),
        max_value=max(newest, day),
        format="YYYY/MM/DD",
        help=say("filter.as_of_help", chosen.language),
        key="f.as_of",
    )
    if not isinstance(picked, date) or picked == day:
        return chosen.as_of
    return None if picked == newest else picked.isoformat()


def _draw_period(chosen: Chosen, every: Months) -> str:
    language = chosen.language
    known = [f"{count}m" for count in PERIODS]
    options = [*known, "all", "chosen"]
    is_listed = chosen.period in (*known, "all")
    if "f.period" not in st.session_state:
        st.session_state["f.period"] = chosen.period if is_listed else "chosen"

    def named(code: str) -> str:
        if code in ("all", "chosen"):
            return say(f"filter.{code}_months", language)
        return say("filter.last_months", language, n=int(code[:-1]))

    code = st.selectbox(say("filter.period", language), options, format_func=named, key="f.period")
    return code if code != "chosen" else _draw_months(chosen, every)


def _draw_months(chosen: Chosen, every: Months) -> str:
    language = chosen.language
    count = months_apart(every.first, every.last) + 1
    options = [f"{months_before(every.last, back):%Y-%m}" for back in range(count)]
    try:
        now = months_of(chosen.period, every)
    except FunnelError:
        now = every
    for name, month in (("f.first", now.first), ("f.last", now.last)):
        code = f"{month:%Y-%m}"
        if code not in options:
            options.append(code)
        st.session_state.setdefault(name, code)
    options.sort(reverse=True)

    def named(code: str) -> str:
        return year_month(as_date(code), language)

    with st.container(horizontal=True, gap="small"):
        first = st.selectbox(say("filter.first_month", language), options, format_func=named, key="f.first")
        last = st.selectbox(say("filter.last_month", language), options, format_func=named, key="f.last")
    return f"{min(first, last)}~{max(first, last)}"


def _draw_dimensions(db: Warehouse, chosen: Chosen, labels: Labels) -> dict[str, list[str]]:
    language = chosen.language
    offered = _options(db, chosen)
    held = {name: st.session_state.get(f"f.where.{name}", chosen.where.get(name)) for name in offered}
    active = sum(1 for values in held.values() if values)
    label = say("filter.filters_active" if active else "filter.filters", language, n=active)
    values_of: dict[str, list[str]] = {}
    with st.expander(label, icon=":material/tune:", expanded=False, key="filters"):
        for dimension, values in offered.items():
            set_now = chosen.where.get(dimension, [])
            options = [*values, *(value for value in set_now if value not in values)]
            key = f"f.where.{dimension}"
            if key not in st.session_state:
                st.session_state[key] = set_now
            picked = st.multiselect(
                labels.dimension(dimension),
                options,
                format_func=partial(_value_name, labels, dimension),
                placeholder=say("filter.all", language),
                select_all=False,
                key=key,
            )
            if picked:
                values_of[dimension] = picked
        st.button(
            say("filter.clear", language),
            icon=":material/filter_alt_off:",
            on_click=troubles.callback(clear),
            disabled=not chosen.parameters(),
            width="stretch",
            key="clear",
        )
    return values_of


def _value_name(labels: Labels, dimension: str, value: str) -> str:
    return labels.value(dimension, value or None)


def _options(db: Warehouse, chosen: Chosen) -> dict[str, list[str]]:
    known = dimensions_of(db.rules)
    answer = cache.ask(db, "dimension_values", db.as_of_default, Scope(), None, dimensions=list(known))
    values_of: dict[str, list[str]] = {dimension: [] for dimension in known}
    for dimension, value in zip(answer.frame["dimension"], answer.frame["value"], strict=True):
        if len(values_of[dimension]) < 1000:
            values_of[dimension].append(value if isinstance(value, str) else EMPTY)
    return {
        dimension: values
        for dimension, values in values_of.items()
        if len(values) > 1 or dimension in chosen.where
    }


def _draw_version(db: Warehouse, chosen: Chosen) -> str | None:
    language = chosen.language
    versions = [rules.version for rules in db.versions]
    if len(versions) < 2 and not chosen.rules:
        return None
    if "f.rules" not in st.session_state:
        st.session_state["f.rules"] = chosen.rules or EMPTY
    options = [EMPTY, *versions]

    def named(code: str) -> str:
        if code:
            return code
        return say(
            "filter.version_in_force", language, version="" if chosen.rules else db.rules.version
        ).strip()

    picked = st.selectbox(
        say("filter.version", language),
        options,
        format_func=named,
        help=say("filter.version_help", language),
        key="f.rules",
    )
    return picked or None


def draw_language(chosen: Chosen) -> str:
    """The one switch of the language."""
    if "f.lang" not in st.session_state:
        st.session_state["f.lang"] = chosen.language
    picked = st.segmented_control(
        say("app.language", chosen.language),
        LANGUAGES,
        format_func=lambda code: say(f"app.{code}", code),
        required=True,
        label_visibility="collapsed",
        on_change=troubles.callback(lambda: change(language=st.session_state["f.lang"])),
        key="f.lang",
    )
    return picked or chosen.language


def draw_freshness(view: View, directory: Path) -> None:
    """Up to when the data goes, what is odd about it, which rules are in force; a quiet word on new files."""
    newest = view.db.newest_at
    lines = []
    if newest is not None:
        at = newest.astimezone(zone(view.db.rules.timezone))
        days = business_day.days_old(view)
        icon = ":orange[:material/warning:]" if days else ":green[:material/check_circle:]"
        key = "foot.old" if days else "foot.fresh"
        line = view.say(key if at.year == business_day.today(view).year else f"{key}_year", at=at, days=days)
        lines.append(f"{icon} {esc(line)}")
    kinds = int((view.ask("data_quality", everywhere=True).frame["part"] == "finding").sum())
    icon = ":orange[:material/warning:]" if kinds else ":green[:material/verified:]"
    lines.append(f"{icon} {esc(view.say('foot.findings' if kinds else 'foot.no_findings', n=kinds))}")
    lines.append(f":gray[:material/rule:] {esc(view.say('foot.rules', version=view.db.rules.version))}")
    with st.container(gap=None):
        for line in lines:
            st.markdown(f":small[{line}]")
    _notice(view.language, str(directory))


@troubles.fragment(run_every="30s")
def _notice(language: str, directory: str) -> None:
    """New files: say so, and load them when the reader wants."""
    if st.session_state.pop("_is_stale", False):
        st.markdown(f":small[:orange[:material/warning:] {esc(say('app.still_old', language))}]")
    elif cache.stamp_of(Path(directory)) != st.session_state.get("_stamp"):
        st.markdown(f":small[:blue[:material/update:] {esc(say('app.new_data', language))}]")
        st.button(
            say("app.reload", language),
            on_click=troubles.callback(_reload),
            args=(directory,),
            key="reload",
            width="stretch",
        )


def _reload(directory: str) -> None:
    take_new(Path(directory))
    st.rerun()
