"""The session of one import: a DuckDB of its own that runs the named steps of SQL files. Knows no tool.

With funnel/layer/warehouse.py the only module that knows DuckDB. Nothing of it outlives the import.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet

from funnel import engine
from funnel.errors import FunnelError
from funnel.importing.converting.steps import named

SQL = Path(__file__).parent / "sql"
# beside it live Python and the buffers of readers and writers: together under 2 GB
MEMORY = ("FUNNEL_IMPORT_MEMORY", "1.6GB")
ROW_GROUP = 122_880
TELLING_SECONDS = 0.2
EXPLAINED = (duckdb.OutOfMemoryException, duckdb.IOException, duckdb.InvalidInputException)
# characters that words are compared without the difference of: as wide as one, and the dashes and quotes
WIDE = "".join(map(chr, range(0xFF01, 0xFF5F))) + "　‐‑‒–—―−" + "'`´‘’‚‛“”„‟«»「」『』"
NARROW = "".join(map(chr, range(0x21, 0x7F))) + " " + "-" * 7 + '"' * 17
NO_FORMATS = ["none"]  # a format that no text has: the engine takes no empty list
# of numbers: as wide as one, and each kind of dash, apostrophe and blank; the sign of the yen has two forms
NUMBER_WIDE = "".join(map(chr, range(0xFF01, 0xFF5F))) + "￥〜" + "‐‑‒–—―−" + "’‘" + "　\u00a0\u2009\u202f"
NUMBER_NARROW = "".join(map(chr, range(0x21, 0x7F))) + "¥~" + "-" * 7 + "''" + " " * 4


class UnreadRows(Exception):
    """The engine gave up on a text in the middle of it: how many rows it has is not known."""


class ImportSession:
    """One connection with the macros of basics.sql and sql/10_values.sql; times without a zone are read in `timezone`.

    It is the company's, too, by whose clocks a time is out of range. Runs the steps of this room and of `folders`.
    """

    def __init__(self, scratch: Path, timezone: str, *folders: Path) -> None:
        self._texts = named(SQL, *folders)
        self.scratch = scratch  # for files that nobody needs afterwards
        scratch.mkdir(parents=True, exist_ok=True)
        self._connection = duckdb.connect(config=dict(engine.SETTINGS))
        engine.limit_memory(self._connection, *MEMORY)
        # the right side of a join is the small one, as written: of a CSV file the planner does not know how long it is
        self._connection.execute("set disabled_optimizers = 'build_side_probe_side'")
        self._connection.execute("set enable_progress_bar = true")  # counted, but printed by nobody
        self._connection.execute("set enable_progress_bar_print = false")
        self.tell: Callable[[float], None] | None = None  # how far a long step is, 0…1
        self.expected_seconds = 1.0  # that it may take
        self._connection.execute("set temp_directory = $place", {"place": str(scratch / "spill")})
        self.zone(timezone)
        own = ZoneInfo(timezone)
        self.set(first_time=datetime(1990, 1, 1, tzinfo=own), last_time=datetime(2101, 1, 1, tzinfo=own))
        self.set(
            formats=["%Y-%m-%d"],
            short_formats=NO_FORMATS,
            wide=WIDE,
            narrow=NARROW,
            damaged_targets=[],
            pointed_targets=[],
        )
        self.set(number_wide=NUMBER_WIDE, number_narrow=NUMBER_NARROW)
        engine.run_file(self._connection, engine.BASICS)
        self.run("values")
        self.run("numbers")
        self.run("times")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def zone(self, timezone: str, of_days: str | None = None) -> None:
        """Read times without a zone in `timezone` from here on, and days without a time in `of_days`."""
        self._connection.execute(f"set TimeZone = '{ZoneInfo(timezone).key}'")
        self.set(zone_of_days=of_days)
        self.run("zone_goes_back" if _goes_back(timezone) else "zone_stays")

    def set(self, **values: object) -> None:
        """Set session variables, which the SQL files read by getvariable()."""
        for name, value in values.items():
            self._connection.execute(f"set variable {name} = $value", {"value": value})

    def table(self, name: str, rows: pa.Table) -> None:
        """Make a table of `rows`."""
        self._connection.register("rows_given", rows)
        self._connection.execute(f"create or replace temp table {_plain(name)} as from rows_given")
        self._connection.unregister("rows_given")

    def words(self, name: str, columns: tuple[str, str], words: Mapping[str, str]) -> None:
        """Make a table of two text columns, a row a word; words are compared without blanks, case and width."""
        self.table(
            name,
            pa.table(
                {
                    columns[0]: pa.array(words.keys(), pa.string()),
                    columns[1]: pa.array(words.values(), pa.string()),
                }
            ),
        )

    def types(self, words: Mapping[str, tuple[str, str | None]]) -> None:
        """Make the table type_words: what a word of a type means, and the stage that it alone tells."""
        self.table(
            "type_words",
            pa.table(
                {
                    "word": pa.array(words.keys(), pa.string()),
                    "type": pa.array([kind for kind, _ in words.values()], pa.string()),
                    "to_value": pa.array([stage for _, stage in words.values()], pa.string()),
                }
            ),
        )

    def combine(
        self,
        view: str,
        into: str,
        several: Mapping[str, Sequence[str]],
        flags: Sequence[str],
        nulls: Mapping[str, Sequence[str]],
    ) -> None:
        """Make the view `into` of `view`, where several columns of one meaning are one: the first that is filled.

        Of `flags` all are taken: one that is set counts. `nulls`: words that mean nothing in a column.
        """
        every = [name for names in several.values() for name in names]
        combined = {target: _one_of(names, target in flags) for target, names in several.items()}
        for name, words in nulls.items():
            column = combined.get(name, duckdb.ColumnExpression(name))
            constants = [duckdb.ConstantExpression(word) for word in words]
            trimmed = duckdb.FunctionExpression("trim", column)
            combined[name] = duckdb.CaseExpression(
                trimmed.isin(*constants), duckdb.ConstantExpression(None)
            ).otherwise(column)
        relation = self._connection.view(view)
        star = duckdb.StarExpression(exclude=[*every, *(name for name in nulls if name not in several)])
        named = [expression.alias(target) for target, expression in combined.items()]
        relation.select(star, *named).create_view(into, replace=True)

    def run(self, name: str) -> None:
        """Run every statement of the step `name`."""
        try:
            for statement in _statements(self._texts["step", name]):
                self._connection.execute(statement)
        except EXPLAINED as error:
            raise _explained(error) from error

    def write(self, name: str, to: Path) -> int:
        """Write what the answer `name` selects as Parquet, in its order; gives the count of rows."""

        def written() -> None:
            self._connection.execute(_copied(self._texts["answer", name]), {"target": str(to)})

        try:
            self._telling(written)
        except EXPLAINED as error:
            raise _explained(error) from error
        return rows_in(to)

    def _telling(self, work: Callable[[], None]) -> None:
        """Do it aside, and tell here meanwhile how far it is: a page can only be drawn from its own thread."""
        if self.tell is None:
            work()
            return
        with ThreadPoolExecutor(1) as aside:
            under_way = aside.submit(work)
            begun = time.monotonic()
            try:
                while not wait([under_way], timeout=TELLING_SECONDS).done:
                    # the engine does not tell how far a join is: then by the clock
                    spent = time.monotonic() - begun
                    by_clock = spent / (spent + self.expected_seconds)
                    self.tell(min(max(self._connection.query_progress() / 100, by_clock), 1.0))
            except BaseException:
                self._connection.interrupt()
                raise
            under_way.result()

    def rows(self, name: str) -> list[dict[str, Any]]:
        """What the answer `name` selects, for small ones."""
        try:
            answer: list[dict[str, Any]] = engine.selected(
                self._connection, self._texts["answer", name]
            ).to_pylist()
        except EXPLAINED as error:
            raise _explained(error) from error
        return answer

    def drop(self, *names: str) -> None:
        """Forget tables or views, if they are there."""
        for name in names:
            self._connection.execute(f"drop table if exists {_plain(name)}")


def _one_of(names: Sequence[str], is_flag: bool) -> duckdb.Expression:
    columns = [duckdb.ColumnExpression(name) for name in names]
    if is_flag:
        return duckdb.FunctionExpression("concat_ws", duckdb.ConstantExpression(" "), *columns)
    return duckdb.CoalesceOperator(*columns)


@cache
def _statements(text: str) -> list[duckdb.Statement]:
    """The statements of a step, parsed once per process."""
    return duckdb.extract_statements(text)


@cache
def _copied(query: str) -> duckdb.Statement:
    """The same, planned once only: a relation that is written is planned twice."""
    selected = query.removesuffix(";")
    text = f"copy ({selected}\n) to $target (format parquet, compression zstd, row_group_size {ROW_GROUP})"
    return duckdb.extract_statements(text)[0]


def _plain(name: str) -> str:
    assert re.fullmatch(r"[a-z_]+", name), name
    return name


def _goes_back(timezone: str) -> bool:
    """Whether the zone's clocks ever go back, so that a local time may stand for two instants."""
    zone = ZoneInfo(timezone)
    return any(
        len({zone.utcoffset(datetime(year, month, 15)) for month in range(1, 13)}) > 1
        for year in range(1990, 2036)
    )


def _explained(error: Exception) -> Exception:
    """Of a message of the engine only what it says of memory and the disk is passed on: it may quote a row."""
    if isinstance(error, duckdb.InvalidInputException):
        return UnreadRows() if "CSV" in str(error) else error
    if isinstance(error, duckdb.OutOfMemoryException):
        return FunnelError(
            "There was not enough memory for the import: set FUNNEL_IMPORT_MEMORY to more than "
            f"{engine.memory_of(*MEMORY)}, or import fewer files at once.",
            "取込に使えるメモリが足りません。FUNNEL_IMPORT_MEMORYを増やすか、ファイルを分けて取り込んでください。",
        )
    return FunnelError(
        "The import could not be written to the disk: make room and import again; nothing was changed.",
        "取込先のディスクに書き込めません。空き容量を確保して、もう一度取り込んでください。データは元のままです。",
    )


def rows_in(path: Path) -> int:
    """The count of rows of a Parquet file."""
    return int(parquet.read_metadata(path).num_rows)


def columns_of(names: Sequence[str]) -> dict[str, str]:
    """What read_csv is told of a file's columns: all of them are texts."""
    return dict.fromkeys(names, "VARCHAR")
