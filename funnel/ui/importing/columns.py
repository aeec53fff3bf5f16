"""One file of an import, as the page shows it: what it is, what became of its rows, where its columns go.

Personal values are shown only where the rules show them. Knows reports, words and rules; runs nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import streamlit as st

from funnel.importing.mapping.load import normal
from funnel.importing.records.quarantine import is_added
from funnel.importing.records.report import ALREADY, IMPORTED, ColumnReport, FileReport
from funnel.ui.ground.markdown import esc, small
from funnel.ui.importing.session import Desk, table
from funnel.ui.parts import lists
from funnel.ui.state import filters
from funnel.words.translate import has, say

PERSONAL = {"contact_name", "first_name", "last_name", "email", "phone", "attributes"}


def file_box(desk: Desk, file: FileReport, position: int, is_open: bool, ask: Callable[[], None]) -> None:
    """What a file is, what became of its rows, where its columns go; `ask` draws what can be said of it."""
    values = {"name": file.name, "tool": desk.tool(file.tool), "what": file.label[desk.language]}
    if file.status != IMPORTED:
        with st.container(gap=None):
            st.markdown(esc(desk.say("file_name", **values)))
            small(desk.say("already") if file.status == ALREADY else desk.say("aside", n=file.rows))
        return
    title, key = desk.say("file_head", **values, rows=file.rows), f"i.file.{desk.work.turn}.{position}"
    with st.expander(esc(title), expanded=is_open, on_change="rerun", key=key) as box:
        if not box.open:
            return
        small(desk.say("recognised", headers=desk.listed(file.recognised_by), **values))
        with st.container(gap=None):
            st.markdown(f"**{esc(_rows_sum(desk, file))}**")
            for line in _remarks(desk, file):
                small(line)
        ask()
        _columns(desk, file)


def _rows_sum(desk: Desk, file: FileReport) -> str:
    return desk.say(
        "rows_sum",
        rows=file.rows,
        accepted=file.accepted,
        quarantined=file.quarantined,
        duplicates=file.duplicates,
    )


def _remarks(desk: Desk, file: FileReport) -> Iterator[str]:
    if file.reasons:
        reasons = [
            desk.say("reason_rows", reason=reason(desk, name), n=n) for name, n in file.reasons.items()
        ]
        yield desk.say("reasons", reasons=desk.listed(reasons))
    by = "upload" if file.exported_by == "time" and _is_upload(desk, file.name) else file.exported_by
    yield desk.say("exported", at=desk.local(file.exported_at), by=desk.say(f"exported_{by}"))
    if file.left_out:
        yield desk.say("left_out", n=file.left_out)
    if file.filled:
        yield desk.say("filled_in", n=file.filled)
    if file.totals:
        yield desk.say("totals", n=file.totals)
    if file.also:
        yield desk.say("also", n=file.also)


def _is_upload(desk: Desk, name: str) -> bool:
    """Whether the only time of a file is that of the upload; what lies in a zip has one of its own."""
    outer, _, inner = name.partition("/")
    return name in desk.work.uploaded or (
        outer in desk.work.uploaded and not (inner and outer.endswith(".zip"))
    )


def reason(desk: Desk, name: str) -> str:
    """Why a row was refused."""
    return say(f"refused.{name}", desk.language) if has(f"refused.{name}") else name


def value(desk: Desk, cell: Mapping[str, str]) -> str:
    """A value that somebody has to correct; of a row whose cells have moved it may be anybody's address."""
    is_masked = desk.rules.privacy.personal_fields == "masked"
    if is_masked and (cell["target"] in PERSONAL or "@" in cell["value"]):
        return desk.say("masked")
    return cell["value"] or desk.say("empty")


def _columns(desk: Desk, file: FileReport) -> None:
    is_masked = desk.rules.privacy.personal_fields == "masked"
    columns = [column for column in file.columns if not is_added(column.header)]
    rows = [
        {
            "header": column.header,
            "target": target(desk, file, column.target),
            "examples": _examples(desk, column, is_masked),
            "filled": column.filled,
            "unreadable": column.unreadable or None,
        }
        for column in columns
    ]
    names = ["header", "target", "examples", "filled"]
    if any(column.unreadable for column in columns):
        names.insert(2, "unreadable")
    widths = {"header": 150, "target": 150}
    if not filters.is_phone():
        widths = {"header": 270, "target": 170, "examples": 330, "filled": 85, "unreadable": 85}
    table(desk, rows, names, f"i.columns.{file.name}", desk.say("preview_sub"), 30, widths)
    if is_masked:
        small(desk.say("columns_note"))
    if desk.recomputes_scores and any(column.target == "score" for column in columns):
        small(desk.say("score_rules"))
    unused = [column.header for column in columns if not column.target and column.filled]
    if unused:
        small(desk.say("unused_columns", names=desk.listed(unused, 10)))
        _keep(desk, file, unused)


def _examples(desk: Desk, column: ColumnReport, is_masked: bool) -> str:
    if is_masked and column.examples and (not column.target or column.target in PERSONAL):
        return desk.say("masked")
    if column.read is not None:
        text, at = column.read
        return desk.say("read_as", said=text, at=desk.moment(at))
    return say("app.dot", desk.language).join(column.examples)


def target(desk: Desk, file: FileReport, name: str) -> str:
    """Where a column goes, in words."""
    kind, _, rest = name.partition(":")
    if kind == "entered":
        return desk.say("entered", stage=_stage(desk, file, rest))
    if kind == "extra":
        return desk.say("extra")
    if name == "score" and desk.recomputes_scores:
        return desk.say("score_aside")
    return say(f"target.{name}", desk.language) if name else desk.say("unused")


def _stage(desk: Desk, file: FileReport, word: str) -> str:
    """The stage that a word of the tool means, as the rules call it; else the word."""
    stages = desk.labels.stages
    mapping = desk.mappings.get(file.tool)
    shape = next((shape for shape in mapping.files if shape.name == file.shape), None) if mapping else None
    meant = (
        {normal(spelling): key for spelling, key in shape.stages.items()}.get(normal(word), word)
        if shape
        else word
    )
    return stages.get(meant, word)


def _keep(desk: Desk, file: FileReport, unused: Sequence[str]) -> None:
    """How the columns that go nowhere can be kept."""
    with st.expander(desk.say("unmapped"), icon=":material/add_column_right:"):
        st.markdown(esc(desk.say("unmapped_how", folder=str(desk.data / "mappings"))))
        headers = "\n".join(f"  {_quoted(header)}," for header in unused)
        text = f'adds_to = "{file.tool}"\n\n[[files]]\nname = "{file.shape}"\nkeep = [\n{headers}\n]'
        st.code(text, language="toml", height=260 if len(unused) > 6 else "content")


def _quoted(header: str) -> str:
    """A header as a TOML string."""
    flat = header.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(letter if letter.isprintable() else " " for letter in flat)}"'


def skipped(desk: Desk, every_one: Sequence[Mapping[str, str]]) -> None:
    """What lay in folders and archives and is no table."""
    if every_one:
        with st.expander(f"{desk.say('skipped')} ({len(every_one)})"):
            for left_out in every_one[: lists.SHOWN]:
                small(f"{left_out['name']} {left_out[desk.language]}")
