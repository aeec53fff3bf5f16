"""The page that comes first carries the style and the name of the app; everything else passes untouched."""

from pathlib import Path
from typing import Any

import pytest
import streamlit

from funnel.server.page_shell import PageShell

PAGE = b"<html><head><title>Streamlit</title></head><body><div id='root'></div></body></html>"


def answered(content: bytes, kind: bytes, asked: bytes = b"text/html,*/*", pieces: int = 1) -> list[Any]:
    """What a browser gets of a server that has `content`, in pieces."""
    told: list[Any] = []

    async def server(scope: Any, receive: Any, send: Any) -> None:
        told.append({name for name, _ in scope["headers"]})
        headers = [(b"Content-Type", kind), (b"ETag", b"1"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        size = -(-len(content) // pieces)
        for start in range(0, len(content), size):
            more = start + size < len(content)
            await send(
                {"type": "http.response.body", "body": content[start : start + size], "more_body": more}
            )

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        raise AssertionError

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(b"accept", asked), (b"if-none-match", b"1"), (b"accept-encoding", b"gzip")],
    }
    with pytest.raises(StopIteration):  # to its end in one go, as nothing here waits
        PageShell(server)(scope, receive, send).__await__().send(None)
    return told


@pytest.mark.parametrize("pieces", [1, 7])
def test_a_page_has_the_style_and_the_name_from_the_start(pieces: int) -> None:
    headers, start, body = answered(PAGE, b"text/html; charset=utf-8", pieces=pieces)
    assert headers == {b"accept"}
    assert b"st-key-language_of_page" in body["body"] and "リードファネル".encode() in body["body"]
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
    assert b"ETag" not in dict(start["headers"])


def test_what_is_no_page_passes_as_it_is() -> None:
    _, start, body = answered(PAGE, b"text/javascript")
    assert body["body"] == PAGE and dict(start["headers"])[b"ETag"] == b"1"
    headers, start, body = answered(PAGE, b"text/html", asked=b"*/*")
    assert body["body"] == PAGE and b"if-none-match" in headers


def test_streamlits_files_have_the_places_that_are_changed() -> None:
    static = Path(streamlit.__file__).parent / "static"
    ours = PageShell(None)  # type: ignore[arg-type]
    page = (static / "index.html").read_bytes()
    assert [page.count(old) for old in ours.changes] == [1, 1]
