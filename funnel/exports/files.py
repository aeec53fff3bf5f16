"""The exports as files: where they lie, and refusing at once what can never be read.

They are those of the current import where a data directory has one, else the directory's own. Looks at names,
sizes and the Parquet metadata; reads no row and knows neither DuckDB nor the rules.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from funnel.errors import UnusableFile, suggest
from funnel.exports import intact
from funnel.exports.contract import ACTIVITIES, COLUMNS, COSTS, LEADS, REQUIRED, TAKEN, TIMES
from funnel.exports.current import Hold, held, reading, served


def _limit(name: str, otherwise: int) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() else otherwise


@dataclass(frozen=True)
class Caps:
    """How much of one export is read at most; FUNNEL_MAX_CELLS and FUNNEL_MAX_BYTES change it."""

    cells: int = field(default_factory=lambda: _limit("FUNNEL_MAX_CELLS", 2_000_000_000))
    unpacked_bytes: int = field(default_factory=lambda: _limit("FUNNEL_MAX_BYTES", 64 * 1024**3))


@dataclass(frozen=True)
class Exports:
    """The files of a data directory as they were found. Two with one fingerprint hold the same bytes.

    As long as it lives, the import that it was found in is not removed.
    """

    directory: Path  # the data directory: its rules and layers lie there
    folder: Path  # where the files themselves lie: the current import, else the directory
    lead_files: tuple[Path, ...]
    activity_files: tuple[Path, ...]
    cost_files: tuple[Path, ...]
    fingerprint: str
    notes: tuple[str, ...]  # columns that are read through text, `leads.parquet: score (string)`
    rows: int
    stamps: tuple[tuple[str, int, int, int], ...]
    hold: Hold = field(repr=False, compare=False)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file, leads first."""
        return (*self.lead_files, *self.activity_files, *self.cost_files)


def find_exports(directory: Path, caps: Caps | None = None) -> Exports:
    """The exports of `directory`, checked from their metadata; UnusableFile names the first bad one."""
    caps = caps or Caps()
    folder, hold = held(directory)
    parts_of = {name: _parts(folder, name) for name in COLUMNS}
    stamps = tuple(_stamp(path) for parts in parts_of.values() for path in parts)
    schemas = {name: _checked(folder, name, parts, caps) for name, parts in parts_of.items()}
    return Exports(
        directory=directory,
        folder=folder,
        lead_files=parts_of[LEADS],
        activity_files=parts_of[ACTIVITIES],
        cost_files=parts_of[COSTS],
        fingerprint=_fingerprint(
            folder, [path for parts in parts_of.values() for path in parts], afresh=folder == directory
        ),
        notes=tuple(_notes(schemas)),
        rows=sum(pq.read_metadata(path).num_rows for parts in parts_of.values() for path in parts),
        stamps=stamps,
        hold=hold,
    )


def changed(exports: Exports) -> bool:
    """Whether there is something newer to read: another import is current, or the files were written again."""
    try:
        return served(exports.directory) != exports.folder or rewritten(exports)
    except UnusableFile:
        return True


def rewritten(exports: Exports) -> bool:
    """Whether a file came, went or was written since the exports were found, by sizes and times alone.

    The files of an import stay as they are, so what was read of it is right even where another is current by now.
    """
    try:
        now = [path for name in COLUMNS for path in _parts(exports.folder, name)]
        return tuple(_stamp(path) for path in now) != exports.stamps
    except UnusableFile:
        return True


def is_as_read(exports: Exports) -> bool:
    """Whether the files still hold, to the byte, what they held when they were found. Reads all of them again."""
    try:
        return not rewritten(exports) and _fingerprint(exports.folder, exports.files) == exports.fingerprint
    except UnusableFile:
        return False


def stood_in_for(exports: Exports) -> UnusableFile | None:
    """What to say where these are read in place of a damaged import; None where they are the current ones."""
    try:
        name, instead = reading(exports.directory)
    except UnusableFile:
        return None
    return instead if name == exports.folder.name else None


def damaged(exports: Exports, message: str) -> UnusableFile | None:
    """What to say where reading failed with `message`; None where it names no file of the exports.

    The message itself may quote a value of a row, so none of it is passed on.
    """
    for path in exports.files:
        if str(path) not in message:
            continue
        name_of_file = _shown(exports.folder, path)
        if not path.exists():
            return _gone(name_of_file)
        if "not valid UTF8" in message:
            return UnusableFile(
                f"{name_of_file} holds text that is not UTF-8: export it again as UTF-8.",
                f"{name_of_file} にUTF-8でない文字列があります。UTF-8で書き出し直してください。",
            )
        return UnusableFile(
            f"{name_of_file} is damaged inside: export it again.",
            f"{name_of_file} の中身が壊れています。書き出し直してください。",
        )
    return None


