"""TODO funnel/ui/state."""
