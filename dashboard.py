"""The frame: navigation, shared filters, the chosen page. No logic."""

from funnel.ui import app

app.run()
