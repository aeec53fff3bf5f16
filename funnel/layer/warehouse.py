"""One layer, open: read-only, sandboxed, every query on a cursor of its own and with an end. Knows no question."""

import threading
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from funnel.engine import SETTINGS, selected
from funnel.errors import FunnelError
from funnel.exports.files import Exports
from funnel.layer import files as layer_files
from funnel.rules.models import Rules

QUERY_SECONDS = 60.0
# see selected()
warnings.filterwarnings("ignore", "Arrow output on a DB-API result")

RENEWALS = 3  # of one open layer: a disk that damages what it is given is not written for ever
Progress = Callable[[float, str], None]


class Warehouse:
    """One layer, open for questions: one version of the rules over one state of the exports.

    Threads share it: every query runs on a cursor of its own. Where the file is found damaged, when it is opened or at
    any query, it is made anew and asked again, once; DuckDB compares a checksum with every block that it reads.
    """

    def __init__(
        self,
        path: Path,
        rules: Rules,
        versions: tuple[Rules, ...],
        exports: Exports,
        rebuild: Callable[["Warehouse"], Path],
    ) -> None:
        self.path = path
        self.key = path.name.partition(".")[0]
        self.rules = rules
        self.versions = versions
        self.exports = exports
        self._rebuild = rebuild  # gives another file in place of the damaged one
        self._renewals = 0
        self._lock_of_renewal = threading.Lock()
        try:
            self._root = self._connected()
        except duckdb.Error as error:
            if not layer_files.is_damaged(error):
                raise
            self._make_anew(error)
        settings = self.table("settings").to_pylist()
        self.newest_at: datetime | None = settings[0]["newest_at"] if settings else None
        self.first_lead_at: datetime | None = settings[0]["first_lead_at"] if settings else None
        self.has_owner_history: bool = bool(settings) and settings[0]["has_owner_history"]

    def _connected(self) -> duckdb.DuckDBPyConnection:
        root = duckdb.connect(str(self.path), read_only=True, config=dict(SETTINGS))
        locked = root.execute("select current_setting('lock_configuration')").fetchone()
        if locked != (True,):  # the same layer, open twice in one process, is one database: set once
            root.execute(f"set global TimeZone = '{self.rules.timezone}'")
            root.execute("set enable_external_access = false")
            root.execute("set lock_configuration = true")
        return root

    def _make_anew(self, error: duckdb.Error) -> None:
        """Open another layer in place of the damaged one; FunnelError where that does not help."""
        if self._renewals >= RENEWALS:
            raise layer_files.damaged_again(self.path) from error
        self._renewals += 1
        self.path = self._rebuild(self)
        try:
            self._root = self._connected()
        except duckdb.Error as again:
            if not layer_files.is_damaged(again):
                raise
            raise layer_files.damaged_again(self.path) from again

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._root.close()

    @property
    def as_of_default(self) -> datetime:
        """The first instant after everything the data has seen; refused where there is no lead."""
        if self.newest_at is None:
            raise FunnelError(
                "leads.parquet has no lead, so there is no newest instant: give --as-of, or export again.",
                "leads.parquetにリードがないため時点を決められません。時点を指定するか、書き出し直してください。",
            )
        return self.newest_at.astimezone(UTC) + timedelta(microseconds=1)

    def table(self, name: str) -> pa.Table:
        """A whole table of the layer, for small ones (settings, stages)."""
        return self.run("from query_table($name)", {"name": name})

    def run(self, text: str, values: Mapping[str, object]) -> pa.Table:
        """What a query selects; its `$names` stand for `values`. Raises FunnelError where it takes too long."""
        root = self._root
        try:
            return self._run_on(root, text, values)
        except duckdb.Error as error:
            if not layer_files.is_damaged(error):
                raise
            with self._lock_of_renewal:
                if self._root is root:  # else another thread has just made it anew
                    self._make_anew(error)
        try:
            return self._run_on(self._root, text, values)
        except duckdb.Error as error:
            if not layer_files.is_damaged(error):
                raise
            raise layer_files.damaged_again(self.path) from error

    def _run_on(self, root: duckdb.DuckDBPyConnection, text: str, values: Mapping[str, object]) -> pa.Table:
        cursor = root.cursor()  # one per call: sessions run in threads
        deadline = threading.Timer(QUERY_SECONDS, cursor.interrupt)
        deadline.start()
        try:
            return selected(cursor, text, values)
        except duckdb.InterruptException as error:
            raise FunnelError(
                f"The answer took longer than {QUERY_SECONDS:.0f} seconds and was stopped: narrow the months.",
                f"{QUERY_SECONDS:.0f}秒たっても終わらないため中止しました。期間を狭めてください。",
            ) from error
        finally:
            deadline.cancel()
            cursor.close()
