"""TODO funnel/exports."""
