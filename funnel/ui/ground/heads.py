"""The heads of a table: no two are the same, or no table can be drawn and no column found by its name."""

from collections.abc import Iterable


def distinct(names: Iterable[object]) -> list[str]:
    """The names as heads: a second 担当 becomes 担当 2."""
    heads: list[str] = []
    for name in map(str, names):
        head, turn = name, 2
        while head in heads:
            head, turn = f"{name} {turn}", turn + 1
        heads.append(head)
    return heads
