"""How long the answers of each page take together: the questions that a page asks are noted while it runs once,
then asked again and again over the layer alone."""

import logging
import os
import statistics
import time
from pathlib import Path
from typing import Any

from funnel.layer.warehouse import Warehouse
from funnel.questions.answer import Answer
from funnel.questions.ask import Bound, run
from funnel.rows import frame_of

ROOT = Path(__file__).parent.parent
Asked = list[tuple[str, dict[str, Any]]]


def asked_by_page(directory: Path, as_of: str) -> dict[str, Asked]:
    """The queries of every page as it opens, with their values."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    from funnel.ui.ground.pages import PAGES, WITHOUT_DATA
    from funnel.ui.state import cache

    logging.disable(logging.WARNING)  # streamlit's, that there is no server
    os.environ["FUNNEL_DATA"] = str(directory)
    noted: Asked = []
    answer = cache.answer

    def note(db: Warehouse, bound: Bound) -> Answer:
        noted.append((bound.name, dict(bound.values)))
        return answer(db, bound)

    cache.answer = note
    found = {}
    try:
        for entries in PAGES.values():
            for page, (path, _) in entries.items():
                if page in ("lead", *WITHOUT_DATA):
                    continue
                app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
                app.query_params["asof"] = as_of
                app.run()
                st.cache_data.clear()
                noted.clear()
                app.switch_page(path).run()
                if app.exception:
                    raise SystemExit(f"{page}: {app.exception[0].message}")
                found[page] = list(noted)
    finally:
        cache.answer = answer
    return found


def measure(db: Warehouse, pages: dict[str, Asked], rounds: int) -> dict[str, list[tuple[str, float, float]]]:
    """Median seconds of every answer, on the wall and of the processors, by page."""
    found = {}
    for page, asked in pages.items():
        found[page] = []
        for name, values in asked:
            times, works = [], []
            for _ in range(rounds):
                begin, worked = time.perf_counter(), time.process_time()
                frame_of(run(db, name, values))
                works.append(time.process_time() - worked)
                times.append(time.perf_counter() - begin)
            found[page].append((name, statistics.median(times), statistics.median(works)))
    return found


def table(found: dict[str, list[tuple[str, float, float]]]) -> str:
    """Milliseconds of each page and of its slowest answers."""
    lines = [
        "| page | answers | together, ms (aim 100) | of CPU | the slowest |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for page, answers in found.items():
        slowest = sorted(answers, key=lambda each: -each[1])[:4]
        wall, cpu = (sum(each[place] for each in answers) * 1000 for place in (1, 2))
        named = " · ".join(f"{name} {seconds * 1000:.0f}" for name, seconds, _ in slowest)
        lines.append(f"| {page} | {len(answers)} | {wall:.0f} | {cpu:.0f} | {named} |")
    return "\n".join(lines)
