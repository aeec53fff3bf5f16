"""TODO funnel/ui/importing."""
