"""TODO funnel/layer."""
