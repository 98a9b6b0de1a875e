"""Headers of every answer, Datasette's own pages included.

Pages of the reading room may load scripts and styles from `static/` and nothing else: no script or style within a page,
no picture, frame, form target or connection of another origin. Datasette's own pages have styles within them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

METHODS = ("GET", "HEAD")

_COMMON = (
    "default-src 'none'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
STRICT = f"{_COMMON}; style-src 'self'"
DATASETTE = f"{_COMMON}; style-src 'self' 'unsafe-inline'"

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()"),
    ("X-Robots-Tag", "noindex, nofollow, noarchive"),
)

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


def with_headers(app: App, is_ours: Callable[[str], bool]) -> App:
    """Wrap an application so that each of its answers has the headers; `is_ours` tells our paths from Datasette's."""

    async def wrapped(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        policy = STRICT if is_ours(scope["path"]) else DATASETTE

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _added(message.get("headers", ()), policy)}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


def _added(headers: Any, policy: str) -> list[tuple[bytes, bytes]]:
    """The headers with ours; a stricter policy that an answer brought with it stays."""
    given = [(bytes(name), bytes(value)) for name, value in headers]
    names = {name.lower() for name, _ in given}
    ours = [*_ALWAYS, ("Content-Security-Policy", policy)]
    return [*given, *((n.lower().encode(), v.encode()) for n, v in ours if n.lower().encode() not in names)]
