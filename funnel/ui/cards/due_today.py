"""The card of what falls due today, or on the next business day."""

from typing import Any

from funnel import charts, headlines
from funnel.ui.parts.cards import card, figure
from funnel.ui.state.business_day import BusinessDay, day_ahead
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View

Row = dict[str, Any]


def today_card(view: View, now: Row, overdue: Answer, day: BusinessDay) -> None:
    """What falls due today; where no business hour of today is left, on the next business day."""
    ahead = day_ahead(view)
    headline = headlines.due_by_closing(
        now["due_by_closing"], day.closing, view.local, view.language, ahead, now["due_today"]
    )
    is_over = day.closing is None or day.closing <= view.local
    if is_over and day.next_opening is not None:
        due, at, spans = view.ask("due_next"), day.next_opening.replace(hour=0, minute=0), day.next_spans
        sub = view.say("say.overdue.next_sub", why=headline)
        headline = headlines.due_next(len(due.frame), at, view.language)
    else:
        due, at, spans = overdue, view.local, day.spans
        sub = view.say("say.overdue.day_sub" if ahead else "say.overdue.today_sub", day=ahead)
    with card(view, headline, sub, due, "today"):
        drawn = charts.due_today_strip(
            due.frame, say=view.words, now=at, spans=spans, timezone=view.db.rules.timezone
        )
        if drawn is not None:
            figure(view, drawn, "today", headline, behind="due_today", of_next=due is not overdue)
