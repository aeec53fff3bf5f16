"""The SQL of an import by the names of its steps: numbered files, each of several named pieces in the order of the flow.

A line `-- step: NAME` begins statements that are run, `-- answer: NAME` one query whose rows are read or written. What stands
before the first of them says what comes in and what goes out. Runs nothing.
"""

import re
from functools import cache
from pathlib import Path
from typing import Literal

BEGIN = re.compile(r"^-- (step|answer): ([a-z_]+)\n", re.MULTILINE)
Kind = Literal["step", "answer"]


@cache
def named(*folders: Path) -> dict[tuple[str, str], str]:
    """The text of every step and answer of the folders' files, by what it is and its name."""
    texts: dict[tuple[str, str], str] = {}
    for file in (file for folder in folders for file in sorted(folder.glob("*.sql"))):
        _, *pieces = BEGIN.split(file.read_text(encoding="utf-8"))
        for kind, name, text in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
            if (kind, name) in texts:
                raise AssertionError(f"{file.name}: there is a second {kind} {name}")
            texts[kind, name] = text.strip()
    return texts
