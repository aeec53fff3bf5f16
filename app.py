"""The frame: navigation, shared filters, the chosen page. No logic.

streamlit run app.py        FUNNEL_DATA names the data directory (default: data)
                            FUNNEL_SHARE=without-sign-in lets other computers in (README, "Sharing")
"""

import streamlit as st
from starlette.middleware import Middleware

from funnel.server.listening import Listening
from funnel.server.page_shell import PageShell
from funnel.server.seams import name_pages_ourselves


def told(trouble: Exception) -> bool:
    """What nobody has caught, in the app's own words."""
    from funnel.ui.ground import troubles  # like the frame, not before there is a session

    return troubles.uncaught(trouble)


name_pages_ourselves()
# the server imports this file and serves what it finds; as the script of a session the same file draws the page
app = st.App(__file__, middleware=[Middleware(Listening), Middleware(PageShell)], on_script_error=told)
if __name__ == "__main__":
    from funnel.ui.shell import run  # not before there is a session: its caches ask for one

    run.run()
