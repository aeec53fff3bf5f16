"""TODO funnel/ui/parts."""
