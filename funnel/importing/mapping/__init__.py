"""TODO funnel/importing/mapping."""
