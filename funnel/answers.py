"""What the product can say: one short typed function per question.

A question's name is its SQL file, its function here, its answer on the command line and its place on a page.
Knows the warehouse only as something that answers; knows nothing of screens and of the command line.
"""

from datetime import datetime

import pandas as pd

from funnel.layer.warehouse import Warehouse, frame_of
from funnel.months import Months
from funnel.questions.ask import Answer, answer, ask, default_months
from funnel.questions.catalogue import CATALOGUE, Question, find
from funnel.questions.scope import EVERYTHING, Scope

__all__ = ["CATALOGUE", "Answer", "Months", "Question", "answer", "ask", "default_months", "find"]


def _frame(
    db: Warehouse,
    name: str,
    as_of: datetime,
    scope: Scope,
    months: Months | None = None,
    by: str | None = None,
    **params: object,
) -> pd.DataFrame:
    return frame_of(answer(db, name, as_of, scope, months, by, params).table)


def funnel(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    by: str | None = None,
    min_age_days: int = 0,
) -> pd.DataFrame:
    """Of the leads created in the months, how far has each got?"""
    return _frame(db, "funnel", as_of, scope, months, by, min_age_days=min_age_days)


def conversion(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    by: str | None = None,
    from_stage: str = "mql",
    to_stage: str = "sql",
    window_days: int | str = 90,
) -> pd.DataFrame:
    """Of the leads that first entered a stage in a month, how many went on in time? `window_days="none"`: to date."""
    return _frame(
        db, "conversion", as_of, scope, months, by,
        from_stage=from_stage, to_stage=to_stage, window_days=window_days,
    )  # fmt: skip


def period_ratio(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    by: str | None = None,
    from_stage: str = "mql",
    to_stage: str = "sql",
) -> pd.DataFrame:
    """Entries to the second stage in a month over entries to the first: not a rate of the same leads."""
    return _frame(db, "period_ratio", as_of, scope, months, by, from_stage=from_stage, to_stage=to_stage)


def bridge(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    from_stage: str = "mql",
    to_stage: str = "sql",
    window_days: int | str = 90,
) -> pd.DataFrame:
    """Why the period ratio and the cohort rate of a month differ."""
    return _frame(
        db, "bridge", as_of, scope, months, from_stage=from_stage, to_stage=to_stage, window_days=window_days
    )


def benchmarks(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    min_age_days: int = 90,
) -> pd.DataFrame:
    """Which groups reach a stage as often as the market does?"""
    return _frame(db, "benchmarks", as_of, scope, months, min_age_days=min_age_days)


def kpis(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    window_days: int = 90,
) -> pd.DataFrame:
    """The figures of one month (`months.last`) against the month before and the target."""
    return _frame(db, "kpis", as_of, scope, months, window_days=window_days)


def flow(
    db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING, months: Months | None = None
) -> pd.DataFrame:
    """Stock and flow of every stage, month by month."""
    return _frame(db, "flow", as_of, scope, months)


def transitions(
    db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING, months: Months | None = None
) -> pd.DataFrame:
    """Which way leads left which stage in the months."""
    return _frame(db, "transitions", as_of, scope, months)


def stage_aging(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    by: str | None = None,
) -> pd.DataFrame:
    """How long leads have been waiting in each stage, as of `as_of`; `months` bounds the finished stays."""
    return _frame(db, "stage_aging", as_of, scope, months, by)


def stage_age_ratio(db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """How the waiting leads lie against their stage's limit."""
    return _frame(db, "stage_age_ratio", as_of, scope)


def stage_aging_buckets(db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """How many leads have been waiting how long in each stage."""
    return _frame(db, "stage_aging_buckets", as_of, scope)


def stage_aging_leads(db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """The waiting leads, those furthest over their limit first."""
    return _frame(db, "stage_aging_leads", as_of, scope)


def score_distribution(
    db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING, at: str = "now", bin: float = 10
) -> pd.DataFrame:
    """How scores are spread over the stages: now, just before mql, or at creation."""
    return _frame(db, "score_distribution", as_of, scope, at=at, bin=bin)


def score_bands(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    day: int = 30,
    to_stage: str = "sql",
    window_days: int = 90,
) -> pd.DataFrame:
    """Does a higher score mean more? Leads created in the months, by band some days later."""
    return _frame(
        db, "score_bands", as_of, scope, months, day=day, to_stage=to_stage, window_days=window_days
    )


def sla_summary(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    by: str | None = None,
) -> pd.DataFrame:
    """How well each agreed deadline is kept; `months` bounds the deadlines, None = all."""
    return _frame(db, "sla_summary", as_of, scope, months, by)


def sla_clocks(
    db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING, months: Months | None = None
) -> pd.DataFrame:
    """Every clock as it stood; `months` bounds the deadlines, None = all."""
    return _frame(db, "sla_clocks", as_of, scope, months)


def overdue(db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """The morning list: overdue, then due today, then at risk."""
    return _frame(db, "overdue", as_of, scope)


def response_times(
    db: Warehouse,
    as_of: datetime,
    scope: Scope = EVERYTHING,
    months: Months | None = None,
    policy: str | None = None,
    to_stage: str = "sql",
    window_days: int = 90,
) -> pd.DataFrame:
    """Do quick answers convert more? An association. `policy=None`: the first of the rules."""
    return _frame(
        db, "response_times", as_of, scope, months, policy=policy, to_stage=to_stage, window_days=window_days
    )


def unassigned(db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """Open leads that nobody looks after."""
    return _frame(db, "unassigned", as_of, scope)


def dormant_pool(
    db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING, by: str = "stage"
) -> pd.DataFrame:
    """Which leads have been silent for long, by a dimension."""
    return _frame(db, "dormant_pool", as_of, scope, by=by)


def dormant_leads(db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """Whom of the silent leads to wake first."""
    return _frame(db, "dormant_leads", as_of, scope)


def dormant_flow(
    db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING, months: Months | None = None
) -> pd.DataFrame:
    """How the pool of silent leads grew and shrank, month by month."""
    return _frame(db, "dormant_flow", as_of, scope, months)


def falling_asleep(db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """Which leads are about to be silent for too long."""
    return _frame(db, "falling_asleep", as_of, scope)


def data_quality(db: Warehouse, as_of: datetime, scope: Scope = EVERYTHING) -> pd.DataFrame:
    """What was read, refused and found in the whole data, whatever `as_of` and `scope`."""
    return _frame(db, "data_quality", as_of, EVERYTHING)
