"""`python -m benchmarks.browser`: from a click to the painted answer in Chromium, beside an empty Streamlit page.

By hand only: the numbers are those of the machine it runs on. The empty page does the least that a click can do
(one button, one line of text), so the ratio tells what the app itself adds.
"""

import os
import statistics
import tempfile
from pathlib import Path

import click
from playwright.sync_api import Page, sync_playwright

from funnel.sample import write_sample
from funnel.warehouse import open_warehouse
from tests.browser.served import CHROMIUM, FLAGS, served, visit

EMPTY = """
import streamlit as st
count = st.session_state.setdefault("count", 0)
if st.button("more"):
    st.session_state["count"] = count = count + 1
st.title(f"{count} clicks")
"""
# from the press of the button in the page until what was asked for is in it, the script has ended, every figure is
# drawn and a frame has been painted since
TIMED = """([find, text, done]) => new Promise((told, failed) => {
  const what = [...document.querySelectorAll(find)].find(each => each.innerText.includes(text));
  const isDone = new Function('before', done).bind(null, document.querySelector('h1')?.innerText + location.href);
  const begin = performance.now();
  const look = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    const isDrawn = [...document.querySelectorAll('.stPlotlyChart')].every(each => each.querySelector('.main-svg'));
    const isStale = document.querySelector('[data-testid="stElementContainer"][data-stale="true"], [data-testid="stSkeleton"]');
    if (isDone() && app.dataset.testScriptState === 'notRunning' && isDrawn && !isStale)
      requestAnimationFrame(() => setTimeout(() => told(performance.now() - begin)));
    else if (performance.now() - begin > 20000) failed(new Error('no answer to the click on ' + text));
    else requestAnimationFrame(look);
  };
  what.click();
  requestAnimationFrame(look);
})"""
CHANGED = "return document.querySelector('h1')?.innerText + location.href !== before"
MENU, CHIPS = '[data-testid="stPageLink-NavLink"]', '[role="radio"]'


def clicks(page: Page, find: str, texts: tuple[str, ...], rounds: int) -> list[float]:
    """Milliseconds of `rounds` clicks, in turn on what carries each text."""
    times = []
    for turn in range(rounds + len(texts)):  # the first of each warms up
        took: float = page.evaluate(TIMED, [find, texts[turn % len(texts)], CHANGED])
        if turn >= len(texts):
            times.append(took)
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
        found: dict[str, list[float]] = {}
        click.echo(f"Load of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")

        def measure(name: str, address: str, find: str, texts: tuple[str, ...]) -> None:
            visit(page, address)
            found.setdefault(name, []).extend(clicks(page, find, texts, rounds))

        with served(data, place / "layers") as app, served(data, place / "none", place / "empty.py") as empty:
            measure("an empty page", empty, "button", ("more",))
            measure("conversion: another window", f"{app}/conversion", CHIPS, ("30日", "60日", "90日"))
            visit(page, f"{app}/follow_ups")
            chips = page.locator('.st-key-c-who-ja [role="radio"]').all_inner_texts()[1:4]
            found["follow_ups: another owner"] = clicks(page, CHIPS, tuple(chips), rounds)
            pages = ("ステージ滞留", "休眠・無反応", "スコア分布", "MQL/SQL転換")
            measure("another page", app, MENU, pages)
            measure("an empty page", empty, "button", ("more",))
        browser.close()
        base = statistics.median(found["an empty page"])
        click.echo(
            "\n| click → painted | median, ms | slowest tenth, ms | × empty |\n| --- | ---: | ---: | ---: |"
        )
        for name, times in found.items():
            slow = sorted(times)[int(len(times) * 0.9)]
            middle = statistics.median(times)
            click.echo(f"| {name} | {middle:.0f} | {slow:.0f} | {middle / base:.1f} |")
        click.echo(f"\nLoad of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
