"""The way back: from a record's number to its line and its bytes in the file as it came.

Streams; holds the rows that are asked for and no others.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from funnel.importing.reading.encoding import byte_codec
from funnel.importing.reading.json_records import elements
from funnel.importing.reading.model import Caps, Staged
from funnel.importing.reading.records import MARK, byte_units, cells, units, without_end

Row = tuple[int, bytes]  # the line in the original, the bytes without the line end


def original_rows(staged: Staged, numbers: Iterable[int], broken: Iterable[int] = ()) -> dict[int, Row]:
    """Of the records numbered from 1 as read_csv yields them: the line in the original and the row's bytes there.

    `broken`: the bytes of `path` (from 1) in or just before the rows that read_csv rejected and so does not count.
    """
    wanted = sorted(set(numbers), reverse=True)
    lost = {number for number, _ in _broken(staged, broken)} if wanted else set()
    codec = _codec(staged)
    rows: dict[int, Row] = {}
    read = 0
    for number, (line, text) in enumerate(_originals(staged, codec)):
        if not wanted:
            break
        if number in lost:
            continue
        read += 1
        if read == wanted[-1]:
            rows[wanted.pop()] = (line, _bytes(text, codec))
    return rows


def broken_rows(staged: Staged, positions: Iterable[int]) -> dict[int, Row]:
    """Of rows that read_csv rejected, by a byte of `path` (from 1) in or just before each: line and bytes."""
    codec = _codec(staged)
    places: dict[int, list[int]] = {}
    for number, position in _broken(staged, positions):
        places.setdefault(number, []).append(position)
    last = max(places, default=-1)
    rows: dict[int, Row] = {}
    for number, (line, text) in enumerate(islice(_originals(staged, codec), last + 1)):
        for position in places.get(number, ()):
            rows[position] = (line, _bytes(text, codec))
    return rows


def stray_rows(staged: Staged) -> list[Row]:
    """The lines that a stray quote spoils."""
    if not staged.strays:
        return []
    codec, strays = byte_codec(staged.original, staged.encoding), set(staged.strays)
    with staged.original.open(encoding=codec, errors="surrogatepass", newline="") as file:
        return [
            (number, _bytes(text, codec)) for number, text in enumerate(file, start=1) if number in strays
        ]


def records_of(staged: Staged) -> Iterator[tuple[str, ...]]:
    """The cells of every record of `path`, broken ones too."""
    for unit in islice(byte_units(staged.path, staged.delimiter), staged.skip, None):
        if _is_record(unit.text, staged):
            text = unit.body.encode("iso-8859-1").decode("utf-8", "surrogateescape")
            yield cells(text, staged.delimiter)


def _broken(staged: Staged, positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The place from 0 among all records, broken ones too, of each byte of `path`."""
    wanted = sorted(set(positions), reverse=True)
    if not wanted:
        return
    for number, (_, end) in enumerate(_extents(staged)):
        while wanted and wanted[-1] - 1 < end:
            yield number, wanted.pop()
        if not wanted:
            return


def _extents(staged: Staged) -> Iterator[tuple[int, int]]:
    """Where in `path` each record begins and ends, in bytes from 0, without its line end."""
    with staged.path.open("rb") as file:
        number = len(MARK) if file.read(len(MARK)).decode("iso-8859-1") == MARK else 0
    for count, unit in enumerate(byte_units(staged.path, staged.delimiter)):
        if count >= staged.skip and _is_record(unit.text, staged):
            yield number, number + len(unit.body)
        number += len(unit.text)


def _originals(staged: Staged, codec: str) -> Iterator[tuple[int, str]]:
    """The line and the text of every record of the original."""
    if staged.form == "jsonl":
        rows = elements(staged.original, staged.encoding, staged.name, Caps())
        yield from ((line, text) for line, text, _ in rows)
        return
    source = staged.rows or staged.original
    with source.open(encoding=codec, errors="surrogatepass", newline="") as file:
        for _ in range(staged.rows_skip):
            file.readline()
        strays = () if staged.rows else [line - 1 - staged.rows_skip for line in staged.strays]
        for count, unit in enumerate(units(file, staged.delimiter, frozenset(strays))):
            if _is_record(unit.text, staged):
                yield staged.first_line + (count if staged.rows else unit.line), unit.text


def _is_record(text: str, staged: Staged) -> bool:
    return text[0] not in "\r\n" or len(staged.header) == 1


def _codec(staged: Staged) -> str:
    if staged.form == "jsonl" and not staged.encoding.startswith("utf-16"):
        return staged.encoding.removesuffix("-sig")
    return "iso-8859-1" if staged.rows else byte_codec(staged.original, staged.encoding)


def _bytes(text: str, codec: str) -> bytes:
    return without_end(text).encode(codec, "surrogatepass")
