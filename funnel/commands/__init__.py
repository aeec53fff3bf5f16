"""TODO funnel/commands."""
