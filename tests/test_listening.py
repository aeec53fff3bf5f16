"""Without sign-in the app is for this computer alone; to let others in is one decision, written out."""

import asyncio
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from funnel.server import listening
from funnel.server.listening import KNOWINGLY, SETTING, Listening, is_loopback, may_serve, refusal
from tests.browser.served import ROOT, served

OWN = [
    "127.0.0.1",
    "127.0.0.2",
    "127.255.255.254",
    "::1",
    "[::1]",
    "::ffff:127.0.0.1",
    "localhost",
    "LOCALHOST",
    " 127.0.0.1 ",
]
OTHERS = [
    None, "", " ", "0.0.0.0", "::", "[::]", "0", "*", "192.168.1.5", "10.0.0.1", "169.254.1.1", "fe80::1",
    "::ffff:0.0.0.0", "2001:db8::1", "this-pc", "localhost.example.com", "127.0.0.1.example.com", "127.1",
    "127.0.0.1, 0.0.0.0", "unix:///tmp/funnel.sock",
]  # fmt: skip


@pytest.mark.parametrize("address", OWN)
def test_this_computer_alone_needs_no_decision(address: str) -> None:
    assert is_loopback(address) and may_serve(address, {})


@pytest.mark.parametrize("address", OTHERS)
def test_an_address_that_others_can_reach_needs_the_decision(address: str | None) -> None:
    assert not is_loopback(address) and not may_serve(address, {})
    assert may_serve(address, {SETTING: KNOWINGLY})


@pytest.mark.parametrize(
    "value", ["", "1", "true", "yes", "without", "WITHOUT-SIGN-IN", "sign-in", "without sign in"]
)
def test_only_the_written_out_word_is_the_decision(value: str) -> None:
    assert not may_serve("0.0.0.0", {SETTING: value})


def test_a_section_for_sign_in_is_no_sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('[auth]\ncookie_secret = "x"\n')
    monkeypatch.chdir(tmp_path)
    assert not may_serve("0.0.0.0", {})


def answers(scope: dict[str, Any], address: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What comes of a request to a server that was given `address`; "passed" where the app itself is reached."""
    monkeypatch.setattr(st, "get_option", {"server.address": address}.__getitem__)
    found: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.append("passed")

    async def send(message: Any) -> None:
        found.append(message)

    async def receive() -> Any:
        raise AssertionError

    asyncio.run(Listening(app)({"method": "GET", **scope}, receive, send))
    return found


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("address", "reached", "passes"),
    [
        ("127.0.0.1", ("127.0.0.1", 8501), True),
        ("::1", ("::1", 8501), True),
        ("127.0.0.1", ("192.168.1.5", 8501), False),  # run by another server, at an address of its own
        ("127.0.0.1", None, False),
        ("0.0.0.0", ("127.0.0.1", 8501), False),
        ("0.0.0.0", ("192.168.1.5", 8501), False),
    ],
)
def test_a_request_passes_where_only_this_computer_can_make_it(
    kind: str, address: str, reached: Any, passes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    scope = {"type": kind, "server": reached}
    found = answers(scope, address, monkeypatch)
    assert (found == ["passed"]) == passes and ("passed" in found) == passes
    if not passes:
        assert found[0].get("status", found[0].get("code")) in (403, 1008)
    monkeypatch.setenv(SETTING, KNOWINGLY)
    assert answers(scope, address, monkeypatch) == ["passed"]


def test_the_app_that_is_run_without_its_server_refuses_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(listening, "is_refused", lambda: True)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).run()
    assert len(at.markdown) == 2 and not at.title and not at.exception


@pytest.mark.parametrize("page", ["pages/daily/lead.py", "pages/data/import_data.py"])
def test_a_page_that_is_run_by_itself_shows_nothing(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    at = AppTest.from_file(str(ROOT / page), default_timeout=20).run()
    assert not at.title and not at.markdown and not at.dataframe  # the frame opens the data, not the page


# ---------------------------------------------------------------- servers


def own_address() -> str:
    """An address of this machine other than 127.0.0.1: that of its network, where it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # sends nothing: only the route is looked up
            return str(asking.getsockname()[0])
        except OSError:
            return "127.0.0.2"


def is_reached(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False


def get(address: str) -> tuple[int, str]:
    """The status and the text of an answer."""
    try:
        with urlopen(Request(address, headers={"Accept": "text/html"}), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@contextmanager
def running(place: Path, sample_dir: Path, **how: Any) -> Iterator[tuple[str, int, Path]]:
    with served(sample_dir, place, **how) as address:
        yield address, urlsplit(address).port or 0, place / "server.log"


def test_as_it_is_shipped_the_server_listens_on_this_computer_alone(tmp_path: Path, sample_dir: Path) -> None:
    with running(tmp_path, sample_dir) as (address, port, log):
        assert get(address)[0] == 200
        assert not any(is_reached(host, port) for host in {own_address(), "127.0.0.2", "::1"})
        assert refusal("en") not in log.read_text(encoding="utf-8")


PATHS = [
    "",
    "/lead?id=L1",
    "/_stcore/health",
    "/_stcore/host-config",
    "/media/x",
    "/static/index.html",
    "/component/x",
    "/_stcore/upload_file/x/y",
]


@pytest.mark.parametrize("how", [{"at": "0.0.0.0"}, {"settings": {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}}])
def test_at_an_address_for_all_the_server_says_one_sentence_and_nothing_else(
    how: dict[str, Any], tmp_path: Path, sample_dir: Path
) -> None:
    with running(tmp_path, sample_dir, **how) as (_, port, log):
        for host in {own_address(), "127.0.0.1"}:
            for path in PATHS:
                status, text = get(f"http://{host}:{port}{path}")
                assert status == 403 and refusal("ja") in text and refusal("en") in text
                assert len(re.sub("<[^>]*>", "", text)) < 600
        assert "403" in upgraded(own_address(), port)
        told = log.read_text(encoding="utf-8")
        assert told.count(refusal("ja")) == told.count(refusal("en")) == 1
    assert not list(tmp_path.glob("*.duckdb"))


def test_the_one_decision_lets_others_in(tmp_path: Path, sample_dir: Path) -> None:
    how: dict[str, Any] = {"at": "0.0.0.0", "settings": {SETTING: KNOWINGLY}}
    with running(tmp_path, sample_dir, **how) as (_, port, _):
        assert get(f"http://{own_address()}:{port}/")[0] == 200
        assert "101" in upgraded(own_address(), port)


def upgraded(host: str, port: int) -> str:
    """The first line that a server answers to a page that wants to talk to it."""
    lines = (
        "GET /_stcore/stream HTTP/1.1", f"Host: {host}:{port}", f"Origin: http://{host}:{port}",
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "",
    )  # fmt: skip
    with socket.create_connection((host, port), timeout=20) as talk:
        talk.sendall("\r\n".join(lines).encode())
        return talk.recv(4096).decode(errors="replace").splitlines()[0]
