"""kintone's option columns put together."""

from pathlib import Path

from funnel.importing.reading.options import merge_options
from funnel.importing.reading.rows import broken_rows, original_rows
from tests.importing.staging_files import read, read_all, staged

PATTERN = r"^(.+)\[(.+)\]$"


def test_option_columns_become_one_column_of_chosen_options(tmp_path: Path) -> None:
    content = 'id,関心[製品A],関心[製品B],name,予算[有]\n1,1,1,"a\nb",1\n\n2,,1,c,\n3,,,d,\n'.encode("cp932")
    table = merge_options(staged(tmp_path, content), PATTERN, tmp_path / "into")
    assert table.header == ("id", "関心", "name", "予算")
    assert read(table) == [
        ("1", "製品A;製品B", "a\nb", "有"),
        ("2", "製品B", "c", None),
        ("3", None, "d", None),
    ]
    assert original_rows(table, [2]) == {2: (5, "2,,1,c,".encode("cp932"))}


def test_columns_that_hold_something_else_are_no_options(tmp_path: Path) -> None:
    table = staged(tmp_path, "id,売上[円],関心[A]\n1,500,1\n2,1,\n")
    merged = merge_options(table, PATTERN, tmp_path / "into")
    assert merged.header == ("id", "売上[円]", "関心")
    assert read(merged) == [("1", "500", "A"), ("2", "1", None)]


def test_a_table_without_option_columns_stays_where_it_lies(tmp_path: Path) -> None:
    table = staged(tmp_path, "id,name\n1,x\n")
    assert merge_options(table, PATTERN, tmp_path / "into") is table


def test_rows_that_are_rejected_stay_rejected_and_are_found(tmp_path: Path) -> None:
    content = 'id,a[x],a[y],name\n1,1,,あ\n2,1\n3,1,1,b,c\n4,"1"z,,d\n'.encode() + b"5,1,,\xff\n6,,1,e,,\n"
    table = merge_options(staged(tmp_path, content, encoding="utf-8"), PATTERN, tmp_path / "into")
    rows, broken = read_all(table)
    assert rows == [("1", "x", "あ"), ("6", "y", "e")]
    assert sorted(broken_rows(table, broken).values()) == [
        (3, b"2,1"), (4, b"3,1,1,b,c"), (5, b'4,"1"z,,d'), (6, b"5,1,,\xff"),
    ]  # fmt: skip
    assert original_rows(table, [2], broken) == {2: (7, b"6,,1,e,,")}
