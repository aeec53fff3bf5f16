"""TODO funnel/words."""
