"""The headlines: one sentence per page and figure, made from the answer that the figure draws.

A sentence respects what the data can bear: rates with a small base are never compared or put forward, a change is
called a change only where it is beyond chance, a young cohort is never called a fall. What is small, beyond chance or
short of a target is a column of the answer: nothing is judged here. Knows answers as frames and labels as text;
nothing of Streamlit, SQL or rules.
"""

from funnel.headlines.aging import aging_buckets, aging_headline, aging_rates, aging_ridge
from funnel.headlines.common import newest_whole_month
from funnel.headlines.conversion import (
    Step,
    beside_kpi,
    conversion_headline,
    conversion_note,
    conversion_trend,
    newest_mature,
    period_parts,
    period_ratio,
)
from funnel.headlines.dormant import (
    dormant_flow,
    dormant_flow_sub,
    dormant_headline,
    dormant_list,
    dormant_stages,
    falling_asleep,
    last_seen,
)
from funnel.headlines.follow_up import (
    due_by_closing,
    due_next,
    home_headline,
    overdue_headline,
    owners_below_target,
    policies_below_target,
)
from funnel.headlines.lead import lead_headline, lead_path
from funnel.headlines.monthly import monthly_headline, monthly_note, next_steps, target_verdicts
from funnel.headlines.quality import quality_headline, quality_kinds, quality_reasons
from funnel.headlines.reach import benchmarks, channels, funnel
from funnel.headlines.scores import held_back, score_bands, score_distribution, scores_headline

__all__ = [
    "Step",
    "aging_buckets",
    "aging_headline",
    "aging_rates",
    "aging_ridge",
    "benchmarks",
    "beside_kpi",
    "channels",
    "conversion_headline",
    "conversion_note",
    "conversion_trend",
    "dormant_flow",
    "dormant_flow_sub",
    "dormant_headline",
    "dormant_list",
    "dormant_stages",
    "due_by_closing",
    "due_next",
    "falling_asleep",
    "funnel",
    "held_back",
    "home_headline",
    "last_seen",
    "lead_headline",
    "lead_path",
    "monthly_headline",
    "monthly_note",
    "newest_mature",
    "newest_whole_month",
    "next_steps",
    "overdue_headline",
    "owners_below_target",
    "period_parts",
    "period_ratio",
    "policies_below_target",
    "quality_headline",
    "quality_kinds",
    "quality_reasons",
    "score_bands",
    "score_distribution",
    "scores_headline",
    "target_verdicts",
]
