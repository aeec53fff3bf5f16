"""What is served.

streamlit run app.py        FUNNEL_DATA names the data directory (default: data)
"""

import streamlit as st
from starlette.middleware import Middleware

from funnel.first_look import FirstLook

app = st.App("dashboard.py", middleware=[Middleware(FirstLook)])
