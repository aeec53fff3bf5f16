"""Files that are on the disk before anything points at them, and the sentences for a disk that takes no more.

Knows nothing of what the files are.
"""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from funnel.errors import FunnelError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def flush_tree(folder: Path) -> None:
    """Have every file and folder below `folder` written to the disk itself."""
    for path, _, names in os.walk(folder, topdown=False):
        for name in names:
            _flush(Path(path, name), os.O_RDWR | getattr(os, "O_BINARY", 0))
        flush_folder(Path(path))


def flush_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk; Windows does so by itself."""
    if os.name != "nt":
        _flush(folder, os.O_RDONLY)


def _flush(path: Path, how: int) -> None:
    file = os.open(path, how)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def write_over(path: Path, text: str) -> None:
    """Replace a small file whole: readers see the old text or the new one, also after a power cut."""
    beside = path.with_name(f".{path.name}-new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    with suppress(OSError):  # the new text is read from here on: calling that a failure would be wrong
        flush_folder(path.parent)


def _replace(beside: Path, path: Path) -> None:
    for seconds in (0.05, 0.2, 0.8):
        try:
            return os.replace(beside, path)
        except PermissionError:
            if os.name != "nt":  # where a reader that has it open is in the way for a moment
                raise
            time.sleep(seconds)
    os.replace(beside, path)


def link_or_copy(source: Path, target: Path) -> None:
    """The same bytes under another name: a hard link, a copy where the file system has none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno in FULL or isinstance(error, (FileNotFoundError, FileExistsError)):
            raise
        shutil.copyfile(source, target)


def remove(path: Path) -> None:
    """Remove a file or a folder as far as it goes: what another process has open may stay for the next time."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


@contextmanager
def explained(data: Path, within: Path) -> Iterator[None]:
    """Say in one sentence that `data` could not be written: no room, or no permission `within` it.

    Other errors pass as they are.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in FULL:
            raise FunnelError(
                f"{data} could not be written ({reason}), so what was there before stays in use: "
                "make room on that disk and try again.",
                f"{data} に書き込めません({reason})。これまでのデータを使い続けます。"
                "ディスクの空きを増やして、もう一度実行してください。",
            ) from error
        if error.errno in REFUSED and _is_about(error, within):
            raise FunnelError(
                f"{data} may not be written ({reason}), so what was there before stays in use: "
                "give this user permission to write there.",
                f"{data} に書き込む権限がありません({reason})。これまでのデータを使い続けます。"
                "このユーザーに書き込みを許可してください。",
            ) from error
        raise


def _is_about(error: OSError, within: Path) -> bool:
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes)]
    return any(Path(name).is_relative_to(within) or within.is_relative_to(name) for name in names)
