"""The open layers of this process, shared by all readers, and the answers they have given.

A layer is opened once per state of the files, version and day. Files that cannot be used leave the layer
that is open in use. Knows no page and no word.
"""

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import streamlit as st

from funnel.errors import UnusableFile
from funnel.exports.current import reading, served
from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.months import Months
from funnel.questions.answer import Answer as Answer
from funnel.questions.ask import answer, bind
from funnel.questions.scope import Scope


def take_new(directory: Path) -> None:
    """Show the files as they are now from here on; what was shown before stays in use where they cannot be."""
    st.session_state["_stamp_before"] = st.session_state.get("_stamp")
    st.session_state["_stamp"] = stamp_of(directory)


Progress = Callable[[float, str], None]


def data_directory() -> Path:
    """Where the exports, the imports and the rules lie: FUNNEL_DATA, else ./data."""
    return Path(os.environ.get("FUNNEL_DATA", "data"))


def has_data(directory: Path) -> bool:
    """Whether there is anything to load, or to be told of why it cannot be."""
    try:
        folder = served(directory)
    except UnusableFile:
        return True
    return (folder / "leads.parquet").exists() or (folder / "leads").is_dir()


def stand_in(directory: Path) -> UnusableFile | None:
    """What to say where an older import is read, the current one being damaged; None where there is none to read."""
    try:
        return reading(directory)[1]
    except UnusableFile:
        return None


def stamp_of(directory: Path) -> str:
    """What the files look like from outside (names, sizes, times): changes when anything is replaced.

    Another import that is current is a change even where its files are the same.
    """
    try:
        folder = served(directory)
    except UnusableFile as error:
        return error.en
    places = [folder, folder / "leads", folder / "activities", folder / "costs", directory / "rules"]
    seen = [] if folder == directory else [folder.name]
    for path in places:
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.name.endswith((".parquet", ".toml")):
                        facts = entry.stat()
                        seen.append(f"{path.name}/{entry.name}:{facts.st_size}:{facts.st_mtime_ns}")
        except OSError:
            continue
    return "|".join(sorted(seen))


@dataclass
class Shelf:
    """The open layers, the newest last, and the answers that were asked last."""

    lock: Lock = field(default_factory=Lock)
    layers: dict[tuple[str, str, str | None, str | None], Warehouse] = field(default_factory=dict)
    lock_of_answers: Lock = field(default_factory=Lock)
    answers: OrderedDict[tuple[str, str, Any], Answer] = field(default_factory=OrderedDict)


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """The one shelf of this process."""
    return Shelf()


KEPT = 12
KEPT_ANSWERS = 400


def _key(
    directory: Path, stamp: str, rules: str | None, as_of: datetime | None
) -> tuple[str, str, str | None, str | None]:
    return str(directory), stamp, rules, as_of.isoformat() if as_of and rules is None else None


def is_open(directory: Path, stamp: str, rules: str | None, as_of: datetime | None) -> bool:
    """Whether the layer for these files is open already."""
    return _key(directory, stamp, rules, as_of) in shelf().layers


def opened(
    directory: Path, stamp: str, rules: str | None, as_of: datetime | None, progress: Progress | None = None
) -> Warehouse:
    """The layer for these files, built with `progress` where it is absent. Raises FunnelError."""
    key = _key(directory, stamp, rules, as_of)
    kept = shelf()
    if key in kept.layers:
        return kept.layers[key]
    with kept.lock:
        if key not in kept.layers:
            warehouse = open_warehouse(directory, rules, as_of, progress)
            twin = next((layer for layer in kept.layers.values() if layer.path == warehouse.path), None)
            if twin is not None:
                warehouse.close()
            kept.layers[key] = twin or warehouse
            while len(kept.layers) > KEPT:
                kept.layers.pop(next(iter(kept.layers)))  # closed when its last reader lets go
        return kept.layers[key]


def ask(
    db: Warehouse,
    name: str,
    as_of: datetime,
    scope: Scope,
    months: Months | None,
    by: str | None = None,
    **params: Any,
) -> Answer:
    """The answer to a question as a page asks it. Raises BadQuestion as the command line does."""
    bound = bind(db, name, as_of, scope, months, by, params)
    kept, key = shelf(), (db.key, name, _frozen(bound.values))
    with kept.lock_of_answers:
        if key in kept.answers:
            kept.answers.move_to_end(key)
            return kept.answers[key]
    result = answer(db, bound)
    with kept.lock_of_answers:
        kept.answers[key] = result
        while len(kept.answers) > KEPT_ANSWERS:
            kept.answers.popitem(last=False)
    return result


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _frozen(inner)) for key, inner in sorted(value.items()))
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list) else value
