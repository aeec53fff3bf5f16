"""The desk at which one reader imports files: where to, under which rules and mappings, and what was done so far.

The ground floor of the page 取込; knows no widget.
"""

import math
from collections.abc import Mapping as Words
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from funnel.errors import FunnelError
from funnel.importing.identify import FileOptions
from funnel.importing.mapping.load import load_mappings
from funnel.importing.mapping.models import Mapping
from funnel.importing.publishing.generations import Generation, current
from funnel.importing.reading.needs_answer import NeedsAnswer
from funnel.importing.records.report import ImportReport
from funnel.local_time import local_day, zone
from funnel.rules.labels import Labels
from funnel.rules.models import Rules
from funnel.rules.versions import load_versions, version_for
from funnel.ui.ground.heads import distinct
from funnel.ui.state import cache, filters
from funnel.words.dates import full_date
from funnel.words.translate import say
from funnel.words.widths import width

TALL = 12  # rows
PHONE_WIDTH = 10.0  # full-width letters in a column on a phone


@dataclass
class Work:
    """What one reader is at, from the choice of files to the import; forgotten when it is done."""

    turn: int = 0  # of the widgets: another number empties them
    options: dict[str, FileOptions] = field(default_factory=dict)  # by file
    wants: str = ""  # check | publish: asked for, not done yet
    question: NeedsAnswer | None = None
    error: FunnelError | None = None
    report: ImportReport | None = None  # of the check, or of an import that found nothing new
    checked: tuple[str, ...] = ()  # the files that the report is of
    uploaded: tuple[str, ...] = ()  # those of them that came from the browser, as they are called
    mappings: dict[str, bytes] = field(default_factory=dict)  # of one's own, brought along
    news: str = ""  # what was done last: done | went_back

    def forget(self) -> None:
        """Other files: what was said of the former and what came of them counts no more."""
        self.question = self.error = self.report = None
        self.checked = ()
        self.options.clear()
        self.mappings.clear()

    def drop(self) -> None:
        """Put the files away."""
        self.forget()
        self.turn += 1


@dataclass(frozen=True)
class Desk:
    """Where files are imported to, under which rules and mappings, in which language it is spoken of."""

    data: Path
    rules: Rules
    mappings: dict[str, Mapping]
    language: str
    work: Work
    served: Generation | None
    damage: FunnelError | None = None  # why nothing can be served

    def say(self, key: str, **values: object) -> str:
        """A text in the page's language."""
        return say(f"import.{key}", self.language, **values)

    @property
    def labels(self) -> Labels:
        """What the rules call things."""
        return Labels(self.rules, self.language)

    @property
    def recomputes_scores(self) -> bool:
        """Whether the rules compute scores from acts, so that those of the tool count nowhere."""
        return self.rules.scoring.source == "rules"

    def tool(self, name: str) -> str:
        """What a tool is called."""
        mapping = self.mappings.get(name)
        if mapping is None:
            return name
        return mapping.label.japanese if self.language == "ja" else mapping.label.english

    def listed(self, texts: Sequence[str], most: int | None = None) -> str:
        """Several as one text; beyond `most` only how many more."""
        names = say("app.comma", self.language).join(texts[:most])
        return (
            names
            if most is None or len(texts) <= most
            else self.say("more", names=names, n=len(texts) - most)
        )

    def moment(self, at: datetime) -> str:
        """An instant with its year."""
        local = self.local(at)
        return f"{full_date(local, self.language)} {local.hour}:{local.minute:02}"

    def local(self, at: datetime) -> datetime:
        """An instant on the clocks of the rules' zone."""
        return at.astimezone(zone(self.rules.timezone))


def desk() -> Desk:
    """The desk of this reader. Raises FunnelError where rules or mappings cannot be used."""
    data = cache.data_directory()
    chosen: filters.Chosen = st.session_state["_chosen"]
    mappings = {mapping.tool: mapping for mapping in load_mappings((), data / "mappings")}
    work: Work = st.session_state.setdefault("_import", Work())
    versions = load_versions(data)
    today = local_day(datetime.now(UTC), versions[-1].timezone)
    rules = versions[-1].with_privacy_of(
        version_for(versions, today)
    )  # a later one lifts no mask before its day
    try:
        return Desk(data, rules, mappings, chosen.language, work, current(data))
    except FunnelError as error:  # all imports are damaged: to import again is the way out
        return Desk(data, rules, mappings, chosen.language, work, None, error)


def table(
    desk: Desk,
    rows: Sequence[Words[str, Any]],
    names: Sequence[str],
    key: str,
    alt: str,
    tall: int = TALL,
    widths: Words[str, Any] | None = None,
) -> None:
    """Rows under the heads of those names, to be scrolled where they are more than `tall`."""
    frame = pd.DataFrame(list(rows), columns=list(names)).convert_dtypes()
    config: dict[str, Any] = {}
    heads = distinct(desk.say(f"column.{name}") for name in names)
    for name, head in zip(names, heads, strict=True):
        wide = (widths or {}).get(name)
        if pd.api.types.is_integer_dtype(frame[name]):
            config[head] = st.column_config.NumberColumn(width=wide, format="%,d")
        else:
            config[head] = st.column_config.Column(width=wide)
    st.dataframe(
        frame.set_axis(heads, axis=1),
        hide_index=True,
        column_config=config,
        placeholder="—",
        height="content" if len(frame) <= tall else 36 * (tall + 1),
        row_height=_row_height(frame) if filters.is_phone() else None,
        alt=alt,
        key=key,
    )


def _row_height(frame: pd.DataFrame) -> int | None:
    """As high as a long name needs on a phone, where it goes over two lines."""
    texts = (text for name in frame for text in frame[name].dropna() if isinstance(text, str))
    lines = min(max((math.ceil(width(text) / PHONE_WIDTH) for text in texts), default=1), 2)
    return 15 + 20 * lines if lines > 1 else None
