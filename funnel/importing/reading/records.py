"""Records of delimited text: where one ends and the next begins, and what its cells are.

Reads as DuckDB's read_csv does in strict mode (quote and escape '"'): a quote opens a value only where the value
begins (blanks before it do not count), a line break inside it belongs to it, an empty line is no record — except in a
table of one column. Knows no tool and no encoding: it works on characters, one line in memory at a time.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TextIO

MARK = "\ufeff".encode().decode("iso-8859-1")
LONGEST_LINE = 16 * 1024**2  # characters; of a longer line only the beginning is kept


@dataclass(frozen=True, slots=True)
class Unit:
    """A record or a blank line: `line` is its first physical line from 0, `text` has its line end."""

    line: int
    text: str

    @property
    def body(self) -> str:
        """The text without its line end."""
        return without_end(self.text)


@cache
def _patterns(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A line whose quotes are all closed; a line that closes the quote it begins in; one field."""
    d = re.escape(delimiter)
    lead = "" if delimiter == " " else " *+"
    inside = r'[^"]*+(?:""[^"]*+)*+'
    field = rf'(?:{lead}"{inside}"[^{d}]*+|(?!{lead}")[^{d}]*+)'
    return (
        re.compile(rf"{field}(?:{d}{field})*+", re.DOTALL),
        re.compile(rf'{inside}"[^{d}]*+(?:{d}{field})*+', re.DOTALL),
        re.compile(rf'{lead}"({inside})"[^{d}]*+|(?!{lead}")([^{d}]*+)', re.DOTALL),
    )


def opens(text: str, delimiter: str, is_inside: bool = False) -> bool:
    """Whether a line leaves a quote open; `is_inside`: it begins within one."""
    whole, closes, _ = _patterns(delimiter)
    if is_inside:  # an opening quote may follow the closing one on the same line
        return '"' not in text or closes.fullmatch(text) is None
    return '"' in text and whole.fullmatch(text) is None


def units(file: TextIO, delimiter: str, strays: Collection[int] = ()) -> Iterator[Unit]:
    """The records and blank lines of a text opened with newline=''; one left open at the end is a record too.

    Without the lines `strays`, from 0.
    """
    start = 0
    held: list[str] = []
    for line, text in enumerate(_lines(file)):
        if held:
            held.append(text)
            if not opens(text, delimiter, is_inside=True):
                yield Unit(start, "".join(held))
                held = []
        elif line in strays:
            pass
        elif not opens(text, delimiter):
            yield Unit(line, text)
        else:
            held, start = [text], line
    if held:
        yield Unit(start, "".join(held))


def byte_units(path: Path, delimiter: str, strays: Collection[int] = ()) -> Iterator[Unit]:
    """The records and blank lines of a UTF-8 file, a character a byte, without the mark at its beginning."""
    with _opened(path) as file:
        yield from units(file, delimiter, strays)


def byte_lines(path: Path) -> Iterator[str]:
    """The physical lines of a UTF-8 file, in the same way."""
    with _opened(path) as file:
        yield from _lines(file)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with path.open(encoding="iso-8859-1", newline="") as file:
        file.seek(len(MARK) if file.read(len(MARK)) == MARK else 0)
        yield file


def _lines(file: TextIO) -> Iterator[str]:
    while text := file.readline(LONGEST_LINE):
        if text[-1] not in "\r\n":
            _pass_over(file)
        yield text


def _pass_over(file: TextIO) -> None:
    """The rest of a line that is too long to keep."""
    while (text := file.readline(LONGEST_LINE)) and text[-1] not in "\r\n":
        pass


def cells(body: str, delimiter: str) -> tuple[str, ...]:
    """The values of one record without its line end; quotes outside gone, doubled ones single."""
    if '"' not in body:
        return tuple(body.split(delimiter))
    field = _patterns(delimiter)[2]
    values = []
    position = 0
    while match := field.match(body, position):
        quoted, plain = match.groups()
        values.append(plain if quoted is None else quoted.replace('""', '"'))
        position = match.end() + 1
        if position > len(body):
            return tuple(values)
    # a quote that nothing closes: the rest is one value
    return (*values, body[position:].lstrip(" ").removeprefix('"').replace('""', '"'))


@cache
def _sound(delimiter: str, width: int | None) -> re.Pattern[str]:
    d = re.escape(delimiter)
    lead = "" if delimiter == " " else " *+"
    field = rf'(?:{lead}"[^"]*+(?:""[^"]*+)*+"{lead}|(?!{lead}")[^{d}]*+)'
    return _of_fields(field, d, width)


def _of_fields(field: str, delimiter: str, width: int | None) -> re.Pattern[str]:
    more = "*+" if width is None else f"{{{width - 1}}}"
    return re.compile(rf"{field}(?:{delimiter}{field}){more}", re.DOTALL)


def is_sound(body: str, delimiter: str, width: int | None = None) -> bool:
    """Whether nothing but blanks stands between a closing quote and the next delimiter, and it has `width` cells."""
    if width is None and '"' not in body:
        return True
    return _sound(delimiter, width).fullmatch(body) is not None


@cache
def _tidy(delimiter: str, width: int) -> re.Pattern[str]:
    d = re.escape(delimiter)
    return _of_fields(rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{d}]*+)', d, width)


def is_tidy(line: str, delimiter: str, width: int) -> bool:
    """Whether a line is a record of `width` cells, with quotes around values and nowhere else."""
    return _tidy(delimiter, width).fullmatch(line) is not None


def written(values: Sequence[str], delimiter: str = ",") -> str:
    """One record as text without a line end; quoted only where it has to be."""
    return delimiter.join(
        '"' + value.replace('"', '""') + '"'
        if '"' in value or delimiter in value or "\n" in value or "\r" in value or value[:1] == " "
        else value
        for value in values
    )


def lines_in(text: str) -> int:
    """How many physical lines a text has."""
    return sum(1 for _ in StringIO(text, newline=""))


def end_of(text: str) -> str:
    """The line end of a line: CR LF, LF, CR or nothing."""
    return text[len(without_end(text)) :]


def without_end(text: str) -> str:
    """A line without its line end, CR LF, LF or CR."""
    if text.endswith("\r\n"):
        return text[:-2]
    return text[:-1] if text[-1:] in ("\n", "\r") else text
