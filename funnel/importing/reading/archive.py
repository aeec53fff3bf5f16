"""Archives: what is refused before a byte is unpacked, and the unpacking, counted.

A member's name is shown to people and never becomes a path.
"""

import shutil
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from zlib import error as ZlibError

from funnel.errors import UnusableFile
from funnel.importing.reading.encoding import CHUNK
from funnel.importing.reading.model import Caps, refused
from funnel.importing.reading.strangers import is_strange

ENCRYPTED = 0x1
UTF_8_NAME = 0x800
LISTING_BYTES = 4096  # of the list of members, for each of them at most


@dataclass(frozen=True)
class Member:
    """One file in an archive; `name` as a person knows it, folders with /."""

    name: str
    info: zipfile.ZipInfo
    modified_at: datetime | None  # the archive knows no zone: taken as UTC

    @property
    def is_aside(self) -> bool:
        """Whether it is the bookkeeping of a system: __MACOSX, a hidden file."""
        return is_strange(self.name)


@dataclass
class Allowance:
    """What may still be unpacked, for an archive and those in it together."""

    members: int
    unpacked_bytes: int


def members_of(path: Path, name: str, caps: Caps, allowance: Allowance, into: Path) -> tuple[Member, ...]:
    """The files in an archive, in its order. Raises UnusableFile where it is a trap, encrypted, damaged or too big."""
    if _listing_size(path) > caps.members * LISTING_BYTES:
        raise _too_many(name, caps)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise damaged_archive(name) from error
    allowance.members -= len(infos)
    if allowance.members < 0:
        raise _too_many(name, caps)
    members = [Member(_shown(info), info, _modified(info)) for info in infos]
    for member in members:
        _check_name(member, name)
    _check_size(path, [member.info for member in members], name, caps, allowance, into)
    return tuple(member for member in members if not member.info.is_dir())


def unpack(path: Path, member: Member, target: Path, name: str) -> None:
    """Write one member to `target`, and no more of it than the archive says it holds."""
    left = member.info.file_size
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member.info) as packed, target.open("wb") as out:
            while chunk := packed.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise damaged_archive(name)
                out.write(chunk)
    except (zipfile.BadZipFile, ZlibError, NotImplementedError, EOFError, RuntimeError) as error:
        raise damaged_archive(name) from error


def parts_of(path: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The name and the chunks of every member, for looking through an archive whose members were checked."""
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            with archive.open(info) as packed:
                yield info.filename, _chunks(packed)


def _chunks(packed: IO[bytes]) -> Iterator[bytes]:
    while chunk := packed.read(CHUNK):
        yield chunk


def damaged_archive(name: str) -> UnusableFile:
    """The refusal of an archive that does not unpack."""
    return refused(
        name,
        "is cut off or damaged: wait until the download has ended, or download it again.",
        "は途中で切れているか壊れています。ダウンロードの終了を待つか、ダウンロードし直してください。",
    )


def _too_many(name: str, caps: Caps) -> UnusableFile:
    return refused(
        name,
        f"holds more than {caps.members:,} files: unpack it and import the files that are needed.",
        f"に入っているファイルが{caps.members:,}個を超えます。展開して必要なファイルだけ取り込んでください。",
    )


def _listing_size(path: Path) -> int:
    """The bytes of the archive's own list of members, read before the list; 0 where there is none."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2**16 - 100))
        tail = file.read()
    position = tail.rfind(b"PK\x05\x06")
    size = int.from_bytes(tail[position + 12 : position + 16], "little") if position >= 0 else 0
    wide = tail.rfind(b"PK\x06\x06")
    return int.from_bytes(tail[wide + 40 : wide + 48], "little") if size == 2**32 - 1 and wide >= 0 else size


def _shown(info: zipfile.ZipInfo) -> str:
    """The member's name; names that Japanese Windows wrote are cp932 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & UTF_8_NAME:
        try:
            name = name.encode("cp437").decode("cp932")
        except UnicodeError:
            name = info.orig_filename
    return name


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC) if info.date_time[0] > 1980 else None
    except ValueError:
        return None


def _check_name(member: Member, name: str) -> None:
    path, info = member.name, member.info
    kind = stat.S_IFMT(info.external_attr >> 16)
    parts = path.replace("\\", "/").split("/")
    is_trick = (
        ".." in parts
        or path.startswith(("/", "\\"))
        or path[1:2] == ":"
        or any(unicodedata.category(character) == "Cc" for character in path)
        or kind not in (0, stat.S_IFREG, stat.S_IFDIR)
    )
    if is_trick:
        raise refused(
            name,
            "holds a link or a name that leads outside of it, which no export has: do not use it, export again.",
            "に外部を指すリンクやパスが含まれています。通常の書き出しにはないものです。使わずに書き出し直してください。",
        )
    if info.flag_bits & ENCRYPTED:
        raise refused(
            name,
            "is protected by a password: unpack it and import the files.",
            "はパスワードで保護されています。展開してから取り込んでください。",
        )


def _check_size(
    path: Path, infos: list[zipfile.ZipInfo], name: str, caps: Caps, allowance: Allowance, into: Path
) -> None:
    unpacked = sum(info.file_size for info in infos)
    allowance.unpacked_bytes -= unpacked
    if allowance.unpacked_bytes < 0:
        raise refused(
            name,
            f"takes more than {caps.unpacked_bytes:,} bytes unpacked: export fewer rows, or raise FUNNEL_MAX_BYTES.",
            f"は展開すると{caps.unpacked_bytes:,}バイトを超えます。行を減らすか、FUNNEL_MAX_BYTESを上げてください。",
        )
    sizes = [(unpacked, path.stat().st_size), *((i.file_size, i.compress_size) for i in infos)]
    if any(big > caps.ratio_from and big > caps.ratio * max(small, 1) for big, small in sizes):
        raise refused(
            name,
            f"unpacks to more than {caps.ratio} times its size, as no export does: do not use it, export again.",
            f"は展開すると{caps.ratio}倍を超える大きさになります。通常の書き出しにはないものです。使わずに書き出し直してください。",
        )
    if unpacked > shutil.disk_usage(into).free:
        raise refused(
            name,
            f"needs {unpacked:,} bytes of the disk to be unpacked: free some space and import again.",
            f"の展開には{unpacked:,}バイトの空き容量が必要です。空きを作って取り込み直してください。",
        )
