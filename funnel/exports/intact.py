"""The SHA-256 of files that do not change, read once per process and file. Knows paths, not what is in them."""

import os
from hashlib import file_digest
from pathlib import Path
from threading import Lock
from typing import NamedTuple


class _Read(NamedTuple):
    look: tuple[int, int]  # bytes and time of the last writing, in nanoseconds
    changed_at: int  # also where the time of the writing was set back, as copying with -p does
    content: str


_read: dict[tuple[int, int] | str, _Read] = {}
_lock = Lock()  # two threads that want the same file read it once


def digest(path: Path, afresh: bool = False) -> str:
    """The SHA-256 of a file's bytes: as this process read them, or `afresh`. Raises OSError."""
    return _known(path, os.stat(path), None, afresh)


def holds(path: Path, size: int, content: str) -> bool:
    """Whether a file has that many bytes and the SHA-256 `content`. Raises OSError."""
    status = os.stat(path)
    return status.st_size == size and _known(path, status, content) == content


def _known(path: Path, status: os.stat_result, expected: str | None, afresh: bool = False) -> str:
    digest = None if afresh else _fitting(status, path, expected)
    if digest is None:
        with _lock:
            digest = None if afresh else _fitting(status, path, expected)
            if digest is None:
                with path.open("rb") as file:
                    digest = file_digest(file, "sha256").hexdigest()
                look = status.st_size, status.st_mtime_ns
                _read[_file_of(status, path)] = _Read(look, status.st_ctime_ns, digest)
    return digest


def _fitting(status: os.stat_result, path: Path, expected: str | None) -> str | None:
    """What was read of this file, as long as it looks the same; what is not `expected` has to look so in all."""
    read = _read.get(_file_of(status, path))
    if read is None or read.look != (status.st_size, status.st_mtime_ns):
        return None
    if expected is not None and read.content != expected and read.changed_at != status.st_ctime_ns:
        return None
    return read.content


def _file_of(status: os.stat_result, path: Path) -> tuple[int, int] | str:
    """One file under several names, as imports share their parts, is read once."""
    return (status.st_dev, status.st_ino) if status.st_ino else str(path)
