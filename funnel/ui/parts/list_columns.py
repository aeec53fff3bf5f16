"""What a column is on the screens: one row per column, for lists of leads and for answers as tables.

Its head is the text `column.NAME`. Pure: drawn by list_cells, named by readable.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Column:
    """How a column is made, drawn, written and named; a column without `made_of` stands in no list of leads."""

    made_of: tuple[
        str, ...
    ] = ()  # columns of the answer, the one that decides whether it says something first
    width: int = 0  # pixels
    english: int = 0  # pixels, where English words need others
    cell: str = "plain"  # the drawing of list_cells: by what the values are
    form: str = ""  # the text that holds the form of its numbers
    phone: Literal["title", "first", "later"] = "later"  # in the line of the lead, or how soon under it
    says_its_head: bool = True  # whether its head stands before it on a phone
    is_printed: bool = True
    codes: str = ""  # what its codes are: a dimension, or a kind of readable.named
    is_rate: bool = False  # 0…1, written as a percentage


DAY = 92  # pixels of 2026/11/10
POINTS = "unit.plain_format"

COLUMNS: dict[str, Column] = {
    # lists of leads
    "company": Column(("company", "lead_id"), 170, 164, "company", phone="title"),
    "lead_id": Column(("lead_id",), 80, 76, phone="title", is_printed=False),  # too long for a sheet
    "record": Column(("record_url",), 44, cell="record", phone="title", is_printed=False),  # nothing to click
    "late": Column(("late_hours",), 102, 128, "late"),
    "owner": Column(("owner",), 80, 72, phone="first", says_its_head=False, codes="owner"),
    "state": Column(("state",), 78, cell="state", phone="first", says_its_head=False, codes="state"),
    "due": Column(("due_at",), 110, 122, "due", phone="first"),
    "policy": Column(("policy",), 172, 150, phone="first", says_its_head=False, codes="policy"),
    "score": Column(("score",), 56, 50, "number", POINTS),
    "then_score": Column(("then_score",), 84, cell="number", form=POINTS),
    "max_score": Column(("max_score",), 76, cell="number", form=POINTS),
    "attempts": Column(("attempts",), 48, cell="number", form="unit.attempts_format"),
    "stage": Column(("stage",), 72, says_its_head=False, codes="stage"),
    "ratio": Column(("ratio",), 72, cell="number", form="unit.times_format", is_rate=True),
    "waiting": Column(("age", "unit"), 90, 128, "in_unit"),
    "limit": Column(("limit", "unit"), 80, 108, "in_unit"),
    "days": Column(("days",), 64, cell="whole_days", form="unit.days_format"),
    "silent": Column(("silent_days",), 66, cell="whole_days", form="unit.days_format"),
    "elapsed_hours": Column(("elapsed_hours",), DAY, cell="elapsed", form="unit.hours_format"),
    "wakeable": Column(("wakeable",), 96, cell="wakeable", is_rate=True),
    "opted_out": Column(("opted_out",), 76, cell="opted_out", says_its_head=False),
    "last_activity": Column(("last_activity_type",), 116),
    "last_touch": Column(("last_touch_at",), DAY),
    "last_activity_at": Column(("last_activity_at",), DAY),
    "silent_on": Column(("silent_on",), 116),
    "created_at": Column(("created_at",), DAY),
    "entered_at": Column(("entered_at",), DAY),
    "reached_at": Column(("reached_at",), DAY),
    "converted_at": Column(("converted_at",), DAY),
    "happened_at": Column(("happened_at",), DAY),
    # answers as tables
    "rate": Column(is_rate=True),
    "ci_low": Column(is_rate=True),
    "ci_high": Column(is_rate=True),
    "low": Column(is_rate=True),
    "high": Column(is_rate=True),
    "attainment": Column(is_rate=True),
    "rate_from_previous": Column(is_rate=True),
    "rate_from_first": Column(is_rate=True),
    "over_limit_rate": Column(is_rate=True),
    "mql_share": Column(is_rate=True),
    "sql_share": Column(is_rate=True),
    "share_change": Column(is_rate=True),
    "captured_rate": Column(is_rate=True),
    "rate_with": Column(is_rate=True),
    "rate_without": Column(is_rate=True),
    "open_rate": Column(is_rate=True),
    "open_ci_low": Column(is_rate=True),
    "open_ci_high": Column(is_rate=True),
    "click_rate": Column(is_rate=True),
    "click_ci_low": Column(is_rate=True),
    "click_ci_high": Column(is_rate=True),
    "band": Column(codes="score_band"),
    "from_band": Column(codes="score_band"),
    "to_band": Column(codes="score_band"),
    "mindset": Column(codes="word"),
    "role": Column(codes="word"),
    "rule": Column(codes="score_rule"),
    "channel": Column(codes="channel"),
    "dimension": Column(codes="dimension"),
    "before": Column(codes="stage"),
    "after": Column(codes="stage"),
    "type": Column(codes="activity"),
    "last_activity_type": Column(codes="activity"),
    "outcome": Column(codes="value"),
    "unit": Column(codes="value"),
    "verdict": Column(codes="word"),
    "target_verdict": Column(codes="word"),
    "rate_before": Column(is_rate=True),
    "rate_after": Column(is_rate=True),
    "share_before": Column(is_rate=True),
    "share_after": Column(is_rate=True),
    "mix_effect": Column(is_rate=True),
    "rate_effect": Column(is_rate=True),
    "to_stage": Column(codes="stage"),
    "figure": Column(is_rate=True),
    "threshold": Column(is_rate=True),
    "key": Column(codes="word"),
    "status": Column(codes="word"),
    "against": Column(codes="score_band"),
    "reached_stage": Column(("reached_stage",), 72, codes="stage"),
    "bucket": Column(codes="word"),
    "decision": Column(codes="word"),
    "kind": Column(codes="word"),
    "span": Column(codes="word"),
    "step": Column(codes="word"),
    "qualified_by": Column(codes="condition"),
    "then_by": Column(codes="condition"),
    "move": Column(codes="word"),
    "route": Column(codes="activity"),
    "chance": Column(is_rate=True),
    "behaviour": Column(codes="grade"),
    "information": Column(codes="grade"),
    "agreed": Column(codes="kpi"),
    "kpi": Column(codes="kpi"),
    "part": Column(codes="word"),
    "side": Column(codes="word"),
    "name": Column(codes="quality"),
    "reason": Column(codes="quality"),
    "reasons": Column(codes="reasons"),
    "bends": Column(codes="titles"),
}
NOTHING = Column()

OWN_HEADS = {  # of a column that is called otherwise in one answer
    ("period_ratio", "ratio"): "column.period_ratio",
    ("benchmarks", "rate"): "column.benchmark_rate",
    ("handoff_agreement", "rate"): "column.benchmark_rate",
    ("health_check", "threshold"): "column.health_threshold",
    ("winners", "rate"): "column.benchmark_rate",
    ("definition_matrix", "rate"): "column.acceptance_rate",
    ("definition_matrix", "waiting"): "column.not_handed_off",
    ("what_if", "rate"): "column.benchmark_rate",
    ("recycled", "leads"): "column.times_parked",
    ("recycled", "rate"): "column.return_rate",
    ("recycle_list", "value"): "column.value_at_stake",
    ("assets", "rate"): "column.response_rate",
    ("rule_lift", "ci_low"): "column.odds_ci_low",
    ("rule_lift", "ci_high"): "column.odds_ci_high",
    ("nurture_list", "last_activity_at"): "column.last_happened_at",
    ("nurture_list", "last_activity_type"): "column.last_happened",
    ("delays", "median_hours"): "column.delay_median_hours",
    ("delays", "p90_hours"): "column.delay_p90_hours",
    ("before_after", "before"): "column.value_before",
    ("before_after", "after"): "column.value_after",
    ("staged_targets", "step"): "column.target_step",
    ("staged_targets", "reached"): "column.target_reached",
    ("conversion_curve", "days"): "column.days_since_entry",
    ("conversion_curve", "at_risk"): "column.at_risk_leads",
    ("conversion_curve", "converted"): "column.converted_by_day",
    ("quarantined_rows", "reason"): "column.counted_reason",
    ("quarantined_rows", "reasons"): "column.all_reasons",
}
NO_RATES = {("rule_lift", "ci_low"), ("rule_lift", "ci_high")}  # 0…1 elsewhere, a ratio of odds here


def column(name: str) -> Column:
    """The row of a column; one that is shown as it is has none."""
    return COLUMNS.get(name, NOTHING)


def width_of(name: str, language: str) -> int:
    """Pixels of a column of a list."""
    row = COLUMNS[name]
    return row.english if language == "en" and row.english else row.width
