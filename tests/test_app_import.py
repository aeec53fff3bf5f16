"""The page データ取込: files are checked before they are imported, asked about where they do not tell, and taken back."""

import io
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from funnel.importing import run
from funnel.importing.mapping.load import load_mappings
from funnel.importing.publishing import generations
from funnel.importing.publishing.generations import Generation, every
from funnel.importing.publishing.locking import locked
from funnel.importing.records import quarantine
from funnel.importing.run import import_files
from funnel.rules.versions import load_versions
from funnel.ui.importing import columns, inbox, outcome
from funnel.ui.importing.session import Desk, Work
from tests.test_app import JAPANESE, RAW, opened, plain, texts

HEADER = "リード ID,姓,名,会社名 / 取引先,メール,リードソース,リード 状況,リード 所有者,作成日,<b>ご要望</b>"
ROWS = [
    "00Q5h00000AbC01EAA,髙橋,健,青山㈱,ken@aoyama.example,Web,MQL,渡辺 真理,2026/04/01 9:30,①更改",
    "00Q5h00000AbC02EAA,佐藤,美咲,みどり商事,misaki@midori.example,展示会,SQL,渡辺 真理,2026/04/02 10:00,",
    "00Q5h00000AbC03EAA,田中,翔,東都システム,sho@toto.example,紹介,MQL,営業キュー,昨日,",
]
FOOTER = '\n"リード一覧"\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
REPORT = "report1.csv", ("\n".join([HEADER, *ROWS]) + "\n" + FOOTER).encode("cp932"), "text/csv"
CONTACTS = (
    "hubspot-crm-exports-all-2026-11-08.csv",
    (
        "レコードID,名,姓,Eメール,会社名,ライフサイクルステージ,コンタクト担当者,作成日,MQLになった日付\n"
        "251,健,髙橋,KEN@aoyama.example,青山製作所,Marketing Qualified Lead,高橋 健,2026-03-20 10:00,2026-04-03 12:00\n"
        "252,花,山田,hana@sakura.example,さくら薬品,リード,高橋 健,2026-05-01 10:00,\n"
    ).encode("utf-8-sig"),
    "text/csv",
)
AMBIGUOUS = "people.csv", b"id,created_at,email\n1,2026-04-01,a@b.example\n", "text/csv"
DAYS = (
    "days.csv",
    b"Lead ID,Company / Account,Lead Status,Lead Owner,Create Date\n"
    b"00Q5h00000AbC01EAA,A,MQL,Ken,03/04/2026\n00Q5h00000AbC02EAA,B,MQL,Ken,05/06/2026\n",
    "text/csv",
)
File = tuple[str, bytes, str]


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty data directory, a place for layers and one for uploads."""
    for name in ("data", "layers", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("FUNNEL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FUNNEL_LAYERS", str(tmp_path / "layers"))
    monkeypatch.delenv("FUNNEL_INBOX", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.chdir(Path(__file__).parent.parent)
    yield tmp_path / "data"
    assert not list((tmp_path / "temporary").iterdir())  # no upload outlives its run


def page(language: str = "ja") -> AppTest:
    return opened("import_data", lang=language)


def chosen(*files: File, language: str = "ja") -> AppTest:
    at = page(language)
    at.file_uploader[0].set_value(list(files)).run()
    return at


def checked(*files: File, language: str = "ja") -> AppTest:
    at = chosen(*files, language=language)
    at.button(key="i.check").click().run()
    assert not at.exception
    return at


def imported(*files: File) -> AppTest:
    at = checked(*files)
    at.button(key="i.publish").click().run()
    assert not at.exception
    return at


def there(data: Path, *files: File) -> None:
    """Files that were imported before, as the command line does it."""
    folder = data.parent / "brought"
    folder.mkdir(exist_ok=True)
    for name, content, _ in files:
        (folder / name).write_bytes(content)
    import_files(data, [folder / name for name, _, _ in files])


def served(data: Path) -> Generation:
    """The import that is shown."""
    found = generations.current(data)
    assert found is not None
    return found


def said(at: AppTest) -> str:
    """All text of the page as it is read."""
    return " ".join(plain(text) for text in texts(at))


def cells(at: AppTest, number: int) -> list[list[object]]:
    """A table's rows."""
    return [list(row) for row in at.dataframe[number].value.itertuples(index=False)]


