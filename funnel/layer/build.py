"""The layer of the exports under one version of the rules: built once per key, else opened."""

import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from funnel.engine import BASICS, SETTINGS, limit_memory, memory_of, run_file
from funnel.errors import FunnelError, UnusableFile
from funnel.exports.files import Exports, damaged, find_exports, is_as_read, rewritten
from funnel.layer import files as layer_files
from funnel.layer.characters import plain_characters
from funnel.layer.warehouse import Progress, Warehouse
from funnel.local_time import as_of_instant, local_day
from funnel.rules.models import Rules
from funnel.rules.tables import columns_of_tables, tables
from funnel.rules.versions import hash_of, load_versions, named

DERIVED_DIMENSIONS = {"channel_group", "size_band", "title_rank", "stage", "score_band"}
# a quarter of the memory that a build of 20 M activities would take, for up to a third more time: the rest is
# spilled into a folder beside the layer; FUNNEL_BUILD_MEMORY names another size
BUILD_MEMORY = ("FUNNEL_BUILD_MEMORY", "2.2GB")


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
            (
                version
                for version in reversed(versions)
                if version.effective_from <= _last_day(as_of, version)
            ),
            versions[0],
        )
    else:
        return _open_in_force(exports, versions, progress)
    every = versions if chosen in versions else (*versions, chosen)
    if any(
        version.privacy != chosen.privacy for version in versions
    ):  # else no layer has to be opened to know
        with _open_in_force(exports, versions, progress) as in_force:
            chosen = chosen.with_privacy_of(in_force.rules)
    return _open(exports, chosen, every, progress)


def open_beside(layer: Warehouse, rules: Rules) -> Warehouse:
    """The layer of the same exports under another of the versions, built where it is absent; masked as `layer` is."""
    return _open(layer.exports, rules.with_privacy_of(layer.rules), layer.versions, None)


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
        path = layer_files.path_of(exports.directory, layer_key(exports, rules, versions))
        is_new = not path.exists()
        if is_new:
            _build(path, exports, rules, versions, progress)
        if is_as_read(exports) if is_new else not rewritten(exports):
            layer_files.sweep(path)
            return Warehouse(path, rules, versions, exports, rebuild=_rebuilt)
        path.unlink(missing_ok=True)
        exports = find_exports(exports.directory)
    raise UnusableFile(
        f"The files in {exports.directory} keep changing while they are read: wait until the export has ended.",
        f"{exports.directory} のファイルが読み込み中に変わり続けています。書き出しが終わってから開いてください。",
    )


def _rebuilt(layer: Warehouse) -> Path:
    """Another layer in place of a damaged one, which is removed: that of another process, else one built now.

    Who still reads the damaged one keeps it until the same is found there. Raises UnusableFile where the exports went.
    """
    damaged, exports = layer.path, layer.exports
    path = layer_files.path_of(exports.directory, layer_key(exports, layer.rules, layer.versions))
    if path != damaged and path.exists():
        return path
    path = layer_files.after(damaged)
    with suppress(OSError):  # as Windows answers where a reader has it open: the newer name is taken first
        damaged.unlink(missing_ok=True)
    if not rewritten(exports):
        _build(path, exports, layer.rules, layer.versions, None)
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
    """What a layer was made of: the exports, the rules and their tables, the models, the engine."""
    parts = [
        exports.fingerprint,
        hash_of(rules, versions),
        columns_of_tables(),
        models_hash(),
        duckdb.__version__,
    ]
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def models() -> list[Path]:
    """The SQL files that make a layer, in order."""
    return [BASICS, *sorted((Path(__file__).parent / "models").glob("*.sql"))]


@cache
def models_hash() -> str:
    """The version of the models: a hash of their texts."""
    texts = [path.read_bytes() for path in models()]
    return sha256(b"\0".join(texts)).hexdigest()


def _build(
    path: Path, exports: Exports, rules: Rules, versions: tuple[Rules, ...], progress: Progress | None
) -> None:
    """Build the layer beside its place and rename it: a kill leaves nothing that looks finished."""
    beside = path.with_name(f"{path.stem}.{os.getpid()}.{secrets.token_hex(4)}.building")
    try:
        connection = duckdb.connect(str(beside), config=dict(SETTINGS))
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
            layer_files.remove(leftover)


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
    files = models()
    for number, model in enumerate(files):
        if progress:
            progress(number / len(files), model.stem)
        run_file(connection, model)
    if progress:
        progress(1.0, "done")


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