# ---------------------------------------------------------------- looking


def _parts(directory: Path, name: str) -> tuple[Path, ...]:
    """The file, or the parts in the folder of its name; () where an optional one is absent."""
    file, folder = directory / name, directory / name.removesuffix(".parquet")
    try:
        if file.is_dir():  # as some tools write their parts
            folder = file
        parts = tuple(sorted(path for path in folder.glob("*.parquet") if path.name[0] not in "._"))
        if file.is_file():
            if parts:
                raise UnusableFile(
                    f"{directory} holds both {name} and {folder.name}/: remove one of them.",
                    f"{directory} に {name} と {folder.name}/ の両方があります。どちらかを除いてください。",
                )
            return (file,)
        if parts:
            return parts
        if folder.is_dir():
            raise UnusableFile(
                f"{folder.name}/ in {directory} holds no .parquet file: "
                f"export the parts into it, or one {name}.",
                f"{directory} の {folder.name}/ に.parquetファイルがありません。"
                f"分割ファイルを書き出すか、{name} を置いてください。",
            )
    except PermissionError as error:
        raise _no_permission(str(directory)) from error
    if name == COSTS:
        return ()
    raise UnusableFile(
        f"{name} is not in {directory}: export it there (or as {folder.name}/*.parquet).",
        f"{directory} に {name} がありません。そこに書き出してください({folder.name}/*.parquet でも可)。",
    )


def _stamp(path: Path) -> tuple[str, int, int, int]:
    try:
        status = path.stat()
    except PermissionError as error:
        raise _no_permission(path.name) from error
    except OSError as error:
        raise _gone(path.name) from error
    return str(path), status.st_size, status.st_mtime_ns, status.st_ino


def _fingerprint(directory: Path, paths: Sequence[Path], afresh: bool = True) -> str:
    """SHA-256 over the names and contents; DuckDB itself does not verify the pages of a file.

    What an import holds has just been read and compared with its manifest: not `afresh`.
    """
    total = sha256()
    for path in paths:
        try:
            content = intact.digest(path, afresh)
        except OSError as error:
            raise _no_permission(_shown(directory, path)) from error
        total.update(f"{_shown(directory, path)}\0{content}\n".encode())
    return total.hexdigest()


def _shown(directory: Path, path: Path) -> str:
    return path.relative_to(directory).as_posix()


def _gone(name_of_file: str) -> UnusableFile:
    return UnusableFile(
        f"{name_of_file} went away while it was read: wait until the export has ended.",
        f"{name_of_file} が読み込み中になくなりました。書き出しが終わってから開いてください。",
    )


def _no_permission(name_of_file: str) -> UnusableFile:
    return UnusableFile(
        f"{name_of_file} may not be read: give this user permission to read it.",
        f"{name_of_file} を読む権限がありません。このユーザーに読み取りを許可してください。",
    )


# ---------------------------------------------------------------- checking


def _checked(directory: Path, name: str, parts: Sequence[Path], caps: Caps) -> list[pa.Schema]:
    """The schemas of the parts, none of which breaks the contract."""
    schemas = []
    cells = unpacked = 0
    for path in parts:
        name_of_file = _shown(directory, path)
        metadata = _metadata(path, name_of_file)
        schema = metadata.schema.to_arrow_schema()
        _check_names(name_of_file, schema)
        _check_times(name_of_file, name, schema)
        cells += metadata.num_rows * len(schema.names)
        unpacked += sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
        schemas.append(schema)
    _check_required(directory, name, parts, schemas)
    _check_caps(name, cells, unpacked, caps)
    return schemas


def _metadata(path: Path, name_of_file: str) -> pq.FileMetaData:
    try:
        if path.stat().st_size == 0:
            raise UnusableFile(
                f"{name_of_file} is empty (0 bytes): export it again.",
                f"{name_of_file} は空のファイル(0バイト)です。書き出し直してください。",
            )
        with path.open("rb") as file:
            starts = file.read(4)
        metadata = pq.read_metadata(path)
        metadata.schema.to_arrow_schema()
        return metadata
    except PermissionError as error:
        raise _no_permission(name_of_file) from error
    except (pa.ArrowException, OSError) as error:
        if starts == b"PAR1":
            raise UnusableFile(
                f"{name_of_file} is cut off or damaged: wait until the export has ended, or export it again.",
                f"{name_of_file} は途中で切れているか壊れています。書き出しの終了を待つか、書き出し直してください。",
            ) from error
        raise UnusableFile(
            f"{name_of_file} is not a Parquet file: export it as Parquet.",
            f"{name_of_file} はParquetファイルではありません。Parquet形式で書き出してください。",
        ) from error


