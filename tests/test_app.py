"""Every page and every filter, run as the server runs them; the address holds the view."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from funnel.errors import FunnelError
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import run
from funnel.rows import frame_of
from funnel.ui.ground.markdown import esc
from funnel.ui.ground.pages import PAGES, WITHOUT_DATA
from funnel.ui.parts import leads_behind, lists
from funnel.ui.state import business_day, filters

ROOT = Path(__file__).parent.parent
FILES = {name: path for entries in PAGES.values() for name, (path, _) in entries.items() if name != "lead"}
FILTERED = [name for name in FILES if name not in WITHOUT_DATA]
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
RAW = re.compile(r"\b(say|column|why|state|unit|chart|control|filter|tile|page|kpi|quality)\.[a-z_]+")


@pytest.fixture(autouse=True)
def app(monkeypatch: pytest.MonkeyPatch, sample: Warehouse) -> None:
    """The app over the sample company."""
    monkeypatch.setenv("FUNNEL_DATA", str(sample.exports.directory))
    monkeypatch.chdir(ROOT)


def opened(page: str = "home", **address: str | list[str]) -> AppTest:
    """The app at a page and an address."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=20)
    for name, value in address.items():
        at.query_params[name.replace("__", ".")] = value
    at.run()
    if page != "home":
        at.switch_page(FILES.get(page, "pages/daily/lead.py"))
        for name, value in address.items():
            at.query_params[name.replace("__", ".")] = value
        at.run()
    assert not at.exception
    return at


def texts(at: AppTest) -> list[str]:
    """Everything a reader sees as text, tables and figures aside."""
    shown = [*at.title, *at.subheader, *at.markdown]
    found = [element.value for element in shown]
    found += [f"{metric.label} {metric.value} {metric.delta}" for metric in at.metric]
    widgets = [*at.selectbox, *at.multiselect, *at.button, *at.expander, *at.date_input]
    return found + [widget.label for widget in widgets]


def plain(text: str) -> str:
    return re.sub(r":material/\w+:|:[a-z]+\[|\\|\[|\]|⁠", "", text)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", FILES)
def test_every_page_says_its_finding_in_its_language(name: str, language: str, sample: Warehouse) -> None:
    at = opened(name, lang=language)
    assert len(at.title) == 1 and at.title[0].value
    assert not [text for text in texts(at) if RAW.search(text)]
    if language == "ja":
        assert all(JAPANESE.search(heading.value) for heading in (*at.title, *at.subheader))
    else:
        people = frame_of(
            run(sample, "dimension_values", {"dimensions": ["owner"], "as_of": sample.as_of_default})
        )["value"]
        said = " ".join(plain(each.value) for each in (*at.title, *at.subheader))
        for person in people.dropna():
            said = said.replace(person, "")
        assert not JAPANESE.search(said)


@pytest.mark.parametrize("name", FILTERED)
def test_a_filter_that_matches_nothing_leaves_a_page_that_says_so(name: str) -> None:
    at = opened(name, f__channel="no such channel")
    assert len(at.title) == 1
    assert at.multiselect(key="f.where.channel").value == ["no such channel"]


def test_a_part_of_the_leads_is_named_and_not_held_to_the_targets_of_all() -> None:
    whole, part = opened("monthly"), opened("monthly", f__channel="exhibition")
    named = [plain(each.value) for each in part.markdown if "絞り込み中" in each.value]
    assert ["絞り込み中 チャネル: 展示会" in line for line in named] == [True]
    assert not any("絞り込み中" in each.value for each in whole.markdown)
    counts = {tile.label: tile.proto.delta_description for tile in part.metric}
    assert "目標" in {tile.label: tile.proto.delta_description for tile in whole.metric}["MQL"]
    assert not any(counts[name] for name in ("リード", "MQL", "SQL"))
    assert any("目標" in note for note in counts.values())  # of rates they hold for any part


def test_an_empty_page_offers_the_button_that_helps() -> None:
    at = opened("stage_aging", f__channel="no such channel", period="3m")
    assert at.title[0].value == "この条件では答えが出せません"
    assert any("絞り込みを減らして" in text for text in texts(at))
    assert "widen" not in [button.key for button in at.button]
    at.button(key="clear.empty").click().run()
    assert "f.channel" not in at.query_params
    assert at.title[0].value != "この条件では答えが出せません"


