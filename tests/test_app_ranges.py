"""What the pages say of events that were found by comparing two exports: durations as min–max, states as they are."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.reference_loading import World
from tests.test_app import RAW, ROOT, opened, plain, texts
from tests.test_ranges import REPLY, between
from tests.test_reference import act, lead, move, world
from tests.world_files import write_world

STATES = {"ja": "判定不能", "en": "Undeterminable"}


def found_weekly() -> World:
    """Two leads that became MQL between two exports, one of them called meanwhile, and one on the day."""
    found = {"from_value": "new"}
    changes = [
        between(move("mql", "05-20 09:00", "L1", **found), "05-06 09:00"),
        between(move("mql", "05-20 09:00", "L2", **found), "05-19 09:00"),
        move("mql", "05-21 09:00", "L3", **found),
    ]
    leads = [
        lead(f"L{n}", "05-01 09:00", company=f"架空商事{n}", stage="mql", owner="高橋") for n in (1, 2, 3)
    ]
    newest = act("email_open", "06-01 09:00", "L3")
    return world(leads, [*changes, act("call", "05-07 09:00", "L1"), newest], sla=[REPLY])


@pytest.fixture(scope="module")
def weekly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("weekly")
    write_world(found_weekly(), directory)
    return directory


@pytest.fixture(autouse=True)
def app(monkeypatch: pytest.MonkeyPatch, weekly: Path) -> None:
    monkeypatch.setenv("FUNNEL_DATA", str(weekly))
    monkeypatch.chdir(ROOT)


def row_of(page: AppTest, company: str) -> list[str]:
    """The first row of any list that names a company, as text."""
    for table in page.dataframe:
        names = table.value.iloc[:, 0].astype(str)
        if (names == company).any():
            return [str(value) for value in table.value[names == company].iloc[0]]
    raise LookupError(company)


@pytest.mark.parametrize(("language", "wait"), [("ja", "8〜17営業日"), ("en", "8–17 business days")])
def test_a_wait_that_began_between_two_exports_is_a_range(language: str, wait: str) -> None:
    page = opened("stage_aging", lang=language)
    assert wait in row_of(page, "架空商事1")
    assert not [value for value in row_of(page, "架空商事3") if "〜" in value or "–" in value]


@pytest.mark.parametrize(("language", "late"), [("ja", "11〜12日"), ("en", "11–12 days")])
def test_the_morning_list_writes_a_delay_as_a_range_and_ends_with_what_cannot_be_told(
    language: str, late: str
) -> None:
    page = opened("follow_ups", lang=language)
    listed = next(table.value for table in page.dataframe if "架空商事1" in set(table.value.iloc[:, 0]))
    assert list(listed.iloc[:, 0]) == ["架空商事2", "架空商事3", "架空商事1"]
    assert late in row_of(page, "架空商事2")
    assert f"['{STATES[language]}']" in row_of(page, "架空商事1")
    said = " ".join(plain(text) for text in texts(page))
    assert STATES[language].lower() in said.lower()
    assert not RAW.search(said)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_of_a_lead_says_that_a_state_cannot_be_told(language: str) -> None:
    page = opened("lead", lang=language, id="L1")
    assert STATES[language].lower() in plain(page.title[0].value).lower()
    figure = str(json.loads(page.get("plotly_chart")[0].proto.spec))
    assert STATES[language].lower() in figure.lower()
    times = next(table.value for table in page.dataframe if len(table.value) == 2)
    assert times.columns[-1] == {"ja": "早ければ", "en": "Not before"}[language]
    page = opened("lead", lang=language, id="L3")
    assert {"早ければ", "Not before"}.isdisjoint(page.dataframe[0].value.columns)


def test_the_definitions_explain_the_word() -> None:
    page = opened("definitions", lang="ja")
    assert any("判定不能" in str(table.value.to_numpy()) for table in page.dataframe) or any(
        "判定不能" in str(table.value.to_numpy()) for table in page.table
    )
