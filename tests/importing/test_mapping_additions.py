"""A company's few lines on top of a shipped mapping: what is added wins, the rest stays as shipped."""

from pathlib import Path

import pytest

from funnel.importing.mapping.load import BadMapping, load_mappings, load_text, shipped
from funnel.importing.mapping.models import Mapping
from funnel.importing.mapping.recognise import columns, recognise

KEEP = """
adds_to = "salesforce"
[[files]]
name = "lead_report"
keep = ["ご要望", "商談ランク"]
"""
HEADER = [
    "リード ID",
    "リード 状況",
    "リード 所有者",
    "作成日",
    "会社名 / 取引先",
    "ご要望",
    "スコア",
    "温度感",
]


def with_it(text: str) -> Mapping:
    return load_text(text, "own.toml")


def goes(mapping: Mapping, shape: str = "lead_report") -> dict[str, str]:
    return {column.header: column.target for column in columns(mapping.shape(shape), HEADER)}


def test_columns_are_kept_and_all_else_is_as_shipped() -> None:
    mapping = with_it(KEEP)
    before = next(each for each in shipped() if each.tool == "salesforce")
    assert mapping.tool == "salesforce" and {each.name for each in mapping.files} == {
        each.name for each in before.files
    }
    assert goes(mapping)["ご要望"] == "extra:ご要望" and goes(before)["ご要望"] == ""
    assert {**goes(mapping), "ご要望": ""} == goes(before)
    assert recognise("report.csv", HEADER, (mapping,)).shape.name == "lead_report"


def test_it_counts_where_it_lies_in_the_data_directory(tmp_path: Path) -> None:
    (tmp_path / "salesforce.toml").write_text(KEEP, encoding="utf-8")
    found = {mapping.tool: mapping for mapping in load_mappings((), tmp_path)}
    assert len(found) == len(shipped()) and goes(found["salesforce"])["ご要望"] == "extra:ご要望"


def test_what_is_added_wins_over_what_the_shipped_mapping_says() -> None:
    mapping = with_it(
        """
        adds_to = "salesforce"
        date_order = "dmy"
        [stages]
        "０１：新規" = "new"
        "01 : 育成" = "nurturing"
        mql = "sql"
        [[files]]
        name = "lead_report"
        [files.columns]
        interest = ["スコア"]
        need = ["温度感"]
        stage = ["温度"]
        """
    )
    report = mapping.shape("lead_report")
    assert goes(mapping)["スコア"] == "interest" and goes(mapping)["温度感"] == "need"
    assert report.columns["stage"][0] == "温度" and "リード 状況" in report.columns["stage"]
    assert (report.stages["０１：新規"], report.stages["mql"], mapping.date_order) == ("new", "sql", "dmy")


def test_a_shape_of_a_new_name_comes_beside_the_shipped_ones() -> None:
    mapping = with_it(
        """
        adds_to = "kintone"
        [[files]]
        name = "visits"
        label = {ja = "訪問", en = "Visits"}
        kind = "activities"
        type = "meeting"
        needs = [["訪問番号"], ["顧客番号"]]
        [files.columns]
        activity_id = ["訪問番号"]
        lead_id = ["顧客番号"]
        occurred_at = ["訪問日"]
        """
    )
    assert mapping.files[0].name == "visits" and {"leads", "history"} <= {each.name for each in mapping.files}
    assert recognise("a.csv", ["訪問番号", "顧客番号", "訪問日"], (mapping,)).shape.name == "visits"


@pytest.mark.parametrize("mapping", shipped(), ids=lambda mapping: mapping.tool)
def test_nothing_added_is_the_shipped_mapping(mapping: Mapping) -> None:
    assert with_it(f'adds_to = "{mapping.tool}"') == mapping


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'adds_to = "salesfroce"',
            'adds_to: there is no shipped mapping "salesfroce"; did you mean "salesforce"?',
        ),
        ('adds_to = "zoho"\ntool = "zoho"', "adds_to: stands beside tool"),
        ('adds_to = "zoho"\n[[files]]\nname = "leads"\nkeeps = ["x"]', "files[0].keeps"),
        ('adds_to = "zoho"\n[[files]]\nname = "leads"\nkeep = "x"', "files[0].keep"),
        ('adds_to = "zoho"\n[[files]]\nname = "laeds"\nkeep = ["x"]', "files[0]"),
        ('adds_to = "zoho"\nfiles = "x"', "files"),
        ("adds_to = 3", "adds_to"),
    ],
)
def test_a_mistake_is_refused_with_its_place_in_the_addition(text: str, said: str) -> None:
    with pytest.raises(BadMapping) as refused:
        with_it(text)
    assert said in refused.value.en and refused.value.ja.startswith("own.toml: ")
