"""The folder on the server from which large files are imported: FUNNEL_INBOX, else `inbox` in the data directory.

A page may name what lies there and nothing else: whoever opens the page must not be able to read the whole server.
"""

import os
from pathlib import Path

from funnel.importing.reading.stage import KNOWN
from funnel.importing.reading.strangers import is_strange


def folder(data: Path) -> Path:
    """Where the files lie."""
    return Path(os.environ.get("FUNNEL_INBOX") or data / "inbox")


def names(folder_path: Path) -> list[str]:
    """The folders and files there that can be imported, by name; no link, nothing hidden."""
    try:
        with os.scandir(folder_path) as entries:
            return sorted(entry.name for entry in entries if _is_offered(entry))
    except OSError:
        return []


def _is_offered(entry: os.DirEntry[str]) -> bool:
    if is_strange(entry.name) or entry.is_symlink():
        return False
    return entry.is_dir() or entry.name.lower().endswith(KNOWN)
