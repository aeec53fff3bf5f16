"""Files that nobody meant: what a system or a program leaves beside those of its user. One list for all ways in."""

from pathlib import PurePosixPath

FOLDERS = ("__MACOSX", "$RECYCLE.BIN", "System Volume Information")
FILES = ("thumbs.db", "desktop.ini")
BEGINNINGS = (".", "~$")  # hidden files; the lock of a workbook that is open


def is_strange(name: str) -> bool:
    """Whether a file, named with its folders, is the bookkeeping of a system or a program."""
    parts = PurePosixPath(name).parts
    return any(
        part in FOLDERS or part.startswith(BEGINNINGS) for part in parts if part not in ("..", ".")
    ) or (bool(parts) and parts[-1].lower() in FILES)
