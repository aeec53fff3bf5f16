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
from tests.reference_conversion import (
    benchmarks,
    bridge,
    conversion,
    flow,
    funnel,
    period_ratio,
    transitions,
)
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
from tests.reference_kpis import kpis
from tests.reference_loading import Refused, Row, World
from tests.reference_quality import data_quality
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
from tests.reference_view import Question, Where, look_at

__all__ = ["MORE", "PARAMETERS", "QUESTIONS", "WITH_BY", "WITH_MONTHS", "Refused", "Row", "World", "answer"]

FROM_TO = {"from_stage": "mql", "to_stage": "sql"}
PARAMETERS: dict[str, dict[str, Any]] = {
    "funnel": {"min_age_days": 0},
    "conversion": {**FROM_TO, "window_days": 90},
    "period_ratio": FROM_TO,
    "bridge": {**FROM_TO, "window_days": 90},
    "benchmarks": {"min_age_days": 90},
    "kpis": {"window_days": 90},
    "score_distribution": {"at": "now", "bin": 10},
    "score_bands": {"day": 30, "to_stage": "sql", "window_days": 90},
    "threshold_curve": {"step": 5, "to_stage": "sql", "window_days": 90},
    "rule_lift": {"to_stage": "sql", "window_days": 90},
    "response_times": {"policy": None, "to_stage": "sql", "window_days": 90},
    "behind_aging": {"stage": None, "bucket": None, "ratio_from": None, "over_only": False},
    "behind_bands": {"band": None, "day": 30, "to_stage": "sql", "window_days": 90},
    "behind_clocks": {"policy": None, "of_owner": False, "segment": None},
    "behind_conversion": {**FROM_TO, "window_days": 90, "segment": None},
    "behind_period_ratio": {**FROM_TO, "segment": None},
    "behind_funnel": {"min_age_days": 0, "segment": None},
    "behind_scores": {"at": "now", "bin": 10, "bin_from": None},
    "behind_silence": {"stage": None, "band": None},
}
QUESTIONS: dict[str, Question] = {
    "funnel": funnel,
    "conversion": conversion,
    "period_ratio": period_ratio,
    "bridge": bridge,
    "benchmarks": benchmarks,
    "kpis": kpis,
    "flow": flow,
    "transitions": transitions,
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
    "data_quality": data_quality,
}
MORE: dict[str, Question] = {**BEHIND, **SCREENS}
WITH_BY = {
    "funnel", "conversion", "period_ratio", "stage_aging", "sla_summary", "dormant_pool", "rejections", "engagement",
    "behind_funnel", "behind_conversion", "behind_period_ratio",
}  # fmt: skip
WITH_MONTHS = {
    "funnel", "conversion", "period_ratio", "bridge", "flow", "transitions", "stage_aging", "score_bands",
    "sla_summary", "sla_clocks", "response_times", "dormant_flow", "benchmarks",
    "mql_log", "rejections", "handoff_agreement", "definition_matrix", "winners", "touches", "delays",
    "threshold_curve", "rule_lift", "mindset", "score_flow", "engagement", "assets",
    "behind_funnel", "behind_bands", "behind_clocks", "kpi_history",
}  # fmt: skip


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
    if name == "dormant_pool":
        by = by or "stage"
    chosen = {**PARAMETERS.get(name, {}), **(params or {})}
    return {**QUESTIONS, **MORE}[name](
        look_at(world, as_of, version, from_month, to_month, where, by, chosen)
    )
