"""Whatever fails on a page, in a part of it, in a drawer or on a click ends in a sentence of the app."""

import ast
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from funnel.errors import FunnelError
from funnel.layer.warehouse import Warehouse
from funnel.ui.cards import conversion
from funnel.ui.parts import explain, leads_behind, lists
from tests.test_app import FILTERED, JAPANESE, ROOT, opened, plain, texts

KNOWN = FunnelError("Too long: narrow the months.", "時間がかかりすぎます。期間を狭めてください。")
DOOR = ROOT / "funnel" / "ui" / "ground" / "troubles.py"
EVENTS = {"on_click", "on_select", "on_change", "on_dismiss", "on_submit"}
SCREENS = [
    ROOT / "app.py",
    *sorted((ROOT / "pages").glob("**/*.py")),
    *sorted((ROOT / "funnel").glob("**/*.py")),
]


@pytest.fixture(autouse=True)
def app(monkeypatch: pytest.MonkeyPatch, sample: Warehouse) -> None:
    """The app over the sample company."""
    monkeypatch.setenv("FUNNEL_DATA", str(sample.exports.directory))
    monkeypatch.chdir(ROOT)


def fails(trouble: Exception) -> Any:
    def failing(*_: object, **__: object) -> None:
        raise trouble

    return failing


def said(at: AppTest) -> str:
    return plain(" ".join([*texts(at), *(each.value for each in at.toast)]))


TROUBLES = pytest.mark.parametrize(
    ("trouble", "ja", "en"),
    [
        (KNOWN, KNOWN.ja, KNOWN.en),
        (ValueError("Duplicate column names"), "番号", "Give the administrator number"),
        (KeyError("mark"), "番号", "Give the administrator number"),
    ],
    ids=["known", "unknown", "a missing key"],
)


@TROUBLES
def test_a_drawer_that_cannot_be_filled_says_so_in_its_language(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: Exception, ja: str, en: str
) -> None:
    monkeypatch.setattr(explain, "readable", fails(trouble))
    for language, words in (("ja", ja), ("en", en)):
        at = opened("conversion", lang=language)
        at.button(key="why.cohorts").click().run()
        assert not at.exception
        assert words in said(at) and str(trouble.args[0]) not in said(at).replace(words, "")
    assert ("failed, number" in caplog.text) == (trouble is not KNOWN)


@TROUBLES
def test_a_list_that_cannot_be_drawn_says_so_and_the_page_stays(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception, ja: str, en: str
) -> None:
    monkeypatch.setattr(lists, "_numbered", fails(trouble))
    for language, words in (("ja", ja), ("en", en)):
        at = opened("dormant", lang=language)
        assert not at.exception and at.title and words in said(at)


@TROUBLES
def test_a_part_of_a_page_that_fails_on_a_click_ends_in_the_sentence_of_the_page(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception, ja: str, en: str
) -> None:
    for language, words in (("ja", ja), ("en", en)):
        at = opened("conversion", lang=language)
        with monkeypatch.context() as broken:
            broken.setattr(conversion, "choose_window", fails(trouble))
            at.get_by_key(f"c.step.{language}").set_value("sql-won").run()
        assert not at.exception and len(at.title) == 1 and words in said(at)
        assert bool(JAPANESE.search(at.title[0].value)) == (language == "ja")


@TROUBLES
def test_a_click_that_fails_is_told_in_a_toast_and_the_page_stays(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception, ja: str, en: str
) -> None:
    monkeypatch.setattr(explain, "_opened", fails(trouble))
    for language, words in (("ja", ja), ("en", en)):
        at = opened("conversion", lang=language)
        title = at.title[0].value
        at.button(key="why.cohorts").click().run()
        assert not at.exception and at.title[0].value == title
        assert [words in plain(each.value) for each in at.toast] == [True]


def test_an_unknown_trouble_of_a_drawer_closes_it_and_is_logged_for_the_operator(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(leads_behind.BEHIND, "funnel", fails(RuntimeError("a secret of the code")))
    with caplog.at_level(logging.ERROR, logger="funnel"):
        at = opened(mark='["funnel",{"stage":"mql"}]')
    (toast,) = at.toast
    number = toast.value.split("番号 ")[1][:4]
    assert f"number {number}" in caplog.text and "a secret of the code" in caplog.text
    assert "secret" not in said(at) and not at.exception and at.title


def test_ends_and_new_runs_of_streamlit_are_no_troubles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_numbered", lambda table: st.stop())
    at = opened("follow_ups")
    assert not at.exception and not at.toast and "番号" not in said(at)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", FILTERED)
def test_every_button_that_opens_a_drawer_opens_a_whole_one(name: str, language: str) -> None:
    at = opened(name, lang=language)
    keys = [str(button.key) for button in at.button if str(button.key).startswith(("why.", "behind."))]
    for key in keys:
        at = opened(name, lang=language) if key not in [button.key for button in at.button] else at
        at.button(key=key).click().run()
        assert not at.exception and not at.toast, key
        assert all(table.value.columns.is_unique for table in at.dataframe), key
        assert "Give the administrator" not in said(at) and "管理者に伝えて" not in said(at), key
    assert keys or name == "definitions"


def _calls(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def test_fragments_and_dialogs_are_made_in_one_place() -> None:
    found = [
        f"{path.name}:{node.lineno}"
        for path in SCREENS
        if path != DOOR
        for node in _calls(path)
        if (isinstance(node, ast.Attribute) and node.attr in ("fragment", "dialog", "experimental_fragment"))
        and not (isinstance(node.value, ast.Name) and node.value.id == "troubles")
    ]
    imported = [
        path.name
        for path in SCREENS
        for node in _calls(path)
        if isinstance(node, ast.ImportFrom)
        and node.module == "streamlit"
        and {each.name for each in node.names} & {"fragment", "dialog"}
    ]
    assert found == imported == []


def test_every_callback_of_a_widget_goes_through_that_place() -> None:
    def is_safe(value: ast.expr, names: set[str]) -> bool:
        if isinstance(value, ast.IfExp):
            return is_safe(value.body, names) and is_safe(value.orelse, names)
        if isinstance(value, ast.Name):
            return value.id in names
        return isinstance(value, ast.Constant) or ast.unparse(value).startswith("troubles.callback(")

    loose = []
    for path in SCREENS:
        nodes = list(_calls(path))
        made = {
            target.id
            for node in nodes
            if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("troubles.callback(")
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        loose += [
            f"{path.name}: {each.arg}={ast.unparse(each.value)}"
            for node in nodes
            if isinstance(node, ast.Call)
            for each in node.keywords
            if each.arg in EVENTS and not is_safe(each.value, made)
        ]
    assert loose == []
