"""TODO funnel/importing/converting."""
