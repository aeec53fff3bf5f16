"""How the parts of Streamlit's page are found and what they say: all that its documented means do not tell.

Knows static/streamlit.toml, which alone names them.
"""

import tomllib
from pathlib import Path
from string import Template

from streamlit.runtime.pages_manager import PagesManager

STATIC = Path(__file__).parent / "static"
_SEAMS: dict[str, dict[str, str]] = tomllib.loads((STATIC / "streamlit.toml").read_text(encoding="utf-8"))
MARKS, WORDS = _SEAMS["marks"], _SEAMS["words"]


def styled(css: str) -> str:
    """A style whose $names are marks, with their selectors."""
    return Template(css).substitute(MARKS)


def name_pages_ourselves() -> None:
    """Have Streamlit take no file of pages/ for a page of its own.

    As it comes it looks there before the frame has told it which pages there are: the first visitor of a server who
    comes by a deep link is then told, in English, that there is no such page.
    """
    PagesManager.uses_pages_directory = False
