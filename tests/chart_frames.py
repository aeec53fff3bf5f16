"""Small frames with the columns that METRICS.md names, for the tests of the figures, and every figure made of them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go

from funnel import charts
from funnel.words.translate import say
from tests.reference_judging import is_small

ZONE = "Asia/Tokyo"
NOW = datetime(2026, 11, 10, 9, 0, tzinfo=ZoneInfo(ZONE))
STAGES = {"new": "New", "nurturing": "Nurturing", "mql": "MQL", "sql": "SQL", "dormant": "Dormant"}
LIMITS = {"new": (1.0, "business_days"), "nurturing": (180.0, "days"), "mql": (5.0, "business_days")}
BANDS = {"cold": "Cold", "warm": "Warm", "hot": "Hot"}
THRESHOLDS = {"interest": 50.0, "consideration": 80.0, "mql": 100.0}

Say = Callable[..., str]


def speaking(language: str) -> Say:
    """The words of one language, as a page hands them to a figure."""
    return partial(say, language=language)


def at(text: str) -> pd.Timestamp:
    """A moment in Tokyo, as answers give it: in UTC."""
    return pd.Timestamp(text, tz=ZONE).tz_convert("UTC")


def conversion(*cohorts: tuple[int, int, bool | None], first: str = "2026-05") -> pd.DataFrame:
    """Cohorts of consecutive months: (converted, entered, mature)."""
    months = pd.period_range(first, periods=len(cohorts), freq="M").astype(str)
    rows = [
        {
            "month": month,
            "segment": None,
            "entered": entered,
            "converted": converted,
            "rate": converted / entered if entered else None,
            "ci_low": max(0.0, converted / entered - 0.1) if entered else None,
            "ci_high": min(1.0, converted / entered + 0.1) if entered else None,
            "mature": mature,
            "median_days": 12.5 if converted else None,
            "p90_days": 30.0 if converted else None,
            "skipped": 0,
            "small": is_small(entered),
        }
        for month, (converted, entered, mature) in zip(months, cohorts, strict=True)
    ]
    return pd.DataFrame(rows)


COHORTS = conversion(
    (20, 60, True), (3, 9, True), (0, 0, True), (18, 62, True), (4, 70, False), (0, 12, False)
)

PERIOD_RATIO = pd.DataFrame(
    [
        ("2026-05", None, 60, 21, 0.35, False),
        ("2026-06", None, 9, 12, 4 / 3, True),
        ("2026-07", None, 0, 3, None, True),
    ],
    columns=["month", "segment", "entered_from", "entered_to", "ratio", "small"],
)

RATE = ["rate", "ci_low", "ci_high"]
BENCHMARKS = pd.DataFrame(
    [
        ("sql", "channel_group", "small", 12, 5, 0.42, 0.2, 0.7, 0.1, 0.15, "above", "survey"),
        ("sql", "channel_group", "inbound", 812, 168, 0.207, 0.18, 0.24, 0.35, 0.4, "below", "survey"),
        ("sql", "channel_group", "nothing", 0, 0, None, None, None, 0.1, 0.15, None, "survey"),
    ],
    columns=["stage", "dimension", "value", "leads", "reached", *RATE, "low", "high", "verdict", "source"],
).assign(small=[True, False, True])
FUNNEL = pd.DataFrame(
    [
        (None, "new", 623, 0, None, None, None, None, 40, 3, 2),
        (None, "nurturing", 560, 4, 0.899, 0.87, 0.92, 0.899, 300, 10, 32),
        (None, "mql", 0, 0, 0.0, 0.0, 0.01, 0.0, 0, 0, 0),
    ],
    columns=[
        *("segment", "stage", "reached", "of_which_implied", "rate_from_previous", "ci_low", "ci_high"),
        *("rate_from_first", "open_here", "lost_here", "dormant_here"),
    ],
)
STAGE_AGING = pd.DataFrame(
    [
        (None, "new", 12, 0, 3.0, 0.25),
        (None, "nurturing", 1077, 34, 143.0, 143 / 1043),
        (None, "mql", 62, 0, 20.0, 20 / 62),
        (None, "dormant", 400, 0, None, None),
    ],
    columns=["segment", "stage", "waiting_leads", "assumed", "over_limit", "over_limit_rate"],
).assign(dated=[12, 1043, 62, 400], small=[True, False, False, False])
AGE_RATIO = pd.DataFrame(
    [("new", 0.0, 9), ("new", 1.0, 2), ("new", 3.0, 1), ("mql", 0.5, 42), ("mql", 1.25, 20), ("mql", 2.0, 0)],
    columns=["stage", "ratio_from", "leads"],
)
BUCKETS = pd.DataFrame(
    [
        (stage, bucket, leads)
        for stage, counts in {"new": (31, 6, 0, 0), "mql": (7, 0, 1043, 0), "dormant": (1, 2, 3, 4)}.items()
        for bucket, leads in zip(("0-7", "8-30", "181+", "unknown"), counts, strict=True)
    ],
    columns=["stage", "bucket", "leads"],
)
SCORES = pd.DataFrame(
    [
        (0, 10, "new", 40),
        (90, 100, "mql", 3),
        (100, 110, "mql", 9),
        (110, 120, "sql", 5),
        (None, None, "new", 7),
    ],
    columns=["bin_from", "bin_to", "stage", "leads"],
)
SCORE_BANDS = pd.DataFrame(
    [
        ("cold", 612, 18, 0.029, 0.02, 0.05, False),
        ("hot", 148, 47, 0.318, 0.25, 0.4, False),
        (None, 9, 1, 0.11, 0.02, 0.44, True),
    ],
    columns=["band", "leads", "converted", *RATE, "small"],
)
ATTAINMENT = pd.DataFrame(
    [
        ("first_contact", "Sato", 98, 95, 2, 0, 1, 0, 0, 0, 0, 95 / 98, 0.91, 0.99, 3.0, 9.0),
        ("first_contact", "Abe", 14, 2, 5, 3, 4, 0, 0, 0, 0, 2 / 14, 0.04, 0.4, 20.0, 50.0),
        ("first_contact", "Takahashi", 98, 51, 20, 9, 18, 0, 0, 0, 0, 51 / 98, 0.42, 0.62, 9.0, 40.0),
        ("first_contact", None, 3, 0, 0, 0, 0, 1, 1, 1, 0, None, None, None, None, None),
    ],
    columns=[
        *(
            "policy",
            "segment",
            "clocks",
            "met",
            "late",
            "missed",
            "overdue",
            "due_today",
            "at_risk",
            "pending",
        ),
        *("exempt", "attainment", "ci_low", "ci_high", "median_hours", "p90_hours"),
    ],
).assign(attained=[95, 2, 51, 0], judged=[98, 14, 98, 0], small=[False, True, False, True], target=0.95)
SILENT = pd.DataFrame(
    [
        ("new", "cold", 42, 43),
        ("new", "hot", 1, 43),
        ("dormant", "cold", 344, 492),
        ("dormant", "warm", 148, 492),
    ],
    columns=["stage", "band", "leads", "of_stage"],
)
DORMANT_FLOW = pd.DataFrame(
    [("2026-10", 100, 121, 29, 4, 9, 179), ("2026-11", 179, 34, 4, 0, 2, 207)],
    columns=[
        *("month", "opening", "fell_silent", "woken_by_lead", "woken_by_us", "left_otherwise", "closing"),
    ],
)


def due(owner: str | None, when: str, lead: str, state: str = "due_today") -> dict[str, object]:
    """One row of the morning list."""
    return {
        **{
            "policy": "first_contact",
            "state": state,
            "lead_id": lead,
            "company": f"{lead} Inc",
            "stage": "mql",
        },
        **{"score": 120.0, "owner": owner, "due_at": at(when), "late_hours": 0.0, "last_touch_at": None},
        **{"attempts": 0, "opted_out": False, "record_url": None},
    }


DUE = pd.DataFrame(
    [
        due("Takahashi", "2026-11-10 08:00", "L1", "overdue"),
        due("Takahashi", "2026-11-10 13:30", "L2"),
        due("Sato", "2026-11-10 18:00", "L3"),
        due("Sato", "2026-11-10 18:00", "L4"),
        due(None, "2026-11-10 18:00", "L5"),
        due("Sato", "2026-11-11 00:00", "L6"),  # tomorrow
    ]
)
OPEN_TODAY = [
    (at("2026-11-10 09:00"), at("2026-11-10 12:00")),
    (at("2026-11-10 13:00"), at("2026-11-10 18:00")),
]
SPELLS = pd.DataFrame(
    [
        ("new", 0, "path", at("2026-05-12"), at("2026-05-13"), True),
        ("mql", 2, "path", at("2026-05-13"), at("2026-08-03"), False),
        ("dormant", None, "dormant", at("2026-08-03"), None, False),
    ],
    columns=["stage", "rank", "kind", "entered_at", "left_at", "is_assumed"],
)
STEPS = pd.DataFrame([(at("2026-05-12"), 30), (at("2026-08-01"), 120)], columns=["from_at", "score"])
ACTS = pd.DataFrame(
    [(at("2026-06-01"), "call", "us"), (at("2026-06-02"), "email_click", "lead")],
    columns=["occurred_at", "type", "side"],
)
CLOCKS = pd.DataFrame(
    [
        (
            "first_contact",
            "L1",
            at("2026-05-13"),
            at("2026-05-15"),
            at("2026-05-20"),
            None,
            "late",
            40.0,
            24.0,
            "x",
        ),
        ("first_contact", "L1", at("2026-08-01"), at("2026-12-01"), None, None, "pending", 9.0, 0.0, "x"),
    ],
    columns=[
        *("policy", "lead_id", "started_at", "due_at", "stopped_at", "closed_at", "state", "elapsed_hours"),
        *("late_hours", "owner"),
    ],
)
NAMES = charts.Names(
    STAGES, {"call": "Call", "email_click": "Mail clicked"}, {"first_contact": "First contact"}
)


def every_figure(language: str = "en") -> dict[str, go.Figure | None]:
    """Each figure once, by the name of its function."""
    say = speaking(language)
    return {
        "conversion_trend": charts.conversion_trend(
            COHORTS, say=say, target=0.3, versions=[("2026-06-01", "2026-06", "threshold 120→100")]
        ),
        "period_ratio_trend": charts.period_ratio_trend(PERIOD_RATIO, say=say, running="2026-07"),
        "segment_dots": charts.segment_dots(COHORTS, say=say, labels={}, target=0.3),
        "benchmark_dots": charts.benchmark_dots(BENCHMARKS, say=say, values={}, stages=STAGES),
        "funnel_bars": charts.funnel_bars(FUNNEL, say=say, labels=STAGES),
        "over_limit_dots": charts.over_limit_dots(STAGE_AGING, say=say, labels=STAGES, limits=LIMITS),
        "age_ratio_ridge": charts.age_ratio_ridge(
            AGE_RATIO, STAGE_AGING, say=say, labels=STAGES, limits=LIMITS
        ),
        "aging_matrix": charts.aging_matrix(BUCKETS, say=say, labels=STAGES, aside=("dormant",)),
        "score_ridge": charts.score_ridge(SCORES, say=say, labels=STAGES, thresholds=THRESHOLDS),
        "band_dots": charts.band_dots(SCORE_BANDS, say=say, labels=BANDS),
        "attainment_dots": charts.attainment_dots(ATTAINMENT, say=say, labels={}),
        "dormant_matrix": charts.dormant_matrix(SILENT, say=say, stages=STAGES, bands=BANDS),
        "dormant_balance": charts.dormant_balance(DORMANT_FLOW, say=say, running="2026-11"),
        "due_today_strip": charts.due_today_strip(DUE, say=say, now=NOW, spans=OPEN_TODAY, timezone=ZONE),
        "lead_timeline": charts.lead_timeline(
            SPELLS, STEPS, ACTS, CLOCKS, say=say, names=NAMES, as_of=NOW, timezone=ZONE, threshold=100
        ),
    }
