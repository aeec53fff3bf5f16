"""A company's few lines on top of a shipped mapping: `adds_to = "salesforce"` in place of `tool`.

What is added wins: a header or a word that the shipped mapping uses otherwise means what the addition says. Lists of
headers are put before the shipped ones, words beside them, single values in their place; shapes are found by their
name, others are new. Works on what TOML gives; whether the result is a mapping is checked like any other.
"""

from collections.abc import Callable
from typing import Any

Table = dict[str, Any]
COLUMNS = ("columns", "coalesce", "entered")  # target or stage word -> headers
WORDS = ("stages", "statuses", "channels", "types", "fields", "outcomes", "null_in")
LISTS = ("nulls", "wins", "exported_on", "file_names", "footers", "keep", "refuses")


def added(addition: Table, shipped: Table, same: Callable[[str], str]) -> Table:
    """The shipped mapping with the addition in it; `same` is how words and headers are compared.

    The addition's shapes stand first and in its order, so that an error names their place in its file.
    """
    merged = _merged(addition, shipped, same)
    merged.pop("adds_to", None)
    own = addition.get("files", [])
    if not isinstance(own, list) or not all(isinstance(shape, dict) for shape in own):
        return merged
    theirs = {shape["name"]: shape for shape in shipped["files"]}
    names = [str(shape.get("name")) for shape in own]
    mine = [_merged(shape, theirs.get(name, {}), same) for name, shape in zip(names, own, strict=True)]
    merged["files"] = [*mine, *(shape for name, shape in theirs.items() if name not in names)]
    return merged


def _merged(own: Table, shipped: Table, same: Callable[[str], str]) -> Table:
    """One level of a mapping: the tool's, or one shape's."""
    merged = {**shipped, **own}
    for name in LISTS:
        if isinstance(own.get(name), list) and name in shipped:
            merged[name] = [*own[name], *(entry for entry in shipped[name] if entry not in own[name])]
    for name in WORDS:
        if isinstance(own.get(name), dict) and name in shipped:
            own_words = {same(word) for word in own[name]}
            rest = {word: value for word, value in shipped[name].items() if same(word) not in own_words}
            merged[name] = {**own[name], **rest}
    taken = _headers(own, same)
    placed = {target for name in COLUMNS for target in _table(own, name)}
    for name in COLUMNS:
        mine, theirs = _table(own, name), _table(shipped, name)
        if mine or theirs:
            merged[name] = _columns(mine, theirs, taken, placed, same)
    return merged


def _table(level: Table, name: str) -> Table:
    table = level.get(name)
    return table if isinstance(table, dict) else {}


def _headers(own: Table, same: Callable[[str], str]) -> set[str]:
    lists = [
        headers for name in COLUMNS for headers in _table(own, name).values() if isinstance(headers, list)
    ]
    return {same(text) for headers in lists for text in headers if isinstance(text, str)}


def _columns(
    mine: Table, theirs: Table, taken: set[str], placed: set[str], same: Callable[[str], str]
) -> Table:
    table: Table = dict(mine)
    for target, headers in theirs.items():
        rest = [text for text in headers if same(text) not in taken]
        if target in mine:
            table[target] = [*mine[target], *rest] if isinstance(mine[target], list) else mine[target]
        elif rest and target not in placed:
            table[target] = rest
    return table
