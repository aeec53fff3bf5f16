"""A frame's rows as plain values, for sentences and figures. Knows no question."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa


def frame_of(table: pa.Table) -> pd.DataFrame:
    """An answer as a frame; days and months as timestamps at midnight."""
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


def table_of(frame: pd.DataFrame) -> pa.Table:
    """A frame as an answer; its index is left behind."""
    return pa.Table.from_pandas(frame, preserve_index=False)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of an answer as dictionaries: null as None, counts as whole numbers even beside nulls."""
    columns = [_values(column) for _, column in frame.items()]
    names = list(frame.columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: "pd.Series[Any]") -> list[Any]:
    values = column.tolist()
    if column.dtype.kind == "f":
        known = [value for value in values if value == value]
        if all(value.is_integer() for value in known):
            return [int(value) if value == value else None for value in values]
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind in "biu":
        return values
    if kind.kind == "M" or (isinstance(kind, pd.StringDtype) and kind.na_value is not pd.NA):
        # a null is unequal to itself
        return [value if value == value else None for value in values]
    nulls = column.isna().tolist()
    return [None if is_null else value for value, is_null in zip(values, nulls, strict=True)]
