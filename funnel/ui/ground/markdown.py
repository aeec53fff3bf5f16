"""Text from the data, safe in Markdown, and the small grey line. Knows Streamlit; no answer."""

import re

import streamlit as st

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=\"'])")
LINKS = re.compile(r"(https?|ftp)(?=://)|(?<![A-Za-z0-9])(www|mailto)(?=[.:])", re.IGNORECASE)
JOINER = "\u2060"  # unseen, breaks what would become a link


def esc(text: object) -> str:
    """Text from the data as it is: no Markdown, no icon, no link, no image, one line."""
    flat = " ".join(str(text).split())
    return SPECIAL.sub(r"\\\1", LINKS.sub(lambda match: match.group(0) + JOINER, flat))


def small(text: str) -> None:
    """The grey line: scope, base, unit. (st.caption is too pale to be read.)"""
    st.markdown(f":small[:gray[{esc(text)}]]")
