"""The cards of data quality: rows read and refused, what is odd about what was loaded, and how old it is.

The rows of the tools' files that are in quarantine come from the import; no widget of it is known.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa

from funnel import headlines
from funnel.errors import FunnelError
from funnel.importing.publishing.generations import find
from funnel.importing.publishing.statistics import is_ahead
from funnel.importing.records import quarantine
from funnel.importing.records.accepted import AcceptedFile
from funnel.ui.ground.heads import distinct
from funnel.ui.ground.markdown import small
from funnel.ui.importing import outcome
from funnel.ui.importing.session import Desk, Work
from funnel.ui.parts import cards, lists, readable
from funnel.ui.state.business_day import days_old
from funnel.ui.state.cache import Answer
from funnel.ui.state.view import View
from funnel.words.translate import has


def stale_note(view: View) -> str:
    """A word where the newest event is old."""
    days = days_old(view)
    return view.say("say.quality.stale", days=days) if days else ""


def files_table(view: View) -> pd.DataFrame:
    """Rows read, loaded and refused, one line per file."""
    files = view.ask("quality_files").frame
    return files.set_axis(distinct(readable.head(view, name) for name in files.columns), axis=1)


def files_card(view: View, quality: Answer, is_imported: bool) -> None:
    """Rows read, loaded and refused: of the imported data, or of the folder's own files."""
    kind = "imported" if is_imported else "files"
    sub = view.say(f"say.quality.{kind}_sub")
    with cards.card(view, view.say(f"say.quality.{kind}"), sub, quality, "files"):
        lists.plain(view, files_table(view), "files", sub)


def reasons_card(view: View, quality: Answer) -> None:
    """Why rows were refused."""
    headline = headlines.quality_reasons(quality.frame, view.language)
    with cards.card(view, headline, view.say("say.quality.reasons_sub"), quality, "reasons"):
        part_list(view, quality.frame, "reason")


def findings_card(view: View, quality: Answer) -> None:
    """What is odd about what was loaded."""
    headline = headlines.quality_kinds(quality.frame, view.language)
    with cards.card(view, headline, view.say("say.quality.kinds_sub"), quality, "findings"):
        part_list(view, quality.frame, "finding")


def part_list(view: View, quality: pd.DataFrame, part: str) -> None:
    """Reasons or findings: what it is, how many rows and leads, which numbers it bends; a click opens them."""
    rows = quality[quality["part"] == part].reset_index(drop=True)
    if not len(rows):
        small(view.say("say.empty.nothing"))
        return
    comma = view.say("app.comma")
    named = rows["name"].map(lambda name: view.say(f"quality.{name}") if has(f"quality.{name}") else name)
    table = pd.DataFrame(
        {
            view.say("column.name"): named,
            view.say("column.rows"): rows["rows"],
            view.say("column.leads"): rows["leads"].astype("Int64"),
            view.say("column.bends"): rows["bends"]
            .fillna("")
            .map(lambda text: comma.join(_pages(view, text))),
        }
    )
    behind = "refused" if part == "reason" else "finding"
    lists.opening(
        table,
        f"quality.{part}",
        view.say("say.quality.kinds_sub"),
        lambda row, column: (behind, {"name": str(rows["name"].iloc[row])}),
    )


def _pages(view: View, bends: str) -> list[str]:
    return list(dict.fromkeys(readable.named_question(view, name) for name in bends.split(",") if name))


EXPORTED_WEEKLY = 7  # days


@dataclass(frozen=True)
class Imported:
    """The import that a page shows, and the rows of the tools' files that are not in it."""

    desk: Desk
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
        refused = outcome.refused_rows(generation)
        times = [AcceptedFile.from_json(file).exported_at for file in generation.summary.get("kept", ())]
        rules = view.db.versions[-1].with_privacy_of(view.db.rules)
        desk = Desk(exports.directory, rules, {}, view.language, Work(), generation)
        return Imported(desk, refused, len(quarantine.to_correct(refused)), max(times, default=None))
    return None


def page_headline(view: View, quality: pd.DataFrame, imports: Imported | None) -> str:
    """The headline of the page: rows in quarantine first, wherever they were refused."""
    if imports is None or not imports.wrong:
        return headlines.quality_headline(quality, view.language)
    kinds = int((quality["part"] == "finding").sum())
    return view.say("say.quality.refused_kinds" if kinds else "say.quality.refused", n=imports.wrong, k=kinds)


def page_note(view: View, imports: Imported | None) -> str:
    """How old what is shown is: where the export is newer than all that is in it, both days."""
    newest = view.db.newest_at
    if (
        imports is None
        or imports.exported_at is None
        or newest is None
        or not is_ahead(imports.exported_at, newest)
    ):
        return stale_note(view)
    desk = imports.desk
    both_days = desk.say("ahead", exported=desk.local(imports.exported_at), newest=desk.local(newest))
    days = (datetime.now(UTC) - imports.exported_at).days
    if days <= EXPORTED_WEEKLY:
        return both_days
    return both_days + desk.say("sentence_end") + view.say("say.quality.stale_export", days=days)


def refused_card(view: View, imports: Imported) -> None:
    """The rows of the tools' files that are in no number, and the way to correct them."""
    if not len(imports.refused):
        return
    key = "quarantine" if imports.wrong else "quarantine_aside"
    title = imports.desk.say(key, n=imports.wrong or len(imports.refused))
    with cards.box(title, view.say("say.quality.refused_sub"), "quality.refused"):
        outcome.counted(imports.desk, imports.refused, "quality")
        aside = len(imports.refused) - imports.wrong
        if imports.wrong and aside:
            small(imports.desk.say("quarantine_also", n=aside))
        cards.door(view, "import_data", view.say("say.quality.to_import"))
