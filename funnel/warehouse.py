"""The prepared layer and how it is asked: the only module that knows DuckDB.

Reads the exports once into an immutable layer file (models in sql/models, run in order), opens it read-only and
sandboxed, and runs named queries (sql/queries) on it. Knows no question and no screen.
"""

import os
import re
import secrets
import threading
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pandas as pd
import pyarrow as pa

from funnel import layers
from funnel.errors import FunnelError, UnusableFile
from funnel.exports import Exports, damaged, find_exports, is_as_read, plain_characters, rewritten
from funnel.instants import as_of_instant, local_day
from funnel.rules import Rules, hash_of, load_versions, named, tables

SQL = Path(__file__).parent / "sql"
QUERY_SECONDS = 60.0
DERIVED_DIMENSIONS = {"channel_group", "size_band", "title_rank", "stage", "score_band"}
# a quarter of the memory that a build of 20 M activities would take, for up to a third more time: the rest is
# spilled into a folder beside the layer; FUNNEL_BUILD_MEMORY names another size
BUILD_MEMORY = ("FUNNEL_BUILD_MEMORY", "2.2GB")
NO_EXTENSIONS = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
# see selected()
warnings.filterwarnings("ignore", "Arrow output on a DB-API result")

RENEWALS = 3  # of one open layer: a disk that damages what it is given is not written for ever
Progress = Callable[[float, str], None]


class Warehouse:
    """One layer, open for questions: one version of the rules over one state of the exports.

    Threads share it: every query runs on a cursor of its own. Where the file is found damaged, when it is opened or at
    any query, it is made anew and asked again, once; DuckDB compares a checksum with every block that it reads.
    """

    def __init__(self, path: Path, rules: Rules, versions: tuple[Rules, ...], exports: Exports) -> None:
        self.path = path
        self.key = path.name.partition(".")[0]
        self.rules = rules
        self.versions = versions
        self.exports = exports
        self._renewals = 0
        self._lock_of_renewal = threading.Lock()
        try:
            self._root = self._connected()
        except duckdb.Error as error:
            if not layers.is_damaged(error):
                raise
            self._make_anew(error)
        settings = self.table("settings").to_pylist()
        self.newest_at: datetime | None = settings[0]["newest_at"] if settings else None
        self.first_lead_at: datetime | None = settings[0]["first_lead_at"] if settings else None

    def _connected(self) -> duckdb.DuckDBPyConnection:
        root = duckdb.connect(str(self.path), read_only=True, config=dict(NO_EXTENSIONS))
        locked = root.execute("select current_setting('lock_configuration')").fetchone()
        if locked != (True,):  # the same layer, open twice in one process, is one database: set once
            root.execute(f"set global TimeZone = '{self.rules.timezone}'")
            root.execute("set enable_external_access = false")
            root.execute("set lock_configuration = true")
        return root

    def _make_anew(self, error: duckdb.Error) -> None:
        """Open another layer in place of the damaged one; FunnelError where that does not help."""
        if self._renewals >= RENEWALS:
            raise layers.damaged_again(self.path) from error
        self._renewals += 1
        self.path = _rebuilt(self.path, self.exports, self.rules, self.versions)
        try:
            self._root = self._connected()
        except duckdb.Error as again:
            if not layers.is_damaged(again):
                raise
            raise layers.damaged_again(self.path) from again

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

    def query(self, name: str, **values: object) -> pd.DataFrame:
        """The answer of sql/queries/`name`.sql; of `values` each query takes those that it names."""
        return frame_of(self.answer(name, **values))

    def answer(self, name: str, **values: object) -> pa.Table:
        """The same as an Arrow table."""
        text = self.sql(name)
        return self._run(text, {key: values[key] for key in parameters_of(text)})

    def table(self, name: str) -> pa.Table:
        """A whole table of the layer, for small ones (settings, stages)."""
        return self._run("from query_table($name)", {"name": name})

    def sql(self, name: str) -> str:
        """The text of a query file."""
        return query_text(name)

    def _run(self, text: str, values: Mapping[str, object]) -> pa.Table:
        root = self._root
        try:
            return self._run_on(root, text, values)
        except duckdb.Error as error:
            if not layers.is_damaged(error):
                raise
            with self._lock_of_renewal:
                if self._root is root:  # else another thread has just made it anew
                    self._make_anew(error)
        try:
            return self._run_on(self._root, text, values)
        except duckdb.Error as error:
            if not layers.is_damaged(error):
                raise
            raise layers.damaged_again(self.path) from error

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


def selected(
    connection: duckdb.DuckDBPyConnection, text: str, values: Mapping[str, object] | None = None
) -> pa.Table:
    """What a query selects. As a result and not as a relation: that would save a copy of the rows, but plan twice."""
    table: pa.Table = connection.execute(text, dict(values or {})).to_arrow_table()
    return table


def frame_of(table: pa.Table) -> pd.DataFrame:
    """An answer as a frame; days and months as timestamps at midnight."""
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


