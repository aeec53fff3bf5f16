"""One import at a time per data directory: a lock that the operating system takes back from the dead.

Knows a file and who holds it, not what is done meanwhile.
"""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import portalocker

from funnel.errors import FunnelError

POLL_SECONDS = 0.1
AT_ONCE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING


@contextmanager
def locked(path: Path, what: str, patience: float) -> Iterator[None]:
    """Hold the lock file `path`; FunnelError says who holds it where it is still held after `patience` seconds.

    The file stays when the lock is given back: removing it would let two in. `what` is the data directory's name.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        until = time.monotonic() + patience
        while not _take(file, path):
            if time.monotonic() >= until:
                raise _held(path, what)
            time.sleep(POLL_SECONDS)
        _sign(path)
        yield
    finally:
        os.close(file)  # gives the lock back, as the end of the process does


def _take(file: int, path: Path) -> bool:
    try:
        portalocker.lock(file, AT_ONCE)
    except portalocker.AlreadyLocked:
        return False
    except portalocker.LockException as error:
        cause = error.__cause__
        reason = (isinstance(cause, OSError) and cause.strerror) or type(cause or error).__name__
        raise FunnelError(
            f"{path} cannot be locked ({reason}), so two imports could meet: "
            "choose a data directory on a disk of this computer.",
            f"{path} をロックできません({reason})。同時の取込を防げないため、"
            "このコンピューターのディスク上のデータフォルダを指定してください。",
        ) from error
    return True


def _signature(path: Path) -> Path:
    """Where the holder of a lock is named: beside it, as Windows lets nobody read what is locked."""
    return path.with_name(f"{path.name}-holder.json")


def _sign(path: Path) -> None:
    """Write who holds the lock: for the sentence that others read, not for the lock itself."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps({"process": os.getpid(), "computer": socket.gethostname(), "since": now})
    _signature(path).write_text(text, encoding="utf-8")


def _held(path: Path, what: str) -> FunnelError:
    try:
        holder = json.loads(_signature(path).read_text(encoding="utf-8"))
        process, computer, since = holder["process"], holder["computer"], holder["since"]
        en = f" (process {process} on {computer}, since {since})"
        ja = f"({computer} のプロセス{process}、{since}から)"
    except (OSError, ValueError, LookupError, TypeError):
        en = ja = ""
    return FunnelError(
        f"Another import into {what} is under way{en}: wait until it has ended.",
        f"{what} への取込がほかで進んでいます{ja}。終わってからもう一度取り込んでください。",
    )
