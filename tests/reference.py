"""The slow plain-Python twin of every answer, written from the contract alone.

It shares no code with the product and imports nothing of `funnel`: where the two disagree, one of them has
misread METRICS.md, DATA.md or RULES.md. Clarity before speed: loops over rows, whole microseconds.
"""

from datetime import date, datetime
from typing import Any

from tests.reference_aging import (
    score_bands,
    score_distribution,
    stage_age_ratio,
    stage_aging,
    stage_aging_buckets,
    stage_aging_leads,
)
from tests.reference_behind import BEHIND
from tests.reference_change import conversion_curve, lead_time, rate_change
from tests.reference_conversion import (
    benchmarks,
    bridge,
    conversion,
    conversion_runs,
    flow,
    funnel,
    period_ratio,
    transitions,
)
from tests.reference_costs import before_after, costs, staged_targets
from tests.reference_follow_up import (
    dormant_flow,
    dormant_leads,
    dormant_pool,
    falling_asleep,
    overdue,
    response_times,
    sla_clocks,
    sla_summary,
    unassigned,
)
from tests.reference_handoff import (
    definition_matrix,
    delays,
    handoff_agreement,
    mql_log,
    rejections,
    touches,
    winners,
)
from tests.reference_health import health_check
from tests.reference_kpis import kpis
from tests.reference_loading import Refused, Row, World
from tests.reference_quality import data_quality
from tests.reference_recycled import recycle_list, recycled
from tests.reference_scored import (
    assets,
    engagement,
    mindset,
    nurture_list,
    rule_lift,
    score_flow,
    threshold_curve,
)
from tests.reference_screens import SCREENS
from tests.reference_view import STANDING, Question, Where, look_at
from tests.reference_what_if import what_if, what_if_leads

__all__ = ["MORE", "PARAMETERS", "QUESTIONS", "WITH_BY", "WITH_MONTHS", "Refused", "Row", "World", "answer"]

FROM_TO = {"from_stage": "mql", "to_stage": "sql"}
PARAMETERS: dict[str, dict[str, Any]] = {
    "funnel": {"min_age_days": 0},
    "conversion": {**FROM_TO, "window_days": 90},
    "conversion_curve": FROM_TO,
    "rate_change": {**FROM_TO, "window_days": 90},
    "period_ratio": FROM_TO,
    "bridge": {**FROM_TO, "window_days": 90},
    "benchmarks": {"min_age_days": 90},
    "kpis": {"window_days": 90},
    "before_after": {"change": None, "months": 6, "against": "before"},
    "score_distribution": {"at": "now", "bin": 10},
    "score_bands": {"day": 30, "to_stage": "sql", "window_days": 90},
    "threshold_curve": {"step": 5, "to_stage": "sql", "window_days": 90},
    "rule_lift": {"to_stage": "sql", "window_days": 90},
    "response_times": {"policy": None, "to_stage": "sql", "window_days": 90},
    "recycled": {"window_days": 180},
    "recycle_list": {"window_days": 180},
    "what_if": {"version": None, "shift": None},
    "what_if_leads": {"version": None, "shift": None},
    "behind_aging": {"stage": None, "bucket": None, "ratio_from": None, "over_only": False},
    "behind_bands": {"band": None, "day": 30, "to_stage": "sql", "window_days": 90},
    "behind_clocks": {"policy": None, "of_owner": False, "segment": None},
    "conversion_runs": {**FROM_TO, "window_days": 90},
    "behind_conversion": {**FROM_TO, "window_days": 90, "segment": None},
    "behind_period_ratio": {**FROM_TO, "segment": None},
    "behind_funnel": {"min_age_days": 0, "segment": None, "reached": None},
    "score_shortfall": {"at": "now"},
    "behind_scores": {"at": "now", "bin": 10, "bin_from": None},
    "behind_silence": {"stage": None, "band": None},
}
QUESTIONS: dict[str, Question] = {
    "funnel": funnel,
    "conversion": conversion,
    "conversion_curve": conversion_curve,
    "period_ratio": period_ratio,
    "bridge": bridge,
    "rate_change": rate_change,
    "benchmarks": benchmarks,
    "kpis": kpis,
    "flow": flow,
    "transitions": transitions,
    "lead_time": lead_time,
    "stage_aging": stage_aging,
    "stage_age_ratio": stage_age_ratio,
    "stage_aging_buckets": stage_aging_buckets,
    "stage_aging_leads": stage_aging_leads,
    "score_distribution": score_distribution,
    "score_bands": score_bands,
    "threshold_curve": threshold_curve,
    "rule_lift": rule_lift,
    "mindset": mindset,
    "nurture_list": nurture_list,
    "score_flow": score_flow,
    "engagement": engagement,
    "assets": assets,
    "sla_summary": sla_summary,
    "sla_clocks": sla_clocks,
    "overdue": overdue,
    "response_times": response_times,
    "unassigned": unassigned,
    "dormant_pool": dormant_pool,
    "dormant_leads": dormant_leads,
    "dormant_flow": dormant_flow,
    "falling_asleep": falling_asleep,
    "mql_log": mql_log,
    "rejections": rejections,
    "handoff_agreement": handoff_agreement,
    "definition_matrix": definition_matrix,
    "winners": winners,
    "touches": touches,
    "delays": delays,
    "recycled": recycled,
    "recycle_list": recycle_list,
    "what_if": what_if,
    "what_if_leads": what_if_leads,
    "costs": costs,
    "before_after": before_after,
    "staged_targets": staged_targets,
    "health_check": health_check,
    "data_quality": data_quality,
}
MORE: dict[str, Question] = {**BEHIND, **SCREENS, "conversion_runs": conversion_runs}
WITH_BY = {
    "funnel", "conversion", "period_ratio", "rate_change", "costs", "stage_aging", "sla_summary", "dormant_pool", "rejections",
    "engagement",
    "behind_funnel", "behind_conversion", "behind_period_ratio",
}  # fmt: skip
WITH_MONTHS = {
    "funnel", "conversion", "conversion_curve", "period_ratio", "bridge", "rate_change", "flow", "transitions",
    "lead_time", "costs", "stage_aging", "score_bands",
    "sla_summary", "sla_clocks", "response_times", "dormant_flow", "benchmarks",
    "mql_log", "rejections", "handoff_agreement", "definition_matrix", "winners", "touches", "delays",
    "recycled", "what_if", "what_if_leads",
    "threshold_curve", "rule_lift", "mindset", "score_flow", "engagement", "assets",
    "behind_funnel", "behind_bands", "behind_clocks", "kpi_history", "conversion_runs",
}  # fmt: skip

