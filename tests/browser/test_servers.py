"""A server that has just started, and files that are replaced while a page is open."""

import re
from pathlib import Path

import pyarrow.parquet as pq
from playwright.sync_api import Browser, expect

from tests.browser import looks
from tests.browser.looks import LAPTOP
from tests.browser.served import ROOT, rest, served

LONG = 30_000


def test_a_deep_link_is_the_first_thing_that_a_server_is_asked_for(
    browser: Browser, replaceable: tuple[str, Path]
) -> None:
    address, _ = replaceable
    tab = looks.tab(browser, LAPTOP)
    tab.goto(f"{address}/conversion?f.channel_group=inbound&window=60", wait_until="commit")
    expect(tab.locator("h1")).to_contain_text("60日以内", timeout=LONG)
    rest(tab)
    expect(tab).to_have_url(re.compile(r"/conversion\?f\.channel_group=inbound&window=60$"))
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab.locator("h1")).to_have_count(1)
    expect(tab).to_have_title(re.compile("^MQL/SQL転換"))
    tab.context.close()


def test_replaced_files_are_a_quiet_word_and_are_loaded_on_a_click(
    browser: Browser, replaceable: tuple[str, Path]
) -> None:
    address, data = replaceable
    tab = looks.tab(browser, LAPTOP)
    tab.clock.install()
    tab.goto(address, wait_until="commit")
    funnel = tab.locator(".st-key-card-funnel")
    expect(funnel).to_contain_text("4,642件", timeout=LONG)
    leads = pq.read_table(data / "leads.parquet")
    pq.write_table(leads.slice(0, leads.num_rows // 2), data / "new.tmp")
    (data / "new.tmp").replace(data / "leads.parquet")
    expect(tab.get_by_text("新しいデータがあります")).to_have_count(0)
    tab.clock.fast_forward(31_000)  # the page looks for new files twice a minute
    expect(tab.get_by_text("新しいデータがあります")).to_be_visible()
    expect(funnel).to_contain_text("4,642件")
    tab.get_by_role("button", name="再読み込み").click()
    expect(funnel).not_to_contain_text("4,642件", timeout=LONG)
    expect(tab.get_by_text("新しいデータがあります")).to_have_count(0)
    tab.context.close()


NOTHING_CAN_BE_WRITTEN = """
from funnel.ui.parts import downloads


def full(*_, **__):
    raise OSError("No space left on device")


downloads.excel = downloads.csv = full
"""


def test_a_file_that_cannot_be_made_is_told_beside_its_button(
    browser: Browser, sample_dir: Path, tmp_path: Path
) -> None:
    script = tmp_path / "app.py"
    script.write_text(
        (ROOT / "app.py").read_text(encoding="utf-8") + NOTHING_CAN_BE_WRITTEN, encoding="utf-8"
    )
    (tmp_path / "pages").symlink_to(ROOT / "pages")
    layers = tmp_path / "layers"
    with served(sample_dir, layers, script, settings={"PYTHONPATH": str(ROOT)}) as address:
        tab = looks.tab(browser, LAPTOP)
        tab.goto(f"{address}/conversion", wait_until="commit")
        rest(tab)
        tab.locator('[class*="st-key-why-"] button').first.click(timeout=LONG)
        drawer = tab.get_by_role("dialog")
        for name in ("Excel", "CSV"):
            drawer.get_by_role("button", name=name).first.click()
            expect(drawer.get_by_text("ファイルを作成できませんでした").first).to_be_visible()
            tab.wait_for_timeout(5_500)  # Streamlit takes the sentence away by itself
        expect(drawer).to_be_visible()
        tab.context.close()
