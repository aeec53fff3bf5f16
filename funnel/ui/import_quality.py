"""What an import adds to the page データ品質: rows of the tools' files that are in quarantine, and how old the export is.

The rows of the imported data are another thing: what the tools' files came to. Knows no widget of the import.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa

from funnel import sentences
from funnel.errors import FunnelError
from funnel.importing import quarantine
from funnel.importing.generations import find
from funnel.importing.kept import Kept
from funnel.importing.shown import is_ahead
from funnel.ui import import_report, parts, trust
from funnel.ui.desk import Desk, Work
from funnel.ui.text import small
from funnel.ui.view import View

EXPORTED_WEEKLY = 7  # days


@dataclass(frozen=True)
class Imported:
    """The import that a page shows, and the rows of the tools' files that are not in it."""

    here: Desk
    refused: pa.Table
    wrong: int  # of them to be corrected
    exported_at: datetime | None


def imported(view: View) -> Imported | None:
    """The import that is shown; None where the files of the folder itself are."""
    exports = view.db.exports
    if exports.folder == exports.directory:
        return None
    with suppress(FunnelError, OSError):
        generation = find(exports.directory, exports.folder.name)
        refused = import_report.refused_rows(generation)
        times = [Kept.from_json(each).exported_at for each in generation.summary.get("kept", ())]
        rules = view.db.versions[-1].with_privacy_of(view.db.rules)
        here = Desk(exports.directory, rules, {}, view.language, Work(), generation)
        return Imported(here, refused, len(quarantine.to_correct(refused)), max(times, default=None))
    return None


def headline(view: View, quality: pd.DataFrame, found: Imported | None) -> str:
    """The finding of the page: rows in quarantine first, wherever they were refused."""
    if found is None or not found.wrong:
        return sentences.quality_headline(quality, view.language)
    kinds = int((quality["part"] == "finding").sum())
    return view.say("say.quality.refused_kinds" if kinds else "say.quality.refused", n=found.wrong, k=kinds)


def note(view: View, found: Imported | None) -> str:
    """How old what is shown is: where the export is newer than all that is in it, both days."""
    newest = view.db.newest_at
    if (
        found is None
        or found.exported_at is None
        or newest is None
        or not is_ahead(found.exported_at, newest)
    ):
        return trust.stale_note(view)
    here = found.here
    said = here.say("ahead", exported=here.local(found.exported_at), newest=here.local(newest))
    days = (datetime.now(UTC) - found.exported_at).days
    if days <= EXPORTED_WEEKLY:
        return said
    return said + here.say("sentence_end") + view.say("say.quality.stale_export", days=days)


def refused_card(view: View, found: Imported) -> None:
    """The rows of the tools' files that are in no number, and the way to correct them."""
    if not len(found.refused):
        return
    key = "quarantine" if found.wrong else "quarantine_aside"
    title = found.here.say(key, n=found.wrong or len(found.refused))
    with parts.box(title, view.say("say.quality.refused_sub"), "quality.refused"):
        import_report.counted(found.here, found.refused, "quality")
        aside = len(found.refused) - found.wrong
        if found.wrong and aside:
            small(found.here.say("quarantine_also", n=aside))
        parts.door(view, "pages/import_data.py", view.say("say.quality.to_import"))
