"""The product's answers beside their twins in pandas and polars: the same rows first, then who is how fast.

One interleaved run (A B C A B C …), so that a busy minute of the machine falls on all of them. Every timed result is
compared with the product's; where one differs, nothing is printed but the difference.
"""

import gc
import statistics
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import in_pandas, in_polars, pandas_states, polars_states
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask

COLUMNS = {
    "stage_aging_buckets": ["stage", "bucket", "leads"],
    "score_distribution": ["bin_from", "stage", "leads"],
    "dormant_pool": ["segment", "leads", "median_silent_days", "median_max_score", "contactable"],
    "overdue": [
        "policy", "state", "lead_id", "company", "stage", "score", "owner", "due_at", "late_hours", "last_touch_at",
        "attempts", "opted_out", "record_url",
    ],
    "funnel": ["stage", "reached", "of_which_implied", "rate_from_previous", "open_here", "lost_here", "dormant_here"],
    "conversion": ["month", "entered", "converted", "median_days", "p90_days", "skipped"],
    "stage_aging": [
        "stage", "waiting_leads", "median_days", "p90_days", "max_days", "over_limit", "finished",
        "finished_median_days", "finished_p90_days", "km_median_days",
    ],
}  # fmt: skip
AIMS = {  # times pandas, times polars, of issue "from two files to five screens"
    "stage_aging_buckets": (150, 75), "score_distribution": (150, 75), "dormant_pool": (150, 75),
    "overdue": (60, 50), "funnel": (30, 25), "conversion": (30, 25), "stage_aging": (10, 10),
}  # fmt: skip

Times = dict[str, dict[str, list[tuple[float, float]]]]  # seconds on the wall and of the processors


def measure(db: Warehouse, directory: Path, as_of: datetime, rounds: int, plain: bool) -> Times:
    """Times by question and by engine. `plain` adds pandas over frames as they are read, words as text."""
    files = polars_states.Files(directory)
    coded = pandas_states.load(directory, coded=True)
    read = pandas_states.load(directory, coded=False) if plain else None
    times: Times = {}
    for name in COLUMNS:
        engines: dict[str, Callable[[], Any]] = {
            "layer": lambda name=name: ask(db, name, as_of).frame,
            "polars": lambda name=name: in_polars.ANSWERS[name](files, as_of),
            "pandas": lambda name=name: in_pandas.ANSWERS[name](coded, pd.Timestamp(as_of)),
        }
        if read is not None:
            engines["pandas, as read"] = lambda name=name: in_pandas.ANSWERS[name](read, pd.Timestamp(as_of))
        times[name] = {engine: [] for engine in engines}
        ours = ask(db, name, as_of).frame  # the first reading of the layer's pages is not measured
        for _ in range(rounds):
            for engine, run in engines.items():
                gc.collect()
                begin, worked = time.perf_counter(), time.process_time()
                theirs = run()
                cpu = time.process_time() - worked
                times[name][engine].append((time.perf_counter() - begin, cpu))
                _check(name, engine, ours, theirs, coded.names)
    return times


def _check(name: str, engine: str, ours: pd.DataFrame, theirs: Any, names: pd.Series) -> None:
    if not isinstance(theirs, pd.DataFrame):
        theirs = theirs.to_pandas()
    if "lead_id" in theirs and pd.api.types.is_integer_dtype(theirs["lead_id"]):
        theirs = theirs.assign(lead_id=names.to_numpy()[theirs["lead_id"]])
    if len(ours) != len(theirs):
        raise SystemExit(f"{name} differs in {engine}: {len(ours)} rows, {len(theirs)} there.")
    for column in COLUMNS[name]:
        same = _same(ours[column], theirs[column])
        if not same.all():
            place = int(np.flatnonzero(~same)[0])
            raise SystemExit(
                f"{name}.{column} differs in {engine}, {(~same).sum()} rows, first {place}: "
                f"{ours[column].iloc[place]} here, {theirs[column].iloc[place]} there."
            )


def _same(ours: pd.Series, theirs: pd.Series) -> Any:
    if pd.api.types.is_datetime64_any_dtype(ours):
        zone = getattr(ours.dt, "tz", None)
        theirs = pd.to_datetime(theirs, utc=zone is not None)
        left, right = (each.dt.as_unit("us").astype("int64").to_numpy() for each in (ours, theirs))
        return left == right
    if pd.api.types.is_numeric_dtype(ours) and not pd.api.types.is_bool_dtype(ours):
        left, right = (each.astype("float64").to_numpy() for each in (ours, theirs))
        return np.isclose(left, right, rtol=1e-9, atol=1e-9, equal_nan=True)
    left, right = (each.astype(object).where(each.notna(), None).to_numpy() for each in (ours, theirs))
    return left == right


def table(times: Times) -> str:
    """Medians as a Markdown table: milliseconds of the layer, ratios of the others, the same by processor time."""
    engines = [engine for engine in next(iter(times.values())) if engine != "layer"]
    head = ["answer", "layer, ms", *(f"× {engine}" for engine in engines), "aims"]
    head += ["layer, ms of CPU", *(f"× {engine}, CPU" for engine in engines)]
    lines = [head, ["---", *["---:"] * (len(head) - 1)]]
    for name, by_engine in times.items():
        cells = [name]
        for place in range(2):
            medians = {
                engine: statistics.median(each[place] for each in by_engine[engine]) for engine in by_engine
            }
            cells.append(f"{medians['layer'] * 1000:.1f}")
            cells += [f"{medians[engine] / medians['layer']:.0f}" for engine in engines]
            if place == 0:
                cells.append("pandas {}, polars {}".format(*AIMS[name]))
        lines.append(cells)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
