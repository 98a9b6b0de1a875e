"""Answering who asks for us by a name of ours alone, on Datasette's pages too (`newskeep.asked_hosts` says why)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from newskeep.asked_hosts import asked_host, is_answered
from reading.headers import App, Message

_HOW = (
    "If that is a name of this server, its owner can allow it: `newskeep serve --allow-host NAME`,\n"
    '`allow_hosts = ["NAME"]` under [serve] in newskeep.toml, or with plain Datasette\n'
    "`plugins: {newskeep: {allow_hosts: [NAME]}}` in its metadata.\n"
)


def with_known_hosts(app: App, allowed: Collection[str]) -> App:
    """Wrap an application so that it answers for this machine, for addresses in digits, and for `allowed` alone.

    Requests for another name get 421, those without one that can be read 400.
    """

    async def wrapped(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        headers = [bytes(value) for name, value in scope["headers"] if bytes(name).lower() == b"host"]
        host = asked_host(headers[0].decode("latin-1")) if len(headers) == 1 else None
        if host is not None and is_answered(host, allowed):
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif host is None:
            await _refuse(send, 400, "The request does not say which host it asks (header Host).\n")
        else:
            await _refuse(send, 421, f"This server does not answer for {host}.\n{_HOW}")

    return wrapped


async def _refuse(send: Callable[[Message], Awaitable[None]], status: int, text: str) -> None:
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
