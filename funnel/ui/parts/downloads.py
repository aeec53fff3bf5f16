"""Tables to take along: Excel (a native table, frozen head, no live formula) and CSV (UTF-8 with BOM).

Knows frames whose columns and values already carry the page's language; nothing of Streamlit and of answers.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import xlsxwriter

from funnel.ui.ground.heads import distinct
from funnel.words.widths import half_widths

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")  # a cell that begins so is read as a formula
MAX_ROWS = 1_048_575  # Excel's rows less the head


def excel(
    table: pd.DataFrame,
    sheet: str,
    about: Mapping[str, str],
    about_sheet: str,
    rates: Sequence[str] = (),
) -> bytes:
    """A workbook with the table (`rates` as percentages) and, on a second sheet, what it is and as of when."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    moment = book.add_format({"num_format": "yyyy/mm/dd hh:mm"})
    rate = book.add_format({"num_format": "0.0%"})
    decimal = book.add_format({"num_format": "#,##0.0"})
    whole = book.add_format({"num_format": "#,##0"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page = book.add_worksheet(_sheet_name(sheet))
    rows = table.head(MAX_ROWS)
    heads = distinct(rows.columns)
    if len(heads):
        page.add_table(
            0, 0, max(len(rows), 1), len(heads) - 1,
            {"columns": [{"header": head} for head in heads], "style": "Table Style Light 1", "name": "data"},
        )  # fmt: skip
    for column, head in enumerate(heads):
        values = rows.iloc[:, column].tolist()
        form = (
            rate if head in rates else decimal if any(isinstance(value, float) for value in values) else whole
        )
        for row, value in enumerate(values, start=1):
            _write(page, row, column, value, moment, form)
        longest = max([_width(head) + 2, *(_width(value) for value in values[:200])])
        page.set_column(column, column, min(longest + 2, 48))
    page.freeze_panes(1, 1)
    notes = book.add_worksheet(_sheet_name(about_sheet))
    notes.set_column(0, 0, 20)
    notes.set_column(1, 1, 100, wrapped)
    for row, (name, text) in enumerate(about.items()):
        notes.write_string(row, 0, name)
        notes.write_string(row, 1, text)
    book.close()
    return target.getvalue()


def _write(page: Any, row: int, column: int, value: Any, moment: Any, form: Any) -> None:
    if value is None or pd.isna(value):
        return
    if isinstance(value, pd.Timestamp):
        page.write_datetime(row, column, value.tz_localize(None).to_pydatetime(), moment)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, form)
    else:
        page.write_string(row, column, str(value))


def _sheet_name(name: str) -> str:
    """Excel takes at most 31 letters, and none of []:*?/\\."""
    return "".join("・" if letter in "[]:*?/\\" else letter for letter in name)[:31] or "data"


def _width(value: Any) -> int:
    if isinstance(value, float):
        return 10
    if isinstance(value, pd.Timestamp):
        return 16
    return half_widths(str(value)) if value is not None else 0


def csv(table: pd.DataFrame) -> bytes:
    """UTF-8 with BOM (Excel in Japan opens it right), CRLF, no text that a spreadsheet would run."""
    safe = pd.DataFrame(index=table.index)
    for position, name in enumerate(distinct(table.columns)):
        values = table.iloc[:, position]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            values = values.dt.tz_localize(None).dt.strftime("%Y-%m-%d %H:%M:%S")
        elif not pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_datetime64_dtype(values):
            values = values.map(harmless, na_action="ignore")
        safe[harmless(name)] = values
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front; the rest stays."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RUNS) else value
