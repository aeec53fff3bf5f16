"""Generations: every import is a directory of its own, and a pointer says which one is read.

    <data dir>/generations/<id>/     leads.parquet, activities/*.parquet, kept/…, manifest.json; never written again
    <data dir>/generations/current   one line, the id that is served; without it the data directory's own exports are
    <data dir>/generations/lock      held while a generation is made or the pointer is moved

A generation is made in a scratch directory beside the others, flushed to the disk, renamed, and only then
pointed at: whenever that stops, what was served goes on being served. Knows files, not what is in them.
"""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import file_digest
from pathlib import Path
from typing import Any

from funnel.errors import FunnelError, UnusableFile, suggest
from funnel.exports.current import (
    GENERATIONS,
    MANIFEST,
    POINTER,
    current_id,
    digest_of,
    fault,
    fault_of,
    ids,
    is_held,
    is_of_table,
    manifest_of,
    pointed_id,
    served,
)
from funnel.importing.publishing.durable import (
    explained,
    flush_folder,
    flush_tree,
    link_or_copy,
    remove,
    write_over,
)
from funnel.importing.publishing.locking import locked

__all__ = [
    "Draft",
    "Generation",
    "current",
    "draft",
    "every",
    "find",
    "go_back",
    "go_back_to_own",
    "served",
    "verify",
]

LOCK = "lock"
DRAFT, SCRATCH, REMOVED = ".draft-", ".scratch-", ".removed-"
LEFT_OVER = (DRAFT, SCRATCH, REMOVED, f".{POINTER}-new")
KEPT = 10
PATIENCE = 10.0  # seconds to wait for another import
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Generation:
    """One import: immutable files and what was said of them."""

    id: str
    path: Path
    parent: str | None  # the generation that it was made from
    made_at: datetime
    files: Mapping[str, str]  # name below `path`, with / -> SHA-256
    sizes: Mapping[str, int]  # the same names -> bytes
    summary: Mapping[str, Any]


# ---------------------------------------------------------------- reading


def current(data: Path) -> Generation | None:
    """The generation that is served; None where nothing was imported.

    In place of one that is absent or damaged another is, as served.reading says; UnusableFile where there is none.
    """
    name = current_id(data)
    return None if name is None else _read(data, name)


def every(data: Path) -> tuple[Generation, ...]:
    """All readable generations, the oldest first."""
    readable = (_read(data, name) for name in ids(data) if fault(data / GENERATIONS / name) is None)
    return tuple(generation for generation in readable if generation is not None)


def find(data: Path, name: str) -> Generation:
    """The generation with that id, or whose id alone begins so, damaged or not; FunnelError names the nearest."""
    known = {
        generation.id: generation
        for generation in map(partial(_read, data), ids(data))
        if generation is not None
    }
    fitting = [
        generation for key, generation in known.items() if key == name or (name and key.startswith(name))
    ]
    if len(fitting) == 1:
        return fitting[0]
    near = suggest(name, known)
    raise FunnelError(
        f'"{name}" is not one import in {data}'
        + (f' (there is "{near}")' if near else "")
        + ": `python -m funnel generations` lists them.",
        f"{data} の取込「{name}」を1つに決められません"
        + (f"(近いもの:「{near}」)" if near else "")
        + "。`python -m funnel generations` で一覧を見てください。",
    )


def _read(data: Path, name: str) -> Generation | None:
    folder = data / GENERATIONS / name
    manifest = manifest_of(folder)
    if manifest is None:
        return None
    return Generation(
        id=name,
        path=folder,
        parent=manifest["parent"],
        made_at=datetime.fromisoformat(manifest["made_at"]),
        files={key: facts["sha256"] for key, facts in manifest["files"].items()},
        sizes={key: facts["bytes"] for key, facts in manifest["files"].items()},
        summary=manifest["summary"],
    )


def verify(generation: Generation) -> tuple[str, ...]:
    """The files whose bytes are not the manifest's: damaged, gone, or a table's that nobody imported."""
    wrong = []
    for name, content in generation.files.items():
        try:
            is_right = _hash_of(generation.path / name) == content
        except OSError:
            is_right = False
        if not is_right:
            wrong.append(name)
    there = (path.relative_to(generation.path).as_posix() for path in generation.path.glob("**/*.parquet"))
    return tuple(sorted({*wrong, *(name for name in there if name not in generation.files)}))


def damaged_aside(data: Path, generation: Generation, name: str) -> UnusableFile:
    """What to say of a file that no answer rests on, but the next import does."""
    return UnusableFile(
        f"{name} of the import {generation.id} in {data} is damaged: "
        "go back to another with `python -m funnel generations back ID`, then import again.",
        f"{data} の取込 {generation.id} の {name} が壊れています。"
        "`python -m funnel generations back ID` で別の取込に戻してから取り込んでください。",
    )


def damages_aside(data: Path) -> tuple[UnusableFile, ...]:
    """What to say of the damaged files of the served import that no answer rests on."""
    generation = current(data)
    if generation is None:
        return ()
    return tuple(
        damaged_aside(data, generation, name) for name in verify(generation) if not is_of_table(name)
    )


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


# ---------------------------------------------------------------- making


