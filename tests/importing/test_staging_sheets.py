"""Workbooks: what a cell becomes, which rows count, and sheets that would fill the memory."""

import zipfile
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import xlsxwriter

from funnel.errors import UnusableFile
from funnel.importing.reading.model import Caps
from funnel.importing.reading.rows import original_rows
from funnel.importing.reading.stage import stage
from tests.importing.staging_files import read, stage_all


def book(path: Path, **sheets: dict[str, object]) -> Path:
    """A workbook with the given cells by sheet."""
    file = xlsxwriter.Workbook(str(path))
    formats = {
        datetime: file.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        date: file.add_format({"num_format": "yyyy/mm/dd"}),
        time: file.add_format({"num_format": "hh:mm"}),
        timedelta: file.add_format({"num_format": "[h]:mm"}),
    }
    for name, cells in sheets.items():
        sheet = file.add_worksheet(name)
        for place, value in cells.items():
            sheet.write(place, value, formats.get(type(value)))
    file.close()
    return path


def rewritten(path: Path, member: str, old: bytes, new: bytes) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert old in parts[member]
    parts[member] = parts[member].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def test_cells_become_the_text_that_they_mean(tmp_path: Path) -> None:
    values = {
        7.0: "7", 1.5: "1.5", 2.58420000002624e16: "2.58420000002624E+16", "0000045": "0000045", True: "true",
        "a\r\n\"b\", c": "a\r\n\"b\", c", datetime(2026, 4, 1, 9, 30, 5): "2026-04-01 09:30:05",
        date(2026, 4, 1): "2026-04-01", time(9, 30): "09:30:00", timedelta(hours=30): "30:00:00", " x ": " x ",
    }  # fmt: skip
    cells = {"A1": "id", "B1": "name"}
    for row, value in enumerate(values, start=2):
        cells |= {f"A{row}": f"r{row}", f"B{row}": value}
    (table,), _ = stage_all(tmp_path, book(tmp_path / "book.xlsx", Sheet1=cells))
    assert read(table) == [(f"r{row}", text) for row, text in enumerate(values.values(), start=2)]
    assert (table.name, table.form, table.header) == ("book.xlsx/Sheet1", "xlsx", ("id", "name"))
    assert table.sha256 == sha256(table.original.read_bytes()).hexdigest()


def test_titles_blank_rows_and_totals_are_no_records(tmp_path: Path) -> None:
    cells = {
        "B2": "リード一覧", "B4": "id", "C4": "会社\n名", "D4": "name", "B6": "1", "C6": "a\nb", "D6": "x", "D8": "y", "E8": 5,
        "B10": "Total", "D10": 2, "B12": "Confidential Information - Do Not Distribute",
    }  # fmt: skip
    (table,), _ = stage_all(tmp_path, book(tmp_path / "book.xlsx", リード=cells))
    assert table.header == ("id", "会社\n名", "name", "")
    assert read(table) == [("1", "a\nb", "x", None), (None, None, "y", "5")]
    assert (table.preamble, table.first_line) == (("リード一覧",), 6)
    assert (table.totals, table.footer) == (1, ("Confidential Information - Do Not Distribute",))
    assert original_rows(table, [1, 2]) == {1: (6, b'1,"a\nb",x,'), 2: (8, b",,y,5")}


def test_every_sheet_with_rows_is_staged_and_the_others_are_named(tmp_path: Path) -> None:
    path = book(
        tmp_path / "book.xlsx", Leads={"A1": "id", "A2": 1}, Empty={}, Tasks={"A1": "name"}, Lists={"A1": "x"}
    )
    rewritten(path, "xl/workbook.xml", b'name="Lists" ', b'name="Lists" state="hidden" ')
    tables, aside = stage_all(tmp_path, path)
    assert [table.name for table in tables] == ["book.xlsx/Leads", "book.xlsx/Tasks"]
    assert {skipped.name: skipped.en for skipped in aside} == {
        "book.xlsx/Empty": "has no rows.", "book.xlsx/Lists": "is a hidden sheet.",
    }  # fmt: skip


def test_a_workbook_in_an_archive_or_under_another_name_is_read(tmp_path: Path) -> None:
    path = book(tmp_path / "book.csv", Sheet1={"A1": "id", "A2": "7"})
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as file:
        file.write(path, "book.xlsx")
    tables, _ = stage_all(tmp_path, path, tmp_path / "export.zip")
    assert [table.name for table in tables] == ["book.csv/Sheet1", "export.zip/book.xlsx/Sheet1"]
    assert [read(table) for table in tables] == [[("7",)], [("7",)]]


@pytest.mark.parametrize("far", [b'"XFD1048576"', b"'XFD1048576'", b'"XFD99999999"'])
def test_a_far_cell_is_refused_before_the_range_is_filled(tmp_path: Path, far: bytes) -> None:
    path = book(tmp_path / "book.xlsx", Sheet1={"A1": "id", "B2": "x"})
    rewritten(path, "xl/worksheets/sheet1.xml", b'r="B2"', b"r=" + far)
    with pytest.raises(UnusableFile, match=r"rows × 16,384 columns, over the limit of 20,000,000 cells"):
        stage([path], tmp_path / "into")


def test_one_long_text_shown_by_many_cells_is_refused(tmp_path: Path) -> None:
    cells = {f"A{row}": "x" * 30_000 for row in range(1, 101)} | {"B1": "id", "B2": "y"}
    path = book(tmp_path / "book.xlsx", Sheet1=cells)
    with pytest.raises(UnusableFile, match="more than 2,000,000 bytes of text"):
        stage([path], tmp_path / "into", caps=Caps(sheet_bytes=2_000_000))
    few = book(
        tmp_path / "few.xlsx", Sheet1={f"A{row}": f"{row}" for row in range(1, 101)} | {"B1": "x" * 30_000}
    )
    assert stage([few], tmp_path / "into", caps=Caps(sheet_bytes=2_000_000))


def test_a_workbook_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", Sheet1={"A1": "id", "A2": 1})
    rewritten(path, "xl/theme/theme1.xml", b"<?xml", b" " * 3_000_000 + b"<?xml")
    with pytest.raises(UnusableFile, match="times its size"):
        stage([path], tmp_path / "into", caps=Caps(ratio_from=1_000_000))


def test_parts_in_an_encoding_that_cannot_be_looked_through_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", Sheet1={"A1": "id", "A2": 1})
    rewritten(path, "xl/worksheets/sheet1.xml", b'encoding="UTF-8"', b'encoding="UTF-16"')
    with pytest.raises(UnusableFile, match="is cut off or damaged"):
        stage([path], tmp_path / "into")


def test_a_workbook_without_rows_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="has no sheet with rows"):
        stage([book(tmp_path / "book.xlsx", Sheet1={})], tmp_path / "into")
    path = book(tmp_path / "bad.xlsx", Sheet1={"A1": "id"})
    rewritten(path, "xl/workbook.xml", b"<sheets>", b"<sheets")
    with pytest.raises(UnusableFile, match="is cut off or damaged"):
        stage([path], tmp_path / "into")