def _check_names(name_of_file: str, schema: pa.Schema) -> None:
    seen: dict[str, str] = {}
    for name in schema.names:
        twin = seen.setdefault(name.lower(), name)
        if twin != name or schema.names.count(name) > 1:
            raise UnusableFile(
                f'{name_of_file} has two columns "{twin}" and "{name}" that differ in case at most: drop one.',
                f"{name_of_file} の列「{twin}」と「{name}」は大文字小文字しか違いません。"
                "片方の名前を変えるか除いてください。",
            )
        if name.lower() in TAKEN or name.startswith("—"):
            raise UnusableFile(
                f'{name_of_file} has a column "{name}", a name that the reading itself needs: rename it.',
                f"{name_of_file} の列名「{name}」は読み込みに使う名前です。列の名前を変えてください。",
            )


def _check_required(directory: Path, name: str, parts: Sequence[Path], schemas: Sequence[pa.Schema]) -> None:
    for path, schema in zip(parts, schemas, strict=True):
        present = {column.lower() for column in schema.names}
        for column in REQUIRED[name]:
            if column not in present:
                near = suggest(column, [other for other in schema.names if other not in COLUMNS[name]])
                name_of_file = _shown(directory, path)
                raise UnusableFile(
                    f'{name_of_file} has no column "{column}"'
                    + (f' (there is "{near}")' if near else "")
                    + ": export it with that column.",
                    f"{name_of_file} に必須の列「{column}」がありません"
                    + (f"(近い列:「{near}」)" if near else "")
                    + "。この列を含めて書き出してください。",
                )


def _check_times(name_of_file: str, name: str, schema: pa.Schema) -> None:
    """Whole numbers and the like are no times: which unit or zone they mean would be a guess."""
    for column in schema:
        if column.name.lower() not in TIMES & set(COLUMNS[name]):
            continue
        kind = column.type
        is_optional = column.name.lower() not in REQUIRED[name]
        if not (
            pa.types.is_timestamp(kind)
            or pa.types.is_date(kind)
            or _is_text(kind)
            or pa.types.is_null(kind)
            or (
                is_optional and pa.types.is_floating(kind)
            )  # how pandas writes a time column without any time
        ):
            raise UnusableFile(
                f'{name_of_file}: the column "{column.name}" holds {kind} where a time is needed: '
                "export it as a timestamp, a date or ISO text.",
                f"{name_of_file} の列「{column.name}」は{kind}型で、日時として読めません。"
                "タイムスタンプ、日付、ISO形式の文字列のいずれかで書き出してください。",
            )


def _check_caps(name: str, cells: int, unpacked: int, caps: Caps) -> None:
    if cells > caps.cells:
        raise UnusableFile(
            f"{name} has {cells:,} values (rows × columns), over the limit of {caps.cells:,}: "
            "export fewer rows or columns, or raise FUNNEL_MAX_CELLS.",
            f"{name} の値の数(行×列)は{cells:,}で、上限の{caps.cells:,}を超えます。"
            "行か列を減らすか、FUNNEL_MAX_CELLSを上げてください。",
        )
    if unpacked > caps.unpacked_bytes:
        raise UnusableFile(
            f"{name} takes {unpacked:,} bytes unpacked, over the limit of {caps.unpacked_bytes:,}: "
            "export fewer rows or columns, or raise FUNNEL_MAX_BYTES.",
            f"{name} は展開すると{unpacked:,}バイトで、上限の{caps.unpacked_bytes:,}を超えます。"
            "行か列を減らすか、FUNNEL_MAX_BYTESを上げてください。",
        )


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _notes(schemas: dict[str, list[pa.Schema]]) -> list[str]:
    """Columns that are read through text because their type is not the contract's."""
    numbers, flags = {"employees", "score", "amount", "points", "cost"}, {"opted_out", "excluded"}
    notes: dict[str, None] = {}
    for name, parts in schemas.items():
        for schema in parts:
            for column in schema:
                key, kind = column.name.lower(), column.type
                if key not in COLUMNS[name] or pa.types.is_null(kind):
                    continue
                is_number = (
                    pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
                )
                if key in TIMES:
                    fits = pa.types.is_timestamp(kind) or pa.types.is_date(kind)
                elif key in numbers:
                    fits = is_number
                elif key in flags:
                    fits = pa.types.is_boolean(kind)
                else:
                    fits = _is_text(kind)
                if not fits:
                    notes[f"{name}: {key} ({kind})"] = None
    return list(notes)