def test_months_without_a_lead_offer_all_months() -> None:
    at = opened("conversion", period="2020-01~2020-03")
    assert at.title[0].value == "この条件では答えが出せません"
    at.button(key="widen").click().run()
    assert at.query_params["period"] == "all"
    assert at.title[0].value != "この条件では答えが出せません"


@pytest.mark.parametrize("name", ["home", "follow_ups", "monthly", "dormant", "stage_aging"])
def test_zeros_before_all_data_do_not_read_as_good_news(name: str) -> None:
    at = opened(name, as_of="2020-01-01")
    assert at.title[0].value == "この条件では答えが出せません"
    assert any("時点より前に獲得したリードはありません" in text for text in texts(at))
    assert not at.metric


def test_every_dimension_filters_and_stands_in_the_address_as_a_code(sample: Warehouse) -> None:
    at = opened("stage_aging")
    everyone = at.title[0].value
    filters = {widget.key: widget for widget in at.multiselect}
    assert {"f.where.channel", "f.where.owner", "f.where.stage", "f.where.score_band"} <= set(filters)
    for key in sorted(str(key) for key in filters):
        widget = at.multiselect(key=key)
        widget.set_value([_code(sample, key)]).run()
        assert not at.exception
        name = key.replace("f.where.", "f.")
        assert at.query_params[name] == _code(sample, key)
    at.button(key="clear").click().run()
    assert not [name for name in at.query_params if name.startswith("f.")]
    assert at.title[0].value == everyone


def _code(sample: Warehouse, key: str) -> str:
    dimension = key.removeprefix("f.where.")
    values = frame_of(
        run(sample, "dimension_values", {"dimensions": [dimension], "as_of": sample.as_of_default})
    )["value"]
    return str(values.dropna().iloc[0])


def test_a_link_opens_the_same_view() -> None:
    link: dict[str, str | list[str]] = {
        "as_of": "2026-06-30",
        "period": "2026-01~2026-05",
        "rules": "2025-04",
        "lang": "en",
        "f__channel": ["seo", "exhibition"],
        "step": "sql-won",
        "window": "30",
    }
    at = opened("conversion", **link)
    assert at.date_input(key="f.as_of").value.isoformat() == "2026-06-30"
    assert at.selectbox(key="f.period").value == "chosen"
    assert (at.selectbox(key="f.first").value, at.selectbox(key="f.last").value) == ("2026-01", "2026-05")
    assert at.selectbox(key="f.rules").value == "2025-04"
    assert at.multiselect(key="f.where.channel").value == ["seo", "exhibition"]
    assert at.get_by_key("c.step.en").value == "sql-won"
    assert at.get_by_key("c.window.en").value == "30"
    for name, value in link.items():
        assert at.query_params[name.replace("__", ".")] == value


def test_filters_stay_when_the_page_changes() -> None:
    at = opened("follow_ups", f__channel="seo", period="all")
    at.switch_page(FILES["import_data"]).run()
    assert at.query_params["f.channel"] == "seo" and not at.multiselect
    at.switch_page(FILES["dormant"]).run()
    assert at.query_params["f.channel"] == "seo" and at.query_params["period"] == "all"


def test_what_is_chosen_on_a_page_stands_in_the_address() -> None:
    at = opened("conversion")
    at.get_by_key("c.window.ja").set_value("60").run()
    assert at.query_params["window"] == "60" and "60日以内" in at.title[0].value
    at.get_by_key("c.window.ja").set_value("90").run()
    assert "window" not in at.query_params


def test_the_language_is_one_switch_and_keeps_the_view() -> None:
    at = opened("scores", f__channel="seo", at="created")
    at.get_by_key("f.lang").set_value("en").run()
    assert at.query_params["lang"] == "en" and at.query_params["f.channel"] == "seo"
    assert at.get_by_key("c.at.en").value == "created"
    assert not JAPANESE.search(at.title[0].value)


def test_a_day_in_the_past_is_seen_whole() -> None:
    at = opened("home")
    at.date_input(key="f.as_of").set_value("2026-06-30").run()
    assert at.query_params["as_of"] == "2026-06-30"
    assert any("2026年6月" in text for text in texts(at))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"as_of": "yesterday"}, "時点「yesterday」は日付"),
        ({"rules": "2026-4"}, "選べる版は 2025-04、2026-04 です。"),
        ({"period": "spring"}, "月(2026-10)ではありません"),
        ({"period": "2026-05~2026-01"}, "始まりが終わりより後です"),
    ],
)
def test_an_address_that_cannot_be_is_one_sentence_and_can_be_cleared(
    address: dict[str, str | list[str]], said: str
) -> None:
    at = opened("stage_aging", **address)
    assert any(said in plain(text) for text in texts(at))
    at.button(key="clear.trouble").click().run()
    assert not at.exception and not at.query_params.get("as_of") and "超えて" in at.title[0].value


