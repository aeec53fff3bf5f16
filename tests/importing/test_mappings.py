"""Mappings: what is shipped fits the built-in rules, a company's own takes its place, mistakes are one sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from funnel.importing.mapping.load import BadMapping, load_mapping, load_mappings, load_text, normal, shipped
from funnel.importing.mapping.models import NEEDED, TARGETS, FileKind, Mapping, Shape, TypeWord
from funnel.rules.models import FIXED_TYPES
from funnel.rules.versions import built_in

TOOLS = ["account_engagement", "hubspot", "kintone", "marketo", "salesforce", "table", "zoho"]
SMALL = """
tool = "shop"
label = {ja = "店", en = "Shop"}
timezone = "Asia/Tokyo"
nulls = ["-"]
[stages]
"Hot" = "mql"
[types]
call = "call"
[[files]]
name = "leads"
label = {en = "Leads"}
kind = "leads"
needs = [["No"]]
[files.columns]
lead_id = ["No"]
stage = ["State"]
"""


def every_shape(mapping: Mapping) -> Iterator[Shape]:
    for shape in mapping.files:
        yield from (shape, *shape.also)


def small(more: str = "") -> Mapping:
    return load_text(SMALL + more, "shop.toml")


def sentence(text: str, name: str = "shop.toml") -> str:
    with pytest.raises(BadMapping) as refused:
        load_text(text, name)
    assert refused.value.ja.startswith(f"{name}: ")
    return refused.value.en


# ---------------------------------------------------------------- what is shipped


def test_every_tool_has_a_mapping() -> None:
    assert [mapping.tool for mapping in load_mappings()] == TOOLS


@pytest.mark.parametrize("tool", TOOLS)
def test_the_words_lead_to_stages_and_types_of_the_built_in_rules(tool: str) -> None:
    rules = built_in()
    stages = {stage.key for stage in rules.stages}
    types = {*rules.activity_types, *FIXED_TYPES, "", "change", "merge", "delete"}
    mapping = next(mapping for mapping in shipped() if mapping.tool == tool)
    for shape in every_shape(mapping):
        assert {*shape.stages.values(), *shape.statuses.values()} <= stages
        assert {word.to_value for word in shape.type_words} <= {*stages, None}
        assert {word.type for word in shape.type_words} <= types
        assert shape.type in (*types, None)
        assert shape.converted_stage in (*stages, None)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_stage_word_means_what_the_built_in_rules_say_where_they_say_it(tool: str) -> None:
    rules = built_in()
    said = {
        normal(word): stage.key
        for stage in rules.stages
        for word in (
            stage.key,
            *stage.aliases,
            *((stage.label.japanese, stage.label.english) if stage.label else ()),
        )
    }
    mapping = next(mapping for mapping in shipped() if mapping.tool == tool)
    for shape in every_shape(mapping):
        for word, stage in {**shape.stages, **shape.statuses}.items():
            assert said.get(normal(word), stage) == stage, word


def test_ids_are_kept_of_the_marketing_tool_before_the_sales_tool() -> None:
    rank = {mapping.tool: mapping.priority for mapping in shipped()}
    assert len(set(rank.values())) == len(rank)
    assert max(rank[tool] for tool in ("hubspot", "marketo", "account_engagement")) < min(
        rank[tool] for tool in ("salesforce", "zoho", "kintone")
    )


def test_api_shaped_tables_are_in_utc() -> None:
    zones = {(mapping.tool, shape.name): shape.timezone for mapping in shipped() for shape in mapping.files}
    assert zones["hubspot", "contacts"] == "" and zones["hubspot", "contacts_table"] == "UTC"
    assert zones["salesforce", "lead_report"] == "" and zones["salesforce", "leads"] == "UTC"
    assert zones["marketo", "activities"] == "UTC" and zones["marketo", "lead_list"] == ""


def test_only_the_named_null_words_are_null() -> None:
    nulls = {mapping.tool: mapping.nulls for mapping in shipped()}
    assert nulls["marketo"] == ("null",) and nulls["hubspot"] == ("(No value)", "(値なし)")
    nothing = ("--None--", "-None-", "--なし--", "-なし-", "-")
    assert nulls["salesforce"] == nulls["zoho"] == nulls["account_engagement"] == nulls["table"] == nothing
    assert nulls["kintone"] == ("-----", "-")


def test_a_score_of_zero_is_no_score_in_account_engagement_alone() -> None:
    zero = {
        mapping.tool
        for mapping in shipped()
        for shape in mapping.files
        if "0" in shape.null_in.get("score", ())
    }
    assert zero == {"account_engagement"}


# ---------------------------------------------------------------- words


def test_headers_are_compared_without_blanks_width_case_and_kinds_of_quotes() -> None:
    assert normal("リード 状況") == normal("リード状況") == normal(" リード　状況\ufeff")
    assert normal("従業員数レンジ(ランスケ）") == normal("従業員数レンジ（ランスケ)")
    assert normal("Date entered “Lead”") == normal("date entered 'Lead'")
    assert normal("ﾒｰﾙ") == normal("メール") != normal("メ-ル")
    assert normal("Lead_Status") != normal("Lead Status")


def test_a_shape_has_the_words_of_its_tool_and_its_own_win() -> None:
    shape = small('[files.stages]\nHot = "sql"\nCold = "new"\n').shape("leads")
    assert shape.stages == {"Hot": "sql", "Cold": "new"}
    assert (shape.timezone, shape.date_order, shape.nulls) == ("Asia/Tokyo", "auto", ("-",))
    assert shape.types == {}  # those are of activities


def test_a_type_is_read_with_its_detail_and_may_tell_a_stage() -> None:
    mapping = small(
        """
