"""What a browser loads before anything runs, changed on its way: the page and the script that draws figures.

The page has the app's own style, keys and name in it from the start: Streamlit can send the style with a run only,
by then the page has been painted, and jumps. The script waits until the width of a figure is known: as it comes it
draws every figure once more before, unseen, which is a third of the time that a figure takes. The script of lists takes
every click: as it comes it passes over one, and every key, until it has noticed the pointer over the list.
"""

import json
import tomllib
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from funnel.words.translate import LANGUAGES, say

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

STATIC = Path(__file__).parent / "static"
# asked without these, the page always comes whole and as plain text
LEFT_OUT = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
UNTRUE = (b"content-length", b"etag", b"last-modified")  # of the page with the style in it


# of Streamlit's scripts; a test holds that the installed ones have them, else nothing is changed
FIGURES = "/PlotlyChart."
UNSEEN = b"children:i(q,{data:N.data"
SEEN_ONLY = b"children:v===-1?null:i(q,{data:N.data"  # v: the width, -1 until it is known
LISTS = "/DataFrame."
UNDER_POINTER = b"(I||je||t)&&(Rt(e),"  # I: the pointer was seen over the list; Rt: the cell e is selected
ALWAYS = b"(Rt(e),"


class FirstLook:
    """Wraps a server: changes every HTML page and the scripts of figures and of lists, all else passes."""

    def __init__(self, app: App) -> None:
        self.app = app
        style, keys = ((STATIC / name).read_text(encoding="utf-8") for name in ("frame.css", "frame.js"))
        theirs = json.dumps(tomllib.loads((STATIC / "streamlit.toml").read_text(encoding="utf-8")))
        # last, so that it wins; a block, so that its names are its own
        own = f"<style>{style}</style><script>{{ const STREAMLITS = {theirs};\n{keys} }}</script></body>"
        title = f"<title>{say('app.title', LANGUAGES[0])}</title>"
        self.of_pages = {b"</body>": own.encode(), b"<title>Streamlit</title>": title.encode()}
        self.of_scripts = {FIGURES: {UNSEEN: SEEN_ONLY}, LISTS: {UNDER_POINTER: ALWAYS}}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
        elif script := next((name for name in self.of_scripts if name in scope["path"]), None):
            await self._changed(self.of_scripts[script], b"javascript", scope, receive, send)
        elif _asks_for_page(scope):
            await self._changed(self.of_pages, b"text/html", scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _changed(
        self, changes: dict[bytes, bytes], kind: bytes, scope: Message, receive: Receive, send: Send
    ) -> None:
        """Answer with `changes` where the answer is of that kind."""
        headers = [each for each in scope["headers"] if each[0] not in LEFT_OUT]
        held: list[Message] = []  # the start of the answer, while its body comes
        body = b""

        async def change(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and _is_of(kind, message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await _send(held[0], body, changes, send)

        await self.app({**scope, "headers": headers}, receive, change)


async def _send(start: Message, body: bytes, changes: dict[bytes, bytes], send: Send) -> None:
    for old, new in changes.items():
        body = body.replace(old, new, 1)
    headers = [each for each in start["headers"] if each[0].lower() not in UNTRUE]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _asks_for_page(scope: Message) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_of(kind: bytes, message: Message) -> bool:
    return any(name.lower() == b"content-type" and kind in value for name, value in message["headers"])
