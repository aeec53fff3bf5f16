"""`python -m benchmarks.browser`: from a click to the painted answer in Chromium, beside an empty Streamlit page.

By hand only: the numbers are those of the machine it runs on. The empty page does the least that a click can do
(one button, one line of text), so the ratio tells what the app itself adds.
"""

import os
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click
from playwright.sync_api import Page, sync_playwright

from funnel.layer.build import open_warehouse
from funnel.sample.company import write_sample
from tests.browser.served import CHROMIUM, FLAGS, served, visit

EMPTY = """
import streamlit as st
count = st.session_state.setdefault("count", 0)
if st.button("more"):
    st.session_state["count"] = count = count + 1
st.title(f"{count} clicks")
"""
# two times from the press of the button in the page, each to the end of the frame in which it came true:
# answered  the last change of what the click asked for (headline, figures and lists that depend on it), to what it stays;
#           of a list what is drawn on its canvas, not the copy for screen readers, which it makes 200 ms later
# at rest   the script has ended too, every figure of the page is drawn and nothing is marked as of the run before
TIMED = """([find, text, asked, beside]) => new Promise((told, failed) => {
  const words = part => part.textContent + [...part.querySelectorAll('.main-svg path')].map(path => path.getAttribute('d'));
  const lists = part => [...part.querySelectorAll('.stDataFrame')].map(list => list.textContent);
  const one = part => lists(part).reduce((whole, list) => whole.replace(list, ''), words(part));
  const shown = names => names.map(name => [...document.querySelectorAll(name)].map(one).join()).join('|');
  const now_shown = () => shown([...asked, ...beside]) + drawn.size;
  const what = [...document.querySelectorAll(find)].find(each => each.innerText.includes(text));
  const before = asked.map(name => shown([name]));
  drawn.clear();
  let last = now_shown(), answered = 0, rested = 0;
  const begin = performance.now();
  const look = () => requestAnimationFrame(() => {
    const now = now_shown();
    const app = document.querySelector('[data-testid="stApp"]');
    const isRest = app.dataset.testScriptState === 'notRunning' && asked.every((name, at) => shown([name]) !== before[at])
      && [...document.querySelectorAll('.stPlotlyChart')].every(each => each.querySelector('.main-svg'))
      && !document.querySelector('[data-testid="stElementContainer"][data-stale="true"], [data-testid="stSkeleton"]');
    setTimeout(() => {
      const time = performance.now() - begin;
      if (now !== last) { last = now; answered = time; }
      rested = isRest ? rested || time : 0;
      if (rested && time > Math.max(answered, rested) + 200) told([answered, Math.max(answered, rested)]);
      else if (time > 20000) failed(new Error('no answer to the click on ' + text));
      else look();
    });
  });
  what.click();
  look();
})"""
KEEP_DRAWN = """
window.drawn = new Set();
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
  drawn.add(text);
  return write.call(this, text, ...where);
};
"""
MENU, CHIPS = '[data-testid="stPageLink-NavLink"]', '[role="radio"]'
HEADLINE, PAGE = "h1", '[data-testid="stMain"]'


@dataclass
class Click:
    """What is clicked, and what it asks for: `asked` changes, `beside` may."""

    find: str
    texts: tuple[str, ...]
    asked: tuple[str, ...]
    beside: tuple[str, ...] = ()


def clicks(page: Page, what: Click, rounds: int) -> list[tuple[float, float]]:
    """Milliseconds of `rounds` clicks, in turn on what carries each text: answered, at rest."""
    times = []
    for turn in range(rounds + len(what.texts)):  # the first of each warms up
        text = what.texts[turn % len(what.texts)]
        answered, rested = page.evaluate(TIMED, [what.find, text, what.asked, what.beside])
        if turn >= len(what.texts):
            times.append((answered, rested))
    return times


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True), help="Exports; default: the sample company."
)
@click.option("--rounds", default=15, show_default=True, help="Clicks of each kind.")
def main(data: Path | None, rounds: int) -> None:
    """Measure clicks and print a table."""
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        place = Path(temporary)
        if data is None:
            data = place / "data"
            write_sample(data)
        (place / "empty.py").write_text(EMPTY)
        os.environ["FUNNEL_LAYERS"] = str(place / "layers")
        open_warehouse(data).close()  # a large layer takes longer to build than a page is waited for
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="ja-JP")
        page.add_init_script(KEEP_DRAWN)
        found: dict[str, list[tuple[float, float]]] = {}
        click.echo(f"Load of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")

        def measure(name: str, address: str, what: Click) -> None:
            visit(page, address)
            found.setdefault(name, []).extend(clicks(page, what, rounds))

        with served(data, place / "layers") as app, served(data, place / "none", place / "empty.py") as empty:
            more = Click("button", ("more",), (HEADLINE,))
            measure("an empty page", empty, more)
            windows = Click(
                CHIPS, ("30日", "60日", "90日"), (HEADLINE, ".st-key-card-cohorts"), (".st-key-card-period",)
            )
            measure("conversion: another window", f"{app}/conversion", windows)
            visit(page, f"{app}/follow_ups")
            people = page.locator('.st-key-c-who-ja [role="radio"]').all_inner_texts()[1:4]
            owners = Click(CHIPS, tuple(people), (".st-key-card-overdue",))
            measure("follow_ups: another owner", f"{app}/follow_ups", owners)
            moments = Click(CHIPS, ("獲得時", "現在"), (".st-key-card-scores",))
            measure("scores: at another moment", f"{app}/scores", moments)
            pages = ("ステージ滞留", "休眠・無反応", "スコア分布", "MQL/SQL転換")
            measure("another page", app, Click(MENU, pages, (HEADLINE, PAGE)))
            measure("an empty page", empty, more)
        browser.close()
        base = statistics.median(answered for answered, _ in found["an empty page"])
        click.echo("\n| from a click, ms | answered, median | × empty | slowest tenth | at rest, median |")
        click.echo("| --- | ---: | ---: | ---: | ---: |")
        for name, times in found.items():
            answered, rested = (sorted(column) for column in zip(*times, strict=True))
            middle, slow = statistics.median(answered), answered[int(len(answered) * 0.9)]
            at_rest = statistics.median(rested)
            click.echo(f"| {name} | {middle:.0f} | {middle / base:.1f} | {slow:.0f} | {at_rest:.0f} |")
        click.echo(f"\nLoad of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
