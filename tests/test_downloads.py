"""What people take along opens in Excel as data: nothing runs, nothing is lost."""

import io
import zipfile

import pandas as pd
import pytest

from funnel.ui.parts import downloads

DANGEROUS = [
    '=HYPERLINK("http://x","y")',
    "+81-3",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "株式会社=A",
    "007",
    "http://a.example",
]
TABLE = pd.DataFrame(
    {
        "会社": DANGEROUS,
        "スコア": [1.5, None, 3, 4, 5, 6, 7, 8],
        "期限": pd.to_datetime(["2026-11-10 09:00"] * 7 + [None]).tz_localize("Asia/Tokyo"),
    }
)


def parts(workbook: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_excel_is_a_native_table_with_a_frozen_head_and_no_formula() -> None:
    inside = parts(downloads.excel(TABLE, "一覧", {"定義の版": "2026-04"}, "根拠"))
    sheet = inside["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert 'state="frozen"' in sheet
    table = inside["xl/tables/table1.xml"]
    assert 'ref="A1:C9"' in table and 'name="会社"' in table
    assert all(text in inside["xl/sharedStrings.xml"] for text in ("+81-3", "007", "2026-04"))


@pytest.mark.parametrize("name", ["会社", "会社/名:[a]?*" * 5])
def test_excel_takes_any_sheet_name_twin_heads_and_no_rows(name: str) -> None:
    twins = pd.DataFrame([[1, 2]], columns=["担当", "担当"])
    assert 'name="担当 2"' in parts(downloads.excel(twins, name, {}, "根拠"))["xl/tables/table1.xml"]
    assert parts(downloads.excel(TABLE.iloc[:0], name, {}, "根拠"))


def test_csv_has_a_bom_crlf_and_nothing_that_runs() -> None:
    text = downloads.csv(TABLE)
    assert text.startswith(b"\xef\xbb\xbf") and b"\r\n" in text
    lines = text.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "会社,スコア,期限"
    read = pd.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)
    assert read["会社"].tolist()[0].startswith("'=") and read["会社"].tolist()[5] == "株式会社=A"
    assert all(not value.startswith(("=", "+", "-", "@")) for value in read["会社"])
    assert read["期限"].tolist()[0] == "2026-11-10 09:00:00"


def test_csv_keeps_negative_numbers_as_numbers() -> None:
    assert downloads.csv(pd.DataFrame({"増減": [-3]})).endswith(b"\r\n-3\r\n")
