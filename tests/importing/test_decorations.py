"""Reports for the eye: arrows in the header, groups named once, subtotals, merged cells."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from funnel.importing.mapping.recognise import Unrecognised
from tests.importing.imports import Imported, csv, take

TITLE: list[Sequence[str]] = [["リード 所有者別"], ["2026-11-20 10:05:00 東京標準時/JST • 作成者 佐藤"], []]
JA = ("リード 所有者  ↑", "", "リード ID", "会社名 / 取引先", "リード 状況", "作成日")
EN = ("Lead Owner  ↑", "", "Lead ID", "Company / Account", "Lead Status", "Create Date")
GROUPED: list[Sequence[str]] = [
    ["佐藤", "", "00Q5i00000AbCdE", "A社", "Open - Not Contacted", "2026/10/01"],
    ["", "", "00Q5i00000AbCdF", "B社", "Working - Contacted", "2026/10/02"],
    ["小計"],
    ["件数", "", "2"],
    ["-", "", "00Q5i00000AbCdG", "C社", "Open - Not Contacted", "2026/10/03"],
    ["Subtotal", "", "Count", "1"],
    ["鈴木", "", "00Q5i00000AbCdH", "", "Working - Contacted", "2026/10/04"],
    ["", "", "", "D社", "Working - Contacted", "2026/10/04"],
    ["合計"],
    ["件数", "", "5"],
]


def workbook(
    path: Path, rows: Sequence[Sequence[str]], merged: Sequence[tuple[int, int, int, str]] = ()
) -> bytes:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("リード")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(number, column, cell)
    for first, last, column, value in merged:
        sheet.merge_range(first, column, last, column, value)
    book.close()
    return path.read_bytes()


def check(done: Imported, lines: int) -> None:
    owners = {
        lead["lead_id"][:15]: (lead["owner"], lead["company"], lead["stage"]) for lead in done.leads.values()
    }
    assert owners == {
        "00Q5i00000AbCdE": ("佐藤", "A社", "new"),
        "00Q5i00000AbCdF": ("佐藤", "B社", "mql"),
        "00Q5i00000AbCdG": (None, "C社", "new"),
        "00Q5i00000AbCdH": ("鈴木", None, "mql"),
    }
    # the row without an id is refused by its line in the file, and no subtotal is
    assert done.reasons == {lines: ["missing_key"]}
    assert (done.file.rows, done.file.accepted, done.file.quarantined) == (5, 4, 1)
    assert (done.file.filled, done.file.totals) == (2, 5)


@pytest.mark.parametrize("header", [JA, EN], ids=["ja", "en"])
def test_a_grouped_report_is_read_as_its_details(tmp_path: Path, header: Sequence[str]) -> None:
    rows = [*TITLE, header, *GROUPED]
    check(take(tmp_path / "x", {"report1699999999999.xlsx": workbook(tmp_path / "x.xlsx", rows)}), 12)
    check(take(tmp_path / "c", {"report1699999999999.csv": csv(*rows)}), 12)
    check(
        take(tmp_path / "j", {"report1699999999999.csv": csv(*rows, end="\r\n").encode("cp932", "replace")}),
        12,
    )


def test_a_stray_quote_in_a_grouped_report_costs_its_line_alone(tmp_path: Path) -> None:
    text = csv(*TITLE, JA, *GROUPED).replace("B社", '"B社')
    done = take(tmp_path, {"report1699999999999.csv": text})
    assert done.reasons == {6: ["broken_row"], 12: ["missing_key"]}
    assert len(done.leads) == 3 and done.file.rows == 5


def test_merged_cells_are_filled_down(tmp_path: Path) -> None:
    header = ("Record ID", "Company Name", "Contact owner", "Lifecycle Stage", "Create Date", "Email")
    rows = [[str(801 + n), "", "", "Lead", "2026-10-01 10:00", f"{n}@e.test"] for n in range(5)]
    rows[4][1] = "別会社"
    book = workbook(tmp_path / "m.xlsx", [header, *rows], [(1, 3, 1, "親会社"), (2, 3, 2, "佐藤")])
    done = take(tmp_path, {"hubspot-crm-exports-g-2026-11-20.xlsx": book})
    assert [(lead["company"], lead["owner"]) for _, lead in sorted(done.leads.items())] == [
        ("親会社", None), ("親会社", "佐藤"), ("親会社", "佐藤"), (None, None), ("別会社", None),
    ]  # fmt: skip
    assert done.file.filled == 2


def test_a_company_that_is_called_like_a_sum_is_a_lead(tmp_path: Path) -> None:
    rows = [("合計", "2026-10-01", "合計"), ("2", "2026-10-01", "Total Co")]
    done = take(tmp_path, {"leads.csv": csv(("lead_id", "created_at", "company"), *rows)})
    assert sorted(done.leads) == ["2", "合計"]


@pytest.mark.parametrize("header", [("Lead Source", "Record Count"), ("リードソース", "新規", "合計")])
def test_a_report_without_details_is_named_as_such(tmp_path: Path, header: Sequence[str]) -> None:
    with pytest.raises(Unrecognised, match="summary or matrix report") as refused:
        take(tmp_path, {"report1699999999999.csv": csv(header, ("Web", "3", "3")[: len(header)])})
    assert "明細行のみ" in refused.value.ja
