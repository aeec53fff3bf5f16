"""TODO funnel/questions."""
