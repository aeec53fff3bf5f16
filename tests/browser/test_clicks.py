"""Clicks on every page, in both languages: what opens is the app's own, in its language.

Every button of a number, a row of each list, a mark of each figure and what can be unfolded.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.hands import click_row
from tests.browser.looks import LAPTOP, NAMES, PROJECTOR, Look, address_of, look_at
from tests.browser.served import rest, step
from tests.languages import strangers

BROKEN = '[data-testid="stException"], .stException'
BUTTONS = ('[class*="st-key-why-"] button', '[class*="st-key-behind-"] button')
# a mark of each figure that opens something: where it lies and how many there are
MARKS = """plot => {
  if (!(plot._fullLayout?.clickmode || '').includes('select')) return null;
  plot.scrollIntoView({block: 'center'});
  const frame = plot.getBoundingClientRect();
  for (const mark of plot.querySelectorAll('.points path, .point path')) {
    const { left, top, width, height } = mark.getBoundingClientRect();
    const x = left + width / 2, y = top + height / 2;
    if (width && height && mark.__data__ && x > frame.left && x < frame.right && y > frame.top && y < frame.bottom)
      return {x, y};
  }
  return null;
}"""


def opened(page: Page) -> set[str]:
    """The words of what has opened, which is closed."""
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    rest(page)
    expect(drawer.locator("h1, h2, h3, h4, [data-testid='stMarkdown']").first).to_be_visible()
    assert page.locator(BROKEN).count() == 0, drawer.inner_text()
    seen = set(look_at(page)["words"])
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    calm(page)
    return seen


def calm(page: Page) -> None:
    """Wait until the page is at rest and stays so: what has been told to the server may not have begun yet."""
    rest(page)
    page.wait_for_timeout(250)
    rest(page)


def rows(page: Page) -> list[tuple[Locator, int]]:
    """A row of every table whose cells open a drawer."""
    tables = page.locator(
        '[class*="st-key-quality-"] .stDataFrame, [class*="st-key-breakdown-"] .stDataFrame'
    )
    return [(tables.nth(place), row) for place in range(tables.count()) for row in (2,)]


def click_a_mark(page: Page, plot: Locator) -> bool:
    """Click a mark of a figure; False where none opens anything."""
    drawer = page.get_by_role("dialog")
    for patience in (6_000, 12_000):
        mark: dict[str, Any] | None = plot.evaluate(MARKS)
        if mark is None:
            return False
        page.mouse.move(mark["x"] - 2, mark["y"])
        page.mouse.move(mark["x"], mark["y"])
        with suppress(TimeoutError):
            page.locator(".hoverlayer .hovertext").first.wait_for(timeout=patience)
            page.mouse.click(mark["x"], mark["y"])
            drawer.wait_for(timeout=patience)
            return True
    expect(drawer).to_be_visible()
    return True


@pytest.mark.parametrize("look", [LAPTOP, PROJECTOR], ids=lambda look: look.language)
@pytest.mark.parametrize("name", NAMES)
def test_what_a_click_opens_is_whole_and_speaks_the_language_of_the_page(
    reader: Callable[[Look], Page], app: str, sample_dir: Path, name: str, look: Look
) -> None:
    page = reader(look)
    step(page, address_of(app, look, name))
    assert page.locator(BROKEN).count() == 0
    seen: set[str] = set()
    for kind in BUTTONS:
        for place in range(page.locator(kind).count()):
            page.locator(kind).nth(place).click()
            seen |= opened(page)
    for table, row in rows(page):
        click_row(table, row)
        seen |= opened(page)
    plots = page.locator(".js-plotly-plot")
    for place in range(plots.count()):
        if click_a_mark(page, plots.nth(place)):
            seen |= opened(page)
    lists = page.locator('[class*="st-key-list-"] .stDataFrame')
    for place in range(lists.count()):
        click_row(lists.nth(place), 0)
        expect(page).to_have_url(re.compile("/lead"))
        rest(page)
        seen |= set(look_at(page)["words"])
        page.go_back()
        expect(page).not_to_have_url(re.compile("/lead"))
        calm(page)
    main = page.get_by_test_id("stMain")
    choices = main.get_by_role("radio")
    for place in range(choices.count()):
        choices.nth(place).click()
        calm(page)
        assert page.locator(BROKEN).count() == 0
    seen |= set(look_at(page)["words"])
    here, links = page.url, main.locator("a[href^='/'], a[href^='http://127']")
    for where in sorted({link.get_attribute("href") or "" for link in links.all()}):
        main.locator(f'a[href="{where}"]').first.click()
        expect(page).not_to_have_url(here)
        rest(page)
        assert page.locator(BROKEN).count() == 0 and page.locator("h1").count() == 1
        page.go_back()
        expect(page).to_have_url(here)
        calm(page)
    for place in range(main.locator("summary").count()):
        main.locator("summary").nth(place).click()
        rest(page)
        assert page.locator(BROKEN).count() == 0
    assert not [word for word in seen if "Traceback" in word or "redacted" in word]
    assert strangers(seen, look.language, sample_dir) == []


def test_a_click_in_one_list_after_a_drawer_of_another_is_not_lost(
    reader: Callable[[Look], Page], app: str
) -> None:
    page = reader(LAPTOP)
    step(page, f"{app}/data_quality")
    drawer = page.get_by_role("dialog")
    for card, row in (("findings", 0), ("reasons", 0), ("findings", 1), ("reasons", 2)):
        click_row(page.locator(f".st-key-card-{card} .stDataFrame"), row)
        expect(drawer).to_be_visible()
        page.keyboard.press("Escape")
        expect(drawer).to_have_count(0)
        calm(page)
