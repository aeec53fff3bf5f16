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

import pandas as pd
import streamlit as st

from funnel.errors import UnusableFile
from funnel.exports.current import reading, served
from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.months import Months
from funnel.questions.ask import default_months, run
from funnel.questions.catalogue import CATALOGUE
from funnel.questions.scope import Scope
from funnel.rows import frame_of


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
    for place in places:
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.name.endswith((".parquet", ".toml")):
                        facts = entry.stat()
                        seen.append(f"{place.name}/{entry.name}:{facts.st_size}:{facts.st_mtime_ns}")
        except OSError:
            continue
    return "|".join(sorted(seen))


@dataclass
class Shelf:
    """The open layers, the newest last, and the answers that were asked last."""

    lock: Lock = field(default_factory=Lock)
    layers: dict[tuple[str, str, str | None, str | None], Warehouse] = field(default_factory=dict)
    lock_of_answers: Lock = field(default_factory=Lock)
    answers: OrderedDict[tuple[str, str, Any], pd.DataFrame] = field(default_factory=OrderedDict)


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
    place = shelf()
    if key in place.layers:
        return place.layers[key]
    with place.lock:
        if key not in place.layers:
            found = open_warehouse(directory, rules, as_of, progress)
            twin = next((layer for layer in place.layers.values() if layer.path == found.path), None)
            if twin is not None:
                found.close()
            place.layers[key] = twin or found
            while len(place.layers) > KEPT:
                place.layers.pop(next(iter(place.layers)))  # closed when its last reader lets go
        return place.layers[key]


@dataclass(frozen=True)
class Asked:
    """An answer with everything that it was asked with."""

    name: str
    frame: pd.DataFrame
    bound: dict[str, Any]
    months: Months | None = None
    part: str = ""  # whose rows alone these are, where the page shows only some

    def __bool__(self) -> bool:
        return len(self.frame) > 0


def ask(
    db: Warehouse,
    name: str,
    as_of: datetime,
    scope: Scope,
    months: Months | None,
    by: str | None = None,
    **params: Any,
) -> Asked:
    """The answer of that name: a question of the catalogue, else a query that only the screens ask."""
    bound = bound_values(db, name, as_of, scope, months, by, params)
    return Asked(name, _answer(db, name, bound), bound, months)


def bound_values(
    db: Warehouse,
    name: str,
    as_of: datetime,
    scope: Scope,
    months: Months | None,
    by: str | None,
    params: dict[str, Any],
) -> dict[str, Any]:
    """Every value that the query's `$names` stand for, checked against the catalogue and the rules."""
    question = CATALOGUE.get(name)
    values = dict(params)
    if question is not None:
        values = {
            key: argument.read(params.get(key), key, db.rules) for key, argument in question.arguments.items()
        }
        by = by or question.by_default
        if months is None and question.months != "due":
            months = default_months(db, as_of)
    return {
        **values,
        "from_month": months.first if months else None,
        "to_month": months.last if months else None,
        "as_of": as_of,
        "scope": scope.parameter(),
        "by": by,
    }


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _frozen(inner)) for key, inner in sorted(value.items()))
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list) else value


def _answer(db: Warehouse, name: str, bound: dict[str, Any]) -> pd.DataFrame:
    """Shared, not copied: nobody writes into an answer."""
    place, key = shelf(), (db.key, name, _frozen(bound))
    with place.lock_of_answers:
        if key in place.answers:
            place.answers.move_to_end(key)
            return place.answers[key]
    frame = frame_of(run(db, name, bound))
    with place.lock_of_answers:
        place.answers[key] = frame
        while len(place.answers) > KEPT_ANSWERS:
            place.answers.popitem(last=False)
    return frame
