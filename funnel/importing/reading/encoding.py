"""The bytes of a text file: their digest, their encoding, their line ends, and the way to UTF-8.

A file is read once, in chunks; what its characters mean is not known here.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from funnel.errors import UnusableFile, suggest
from funnel.importing.reading.model import refused
from funnel.importing.reading.needs_answer import NeedsAnswer

CHUNK = 4 * 1024**2
SAMPLE = 4 * 1024**2  # bytes of the parts that are not ASCII, which tell the encoding
NAMED = {  # what a user may call an encoding, and its codec
    "utf-8": "utf-8", "utf8": "utf-8", "utf-8-sig": "utf-8-sig",
    "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be",
    "cp932": "cp932", "ms932": "cp932", "windows-31j": "cp932", "shift_jis": "cp932", "shift-jis": "cp932",
    "sjis": "cp932", "euc-jp": "euc_jp", "euc_jp": "euc_jp", "gbk": "gb18030", "gb18030": "gb18030",
    "iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1", "latin1": "iso-8859-1", "cp1252": "cp1252",
    "windows-1252": "cp1252",
}  # fmt: skip
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html|<\?xml|<table)", re.IGNORECASE)
ALONE = re.compile(r"[A-Za-z][^\x00-\x7f](?![^\x00-\x7f])")  # an accent among Latin letters
HALF_WIDTH = re.compile(r"[\uff61-\uff9f]")
CHOICES = ("utf-8", "cp932", "euc-jp", "utf-16", "iso-8859-1")


class UnclearEncoding(NeedsAnswer, UnusableFile):
    """Text in an encoding that its bytes do not tell."""


@dataclass(frozen=True)
class Survey:
    """What one reading of the bytes tells."""

    sha256: str
    size: int
    encoding: str
    is_mixed: bool  # more than one kind of line end occurs, inside quotes or not


class LineEnds:
    """Which kinds of line end a stream of chunks has: CR LF, LF alone, CR alone."""

    def __init__(self) -> None:
        self._has_both = self._has_feed = self._has_return = self._is_after_return = False

    def see(self, chunk: bytes) -> None:
        """Look at the next chunk."""
        if not self._is_after_return and b"\r" not in chunk:  # the usual one, cheap
            self._has_feed = self._has_feed or b"\n" in chunk
            return
        both = chunk.count(b"\r\n")
        joined = int(self._is_after_return and chunk.startswith(b"\n"))
        open_return = int(chunk.endswith(b"\r"))
        self._has_both |= both + joined > 0
        self._has_feed |= chunk.count(b"\n") > both + joined
        self._has_return |= chunk.count(b"\r") > both + open_return or (self._is_after_return and not joined)
        self._is_after_return = bool(open_return)

    @property
    def are_mixed(self) -> bool:
        """Whether two kinds were seen."""
        return self._has_both + self._has_feed + (self._has_return or self._is_after_return) > 1


def codec_named(name: str) -> str:
    """The codec of an encoding that a user names."""
    codec = NAMED.get(name.strip().lower())
    if codec is None:
        near = suggest(name.lower(), NAMED) or "utf-8, utf-16, cp932, euc-jp, iso-8859-1"
        raise UnusableFile(
            f'There is no encoding "{name}" to read a file in: name {near}.',
            f"文字コード「{name}」はありません。{near} のように指定してください。",
        )
    return codec


def survey(path: Path, name: str, encoding: str | None = None) -> Survey:
    """Read the file once: digest, size, encoding (`encoding` where no BOM says another) and line ends."""
    digest, ends = sha256(), LineEnds()
    size = 0
    start = b""
    samples: list[bytes] = []
    sampled = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            ends.see(chunk)
            start = start or chunk[:65536]
            if sampled < SAMPLE and not chunk.isascii():
                samples.append(_whole_lines(chunk, is_first=size == 0))
                sampled += len(chunk)
            size += len(chunk)
    _check_is_text(start, name)
    codec = (
        _marked(start)
        or (codec_named(encoding) if encoding else None)
        or _wide(start)
        or _told_by(samples, name)
    )
    return Survey(digest.hexdigest(), size, codec, ends.are_mixed)


def to_utf8(original: Path, encoding: str, target: Path, name: str) -> LineEnds:
    """Write the text of `original` as UTF-8, line ends as they are.

    Bytes that are no character are passed on as they are, so that exactly their rows are refused later.
    """
    errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    ends = LineEnds()
    try:
        with original.open(encoding=encoding, errors=errors, newline="") as text, target.open("wb") as out:
            while part := text.read(CHUNK // 4):
                coded = part.encode("utf-8", errors)
                ends.see(coded)
                out.write(coded)
    except UnicodeDecodeError as error:
        raise refused(
            name,
            f"is cut off or is no {encoding}: wait until the download has ended, or export it again as UTF-8.",
            f"は途中で切れているか、{encoding}ではありません。ダウンロードの終了を待つか、UTF-8で書き出し直してください。",
        ) from error
    return ends


def byte_codec(path: Path, encoding: str) -> str:
    """The codec under which each character of a file is as many bytes as it has, for reading rows back."""
    if not encoding.startswith("utf-16"):
        return "iso-8859-1"  # quotes, delimiters and line ends are bytes of their own in all of the others
    if encoding != "utf-16":
        return encoding
    with path.open("rb") as file:
        return "utf-16-be" if file.read(2) == codecs.BOM_UTF16_BE else "utf-16-le"


def _whole_lines(chunk: bytes, is_first: bool) -> bytes:
    """The chunk without the lines that its edges cut."""
    begin = 0 if is_first else chunk.find(b"\n") + 1
    end = chunk.rfind(b"\n") + 1
    return chunk[begin:end] if end > begin else chunk


def _check_is_text(start: bytes, name: str) -> None:
    if not start.removeprefix(codecs.BOM_UTF8).strip(b"\r\n\t \x00"):
        raise refused(
            name,
            "is empty: export it again.",
            "は空のファイルです。書き出し直してください。",
        )
    if WEB_PAGE.match(start.removeprefix(codecs.BOM_UTF8)):
        raise refused(
            name,
            "is a web page (perhaps the sign-in page in place of the export): export it again as CSV.",
            "はWebページです(書き出しの代わりにログイン画面が保存された可能性があります)。CSVで書き出し直してください。",
        )


def _marked(start: bytes) -> str | None:
    return next((encoding for mark, encoding in MARKS if start.startswith(mark)), None)


def _wide(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of plain text is zero."""
    if start.count(0) * 4 < len(start):
        return None
    return "utf-16-le" if start[1::2].count(0) > start[0::2].count(0) else "utf-16-be"


