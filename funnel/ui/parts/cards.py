"""What pages are made of: headline, tiles, cards, figures, choices, empty states. Knows no question."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from funnel import charts
from funnel.errors import FunnelError
from funnel.ui.ground import troubles
from funnel.ui.ground.markdown import esc, small
from funnel.ui.ground.pages import path_of
from funnel.ui.parts import drill_through, explain, readable
from funnel.ui.state import business_day, filters, url_state
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View


class PageEnded(Exception):
    """A page has said all that it can say (st.stop would skip what the frame does after a page)."""


def part(draw: Callable[[], None]) -> None:
    """Draw a part of a page. A click on what it holds draws that part alone anew, so what depends on it belongs in it."""
    trouble = _part(draw)
    if trouble is not None:
        raise trouble


@troubles.fragment()
def _part(draw: Callable[[], None]) -> Exception | None:
    try:
        draw()
    except PageEnded as end:
        return end
    except Exception as trouble:
        if st.session_state["_is_framed"]:
            return trouble
        st.rerun()  # the whole app says what is wrong
    return None


@dataclass(frozen=True)
class Head:
    """The place of the headline: known before the controls, filled after them."""

    area: DeltaGenerator
    view: View | None = None

    def say(self, headline: str, note: str = "") -> None:
        """The headline as h1, and a line of caution under it."""
        with self.area:
            st.title(esc(headline), anchor=False)
            if note:
                st.markdown(esc(note))
            if self.view is not None and self.view.is_filtered and not self.view.is_print:
                on = self.view.say("filter.is_on", filters=readable.filters_line(self.view))
                st.markdown(f":small[:gray[:material/filter_alt: {esc(on)}]]")


def head(view: View, page: str) -> Head:
    """The small line with the page's name and question, and the place of its headline."""
    question = view.say(f"page.{page}_question")
    return head_line(view.say("page.title", page=view.say(f"page.{page}"), question=question), view)


def head_line(line: str, view: View | None = None) -> Head:
    """The same with a line of one's own; beside it up to when the page looks."""
    area = st.container(gap=None)
    with area, st.container(horizontal=True, horizontal_alignment="distribute", gap="xsmall", key="head"):
        small(line)
        if view is None:
            return Head(area)
        days = business_day.days_old(view) if view.as_of == view.db.as_of_default else 0
        icon = ":orange[:material/warning:]" if days else ":gray[:material/schedule:]"
        st.markdown(f":small[{icon} {esc(business_day.moment_line(view, days))}]")
    return Head(area, view)


