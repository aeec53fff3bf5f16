"""TODO funnel/importing/publishing."""