[[files]]
name = "log"
label = {en = "Log"}
kind = "activities"
needs = [["Date"], ["What"]]
[files.columns]
lead_id = ["No"]
occurred_at = ["Date"]
type = ["What"]
type_detail = ["How"]
[files.types]
"4/Form" = "inquiry"
9 = "stage_change:won"
5 = ""
"""
    )
    assert mapping.shape("log").type_words == (
        TypeWord("call", None, "call", None),
        TypeWord("4", "Form", "inquiry", None),
        TypeWord("9", None, "stage_change", "won"),
        TypeWord("5", None, "", None),
    )


# ---------------------------------------------------------------- a company's own


def test_a_mapping_of_the_data_directory_replaces_the_shipped_one_and_a_named_file_both(
    tmp_path: Path,
) -> None:
    own = SMALL.replace('"shop"', '"zoho"')
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no mapping", encoding="utf-8")
    named = tmp_path.parent / "named.toml"
    named.write_text(own.replace('"店"', '"名指し"'), encoding="utf-8")

    def zoho(mappings: tuple[Mapping, ...]) -> Mapping:
        assert [mapping.tool for mapping in mappings] == TOOLS
        return mappings[-1]

    assert zoho(load_mappings(folder=tmp_path)).label.japanese == "店"
    assert zoho(load_mappings([named], tmp_path)).label.japanese == "名指し"
    assert zoho(load_mappings(folder=tmp_path / "absent")).label.japanese == "Zoho CRM"


def test_a_tool_of_its_own_comes_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text(SMALL, encoding="utf-8-sig")
    assert [mapping.tool for mapping in load_mappings(folder=tmp_path)] == sorted([*TOOLS, "shop"])


def test_two_files_for_one_tool_are_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(SMALL, encoding="utf-8")
    with pytest.raises(BadMapping, match=r'b\.toml: tool: a\.toml is a mapping of "shop" too'):
        load_mappings(folder=tmp_path)


def test_a_file_that_is_no_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "sjis.toml").write_bytes('tool = "a"\nlabel = "店"'.encode("cp932"))
    with pytest.raises(BadMapping, match="line 2 is not UTF-8"):
        load_mapping(tmp_path / "sjis.toml")


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    "wrong, right, said",
    [
        ('nulls = ["-"]', 'nul = ["-"]', 'nul: there is no such key; did you mean "nulls"?'),
        ('kind = "leads"', 'kind = "lead"', 'files[0].kind: cannot be "lead"; did you mean "leads"?'),
        ('stage = ["State"]', 'stag = ["State"]', 'has no "stag"; did you mean "stage"?'),
        ('stage = ["State"]', 'stage = "State"', "files[0].columns.stage: must be a list"),
        ('stage = ["State"]', 'owner = ["no"]', '"no" is named for files[0].columns.lead_id too'),
        ('lead_id = ["No"]\n', "", "files[0]: columns: a file of leads needs lead_id"),
        ('needs = [["No"]]\n', "", "files[0].needs: is missing"),
        (
            '"Asia/Tokyo"',
            '"Asia/Tokio"',
            'timezone: "Asia/Tokio" is no time zone; did you mean "Asia/Tokyo"?',
        ),
        ('"Hot" = "mql"', '"Hot" = "mql"\n"H O T" = "sql"', 'is the same word as "Hot", which means "mql"'),
        ('call = "call"', 'call = "score_change:sql"', 'only "stage_change" goes with a word'),
        ('call = "call"', 'call = "stage_change:"', 'only "stage_change" goes with a word'),
        ("[stages]", 'exported_on = ["(\\\\d+)"]\n[stages]', "has 1 groups in brackets; write 3"),
        ("[stages]", 'file_names = ["("]\n[stages]', "is no regular expression"),
        (
            "[stages]",
            'wins = ["stag"]\n[stages]',
            'wins[0]: there is no lead column "stag"; did you mean "stage"?',
        ),
        ("[files.columns]", 'type = "call"\n[files.columns]', '"type" is for files of activities only'),
        (
            "[files.columns]",
            '[files.coalesce]\nstage = ["S"]\n[files.columns]',
            "stands in both columns and coalesce",
        ),
        ("[[files]]", "[[files", "this is not valid TOML"),
    ],
)
def test_a_mistake_is_refused_with_the_place_and_the_nearest_name(wrong: str, right: str, said: str) -> None:
    assert wrong in SMALL
    assert said in sentence(SMALL.replace(wrong, right, 1))


def test_a_name_that_comes_twice_is_refused() -> None:
    second = SMALL[SMALL.index("[[files]]") :]
    assert 'files[1].name: the key "leads" is taken by files[0].name' in sentence(SMALL + second)


def test_the_kinds_of_file_have_their_targets() -> None:
    assert set(get_args(FileKind)) == set(TARGETS) == set(NEEDED)
    assert all(
        target in TARGETS[kind] for kind, groups in NEEDED.items() for group in groups for target in group
    )