def column_of(at: AppTest, head: str) -> dict[str, str]:
    """Of the first table with that head: its first column's texts with those under the head."""
    frame = next(each.value for each in at.dataframe if head in each.value.columns)
    return dict(zip(frame.iloc[:, 0], frame[head], strict=True))


# ---------------------------------------------------------------- before anything is there


def test_the_page_works_without_data_and_an_empty_home_points_to_it() -> None:
    home = opened()
    assert home.title[0].value == "データがまだありません" and "データ取込" in said(home)
    assert "データ取込を開く" in [link.proto.label for link in home.get("page_link")]
    at = page()
    assert at.title[0].value == "取込はまだありません"
    assert at.button(key="i.check").disabled and not at.exception


def test_a_folder_with_files_of_its_own_says_that_an_import_goes_before_them(
    monkeypatch: pytest.MonkeyPatch, sample_dir: Path
) -> None:
    monkeypatch.setenv("FUNNEL_DATA", str(sample_dir))
    at = page()
    assert at.title[0].value == "フォルダーに置かれたファイルを表示しています"
    assert "フォルダーのファイルではなく取り込んだデータ" in said(at)


# ---------------------------------------------------------------- the check


def test_a_check_shows_what_a_file_is_where_its_columns_go_and_changes_nothing(data: Path) -> None:
    at = checked(REPORT)
    assert at.title[0].value == "3行中2行を取り込めます"
    text = said(at)
    assert "リード 状況、リード 所有者、リード IDから、Salesforceの「リードのレポート」と判定しました" in text
    assert "3行 = 取込 2行 + 除外 1行 + 重複 0行" in text
    assert "読めない値がある" in text and "見出しの前と表の後ろの2行は読みません" in text
    assert "アップロードした時刻" in text
    goes = column_of(at, "行き先")
    assert (goes["リード ID"], goes["リード 状況"], goes["作成日"]) == ("リードID", "ステージ", "獲得日時")
    assert goes["<b>ご要望</b>"] == "使わない"
    assert not [name for name in goes.values() if re.search("[a-z]_[a-z]", name)]
    assert generations.current(data) is None and not list((data / "generations").glob("2*"))


def test_a_check_reads_what_a_stage_date_column_means_and_what_is_history() -> None:
    at = checked(CONTACTS)
    assert column_of(at, "行き先")["MQLになった日付"] == "「MQL」に入った日時"
    text = said(at)
    assert "2026年11月8日(日) 23:59(ファイル名による)" in text
    assert "ステージ変更の履歴は2026年4月3日(金)からです" in text


def test_a_check_says_how_dates_are_read_and_that_the_tools_score_is_in_no_number() -> None:
    slashed = CONTACTS[1].replace(b"2026-04-03 12:00", b"04/13/2026 12:00")
    header, _, rest = slashed.partition(b"\n")
    scored = header.rstrip() + ",HubSpotスコア\n".encode() + rest.replace(b"12:00\n", b"12:00,110\n")
    at = checked((CONTACTS[0], scored.replace(b"10:00,\n", b"10:00,,45\n"), "text/csv"))
    assert column_of(at, "値の例")["MQLになった日付"] == "04/13/2026 12:00 → 2026年4月13日(月) 12:00"
    assert column_of(at, "行き先")["HubSpotスコア"] == "スコア(計算には使わない)"
    assert "加点ルールで属性と活動から計算し直します" in said(at)


def test_far_fewer_leads_than_are_shown_are_said_in_amber_and_the_folder_is_gone_back_to(data: Path) -> None:
    days = [datetime(2026, 4, 1, tzinfo=UTC)] * 9
    own = pa.table({"lead_id": list("abcdefghi"), "created_at": pa.array(days, pa.timestamp("us", "UTC"))})
    pq.write_table(own, data / "leads.parquet")
    at = checked(REPORT)
    (amber,) = (each.value for each in at.markdown if ":orange[" in each.value)
    assert "リードが9件から2件に減ります" in amber and "フォルダーのファイル" in amber
    at.button(key="i.publish").click().run()
    assert at.get_by_key("i.back.ja").options == ["フォルダーのファイル(リード9行)"]
    at.button(key="i.back_yes").click().run()
    assert not at.exception and generations.current(data) is None
    assert at.title[0].value == "フォルダーに置かれたファイルを表示しています"


