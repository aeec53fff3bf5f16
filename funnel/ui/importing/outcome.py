"""What came of an import, as the page shows it: history, joined leads, unknown stage words, refused rows.

Reads what an import said of itself; runs nothing.
"""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import streamlit as st

from funnel.errors import FunnelError
from funnel.importing.publishing.generations import Generation
from funnel.importing.publishing.statistics import is_ahead
from funnel.importing.records import quarantine
from funnel.importing.run import last_report
from funnel.ui.ground.markdown import esc, small
from funnel.ui.importing.columns import reason, value
from funnel.ui.importing.session import Desk, table
from funnel.ui.parts import cards, downloads, lists
from funnel.ui.state import filters
from funnel.words.dates import full_date
from funnel.words.translate import say


def outcome(here: Desk, report: Mapping[str, Any], key: str) -> None:
    """Since when there is history, what was joined, which stage words nobody knows."""
    _histories(here, report, key)
    if report["unknown_stages"]:
        rows = report["unknown_stages"]
        with cards.box(here.say("stages", n=len(rows)), here.say("stages_sub"), f"import.stages.{key}"):
            table(here, rows, ("word", "rows"), f"i.stages.{key}", here.say("stages_sub"))
    types = [
        row | {"file": each["name"]} for each in report["files"] for row in each.get("unknown_types", ())
    ]
    if types:
        with cards.box(here.say("types", n=len(types)), here.say("types_sub"), f"import.types.{key}"):
            table(here, types, ("file", "word", "rows"), f"i.types.{key}", here.say("types_sub"))
    if len(report["joins"]) > 1:
        _joins(here, report, key)


def _histories(here: Desk, report: Mapping[str, Any], key: str) -> None:
    names, rows = here.labels.activities, []
    for each in sorted(report["histories"], key=lambda each: each["type"] != "stage_change"):
        first, last = (here.local(_instant(each[name])) for name in ("first_at", "last_at"))
        since = here.say("since", day=first)
        rows.append(
            {
                "kind": names.get(each["type"], each["type"]),
                "count": each["rows"],
                "since": since,
                "until": full_date(last, here.language),
                "first": first,
            }
        )
    headline = (
        here.say("history", kind=rows[0]["kind"], day=rows[0]["first"]) if rows else here.say("history_none")
    )
    with cards.box(
        headline, here.say("history_sub" if rows else "history_none_sub"), f"import.history.{key}"
    ):
        if rows:
            table(here, rows, ("kind", "count", "since", "until"), f"i.history.{key}", headline)
        types = {each["type"] for each in report["histories"]}
        if here.recomputes_scores and "score_change" in types:
            small(here.say("score_rules"))
        for name in ("compared", "waiting"):
            if report[name]:
                st.markdown(esc(here.say(name, n=report[name])))


