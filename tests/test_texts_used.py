"""Every text is said somewhere, none twice, and every file of texts is short enough to read."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from funnel.ui.parts.list_columns import COLUMNS
from funnel.words.translate import LANGUAGES, texts

ROOT = Path(__file__).parent.parent
WORDS = sorted((ROOT / "funnel" / "words").glob("*.toml"))
CODE = [ROOT / "app.py", *(ROOT / "funnel").glob("**/*.py"), *(ROOT / "pages").glob("**/*.py")]


def keys_of(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    for name, value in table.items():
        if set(value) == set(LANGUAGES):
            yield ".".join((*path, name))
        else:
            yield from keys_of(value, (*path, name))


Holes = re.Pattern[str]


@cache
def said() -> tuple[set[str], set[Holes]]:
    """What the code writes out in full, and what it puts together: `say.aging.{key}` with a hole each."""
    literals: set[str] = set()
    patterns: set[Holes] = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
                made = [
                    part if place % 2 == 0 else None
                    for place, part in enumerate(re.split(r"(\{\w*\})", node.value))
                ]
            elif isinstance(node, ast.JoinedStr):
                made = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
            else:
                continue
            fixed = "".join(part for part in made if part)
            if None in made and re.fullmatch(r"[\w.]{3,}", fixed):
                patterns.add(
                    re.compile("".join("(.+)" if part is None else re.escape(part) for part in made))
                )
    # a column's codes and a dimension's name are words of their own
    named = {f"{name}." for name, column in COLUMNS.items() if column.codes == "word"} | {"dimension."}
    return literals, patterns | {re.compile(re.escape(prefix) + "(.+)") for prefix in named}


@cache
def words() -> set[str]:
    """Every word that code, queries, shipped mappings and the rules write: what a hole may be filled with."""
    files = [*CODE, *(ROOT / "funnel").glob("**/*.sql"), *(ROOT / "funnel").glob("rules/*.toml")]
    files += [
        *(ROOT / "funnel").glob("importing/mapping/shipped/*.toml"),
        *(ROOT / "funnel").glob("sample/rules/*.toml"),
    ]
    return {word for path in files for word in re.findall(r"[\w+/-]+", path.read_text(encoding="utf-8"))}


def is_said(text: str, depth: int = 3) -> bool:
    """Whether the code writes a text out, or puts it together of what it writes out."""
    literals, patterns = said()
    if text in literals or text in words():
        return True
    if not depth:
        return False
    matches = (match for pattern in patterns if (match := pattern.fullmatch(text)))
    return any(all(is_said(hole, depth - 1) for hole in match.groups()) for match in matches)


def test_every_text_is_said_somewhere() -> None:
    assert [key for key in sorted(texts()) if not is_said(key)] == []


def test_a_text_that_nobody_says_is_noticed() -> None:
    assert not is_said("say.aging.nobody_says_this")
    assert not is_said("nowhere.title")


def test_no_text_stands_twice() -> None:
    counts = Counter(
        key for path in WORDS for key in keys_of(tomllib.loads(path.read_text(encoding="utf-8")))
    )
    assert [key for key, count in counts.items() if count > 1] == []
    assert set(counts) == set(texts())


@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.stem)
def test_a_file_of_texts_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400
