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


def outcome(desk: Desk, report: Mapping[str, Any], key: str) -> None:
    """Since when there is history, what was joined, which stage words nobody knows."""
    _histories(desk, report, key)
    if report["unknown_stages"]:
        rows = report["unknown_stages"]
        with cards.box(desk.say("stages", n=len(rows)), desk.say("stages_sub"), f"import.stages.{key}"):
            table(desk, rows, ("word", "rows"), f"i.stages.{key}", desk.say("stages_sub"))
    types = [
        row | {"file": file["name"]} for file in report["files"] for row in file.get("unknown_types", ())
    ]
    if types:
        with cards.box(desk.say("types", n=len(types)), desk.say("types_sub"), f"import.types.{key}"):
            table(desk, types, ("file", "word", "rows"), f"i.types.{key}", desk.say("types_sub"))
    if len(report["joins"]) > 1:
        _joins(desk, report, key)


def _histories(desk: Desk, report: Mapping[str, Any], key: str) -> None:
    names, rows = desk.labels.activities, []
    for events in sorted(report["histories"], key=lambda events: events["type"] != "stage_change"):
        first, last = (desk.local(_instant(events[name])) for name in ("first_at", "last_at"))
        since = desk.say("since", day=first)
        rows.append(
            {
                "kind": names.get(events["type"], events["type"]),
                "count": events["rows"],
                "since": since,
                "until": full_date(last, desk.language),
                "first": first,
            }
        )
    headline = (
        desk.say("history", kind=rows[0]["kind"], day=rows[0]["first"]) if rows else desk.say("history_none")
    )
    with cards.box(
        headline, desk.say("history_sub" if rows else "history_none_sub"), f"import.history.{key}"
    ):
        if rows:
            table(desk, rows, ("kind", "count", "since", "until"), f"i.history.{key}", headline)
        types = {events["type"] for events in report["histories"]}
        if desk.recomputes_scores and "score_change" in types:
            small(desk.say("score_rules"))
        for name in ("compared", "waiting"):
            if report[name]:
                st.markdown(esc(desk.say(name, n=report[name])))


