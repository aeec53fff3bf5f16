"""TODO funnel/ui/ground."""
