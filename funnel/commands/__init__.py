"""`python -m funnel …`: one file per command. Knows everything but the screens."""
