"""What bends which numbers, for the slow twin: what every question reads, what every reason and finding bends (DATA.md)."""

# every question, in METRICS' order; those that the product does not have are left out
QUESTIONS = [
    "funnel",
    "conversion",
    "conversion_curve",
    "period_ratio",
    "bridge",
    "rate_change",
    "flow",
    "transitions",
    "lead_time",
    "stage_aging",
    "stage_aging_buckets",
    "stage_age_ratio",
    "stage_aging_leads",
    "score_distribution",
    "score_bands",
    "threshold_curve",
    "rule_lift",
    "mindset",
    "nurture_list",
    "score_flow",
    "engagement",
    "assets",
    "sla_summary",
    "sla_clocks",
    "overdue",
    "response_times",
    "unassigned",
    "delays",
    "dormant_pool",
    "dormant_leads",
    "dormant_flow",
    "falling_asleep",
    "handoff_agreement",
    "mql_log",
    "rejections",
    "winners",
    "touches",
    "recycled",
    "recycle_list",
    "definition_matrix",
    "what_if",
    "what_if_leads",
    "kpis",
    "costs",
    "benchmarks",
    "staged_targets",
    "before_after",
    "health_check",
]
READ_BY = {
    "creation": (
        "funnel flow lead_time score_distribution score_bands rule_lift score_flow sla_summary "
        "sla_clocks overdue unassigned dormant_pool dormant_leads dormant_flow falling_asleep winners "
        "touches kpis costs benchmarks staged_targets before_after health_check"
    ),
    "standing": (
        "funnel flow stage_aging stage_aging_buckets stage_age_ratio stage_aging_leads "
        "score_distribution nurture_list overdue unassigned dormant_pool dormant_leads dormant_flow "
        "falling_asleep winners recycle_list definition_matrix what_if what_if_leads kpis benchmarks "
        "staged_targets before_after health_check"
    ),
    "moves": (
        "conversion conversion_curve period_ratio bridge rate_change flow transitions lead_time "
        "stage_aging stage_aging_buckets stage_age_ratio stage_aging_leads score_bands "
        "threshold_curve rule_lift mindset assets sla_summary sla_clocks overdue response_times "
        "delays handoff_agreement mql_log rejections touches recycled recycle_list definition_matrix "
        "kpis costs staged_targets before_after health_check"
    ),
    "hours": (
        "sla_summary sla_clocks overdue response_times delays kpis staged_targets before_after health_check"
    ),
    "owner": (
        "stage_aging_leads sla_summary sla_clocks overdue unassigned delays dormant_leads "
        "falling_asleep recycle_list what_if_leads health_check"
    ),
    "touches": (
        "stage_aging_leads sla_summary sla_clocks overdue response_times delays dormant_pool "
        "dormant_leads dormant_flow falling_asleep touches recycled recycle_list kpis staged_targets "
        "before_after health_check"
    ),
    "behaviour": (
        "stage_aging_leads score_distribution score_bands threshold_curve rule_lift mindset "
        "nurture_list score_flow engagement assets sla_summary sla_clocks overdue response_times "
        "unassigned delays dormant_pool dormant_leads dormant_flow falling_asleep handoff_agreement "
        "mql_log recycled recycle_list definition_matrix what_if what_if_leads kpis staged_targets "
        "before_after health_check"
    ),
    "amount": ("recycled recycle_list"),
    "opted_out": ("nurture_list overdue dormant_pool dormant_leads recycle_list"),
}
BENT_BY_REASON = {
    "missing_key": {"everything"},
    "missing_time": {"everything"},
    "unreadable_value": {"everything"},
    "out_of_range": {"everything"},
    "duplicate_key": {"everything"},
    "unknown_lead": {"moves", "touches", "behaviour"},
    "unknown_type": {"hours", "touches", "behaviour"},
    "unknown_stage": {"standing", "moves"},
    "duplicate_row": set(),
}
BENT_BY_FINDING = {
    "before_creation": {"creation", "moves", "touches", "behaviour"},
    "future": {"standing", "moves", "touches", "behaviour"},
    "stage_mismatch": {"standing", "moves"},
    "no_history": {"moves"},
    "import_burst": {"creation", "moves"},
    "midnight": {"hours"},
    "no_owner": {"owner"},
    "no_touch": {"touches"},
    "same_instant": {"standing", "moves"},
    "no_outcome": {"touches"},
    "unknown_stage": {"standing"},
    "before_rules": {"hours", "behaviour"},
}
# a cell that cannot be read, by its column; points bend nothing
BENT_BY_CELL = {
    "employees": "behaviour",
    "score": "behaviour",
    "amount": "amount",
    "opted_out": "opted_out",
    "excluded": "everything",
}


def bends(kinds: set[str], there_are: set[str]) -> str | None:
    """The questions that read one of the kinds, of those that there are; `all`, or None for nothing."""
    there = [name for name in QUESTIONS if name in there_are]
    found = [
        name
        for name in there
        if "everything" in kinds or any(name in READ_BY[kind].split() for kind in kinds)
    ]
    return "all" if found == there else ",".join(found) or None
