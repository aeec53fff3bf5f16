"""What an import adds to the page データ品質: rows of the tools' files that are in quarantine, and how old the export is.

The rows of the imported data are another thing: what the tools' files came to. Knows no widget of the import.
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
from funnel.ui.state.view import View
from funnel.words.translate import has


# ---------------------------------------------------------------------------------------- data quality
def stale_note(view: View) -> str:
    """A word where the newest event is old."""
    days = days_old(view)
    return view.say("say.quality.stale", days=days) if days else ""


def files_table(view: View, quality: pd.DataFrame) -> pd.DataFrame:
    """Rows read, loaded and refused, one line per file."""
    rows = quality[quality["part"] == "file"]
    pairs = rows["name"].str.rsplit(" ", n=1)
    table = pd.DataFrame({"file": pairs.str[0], "kind": pairs.str[1], "rows": rows["rows"]})
    wide = table.pivot(index="file", columns="kind", values="rows").reset_index()
    order = ["file", "rows_read", "loaded", "quarantined"]
    wide = wide[[name for name in order if name in wide.columns]]
    return wide.set_axis(distinct(readable.head(view, name) for name in wide.columns), axis=1)


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
    names = [name for name in bends.split(",") if name]
    return list(
        dict.fromkeys(view.say(f"why.{name}.title") if has(f"why.{name}.title") else name for name in names)
    )


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
        refused = outcome.refused_rows(generation)
        times = [AcceptedFile.from_json(each).exported_at for each in generation.summary.get("kept", ())]
        rules = view.db.versions[-1].with_privacy_of(view.db.rules)
        here = Desk(exports.directory, rules, {}, view.language, Work(), generation)
        return Imported(here, refused, len(quarantine.to_correct(refused)), max(times, default=None))
    return None


def headline(view: View, quality: pd.DataFrame, found: Imported | None) -> str:
    """The finding of the page: rows in quarantine first, wherever they were refused."""
    if found is None or not found.wrong:
        return headlines.quality_headline(quality, view.language)
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
        return stale_note(view)
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
    with cards.box(title, view.say("say.quality.refused_sub"), "quality.refused"):
        outcome.counted(found.here, found.refused, "quality")
        aside = len(found.refused) - found.wrong
        if found.wrong and aside:
            small(found.here.say("quarantine_also", n=aside))
        cards.door(view, "import_data", view.say("say.quality.to_import"))
