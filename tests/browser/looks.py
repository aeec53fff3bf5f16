"""Who looks: phone, laptop, projector; and what is seen of a page. Knows the pages' names, no number."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page

from funnel.ui.ground.pages import PAGES
from tests.browser.served import ROOT, step

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
SHOTS = ROOT / "artifacts" / "screens"
LEAD = "L-000100"
NAMES = [name for entries in PAGES.values() for name in entries]
# asked for below the address of a deep link before the right place is tried: Streamlit's own way, harmless
EXPECTED = ("/_stcore/health", "/_stcore/host-config")


@dataclass(frozen=True)
class Look:
    """A window, the language of the page and the appearance."""

    name: str
    width: int
    height: int
    language: str
    scheme: str


ON_A_PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
PHONE = Look("phone", 390, 844, "ja", "dark")
LAPTOP = Look("laptop", 1440, 900, "ja", "light")
PROJECTOR = Look("projector", 1920, 1080, "en", "light")
LOOKS = (PHONE, LAPTOP, PROJECTOR)
BOTH_THEMES = (PHONE, LAPTOP)


@dataclass
class Seen:
    """A page at rest."""

    headlines: list[str]
    page_width: int
    exceptions: list[str]
    jumps: float
    cut: list[str]
    words: list[str]
    complaints: list[str] = field(default_factory=list)
    violations: list[dict[str, Any]] = field(default_factory=list)


# lists are drawn on a canvas: what is written there is kept, to be read by a test
KEEP_WRITTEN = """
window.written = new Set();
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
  window.written.add(String(text));
  return write.call(this, text, ...where);
};
"""
# how far what is seen has jumped while a page opened: Chromium's own measure, 1 = everything by a whole window
KEEP_JUMPS = """
window.jumps = 0;
new PerformanceObserver(list => {
  for (const jump of list.getEntries()) if (!jump.hadRecentInput) window.jumps += jump.value;
}).observe({type: 'layout-shift', buffered: true});
"""
LOOK_AT = """async () => {
  await new Promise(done => requestIdleCallback(done));  // Streamlit's own words are put right when there is time
  // code, and of Streamlit's own words its link for the keyboard
  const UNREAD = 'code, script, style, noscript, a[href="#stMain"]';
  const seen = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    if (!holder || holder.closest(UNREAD) || !holder.checkVisibility()) continue;
    if (!getComputedStyle(holder).fontFamily.includes('Material')) seen.push(walk.currentNode.textContent);
  }
  for (const each of document.querySelectorAll('[aria-label], [placeholder], [title]'))
    if (!each.closest('[aria-hidden="true"]'))
      seen.push(...['aria-label', 'placeholder', 'title'].map(name => each.getAttribute(name) ?? ''));
  const cut = [];
  for (const figure of document.querySelectorAll('.js-plotly-plot')) {
    const edge = figure.getBoundingClientRect();
    for (const label of figure.querySelectorAll('.xtick text, .ytick text, .annotation text')) {
      const { left, right, top, bottom } = label.getBoundingClientRect();
      if (left < edge.left - 1 || right > edge.right + 1 || top < edge.top - 1 || bottom > edge.bottom + 1)
        cut.push(label.textContent);
    }
  }
  const scrolled = document.querySelector('[data-testid="stMain"]');
  return {
    headlines: [...document.querySelectorAll('h1')].map(each => each.innerText),
    page_width: Math.max(document.documentElement.scrollWidth, scrolled.scrollWidth),
    exceptions: [...document.querySelectorAll('.stException, .stAlert, [role="dialog"]')].map(each => each.innerText),
    jumps: window.jumps,
    cut,
    words: [...new Set([...seen, ...window.written].map(each => each.trim()).filter(each => each))],
  };
}"""


def tab(browser: Browser, look: Look) -> Page:
    """A new tab of a reader of its own."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.scheme == "dark" else "light",
        locale="ja-JP" if look.language == "ja" else "en-GB",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
        accept_downloads=True,
        is_mobile=look.width < 600,
        has_touch=look.width < 600,
        user_agent=ON_A_PHONE if look.width < 600 else None,
    )
    context.add_init_script(KEEP_WRITTEN + KEEP_JUMPS)
    context.set_default_timeout(15_000)
    return context.new_page()


def address_of(app: str, look: Look, name: str) -> str:
    """Where a page lies, in the language of a look."""
    asked = [f"lang={look.language}"] if look.language != "ja" else []
    asked += [f"id={LEAD}"] if name == "lead" else []
    return f"{app}/{'' if name == 'home' else name}{'?' + '&'.join(asked) if asked else ''}"


def see(page: Page, app: str, look: Look, name: str) -> Seen:
    """Visit a page and keep everything that the tests ask about."""
    complaints: list[str] = []
    if not page.url.startswith(app):
        page.goto("about:blank")  # a page of a server that has ended still complains

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith(EXPECTED):
            complaints.append(message.text)

    def fail(error: Any) -> None:
        complaints.append(str(error))

    page.on("console", note)
    page.on("pageerror", fail)
    try:
        step(page, address_of(app, look, name))
        found = Seen(**look_at(page), complaints=complaints)
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}_{look.name}.jpg", quality=70, type="jpeg")
        found.violations = violations(page) if look in BOTH_THEMES else []
    finally:
        page.remove_listener("console", note)
        page.remove_listener("pageerror", fail)
    return found


def look_at(page: Page) -> dict[str, Any]:
    """Headlines, width, troubles and words of the page as it is now."""
    found: dict[str, Any] = page.evaluate(LOOK_AT)
    return found


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds serious or critical: rule, element, and why."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
          .filter(each => ['serious', 'critical'].includes(each.impact))
          .flatMap(each => each.nodes.map(node => ({
            rule: each.id, html: node.html.slice(0, 300), why: node.failureSummary,
            part: document.querySelector(node.target[0])?.closest('[data-testid^="stFile"]')?.dataset.testid })))"""
    )
    return found
