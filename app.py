"""The frame: navigation, shared filters, the chosen page. No logic.

streamlit run app.py        FUNNEL_DATA names the data directory (default: data)
"""

from funnel.ui import app

app.run()
