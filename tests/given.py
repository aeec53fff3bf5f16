"""What the questions that need something are asked with, over the sample company."""

from funnel.questions.catalogue import of_kind

# by what is broken down that answers no other way
ALWAYS_BY = {"rate_change": "channel"}
MONTH = {"month": "2026-07"}
GIVEN: dict[str, dict[str, str]] = {
    "behind_conversion": MONTH,
    "behind_period_ratio": MONTH,
    "behind_funnel": {"stage": "mql"},
    "behind_kpi": {**MONTH, "kpi": "mql"},
    "behind_scores": {"stage": "mql"},
    "behind_silence_flow": {**MONTH, "flow": "fell_silent"},
    "finding_rows": {"finding": "no_owner"},
    "what_if": {"shift": "-10"},
    "what_if_leads": {"shift": "-10"},
    "morning": {"before": "2026-10-30"},
    **{key: {"lead_id": "L-000001"} for key in of_kind("lead")},
}
