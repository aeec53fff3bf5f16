"""Every page in every look: it opens with its finding, fits, is quiet, is accessible, and speaks one language."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import BOTH_THEMES, LAPTOP, LOOKS, NAMES, PHONE, PROJECTOR, Look, Seen, look_at
from tests.browser.served import step, visit
from tests.languages import strangers

See = Callable[[Look, str], Seen]
every_look = pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
every_page = pytest.mark.parametrize("name", NAMES)

# inside Streamlit's own parts, where the app has no say: rule, what the element holds, why it does no harm
STREAMLITS_OWN = (
    (
        "svg-img-alt",
        "metric_chart_",
    ),  # the unseen mark under the mouse in the bars of a tile, whose text says all
    (
        "scrollable-region-focusable",
        "st-emotion-cache",
    ),  # the frame of st.table on a phone: Chromium gives it the focus
    (
        "button-name",
        "stFileUploaderDropzone",
    ),  # its English word is replaced by CSS: a name to browsers and screen readers, of which axe knows nothing
)


@every_look
@every_page
def test_a_page_opens_with_one_finding_and_nothing_broken(seen: See, look: Look, name: str) -> None:
    page = seen(look, name)
    assert len(page.headlines) == 1 and page.headlines[0].strip()
    assert not page.exceptions
    assert not page.complaints


@every_look
@every_page
def test_a_page_never_scrolls_sideways(seen: See, look: Look, name: str) -> None:
    assert seen(look, name).page_width <= look.width


@every_look
@every_page
def test_no_label_of_a_figure_is_cut(seen: See, look: Look, name: str) -> None:
    assert seen(look, name).cut == []


@every_page
def test_nothing_jumps_while_a_page_opens(seen: See, name: str) -> None:
    assert seen(LAPTOP, name).jumps < 0.1


@pytest.mark.parametrize("look", BOTH_THEMES, ids=lambda look: look.scheme)
@every_page
def test_axe_finds_nothing_serious(seen: See, look: Look, name: str) -> None:
    ours = [
        found
        for found in seen(look, name).violations
        if not any(
            found["rule"] == rule and part in f"{found['html']} {found['part']}"
            for rule, part in STREAMLITS_OWN
        )
    ]
    assert ours == []


@every_look
@every_page
def test_a_page_speaks_one_language(seen: See, look: Look, name: str, sample_dir: Path) -> None:
    assert strangers(seen(look, name).words, look.language, sample_dir) == []


STATES = {
    "the leads behind a mark": '?mark=["funnel",{"stage":"mql"}]',
    "a list of late leads": 'follow_ups?mark=["clocks",{"policy":"first_contact","months":["2026-08-01","2026-10-01"],"of_owner":false}]',
    "nothing matches": "stage_aging?f.channel=none&period=3m",
    "an address that cannot be": "conversion?as_of=31",
    "a lead that is not there": "lead?id=0",
    "no lead": "lead",
    "months of one's own": "scores?period=2026-01~2026-05&at=created",
    "an older version": "definitions?rules=2025-04",
    "a page for paper": "follow_ups?print=1",
    "a review for paper": "monthly?print=1",
}


@pytest.mark.parametrize("look", [LAPTOP, PROJECTOR], ids=lambda look: look.language)
@pytest.mark.parametrize("state", STATES)
def test_a_state_speaks_one_language(
    reader: Callable[[Look], Page], app: str, sample_dir: Path, look: Look, state: str
) -> None:
    page = reader(look)
    address = STATES[state]
    language = "" if look.language == "ja" else f"{'&' if '?' in address else '?'}lang={look.language}"
    step(page, f"{app}/{address}{language}")
    assert strangers(look_at(page)["words"], look.language, sample_dir) == []


def test_a_phone_chooses_the_page_above_the_content(reader: Callable[[Look], Page], app: str) -> None:
    page = reader(PHONE)
    step(page, app)
    expect(page.get_by_role("link", name="スコア分布")).not_to_be_in_viewport()
    page.get_by_role("combobox", name="ページ").tap()
    page.get_by_role("option", name="スコア分布", exact=True).tap()
    expect(page).to_have_url(re.compile("/scores$"))


def test_an_address_of_no_page_says_so_and_shows_home(tab: Page, app: str) -> None:
    visit(tab, f"{app}/konversion?lang=en")
    expect(tab.get_by_text("There is no page “konversion”")).to_be_visible()
    visit(tab, f"{app}/home")
    expect(tab.get_by_text("ホーム — いま、どこに")).to_be_visible()
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab.get_by_text("というページはありません")).to_have_count(0)
