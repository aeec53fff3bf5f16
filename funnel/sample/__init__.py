"""TODO funnel/sample."""
