"""A reader's way: filters, marks, leads, links, language, Back, downloads, the keyboard."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import run
from funnel.rows import frame_of
from funnel.ui.parts.list_columns import width_of
from tests.browser import looks
from tests.browser.hands import choose, click_mark, click_row, downloaded, listed_rows
from tests.browser.looks import LAPTOP, Look
from tests.browser.served import rest, step, visit
from tests.languages import strangers

JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
EVERYONE = {"filtered": [], "dimensions": [], "values": []}


def asked(page: Page) -> dict[str, list[str]]:
    """What the address says."""
    return parse_qs(urlsplit(page.url).query)


def headline(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_filter_changes_the_page_and_the_address_and_goes_along_to_the_next_page(
    tab: Page, app: str
) -> None:
    step(tab, app)
    scope = tab.locator(".st-key-card-funnel")
    before = scope.inner_text()
    choose(tab, "期間", "直近6か月")
    expect(tab).to_have_url(re.compile("period=6m"))
    expect(scope).not_to_have_text(before)
    tab.get_by_text("絞り込み", exact=True).click()
    choose(tab, "チャネル", "展示会")
    expect(tab).to_have_url(re.compile("f.channel=exhibition"))
    tab.keyboard.press("Escape")
    rest(tab)
    tab.get_by_role("link", name="MQL/SQL転換").click()
    expect(tab).to_have_url(re.compile("/conversion"))
    rest(tab)
    assert asked(tab) == {"period": ["6m"], "f.channel": ["exhibition"]}


def test_a_link_opens_the_same_view_with_its_filters(tab: Page, app: str) -> None:
    visit(tab, f"{app}/conversion?f.channel=seo&f.channel=exhibition&window=60&period=all&as_of=2026-09-30")
    expect(tab.get_by_role("radio", name="60日")).to_be_checked()
    assert "60日以内" in headline(tab)
    assert asked(tab)["f.channel"] == ["seo", "exhibition"] and asked(tab)["as_of"] == ["2026-09-30"]
    expect(tab.get_by_role("spinbutton", name="時点の月")).to_have_text("09")


def test_a_choice_on_a_page_changes_its_headline(tab: Page, app: str) -> None:
    step(tab, f"{app}/conversion")
    assert "90日以内" in headline(tab)
    tab.get_by_text("30日", exact=True).first.click()
    expect(tab.locator("h1")).to_contain_text("30日以内")
    expect(tab).to_have_url(re.compile("window=30"))


@pytest.mark.parametrize(
    ("page", "figure", "trace", "point"),
    [
        ("", "funnel", 0, 3),
        ("stage_aging", "buckets", 1, 8),
        ("stage_aging", "ridge", 0, 1),
        ("conversion", "cohorts", 5, 3),
        ("conversion", "period", 0, 2),
        ("dormant", "flow", 0, 2),
        ("scores", "bands", 1, 0),
        ("follow_ups", "attainment", 1, 0),
    ],
)
def test_a_click_on_a_mark_lists_exactly_its_leads(
    tab: Page, app: str, page: str, figure: str, trace: int, point: int
) -> None:
    step(tab, f"{app}/{page}")
    count = click_mark(tab, figure, trace, point)
    drawer = tab.get_by_role("dialog")
    assert f"{count:,}件" in drawer.get_by_role("heading").inner_text()
    assert listed_rows(drawer.locator(".stDataFrame")) == count
    assert "mark" in asked(tab)


def test_a_mark_goes_away_with_its_drawer_and_can_be_clicked_again(tab: Page, app: str) -> None:
    step(tab, app)
    first = click_mark(tab, "funnel", 0, 3)
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("dialog")).to_have_count(0)
    expect(tab).not_to_have_url(re.compile("mark="))
    rest(tab)
    assert click_mark(tab, "funnel", 0, 3) == first


def test_a_company_opens_its_lead_and_back_returns_to_the_list_of_the_same_person(
    tab: Page, app: str, sample: Warehouse
) -> None:
    everyone = frame_of(run(sample, "overdue", {"as_of": sample.as_of_default, "scope": EVERYONE}))
    who = everyone["owner"].value_counts().index[0]
    overdue = everyone[everyone["owner"] == who].iloc[0]
    step(tab, f"{app}/follow_ups?period=6m&who={who}")
    before = headline(tab)
    click_row(tab.locator(".st-key-list-overdue"), 0)
    expect(tab).to_have_url(re.compile("/lead"))
    expect(tab.locator("h1")).to_contain_text(overdue["company"])
    assert asked(tab)["id"] == [overdue["lead_id"]]
    tab.go_back()
    expect(tab.locator("h1")).to_have_text(before)
    expect(tab).to_have_url(re.compile("who="))  # the run that draws the page writes the address at its end
    rest(tab)
    assert asked(tab) == {"period": ["6m"], "who": [who]}


def test_the_menu_stays_while_a_page_is_on_its_way(tab: Page, app: str) -> None:
    step(tab, app)
    fewest = tab.evaluate(
        """async () => {
          const links = () => document.querySelectorAll('[data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]');
          const whole = links().length, title = document.title;
          let fewest = whole;
          [...links()].find(link => link.innerText.includes('休眠')).click();
          const app = document.querySelector('[data-testid="stApp"]');
          while (document.title === title || app.dataset.testScriptState !== 'notRunning') {
            fewest = Math.min(fewest, links().length);
            await new Promise(requestAnimationFrame);
          }
          return [fewest, whole];
        }"""
    )
    assert fewest[0] == fewest[1] > 5


def test_back_leads_from_page_to_page(tab: Page, app: str) -> None:
    step(tab, f"{app}/conversion?f.channel=seo")
    first = headline(tab)
    tab.get_by_role("link", name="スコア分布").click()
    expect(tab).to_have_url(re.compile("/scores"))
    rest(tab)
    second = headline(tab)
    tab.go_back()
    expect(tab.locator("h1")).to_have_text(first)
    expect(tab).to_have_url(re.compile(r"/conversion\?f\.channel=seo"))
    tab.go_forward()
    expect(tab.locator("h1")).to_have_text(second)


def test_the_language_changes_in_one_click_and_keeps_the_view(tab: Page, app: str) -> None:
    step(tab, f"{app}/scores?f.channel=seo")
    tab.get_by_role("radiogroup", name="表示言語").get_by_text("English").click()
    expect(tab.locator("h1")).not_to_have_text(JAPANESE)
    rest(tab)
    assert asked(tab) == {"f.channel": ["seo"], "lang": ["en"]}
    tab.get_by_text("日本語", exact=True).click()
    expect(tab.locator("h1")).to_have_text(JAPANESE)


def test_a_list_comes_along_as_csv_that_excel_opens_and_that_runs_nothing(
    tab: Page, app: str, tmp_path: Path
) -> None:
    step(tab, app)
    count = click_mark(tab, "funnel", 0, 2)
    found = downloaded(tab, tab.get_by_role("dialog"), "CSV")
    assert found.suggested_filename.endswith(".csv") and JAPANESE.search(found.suggested_filename)
    found.save_as(tmp_path / "list.csv")
    raw = (tmp_path / "list.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert len(rows) == count and "会社" in head
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "\t", "\r")]


def test_one_click_copies_one_persons_list(tab: Page, app: str) -> None:
    step(tab, f"{app}/follow_ups")
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chip = tab.get_by_role("radiogroup", name="担当者").get_by_role("radio").nth(1)
    name = chip.inner_text()
    chip.click()
    expect(tab).to_have_url(re.compile("who="))
    rest(tab)
    tab.get_by_role("button", name="一覧をコピー").click()
    expect(tab.get_by_role("button", name="コピーしました")).to_be_visible()
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"対応期限の一覧 {name}(") and copied.count("https://") == int(name[-3:-1])


def test_the_copied_link_holds_what_has_just_been_chosen_on_the_page(tab: Page, app: str) -> None:
    visit(tab, f"{app}/conversion?f.channel=seo")
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.get_by_role("radio", name="30日").click()
    expect(tab).to_have_url(re.compile("window=30"))
    tab.get_by_role("button", name="リンクをコピー").click()
    expect(tab.get_by_role("button", name="コピーしました")).to_be_visible()
    link = tab.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{app}/conversion?f.channel=seo&window=30&as_of=2026-") and "&rules=" in link


def test_a_figure_comes_along_as_an_excel_table(tab: Page, app: str, tmp_path: Path) -> None:
    step(tab, f"{app}/conversion")
    tab.locator(".st-key-why-cohorts").get_by_role("button", name="根拠").click()
    panel = tab.get_by_role("dialog")
    expect(panel.get_by_text("母数と除外")).to_be_visible()
    found = downloaded(tab, panel, "Excel")
    found.save_as(tmp_path / "figure.xlsx")
    book = openpyxl.load_workbook(tmp_path / "figure.xlsx")
    sheet, about = book.worksheets
    assert sheet.max_row == 19 and sheet.freeze_panes and sheet.tables  # 18 months and the head
    assert all(JAPANESE.search(str(cell.value)) for cell in sheet[1])
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert "2026-04" in " ".join(str(cell.value) for row in about.iter_rows() for cell in row)


def test_two_readers_with_different_filters_do_not_mix(
    reader: Callable[[Look], Page], app: str, sample: Warehouse
) -> None:
    one, two = reader(LAPTOP), reader(looks.PROJECTOR)
    visit(one, f"{app}/stage_aging?f.channel=seo")
    visit(two, f"{app}/stage_aging?f.channel=exhibition&lang=en")
    seo, exhibition = headline(one), headline(two)
    for _ in range(2):
        one.get_by_role("link", name="休眠・無反応").click()
        two.get_by_role("link", name="Scores").click()
        expect(one).to_have_url(re.compile(r"/dormant\?f\.channel=seo$"))
        expect(two).to_have_url(re.compile(r"/scores\?f\.channel=exhibition&lang=en$"))
        one.get_by_role("link", name="ステージ滞留").click()
        two.get_by_role("link", name="Stage aging").click()
        expect(one.locator("h1")).to_have_text(seo)
        expect(two.locator("h1")).to_have_text(exhibition)


# how every element that can be focused looks without the focus, and the focused one with it
LOOKS_PLAIN = """() => {
  window.drawn = held => {
    const seen = [];
    for (let each = held, level = 0; each && level < 4; level++, each = each.parentElement) {
      const style = getComputedStyle(each);
      seen.push(style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.color);
    }
    return seen.join('|');
  };
  document.activeElement.blur();
  window.plain = new Map();
  for (const each of document.querySelectorAll('a, button, input, summary, [tabindex]')) plain.set(each, drawn(each));
}"""
LOOKS_FOCUSED = """() => new Promise(told => requestAnimationFrame(() => requestAnimationFrame(() => {
  const held = document.activeElement;
  told({
    name: (held.getAttribute('aria-label') || held.innerText || '').trim(),
    key: (held.closest('[class*="st-key-"]')?.className.match(/st-key-(\\S+)/) || [])[1] || '',
    tag: held.tagName.toLowerCase(),
    shows: drawn(held) !== plain.get(held),
  });
})))"""
UNSEEN = {
    "main",  # the whole page, where the link "skip to content" leads: scrolled by the arrow keys
    "canvas",  # a list: the cell that has the focus is framed in the drawing
}


def test_the_keyboard_reaches_menu_controls_and_reasons_and_shows_where_it_is(tab: Page, app: str) -> None:
    visit(tab, f"{app}/conversion")
    tab.add_style_tag(content="*, *::before, *::after {transition: none !important}")
    tab.evaluate(LOOKS_PLAIN)
    reached = []
    while not reached or (reached[-1]["tag"] != "canvas" and len(reached) < 80):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate(LOOKS_FOCUSED))
    names = " ".join(held["name"] for held in reached)
    keys = {held["key"] for held in reached}
    for link in ("ホーム", "対応期限超過", "ステージ滞留", "スコア分布", "データ品質"):
        assert link in names
    assert {
        "f-as_of",
        "f-period",
        "f-rules",
        "copy-link",
        "print",
        "f-lang",
        "c-step-ja",
        "c-window-ja",
    } <= keys
    assert {"why-cohorts", "why-period", "why-benchmarks"} <= keys
    assert [held["name"] for held in reached if not held["shows"] and held["tag"] not in UNSEEN] == []


def test_a_reason_opens_and_closes_from_the_keyboard(tab: Page, app: str) -> None:
    step(tab, f"{app}/conversion")
    tab.locator(".st-key-why-cohorts").get_by_role("button").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("dialog").get_by_text("母数と除外")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("dialog")).to_have_count(0)


def test_escape_closes_the_drawer_wherever_the_focus_is(tab: Page, app: str) -> None:
    step(tab, f"{app}/conversion")
    tab.locator(".st-key-why-cohorts").get_by_role("button").click()
    drawer = tab.get_by_role("dialog")
    expect(drawer.get_by_text("母数と除外")).to_be_visible()
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("Escape")
    expect(drawer).to_have_count(0)


def test_what_streamlit_says_of_a_list_is_japanese_too(tab: Page, app: str, sample_dir: Path) -> None:
    def seen_in(part: str) -> list[str]:
        tab.evaluate("() => new Promise(done => requestIdleCallback(done))")
        words: list[str] = tab.locator(part).evaluate_all(
            """parts => parts.flatMap(part => [part, ...part.querySelectorAll('*')]).flatMap(each => [
              ...[...each.childNodes].filter(node => node.nodeType === 3).map(node => node.nodeValue),
              ...['aria-label', 'placeholder', 'title'].map(name => each.getAttribute(name) ?? ''),
            ].filter(() => !getComputedStyle(each).fontFamily.includes('Material')))"""
        )
        said = [word for word in words if word.strip()]
        assert said
        return strangers(said, "ja", sample_dir)

    step(tab, f"{app}/follow_ups")
    listed = tab.locator(".st-key-card-overdue .stDataFrame")
    listed.hover()
    for button in ("列の表示・非表示", "検索", "全画面で表示"):
        tab.get_by_role("button", name=f"{button}: 対応期限超過").hover()
        expect(tab.get_by_test_id("stTooltipContent").filter(has_text=button)).to_be_visible()
    tab.get_by_role("button", name="列の表示・非表示: 対応期限超過").click()
    assert seen_in('[data-testid="stDataFrameColumnVisibilityMenu"]') == []
    tab.keyboard.press("Escape")
    listed.hover()
    tab.get_by_role("button", name="検索: 対応期限超過").click()
    expect(listed.get_by_text("検索する語を入力")).to_be_visible()
    tab.keyboard.press("Escape")
    columns: list[str] = listed.locator("canvas th").all_inner_texts()
    left = (
        36 + sum(width_of(name, "ja") for name in ("company", "lead_id")) - 14
    )  # the button in the head of a column
    box = listed.locator("canvas").first.bounding_box()
    assert columns[2] == "リードID" and box
    tab.mouse.move(box["x"] + left, box["y"] + 17)
    tab.mouse.click(box["x"] + left, box["y"] + 17)
    expect(tab.get_by_text("昇順に並べ替え")).to_be_visible()
    assert seen_in('[data-testid="stDataFrameColumnMenu"]') == []
    tab.get_by_text("列の集計").hover()
    expect(tab.get_by_text("異なる値")).to_be_visible()
    assert seen_in('[data-testid^="stDataFrameStatistics"], .stDataFrameStatisticsMenu') == []
    tab.keyboard.press("Escape")


def test_the_keyboard_passes_a_list_and_opens_a_lead_of_it(tab: Page, app: str) -> None:
    step(tab, f"{app}/follow_ups")

    def tab_while(is_listed: bool) -> None:
        for _ in range(10):
            if tab.evaluate("document.activeElement.closest('.stDataFrame canvas') !== null") != is_listed:
                return
            tab.keyboard.press("Tab")
        raise AssertionError("the focus does not move on")

    tab.get_by_role("button", name="CSV").focus()
    tab_while(False)
    tab_while(True)
    rest(tab)
    expect(tab).to_have_url(re.compile("/follow_ups$"))
    tab.get_by_role("button", name="CSV").focus()
    tab_while(False)
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowRight")
    expect(tab).to_have_url(re.compile("/lead"))
