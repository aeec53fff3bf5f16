"""A served app and a page that has come to rest. Knows Streamlit's marks in the page; nothing of leads."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
START_SECONDS = 60

# at rest: the script has ended, every figure is drawn, nothing is a placeholder or of the run before
AT_REST = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
    && document.querySelector('h1')
    && !document.querySelector('[data-testid="stSkeleton"], [data-testid="stElementContainer"][data-stale="true"]')
    && [...document.querySelectorAll('.stPlotlyChart')].every(figure => figure.querySelector('.main-svg'))
    && [...document.querySelectorAll('.stDataFrame')].every(list => list.querySelector('canvas'));
}"""


@contextmanager
def served(
    data: Path,
    layers: Path,
    script: Path = ROOT / "app.py",
    at: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """The address of the app over `data`, in a process of its own that ends with the block.

    It listens `at` an address, else as it is shipped.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"port": port, "headless": "true", "fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [f"--server.{name}={value}" for name, value in options.items()]
    command += [] if at is None else [f"--server.address={at}"]
    layers.mkdir(parents=True, exist_ok=True)
    log = layers / "server.log"
    told = {"FUNNEL_DATA": str(data), "FUNNEL_LAYERS": str(layers), "FUNNEL_SHARE": "", **(settings or {})}
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **told}, stdout=out, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(server, address, log)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except HTTPError:  # it answers, if only to refuse
            return
        except (URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def rest(page: Page, timeout: float = 30_000) -> None:
    """Wait until the page is at rest."""
    page.wait_for_function(AT_REST, timeout=timeout)


def visit(page: Page, address: str) -> None:
    """Open an address and wait until the page is at rest."""
    page.goto(address, wait_until="commit")
    rest(page)


# what Back and Forward do: another address in the same tab, then the app runs. Every run begins with the title of the
# page; that it runs may never be painted, when all its messages arrive at once
STEP = """address => new Promise((told, failed) => {
  window.written?.clear();
  document.title = '';
  history.pushState({}, '', address);
  window.dispatchEvent(new PopStateEvent('popstate'));
  const begin = performance.now();
  const look = () => {
    if (document.title) requestAnimationFrame(() => requestAnimationFrame(told));
    else if (performance.now() - begin > 30000) failed(new Error('the app did not follow to ' + address));
    else requestAnimationFrame(look);
  };
  look();
})"""


def step(page: Page, address: str) -> None:
    """Another address of the app in a tab that has it open already: much faster than to open it anew."""
    if not page.url.startswith(address.split("?")[0].rsplit("/", 1)[0]):
        visit(page, address)
        return
    page.evaluate(STEP, address)
    rest(page)
