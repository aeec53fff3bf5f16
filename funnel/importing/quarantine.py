"""Refused rows: kept with their bytes, file, line and reasons, until they come again corrected.

A download of them is a file of the same shape with two columns more; importing it takes the corrected rows out.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from funnel.importing.staging import Staged, broken_rows, original_rows

FILE = "quarantine.parquet"
SCHEMA = pa.schema(
    [
        ("file", pa.string()), ("sha256", pa.string()), ("line", pa.int64()), ("reasons", pa.list_(pa.string())),
        ("original", pa.binary()), ("encoding", pa.string()), ("delimiter", pa.string()), ("header", pa.list_(pa.string())),
    ]
)  # fmt: skip
ROW, REASONS = "quarantine_row", "quarantine_reasons"  # the two columns more
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
) -> pa.Table:
    """The refused rows of one file, in the order of its lines; `header` as it stands in the file.

    Without those that lie in quarantine already, as they came first: rows of a download that are still not right.
    """
    if names := references_in(staged):
        places = zip(before["sha256"].to_pylist(), before["line"].to_pylist(), strict=True)
        there = {reference(*place) for place in places}
        again = {number for number, name in enumerate(names, start=1) if name in there}
        refused = [(number, reasons) for number, reasons in refused if number not in again]
    lines = original_rows(staged, [number for number, _ in refused], broken)
    found = [(lines[number][0], list(reasons), lines[number][1]) for number, reasons in refused]
    found += [(line, [BROKEN], raw) for line, raw in set(broken_rows(staged, broken).values())]
    found.sort(key=lambda row: row[0])
    encoding = "utf-8" if staged.rows else staged.encoding
    return pa.Table.from_pylist(
        [
            {
                "file": staged.name, "sha256": staged.sha256, "line": line, "reasons": reasons, "original": raw,
                "encoding": encoding, "delimiter": staged.delimiter, "header": list(header),
            }
            for line, reasons, raw in found
        ],
        SCHEMA,
    )  # fmt: skip


def read(folder: Path | None) -> pa.Table:
    """The quarantine of a generation; an empty one where there is none."""
    if folder is None or not (folder / FILE).exists():
        return SCHEMA.empty_table()
    return parquet.read_table(folder / FILE, schema=SCHEMA)


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


def references_in(staged: Staged) -> list[str]:
    """The references of a file's rows in order, where it is a download of refused rows; else none."""
    if ROW not in staged.header:
        return []
    place = staged.header.index(ROW)
    with staged.path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=staged.delimiter)
        found = [row[place].strip() if len(row) > place else "" for row in rows if row]
    return found[1:]


def downloads(rows: pa.Table) -> dict[str, bytes]:
    """A file for each file that had refused rows, named after it: its header, the rows as they were, two columns more."""
    files: dict[str, list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        files.setdefault(row["sha256"], []).append(row)
    made: dict[str, bytes] = {}
    for refused in files.values():
        first = refused[0]
        encoding, delimiter = first["encoding"], first["delimiter"]
        codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
        mark = "\ufeff" if encoding == "utf-8-sig" or encoding.startswith("utf-16") else ""
        lines = [(mark + _line([*first["header"], REASONS, ROW], delimiter)).encode(codec)]
        for row in refused:
            more = ["", " ".join(row["reasons"]), reference(row["sha256"], row["line"])]
            lines.append(row["original"] + _line(more, delimiter).encode(codec))
        end = "\r\n".encode(codec)
        made[_name(first["file"], made)] = end.join(lines) + end
    return made


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
