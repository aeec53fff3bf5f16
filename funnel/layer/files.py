"""Where layer files live, and which of them may go. Knows nothing of what is in them."""

import os
import shutil
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from funnel.errors import FunnelError

KEPT = 8
DAMAGED = (  # how the engine says it
    "Corrupt database file",
    "not a valid DuckDB database file",
    "Could not read enough bytes",
    "database does not exist",  # it was there a moment ago: another process has just given it up
)
STALE_SECONDS = 3600


def path_of(directory: Path, key: str) -> Path:
    """The place of the layer `key` of a data directory: beside the data, else in the user's temporary folder.

    The newest where it was made anew, `key`.1.duckdb. FUNNEL_LAYERS names another folder. Creates the folder.
    """
    return max(
        _folder(directory).glob(f"{key}*.duckdb"), key=_turn, default=_folder(directory) / f"{key}.duckdb"
    )


def after(path: Path) -> Path:
    """Another place for the layer at `path`: what is open in a process is never replaced under its own name."""
    key = path.name.partition(".")[0]
    return path.with_name(f"{key}.{_turn(path) + 1}.duckdb")


def _turn(path: Path) -> int:
    """How often a layer was made anew, by its name."""
    number = path.stem.partition(".")[2]
    return int(number) if number.isdecimal() else 0


def _folder(directory: Path) -> Path:
    chosen = os.environ.get("FUNNEL_LAYERS")
    for folder in [Path(chosen)] if chosen else [directory / ".layers", _elsewhere(directory)]:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return _elsewhere(directory)


def _elsewhere(directory: Path) -> Path:
    name = sha256(str(directory.resolve()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / "lead-funnel-layers" / name


def sweep(current: Path) -> None:
    """Remove all but the newest layers, and what killed builds left. A file in use elsewhere stays."""
    now = time.time()
    try:
        os.utime(current)
        layers = sorted(current.parent.glob("*.duckdb"), key=lambda path: path.stat().st_mtime, reverse=True)
        left = [
            path for path in current.parent.glob("*.building*") if now - path.stat().st_mtime > STALE_SECONDS
        ]
    except OSError:
        return
    for path in [*layers[KEPT:], *left]:
        if path != current:
            try:
                remove(path)
            except OSError:
                continue


def remove(path: Path) -> None:
    """Remove a file, or the folder into which a build spilled what its memory did not hold."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def is_damaged(error: Exception) -> bool:
    """Whether an error says that a layer is no longer what was written: cut off, overwritten, a bit of it flipped."""
    return any(words in str(error) for words in DAMAGED)


def damaged_again(path: Path) -> FunnelError:
    """What to say where making a layer anew did not help."""
    return FunnelError(
        f"The prepared layer in {path.parent} is damaged even where it was just made anew: "
        "check that disk, or choose another folder in FUNNEL_LAYERS.",
        f"{path.parent} の準備済みデータは、作り直してもまた壊れています。"
        "ディスクを確認するか、FUNNEL_LAYERSで別のフォルダを指定してください。",
    )
