"""One server over the sample company, one Chromium, one context per look. Without Chromium: one clear reason."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import looks
from tests.browser.looks import LAPTOP, Look, Seen
from tests.browser.served import CHROMIUM, FLAGS, rest, served

expect.set_options(timeout=20_000)  # on a busy machine too; what is as expected is never waited for so long


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium; nothing is downloaded."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM} (Debian: apt-get install chromium)")
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def app(browser_type_launch_args: dict[str, Any], sample_dir: Path) -> Iterator[str]:
    """The address of the app over the sample company."""
    with served(sample_dir, sample_dir / ".layers") as address:
        yield address


@pytest.fixture(scope="module")
def replaceable(
    browser_type_launch_args: dict[str, Any], sample_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """A server that nobody has visited yet, over files of its own."""
    place = tmp_path_factory.mktemp("replaceable")
    shutil.copytree(sample_dir, place / "data", ignore=shutil.ignore_patterns(".layers"))
    with served(place / "data", place / "layers") as address:
        yield address, place / "data"


@pytest.fixture(scope="session")
def reader(browser: Browser) -> Iterator[Callable[[Look], Page]]:
    """A tab per look, kept open from test to test."""
    tabs: dict[Look, Page] = {}

    def of(look: Look) -> Page:
        if look not in tabs:
            tabs[look] = looks.tab(browser, look)
        return tabs[look]

    yield of
    for tab in tabs.values():
        tab.context.close()


@pytest.fixture
def tab(reader: Callable[[Look], Page]) -> Iterator[Page]:
    """A laptop's tab: every test opens its own address in it, and leaves no drawer open."""
    tab = reader(LAPTOP)
    yield tab
    drawer = tab.get_by_role("dialog")
    if drawer.count():
        tab.keyboard.press("Escape")
        expect(drawer).to_have_count(0)
        rest(tab)


@pytest.fixture(scope="session")
def seen(reader: Callable[[Look], Page], app: str) -> Callable[[Look, str], Seen]:
    """What a page looks like in a look; each pair is visited once."""
    known: dict[tuple[Look, str], Seen] = {}

    def of(look: Look, name: str) -> Seen:
        if (look, name) not in known:
            known[look, name] = looks.see(reader(look), app, look, name)
        return known[look, name]

    return of
