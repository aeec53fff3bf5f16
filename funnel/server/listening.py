"""Where the server listens and who may reach it: this computer alone, unless somebody has decided otherwise.

The app has no sign-in, so whoever reaches it sees everything. Knows the setting and the server's address; no lead.
"""

import ipaddress
import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from html import escape
from typing import Any

import click
import streamlit as st

from funnel.words.translate import LANGUAGES, say

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

SETTING = "FUNNEL_SHARE"
KNOWINGLY = "without-sign-in"  # its one value: a decision is written out, 1 or true could be an accident
FORBIDDEN, POLICY = 403, 1008


def is_loopback(address: str | None) -> bool:
    """Whether only this computer can reach a server at that address; names but localhost are not looked up."""
    name = (address or "").strip().strip("[]").lower()  # none at all: every interface
    if name == "localhost":
        return True
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        return False
    within = getattr(found, "ipv4_mapped", None)
    return bool((within or found).is_loopback)


def may_serve(address: str | None, settings: Mapping[str, str]) -> bool:
    """Whether a server at that address may show anything, given the environment's `settings`.

    An [auth] section in secrets.toml counts for nothing: as long as no page asks who is there, it protects none.
    """
    return is_loopback(address) or settings.get(SETTING, "").strip() == KNOWINGLY


def is_refused() -> bool:
    """Whether this server may show nothing."""
    return not may_serve(st.get_option("server.address"), os.environ)


def refusal(language: str) -> str:
    """The sentence that stands for everything else."""
    return say("app.not_shared", language, setting=SETTING, value=KNOWINGLY)


class Listening:
    """Wraps a server: where it may show nothing, every request is answered with the sentence, and nothing else runs.

    The address that it was given decides, and for every request the one that it was reached at: another server
    may run the app at an address that Streamlit does not know of.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.is_open = not is_refused()
        self.has_said = False
        if not self.is_open:
            self._say()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan" or (self.is_open and _may_reach(scope)):
            await self.app(scope, receive, send)
            return
        self._say()
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY})
            return
        body = _page().encode()
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": FORBIDDEN, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _say(self) -> None:
        """Once, to whoever started the server."""
        if not self.has_said:
            self.has_said = True
            for language in LANGUAGES:
                click.echo(refusal(language), err=True)


def _may_reach(scope: Message) -> bool:
    address, _ = scope.get("server") or (None, None)
    return may_serve(address, os.environ)


def _page() -> str:
    title = escape(say("app.title", LANGUAGES[0]))
    lines = "".join(f'<p lang="{language}">{escape(refusal(language))}</p>' for language in LANGUAGES)
    return f'<!doctype html><html lang="{LANGUAGES[0]}"><meta charset="utf-8"><title>{title}</title>{lines}</html>'
