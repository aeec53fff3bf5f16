"""Which directory's exports are read: the import that the pointer names, else the data directory itself.

    <data dir>/generations/current      one line: the id of the import that is served
    <data dir>/generations/<id>/        one import, never written again; manifest.json lists its files

Plain files, so that every system can serve them. Knows the pointer and the manifest, not who writes them.
"""

import json
import os
import re
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from funnel.errors import UnusableFile

try:
    import fcntl
except ImportError:  # Windows keeps a folder that holds an open file
    fcntl = None  # type: ignore[assignment]

GENERATIONS, POINTER, MANIFEST = "generations", "current", "manifest.json"
ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
TABLES = ("leads", "activities", "costs")


def served(data: Path) -> Path:
    """The directory whose leads.parquet, activities.parquet and costs.parquet are read.

    The current import where there is one, even beside exports of the directory's own; else `data` itself.
    Raises UnusableFile where the pointer leads nowhere and no import is left to read instead.
    """
    name = current_id(data)
    return data if name is None else data / GENERATIONS / name


def current_id(data: Path) -> str | None:
    """The id that the pointer names; the newest readable one where it names none; None without a pointer."""
    named = pointed_id(data)
    if named is None:
        return None
    if is_readable(data / GENERATIONS / named):
        return named
    for name in reversed(ids(data)):
        if is_readable(data / GENERATIONS / name):
            return name
    raise UnusableFile(
        f"{GENERATIONS}/{POINTER} in {data} names an import that is damaged, and no other is left: "
        f"import the files again, or remove {GENERATIONS}/{POINTER}.",
        f"{data} の {GENERATIONS}/{POINTER} が指す取込は壊れていて、ほかに読める取込もありません。"
        f"ファイルを取り込み直すか、{GENERATIONS}/{POINTER} を削除してください。",
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


def is_readable(folder: Path) -> bool:
    """Whether an import has a manifest of its own and all of its tables in the size written there.

    The rest of its files (what was kept, what was refused) is no reason to read older numbers instead.
    """
    manifest = manifest_of(folder)
    if manifest is None:
        return False
    try:
        return all(
            (folder / name).stat().st_size == facts["bytes"]
            for name, facts in manifest["files"].items()
            if name.split("/")[0].removesuffix(".parquet") in TABLES
        )
    except OSError:
        return False


def manifest_of(folder: Path) -> dict[str, Any] | None:
    """The manifest of an import, None where it is absent, damaged or another's."""
    try:
        manifest = json.loads(_text(folder / MANIFEST))
        files = manifest["files"].values()
        datetime.fromisoformat(manifest["made_at"])
        is_whole = (
            manifest["id"] == folder.name
            and {"parent", "summary"} <= set(manifest)
            and all(isinstance(facts["bytes"], int) and isinstance(facts["sha256"], str) for facts in files)
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return manifest if is_whole else None


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
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_SH)
        except OSError:  # a directory that is no import, or gone: whoever reads it is told then
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
    if fcntl is None:
        return False
    try:
        file = os.open(folder / MANIFEST, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
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
