"""TODO funnel/ui/cards."""
