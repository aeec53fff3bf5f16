"""Refused rows: kept with their bytes, file, line and reasons, until they come again corrected.

A download of them is a file of the same shape with two columns more; importing it takes the corrected rows out.
Knows the words that the reasons are told by, as people read them there.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from funnel.importing.reading.model import Staged
from funnel.importing.reading.rows import broken_rows, original_rows, records_of, stray_rows
from funnel.words.translate import LANGUAGES, say

FILE = "quarantine.parquet"
SCHEMA = pa.schema(
    [
        ("file", pa.string()), ("sha256", pa.string()), ("line", pa.int64()), ("reasons", pa.list_(pa.string())),
        ("original", pa.binary()), ("encoding", pa.string()), ("delimiter", pa.string()), ("header", pa.list_(pa.string())),
        ("date_order", pa.string()), # how the file's dates were read whose year stands last
        # the cells that have to be corrected, as far as they are known
        ("wrong", pa.list_(pa.struct([(name, pa.string()) for name in ("reason", "header", "target", "value")]))),
    ]
)  # fmt: skip
Cell = dict[str, str]
# the two columns more, in each language
REASONS, ROWS = (
    [say(f"quarantine.{name}", language) for language in LANGUAGES] for name in ("reasons", "row")
)
BROKEN = "broken_row"
# reasons that need no correction: such rows are left out as they are meant to be
ON_PURPOSE = ("left_out", "deleted")
CUT = 12  # characters of a SHA-256 that tell a file


def rows_of(
    staged: Staged,
    header: Sequence[str],
    refused: Sequence[tuple[int, tuple[str, ...]]],
    broken: Sequence[int],
    before: pa.Table,
    date_order: str | None = None,
) -> pa.Table:
    """The refused rows of one file, in the order of its lines; `header` as it stands in the file.

    Without those that lie in quarantine already, as they came first: rows of a download that are still not right.
    """
    if names := references_in(staged):
        places = zip(before["sha256"].to_pylist(), before["line"].to_pylist(), strict=True)
        listed = {reference(*position) for position in places}
        again = {number for number, name in enumerate(names, start=1) if name in listed}
        refused = [(number, reasons) for number, reasons in refused if number not in again]
    lines = original_rows(staged, [number for number, _ in refused], broken)
    entries = [(lines[number][0], list(reasons), lines[number][1]) for number, reasons in refused]
    entries += [(line, [BROKEN], raw) for line, raw in set(broken_rows(staged, broken).values())]
    entries += [(line, [BROKEN], raw) for line, raw in stray_rows(staged)]
    entries.sort(key=lambda row: row[0])
    encoding = "utf-8" if staged.rows else staged.encoding
    return pa.Table.from_pylist(
        [
            {
                "file": staged.name, "sha256": staged.sha256, "line": line, "reasons": reasons, "original": raw,
                "encoding": encoding, "delimiter": staged.delimiter, "header": list(header),
                "date_order": date_order, "wrong": [],
            }
            for line, reasons, raw in entries
        ],
        SCHEMA,
    )  # fmt: skip


def read(folder: Path | None, names: Sequence[str] = tuple(SCHEMA.names)) -> pa.Table:
    """The quarantine of a generation, or some columns of it; an empty one where there is none."""
    if folder is None or not (folder / FILE).exists():
        return SCHEMA.empty_table().select(names)
    return parquet.read_table(folder / FILE, columns=list(names), schema=SCHEMA)


def to_correct(rows: pa.Table) -> pa.Table:
    """The rows that can be corrected: not those that are left out as they are meant to be."""
    return rows.filter(pc.invert(pc.is_in(pc.list_element(rows["reasons"], 0), pa.array(ON_PURPOSE))))


def write(rows: pa.Table, folder: Path) -> None:
    """Write the quarantine of a generation."""
    parquet.write_table(rows, folder / FILE, compression="zstd")


def without(rows: pa.Table, files: Iterable[str] = (), corrected: Iterable[str] = ()) -> pa.Table:
    """The rows but those of the files (SHA-256) and those that came again (as `reference` names them)."""
    gone, again = set(files), set(corrected)
    if not gone and not again:
        return rows
    keep = [
        content not in gone and reference(content, line) not in again
        for content, line in zip(rows["sha256"].to_pylist(), rows["line"].to_pylist(), strict=True)
    ]
    return rows.filter(pa.array(keep, pa.bool_()))


def reference(content: str, line: int) -> str:
    """The name of a refused row: the file's SHA-256, cut, and the line."""
    return f"{content[:CUT]}-{line}"


def is_added(header: str) -> bool:
    """Whether a column is one of the two that a download has more than the file."""
    return header in REASONS or header in ROWS


def references_in(staged: Staged) -> list[str]:
    """The references of a file's rows in order, where it is a download of refused rows; else none."""
    position = next((position for position, header in enumerate(staged.header) if header in ROWS), None)
    if position is None:
        return []
    return [row[position].strip() if len(row) > position else "" for row in records_of(staged)]


def date_orders(folder: Path | None) -> dict[str, str]:
    """How the dates of the files with refused rows were read, by the cut SHA-256 of the file."""
    rows = read(folder, ("sha256", "date_order"))
    known = rows.filter(pc.is_valid(rows["date_order"])).group_by(["sha256", "date_order"]).aggregate([])
    return {row["sha256"][:CUT]: row["date_order"] for row in known.to_pylist()}


def codec_of(encoding: str) -> str:
    """What the rows themselves are decoded by, without a mark of the byte order."""
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)


def downloads(rows: pa.Table, language: str = "en") -> dict[str, bytes]:
    """A file for each file that had refused rows, named after it: its header, the rows as they were, two columns more.

    In Unicode it begins with a mark, by which spreadsheets know the encoding.
    """
    files: dict[str, list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        files.setdefault(row["sha256"], []).append(row)
    made: dict[str, bytes] = {}
    for refused in files.values():
        first = refused[0]
        delimiter, codec = first["delimiter"], codec_of(first["encoding"])
        spoken = language if _can_say(codec, language) else "en"
        mark = "\ufeff" if codec.startswith("utf") else ""
        added = [say(f"quarantine.{name}", spoken) for name in ("reasons", "row")]
        lines = [(mark + _line([*first["header"], *added], delimiter)).encode(codec)]
        for row in refused:
            more = ["", sentence(row, spoken), reference(row["sha256"], row["line"])]
            lines.append(row["original"] + _line(more, delimiter).encode(codec, "replace"))
        end = "\r\n".encode(codec)
        made[_name(first["file"], made)] = end.join(lines) + end
    return made


def sentence(row: dict[str, Any], language: str) -> str:
    """Why a row is refused, in words, with the cells that it is about."""
    reasons = []
    for name in row["reasons"]:
        cells = [cell_told(cell, language) for cell in row["wrong"] or () if cell["reason"] == name]
        reason = say(f"refused.{name}", language)
        listed = say("app.comma", language).join(cells)
        reasons.append(say("quarantine.about", language, reason=reason, cells=listed) if cells else reason)
    return say("quarantine.and", language).join(reasons)


def cell_told(cell: Cell, language: str) -> str:
    """A cell by its header and its value."""
    return say(f"quarantine.{'cell' if cell['value'] else 'empty'}", language, **cell)


def _can_say(codec: str, language: str) -> bool:
    try:
        say("quarantine.reasons", language).encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _line(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()


def _name(file: str, taken: Iterable[str]) -> str:
    stem = file.replace("/", "_").rsplit(".", 1)[0]
    name, number = f"{stem}.rejected.csv", 1
    while name in taken:
        number += 1
        name = f"{stem}.rejected-{number}.csv"
    return name
