"""TODO funnel/ui/shell."""
