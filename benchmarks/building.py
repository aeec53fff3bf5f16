"""What a layer costs: time by model against decoding the files once, peak memory, size; and the first answer.

Each is a process of its own (`python -m benchmarks.building STEP DIRECTORY`), so that its peak memory is its own.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parent.parent


def decode(directory: Path) -> dict[str, Any]:
    """Seconds to read every column of both files once: DuckDB, the hash of each value."""
    connection = duckdb.connect()
    begin, worked = time.perf_counter(), time.process_time()
    for name in ("leads", "activities"):
        # not more than reading: no value is kept, none is written out as text
        connection.execute(f"select max(hash(columns(*))) from '{directory / name}.parquet'").fetchall()
    return {"seconds": time.perf_counter() - begin, "cpu": time.process_time() - worked}


def build(directory: Path) -> dict[str, Any]:
    """Seconds by model, peak memory in bytes, size of the layer; FUNNEL_LAYERS says where it goes."""
    from funnel.layer.build import open_warehouse

    steps: list[tuple[str, float]] = []
    begin, worked = time.perf_counter(), time.process_time()
    with open_warehouse(directory, progress=lambda _, step: steps.append((step, time.perf_counter()))) as db:
        seconds, cpu = time.perf_counter() - begin, time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        ends = [moment for _, moment in steps[1:]]
        models = {step: end - start for (step, start), end in zip(steps[:-1], ends, strict=True)}
        return {
            "seconds": seconds,
            "cpu": cpu,
            "models": models,
            "peak": peak,
            "size": db.path.stat().st_size,
        }


def first_page(directory: Path) -> dict[str, Any]:
    """Seconds from the start of the process until the first page has run once."""
    begin = time.perf_counter()
    os.environ["FUNNEL_DATA"] = str(directory)
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600).run()
    assert not page.exception
    return {"seconds": time.perf_counter() - begin}


STEPS = {"decode": decode, "build": build, "first_page": first_page}


def run(step: str, directory: Path, layers: Path) -> dict[str, Any]:
    """One step in a process of its own; `whole` = seconds with the start of Python."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.building", step, str(directory)],
        cwd=ROOT, env={**os.environ, "FUNNEL_LAYERS": str(layers)}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "whole": time.perf_counter() - begin}


def command_line(directory: Path, layers: Path) -> float:
    """Seconds of `python -m funnel query stage_aging`."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "funnel", "query", "stage_aging", "--data", str(directory)],
        cwd=ROOT, env={**os.environ, "FUNNEL_LAYERS": str(layers)}, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    return time.perf_counter() - begin


def report(directory: Path, layers: Path) -> str:
    """Build time, memory and size beside what they are held against."""
    decoded = min((run("decode", directory, layers) for _ in range(3)), key=lambda found: found["seconds"])
    built = run("build", directory, layers)
    parquet = sum((directory / f"{name}.parquet").stat().st_size for name in ("leads", "activities"))
    lines = [
        "| | measured | as a ratio | aim |",
        "| --- | ---: | ---: | ---: |",
        f"| build | {built['seconds']:.0f} s | {built['seconds'] / decoded['seconds']:.0f} × decoding "
        f"({decoded['seconds']:.1f} s) | ≤ 30 |",
        f"| build, work of the processors | {built['cpu']:.0f} s | {built['cpu'] / decoded['cpu']:.0f} × decoding "
        f"({decoded['cpu']:.1f} s) | |",
        f"| peak memory | {built['peak'] / 1e6:,.0f} MB | {built['peak'] / parquet:.1f} × Parquet | ≤ 8 |",
        f"| layer | {built['size'] / 1e6:,.0f} MB | {built['size'] / parquet:.2f} × Parquet | ≤ 1.2 |",
        "",
        "Seconds by model: "
        + " · ".join(f"{name} {took:.1f}" for name, took in built["models"].items() if took >= 0.05),
    ]
    return "\n".join(lines)


def cold_start(directory: Path) -> str:
    """The sample company from nothing: layer, command line and first page, with and without a layer."""
    lines = []
    for what in ("without a layer", "with a layer"):
        with tempfile.TemporaryDirectory() as folder:
            layers, more = Path(folder), Path(folder) / "more"
            more.mkdir()
            if what == "with a layer":
                run("build", directory, layers)
                more = layers
            query = command_line(directory, layers)
            page = run("first_page", directory, more)["whole"]
            lines.append(f"{what}: command line {query:.1f} s, first page run {page:.1f} s")
    with tempfile.TemporaryDirectory() as folder:
        built = run("build", directory, Path(folder))
    lines.append(f"layer alone {built['seconds']:.1f} s (aims: first page ≤ 3 s, layer ≤ 2 s)")
    return "\n".join(lines)


if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]))))