# what says how a lead stands at T, as a filter and to be broken down by: all of it by these …
AS_OF_T = {
    "stage_aging", "stage_aging_buckets", "stage_age_ratio", "stage_aging_leads", "score_distribution", "overdue",
    "unassigned", "dormant_pool", "dormant_leads", "falling_asleep", "behind_aging", "behind_scores", "behind_silence",
    "morning", "morning_owners", "due_next", "untouched", "held_back", "silent_matrix", "silent_stages", "next_steps",
    "score_shortfall", "overdue_ranges", "recycle_list", "nurture_list",
}  # fmt: skip
# … the owner alone by these, of the entry or of the clock; these heed no filter; nobody else takes any of it
OWNER_OF = {
    "conversion": "at_entry", "behind_conversion": "at_entry", "sla_summary": "of_clock", "sla_clocks": "of_clock",
    "behind_clocks": "of_clock", "conversion_runs": "at_entry", "mql_log": "at_entry", "rejections": "at_entry",
    "handoff_agreement": "at_entry", "definition_matrix": "at_entry", "delays": "at_entry", "rate_change": "at_entry",
}  # fmt: skip
UNHEEDED = {"data_quality", "finding_rows", "quality_files", "quarantined_rows", *(name for name in SCREENS if name.startswith("lead_")),
            "business_spans", "dimension_values"}  # fmt: skip


def check_standing(name: str, where: Where, by: str | None) -> None:
    """Refuse what would choose leads by what became of them."""
    for dimension in {*(dimension for dimension, _ in where), by} & STANDING:
        if name in AS_OF_T or name in UNHEEDED:
            continue
        if dimension != "owner" or name not in OWNER_OF:
            raise Refused(f"{name} by {dimension} would choose by the outcome")


def answer(
    name: str,
    world: World,
    *,
    as_of: datetime | date | None = None,
    from_month: str | None = None,
    to_month: str | None = None,
    where: Where = (),
    by: str | None = None,
    params: dict[str, Any] | None = None,
    version: str | None = None,
) -> list[Row]:
    """The rows of one question, columns and rows in the contract's order; under `version` if it is named."""
    if name not in WITH_MONTHS and (from_month or (to_month and name != "kpis")):
        raise Refused(f"{name} has no use for months")
    if by is not None and name not in WITH_BY:
        raise Refused(f"{name} cannot be broken down")
    check_standing(name, where, by)
    if name == "dormant_pool":
        by = by or "stage"
    chosen = {**PARAMETERS.get(name, {}), **(params or {})}
    takes_owner = OWNER_OF.get(name, "as_of")
    view = look_at(world, as_of, version, from_month, to_month, where, by, chosen, takes_owner)
    if takes_owner == "at_entry" and "owner" in {*view.wanted(), by} and not view.has_owner_history:
        raise Refused("nobody knows who owned a lead when")
    return {**QUESTIONS, **MORE}[name](view)
