"""A company's first files: from the empty page over the check to numbers, on a laptop and on a phone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import LAPTOP, PHONE, Look, look_at, violations
from tests.browser.served import rest, served, visit
from tests.browser.test_pages import STREAMLITS_OWN
from tests.test_app_import import CONTACTS, REPORT


@pytest.fixture(scope="module")
def empty(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server over an empty data directory."""
    place = tmp_path_factory.mktemp("empty")
    (place / "data").mkdir()
    with served(place / "data", place / "layers") as address:
        yield address


def choose(page: Page, *files: tuple[str, bytes, str]) -> None:
    page.locator('input[type="file"]').first.set_input_files(
        [{"name": name, "mimeType": kind, "buffer": content} for name, content, kind in files]
    )
    expect(page.get_by_role("button", name="確認する")).to_be_enabled()
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_role("button", name="取り込む")).to_be_visible(timeout=30_000)
    rest(page)


def harmed(page: Page) -> list[dict[str, Any]]:
    return [
        found
        for found in violations(page)
        if not any(found["rule"] == rule and part in found["html"] for rule, part in STREAMLITS_OWN)
    ]


def test_the_first_files_of_a_company_become_numbers(
    reader: Callable[[Look], Page], empty: str, tmp_path: Path
) -> None:
    page = reader(LAPTOP)
    visit(page, empty)
    page.get_by_role("link", name="データ取込を開く").click()
    expect(page.locator("h1")).to_have_text("取込はまだありません")
    choose(page, REPORT, CONTACTS)
    expect(page.locator("h1")).to_have_text("5行中4行を取り込めます")
    assert harmed(page) == []
    page.get_by_role("button", name="取り込む").click()
    expect(page.locator("h1")).to_have_text("リード3件・活動1件になりました", timeout=30_000)
    rest(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="除外された行をダウンロード").click()
    assert download.value.suggested_filename == "report1.rejected.csv"
    assert "昨日".encode("cp932") in Path(download.value.path()).read_bytes()
    page.get_by_role("link", name="ホーム").click()
    expect(page.get_by_text("リード", exact=True).first).to_be_visible(timeout=30_000)
    expect(page).to_have_url(re.compile(rf"^{re.escape(empty)}/?$"))


def test_the_check_fits_a_phone_and_can_be_put_away(reader: Callable[[Look], Page], empty: str) -> None:
    page = reader(PHONE)
    visit(page, f"{empty}/import_data")
    choose(page, ("report9.csv", REPORT[1].replace(b"AbC0", b"XyZ0"), "text/csv"))
    assert look_at(page)["page_width"] <= PHONE.width
    assert harmed(page) == []
    page.get_by_role("button", name="やめる").click()
    expect(page.get_by_role("button", name="取り込む")).to_have_count(0)