def _told_by(samples: Iterable[bytes], name: str) -> str:
    sample = b"\n".join(samples)
    if _bad_share(sample, "utf-8") < 0.05:  # a few cut characters do not make it another encoding
        return "utf-8"
    if _bad_share(sample, "cp932") < 0.001 and _is_japanese(sample):
        return "cp932"
    raise UnclearEncoding(
        f"{name} is neither UTF-8 nor UTF-16 nor Japanese Windows text (cp932)",
        f"{name} の文字コードがUTF-8、UTF-16、Shift_JIS(cp932)のいずれでもありません",
        (
            ": export it again as UTF-8, or name its encoding with --encoding.",
            "。UTF-8で書き出し直すか、--encoding で文字コードを指定してください。",
        ),
        name,
        "encoding",
        CHOICES,
    )


def _bad_share(sample: bytes, encoding: str) -> float:
    """Of the characters beyond ASCII, the share that is none in `encoding`."""
    text = sample.decode(encoding, "surrogateescape")
    beyond = re.sub(r"[\x00-\x7f]+", "", text)
    return len(re.findall(r"[\udc80-\udcff]", beyond)) / len(beyond) if beyond else 0.0


def _is_japanese(sample: bytes) -> bool:
    """Whether text that can be read as cp932 can be meant so: not Latin accents, not EUC-JP."""
    text = sample.decode("cp932", "surrogateescape")
    beyond = len(re.findall(r"[^\x00-\x7f]", text))
    if len(ALONE.findall(text)) * 2 > beyond:
        return False
    return len(HALF_WIDTH.findall(text)) * 2 <= beyond or _bad_share(sample, "euc_jp") > 0
