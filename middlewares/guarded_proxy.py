"""A proxy on loopback for a browser that renders pages: every connection it makes is checked as it is made.

A browser resolves names and follows redirects by itself, and its pages' scripts ask for whatever they like. Behind this
proxy it can reach public addresses only, and those that the owner allows: the name is resolved here, and the very
address that was checked is connected to. Who uses it must say a password that is made anew for each one.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import logging
import secrets
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from middlewares.doors import Doors
from newskeep.addresses import Network
from newskeep.errors import RequestRefusedError
from newskeep.outcomes import Outcome

logger = logging.getLogger(__name__)

_MAX_HEAD_BYTES = 64 * 1024
_HEAD_SECONDS = 30.0
_CONNECT_SECONDS = 15.0
_IDLE_SECONDS = 60.0
_PIECE_BYTES = 64 * 1024
_WEB_PORTS_ONLY = "only web addresses are connected to"
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_WHO_ARE_YOU = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="newskeep"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a host was not connected to, and the outcome that this has."""

    reason: str
    outcome: Outcome


class ProxyRefusedError(Exception):
    """The proxy does not connect there; `refused` says why."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(refused.reason)


@dataclass(frozen=True, slots=True)
class _Ask:
    """The head of a request: where to, what is sent on, and whether a tunnel is asked for."""

    host: str
    port: int
    head: bytes
    is_tunnel: bool


class GuardedProxy:
    """The proxy, listening from `start` to `close`. `refused` maps hosts to why they were not connected to.

    `max_bytes` is how much one connection may bring; more ends it.
    """

    def __init__(self, allowed: tuple[Network, ...], *, max_bytes: int) -> None:
        self.refused: dict[str, Refused] = {}
        self.username, self.password = "newskeep", secrets.token_urlsafe(24)
        self._doors, self._max_bytes = Doors(allowed), max_bytes
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Its address."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        """Listen on a free port of this machine."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_MAX_HEAD_BYTES)

    async def close(self) -> None:
        """Stop listening, and end what is open."""
        if self._server is None:
            return
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._answer(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            logger.debug("proxy connection ended error=%s", error)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
        if not self._is_ours(head):
            writer.write(_WHO_ARE_YOU)
            await writer.drain()
            return
        ask = _read_ask(head)
        try:
            there, away = await self._connect(ask.host, ask.port)
        except ProxyRefusedError as error:
            # No answer at all: whatever is sent here would pass for the site's own.
            self.refused[ask.host] = error.refused
            return
        try:
            if ask.is_tunnel:
                writer.write(_ESTABLISHED)
            else:
                away.write(ask.head)
            await _join(reader, writer, there, away, self._max_bytes)
        finally:
            away.close()

    def _is_ours(self, head: bytes) -> bool:
        wanted = base64.b64encode(f"{self.username}:{self.password}".encode())
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"proxy-authorization":
                return hmac.compare_digest(value.strip(), b"Basic " + wanted)
        return False

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the first address of a host that is public, or allowed, and answers."""
        try:
            return await self._doors.connect(host, port, seconds=_CONNECT_SECONDS, limit=_PIECE_BYTES)
        except RequestRefusedError as error:
            raise ProxyRefusedError(Refused(str(error), error.outcome)) from error
        except socket.gaierror as error:
            why = Refused(f"{host}: {error.strerror or error}", Outcome.NAME_NOT_FOUND)
            raise ProxyRefusedError(why) from error


def _read_ask(head: bytes) -> _Ask:
    """Read a request's head; ValueError where it is none."""
    first, _, rest = head.partition(b"\r\n")
    method, target, version = first.decode("latin-1").split(" ")
    if method == "CONNECT":
        parts = urlsplit(f"//{target}")
        return _Ask(parts.hostname or "", parts.port or 443, b"", True)
    parts = urlsplit(target)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(_WEB_PORTS_ONLY)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [
        line
        for line in rest.split(b"\r\n")
        if line and not line.lower().startswith((b"proxy-", b"connection:", b"keep-alive:"))
    ]
    lines = [f"{method} {path} {version}".encode("latin-1"), *kept, b"Connection: close", b"", b""]
    return _Ask(parts.hostname, parts.port or 80, b"\r\n".join(lines), False)


async def _join(
    here: asyncio.StreamReader,
    back: asyncio.StreamWriter,
    there: asyncio.StreamReader,
    away: asyncio.StreamWriter,
    max_bytes: int,
) -> None:
    """Carry bytes both ways until the far side has said all, or more than it may."""
    sending = asyncio.ensure_future(_carry(here, away, max_bytes))
    try:
        await _carry(there, back, max_bytes)
    finally:
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError, TimeoutError):
            await sending


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, max_bytes: int) -> None:
    carried = 0
    while piece := await asyncio.wait_for(reader.read(_PIECE_BYTES), _IDLE_SECONDS):
        carried += len(piece)
        if carried > max_bytes:
            return
        writer.write(piece)
        await writer.drain()
