"""What one generation holds that another does not: files by their hashes, rows by their keys.

Rows are told apart by two 64-bit hashes, one of the key and one of all values, so 20 million of them take 320 MB
on each side; files that both generations have are not opened. Knows the names of the tables and of their keys,
not their meaning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from funnel.importing.publishing.generations import Generation

KEYS = {"leads": "lead_id", "activities": "activity_id", "costs": None}  # None: the whole row is the key
BATCH_ROWS = 50_000
SLICES = 16

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Changes:
    """How many rows of a table came, went and were changed under their key."""

    before: int
    after: int
    added: int
    removed: int
    changed: int


@dataclass(frozen=True)
class Differences:
    """From one generation to another: names of files, and the rows of each table that either has."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    tables: Mapping[str, Changes]


def differences(older: Generation, newer: Generation) -> Differences:
    """What is different in `newer`."""
    both = older.files.keys() & newer.files.keys()
    tables = {table: (_parts(older, table), _parts(newer, table)) for table in KEYS}
    return Differences(
        added=tuple(sorted(newer.files.keys() - both)),
        removed=tuple(sorted(older.files.keys() - both)),
        changed=tuple(sorted(name for name in both if older.files[name] != newer.files[name])),
        tables={
            table: _changes(table, older, newer)
            for table, (before, after) in tables.items()
            if before or after
        },
    )


def _parts(generation: Generation, table: str) -> list[str]:
    return sorted(
        name for name in generation.files if name == f"{table}.parquet" or name.startswith(f"{table}/")
    )


def _changes(table: str, older: Generation, newer: Generation) -> Changes:
    before, after = _parts(older, table), _parts(newer, table)
    shared = {older.files[name] for name in before} & {newer.files[name] for name in after}
    sides = []
    for generation, names in ((older, before), (newer, after)):
        paths = [generation.path / name for name in names if generation.files[name] not in shared]
        sides.append(_hashes(paths, KEYS[table]))
    added, removed, changed = _counts(*sides)
    return Changes(
        before=sum(pq.read_metadata(older.path / name).num_rows for name in before),
        after=sum(pq.read_metadata(newer.path / name).num_rows for name in after),
        added=added,
        removed=removed,
        changed=changed,
    )


def _counts(older: tuple[Hashes, Hashes], newer: tuple[Hashes, Hashes]) -> tuple[int, int, int]:
    """How many keys came, went, and stand for another row; a slice of the keys at a time, which saves memory."""
    added = removed = changed = 0
    for number in range(SLICES):
        (old_keys, old_rows), (new_keys, new_rows) = (
            (keys[in_slice], rows[in_slice])
            for keys, rows in (older, newer)
            for in_slice in [keys % SLICES == number]
        )
        common, old_places, new_places = np.intersect1d(old_keys, new_keys, return_indices=True)
        added += len(np.unique(new_keys)) - len(common)
        removed += len(np.unique(old_keys)) - len(common)
        changed += int(np.count_nonzero(old_rows[old_places] != new_rows[new_places]))
    return added, removed, changed


def _hashes(paths: Sequence[Path], key: str | None) -> tuple[Hashes, Hashes]:
    """Per row of the files, the hash of its key and that of all its values."""
    keys: list[Hashes] = []
    rows: list[Hashes] = []
    for path in paths:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                rows.append(_hash(_whole(batch)))
                keys.append(rows[-1] if key is None else _hash(_text(batch.column(key))))
    nothing = np.empty(0, dtype=np.uint64)
    return np.concatenate([nothing, *keys]), np.concatenate([nothing, *rows])


def _hash(texts: pa.Array) -> Hashes:
    return pd.util.hash_array(texts.fill_null("").to_numpy(zero_copy_only=False), categorize=False)


def _whole(batch: pa.RecordBatch) -> pa.Array:
    """A row as text: its columns by name, without the empty ones, so that an absent column is an empty one."""
    named = [
        pc.binary_join_element_wise(f"{name}\x1f", _text(batch.column(name)), "")
        for name in sorted(batch.schema.names)
    ]
    return pc.binary_join_element_wise(*named, "\x1e", null_handling="skip")


def _text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.dictionary_decode())
    if pa.types.is_timestamp(kind):  # as text it would need a data base of zones
        column = column.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64())
    if pa.types.is_nested(column.type):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())
