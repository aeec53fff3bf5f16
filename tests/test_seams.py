"""What the app relies on in Streamlit's page stands in one file, and the installed Streamlit has all of it."""

import re
from pathlib import Path

import streamlit

from funnel.server.seams import MARKS, STATIC, WORDS, styled

ROOT = Path(__file__).parent.parent
BUNDLE = Path(streamlit.__file__).parent / "static"
# attributes, their values, and classes of a selector
NAMES = re.compile(r"""\[([\w-]+)|="([^"]+)"|\.([A-Za-z][\w-]*)""")
THEIRS = re.compile(r"""data-test|\bst[A-Z]\w+|\b(?:gdg|dvn)-|main-svg|js-plotly-plot""")


def bundle() -> str:
    """All that Streamlit sends to a browser, what its server says when a file cannot be made included."""
    files = [path for kind in ("js", "css", "html") for path in BUNDLE.glob(f"**/*.{kind}")]
    files.append(BUNDLE.parent / "runtime" / "backend_operation_handler.py")
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


def names(selector: str) -> set[str]:
    return {name for groups in NAMES.findall(selector) for name in groups if name}


def test_the_installed_streamlit_has_every_mark_and_every_word() -> None:
    sent = bundle()
    wanted = {name for selector in MARKS.values() for name in names(selector)} | {"st-key-"}
    assert len(wanted) > 25
    assert sorted(name for name in wanted if name not in sent) == []
    pieces = {piece.strip(" ,:") for words in WORDS for piece in words.split("{}")} - {""}
    # "Search: {}" is put together of a word and a name, "open_in_new icon" of an icon of ours and a word
    assert sorted(piece for piece in pieces - {"open_in_new icon"} if piece not in sent) == []


def test_a_name_that_streamlit_does_not_have_is_noticed() -> None:
    assert names('[data-testid="stNoSuchPart"] > .noSuchClass') - {"data-testid"} == {
        "stNoSuchPart",
        "noSuchClass",
    }
    assert "stNoSuchPart" not in bundle()


def test_no_other_file_of_ours_names_a_mark_of_streamlit() -> None:
    files = [ROOT / "app.py"]
    files += [path for folder in ("funnel", "pages") for path in (ROOT / folder).glob("**/*.py")]
    files += [STATIC / "frame.css", STATIC / "frame.js"]
    found = {
        f"{path.relative_to(ROOT)}: {mark}"
        for path in files
        for mark in THEIRS.findall(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_every_mark_is_used() -> None:
    used = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*(ROOT / "funnel").glob("**/*.py"), STATIC / "frame.css", STATIC / "frame.js"]
    )
    unused = [
        name for name in MARKS if not re.search(rf"""\${name}\b|MARKS\.{name}\b|MARKS\["{name}"\]""", used)
    ]
    assert unused == []


def test_a_style_is_sent_with_selectors_for_its_marks() -> None:
    assert styled("$list_tools { display: none }") == f"{MARKS['list_tools']} {{ display: none }}"
    assert "$" not in styled((STATIC / "frame.css").read_text(encoding="utf-8"))