def test_personal_values_are_masked_unless_the_rules_show_them(data: Path) -> None:
    examples = column_of(checked(REPORT), "値の例")
    assert {examples[name] for name in ("姓", "名", "メール", "<b>ご要望</b>")} == {"•••"}
    assert examples["会社名 / 取引先"] == "青山㈱・みどり商事・東都システム"
    rules = Path("funnel/rules/example.toml").read_text(encoding="utf-8")
    (data / "rules").mkdir()
    shown = rules.replace('personal_fields = "masked"', 'personal_fields = "shown"')
    assert shown != rules
    (data / "rules" / "2026.toml").write_text(shown, encoding="utf-8")
    assert column_of(checked(REPORT), "値の例")["姓"] == "髙橋・佐藤・田中"


def test_columns_that_go_nowhere_come_with_the_mapping_that_keeps_them() -> None:
    at = checked(REPORT)
    assert "使わない列:<b>ご要望</b>" in said(at)
    assert any('adds_to = "salesforce"' in code.value and '"<b>ご要望</b>"' in code.value for code in at.code)
    assert all(each.allow_html is False for each in at.markdown)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_everything_is_said_in_one_language(language: str) -> None:
    at = checked(REPORT, CONTACTS, language=language)
    assert not [text for text in texts(at) if RAW.search(text) or "import." in text]
    heads = [str(head) for each in at.dataframe for head in each.value.columns]
    assert all(bool(JAPANESE.search(head)) == (language == "ja") for head in heads)
    assert bool(JAPANESE.search(at.title[0].value)) == (language == "ja")


# ---------------------------------------------------------------- what is unclear


def test_a_file_of_two_tools_is_asked_about_and_the_answer_counts_for_it_alone() -> None:
    at = checked(AMBIGUOUS, CONTACTS)
    assert at.title[0].value == "確認したいことが1つあります"
    assert "どれか決まりません" in said(at) and "--source" not in said(at)
    choice = at.get_by_key("i.source.people.csv.0")
    assert choice.options == ["Account Engagement(Pardot)", "Marketo"]
    choice.set_value("marketo").run()
    assert at.title[0].value == "3行すべてを取り込めます"
    assert "Marketoの「リード(APIの列名)」" in said(at) and "HubSpotの「コンタクト」" in said(at)


def test_days_that_do_not_tell_their_order_are_asked_about() -> None:
    at = checked(DAYS)
    assert "日と月のどちらが先か" in said(at) and "--date-order" not in said(at)
    choice = at.get_by_key("i.date_order.days.csv.0")
    assert (choice.label, choice.options) == (
        "03/04/2026 は何月何日ですか",
        ["3月4日(月が先)", "4月3日(日が先)"],
    )
    choice.set_value("dmy").run()
    assert at.title[0].value == "2行すべてを取り込めます"
    at.button(key="i.publish").click().run()
    assert at.title[0].value == "リード2件・活動0件になりました"


def test_an_unknown_file_takes_a_mapping_of_ones_own() -> None:
    at = checked(("shop.csv", "番号,登録日,店\n1,2026-04-01,銀座\n".encode(), "text/csv"))
    assert "対応表にありません" in said(at)
    mapping = (
        'tool = "shop"\nlabel = {ja = "店", en = "Shop"}\n[[files]]\nname = "leads"\nlabel = {ja = "会員", en = "Members"}\n'
        'kind = "leads"\nneeds = [["番号"], ["店"]]\n[files.columns]\nlead_id = ["番号"]\ncreated_at = ["登録日"]\ncompany = ["店"]\n'
    )
    at.file_uploader[1].set_value(("shop.toml", mapping.encode(), "application/toml")).run()
    assert at.title[0].value == "1行すべてを取り込めます"
    at.button(key="i.publish").click().run()
    assert at.title[0].value == "リード1件・活動0件になりました"


