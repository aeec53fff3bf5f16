"""What an import costs beside merely reading the same CSV as text: time, processor time, peak memory.

The company of generate.py is written as CSV with the contract's column names. Each run is a process of its own.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

READ = """
import sys, duckdb
duckdb.sql("set enable_progress_bar = false")
for path in sys.argv[1:]:
    duckdb.sql(f"select count(columns(*)) from read_csv('{path}', all_varchar = true, header = true)").fetchall()
"""
IMPORT = """
import sys
from pathlib import Path
from funnel.importing.run import import_files
import_files(Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]])
"""


def written(folder: Path) -> list[Path]:
    """The company's CSV files, written once."""
    target = folder / "csv"
    target.mkdir(exist_ok=True)
    paths = []
    for name in ("leads", "activities"):
        path = target / f"{name}.csv"
        if not path.exists():
            duckdb.sql("set enable_progress_bar = false")
            duckdb.sql(f"copy (from '{folder / name}.parquet') to '{path}' (header)")
        paths.append(path)
    return paths


def spent(code: str, *arguments: str) -> tuple[float, float, float]:
    """Seconds on the wall, seconds of processor time and peak memory in MB of a process of its own."""
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, *arguments])
    _, status, usage = _waited(process)
    assert status == 0, f"the run ended with {status}"
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _waited(process: "subprocess.Popen[bytes]") -> tuple[int, int, resource.struct_rusage]:
    found = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(found[1])
    return found


def report(folder: Path, rounds: int) -> str:
    """A table: reading as text and importing, interleaved, medians."""
    paths = [str(path) for path in written(folder)]
    reads, imports = [], []
    for _ in range(rounds):
        reads.append(spent(READ, *paths))
        with tempfile.TemporaryDirectory(dir=folder) as data:
            imports.append(spent(IMPORT, data, *paths))
    read, imported = (sorted(runs)[len(runs) // 2] for runs in (reads, imports))
    size = sum(Path(path).stat().st_size for path in paths) / 1e6
    lines = [
        f"The CSV files are {size:,.0f} MB.",
        "",
        "| | wall, s | CPU, s | peak, MB |",
        "| --- | ---: | ---: | ---: |",
        f"| reading every column as text | {read[0]:.1f} | {read[1]:.1f} | {read[2]:,.0f} |",
        f"| import | {imported[0]:.1f} | {imported[1]:.1f} | {imported[2]:,.0f} |",
        f"| ratio | {imported[0] / read[0]:.1f} | {imported[1] / read[1]:.1f} | |",
    ]
    return "\n".join(lines)
