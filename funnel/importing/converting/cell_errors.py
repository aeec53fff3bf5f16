"""For which cells rows are refused: the header and the value that somebody has to correct.

Looks at the refused rows alone, as they came. Knows what the reasons are about, not how rows are read.
"""

import csv
import io
from collections.abc import Iterator, Sequence

import pyarrow as pa

from funnel.importing.converting.session import ImportSession
from funnel.importing.mapping.models import Shape
from funnel.importing.mapping.recognise import columns, shapes
from funnel.importing.records import quarantine

MOST = 20_000  # rows of a file whose cells are named: of more, the file as a whole is to be looked at
LONGEST = 60  # characters of a value
KEYS = {
    "leads": ("lead_id",),
    "activities": ("activity_id",),
    "costs": ("channel",),
    "links": ("activity_id", "lead_id"),
    "merges": ("lead_id", "merged_ids"),
    "owners": ("owner_id",),
    "types": ("type",),
}
TIMES = {"leads": ("created_at",), "activities": ("occurred_at",), "costs": ("month",)}
READ = {
    "leads": ("created_at", "stage_since", "score", "amount", "opted_out", "excluded"),
    "activities": ("occurred_at", "points"),
    "costs": ("month", "cost"),
}
EMPTY = ("missing_key", "missing_lead", "missing_time")


def with_cells(session: ImportSession, rows: pa.Table, shape: Shape) -> pa.Table:
    """The rows of one file with their wrong cells. The session still reads as it read that file."""
    table = rows.slice(0, MOST)
    if not len(table):
        return rows
    named = table.to_pylist()
    header, first = named[0]["header"], named[0]
    about = [(name, places) for one in shapes(shape, header) for name, places in _about(one, header)]
    codec = quarantine.codec_of(first["encoding"])
    cells: list[tuple[int, quarantine.Cell]] = []
    for position, row in enumerate(named):
        text = row["original"].decode(codec, "replace")
        values = next(csv.reader(io.StringIO(text, newline=""), delimiter=first["delimiter"]), [])
        if len(values) == len(header):
            cells += [(position, cell) for cell in _candidates(row["reasons"], about, header, values)]
    wrong: list[list[quarantine.Cell]] = [[] for _ in range(len(rows))]
    for number in _confirmed(session, [cell for _, cell in cells]):
        position, cell = cells[number]
        if cell not in wrong[position]:
            wrong[position].append(cell | {"value": cell["value"][:LONGEST]})
    field = quarantine.SCHEMA.field("wrong")
    return rows.set_column(rows.schema.get_field_index("wrong"), field, pa.array(wrong, field.type))


def _about(shape: Shape, header: Sequence[str]) -> Iterator[tuple[str, dict[int, str]]]:
    """For each reason the columns that it can be about, by place, with where they go."""
    goes = {column.position: column.target for column in columns(shape, header) if column.target}
    targets = {
        "missing_key": KEYS.get(shape.kind, ()),
        "damaged_key": ("lead_id", "activity_id"),
        "duplicate_key": KEYS.get(shape.kind, ()),
        "missing_lead": ("lead_id",),
        "missing_time": TIMES.get(shape.kind, ()),
        "unreadable_value": READ.get(shape.kind, ()),
        "short_year": TIMES.get(shape.kind, ()),
        "out_of_range": READ.get(shape.kind, ()),
        "unknown_type": ("type", "type_detail"),
    }
    for reason, names in targets.items():
        is_dated = reason == "unreadable_value" and shape.kind == "leads"
        yield (
            reason,
            {
                position: target
                for position, target in goes.items()
                if target in names or (is_dated and target.startswith("entered:"))
            },
        )


def _candidates(
    reasons: Sequence[str],
    about: Sequence[tuple[str, dict[int, str]]],
    header: Sequence[str],
    values: Sequence[str],
) -> Iterator[quarantine.Cell]:
    for reason, places in about:
        if reason not in reasons:
            continue
        for position, target in places.items():
            value = values[position].strip()
            if bool(value) != (reason in EMPTY):
                yield {"reason": reason, "header": header[position], "target": target, "value": value}


def _confirmed(session: ImportSession, cells: Sequence[quarantine.Cell]) -> list[int]:
    """The places of those that cannot be read indeed, or that nothing else can be the matter with."""
    names = {"reason": "reason", "target": "target", "said": "value"}
    session.table(
        "cells",
        pa.table(
            {"place": pa.array(range(len(cells)), pa.int64())}
            | {name: pa.array([cell[key] for cell in cells], pa.string()) for name, key in names.items()}
        ),
    )
    return [int(row["place"]) for row in session.rows("wrong_cells")]
