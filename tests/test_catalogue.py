"""Whoever knows a question's name finds all of it: file, header, function, order of columns."""

import re
from pathlib import Path
from typing import Any

import pytest

from funnel.errors import BadQuestion
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from funnel.questions.catalogue import BUCKETS, CATALOGUE, FINDINGS, FLOWS, KPIS, REASONS
from funnel.questions.scope import EVERYTHING, Scope
from funnel.questions.texts import SQL, parameters_of, query_text
from funnel.ui.state import cache
from tests.given import ALWAYS_BY, GIVEN

HEADER = re.compile(r"^--   (?P<name>\w+)\s+(?P<type>[A-Z]+(?: [A-Z]+)*)  ", re.MULTILINE)
ARROW = {
    "VARCHAR": ("string", "large_string"),
    "BIGINT": ("int64",),
    "INTEGER": ("int32",),
    "DOUBLE": ("double",),
    "BOOLEAN": ("bool",),
    "DATE": ("date32[day]",),
    "TIMESTAMP WITH TIME ZONE": ("timestamp",),
}
FILES = sorted(path.stem for path in SQL.glob("*.sql"))


def columns_of(name: str) -> list[tuple[str, str]]:
    head = query_text(name).split("\nwith")[0].split("\nselect")[0]
    return [(found["name"], found["type"]) for found in HEADER.finditer(head)]


def test_a_query_starts_with_its_name_its_sentence_and_its_grain() -> None:
    for name in FILES:
        lines = query_text(name).splitlines()
        assert lines[0].startswith(f"-- {name}: "), name
        assert any(line.startswith("-- grain: ") for line in lines), name
        assert "now()" not in query_text(name).lower(), name
        assert "current_date" not in query_text(name).lower(), name


def test_the_header_of_a_query_is_what_it_returns(sample: Warehouse) -> None:
    for name in CATALOGUE:
        table = ask(sample, name, by=ALWAYS_BY.get(name), params=GIVEN.get(name)).table
        assert [column for column, _ in columns_of(name)] == table.column_names, name
        for column, kind in columns_of(name):
            assert str(table.schema.field(column).type).split("[us")[0].startswith(ARROW[kind]), (
                name,
                column,
            )


def test_a_question_is_answered_before_all_data_and_where_nothing_matches(sample: Warehouse) -> None:
    for name in CATALOGUE:
        given: dict[str, Any] = {"by": ALWAYS_BY.get(name), "params": GIVEN.get(name)}
        assert ask(sample, name, as_of="1995-01-01", **given) is not None, name
        assert ask(sample, name, where=[("channel", "no such channel")], **given) is not None, name


def test_the_catalogue_has_every_query_and_no_other() -> None:
    assert sorted(CATALOGUE) == FILES


def test_every_parameter_of_a_query_is_bound() -> None:
    common = {"as_of", "scope", "by", "from_month", "to_month", "questions"}
    for name, question in CATALOGUE.items():
        named = set(parameters_of(query_text(name)))
        # a version is asked elsewhere, and what it says is bound
        bound = {"version" if each == "elsewhere" else each for each in named - common}
        assert bound == set(question.arguments), name
        assert ("by" in named) == (question.by or question.by_default is not None), name
        assert ("to_month" in named) == (question.months is not None), name


def test_what_a_question_needs_is_one_sentence_in_both_languages(sample: Warehouse) -> None:
    needing = {
        name for name, question in CATALOGUE.items() if any(a.is_needed for a in question.arguments.values())
    }
    assert needing | {"what_if", "what_if_leads"} == set(GIVEN)  # these need one of two
    for name in needing:
        for key in (key for key, argument in CATALOGUE[name].arguments.items() if argument.is_needed):
            given = {other: value for other, value in GIVEN[name].items() if other != key}
            for without in (given, {**given, key: ""}):
                with pytest.raises(BadQuestion, match=f"^{name} needs {key}: ") as refused:
                    ask(sample, name, params=without)
                assert refused.value.ja.startswith(f"{name}には{key}の指定が必要です")


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("conversion", {"window_day": "3"}, "Unknown parameter 'window_day': did you mean window_days?"),
    ("behind_conversion", {"month": "2026-07", "segmnt": "seo"}, "did you mean segment?"),
    ("morning_owners", {"owner": "x"}, "Unknown parameter 'owner': known: none."),
    ("conversion", {"from_stage": "sql", "to_stage": "mql"}, "from_stage 'sql' must come before to_stage 'mql'"),
    ("behind_conversion", {"month": "2026-07", "from_stage": "won"}, "from_stage 'won' must come before"),
    ("behind_conversion", {"month": "2026-7"}, "month '2026-7' is not a month"),
    ("behind_conversion", {"month": "2026-07", "segment": "seo"}, "segment=seo is of no dimension: say of which with --by"),
    ("behind_clocks", {"segment": "seo"}, "is of no dimension: say of which with of_owner=true"),
    ("behind_clocks", {"of_owner": "1"}, "of_owner=1 is wrong: true or false."),
    ("behind_clocks", {"policy": "first_contac"}, "did you mean first_contact?"),
    ("behind_aging", {"stage": "nurturin"}, "did you mean nurturing?"),
    ("behind_aging", {"bucket": "0-8"}, f"bucket=0-8 is wrong: one of {', '.join(BUCKETS)}."),
    ("behind_aging", {"ratio_from": "nan"}, "ratio_from=nan is wrong: a number, or left out."),
    ("behind_silence", {"band": "lukewarm"}, "band=lukewarm is wrong: score bands: "),
    ("behind_silence_flow", {"month": "2026-07", "flow": "woken"}, f"one of {', '.join(FLOWS)}."),
    ("behind_kpi", {"month": "2026-07", "kpi": "cpl"}, f"one of {', '.join(KPIS)}."),
    ("behind_funnel", {"stage": "lost"}, "stage=lost is wrong: stages: new, "),
    ("finding_rows", {"finding": "no_ownr"}, f"one of {', '.join(FINDINGS)}."),
    ("quarantined_rows", {"reason": "x"}, f"one of {', '.join(REASONS)}."),
    ("morning", {"before": "yesterday"}, "before=yesterday is wrong: a day (2026-10-31) or a time"),
    ("dimension_values", {"dimensions": "channel,ownr"}, "Unknown dimension 'ownr': did you mean owner?"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "params", "sentence"), WRONG)