def test_a_moment_before_all_data_is_answered() -> None:
    for page in FILES:
        at = opened(page, as_of="2001-01-01")
        assert len(at.title) == 1


def test_unknown_parameters_marks_and_filters_do_no_harm() -> None:
    at = opened("stage_aging", mark="[1,2", f__no_such="x", step="nonsense", utm_source="mail")
    assert "超えて" in at.title[0].value


def test_a_mark_in_the_address_opens_its_leads() -> None:
    at = opened("stage_aging", mark='["aging",{"stage":"mql","over_only":true}]')
    assert any("リードの詳細" in text for text in texts(at))


def test_no_data_is_an_empty_state_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FUNNEL_DATA", str(tmp_path))
    at = opened()
    assert at.title[0].value == "データがまだありません"
    assert any("python -m funnel sample" in plain(text) for text in texts(at))


@pytest.mark.parametrize("damage", ["cut", "text", "no activities", "bad rules"])
def test_files_that_cannot_be_used_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sample_dir: Path, damage: str
) -> None:
    shutil.copytree(sample_dir, tmp_path / "data", ignore=shutil.ignore_patterns(".layers"))
    leads = tmp_path / "data" / "leads.parquet"
    if damage == "cut":
        leads.write_bytes(leads.read_bytes()[:1000])
    if damage == "text":
        leads.write_text("lead_id,created_at\n")
    if damage == "no activities":
        (tmp_path / "data" / "activities.parquet").unlink()
    if damage == "bad rules":
        (tmp_path / "data" / "rules" / "2026-04.toml").write_text(
            'version = "x"\nefective_from = 2026-04-01\n'
        )
    monkeypatch.setenv("FUNNEL_DATA", str(tmp_path / "data"))
    at = opened()
    assert at.title[0].value == "データを読み込めません"
    assert any(JAPANESE.search(text) for text in texts(at)) and at.button(key="again")


def test_new_files_are_announced_and_loaded_when_the_reader_wants(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sample_dir: Path
) -> None:
    shutil.copytree(sample_dir, tmp_path / "data", ignore=shutil.ignore_patterns(".layers"))
    monkeypatch.setenv("FUNNEL_DATA", str(tmp_path / "data"))
    at = opened("follow_ups")
    before = at.title[0].value
    leads = tmp_path / "data" / "leads.parquet"
    leads.write_bytes(leads.read_bytes()[:1000])
    at.run()
    assert at.title[0].value == before
    assert any("新しいデータがあります" in text for text in texts(at))
    at.button(key="reload").click().run()
    at.run()
    assert at.title[0].value == before  # the new file is unusable: the layer that was open stays in use


def test_a_lead_has_a_page_and_an_unknown_one_a_sentence(sample: Warehouse) -> None:
    overdue = frame_of(
        run(
            sample,
            "overdue",
            {"as_of": sample.as_of_default, "scope": {"filtered": [], "dimensions": [], "values": []}},
        )
    )
    lead = overdue.iloc[0]
    at = opened("lead", id=lead["lead_id"])
    assert lead["company"] in plain(at.title[0].value)
    assert "L\\-" in "".join(text for text in texts(at)) and at.get("plotly_chart")
    assert opened("lead", id="nobody").title[0].value == "リード nobody は見つかりません"
    assert opened("lead").title[0].value == "リードを選んでください"


def test_a_page_for_paper_has_no_controls_and_says_what_it_was_asked_for() -> None:
    at = opened("follow_ups", f__channel="seo")
    at.button(key="print").click().run()
    assert at.query_params["print"] == "1" and at.query_params["f.channel"] == "seo"
    assert not at.dataframe and not at.multiselect and not at.get("segmented_control")
    said = plain(" ".join(texts(at)))
    assert "2026-04" in said and "検索(SEO)" in said
    assert "window.printWhenDrawn()" in "".join(each.proto.body for each in at.get("html"))
    at.button(key="screen").click().run()
    assert "print" not in at.query_params and at.multiselect
    assert at.query_params["f.channel"] == "seo"


