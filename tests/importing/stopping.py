"""An import that is stopped before its n-th step, for every n: run by test_generations_stopped.py.

python -m tests.importing.stopping kill|full DIRECTORY NUMBER     (of imports before the one that is stopped)

Steps are the operations on files below DIRECTORY and every line of the code that publishes. Each attempt is a
process of its own over a fresh copy; what it left is written to stdout, one JSON object per line. Files are
plain bytes here: a generation does not look into them.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from funnel.errors import FunnelError
from funnel.exports import intact
from funnel.exports.current import served
from funnel.importing.publishing import durable, generations, locking
from funnel.importing.publishing.generations import current, draft, every, verify

FILES = {
    "open",
    "os.mkdir",
    "os.rename",
    "os.link",
    "os.remove",
    "os.rmdir",
    "shutil.copyfile",
}
MAKING = {"publish", "write_over", "_replace", "link", "link_or_copy", "flush_tree", "_sweep", "_sign"}


def publish(data: Path, *names: str) -> None:
    """One import: a table of its own, a part taken over."""
    with draft(data) as made:
        (made.scratch / "unpacked").write_bytes(b"x" * 10)
        (made.path / "leads.parquet").write_bytes(" ".join(names).encode())
        (made.path / "activities").mkdir()
        for name in made.parent.files if made.parent else ():
            if name.startswith("activities/"):
                made.link(name)
        (made.path / "activities" / f"{made.id}.parquet").write_bytes(made.id.encode())
        made.publish({"leads": len(names)})


def before_each_step(folder: Path, act: Callable[[str], None]) -> None:
    """Call `act` with the name of each step before it happens."""

    def about(arguments: tuple[Any, ...]) -> str | None:
        for argument in arguments:
            if isinstance(argument, str | os.PathLike) and str(argument).startswith(str(folder)):
                return str(Path(argument).relative_to(folder))
        return None

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in FILES:
            name = about(arguments)
            if name is not None:
                flags = arguments[2] if event == "open" else 0
                writes = event != "open" or bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
                act(f"{event}{'' if writes else ' to read'} {name}")

    flush = os.fsync

    def flushing(file: int) -> None:
        act("fsync")
        flush(file)

    os.fsync = flushing
    sys.addaudithook(audit)


def before_each_line(act: Callable[[str], None]) -> None:
    """Call `act` before each line of the functions that make and publish."""
    ours = {durable.__file__, generations.__file__, locking.__file__}

    def is_followed(code: CodeType) -> bool:
        return code.co_filename in ours and code.co_name in MAKING

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            act(f"{frame.f_code.co_name}:{frame.f_lineno - frame.f_code.co_firstlineno}")
        return line

    sys.settrace(lambda frame, _event, _argument: line if is_followed(frame.f_code) else None)


def child(kind: str, data: Path, number: int, trace: Path) -> None:
    """Import into `data`, and be stopped before step `number`."""
    seen = 0

    def stop(name: str) -> None:
        nonlocal seen
        seen += 1
        if seen < number:
            return
        if seen == number:
            trace.write_text(name)
        if kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if not name.startswith(("os.remove", "os.rmdir", "open to read")):
            raise OSError(28, "No space left on device")

    intact._read.clear()  # of the process before: another file may have its place on the disk now
    before_each_step(data, stop)
    if kind == "kill":
        before_each_line(stop)
    publish(data, "new")


def attempt(kind: str, folder: Path, number: int) -> dict[str, Any]:
    """One stopped import over a copy of `folder`/base, and what is there after it."""
    data = folder / "data"
    trace = folder / "step"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(folder / "base", data)
    trace.unlink(missing_ok=True)
    process = os.fork()
    if process == 0:
        code = 0
        try:
            child(kind, data, number, trace)
        except FunnelError as error:
            code = 3 if "No space left" in error.en and "\n" not in error.en + error.ja else 4
        except BaseException:
            code = 5
        os._exit(code)
    ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    result = {
        "number": number,
        "step": trace.read_text() if trace.exists() else "",
        "ended": ended,
        "served": (served(data) / "leads.parquet").read_text(),
        "wrong": verify(here) if (here := current(data)) else [],
        "left": left_over(data),
        "whole": len(every(data)),
    }
    publish(data, "again")
    result["again"] = (served(data) / "leads.parquet").read_text()
    result["left_again"] = left_over(data)
    return result


def left_over(data: Path) -> list[str]:
    """What is no generation, by the first word of its name."""
    home = data / "generations"
    names = os.listdir(home) if home.exists() else []
    return sorted(name[1:].partition("-")[0] for name in names if name.startswith("."))


def main() -> None:
    """Stop the import at its first step, then at its second, until none is left."""
    kind, folder, imports = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    (folder / "base").mkdir()
    (folder / "base" / "leads.parquet").write_bytes(b"own")
    for number in range(imports):
        publish(folder / "base", f"import {number + 1}")
    number = 1
    while True:
        result = attempt(kind, folder, number)
        print(json.dumps(result))
        if not result["step"]:
            return
        number += 1


if __name__ == "__main__":
    main()
