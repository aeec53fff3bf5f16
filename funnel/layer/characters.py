"""The characters that the models compare as the same."""

import unicodedata
from functools import cache
from itertools import chain

import pyarrow as pa

REWRITTEN = (range(0x3400), range(0xA000, 0xAC00), range(0xF900, 0x20000), range(0x2F800, 0x2FA20))


@cache
def plain_characters() -> pa.Table:
    """The characters that NFKC rewrites or lower() does not fold: character, plain (NFKC), folded.

    DuckDB has NFC only; the NFC of every character's own NFKC is the NFKC of the whole text.
    """
    rows = []
    for code in chain.from_iterable(REWRITTEN):
        character = chr(code)
        plain = unicodedata.normalize("NFKC", character)
        folded = character.casefold()
        if plain != character or folded != character.lower():
            rows.append((character, plain, folded))
    names = ("character", "plain", "folded")
    return pa.table({name: [row[position] for row in rows] for position, name in enumerate(names)})
