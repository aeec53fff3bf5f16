"""TODO funnel/server."""
