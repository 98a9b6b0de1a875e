"""What an answer of the fault server has in its hands: the request, the socket, and ways to write on it."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs


class Waiter(Protocol):
    """The part of the server that answers use."""

    robots: str
    wait_seconds: float

    @property
    def base_url(self) -> str: ...

    def wait(self, seconds: float) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request's head: the path, the query as sent, the headers by lower-case name."""

    path: str
    query: str
    headers: dict[str, str]

    def parameter(self, name: str, default: str = "") -> str:
        """A query parameter, or the default."""
        return parse_qs(self.query).get(name, [default])[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One request to be answered. `times` counts the requests of this path, this one included."""

    connection: socket.socket
    server: Waiter
    request: Request
    times: int

    def send(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.connection.sendall(data)

    def head(self, status: str, *headers: str) -> None:
        """Write a status line and headers, and the empty line after them."""
        self.send("\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode("latin-1"))

    def answer(
        self, body: bytes, *headers: str, status: str = "200 OK", content_type: str = "text/html; charset=utf-8"
    ) -> bool:
        """Write a whole, honest answer; True, since the connection may go on."""
        lines = (
            f"HTTP/1.1 {status}",
            f"Content-Type: {content_type}",
            f"Content-Length: {len(body)}",
            *headers,
            "",
            "",
        )
        self.send("\r\n".join(lines).encode("latin-1") + body)
        return True

    def hold(self) -> bool:
        """Keep the connection open and silent until the server is stopped or the client goes away; False."""
        self.connection.settimeout(0.05)
        while not self.server.wait(0):
            try:
                if not self.connection.recv(1):
                    return False
            except TimeoutError:
                continue
        return False
