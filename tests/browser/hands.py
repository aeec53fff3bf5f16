"""What a reader does with the parts of a page: choose, click a mark or a row, open a reason. Knows no page."""

import re
from contextlib import suppress
from typing import Any

from playwright.sync_api import Download, Locator, Page, TimeoutError, expect

from tests.browser.served import rest

ROW, HEAD = 33, 34  # pixels of a list's rows
OF_MARK = """([figure, trace, point]) => {
  const plot = document.querySelector(`[class*="st-key-figure-${figure}-"] .js-plotly-plot`);
  plot.scrollIntoView({block: 'center'});
  const drawn = plot._fullData[trace], frame = plot.getBoundingClientRect();
  const across = plot._fullLayout[drawn.xaxis.replace('x', 'xaxis')], up = plot._fullLayout[drawn.yaxis.replace('y', 'yaxis')];
  const middle = (axis, value, isLength) => axis._offset + (isLength ? (axis.c2p(value) + axis.c2p(0)) / 2 : axis.c2p(value));
  const bar = drawn.type === 'bar' ? drawn.orientation : '';
  const base = bar === 'v' && drawn.base ? drawn.base[point] : 0;
  return {
    x: frame.x + middle(across, drawn.x[point], bar === 'h'),
    y: frame.y + middle(up, base ? base * 2 + drawn.y[point] : drawn.y[point], bar === 'v'),
    says: drawn.hovertext[point],
  };
}"""


def click_mark(page: Page, figure: str, trace: int, point: int) -> int:
    """Click a mark of a figure; gives the count of leads that it says it stands for."""
    drawer = page.get_by_role("dialog")
    for patience in (3_000, 6_000, 12_000):  # on a busy machine a figure may still move under the pointer
        mark: dict[str, Any] = page.evaluate(OF_MARK, [figure, trace, point])
        count = re.search(r"(?:/|<b>|<br>)([\d,]+)件", mark["says"])
        assert count, mark["says"]
        # the click counts for the mark that the figure has found under the pointer, a moment after the move
        page.mouse.move(mark["x"] - 2, mark["y"])
        page.mouse.move(mark["x"], mark["y"])
        with suppress(TimeoutError):
            page.locator(".hoverlayer .hovertext").first.wait_for(timeout=patience)
            page.mouse.click(mark["x"], mark["y"])
            drawer.wait_for(timeout=patience)
            break
    expect(drawer).to_be_visible()
    rest(page)
    return int(count.group(1).replace(",", ""))


def click_row(listed: Locator, row: int, across: int = 80) -> None:
    """Click the first column of a row of a list, beside its number."""
    listed.locator(".dvn-scroller").click(position={"x": across, "y": HEAD + ROW * row + ROW // 2})


def listed_rows(listed: Locator) -> int:
    """How many rows a list has, those below the fold included."""
    height: int = listed.locator(".dvn-scroll-inner").evaluate("each => each.scrollHeight")
    return round((height - HEAD) / ROW)


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option of a select box."""
    box = page.get_by_role("combobox", name=label, exact=True).or_(page.get_by_label(label, exact=True)).first
    rest(page)
    for patience in (3_000, 6_000, 12_000):  # options close when a late part of the page still comes in
        box.click()
        with suppress(TimeoutError):
            page.get_by_role("option", name=option, exact=True).click(timeout=patience)
            break
        page.keyboard.press("Escape")
    rest(page)


def downloaded(page: Page, within: Locator, name: str) -> Download:
    """What a button brings."""
    with page.expect_download() as coming:
        within.get_by_role("button", name=name).click()
    return coming.value