@dataclass(frozen=True)
class Draft:
    """A generation while it is made: what is written below `path` is in it, `scratch` is for all else."""

    data: Path
    id: str
    path: Path
    scratch: Path
    parent: Generation | None
    linked: dict[str, tuple[str, tuple[int, int, int]]] = field(default_factory=dict, repr=False)

    def link(self, name: str) -> Path:
        """Take over a file of the parent under the same name, without a copy where the disk allows it.

        It is the parent's file too: replace it, never write into it.
        """
        if self.parent is None or name not in self.parent.files:
            raise LookupError(f"the parent has no file {name}")
        self.rely_on(name)
        target = self.path / name
        link_or_copy(self.parent.path / name, target)
        self.linked[name] = self.parent.files[name], _look_of(target)
        return target

    def rely_on(self, name: str) -> None:
        """Refuse to go on from a file of the parent that is not as it was imported; UnusableFile names it."""
        if self.parent is None or name not in self.parent.files:
            return
        facts = {"bytes": self.parent.sizes[name], "sha256": self.parent.files[name]}
        if fault_of(self.parent.path / name, facts):
            raise damaged_aside(self.data, self.parent, name)

    def publish(self, summary: Mapping[str, Any]) -> Generation:
        """Make it the generation that is served. All of its files must be closed."""
        made_at = datetime.now(UTC).replace(microsecond=0)
        manifest = {
            "id": self.id,
            "parent": self.parent.id if self.parent else None,
            "made_at": made_at.isoformat(),
            "files": self._facts(),
            "summary": dict(summary),
        }
        manifest["itself"] = digest_of(json.loads(json.dumps(manifest)))
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (self.path / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
        flush_tree(self.path)
        home = self.data / GENERATIONS
        folder = home / self.id
        os.rename(self.path, folder)
        try:
            flush_folder(home)
            write_over(home / POINTER, self.id + "\n")
        except BaseException:
            if pointed_id(self.data) != self.id:
                remove(folder)
            raise
        _sweep(self.data)
        published = _read(self.data, self.id)
        assert published is not None
        return published

    def _facts(self) -> dict[str, dict[str, Any]]:
        """Size and SHA-256 of every file; that of a linked one is known."""
        facts = {}
        for path in sorted(self.path.glob("**/*")):
            name = path.relative_to(self.path).as_posix()
            if not path.is_file() or name == MANIFEST:
                continue
            content, look = self.linked.get(name, ("", (0, 0, 0)))
            if look != _look_of(path):
                content = _hash_of(path)
            facts[name] = {"bytes": path.stat().st_size, "sha256": content}
        return facts


@contextmanager
def draft(data: Path, patience: float = PATIENCE) -> Iterator[Draft]:
    """A new generation to be filled and published; left without `publish` nothing of it stays.

    One at a time per data directory: FunnelError says who is at it after `patience` seconds. Also FunnelError
    where the disk is full or may not be written.
    """
    home = data / GENERATIONS
    if data.exists() and not data.is_dir():
        raise UnusableFile(
            f"{data} is no folder: name a folder for the data.",
            f"{data} はフォルダーではありません。データを置くフォルダーを指定してください。",
        )
    with explained(data, home):
        home.mkdir(parents=True, exist_ok=True)
        with locked(home / LOCK, str(data), patience):
            _clear(home)
            name = _new_id(data)
            made = Draft(data, name, home / (DRAFT + name), home / (SCRATCH + name), _parent(data))
            try:
                made.path.mkdir()
                made.scratch.mkdir()
                yield made
            finally:
                remove(made.path)
                remove(made.scratch)


def go_back(data: Path, name: str) -> Generation:
    """Serve another generation, an older or a newer one, once its bytes are found to be as they were."""
    generation = find(data, name)
    home = data / GENERATIONS
    with explained(data, home), locked(home / LOCK, str(data), PATIENCE):
        wrong = verify(generation)
        if wrong:
            raise UnusableFile(
                f"{wrong[0]} of the import {generation.id} in {data} is not as it was imported: choose another.",
                f"{data} の取込 {generation.id} の {wrong[0]} が取込時と違います。別の取込を選んでください。",
            )
        write_over(home / POINTER, generation.id + "\n")
    return generation


def go_back_to_own(data: Path) -> None:
    """Serve the exports that lie in the data directory itself; the imports stay, the next one begins anew."""
    home = data / GENERATIONS
    if not any((data / name).exists() for name in ("leads.parquet", "leads")):
        raise FunnelError(
            f"{data} has no leads.parquet of its own to go back to: name an import.",
            f"{data} に戻せる leads.parquet がありません。取込を指定してください。",
        )
    with explained(data, home), locked(home / LOCK, str(data), PATIENCE):
        (home / POINTER).unlink(missing_ok=True)
        flush_folder(home)


def _parent(data: Path) -> Generation | None:
    with suppress(UnusableFile):  # nothing left to read: the way out of that is to import again
        return current(data)
    return None


def _new_id(data: Path) -> str:
    """An id that sorts behind all others, also where the clock was put back or two come in one second."""
    moment = datetime.now(UTC).strftime(STAMP)
    newest = max((name.partition("-")[0] for name in ids(data)), default="")
    if newest >= moment:
        with suppress(ValueError, OverflowError):
            moment = (datetime.strptime(newest, STAMP) + timedelta(seconds=1)).strftime(STAMP)
    return f"{moment}-{secrets.token_hex(4)}"


def _look_of(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


# ---------------------------------------------------------------- tidying


def _clear(home: Path) -> None:
    """Remove what killed imports left: whoever holds the lock knows that nobody is at it."""
    for path in home.iterdir():
        if path.name.startswith(LEFT_OVER):
            remove(path)


def _sweep(data: Path) -> None:
    """Remove all but the newest generations, the current one, its parent and those that are being read."""
    chosen = os.environ.get("FUNNEL_GENERATIONS", "")
    kept = max(int(chosen), 1) if chosen.isdecimal() else KEPT
    present = current(data)
    needed = {present.id, present.parent} if present else set()
    for name in ids(data)[:-kept]:
        folder = data / GENERATIONS / name
        if name in needed or is_held(folder):
            continue
        with suppress(OSError):  # as Windows answers where a reader has a file of it open
            out = folder.with_name(REMOVED + name)
            os.rename(folder, out)  # gone at once: nobody finds half of it
            remove(out)
