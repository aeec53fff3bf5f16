"""The business day around T, and which months are over. Knows the answer `business_spans`; no widget."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from funnel.answers import Months
from funnel.sentences.common import next_month
from funnel.ui.view import View


@dataclass(frozen=True)
class BusinessDay:
    """Today's opening spans, when the next day opens, and the same time on the business day before."""

    spans: tuple[tuple[datetime, datetime], ...]
    next_opening: datetime | None
    before: datetime

    @property
    def closing(self) -> datetime | None:
        """When today's business ends; None on a day that is closed."""
        return self.spans[-1][1] if self.spans else None


def business_day(view: View) -> BusinessDay:
    """The day of T as the rules' calendar has it."""
    frame = view.ask("business_spans", everywhere=True).frame
    spans = {
        name: [
            (start.to_pydatetime(), end.to_pydatetime())
            for start, end in zip(rows["opens_at"], rows["closes_at"], strict=True)
        ]
        for name, rows in frame.groupby("day")
    }
    earlier = spans.get("before")
    days_back = (view.local.date() - earlier[0][0].date()).days if earlier else 1
    following = spans.get("next")
    return BusinessDay(
        spans=tuple(spans.get("today", ())),
        next_opening=following[0][0] if following else None,
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
    places = last.year * 12 + last.month - count
    return Months(max(date(places // 12, places % 12 + 1, 1), view.all_months.first), last)
