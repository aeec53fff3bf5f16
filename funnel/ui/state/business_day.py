"""The business day around T, which months are over, and how old the data are. Knows the answer `business_spans`;
no widget.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from funnel.local_time import zone
from funnel.months import Months, months_before, next_month
from funnel.questions.scope import EVERYTHING
from funnel.rows import records
from funnel.ui.state import cache
from funnel.ui.state.view import View


@dataclass(frozen=True)
class BusinessDay:
    """Today's opening spans, those of the next business day, and the same time on the business day before."""

    spans: tuple[tuple[datetime, datetime], ...]
    next_spans: tuple[tuple[datetime, datetime], ...]
    before: datetime

    @property
    def next_opening(self) -> datetime | None:
        """When the next business day opens."""
        return self.next_spans[0][0] if self.next_spans else None

    @property
    def closing(self) -> datetime | None:
        """When today's business ends; None on a day that is closed."""
        return self.spans[-1][1] if self.spans else None


def business_day(view: View) -> BusinessDay:
    """The day of T as the rules' calendar has it."""
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for row in records(view.ask("business_spans", everywhere=True).frame):
        span = (row["opens_at"].to_pydatetime(), row["closes_at"].to_pydatetime())
        spans.setdefault(row["day"], []).append(span)
    earlier = spans.get("before")
    days_back = (view.local.date() - earlier[0][0].date()).days if earlier else 1
    return BusinessDay(
        spans=tuple(spans.get("today", ())),
        next_spans=tuple(spans.get("next", ())),
        before=view.as_of - timedelta(days=days_back),
    )


def running_month(view: View) -> str | None:
    """The month that T cuts, `2026-11`; None where the last month of the period is over."""
    last = view.months.last
    return f"{last:%Y-%m}" if next_month(last) > view.local.date() else None


def whole_months(view: View, count: int) -> Months:
    """The last `count` months of the period that are over; the whole period where none is."""
    last = view.months.last
    if next_month(last) > view.local.date():
        last = (last - timedelta(days=1)).replace(day=1)
    if last < view.all_months.first:
        return view.months
    return Months(max(months_before(last, count - 1), view.all_months.first), last)


def today(view: View) -> date:
    """The day on the clock on the wall: no answer looks at it, only the words on how old the data are."""
    return datetime.now(UTC).astimezone(zone(view.db.rules.timezone)).date()


def days_old(view: View) -> int:
    """How many days the newest event lies back, once a whole business day has gone by without one; else 0."""
    newest = view.db.newest_at
    if newest is None:
        return 0
    spans = cache.ask(view.db, "business_spans", view.db.as_of_default, EVERYTHING, None).frame
    following = [span["opens_at"] for span in records(spans) if span["day"] == "next"]
    last_good = following[0].date() if following else newest.date()
    wall_day = today(view)
    return (
        (wall_day - newest.astimezone(zone(view.db.rules.timezone)).date()).days
        if wall_day > last_good
        else 0
    )


def is_day_end(view: View) -> bool:
    """Whether T is the end of a day: "today" in the answers is then the day that follows."""
    return view.local.time() == time()


def day_ahead(view: View) -> date | None:
    """The day that the answers call today, to be named where T is the end of the day before."""
    return view.local.date() if is_day_end(view) else None


def moment_line(view: View, days: int) -> str:
    """Up to when a page looks, with the year where it is not this one; `days`: how old that is, 0 where it does not matter."""
    is_far = view.last_seen.year != today(view).year
    if is_day_end(view):
        return view.say("foot.at_end_year" if is_far else "foot.at_end", day=view.last_seen)
    line = view.say("foot.at_year" if is_far else "foot.at", at=view.local)
    return view.say("foot.at_old", line=line, days=days) if days else line
