"""Where layer files live, and which of them may go. Knows nothing of what is in them."""

import os
import shutil
import tempfile
import time
from hashlib import sha256
from pathlib import Path

KEPT = 8
STALE_SECONDS = 3600


def path_of(directory: Path, key: str) -> Path:
    """The place of the layer `key` of a data directory: beside the data, else in the user's temporary folder.

    FUNNEL_LAYERS names another folder. Creates the folder.
    """
    chosen = os.environ.get("FUNNEL_LAYERS")
    for folder in [Path(chosen)] if chosen else [directory / ".layers", _elsewhere(directory)]:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder / f"{key}.duckdb"
    return _elsewhere(directory) / f"{key}.duckdb"


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
