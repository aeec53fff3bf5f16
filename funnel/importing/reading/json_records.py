"""JSON lines and arrays of records as a text table: a key is a column, what is nested one level has a dot in its name.

Streams, one record in memory at a time; the text is gone through twice, as any record may bring a new key.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from funnel.errors import UnusableFile
from funnel.importing.reading.encoding import survey
from funnel.importing.reading.model import Caps, Staged, modified, refused
from funnel.importing.reading.records import written

PART = 64 * 1024  # characters read at once
BETWEEN = re.compile(r"[\s,]*")


class Written(float):
    """A number that remembers how it was written."""

    text: str

    def __new__(cls, text: str) -> "Written":
        number = super().__new__(cls, text)
        number.text = text
        return number


DECODER = json.JSONDecoder(parse_float=Written, parse_constant=lambda text: None)


def stage_json(original: Path, name: str, target: Path, caps: Caps, encoding: str | None = None) -> Staged:
    """The records of a .json or .jsonl file as a text table in `target`. Raises UnusableFile."""
    surveyed = survey(original, name, encoding)
    keys: dict[str, None] = {}
    first_line = 0
    for line, _, record in elements(original, surveyed.encoding, name, caps):
        first_line = first_line or line
        keys.update(dict.fromkeys(flat(record)))
        if len(keys) > caps.columns:
            raise refused(
                name,
                f"has more than {caps.columns:,} different keys: export fewer fields.",
                f"の項目名が{caps.columns:,}種類を超えます。項目を減らして書き出してください。",
            )
    header = tuple(keys)
    if not header:
        raise refused(
            name, "holds no records: export it again.", "にレコードがありません。書き出し直してください。"
        )
    with target.open("w", encoding="utf-8", errors="surrogatepass", newline="") as out:
        out.write(f"{written(header)}\n")
        for _, _, record in elements(original, surveyed.encoding, name, caps):
            cells = flat(record)
            out.write(row_text([cells.get(key, "") for key in header]))
    return Staged(
        name=name,
        form="jsonl",
        sha256=surveyed.sha256,
        original=original,
        path=target,
        encoding=surveyed.encoding,
        delimiter=",",
        header=header,
        skip=1,
        first_line=first_line,
        preamble=(),
        footer=(),
        modified_at=modified(original),
        size=surveyed.size,
    )


def elements(path: Path, encoding: str, name: str, caps: Caps) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Every record of a text of JSON lines or of one array: its first line, its text, what it says."""
    codec = "utf-8-sig" if encoding.startswith("utf-8") else encoding
    line, position, held, is_array, is_closed = 1, 0, "", False, False
    try:
        with path.open(encoding=codec, newline="") as file:
            is_over = False
            while True:
                blank = BETWEEN.match(held, position)
                end = blank.end() if blank else position
                line += held.count("\n", position, end)
                position = end
                if position < len(held) and held[position] == "[" and not is_array:
                    is_array, position = True, position + 1
                    continue
                if position < len(held) and held[position] == "]" and is_array:
                    position, is_closed = position + 1, True
                    continue
                if position < len(held):
                    if held[position] != "{":
                        raise _no_records(name, line)
                    try:
                        record, end = DECODER.raw_decode(held, position)
                    except json.JSONDecodeError as error:
                        if is_over or len(held) - position > caps.json_bytes:
                            raise _no_records(name, line) from error
                    else:
                        yield line, held[position:end], record
                        line += held.count("\n", position, end)
                        position = end
                        continue
                elif is_over:
                    if is_array and not is_closed:
                        raise refused(
                            name,
                            "is cut off or damaged: wait until the download has ended, or download it again.",
                            "は途中で切れているか壊れています。ダウンロードが終わるのを待つか、もう一度ダウンロードしてください。",
                        )
                    return
                part = file.read(max(PART, len(held) - position))
                is_over = not part
                held, position = held[position:] + part, 0
    except (UnicodeDecodeError, RecursionError) as error:
        raise _no_records(name, line) from error


def flat(record: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a record by column: objects one level deep as `key.inner`, lists joined by ;."""
    cells = {}
    for key, value in record.items():
        if isinstance(value, dict):
            for inner, deeper in value.items():
                cells[f"{key}.{inner}"] = cell(deeper)
        else:
            cells[key] = cell(value)
    return cells


def cell(value: object) -> str:
    """One value as text; what is nested deeper stays JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, Written):
        return value.text
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(v, dict | list) for v in value)
    ):
        return json.dumps(value, ensure_ascii=False, default=cell)
    if isinstance(value, list):
        return ";".join(cell(element) for element in value)
    return str(value)


def row_text(cells: list[str]) -> str:
    """One row of a table as text with its line end."""
    return f"{written(cells)}\n"


def _no_records(name: str, line: int) -> UnusableFile:
    return refused(
        name,
        f"is not JSON records from line {line:,} on: export them again, one object to a line or as one array.",
        f"は{line:,}行目からJSONのレコードとして読めません。1行に1件か、1つの配列として書き出し直してください。",
    )
