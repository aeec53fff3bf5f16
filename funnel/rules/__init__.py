"""TODO funnel/rules."""