@cache
def query_text(name: str) -> str:
    """The text of sql/queries/`name`.sql."""
    return (SQL / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def parameters_of(text: str) -> tuple[str, ...]:
    """The `$names` that a query uses, comments aside."""
    code = re.sub(r"--[^\n]*", "", text)
    return tuple(sorted(set(re.findall(r"\$([a-z_]+)", code))))


def open_warehouse(
    data: Path,
    rules: str | Rules | None = None,
    as_of: str | datetime | None = None,
    progress: Progress | None = None,
) -> Warehouse:
    """The layer of the exports in `data` under one version of the rules, built where it is absent.

    `rules`: the name of a version, never of a file, or the rules themselves; without one the version in force on the
    last day that `as_of` sees, and without `as_of` the latest that is in force on the newest day as loaded under it.
    Whatever version that is, personal fields are masked as this last one says. Raises UnusableFile, BadRules,
    BadQuestion.
    """
    exports = find_exports(data)
    versions = load_versions(data)
    if rules is not None:
        chosen = named(versions, rules) if isinstance(rules, str) else rules
    elif as_of is not None:
        chosen = next(
            (each for each in reversed(versions) if each.effective_from <= _last_day(as_of, each)),
            versions[0],
        )
    else:
        return _open_in_force(exports, versions, progress)
    every = versions if chosen in versions else (*versions, chosen)
    if any(each.privacy != chosen.privacy for each in versions):  # else no layer has to be opened to know
        with _open_in_force(exports, versions, progress) as in_force:
            chosen = chosen.with_privacy_of(in_force.rules)
    return _open(exports, chosen, every, progress)


def _open_in_force(exports: Exports, versions: tuple[Rules, ...], progress: Progress | None) -> Warehouse:
    """The layer of the version that is in force on the newest day, the first before all."""
    for candidate in reversed(versions[1:]):
        warehouse = _open(exports, candidate, versions, progress)
        newest = warehouse.newest_at
        if newest is not None and candidate.effective_from <= local_day(newest, candidate.timezone):
            return warehouse
        warehouse.close()
    return _open(exports, versions[0], versions, progress)


def _last_day(as_of: str | datetime, rules: Rules) -> Any:
    return local_day(as_of_instant(as_of, rules.timezone) - timedelta(microseconds=1), rules.timezone)


def _open(
    exports: Exports, rules: Rules, versions: tuple[Rules, ...], progress: Progress | None
) -> Warehouse:
    for _ in range(3):
        path = layers.path_of(exports.directory, layer_key(exports, rules, versions))
        is_new = not path.exists()
        if is_new:
            _build(path, exports, rules, versions, progress)
        if is_as_read(exports) if is_new else not rewritten(exports):
            layers.sweep(path)
            return Warehouse(path, rules, versions, exports)
        path.unlink(missing_ok=True)
        exports = find_exports(exports.directory)
    raise UnusableFile(
        f"The files in {exports.directory} keep changing while they are read: wait until the export has ended.",
        f"{exports.directory} のファイルが読み込み中に変わり続けています。書き出しが終わってから開いてください。",
    )


def _rebuilt(damaged: Path, exports: Exports, rules: Rules, versions: tuple[Rules, ...]) -> Path:
    """Another layer in place of a damaged one, which is removed: that of another process, else one built now.

    Who still reads the damaged one keeps it until the same is found there. Raises UnusableFile where the exports went.
    """
    path = layers.path_of(exports.directory, layer_key(exports, rules, versions))
    if path != damaged and path.exists():
        return path
    path = layers.after(damaged)
    with suppress(OSError):  # as Windows answers where a reader has it open: the newer name is taken first
        damaged.unlink(missing_ok=True)
    if not rewritten(exports):
        _build(path, exports, rules, versions, None)
        if is_as_read(exports):
            return path
        path.unlink(missing_ok=True)
    raise UnusableFile(
        f"The prepared layer is damaged, and the files in {exports.directory} that it was made of were written again: "
        "load the new ones.",
        f"準備済みデータが壊れていますが、{exports.directory} の元のファイルが変わっています。"
        "新しいデータを読み込んでください。",
    )


def layer_key(exports: Exports, rules: Rules, versions: tuple[Rules, ...]) -> str:
    """What a layer was made of: the exports, the rules, the models, the engine."""
    parts = [
        exports.fingerprint,
        hash_of(rules, versions),
        models_hash(),
        duckdb.__version__,
    ]
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


@cache
def models_hash() -> str:
    """The version of the models: a hash of their texts."""
    texts = [path.read_bytes() for path in sorted((SQL / "models").glob("*.sql"))]
    return sha256(b"\0".join(texts)).hexdigest()


def _build(
    path: Path, exports: Exports, rules: Rules, versions: tuple[Rules, ...], progress: Progress | None
) -> None:
    """Build the layer beside its place and rename it: a kill leaves nothing that looks finished."""
    beside = path.with_name(f"{path.stem}.{os.getpid()}.{secrets.token_hex(4)}.building")
    try:
        connection = duckdb.connect(str(beside), config=dict(NO_EXTENSIONS))
        try:
            limit_memory(connection, *BUILD_MEMORY)
            run_models(connection, exports, rules, versions, progress)
            connection.execute("checkpoint")
        finally:
            connection.close()
        os.replace(beside, path)
    except (duckdb.Error, OSError) as error:
        explained = _explained(error, path.parent, exports)
        if explained is None:
            raise
        raise explained from error
    finally:
        for leftover in beside.parent.glob(beside.name + "*"):
            layers.remove(leftover)


def memory_of(name: str, otherwise: str) -> str:
    """How much memory the environment variable `name` allows."""
    return os.environ.get(name) or otherwise


def limit_memory(connection: duckdb.DuckDBPyConnection, name: str, otherwise: str) -> None:
    """Allow a connection as much memory as the environment variable `name` says; FunnelError where that is no size."""
    size = memory_of(name, otherwise)
    try:
        connection.execute("set memory_limit = $size", {"size": size})
    except duckdb.ParserException as error:
        raise FunnelError(
            f"{name} {size!r} is no size of memory: write 4GB, for example.",
            f"{name}「{size}」は大きさとして読めません。4GBのように書いてください。",
        ) from error


def _explained(error: Exception, folder: Path, exports: Exports) -> FunnelError | None:
    """What to say of a build that failed; None where it is a mistake of ours.

    A message of the engine may quote a row, so only what it says of the disk and of memory is passed on.
    """
    reason = str(error).splitlines()[0][:200]
    file = damaged(exports, str(error))
    if file is not None:
        return file
    if isinstance(error, duckdb.OutOfMemoryException):
        return FunnelError(
            f"The layer could not be prepared ({reason}): "
            f"set FUNNEL_BUILD_MEMORY above {memory_of(*BUILD_MEMORY)}, or make room in {folder}.",
            f"データを準備できません({reason})。FUNNEL_BUILD_MEMORYを{memory_of(*BUILD_MEMORY)}より大きくするか、"
            f"{folder} の空き容量を確保してください。",
        )
    if isinstance(error, (duckdb.IOException, OSError)):
        return FunnelError(
            f"The prepared layer could not be written to {folder} ({reason}): "
            "make room or choose another folder in FUNNEL_LAYERS.",
            f"{folder} に準備済みデータを書き込めません({reason})。"
            "空き容量を確保するか、FUNNEL_LAYERSで別のフォルダを指定してください。",
        )
    unreadable = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.SerializationException)
    if isinstance(error, unreadable) or type(error) is duckdb.Error:
        return UnusableFile(
            f"The files in {exports.directory} hold something that cannot be read: export them again.",
            f"{exports.directory} のファイルに読めない内容があります。書き出し直してください。",
        )
    return None