def _instant(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _joins(here: Desk, report: Mapping[str, Any], key: str) -> None:
    joined = sum(each["joined_by_id"] + each["joined_by_mail"] for each in report["joins"])
    headline = here.say("joined", n=joined) if joined else here.say("joined_none")
    rows = [
        _placed(here, each, each["tool"] == report["base"], len(report["joins"]), joined)
        for each in report["joins"]
    ]
    with cards.box(headline, here.say("joined_sub"), f"import.joins.{key}"):
        table(
            here,
            rows,
            ("tool", "leads", "by_id", "by_mail", "single", "ambiguous", "merged"),
            f"i.joins.{key}",
            headline,
        )
        if report.get("overruled"):
            small(here.say("overruled", n=report["overruled"]))
        if report["conflicts"]:
            small(here.say("conflicts"))
            rows = [
                {"field": say(f"target.{each['target']}", here.language), "differing": each["leads"]}
                for each in report["conflicts"]
            ]
            table(here, rows, ("field", "differing"), f"i.conflicts.{key}", here.say("conflicts"))
        path = here.served.path / "kept" / "joins.parquet" if here.served else None
        if key == "served" and path is not None and path.exists():
            st.download_button(
                here.say("joins_file"),
                data=partial(_joins_csv, here, path),
                file_name=f"{here.say('joins_file')}.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key="i.joins.file",
            )


def _placed(here: Desk, each: Mapping[str, Any], is_base: bool, tools: int, joined: int) -> dict[str, Any]:
    """How the leads of one tool were joined to those of the first, and how many are known to it alone."""
    own = each["joined_by_id"] + each["joined_by_mail"]
    alone = each["leads"] - (joined if is_base else own)
    return {
        "tool": here.tool(each["tool"]),
        "leads": each["leads"],
        "by_id": None if is_base else each["joined_by_id"],
        "by_mail": None if is_base else each["joined_by_mail"],
        "single": alone if tools == 2 or not is_base else None,  # of three, two may be joined to one lead
        "ambiguous": each["ambiguous"],
        "merged": each["merged"],
    }


def _joins_csv(here: Desk, path: Path) -> bytes:
    """Every lead of every tool: which lead it is here, how it was joined, where the tools differ."""
    rows = pq.read_table(path).to_pandas()
    rows["tool"] = rows["tool"].map(here.tool)
    rows["joined_by"] = rows["joined_by"].map(lambda by: here.say(f"by.{by}"), na_action="ignore")
    rows["conflicts"] = [
        None if names is None else here.listed([say(f"target.{name}", here.language) for name in names])
        for names in rows["conflicts"]
    ]
    return downloads.csv(rows.rename(columns={name: here.say(f"column.{name}") for name in rows.columns}))


def served(here: Desk) -> None:
    """What the import that is shown said of itself."""
    if here.served is None or here.work.report is not None:
        return
    report = _last(here)
    if report is not None:
        _files(here, report)
        outcome(here, report, "served")


def ahead_note(here: Desk) -> str:
    """A word where the import that is shown was exported long after the last thing in it."""
    report = _last(here) or {}
    times = [report.get(key) for key in ("exported_at", "newest_at")]
    exported, newest = (_instant(str(each)) if each else None for each in times)
    if exported is None or newest is None or not is_ahead(exported, newest):
        return ""
    return here.say("sentence_end") + here.say(
        "ahead", exported=here.local(exported), newest=here.local(newest)
    )


def _last(here: Desk) -> dict[str, Any] | None:
    try:
        return last_report(here.data)
    except (OSError, ValueError, FunnelError):
        return None


def _files(here: Desk, report: Mapping[str, Any]) -> None:
    """What became of the rows of each file."""
    rows = [
        {
            "file": each["name"],
            "what": f"{here.tool(each['tool'])} {each['label'][here.language]}",
            **{name: each[name] for name in ("rows", "accepted", "duplicates")},
            "refused": each["quarantined"],
            "exported": here.moment(_instant(each["exported_at"])),
        }
        for each in report["files"]
    ]
    sums = {name: sum(each[name] for each in report["files"]) for name in ("rows", "accepted")}
    headline = here.say("read", files=len(rows), **sums)
    with cards.box(headline, here.say("read_sub"), "import.read"):
        names = ("file", "rows", "accepted", "refused", "duplicates", "what", "exported")
        table(here, rows, names, "i.read", headline, widths={"file": 150} if filters.is_phone() else None)
        if report["corrected"]:
            st.markdown(esc(here.say("corrected", n=report["corrected"])))


# ---------------------------------------------------------------- what was refused


def refused(here: Desk) -> None:
    """The rows in quarantine by file and reason, one by one, and to take along for correction."""
    if here.served is None or here.work.report is not None:
        return
    rows = refused_rows(here.served)
    wrong = quarantine.to_correct(rows)
    aside = len(rows) - len(wrong)
    if not len(wrong):
        if aside:
            with cards.box(
                here.say("quarantine_aside", n=aside), here.say("quarantine_aside_sub"), "import.aside"
            ):
                counted(here, rows, "refused")
        return
    is_single = pc.count_distinct(wrong["sha256"]).as_py() == 1
    name = str(wrong["file"][0].as_py()).replace("/", "_").rpartition(".")
    with cards.box(here.say("quarantine", n=len(wrong)), here.say("quarantine_sub"), "import.quarantine"):
        counted(here, rows, "refused")
        if aside:
            small(here.say("quarantine_also", n=aside))
        small(here.say("quarantine_how"))
        st.download_button(
            here.say("quarantine_file"),
            data=partial(_corrections, here.served.path, is_single, here.language),
            file_name=f"{name[0] or name[2]}.rejected.csv" if is_single else "rejected.zip",
            mime="text/csv" if is_single else "application/zip",
            icon=":material/download:",
            on_click="ignore",
            key="i.refused.file",
        )
        title = here.say("quarantine_rows", n=len(wrong))
        with st.expander(title, on_change="rerun", key="i.refused.open") as box:
            if box.open:
                _refused_rows(here, wrong)


def refused_rows(generation: Generation) -> pa.Table:
    """The rows in quarantine, without their bytes, each with the first of its reasons."""
    names = ["file", "sha256", "line", "reasons", "wrong"]
    rows = quarantine.read(generation.path, names)
    return rows.append_column("reason", pc.list_element(rows["reasons"], 0))


def counted(here: Desk, rows: pa.Table, key: str) -> None:
    """The rows in quarantine by reason and file."""
    counts = rows.group_by(["file", "reason"], use_threads=False).aggregate([("line", "count")]).to_pylist()
    shown = [
        {"reason": reason(here, each["reason"]), "rows": each["line_count"], "file": each["file"]}
        for each in counts
    ]
    names, widths = ("reason", "rows", "file"), {"reason": 240 if filters.is_phone() else 300, "rows": 70}
    table(here, shown, names, f"i.{key}", here.say("quarantine_sub"), widths=widths)


def _refused_rows(here: Desk, rows: pa.Table) -> None:
    """The first of them, a line for each cell that has to be corrected."""
    first = rows.slice(0, lists.SHOWN).to_pylist()
    shown = []
    for row in first:
        for name in row["reasons"]:
            cells = [cell for cell in row["wrong"] or () if cell["reason"] == name]
            for cell in cells or [None]:
                told = {"header": cell["header"], "value": value(here, cell)} if cell else {}
                place = {"line": row["line"], "reason": reason(here, name), "file": row["file"]}
                shown.append({"header": None, "value": None} | told | place)
    names = ["line", "header", "value", "reason"]
    if pc.count_distinct(rows["file"]).as_py() > 1:
        names.append("file")
    is_phone = filters.is_phone()
    widths = {"line": 60, "header": 110 if is_phone else 250, "value": 120 if is_phone else 200}
    table(here, shown, names, "i.refused.rows", here.say("quarantine_sub"), widths=widths)
    if len(rows) > len(first):
        small(here.say("quarantine_some", k=len(first), n=len(rows)))


def _corrections(folder: Path, is_single: bool, language: str) -> bytes:
    """The rows to correct as they were: one file, or a zip with one for each file that had some."""
    rows = quarantine.read(folder)
    files = quarantine.downloads(quarantine.to_correct(rows), language)
    if is_single:
        return next(iter(files.values()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
