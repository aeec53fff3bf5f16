"""The month that a review looks back on: its choice, and the state as it was when it ended."""

from dataclasses import replace
from datetime import datetime, time

import pandas as pd

from funnel.local_time import zone
from funnel.months import Months, next_month
from funnel.ui.parts.cards import choice, chosen
from funnel.ui.state.business_day import whole_months
from funnel.ui.state.view import View
from funnel.words.dates import as_date, year_month


def choose_month(view: View) -> View:
    """The month to look back on: the last one that is over, else any of the period; everything up to it."""
    usual = f"{whole_months(view, 1).last:%Y-%m}"
    month = as_date(chosen(view, "month", _month_codes(view), usual))
    return replace(view, months=Months(min(view.months.first, month), month))


def at_month_end(view: View) -> View:
    """The state that the review looks back on: as it was when the chosen month ended, or at T before that."""
    ended = datetime.combine(next_month(view.months.last), time(), zone(view.db.rules.timezone))
    return replace(view, as_of=min(view.as_of, ended))


def standing_sub(standing: View, sub: str) -> str:
    """The grey line of a state: of which day, or which moment, it is."""
    if standing.local.time() == time():
        return standing.say("say.monthly.standing", day=standing.last_seen.date(), sub=sub)
    return standing.say("say.monthly.standing_now", at=standing.last_seen, sub=sub)


def _month_codes(view: View) -> list[str]:
    months = pd.period_range(view.all_months.first, view.all_months.last, freq="M")
    return [str(month) for month in months[::-1]]


def month_control(view: View, framed: View) -> None:
    """The choice of the month, by default the last one that is over under what is chosen in the frame."""
    usual = whole_months(framed, 1).last
    choice(
        view,
        "month",
        _month_codes(view),
        lambda code: year_month(code, view.language),
        view.say("control.month"),
        default=f"{usual:%Y-%m}",
    )
