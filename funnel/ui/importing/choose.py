"""Files chosen, checked and imported on the page, and what is unclear of them asked.

A file name that a browser sends is shown, never followed: what was uploaded lies in a folder of its own, which goes
with the run. Knows widgets and what an import asks; what it says of itself is import_report.py.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from funnel.errors import FunnelError
from funnel.importing.identify import FileOptions, ImportOptions
from funnel.importing.publishing.statistics import is_far_fewer
from funnel.importing.reading.needs_answer import NeedsAnswer
from funnel.importing.records.report import IMPORTED, FileReport, ImportReport
from funnel.importing.run import import_files
from funnel.local_time import zone
from funnel.server.seams import MARKS
from funnel.ui.ground import troubles
from funnel.ui.ground.markdown import esc, small
from funnel.ui.importing import columns, history, inbox, outcome
from funnel.ui.importing.session import Desk, Work
from funnel.ui.parts import cards
from funnel.ui.state import cache
from funnel.words.translate import say

TYPES = ("csv", "tsv", "txt", "xlsx", "parquet", "json", "jsonl", "zip")
ENCODINGS = ("utf-8", "cp932", "euc-jp", "utf-16", "iso-8859-1")
STEPS = ("reading", "joining", "publishing")


def head(desk: Desk) -> cards.Head:
    """The small line, and the place of the headline."""
    page = say("page.import_data", desk.language)
    question = say("page.import_data_question", desk.language)
    return cards.head_line(say("page.title", desk.language, page=page, question=question))


def headline(desk: Desk) -> tuple[str, str]:
    """The headline of the page and the line under it: what is to be done now, else what is shown."""
    work, served = desk.work, desk.served
    if work.question is not None:
        return desk.say("asked"), ""
    if work.error is not None:
        return desk.say("failed"), desk.say("failed_note") if desk.served else ""
    if work.report is not None:
        rows = sum(file.rows for file in work.report.files if file.status == IMPORTED)
        accepted = sum(file.accepted for file in work.report.files)
        if not any(file.status == IMPORTED for file in work.report.files):
            return desk.say("nothing_new"), desk.say("nothing_new_note")
        return desk.say("checked_all" if rows == accepted else "checked", rows=rows, accepted=accepted), ""
    if desk.damage is not None:
        return say("app.unusable_headline", desk.language), desk.damage.sentence(desk.language)
    if served is None and work.news == "went_back":
        return desk.say("own"), desk.say("own_back_note")
    if served is None:
        has_own = cache.has_data(desk.data)
        return desk.say("own" if has_own else "none"), desk.say("own_note") if has_own else ""
    values = {key: served.summary.get(key, 0) for key in ("leads", "activities")}
    at = desk.local(served.made_at)
    if work.news == "done":
        return desk.say("done", **values), desk.say("done_note") + outcome.ahead_note(desk)
    note = "went_back_note" if work.news else "served_note" if history.is_newest_shown(desk) else "back_note"
    return desk.say("served", **values), desk.say(note, at=at) + outcome.ahead_note(desk)


# ---------------------------------------------------------------- choosing


def choose(desk: Desk) -> None:
    """The card with the files, the question if there is one, and the button; runs what was asked for."""
    work = desk.work
    with cards.box(desk.say("choose"), desk.say("choose_sub"), "import.choose"):
        _word_uploader(desk, "i-files", st.get_option("server.maxUploadSize"))
        uploads = st.file_uploader(
            desk.say("files"),
            type=TYPES,
            accept_multiple_files=True,
            key=f"i.files.{work.turn}",
        )
        on_server = _on_server(desk)
        chosen = (*(f"{upload.file_id}" for upload in uploads), *(str(path) for path in on_server))
        if chosen != work.checked and (work.report or work.question or work.error):
            work.forget()
            st.rerun()
        if work.question is not None:
            _ask(desk, work.question)
        if work.error is not None:
            cards.show_error(desk.language, work.error)
        with st.container(horizontal=True, vertical_alignment="center"):
            if work.report is None:
                st.button(
                    desk.say("check"),
                    icon=":material/fact_check:",
                    on_click=troubles.callback(_want),
                    args=(work, "check"),
                    disabled=not chosen,
                    key="i.check",
                )
                small(desk.say("check_hint"))
        if work.wants and chosen:
            _run(desk, uploads, on_server, chosen)


def _word_uploader(desk: Desk, key: str, size: int) -> None:
    """The words of an uploader in the page's language: Streamlit has them in English only.

    Its own are taken away for readers of every kind, and ours stand in their place in the same button.
    """
    words = {
        (MARKS["upload_button"], "p"): desk.say("upload"),
        (MARKS["upload_hint"], "span"): desk.say("upload_hint", size=size),
        ("> input + div:not(:has(button))", "span"): desk.say(
            "drop_files"
        ),  # while a file is dragged over it
    }
    zone = f'[class*="st-key-{key}"] {MARKS["upload"]}'
    rules = "".join(
        f"{zone} {box} > {own} {{display: none}} "
        f'{zone} {box}::after {{content: "{text}"; font-size: 0.875rem}} '
        for (box, own), text in words.items()
    )
    # the button says what the unseen input under it does
    st.html(f"<style>{rules}{zone} > input {{visibility: hidden}}</style>")


def _on_server(desk: Desk) -> list[Path]:
    folder = inbox.folder(desk.data)
    names = inbox.names(folder)
    with st.expander(desk.say("on_server"), icon=":material/folder_open:"):
        if not names:
            small(desk.say("inbox_empty", folder=str(folder)))
            return []
        picked = st.multiselect(
            desk.say("inbox", folder=str(folder)),
            names,
            placeholder=desk.say("inbox_placeholder"),
            select_all=False,
            key=f"i.inbox.{desk.work.turn}",
        )
    return [folder / name for name in picked if name in names]


def _ask(desk: Desk, question: NeedsAnswer) -> None:
    """The question as a sentence, and the control that answers it."""
    work = desk.work
    st.markdown(f":material/help: {esc(question.question(desk.language))}")
    key = f"i.{question.asks}.{question.name}.{work.turn}"
    if question.asks == "mapping":
        label = desk.say("ask_mapping")
        _word_uploader(desk, "i-mapping", 1)
        st.file_uploader(
            label,
            type="toml",
            on_change=troubles.callback(_bring),
            args=(work, key),
            key=key,
            max_upload_size=1,
        )
        return
    label = desk.say(f"ask_{question.asks}", example=question.example)
    named: dict[str, Callable[[str], str]] = {"source": desk.tool, "encoding": str}
    if question.asks == "date_order":
        named["date_order"] = partial(_order_said, desk, question.example)
    st.segmented_control(
        label,
        ENCODINGS if question.asks == "encoding" else question.choices,
        format_func=named[question.asks],
        on_change=troubles.callback(_answer),
        args=(work, question.name, question.asks, key),
        key=key,
    )


def _order_said(desk: Desk, example: str, order: str) -> str:
    """What a date of the file means if its month or its day comes first."""
    one, two, year = (int(part) for part in re.split(r"[/.-]", example))
    month, day = (one, two) if order == "mdy" else (two, one)
    return desk.say(f"order_{order}", day=date(year, month, day))


def _bring(work: Work, key: str) -> None:
    brought = st.session_state[key]
    if brought is not None:
        work.mappings[brought.name] = brought.getvalue()
        _want(work, "check")


def _answer(work: Work, name: str, what: str, key: str) -> None:
    value = st.session_state[key]
    if value:
        work.options[name] = replace(work.options.get(name, FileOptions()), **{what: value})
        _want(work, "check")


def _want(work: Work, what: str) -> None:
    work.wants, work.news = what, ""


# ---------------------------------------------------------------- checking and importing


def _run(desk: Desk, uploads: Sequence[Any], on_server: Sequence[Path], chosen: tuple[str, ...]) -> None:
    """Do what was asked for, with a bar; keep what came of it, and draw the page anew."""
    work, is_dry = desk.work, desk.work.wants == "check"
    work.wants, work.checked = "", chosen
    work.question = work.error = work.report = None
    bar = st.progress(0.0, text=esc(desk.say("step_reading")))

    def progress(share: float, step: str) -> None:
        text = desk.say(f"step_{step}") if step in STEPS else desk.say("step_file", name=step)
        bar.progress(min(share, 1.0), text=esc(text))

    try:
        with TemporaryDirectory(prefix="funnel-", ignore_cleanup_errors=True) as folder:
            files = [
                _written(Path(folder, f"{n:03d}"), upload.name, upload.getbuffer())
                for n, upload in enumerate(uploads)
            ]
            mappings = [_written(Path(folder, "own"), *upload) for upload in work.mappings.items()]
            work.uploaded = tuple(path.name for path in files)
            options = ImportOptions(mappings=tuple(mappings), is_dry=is_dry, of_file=dict(work.options))
            report = import_files(desk.data, [*files, *on_server], options, progress)
    except NeedsAnswer as error:
        work.question, work.error = (error, None) if error.asks else (None, error)
    except FunnelError as error:
        work.error = error
    else:
        work.report = report
        if report.generation is not None:
            work.drop()
            work.news = "done"
            cache.take_new(desk.data)
    st.rerun()


def _written(folder: Path, name: str, content: bytes | memoryview) -> Path:
    """An upload as a file, in a folder of its own."""
    folder.mkdir(exist_ok=True)
    path = folder / plain_name(name)
    path.write_bytes(content)
    return path


def plain_name(name: str) -> str:
    """What is left of a browser's file name: letters, digits and harmless marks, an ending that is read."""
    last = re.split(r"[/\\]", name)[-1]
    stem, dot, ending = last.rpartition(".")
    ending = re.sub(r"\W", "", ending).lower() if dot else ""
    stem = re.sub(r"[^\w \-()（）.・]", "_", stem if dot else last).strip(" .")[:80] or "file"
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", stem.split(".")[0]):
        stem = f"_{stem}"
    return f"{stem}.{ending}" if ending in (*TYPES, "toml") else stem


