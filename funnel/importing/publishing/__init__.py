"""Step 5 of an import: a new generation beside the old ones, and the switch to it."""
