"""What a reader is looking at: the layer, the instant, the months, the filters, the language.

One frozen value per run; `current()` gives pages the one that app.py has made. Knows no widget.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

import streamlit as st

from funnel.layer.warehouse import Warehouse
from funnel.local_time import zone
from funnel.months import Months
from funnel.questions.answer import Answer
from funnel.questions.catalogue import find
from funnel.questions.scope import EVERYTHING, Scope
from funnel.questions.standing import heeded, refusal
from funnel.rules.labels import Labels
from funnel.ui.state import cache
from funnel.words.translate import say


@dataclass(frozen=True)
class View:
    """The layer and everything that was chosen in the frame."""

    db: Warehouse
    as_of: datetime
    months: Months
    scope: Scope
    language: str
    all_months: Months
    is_print: bool = False

    @cached_property
    def labels(self) -> Labels:
        """What the rules in force call things."""
        return Labels(self.db.rules, self.language)

    @cached_property
    def local(self) -> datetime:
        """T on the clocks of the rules' zone."""
        return self.as_of.astimezone(zone(self.db.rules.timezone))

    @cached_property
    def last_seen(self) -> datetime:
        """The last instant before T: its day is the day that a list stands for."""
        return (self.as_of - timedelta(microseconds=1)).astimezone(zone(self.db.rules.timezone))

    def say(self, key: str, **values: object) -> str:
        """A text in the page's language."""
        return say(key, self.language, **values)

    @property
    def words(self) -> Any:
        """`say` for the figures."""
        return partial(say, language=self.language)

    def ask(
        self,
        name: str,
        by: str | None = None,
        months: Months | None = None,
        everywhere: bool = False,
        **params: Any,
    ) -> Answer:
        """The answer of that name under everything that is chosen; `everywhere` leaves the filters aside."""
        scope = EVERYTHING if everywhere else self.heeded(name)
        return cache.ask(self.db, name, self.as_of, scope, months or self.months, by, **params)

    def heeded(self, name: str) -> Scope:
        """What of the filters a question takes; the rest is not applied, and said so (left_aside)."""
        return heeded(find(name), self.scope, self.db.has_owner_history)

    def takes(self, name: str, dimension: str) -> bool:
        """Whether a question can be filtered and broken down by a dimension."""
        return refusal(find(name), dimension, self.db.has_owner_history) is None

    def left_aside(self, asked: Answer) -> tuple[str, ...]:
        """The dimensions that are filtered in the frame, but not in an answer."""
        return tuple(name for name, _ in self.scope.where if name not in asked.bound["scope"]["filtered"])

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self.scope.where)


def keep(view: View) -> None:
    """Make `view` the one of this run."""
    st.session_state["_view"] = view


def current() -> View:
    """The view of this run."""
    view: View = st.session_state["_view"]
    return view
