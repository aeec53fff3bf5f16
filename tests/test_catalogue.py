"""Whoever knows a question's name finds all of it: file, header, function, order of columns."""

import re
from pathlib import Path

from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask
from funnel.questions.catalogue import CATALOGUE
from funnel.questions.texts import SQL, parameters_of, query_text

HEADER = re.compile(r"^--   (?P<name>\w+)\s+(?P<type>[A-Z]+(?: [A-Z]+)*)  ", re.MULTILINE)
ARROW = {
    "VARCHAR": ("string", "large_string"),
    "BIGINT": ("int64",),
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
        table = ask(sample, name).table
        assert [column for column, _ in columns_of(name)] == table.column_names, name
        for column, kind in columns_of(name):
            assert str(table.schema.field(column).type).split("[us")[0].startswith(ARROW[kind]), (
                name,
                column,
            )


def test_a_question_is_answered_before_all_data_and_where_nothing_matches(sample: Warehouse) -> None:
    for name in CATALOGUE:
        assert ask(sample, name, as_of="1995-01-01") is not None, name
        assert ask(sample, name, where=[("channel", "no such channel")]) is not None, name


def test_every_parameter_of_a_query_is_bound(sample: Warehouse) -> None:
    known = {"as_of", "scope", "by", "from_month", "to_month"}
    for name, question in CATALOGUE.items():
        assert set(parameters_of(query_text(name))) <= known | set(question.arguments), name


def test_no_file_of_ours_grows_past_what_one_can_hold_in_mind() -> None:
    root = Path(__file__).parent.parent
    for folder in ("funnel", "pages", "tests", "benchmarks"):
        for path in (root / folder).glob("**/*.py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 450, path