@pytest.mark.parametrize(
    ("name", "card"),
    [("home", "funnel"), ("follow_ups", "overdue"), ("conversion", "cohorts"), ("dormant", "pool")],
)
def test_a_card_opens_its_reason(name: str, card: str) -> None:
    at = opened(name)
    at.button(key=f"why.{card}").click().run()
    assert not at.exception
    said = " ".join(texts(at))
    assert "母数と除外" in said and "定義の版" in said
    assert 'set variable "as_of"' in at.code[-1].value
    assert {button.label for button in at.get("download_button")} == {"Excel", "CSV"}


def test_a_phone_lists_leads_in_two_lines_with_a_way_to_the_rest(
    sample: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "is_phone", lambda: True)
    monkeypatch.setattr(lists, "PHONE_ROWS", 3)
    overdue = frame_of(
        run(
            sample,
            "overdue",
            {"as_of": sample.as_of_default, "scope": {"filtered": [], "dimensions": [], "values": []}},
        )
    )
    at = opened("follow_ups")
    assert not at.dataframe and not at.metric
    at.button(key="more.overdue").click().run()
    links = [plain(link.proto.label).strip("*") for link in at.get("page_link")]
    assert links[:6] == list(overdue["company"].head(6))
    assert "担当者なし" in plain(" ".join(texts(at)))
    assert "主担当: インサイドセールス" in " ".join(texts(opened("definitions")))  # wide tables row by row


def test_every_figure_and_list_has_a_name_for_those_who_do_not_see_it() -> None:
    for page in FILES:
        at = opened(page)
        for figure in at.get("plotly_chart"):
            assert figure.proto.alt, page
        for table in at.dataframe:
            assert table.proto.alt, page


@pytest.mark.parametrize(
    "name",
    [
        "*太字* 株式会社",
        "![x](http://evil.example/a.png)",
        ":red[赤] :material/home:",
        "$x^2$ <b>",
        "a\n# b",
        "www.evil.example",
    ],
)
def test_text_of_the_data_is_shown_as_it_is(name: str) -> None:
    escaped = esc(name)
    assert "\n" not in escaped
    assert plain(escaped.replace("\\", "")) == plain(" ".join(name.split()))
    assert not re.search(r"(?<!\\)[*_`\[\]!<>$#:]", escaped)
    assert "www." not in re.sub(r"\\", "", escaped) and "http:" not in re.sub(r"\\", "", escaped)


def test_a_page_says_up_to_when_it_looks_and_when_the_data_are_old(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(day: date, **address: str) -> str:
        monkeypatch.setattr(business_day, "today", lambda view: day)
        return plain(" ".join(texts(opened("follow_ups", **address))))

    fresh = said(date(2026, 11, 11))  # the next business day
    assert "11月10日(火) 8:42時点" in fresh and "日前" not in fresh
    assert "11月10日(火) 8:42時点のデータ(2日前)" in said(date(2026, 11, 12))
    assert "2026年11月10日(火) 8:42時点のデータ" in said(date(2027, 11, 10))
    assert "2月20日(金) 終了時点" in said(date(2026, 11, 10), as_of="2026-02-20")


def test_what_a_drawer_cannot_show_is_said_in_a_sentence_and_the_page_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object) -> None:
        raise FunnelError("Too long: narrow the months.", "時間がかかりすぎます。期間を狭めてください。")

    monkeypatch.setitem(leads_behind.BEHIND, "funnel", refused)
    at = opened(mark='["funnel",{"stage":"mql"}]')
    assert [each.value for each in at.toast] == ["時間がかかりすぎます。期間を狭めてください。"]
    assert at.title and not at.exception


@pytest.mark.parametrize("filters", [{"f__owner": "高橋 健"}, {"f__stage": "mql", "f__score_band": "hot"}])
@pytest.mark.parametrize(
    "name",
    ["home", "follow_ups", "stage_aging", "dormant", "conversion", "monthly", "scores", "data_quality"],
)
def test_a_filter_that_a_card_does_not_take_is_said_on_it_and_not_applied(
    name: str, filters: dict[str, str], sample: Warehouse
) -> None:
    at = opened(name, **filters)
    assert not at.exception
    said = [text for text in texts(at) if "での絞り込みは、ここでは適用していません" in text]
    takes_everything = {"stage_aging"} if len(filters) == 2 else {"stage_aging", "follow_ups"}
    assert bool(said) == (name not in takes_everything), said


def test_the_definitions_show_the_matrix_and_the_beginning_of_the_fiscal_year() -> None:
    said = " ".join(texts(opened("definitions")))
    assert "年度は4月始まり" in said
