"""Every reason of every page, opened: definitions, bases, heads and values speak the language of the page."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from funnel.layer.warehouse import Warehouse
from funnel.ui.ground.pages import PAGES
from funnel.ui.parts import explain
from tests.languages import strangers
from tests.test_app import RAW, opened, plain, texts


@pytest.fixture(autouse=True)
def app(monkeypatch: pytest.MonkeyPatch, sample: Warehouse) -> None:
    """The app over the sample company, every 根拠 open."""
    monkeypatch.setenv("FUNNEL_DATA", str(sample.exports.directory))
    monkeypatch.chdir(Path(__file__).parent.parent)
    monkeypatch.setattr(explain, "panel", explain._body)


def table_words(at: AppTest) -> list[str]:
    """Heads and texts of all tables."""
    found: list[str] = []
    for element in at.dataframe:
        frame: pd.DataFrame = element.value
        found += [str(head) for head in frame.columns]
        for place in range(frame.shape[1]):
            values = frame.iloc[:, place].explode()  # a state is a list of one
            found += [value for value in values.unique() if isinstance(value, str)]
    return found


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", [name for entries in PAGES.values() for name in entries])
def test_every_reason_speaks_the_language_of_its_page(name: str, language: str, sample_dir: Path) -> None:
    at = opened(name, lang=language, **({"id": "L-000100"} if name == "lead" else {}))
    words = [plain(text) for text in texts(at)] + table_words(at)
    assert not [text for text in words if RAW.search(text)]
    assert strangers(words, language, sample_dir) == []
