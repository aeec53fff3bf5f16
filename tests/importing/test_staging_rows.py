"""The way back from a record's number, or a rejected row's byte, to the line and bytes of the file as it came."""

import codecs
import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel.importing.reading.records import cells, is_sound, units, written
from funnel.importing.reading.rows import broken_rows, original_rows, stray_rows
from tests.importing.staging_files import read, read_all, staged

ROWS = 'リード一覧\n\nid,"会社\n名"\n\n1,"a\n""b"", c"\n\n2,青山\n3, "x\ny"\n4,5" pipe\n\nTotal\n'
EXPECTED = {1: (6, '1,"a\n""b"", c"'), 2: (9, "2,青山"), 3: (10, '3, "x\ny"'), 4: (12, '4,5" pipe')}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_record_leads_to_its_line_and_bytes(tmp_path: Path, encoding: str, end: str) -> None:
    content = ROWS.replace("\n", end).encode(encoding)
    table = staged(tmp_path, content)
    codec = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    expected = {n: (line, text.replace("\n", end).encode(codec)) for n, (line, text) in EXPECTED.items()}
    assert original_rows(table, [4, 1, 3, 2, 99]) == expected
    assert all(row in content for _, row in expected.values())
    assert [row[0] for row in read(table)] == ["1", "2", "3", "4"]
    assert original_rows(table, [3]) == {3: expected[3]}
    assert original_rows(table, []) == {}


def test_records_that_end_differently_lead_to_their_own_bytes(tmp_path: Path) -> None:
    table = staged(tmp_path, b'id,name\r\n1,"a\r\nb"\n2,x\r3,y\r\n')
    assert original_rows(table, [1, 2, 3]) == {1: (2, b'1,"a\r\nb"'), 2: (4, b"2,x"), 3: (5, b"3,y")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_rejected_rows_are_found_by_their_byte_and_not_counted(tmp_path: Path, encoding: str) -> None:
    text = '名,会社名\n1,"青\n山"\n2,x,too,many\n\n3,y\nshort\n4,"x"y\n5,z\n6,a,b\n'
    content = text.encode(encoding) + b"7,\x85\x86\n8,\x81\n9,c"
    table = staged(tmp_path, content, encoding=encoding)
    rows, broken = read_all(table)
    assert [row[0] for row in rows] == ["1", "3", "5", "9"]
    found = broken_rows(table, broken)
    assert sorted(found.values()) == [
        (4, b"2,x,too,many"),
        (7, b"short"),
        (8, b'4,"x"y'),
        (10, b"6,a,b"),
        (11, b"7,\x85\x86"),
        (12, b"8,\x81"),
    ]
    assert {n: line for n, (line, _) in original_rows(table, [1, 2, 3, 4], broken).items()} == {
        1: 2,
        2: 6,
        3: 9,
        4: 13,
    }


def test_a_byte_just_before_a_row_means_that_row(tmp_path: Path) -> None:
    table = staged(tmp_path, "id,name\n1,a\n\n2,b\n")
    assert broken_rows(table, [12, 13, 14, 15]) == dict.fromkeys((12, 13, 14, 15), (4, b"2,b"))


def test_a_quote_that_nothing_closes_makes_no_row_and_the_rest_keep_their_lines(tmp_path: Path) -> None:
    table = staged(tmp_path, 'id,name\n1,a\n2,"x\n3,b\n')
    assert stray_rows(table) == [(3, b'2,"x')]
    assert read(table) == [("1", "a"), ("3", "b")]
    assert original_rows(table, [2]) == {2: (4, b"3,b")}


def test_rows_of_one_column_count_blank_ones(tmp_path: Path) -> None:
    table = staged(tmp_path, "id\n\n7\n")
    assert read(table) == [(None,), ("7",)]
    assert original_rows(table, [1, 2]) == {1: (2, b""), 2: (3, b"7")}


def test_marked_utf_16_is_read_back_in_its_own_order(tmp_path: Path) -> None:
    table = staged(tmp_path, codecs.BOM_UTF16_BE + "id\tname\n1\t青\n".encode("utf-16-be"))
    assert original_rows(table, [1]) == {1: (2, "1\t青".encode("utf-16-be"))}


VALUES = st.lists(
    st.lists(st.text('a" ,;\t\n\ré', max_size=6), min_size=3, max_size=3), min_size=1, max_size=6
)


@given(rows=VALUES, end=st.sampled_from(["\n", "\r\n", "\r"]), delimiter=st.sampled_from(",;\t "))
def test_what_a_writer_quotes_is_read_back(rows: list[list[str]], end: str, delimiter: str) -> None:
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    for whole in (text.getvalue(), end.join(written(row, delimiter) for row in rows)):
        found = [unit.body for unit in units(StringIO(whole, newline=""), delimiter)]
        assert [list(cells(body, delimiter)) for body in found] == rows
        assert all(is_sound(body, delimiter) for body in found)


@given(content=st.text('a"",\n 1é', max_size=40))
def test_records_part_a_text_without_losing_a_character(content: str) -> None:
    found = list(units(StringIO(content, newline=""), ","))
    assert "".join(unit.text for unit in found) == content
    assert [unit.line for unit in found] == [
        "".join(unit.text for unit in found[:place]).count("\n") for place in range(len(found))
    ]
