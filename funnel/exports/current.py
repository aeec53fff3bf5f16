"""Which directory's exports are read: the import that the pointer names, else the data directory itself.

    <data dir>/generations/current      one line: the id of the import that is served
    <data dir>/generations/<id>/        one import, never written again; manifest.json lists its files

Plain files, so that every system can serve them. An import whose bytes are not those of its manifest is not read.
Knows the pointer and the manifest, not who writes them.
"""

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import portalocker

from funnel.errors import UnusableFile
from funnel.exports.intact import holds

# Windows keeps a folder that holds an open file, and lets nobody read a file while it is locked
IS_LOCKED_BY_OPENING = os.name == "nt"
TO_REMOVE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING

GENERATIONS, POINTER, MANIFEST = "generations", "current", "manifest.json"
ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
TABLES = ("leads", "activities", "costs")


def served(data: Path) -> Path:
    """The directory whose leads.parquet, activities.parquet and costs.parquet are read.

    The current import where there is one, even beside exports of the directory's own; else `data` itself.
    Raises UnusableFile where the import that it names is damaged and no other is left to read instead.
    """
    name = current_id(data)
    return data if name is None else data / GENERATIONS / name


def current_id(data: Path) -> str | None:
    """The id of the import that is read, as `reading` says it."""
    return reading(data)[0]


def reading(data: Path) -> tuple[str | None, UnusableFile | None]:
    """The id of the import that is read, and what to say where it is not the one that the pointer names.

    In place of a damaged import the newest older one is read that is whole, without one the newest of the others;
    (None, None) without a pointer. Raises UnusableFile where no import is left.
    """
    named = pointed_id(data)
    if named is None:
        return None, None
    broken = fault(data / GENERATIONS / named) if named else None
    if named and broken is None:
        return named, None
    others = [name for name in reversed(ids(data)) if name != named]
    for name in sorted(others, key=lambda other: other > named if named else False):
        if fault(data / GENERATIONS / name) is None:
            return name, _stand_in(data, named, broken, name)
    raise _nothing_left(data, named, broken)


def damage(data: Path) -> UnusableFile | None:
    """What to say where another import is read than the pointer names, or none can be; None where all is well."""
    try:
        return reading(data)[1]
    except UnusableFile as error:
        return error


def _stand_in(data: Path, named: str, broken: "Fault | None", name: str) -> UnusableFile:
    en, ja = _wrong(data, named, broken)
    return UnusableFile(
        f"{en}, so the import {name} is read instead: import the files again, or go back to an import "
        "(`python -m funnel generations back ID`, or the page Import).",
        f"{ja}ため、取込 {name} を代わりに表示しています。ファイルを取り込み直すか、"
        "「データ取込」または `python -m funnel generations back ID` で取込を選び直してください。",
    )


def _nothing_left(data: Path, named: str, broken: "Fault | None") -> UnusableFile:
    en, ja = _wrong(data, named, broken)
    return UnusableFile(
        f"{en}, and no other is left: import the files again, or remove {GENERATIONS}/{POINTER}.",
        f"{ja}うえ、ほかに読める取込もありません。"
        f"ファイルを取り込み直すか、{GENERATIONS}/{POINTER} を削除してください。",
    )


def _wrong(data: Path, named: str, broken: "Fault | None") -> tuple[str, str]:
    if broken is None or not (data / GENERATIONS / named).is_dir():
        return (
            f"{GENERATIONS}/{POINTER} in {data} names an import that is not there",
            f"{data} の {GENERATIONS}/{POINTER} が指す取込がない",
        )
    en, ja = WRONG[broken.kind]
    return (
        f"{broken.file} of the import {named} in {data} {en}",
        f"{data} の取込 {named} の {broken.file} が{ja}",
    )


def pointed_id(data: Path) -> str | None:
    """What is written in the pointer: an id, "" where it is none, None where there is no pointer."""
    path = data / GENERATIONS / POINTER
    try:
        text = _text(path).strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        return ""
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnusableFile(
            f"{path} may not be read ({reason}): give this user permission to read it.",
            f"{path} を読めません({reason})。このユーザーに読み取りを許可してください。",
        ) from error
    return text if ID.fullmatch(text) else ""


def ids(data: Path) -> list[str]:
    """The ids of the imports that lie in a data directory, whole or not, the oldest first."""
    try:
        return sorted(name for name in os.listdir(data / GENERATIONS) if ID.fullmatch(name))
    except OSError:
        return []


@dataclass(frozen=True)
class Fault:
    """The first file of an import that is not as it was imported."""

    file: str  # below the import, with /
    kind: str  # a key of WRONG