def run_models(
    connection: duckdb.DuckDBPyConnection,
    exports: Exports,
    rules: Rules,
    versions: tuple[Rules, ...],
    progress: Progress | None = None,
) -> None:
    """Load the rules as tables and run every model in order on `connection`."""
    connection.execute(f"set global TimeZone = '{rules.timezone}'")
    connection.begin()  # thirty small tables, written down at once
    for name, rows in {**tables(rules, versions), "plain_characters": plain_characters()}.items():
        connection.register("rows_of_rules", rows)
        connection.execute(f"create table {name} as from rows_of_rules")
        connection.unregister("rows_of_rules")
    connection.commit()
    for name, value in variables(exports, rules).items():
        connection.execute(f"set variable {name} = $value", {"value": value})
    models = sorted((SQL / "models").glob("*.sql"))
    for number, model in enumerate(models):
        if progress:
            progress(number / len(models), model.stem)
        run_file(connection, model)
    if progress:
        progress(1.0, "done")


def run_file(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Run every statement of an SQL file."""
    for statement in statements_of(file):
        connection.execute(statement)


@cache
def statements_of(file: Path) -> list[duckdb.Statement]:
    """The statements of an SQL file, parsed once per process."""
    return duckdb.extract_statements(file.read_text(encoding="utf-8"))


def variables(exports: Exports, rules: Rules) -> dict[str, list[str]]:
    """What the models are told beside the tables: where the files are, which columns the rules name."""
    conditions = {column for rule in rules.scoring.attributes for column in rule.when}
    named = {*rules.dimensions, *conditions, *(name for policy in rules.sla for name in policy.applies_to)}
    return {
        "lead_files": [str(path) for path in exports.lead_files],
        "activity_files": [str(path) for path in exports.activity_files],
        "cost_files": [str(path) for path in exports.cost_files],
        "extra_dimensions": sorted(named - DERIVED_DIMENSIONS),
        "condition_columns": sorted(conditions),
    }
