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


def file_box(here: Desk, each: FileReport, place: int, is_open: bool, ask: Callable[[], None]) -> None:
    """What a file is, what became of its rows, where its columns go; `ask` draws what can be said of it."""
    values = {"name": each.name, "tool": here.tool(each.tool), "what": each.label[here.language]}
    if each.status != IMPORTED:
        with st.container(gap=None):
            st.markdown(esc(here.say("file_name", **values)))
            small(here.say("already") if each.status == ALREADY else here.say("aside", n=each.rows))
        return
    title, key = here.say("file_head", **values, rows=each.rows), f"i.file.{here.work.turn}.{place}"
    with st.expander(esc(title), expanded=is_open, on_change="rerun", key=key) as box:
        if not box.open:
            return
        small(here.say("recognised", headers=here.listed(each.recognised_by), **values))
        with st.container(gap=None):
            st.markdown(f"**{esc(_rows_sum(here, each))}**")
            for line in _remarks(here, each):
                small(line)
        ask()
        _columns(here, each)


def _rows_sum(here: Desk, each: FileReport) -> str:
    return here.say(
        "rows_sum",
        rows=each.rows,
        accepted=each.accepted,
        quarantined=each.quarantined,
        duplicates=each.duplicates,
    )


def _remarks(here: Desk, each: FileReport) -> Iterator[str]:
    if each.reasons:
        said = [here.say("reason_rows", reason=reason(here, name), n=n) for name, n in each.reasons.items()]
        yield here.say("reasons", reasons=here.listed(said))
    by = "upload" if each.exported_by == "time" and _is_upload(here, each.name) else each.exported_by
    yield here.say("exported", at=here.local(each.exported_at), by=here.say(f"exported_{by}"))
    if each.left_out:
        yield here.say("left_out", n=each.left_out)
    if each.also:
        yield here.say("also", n=each.also)


def _is_upload(here: Desk, name: str) -> bool:
    """Whether the only time of a file is that of the upload; what lies in a zip has one of its own."""
    outer, _, inner = name.partition("/")
    return name in here.work.uploaded or (
        outer in here.work.uploaded and not (inner and outer.endswith(".zip"))
    )


def reason(here: Desk, name: str) -> str:
    """Why a row was refused."""
    return say(f"refused.{name}", here.language) if has(f"refused.{name}") else name


def value(here: Desk, cell: Mapping[str, str]) -> str:
    """A value that somebody has to correct; of a row whose cells have moved it may be anybody's address."""
    is_masked = here.rules.privacy.personal_fields == "masked"
    if is_masked and (cell["target"] in PERSONAL or "@" in cell["value"]):
        return here.say("masked")
    return cell["value"] or here.say("empty")


def _columns(here: Desk, each: FileReport) -> None:
    is_masked = here.rules.privacy.personal_fields == "masked"
    columns = [column for column in each.columns if not is_added(column.header)]
    rows = [
        {
            "header": column.header,
            "target": target(here, each, column.target),
            "examples": _examples(here, column, is_masked),
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
    table(here, rows, names, f"i.columns.{each.name}", here.say("preview_sub"), 30, widths)
    if is_masked:
        small(here.say("columns_note"))
    if here.recomputes_scores and any(column.target == "score" for column in columns):
        small(here.say("score_rules"))
    unused = [column.header for column in columns if not column.target and column.filled]
    if unused:
        small(here.say("unused_columns", names=here.listed(unused, 10)))
        _keep(here, each, unused)


def _examples(here: Desk, column: ColumnReport, is_masked: bool) -> str:
    if is_masked and column.examples and (not column.target or column.target in PERSONAL):
        return here.say("masked")
    if column.read is not None:
        said, at = column.read
        return here.say("read_as", said=said, at=here.moment(at))
    return say("app.dot", here.language).join(column.examples)


def target(here: Desk, each: FileReport, name: str) -> str:
    """Where a column goes, in words."""
    kind, _, rest = name.partition(":")
    if kind == "entered":
        return here.say("entered", stage=_stage(here, each, rest))
    if kind == "extra":
        return here.say("extra")
    if name == "score" and here.recomputes_scores:
        return here.say("score_aside")
    return say(f"target.{name}", here.language) if name else here.say("unused")


def _stage(here: Desk, each: FileReport, word: str) -> str:
    """The stage that a word of the tool means, as the rules call it; else the word."""
    stages = here.labels.stages
    mapping = here.mappings.get(each.tool)
    shape = next((shape for shape in mapping.files if shape.name == each.shape), None) if mapping else None
    meant = (
        {normal(said): key for said, key in shape.stages.items()}.get(normal(word), word) if shape else word
    )
    return stages.get(meant, word)


def _keep(here: Desk, each: FileReport, unused: Sequence[str]) -> None:
    """How the columns that go nowhere can be kept."""
    with st.expander(here.say("unmapped"), icon=":material/add_column_right:"):
        st.markdown(esc(here.say("unmapped_how", folder=str(here.data / "mappings"))))
        headers = "\n".join(f"  {_quoted(header)}," for header in unused)
        text = f'adds_to = "{each.tool}"\n\n[[files]]\nname = "{each.shape}"\nkeep = [\n{headers}\n]'
        st.code(text, language="toml", height=260 if len(unused) > 6 else "content")


def _quoted(header: str) -> str:
    """A header as a TOML string."""
    flat = header.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(letter if letter.isprintable() else " " for letter in flat)}"'


def skipped(here: Desk, every_one: Sequence[Mapping[str, str]]) -> None:
    """What lay in folders and archives and is no table."""
    if every_one:
        with st.expander(f"{here.say('skipped')} ({len(every_one)})"):
            for each in every_one[: lists.SHOWN]:
                small(f"{each['name']} {each[here.language]}")
