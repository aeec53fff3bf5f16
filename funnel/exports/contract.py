"""The contract of the exports: the files, their columns and types, and which are required."""

LEADS, ACTIVITIES, COSTS = "leads.parquet", "activities.parquet", "costs.parquet"

COLUMNS: dict[str, tuple[str, ...]] = {
    LEADS: (
        "lead_id", "created_at", "company", "contact_name", "email", "phone", "department", "title",
        "title_rank", "industry", "campaign", "interest", "employees", "channel", "owner", "owner_team",
        "stage", "stage_since", "score", "need", "budget", "timeline", "decision_maker", "amount",
        "lost_reason", "opted_out", "excluded", "record_url",
    ),
    ACTIVITIES: (
        "activity_id", "lead_id", "occurred_at", "type", "actor", "outcome", "from_value", "to_value",
        "reason", "points", "asset", "not_before",
    ),
    COSTS: ("month", "channel", "campaign", "cost"),
}  # fmt: skip
REQUIRED = {
    LEADS: ("lead_id", "created_at"),
    ACTIVITIES: ("activity_id", "lead_id", "occurred_at", "type"),
    COSTS: ("month", "channel", "cost"),
}
TIMES = {"created_at", "stage_since", "occurred_at", "not_before", "month"}
TAKEN = {"file_row_number"}  # names that the reading itself needs
