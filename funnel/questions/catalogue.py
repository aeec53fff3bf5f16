"""Everything that can be asked and with which arguments: one entry per file of sql/."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from funnel.questions.arguments import (
    AnyStageKey,
    Argument,
    BandKey,
    Choice,
    Count,
    Day,
    Days,
    Dimensions,
    Instant,
    Month,
    Number,
    NumberOrNone,
    PolicyKey,
    StageKey,
    Text,
    Window,
    Word,
    YesNo,
    unknown,
)

# answer: a number and how it is made; leads: what stands behind one; lead: of one lead; screen: what a screen needs
Kind = Literal["answer", "leads", "lead", "screen"]
# how a question takes the dimensions that say how a lead stands at T: as they are then · owner alone, as right after the
# entry that is counted · owner alone, as the clock's · not at all · it heeds no filter
Standing = Literal["as_of", "at_entry", "of_clock", "refused", "unheeded"]
OF_STANDING = ("owner", "owner_team", "stage", "score_band")


@dataclass(frozen=True)
class Question:
    """What a question takes.

    `months`: "range" (default: from the first lead's month to that of T), "due" (the same, but none by default), "last"
    (by default the last month alone), "to" (one month, default that of T) or None.
    `by`: the question can be broken down; `by_default` how without asking; `by_needed`: it must be said how,
    `by_only`: by these dimensions and no other.
    `standing`: how it takes what says how a lead stands at T, as a filter and to be broken down by.
    `milestones`: those that it cannot do without, whatever it is asked with; `thresholds`: those of the score.
    """

    name: str
    arguments: Mapping[str, Argument]
    months: str | None = None
    by: bool = False
    by_default: str | None = None
    by_needed: bool = False
    by_only: tuple[str, ...] = ()
    kind: Kind = "answer"
    standing: Standing = "refused"
    milestones: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()


BUCKETS = ("0-7", "8-30", "31-60", "61-90", "91-180", "181+", "unknown")
FLOWS = ("fell_silent", "woken_by_lead", "woken_by_us", "left_otherwise")
KPIS = ("leads", "mql", "sql", "opportunity", "won")
REASONS = (
    "missing_key", "missing_time", "unreadable_value", "out_of_range", "unknown_lead", "unknown_type",
    "unknown_stage", "duplicate_key", "duplicate_row",
)  # fmt: skip
FINDINGS = (
    "before_creation", "future", "stage_mismatch", "no_history", "import_burst", "midnight", "no_owner", "no_touch",
    "same_instant", "no_outcome", "unreadable_cell", "unknown_stage", "before_rules",
)  # fmt: skip

STEP: dict[str, Argument] = {"from_stage": StageKey("mql"), "to_stage": StageKey("sql")}
WINDOW: dict[str, Argument] = {"window_days": Window(90)}
SCORE_AT = Choice(("now", "mql", "created"), milestones=("mql",))
BANDED: dict[str, Argument] = {"day": Days(30), "to_stage": StageKey("sql"), "window_days": Days(90)}
REACHED_IN: dict[str, Argument] = {"to_stage": StageKey("sql"), "window_days": Days(90)}
MINDSETS = ("interest", "consideration", "mql")
SEGMENT: dict[str, Argument] = {"segment": Text()}
LEAD: dict[str, Argument] = {"lead_id": Text(is_needed=True)}
HANDED_OVER = ("mql", "sql")
OTHER_RULES: dict[str, Argument] = {"version": Text(), "shift": NumberOrNone()}

ANSWERS = (
    Question("funnel", {"min_age_days": Days(0)}, months="range", by=True),
    Question("conversion", {**STEP, **WINDOW}, months="range", by=True, standing="at_entry"),
    Question("conversion_curve", STEP, months="range"),
    Question("period_ratio", STEP, months="range", by=True),
    Question("bridge", {**STEP, **WINDOW}, months="range"),
    Question("rate_change", {**STEP, **WINDOW}, months="range", by=True, by_needed=True, standing="at_entry"),
    Question("benchmarks", {"min_age_days": Days(90)}, months="range"),
    Question("kpis", {"window_days": Days(90)}, months="to"),
    Question("flow", {}, months="range"),
    Question("transitions", {}, months="range"),
    Question("lead_time", {}, months="range"),
    Question("stage_aging", {}, months="range", by=True, standing="as_of"),
    Question("stage_age_ratio", {}, standing="as_of"),
    Question("stage_aging_buckets", {}, standing="as_of"),
    Question("stage_aging_leads", {}, standing="as_of"),
    Question("score_distribution", {"at": SCORE_AT, "bin": Number(10)}, standing="as_of"),
    Question("score_bands", BANDED, months="range"),
    Question("threshold_curve", {"step": Number(5), **REACHED_IN}, months="range"),
    Question("rule_lift", REACHED_IN, months="range"),
    Question("mindset", {}, months="range", milestones=("mql",), thresholds=MINDSETS),
    Question("nurture_list", {}, milestones=("mql",), standing="as_of"),
    Question("score_flow", {}, months="last"),
    Question("engagement", {}, months="range", by=True),
    Question("assets", {}, months="range", milestones=("mql",)),
    Question("sla_summary", {}, months="due", by=True, standing="of_clock"),
    Question("sla_clocks", {}, months="due", standing="of_clock"),
    Question("overdue", {}, standing="as_of"),
    Question(
        "response_times",
        {"policy": PolicyKey(), "to_stage": StageKey("sql"), "window_days": Days(90)},
        months="range",
    ),
    Question("unassigned", {}, standing="as_of"),
    Question("dormant_pool", {}, by=True, by_default="stage", standing="as_of"),
    Question("dormant_leads", {}, standing="as_of"),
    Question("dormant_flow", {}, months="range"),
    Question("falling_asleep", {}, standing="as_of"),
    Question("mql_log", {}, months="due", milestones=HANDED_OVER, standing="at_entry"),
    Question("rejections", {}, months="range", by=True, milestones=HANDED_OVER, standing="at_entry"),
    Question("handoff_agreement", {}, months="range", milestones=HANDED_OVER, standing="at_entry"),
    Question("definition_matrix", {}, months="range", milestones=HANDED_OVER, standing="at_entry"),
    Question("winners", {}, months="range", milestones=("sql",)),
    Question("touches", {}, months="range"),
    Question("delays", {}, months="range", milestones=("mql",), standing="at_entry"),
    Question("recycled", {"window_days": Days(180)}, months="range", milestones=HANDED_OVER),
    Question("recycle_list", {"window_days": Days(180)}, milestones=("mql",), standing="as_of"),
    Question("what_if", OTHER_RULES, months="range", milestones=HANDED_OVER),
    Question("what_if_leads", OTHER_RULES, months="range", milestones=HANDED_OVER),
    Question("costs", {}, months="range", by=True, by_only=("channel", "channel_group", "campaign")),
    Question(
        "before_after",
        {"change": Day(), "months": Count(6, 1, 12), "against": Choice(("before", "last_year"))},
    ),
    Question("staged_targets", {}),
    Question("health_check", {}),
    Question("data_quality", {}, standing="unheeded"),
)

LEADS = (
    Question(
        "behind_aging",
        {
            "stage": AnyStageKey(),
            "bucket": Word(BUCKETS),
            "ratio_from": NumberOrNone(),
            "over_only": YesNo(False),
        },
        kind="leads",
        standing="as_of",
    ),
    Question("behind_bands", {"band": BandKey(), **BANDED}, months="range", kind="leads"),
    Question(
        "behind_clocks",
        {"policy": PolicyKey(), "of_owner": YesNo(False), **SEGMENT},
        months="range",
        kind="leads",
        standing="of_clock",
    ),
    Question(
        "behind_conversion",
        {"month": Month(), **SEGMENT, **STEP, **WINDOW},
        by=True,
        kind="leads",
        standing="at_entry",
    ),
    Question(
        "behind_funnel",
        {"stage": StageKey(), "reached": AnyStageKey(), **SEGMENT, "min_age_days": Days(0)},
        months="range",
        by=True,
        kind="leads",
    ),
    Question(
        "behind_kpi",
        {"month": Month(), "kpi": Word(KPIS, milestones=("mql", "sql", "opportunity"), is_needed=True)},
        kind="leads",
    ),
    Question("behind_period_ratio", {"month": Month(), **SEGMENT, **STEP}, by=True, kind="leads"),
    Question(
        "behind_scores",
        {"stage": AnyStageKey(is_needed=True), "bin_from": NumberOrNone(), "at": SCORE_AT, "bin": Number(10)},
        kind="leads",
        standing="as_of",
    ),
    Question("behind_silence", {"stage": AnyStageKey(), "band": BandKey()}, kind="leads", standing="as_of"),
    Question("behind_silence_flow", {"month": Month(), "flow": Word(FLOWS, is_needed=True)}, kind="leads"),
    Question("finding_rows", {"finding": Word(FINDINGS, is_needed=True)}, kind="leads", standing="unheeded"),
    Question("quarantined_rows", {"reason": Word(REASONS)}, kind="leads", standing="unheeded"),
)

OF_ONE_LEAD = tuple(
    Question(name, LEAD, kind="lead", standing="unheeded")
    for name in (
        "lead_card",
        "lead_spells",
        "lead_scores",
        "lead_activities",
        "lead_clocks",
        "lead_conditions",
    )
)

OF_SCREENS = (
    Question("morning", {"before": Instant()}, kind="screen", standing="as_of"),
    Question("morning_owners", {}, kind="screen", standing="as_of"),
    Question("due_next", {}, kind="screen", standing="as_of"),
    Question("overdue_ranges", {}, kind="screen", standing="as_of"),
    Question("untouched", {}, kind="screen", standing="as_of"),
    Question("held_back", {}, kind="screen", standing="as_of"),
    Question("breakdown", {}, months="range", by=True, kind="screen"),
    Question("conversion_runs", {**STEP, **WINDOW}, months="range", kind="screen", standing="at_entry"),
    Question("score_shortfall", {"at": SCORE_AT}, kind="screen", standing="as_of"),
    Question("silent_matrix", {}, kind="screen", standing="as_of"),
    Question("silent_stages", {}, kind="screen", standing="as_of"),
    Question("next_steps", {}, kind="screen", standing="as_of"),
    Question("quality_files", {}, kind="screen", standing="unheeded"),
    Question("kpi_history", {}, months="range", kind="screen"),
    Question("business_spans", {}, kind="screen", standing="unheeded"),
    Question("dimension_values", {"dimensions": Dimensions()}, kind="screen", standing="unheeded"),
)

CATALOGUE: dict[str, Question] = {
    question.name: question for question in (*ANSWERS, *LEADS, *OF_ONE_LEAD, *OF_SCREENS)
}


def find(name: str) -> Question:
    """The question of that name. Raises BadQuestion with the nearest name."""
    if name not in CATALOGUE:
        raise unknown("question", "質問", name, tuple(CATALOGUE))
    return CATALOGUE[name]


def of_kind(kind: Kind) -> tuple[str, ...]:
    """The names of the questions of a kind."""
    return tuple(question.name for question in CATALOGUE.values() if question.kind == kind)