def _instant(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _joins(desk: Desk, report: Mapping[str, Any], key: str) -> None:
    joined = sum(join["joined_by_id"] + join["joined_by_mail"] for join in report["joins"])
    headline = desk.say("joined", n=joined) if joined else desk.say("joined_none")
    rows = [
        _placed(desk, join, join["tool"] == report["base"], len(report["joins"]), joined)
        for join in report["joins"]
    ]
    with cards.box(headline, desk.say("joined_sub"), f"import.joins.{key}"):
        table(
            desk,
            rows,
            ("tool", "leads", "by_id", "by_mail", "single", "ambiguous", "merged"),
            f"i.joins.{key}",
            headline,
        )
        if report.get("overruled"):
            small(desk.say("overruled", n=report["overruled"]))
        if report["conflicts"]:
            small(desk.say("conflicts"))
            rows = [
                {"field": say(f"target.{join['target']}", desk.language), "differing": join["leads"]}
                for join in report["conflicts"]
            ]
            table(desk, rows, ("field", "differing"), f"i.conflicts.{key}", desk.say("conflicts"))
        path = desk.served.path / "kept" / "joins.parquet" if desk.served else None
        if key == "served" and path is not None and path.exists():
            st.download_button(
                desk.say("joins_file"),
                data=partial(_joins_csv, desk, path),
                file_name=f"{desk.say('joins_file')}.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key="i.joins.file",
            )


def _placed(desk: Desk, join: Mapping[str, Any], is_base: bool, tools: int, joined: int) -> dict[str, Any]:
    """How the leads of one tool were joined to those of the first, and how many are known to it alone."""
    own = join["joined_by_id"] + join["joined_by_mail"]
    alone = join["leads"] - (joined if is_base else own)
    return {
        "tool": desk.tool(join["tool"]),
        "leads": join["leads"],
        "by_id": None if is_base else join["joined_by_id"],
        "by_mail": None if is_base else join["joined_by_mail"],
        "single": alone if tools == 2 or not is_base else None,  # of three, two may be joined to one lead
        "ambiguous": join["ambiguous"],
        "merged": join["merged"],
    }


def _joins_csv(desk: Desk, path: Path) -> bytes:
    """Every lead of every tool: which lead it is here, how it was joined, where the tools differ."""
    rows = pq.read_table(path).to_pandas()
    rows["tool"] = rows["tool"].map(desk.tool)
    rows["joined_by"] = rows["joined_by"].map(lambda by: desk.say(f"by.{by}"), na_action="ignore")
    rows["conflicts"] = [
        None if names is None else desk.listed([say(f"target.{name}", desk.language) for name in names])
        for names in rows["conflicts"]
    ]
    return downloads.csv(rows.rename(columns={name: desk.say(f"column.{name}") for name in rows.columns}))


def served(desk: Desk) -> None:
    """What the import that is shown said of itself."""
    if desk.served is None or desk.work.report is not None:
        return
    report = _last(desk)
    if report is not None:
        _files(desk, report)
        outcome(desk, report, "served")


def ahead_note(desk: Desk) -> str:
    """A word where the import that is shown was exported long after the last thing in it."""
    report = _last(desk) or {}
    times = [report.get(key) for key in ("exported_at", "newest_at")]
    exported, newest = (_instant(str(text)) if text else None for text in times)
    if exported is None or newest is None or not is_ahead(exported, newest):
        return ""
    return desk.say("sentence_end") + desk.say(
        "ahead", exported=desk.local(exported), newest=desk.local(newest)
    )


def _last(desk: Desk) -> dict[str, Any] | None:
    try:
        return last_report(desk.data)
    except (OSError, ValueError, FunnelError):
        return None


def _files(desk: Desk, report: Mapping[str, Any]) -> None:
    """What became of the rows of each file."""
    rows = [
        {
            "file": file["name"],
            "what": f"{desk.tool(file['tool'])} {file['label'][desk.language]}",
            **{name: file[name] for name in ("rows", "accepted", "duplicates")},
            "refused": file["quarantined"],
            "exported": desk.moment(_instant(file["exported_at"])),
        }
        for file in report["files"]
    ]
    sums = {name: sum(file[name] for file in report["files"]) for name in ("rows", "accepted")}
    headline = desk.say("read", files=len(rows), **sums)
    with cards.box(headline, desk.say("read_sub"), "import.read"):
        names = ("file", "rows", "accepted", "refused", "duplicates", "what", "exported")
        table(desk, rows, names, "i.read", headline, widths={"file": 150} if filters.is_phone() else None)
        if report["corrected"]:
            st.markdown(esc(desk.say("corrected", n=report["corrected"])))


# ---------------------------------------------------------------- what was refused


def refused(desk: Desk) -> None:
    """The rows in quarantine by file and reason, one by one, and to take along for correction."""
    if desk.served is None or desk.work.report is not None:
        return
    rows = refused_rows(desk.served)
    wrong = quarantine.to_correct(rows)
    aside = len(rows) - len(wrong)
    if not len(wrong):
        if aside:
            with cards.box(
                desk.say("quarantine_aside", n=aside), desk.say("quarantine_aside_sub"), "import.aside"
            ):
                counted(desk, rows, "refused")
        return
    is_single = pc.count_distinct(wrong["sha256"]).as_py() == 1
    name = str(wrong["file"][0].as_py()).replace("/", "_").rpartition(".")
    with cards.box(desk.say("quarantine", n=len(wrong)), desk.say("quarantine_sub"), "import.quarantine"):
        counted(desk, rows, "refused")
        if aside:
            small(desk.say("quarantine_also", n=aside))
        small(desk.say("quarantine_how"))
        st.download_button(
            desk.say("quarantine_file"),
            data=partial(_corrections, desk.served.path, is_single, desk.language),
            file_name=f"{name[0] or name[2]}.rejected.csv" if is_single else "rejected.zip",
            mime="text/csv" if is_single else "application/zip",
            icon=":material/download:",
            on_click="ignore",
            key="i.refused.file",
        )
        title = desk.say("quarantine_rows", n=len(wrong))
        with st.expander(title, on_change="rerun", key="i.refused.open") as box:
            if box.open:
                _refused_rows(desk, wrong)


def refused_rows(generation: Generation) -> pa.Table:
    """The rows in quarantine, without their bytes, each with the first of its reasons."""
    names = ["file", "sha256", "line", "reasons", "wrong"]
    rows = quarantine.read(generation.path, names)
    return rows.append_column("reason", pc.list_element(rows["reasons"], 0))


def counted(desk: Desk, rows: pa.Table, key: str) -> None:
    """The rows in quarantine by reason and file."""
    counts = rows.group_by(["file", "reason"], use_threads=False).aggregate([("line", "count")]).to_pylist()
    lines = [
        {"reason": reason(desk, count["reason"]), "rows": count["line_count"], "file": count["file"]}
        for count in counts
    ]
    names, widths = ("reason", "rows", "file"), {"reason": 240 if filters.is_phone() else 300, "rows": 70}
    table(desk, lines, names, f"i.{key}", desk.say("quarantine_sub"), widths=widths)


def _refused_rows(desk: Desk, rows: pa.Table) -> None:
    """The first of them, a line for each cell that has to be corrected."""
    first = rows.slice(0, lists.SHOWN).to_pylist()
    lines = []
    for row in first:
        for name in row["reasons"]:
            cells = [cell for cell in row["wrong"] or () if cell["reason"] == name]
            for cell in cells or [None]:
                wrong_cell = {"header": cell["header"], "value": value(desk, cell)} if cell else {}
                position = {"line": row["line"], "reason": reason(desk, name), "file": row["file"]}
                lines.append({"header": None, "value": None} | wrong_cell | position)
    names = ["line", "header", "value", "reason"]
    if pc.count_distinct(rows["file"]).as_py() > 1:
        names.append("file")
    is_phone = filters.is_phone()
    widths = {"line": 60, "header": 110 if is_phone else 250, "value": 120 if is_phone else 200}
    table(desk, lines, names, "i.refused.rows", desk.say("quarantine_sub"), widths=widths)
    if len(rows) > len(first):
        small(desk.say("quarantine_some", k=len(first), n=len(rows)))


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