def test_a_page_and_the_command_line_refuse_in_the_same_sentence(
    name: str, params: dict[str, str], sentence: str, sample: Warehouse
) -> None:
    with pytest.raises(BadQuestion) as of_person:
        ask(sample, name, params=params)
    with pytest.raises(BadQuestion) as of_page:
        cache.ask(sample, name, sample.as_of_default, EVERYTHING, None, **params)
    assert sentence in of_person.value.en
    assert (of_page.value.en, of_page.value.ja) == (of_person.value.en, of_person.value.ja)


def test_what_answers_by_a_dimension_alone_says_so_in_one_sentence(sample: Warehouse) -> None:
    assert {name for name, question in CATALOGUE.items() if question.by_needed} == set(ALWAYS_BY)
    for name in ALWAYS_BY:
        with pytest.raises(BadQuestion, match=f"^{name} needs a dimension: say which with --by") as refused:
            ask(sample, name)
        assert "--by" in refused.value.ja


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_question_takes_a_misspelt_argument_from_a_page(name: str, sample: Warehouse) -> None:
    given = GIVEN.get(name, {})
    with pytest.raises(BadQuestion, match="Unknown parameter 'wndow'"):
        cache.ask(sample, name, sample.as_of_default, EVERYTHING, None, wndow=1, **given)
    with pytest.raises(BadQuestion, match=r"Unknown dimension 'chanel': did you mean channel\?"):
        cache.ask(sample, name, sample.as_of_default, Scope.of(chanel="seo"), None, **given)
    if not CATALOGUE[name].by:
        with pytest.raises(BadQuestion, match=f"^{name} cannot be broken down by a dimension"):
            cache.ask(sample, name, sample.as_of_default, EVERYTHING, None, by="channel", **given)


def test_a_page_and_the_command_line_get_the_same_answer(sample: Warehouse) -> None:
    for name in CATALOGUE:
        given = GIVEN.get(name, {})
        by = ALWAYS_BY.get(name)
        of_page = cache.ask(sample, name, sample.as_of_default, EVERYTHING, None, by=by, **given)
        of_person = ask(sample, name, by=by, params=given)
        assert of_page.table.equals(of_person.table), name
        assert (of_page.bound, of_page.months) == (of_person.bound, of_person.months), name


def test_an_answer_with_other_rows_says_whose_they_are(sample: Warehouse) -> None:
    whole = ask(sample, "overdue")
    own = whole.with_rows(whole.frame[whole.frame["owner"] == "高橋 健"], "高橋 健")
    assert (own.name, own.bound, own.part) == ("overdue", whole.bound, "高橋 健")
    assert bool(own) and set(own.frame["owner"]) == {"高橋 健"}
    assert list(own.frame.dtypes) == list(whole.frame.dtypes)
    assert not whole.with_rows(whole.frame.head(0))


def test_the_reasons_and_findings_that_can_be_named_are_those_that_are_counted() -> None:
    text = (SQL.parent.parent / "layer" / "models" / "16_findings.sql").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^ +\(\d+, '(\w+)'\)", text, re.MULTILINE)) == FINDINGS
    assert tuple(re.findall(r"^ +\(\d+, '(\w+)'\)", query_text("data_quality"), re.MULTILINE)) == REASONS
    counted = (SQL.parent.parent / "layer" / "models" / "93_counted.sql").read_text(encoding="utf-8")
    assert tuple(re.findall(r"\(\d, '([\d+-]+|unknown)'\)", counted)) == BUCKETS


def test_no_file_of_ours_grows_past_what_one_can_hold_in_mind() -> None:
    root = Path(__file__).parent.parent
    for folder in ("funnel", "pages", "tests", "benchmarks"):
        for path in (root / folder).glob("**/*.py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 450, path