# ---------------------------------------------------------------- the check, seen


def preview(desk: Desk) -> None:
    """What the check found, and the buttons that import it or put it away."""
    report = desk.work.report
    if report is None:
        return
    is_new = any(file.status == IMPORTED for file in report.files)
    headline = desk.say("preview", leads=report.leads, activities=report.activities)
    sub = desk.say("preview_sub") if is_new else ""
    with cards.box(headline if is_new else desk.say("nothing_new"), sub, "import.preview"):
        if is_new:
            _change(desk, report)
        with st.container(horizontal=True):
            if is_new:
                st.button(
                    desk.say("publish"),
                    icon=":material/upload_file:",
                    on_click=troubles.callback(_want),
                    args=(desk.work, "publish"),
                    key="i.publish",
                )
            st.button(desk.say("drop"), on_click=troubles.callback(desk.work.drop), key="i.drop")
        for position, file in enumerate(report.files):
            ask = partial(_ask_day, desk, file, position)
            columns.file_box(desk, file, position, len(report.files) <= 3, ask)
        columns.skipped(desk, report.skipped)
    if is_new:
        outcome.outcome(desk, report.to_json(), "preview")


def _change(desk: Desk, report: ImportReport) -> None:
    """What is shown now, in amber where far fewer leads would be shown than now."""
    if report.before is None:
        return
    key = "now_own" if desk.served is None else "now"
    line = desk.say(key, **report.before)
    if is_far_fewer(report.before, report.leads):
        fewer = desk.say("far_fewer", before=report.before["leads"], leads=report.leads)
        st.markdown(f":orange[:material/warning:] **{esc(fewer)}** {esc(line)}")
    else:
        small(line)


def _ask_day(desk: Desk, file: FileReport, position: int) -> None:
    """Another day of the export than that of the upload, where the file's name tells none."""
    if file.exported_by in ("name", "corrected"):
        return
    key = f"i.day.{desk.work.turn}.{position}"
    today = desk.local(datetime.now(UTC)).date()
    st.date_input(
        desk.say("exported_ask"),
        value=desk.local(file.exported_at).date() if file.exported_by == "given" else None,
        max_value=today,
        format="YYYY/MM/DD",
        width=260,
        on_change=troubles.callback(partial(_say_day, desk, file.name, key, today)),
        key=key,
    )


def _say_day(desk: Desk, name: str, key: str, today: date) -> None:
    """A day in the past counts to its end, today as it is."""
    day = st.session_state[key]
    end = datetime.combine(day, time(23, 59, 59), zone(desk.rules.timezone)) if day and day < today else None
    desk.work.options[name] = replace(desk.work.options.get(name, FileOptions()), exported_at=end)
    _want(desk.work, "check")