def heading(view: View, line: str, answer: Answer, key: str, is_markdown: bool = False) -> None:
    """The line above a row of tiles, with the 根拠 of them all."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"heading.{key}"):
        st.markdown(line if is_markdown else f"**{esc(line)}**", width="stretch")
        if not view.is_print:
            explain.panel(view, answer, key)
    readable.say_left_aside(view, answer)


@contextmanager
def card(view: View, headline: str, sub: str, answer: Answer | None, key: str) -> Iterator[None]:
    """A bordered card: its headline, its scope in grey, 根拠 at the top right."""

    def beside() -> None:
        if answer is not None and not view.is_print:
            explain.panel(view, answer, key)

    with box(headline, sub, key, beside):
        if answer is not None:
            readable.say_left_aside(view, answer)
        yield


@contextmanager
def box(headline: str, sub: str, key: str, beside: Callable[[], None] | None = None) -> Iterator[None]:
    """A bordered card of no answer, with what stands at its top right."""
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card.{key}"):
        with st.container(horizontal=True, wrap=False, gap="small"):
            with st.container(gap=None, width="stretch"):
                st.subheader(esc(headline), anchor=False)
                if sub:
                    small(sub)
            if beside is not None:
                beside()
        yield


def figure(
    view: View,
    drawn: go.Figure | None,
    key: str,
    alt: str,
    behind: str | None = None,
    fills: bool = False,
    **context: Any,
) -> None:
    """A figure that opens the leads behind a mark on a click; its empty state where there is nothing to draw.

    `fills`: it grows with the card beside it.
    """
    if drawn is None:
        small(view.say("say.empty.nothing"))
        return
    # a mounted figure keeps its colours when the appearance is switched: another key mounts it anew
    name = f"figure.{key}.{st.context.theme.type}.{st.session_state.get(f'_times.{key}', 0)}"
    st.plotly_chart(
        drawn,
        key=name,
        alt=alt,
        height="stretch" if fills and not view.is_print and not filters.is_phone() else "content",
        config=charts.CONFIG,
        selection_mode="points",
        on_select=troubles.callback(
            lambda: drill_through.clicked(name, key, behind, {**drill_through.standing(view), **context})
        )
        if behind and not view.is_print
        else "ignore",
    )


def columns(view: View, spec: int | Sequence[int]) -> list[DeltaGenerator]:
    """Side by side on a screen, one under the other on paper."""
    if view.is_print:
        return [st.container() for _ in range(spec if isinstance(spec, int) else len(spec))]
    return st.columns(spec)


def address_of(view: View) -> dict[str, list[str]]:
    """What the frame keeps in the address, for links to other pages."""
    chosen: filters.Chosen = st.session_state["_chosen"]
    return chosen.parameters()


def choice(
    view: View,
    name: str,
    options: Sequence[str],
    labels: Callable[[str], str],
    label: str,
    default: str | None = None,
    help: str | None = None,
    hidden: bool = False,
    chips: int = 6,
) -> str:
    """One of a few options; its code stands in the address as `name`."""
    key = f"c.{name}.{view.language}"  # a mounted select box keeps the words that it was given
    usual = default if default is not None and default in options else options[0]
    if view.is_print:
        from_url = url_state.first(name)
        printed = from_url if from_url is not None and from_url in options else usual
        small(view.say("page.title", page=label, question=labels(printed)))
        return printed
    if st.session_state.get(key) not in options:
        wanted = url_state.first(name)
        st.session_state[key] = wanted if wanted in options else usual
    common: dict[str, Any] = {
        "format_func": labels,
        "key": key,
        "help": help,
        "label_visibility": "collapsed" if hidden else "visible",
    }
    if len(options) <= chips:
        picked = st.segmented_control(label, options, required=True, **common)
    else:
        picked = st.selectbox(label, options, width=260, **common)
    url_state.put(name, picked if picked != usual else None)
    return str(picked)


def door(view: View, page: str, label: str) -> None:
    """A link to another page, named as in the address, with the filters."""
    if view.is_print:
        return
    st.page_link(
        path_of(page), label=label, icon=":material/arrow_forward:", help="", query_params=address_of(view)
    )


def empty(view: View, headline: Head | None = None) -> None:
    """Nothing matches: say so and give the button that widens."""
    if headline is not None:
        headline.say(view.say("say.empty.headline"))
    with st.container(border=True, horizontal_alignment="center", gap="medium"):
        st.space("small")
        can_widen = has_leads(view) and view.months != view.all_months
        if has_leads(view):
            key = "no_leads" if can_widen else "nothing"
        else:
            key = "no_leads_filters" if view.is_filtered else "no_leads_yet"
        st.markdown(
            f"**:material/person_search: {esc(view.say(f'say.empty.{key}'))}**", text_alignment="center"
        )
        with st.container(horizontal=True, horizontal_alignment="center"):
            if can_widen:
                st.button(view.say("say.empty.widen"), on_click=troubles.callback(filters.widen), key="widen")
            if view.is_filtered or not can_widen:
                st.button(
                    view.say("filter.clear"), on_click=troubles.callback(filters.clear), key="clear.empty"
                )
        st.space("small")


def has_leads(view: View) -> bool:
    """Whether any lead of any month passes the filters before T: else nothing on a page says anything."""
    return bool(view.ask("score_distribution", at="now").frame["leads"].sum())  # it takes every filter


def stop_without_leads(view: View, headline: Head) -> None:
    """End the page where no lead is in sight: zeros would read as good news."""
    if not has_leads(view):
        empty(view, headline)
        raise PageEnded


def trouble(
    language: str,
    headline: str,
    error: FunnelError | str,
    say: Callable[..., str],
    door: Callable[[], None] | None = None,
) -> None:
    """What is wrong, where, and what to do; the app goes on. `door` draws the way out, if there is one."""
    with st.container(gap=None):
        st.title(esc(headline), anchor=False)
    with st.container(border=True, gap="medium"):
        show_error(language, error)
        if door is not None:
            door()
        st.button(say("app.try_again"), icon=":material/refresh:", key="again")


def show_error(language: str, error: FunnelError | str) -> None:
    """An error as its one sentence."""
    sentence = error.sentence(language) if isinstance(error, FunnelError) else error
    troubles.tell(sentence)


def chosen(view: View, name: str, options: Sequence[str], usual: str) -> str:
    """What a choice that is drawn further down will give."""
    code = st.session_state.get(f"c.{name}.{view.language}") or url_state.first(name)
    return code if code and code in options else usual