def test_another_day_of_the_export_is_taken_up() -> None:
    at = checked(REPORT)
    day = at.date_input(key="i.day.0.0")
    day.set_value("2026-05-01").run()
    assert "書き出し日時は2026年5月1日(金) 23:59(指定した日)" in said(at)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("empty.csv", b"", "text/csv"), "empty.csv は空のファイルです"),
        (("old.zip", b"PK\x03\x04 cut", "application/zip"), "old.zip"),
        (("odd.csv", b"Date,Email\n", "text/csv"), "対応表にありません"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(file: File, sentence: str, data: Path) -> None:
    at = checked(file)
    assert sentence in said(at) and not at.exception
    assert "i.publish" not in [button.key for button in at.button]


def test_other_files_are_checked_anew() -> None:
    at = checked(REPORT)
    at.file_uploader[0].set_value([CONTACTS]).run()
    assert "i.publish" not in [button.key for button in at.button]
    assert not at.button(key="i.check").disabled


def test_a_second_import_at_the_same_time_is_told_so(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    monkeypatch.setattr(run, "draft", partial(generations.draft, patience=0.1))
    (data / "generations").mkdir()
    with locked(data / "generations" / "lock", str(data), 1):
        at = checked(REPORT)
    assert at.title[0].value == "取り込めませんでした" and "ほかで進んでいます" in said(at)


# ---------------------------------------------------------------- the import


def test_an_import_is_shown_on_every_page_and_says_what_came_of_it(data: Path) -> None:
    at = imported(REPORT, CONTACTS)
    assert at.title[0].value == "リード3件・活動1件になりました"
    text = said(at)
    assert "2ファイルの5行を読み、4行を取り込みました" in text
    assert "1件のリードが複数のツールでつながりました" in text and "1行を除外しています" in text
    assert column_of(at, "このツールだけ") == {"HubSpot": 1, "Salesforce": 1}
    assert at.file_uploader[0].value == []
    at.switch_page("pages/data/data_quality.py").run()
    assert not at.exception and at.title[0].value.startswith("ツールのファイルの1行を除外しています")
    assert "leads.parquet" in {cell for row in cells(at, 1) for cell in row}


def test_the_list_of_joined_leads_says_it_in_words(data: Path) -> None:
    there(data, REPORT, CONTACTS)
    mappings = {mapping.tool: mapping for mapping in load_mappings()}
    here = Desk(data, load_versions(data)[-1], mappings, "ja", Work(), served(data))
    path = here.served.path / "kept" / "joins.parquet"
    lines = outcome._joins_csv(here, path).decode("utf-8-sig").splitlines()
    assert lines[0].split(",")[:4] == ["リードID", "ツール", "ツールでのID", "つないだ手がかり"]
    assert any(",Salesforce," in line and ",メール," in line for line in lines)


def test_the_same_file_again_changes_nothing(data: Path) -> None:
    there(data, REPORT)
    before = served(data)
    at = checked(REPORT)
    assert at.title[0].value == "新しく取り込む行はありません" and "取込済みのファイルです" in said(at)
    assert "i.publish" not in [button.key for button in at.button]
    assert served(data) == before


def test_refused_rows_are_taken_along_corrected_and_imported(data: Path) -> None:
    there(data, REPORT)
    at = page()
    assert cells(at, _table_with(at, "理由"))[0][:2] == ["読めない値がある(日付・費用)", 1]
    (name,), (content,) = zip(*quarantine.downloads(quarantine.read(served(data).path)).items(), strict=True)
    button = next(each for each in at.get("download_button") if each.proto.id.endswith("i.refused.file"))
    assert button.proto.label == "除外された行をダウンロード"
    fixed = content.decode("cp932").replace("昨日", "2026/04/03 11:00").encode("cp932")
    at = imported((name, fixed, "text/csv"))
    assert at.title[0].value == "リード3件・活動0件になりました"
    assert "除外されていた1行が、直されて取り込まれました" in said(at) and "除外しています" not in said(at)
    assert pq.read_metadata(served(data).path / "leads.parquet").num_rows == 3


def test_a_refused_row_shows_the_cell_to_correct_but_no_address_that_moved_there(data: Path) -> None:
    moved = REPORT[1].replace("昨日".encode("cp932"), b"sho@toto.example")
    there(data, REPORT, ("report2.csv", moved.replace(b"AbC0", b"XyZ0"), "text/csv"))
    here = Desk(data, load_versions(data)[-1], {}, "ja", Work(), served(data))
    cells = [row["wrong"][0] for row in outcome.refused_rows(served(data)).to_pylist()]
    assert [(cell["header"], columns.value(here, cell)) for cell in cells] == [
        ("作成日", "昨日"),
        ("作成日", "•••"),
    ]


def test_what_is_left_out_on_purpose_is_told_apart_and_not_given_back_for_correction(data: Path) -> None:
    people = "people.csv", b"id,createdAt,email,leadScore\n1,2026-04-01T00:00:00Z,a@b.example,5\n", "text/csv"
    head = "marketoGUID,leadId,activityDate,activityTypeId,campaignId,primaryAttributeValueId,primaryAttributeValue,attributes"
    delivered, odd = "g1,1,2026-04-02T00:00:00Z,7,null,1,x,{}", "g2,1,soon,2,null,1,x,{}"
    there(data, people, ("stream.csv", f"{head}\n{delivered}\n".encode(), "text/csv"))
    text = said(page())
    assert "1行は読まないと決めたものです" in text and "ダウンロード" not in text
    there(data, ("more.csv", f"{head}\n{odd}\n".encode(), "text/csv"))
    text = said(page())
    assert "1行を除外しています" in text and "ほかの1行は、読まないと決めた種類" in text
    rows = outcome._corrections(served(data).path, True, "ja").decode()
    assert odd in rows and delivered not in rows


def _table_with(at: AppTest, head: str) -> int:
    return next(place for place, each in enumerate(at.dataframe) if head in each.value.columns)


def test_corrections_of_several_files_come_as_one_zip(data: Path) -> None:
    other = "report2.csv", REPORT[1].replace(b"AbC0", b"XyZ0"), "text/csv"
    there(data, REPORT, other)
    folder = served(data).path
    with zipfile.ZipFile(io.BytesIO(outcome._corrections(folder, False, "ja"))) as archive:
        assert sorted(archive.namelist()) == ["report1.rejected.csv", "report2.rejected.csv"]


def test_an_older_import_is_shown_again_once_that_is_confirmed(data: Path) -> None:
    there(data, REPORT)
    there(data, CONTACTS)
    at = page()
    first, second = every(data)
    assert served(data) == second
    assert len(at.get_by_key("i.back.ja").options) == 1
    at.button(key="i.back_yes").click().run()
    assert not at.exception and served(data) == first
    assert at.title[0].value == "リード2件・活動0件を取込済みです" and "に戻しました" in said(at)
    at = page()
    assert "の取込を表示しています" in said(at)


def test_damage_in_an_older_import_is_one_sentence_and_nothing_changes(data: Path) -> None:
    there(data, REPORT)
    there(data, CONTACTS)
    at = page()
    first, second = every(data)
    with (first.path / "quarantine.parquet").open("r+b") as file:
        file.write(b"XXXX")
    at.button(key="i.back_yes").click().run()
    assert "取込時と違います" in said(at) and served(data) == second


def test_where_every_import_is_damaged_the_way_out_is_to_import_again(data: Path) -> None:
    there(data, REPORT)
    (served(data).path / "leads.parquet").write_bytes(b"cut")
    home = opened()
    assert home.title[0].value == "データを読み込めません" and "データ取込を開く" in [
        link.proto.label for link in home.get("page_link")
    ]
    at = page()
    assert at.title[0].value == "データを読み込めません" and "壊れている" in said(at)
    at = imported(REPORT)
    assert at.title[0].value == "リード2件・活動0件になりました"
    assert not at.switch_page("pages/daily/home.py").run().exception


# ---------------------------------------------------------------- names and places


def test_what_a_file_is_called_is_shown_as_it_is() -> None:
    at = checked(("![x](http://evil) *a*.csv", REPORT[1], "text/csv"))
    assert not [each.label for each in at.expander if re.search(r"(?<!\\)[\[\]!*<>]", each.label)]


def test_only_what_lies_in_the_inbox_can_be_chosen_on_the_server(data: Path) -> None:
    at = page()
    assert str(data / "inbox") in said(at) and not at.get("multiselect")
    (data / "inbox" / "weekly").mkdir(parents=True)
    (data / "inbox" / "weekly" / REPORT[0]).write_bytes(REPORT[1])
    (data / "inbox" / "notes.docx").write_bytes(b"x")
    if hasattr(os, "symlink"):
        (data / "inbox" / "link.csv").symlink_to("/etc/hosts")
    assert inbox.names(data / "inbox") == ["weekly"]
    at = page()
    at.multiselect(key="i.inbox.0").set_value(["weekly"]).run()
    at.button(key="i.check").click().run()
    assert at.title[0].value == "3行中2行を取り込めます" and "weekly/report1.csv" in said(at)
