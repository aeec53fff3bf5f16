"""What an import costs beside reading the same CSV as text, and beside keeping those texts: time, processor time, memory.

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
connection = duckdb.connect(sys.argv[1] + "/texts.duckdb")
connection.execute("set enable_progress_bar = false; set memory_limit = '1.6GB'")
for number, path in enumerate(sys.argv[2:]):
    read = f"from read_csv('{path}', all_varchar = true, header = true)"
    connection.execute(STATEMENT)
"""
READS = {
    "reading every column as text, keeping nothing": 'f"select count(columns(*)) {read}"',
    "reading it as text into a table": 'f"create table read_{number} as {read}"',
    "reading it as text and writing that as Parquet": "f\"copy ({read}) to '{sys.argv[1]}/{number}.parquet' (compression zstd)\"",
}
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
    """A table: reading as text, keeping that, and importing, interleaved, medians."""
    paths = [str(path) for path in written(folder)]
    codes = {name: READ.replace("STATEMENT", statement) for name, statement in READS.items()} | {
        "import": IMPORT
    }
    runs: dict[str, list[tuple[float, float, float]]] = {name: [] for name in codes}
    for _ in range(rounds):
        for name, code in codes.items():
            with tempfile.TemporaryDirectory(dir=folder) as place:
                runs[name].append(spent(code, place, *paths))
    middle = {name: sorted(times)[len(times) // 2] for name, times in runs.items()}
    whole = middle["import"]
    size = sum(Path(path).stat().st_size for path in paths) / 1e6
    lines = [
        f"The CSV files are {size:,.0f} MB.",
        "",
        "| | wall, s | CPU, s | peak, MB | the import takes × its time | × its CPU |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, (wall, cpu, peak) in middle.items():
        ratios = f"{whole[0] / wall:.1f} | {whole[1] / cpu:.1f}"
        lines.append(f"| {name} | {wall:.1f} | {cpu:.1f} | {peak:,.0f} | {ratios} |")
    return "\n".join(lines)
