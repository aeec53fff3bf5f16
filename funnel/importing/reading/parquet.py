"""Parquet as a text table: batch after batch, instants in UTC, days as days, numbers plain, lists joined by ;.

What it would take is found out from its metadata first, and of texts that a few pages repeat, batch by batch.
"""

from hashlib import file_digest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from funnel.errors import UnusableFile
from funnel.importing.reading.json_records import cell
from funnel.importing.reading.model import Caps, Staged, modified, refused
from funnel.importing.reading.records import lines_in, written

BATCH_ROWS = 8_192
BATCH_BYTES = 512 * 1024**2  # of one batch's texts
EXACT = 2**53


def stage_parquet(original: Path, name: str, target: Path, caps: Caps) -> Staged:
    """The rows of a Parquet file as a text table in `target`. Raises UnusableFile."""
    try:
        metadata = pq.read_metadata(original)
        _check_caps(metadata, name, caps)
        header = _write(original, metadata, name, target)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise refused(
            name,
            "is cut off or damaged: wait until the download has ended, or export it again.",
            "は途中で切れているか壊れています。ダウンロードの終了を待つか、書き出し直してください。",
        ) from error
    with original.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Staged(
        name=name,
        form="parquet",
        sha256=digest,
        original=original,
        path=target,
        encoding="utf-8",
        delimiter=",",
        header=header,
        skip=1,
        first_line=1,
        preamble=(),
        footer=(),
        modified_at=modified(original),
        size=original.stat().st_size,
        rows=target,
        rows_skip=lines_in(written(header)),
    )


def _check_caps(metadata: pq.FileMetaData, name: str, caps: Caps) -> None:
    cells = metadata.num_rows * metadata.num_columns
    unpacked = sum(
        metadata.row_group(position).total_byte_size for position in range(metadata.num_row_groups)
    )
    if cells > caps.cells or metadata.num_columns > caps.columns:
        raise refused(
            name,
            f"has {metadata.num_rows:,} rows × {metadata.num_columns:,} columns, over the limit of {caps.cells:,} "
            f"values or {caps.columns:,} columns: export fewer, or raise FUNNEL_MAX_CELLS.",
            f"は{metadata.num_rows:,}行×{metadata.num_columns:,}列で、上限({caps.cells:,}値、{caps.columns:,}列)を超えます。"
            "減らして書き出すか、FUNNEL_MAX_CELLSを上げてください。",
        )
    if unpacked > caps.unpacked_bytes:
        raise _too_big(name, caps.unpacked_bytes)


def _too_big(name: str, limit: int) -> UnusableFile:
    return refused(
        name,
        f"takes more than {limit:,} bytes unpacked: export fewer rows or columns, or raise FUNNEL_MAX_BYTES.",
        f"は展開すると{limit:,}バイトを超えます。行か列を減らすか、FUNNEL_MAX_BYTESを上げてください。",
    )


def _write(original: Path, metadata: pq.FileMetaData, name: str, target: Path) -> tuple[str, ...]:
    schema = metadata.schema.to_arrow_schema()
    texts = [
        field.name
        for field in schema
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    ]
    header: tuple[str, ...] = ()
    with (
        pq.ParquetFile(original, read_dictionary=texts, memory_map=False) as file,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        empty = pa.Table.from_batches([], schema=file.schema_arrow).flatten()
        header = tuple(empty.column_names)
        out.write(f"{written(header)}\n")
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            if sum(map(_text_bytes, batch.columns)) > BATCH_BYTES:
                raise _too_big(name, BATCH_BYTES)
            table = pa.Table.from_batches([batch]).flatten()
            columns = [_texts(column.combine_chunks()) for column in table.columns]
            out.writelines(f"{written(row)}\n" for row in zip(*columns, strict=True))
    return header


def _text_bytes(column: pa.Array) -> int:
    """The bytes of a column's texts, each as often as it stands there."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
    return int(pc.sum(lengths).as_py() or 0)


def _texts(column: pa.Array) -> list[str]:
    """A column's values as texts; nothing is an empty text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.cast(kind.value_type))
    if pa.types.is_nested(kind):
        return [cell(value) for value in column.to_pylist(maps_as_pydicts="lossy")]
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us"), safe=False)
        mark = "" if kind.tz is None else "Z"
        text = pc.replace_substring_regex(column.cast(pa.string()), r"(\.\d*?)0+$", r"\1")
        text = pc.replace_substring_regex(text, r"\.$", "")
        column = pc.binary_join_element_wise(text, mark, "")
    elif pa.types.is_floating(kind):
        return [_number(value) for value in column.to_pylist()]
    elif pa.types.is_decimal(kind):
        return [cell(value) for value in column.to_pylist()]
    elif not pa.types.is_null(kind):
        column = column.cast(pa.string())
    return [value or "" for value in column.to_pylist()]


def _number(value: Any) -> str:
    """A floating number, whole ones without a fraction; nothing and NaN are empty."""
    if value is None or value != value:
        return ""
    return str(int(value)) if abs(value) < EXACT and value == int(value) else repr(value)
