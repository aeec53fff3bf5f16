"""The example rules as plain values, for the twins of the answers in pandas and polars.

The twins get what a person who writes them once would have at hand: these values, and the table of business windows.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from funnel.rules.versions import load_versions

Ints = NDArray[np.int64]

STAGES = ["new", "nurturing", "mql", "sql", "opportunity", "won", "lost", "dormant"]
RANKS = {stage: rank for rank, stage in enumerate(STAGES[:6])}
NEW, MQL, SQL, OPPORTUNITY, WON, LOST, DORMANT = (
    STAGES.index(stage) for stage in ("new", "mql", "sql", "opportunity", "won", "lost", "dormant")
)
MAX_DAYS = {"nurturing": 180, "opportunity": 90}
MAX_BUSINESS_DAYS = {"new": 1, "mql": 5, "sql": 10}
BUSINESS_DAY_US = 8 * 3_600_000_000
BUCKETS = ["0-7", "8-30", "31-60", "61-90", "91-180", "181+", "unknown"]
BUCKET_ENDS = [7, 30, 60, 90, 180]

FIRST_AWARD = {"product_visit": 2}  # earlier ones give nothing
MOST_AWARDS = {"email_open": 4, "product_visit": 1}
VALID = {"pricing_visit": timedelta(days=180)}
POINTS = {
    "email_open": 5, "email_click": 10, "whitepaper_download": 20, "pricing_visit": 30, "product_visit": 15,
    "webinar_attend": 20, "seminar_attend": 40, "consult_request": 30,
}  # fmt: skip
TITLE_POINTS = [  # the first line with a match wins; any other title is staff
    (5, ["社長室", "秘書", "事務局", "営業代表", "Assistant"]),
    (20, ["社長", "代表", "取締役", "役員", "CEO", "CTO", "CMO", "VP", "部長", "Director", "Head"]),
    (10, ["課長", "マネージャー", "リーダー", "Manager"]),
]
STAFF_POINTS = 5
INDUSTRIES, INDUSTRY_POINTS = ["IT", "製造", "SaaS"], 15
LARGE_EMPLOYEES, LARGE_POINTS = 50, 10

OUR_TYPES = ["call", "email_out", "meeting"]
CONTACTS = {"call": ["connected", "appointment"], "email_out": ["replied"]}  # a meeting always is one
RESETTING = [
    "email_click", "web_visit", "pricing_visit", "product_visit", "whitepaper_download", "webinar_attend",
    "seminar_attend", "inquiry", "demo_request", "quote_request", "consult_request",
]  # fmt: skip
SILENT = timedelta(days=90)

STOP_STAGES = [MQL, SQL, OPPORTUNITY, WON]
CROSSED = 100
AT_RISK = 0.25
HOUR_US = 3_600_000_000


@dataclass(frozen=True)
class Policy:
    """A deadline: its start stage (none = the score), the acts that stop it, what is due."""

    key: str
    stage: int | None
    stops: tuple[str, ...]
    business_days: int | None = None
    business_hours: int | None = None
    elapsed_hours: int | None = None
    is_cadence: bool = False


POLICIES = [
    Policy("handoff_24h", None, (), elapsed_hours=24),
    Policy("first_contact", MQL, tuple(OUR_TYPES), business_days=2),
    Policy("first_contact_same_day", MQL, tuple(OUR_TYPES), business_days=0),
    Policy("sql_decision", MQL, (), business_days=5),
    Policy("sales_first_meeting", SQL, ("meeting",), business_hours=40),
    Policy("opportunity_touch", OPPORTUNITY, tuple(OUR_TYPES), business_days=10, is_cadence=True),
]


def title_points(title: str | None) -> int:
    """Points of a job title."""
    if title is None:
        return 0
    return next(
        (points for points, words in TITLE_POINTS if any(word in title for word in words)), STAFF_POINTS
    )


class BusinessTime:
    """Opening hours as arrays of microseconds: elapsed business time is a look-up and a subtraction."""

    def __init__(self, directory: Path) -> None:
        from funnel.rules.calendar import business_windows

        windows = business_windows(load_versions(directory)[-1].business_calendar())
        self.opens = windows["opens_at"].cast("int64").to_numpy()
        self.closes = windows["closes_at"].cast("int64").to_numpy()
        self.before = windows["us_before"].to_numpy()
        self.day = windows["business_day_no"].to_numpy()
        self.day_closes = self.closes[np.append(np.flatnonzero(np.diff(self.day)), len(self.day) - 1)]

    def at(self, instant: Ints) -> Ints:
        """Business time gone by at each instant."""
        place = np.searchsorted(self.opens, instant, side="right") - 1
        return self.before[place] + np.minimum(instant, self.closes[place]) - self.opens[place]

    def due(self, policy: Policy, started: Ints) -> Ints:
        """The deadline of a clock that started then."""
        if policy.elapsed_hours is not None:
            return started + policy.elapsed_hours * HOUR_US
        if policy.business_days is not None:
            place = np.searchsorted(self.closes, started, side="right")
            return self.day_closes[self.day[place] + policy.business_days]
        aim = self.at(started) + (policy.business_hours or 0) * HOUR_US
        place = np.searchsorted(self.before, aim, side="left") - 1
        return np.maximum(started, self.opens[place] + aim - self.before[place])

    def state(
        self, policy: Policy, started: Ints, due: Ints, now: int
    ) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
        """The state of clocks that are open now, and how late they are in hours of their own kind."""
        if policy.elapsed_hours is not None:
            begun, end, here = started, due, now
        else:
            begun, end, here = self.at(started), self.at(due), int(self.at(np.array([now]))[0])
        tokyo = 9 * HOUR_US
        is_today = (due + tokyo) // (24 * HOUR_US) == (now + tokyo) // (24 * HOUR_US)
        is_at_risk = end - here <= AT_RISK * (end - begun)
        state = np.select([due < now, is_today, is_at_risk], ["overdue", "due_today", "at_risk"], "pending")
        return state, np.where(due < now, (here - end) / HOUR_US, 0.0)


@cache
def business_time(directory: Path) -> BusinessTime:
    """The opening hours of the rules in a data directory, made once."""
    return BusinessTime(directory)
