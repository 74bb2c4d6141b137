"""Guards around every request: size while receiving, rate, headers.

In: an ASGI application.
Out: the same, with limits that hold before a byte is parsed, and headers that let a page do
nothing but what it is for.
"""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_STRICT = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SITE = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For the published site: it has no scripts; its tables carry styles of their own."""

DISK_RESERVE = 200 * 1024 * 1024
"""Bytes that stay free for the ledger, the store and editions, whatever is uploaded."""

SITE_PREFIX, DRAFT_PREFIX = "/veroeffentlicht/", "/amt/entwurf/"


class TooLarge(Exception):
    """More bytes came than may come."""


class BodyLimit:
    """Refuses bodies over `most` bytes, or what would fill the disk of `folder`.

    By what they announce, else while they come.
    """

    def __init__(self, app: App, most: int, folder: Path) -> None:
        self.app = app
        self.most = most
        self.folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counted body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        most = self._room() if scope["method"] in {"POST", "PUT", "PATCH"} else self.most
        if not announced.isdigit() or int(announced) > most:
            await _refuse(send, 413)
            return
        seen = 0
        has_begun = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except TooLarge:
            if not has_begun:
                await _refuse(send, 413)

    def _room(self) -> int:
        """How large a body may be now: a body lies on the disk twice until it is archived."""
        return min(self.most, max(0, (shutil.disk_usage(self.folder).free - DISK_RESERVE) // 2))


class Headers:
    """Adds the security headers to every answer."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; dress the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_site = scope["path"].startswith((SITE_PREFIX, DRAFT_PREFIX))
        added = [
            (b"content-security-policy", (_SITE if is_site else _STRICT).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        ]
        if not scope["path"].startswith((SITE_PREFIX, "/static/")):
            added.append((b"cache-control", b"no-store"))

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                extra = [pair for pair in added if pair[0] not in own]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        await self.app(scope, receive, dressed)


class Rates:
    """At most `most` events of one kind and origin in `seconds`; kept in memory."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self._seen: dict[str, deque[float]] = {}

    def allows(self, origin: str) -> bool:
        """Whether another event may happen now; it is counted if so."""
        moment = time.monotonic()
        if len(self._seen) > 10_000:
            self._seen = {
                k: v for k, v in self._seen.items() if v and v[-1] > moment - self.seconds
            }
        seen = self._seen.setdefault(origin, deque())
        while seen and seen[0] < moment - self.seconds:
            seen.popleft()
        if len(seen) >= self.most:
            return False
        seen.append(moment)
        return True

    def forgive(self, origin: str) -> None:
        """Take the last event back: it was none of those to be limited."""
        if self._seen.get(origin):
            self._seen[origin].pop()


async def _refuse(send: Send, status: int) -> None:
    body = b'{"detail":"too large"}'
    headers = [(b"content-type", b"application/json"), (b"connection", b"close"),
               (b"content-length", str(len(body)).encode())]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