WRONG = {
    "manifest": ("is missing or damaged", "ないか壊れている"),
    "gone": ("is missing", "ない"),
    "locked": ("may not be read", "読み取れない"),
    "changed": ("is damaged: it is not as it was imported", "壊れている(取込時と違う)"),
    "strange": ("was not imported", "取り込んだものではない"),
}


def fault(folder: Path) -> Fault | None:
    """What is wrong with an import: its manifest, or a file of its tables; None where its answers can be trusted.

    Reads every file of the tables once per process. The rest of its files (what was kept, what was refused) is no
    reason to read older numbers instead.
    """
    manifest = manifest_of(folder)
    if manifest is None:
        return Fault(MANIFEST, "manifest")
    for name, facts in manifest["files"].items():
        if is_of_table(name):
            kind = fault_of(folder / name, facts)
            if kind is not None:
                return Fault(name, kind)
    strange = (name for name in _of_tables(folder) if name not in manifest["files"])
    return next((Fault(name, "strange") for name in strange), None)


def _of_tables(folder: Path) -> list[str]:
    """The files that are read as tables, whoever put them there; below the folder, with /."""
    names = []
    for table in TABLES:
        for name in (table, f"{table}.parquet"):
            try:
                parts = os.listdir(folder / name)
            except OSError:  # no folder
                names += [name] if name.endswith(".parquet") and (folder / name).exists() else []
            else:
                names += [f"{name}/{part}" for part in parts if part.endswith(".parquet")]
    return sorted(name for name in names if name.rpartition("/")[2][0] not in "._")


def is_of_table(name: str) -> bool:
    """Whether a file of an import holds rows that answers rest on."""
    return name.split("/")[0].removesuffix(".parquet") in TABLES


def fault_of(path: Path, facts: Mapping[str, Any]) -> str | None:
    """What is wrong with one file beside what its manifest says of it: a key of WRONG."""
    try:
        if holds(path, facts["bytes"], facts["sha256"]):
            return None
    except PermissionError:
        return "locked"
    except (OSError, ValueError):
        return "gone"
    return "changed"


def manifest_of(folder: Path) -> dict[str, Any] | None:
    """The manifest of an import, None where it is absent, damaged or another's."""
    try:
        manifest = json.loads(_text(folder / MANIFEST))
        own = manifest.pop("itself", None)  # imports of former versions have none
        datetime.fromisoformat(manifest["made_at"])
        is_whole = (
            manifest["id"] == folder.name
            and set(manifest) == {"id", "parent", "made_at", "files", "summary"}
            and isinstance(manifest["summary"], dict)
            and isinstance(manifest["parent"], str | None)
            and all(
                isinstance(facts["bytes"], int) and isinstance(facts["sha256"], str)
                for facts in manifest["files"].values()
            )
            and own in (None, digest_of(manifest))
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return manifest if is_whole else None


def digest_of(manifest: Mapping[str, Any]) -> str:
    """The SHA-256 of what a manifest says, which it holds as `itself`."""
    return sha256(json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _text(path: Path) -> str:
    """A small file's text; on Windows one that is being replaced is out of reach for a moment."""
    tries = 3 if os.name == "nt" else 1
    while True:
        tries -= 1
        try:
            with open(path, encoding="utf-8") as file:
                return file.read()
        except PermissionError:
            if not tries:
                raise
            time.sleep(0.1)


class Hold:
    """An import that is being read: as long as this lives, no process removes it. Ends with the process."""

    def __init__(self, folder: Path) -> None:
        self._file: int | None = None
        try:
            self._file = os.open(folder / MANIFEST, os.O_RDONLY)
            if not IS_LOCKED_BY_OPENING:
                portalocker.lock(self._file, portalocker.LockFlags.SHARED)
        except (
            OSError,
            portalocker.LockException,
        ):  # a directory that is no import, or gone: whoever reads it is told then
            self.release()

    def release(self) -> None:
        """Let go before the end."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __del__(self) -> None:
        self.release()


def is_held(folder: Path) -> bool:
    """Whether a process is reading an import. On Windows its folder cannot be moved then, so nobody asks."""
    if IS_LOCKED_BY_OPENING:
        return False
    try:
        file = os.open(folder / MANIFEST, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        portalocker.lock(file, TO_REMOVE)
    except portalocker.LockException:
        return True
    finally:
        os.close(file)
    return False


def held(data: Path) -> tuple[Path, Hold]:
    """The directory that is read, and the hold on it."""
    while True:
        folder = served(data)
        hold = Hold(folder)
        if folder in (data, served(data)):
            return folder, hold
        hold.release()  # another was published in between: the first may be gone by now
