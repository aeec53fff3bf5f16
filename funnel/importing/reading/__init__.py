"""TODO funnel/importing/reading."""
