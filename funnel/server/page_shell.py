"""The page that a browser loads before anything runs, changed on its way.

It has the app's own style, keys and name in it from the start: Streamlit can send the style with a run only, by then
the page has been painted, and jumps.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from funnel.server.seams import MARKS, STATIC, WORDS, styled
from funnel.words.translate import LANGUAGES, say

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

# asked without these, the page always comes whole and as plain text
LEFT_OUT = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
UNTRUE = (b"content-length", b"etag", b"last-modified")  # of the page with the style in it


class PageShell:
    """Wraps a server: changes every HTML page, all else passes."""

    def __init__(self, app: App) -> None:
        self.app = app
        style, keys = ((STATIC / name).read_text(encoding="utf-8") for name in ("frame.css", "frame.js"))
        seams = f"const MARKS = {json.dumps(MARKS)}, WORDS = {json.dumps(WORDS)};"
        # last, so that it wins; a block, so that its names are its own
        own = f"<style>{styled(style)}</style><script>{{ {seams}\n{keys} }}</script></body>"
        title = f"<title>{say('app.title', LANGUAGES[0])}</title>"
        self.changes = {b"</body>": own.encode(), b"<title>Streamlit</title>": title.encode()}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _asks_for_page(scope):
            await self.app(scope, receive, send)
            return
        headers = [header for header in scope["headers"] if header[0] not in LEFT_OUT]
        held: list[Message] = []  # the start of the answer, while its body comes
        body = b""

        async def change(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await self._send(held[0], body, send)

        await self.app({**scope, "headers": headers}, receive, change)

    async def _send(self, start: Message, body: bytes, send: Send) -> None:
        for old, new in self.changes.items():
            body = body.replace(old, new, 1)
        headers = [header for header in start["headers"] if header[0].lower() not in UNTRUE]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _asks_for_page(scope: Message) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_page(message: Message) -> bool:
    return any(
        name.lower() == b"content-type" and b"text/html" in value for name, value in message["headers"]
    )
