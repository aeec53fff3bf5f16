"""TODO funnel/importing/joining."""
