"""A server that misbehaves: one path per fault, on loopback, with a log of requests and connections.

    with FaultServer() as server:
        crawl(server.url("/drop"))
        assert server.count("/drop") == 3

`answers` has the faults and names them all; here are sockets, the log and the switches a test may set. It speaks HTTP
by hand, since a library would not let it lie. Every wait ends when the server is stopped.
"""

from __future__ import annotations

import contextlib
import select
import socket
import socketserver
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.faults.answers import ANSWERS
from tests.faults.wire import Request, Wire

_LONGEST_HEAD_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as the server got it; `at_seconds` is the monotonic clock, `path` is without the query."""

    path: str
    query: str
    headers: dict[str, str]
    at_seconds: float
    connection: int


class FaultServer:
    """The misbehaving server, running while the `with` block lasts.

    `robots` names the answer to /robots.txt (see `answers.ROBOTS`); `wait_seconds` is how long slow answers wait and
    how long a Retry-After asks for; both may be changed at run time. `tls` makes it speak HTTPS.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        robots: str = "missing",
        wait_seconds: float = 0.2,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.robots = robots
        self.wait_seconds = wait_seconds
        self.stopping = threading.Event()
        self._host, self._tls = host, tls
        self._lock = threading.Lock()
        self._seen: list[Seen] = []
        self._opened: list[float] = []
        self._open_now: set[socket.socket] = set()
        self._most_open = 0
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://{self._host}:{self.port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            raise RuntimeError("the server has no port before it is started")
        return int(self._server.server_address[1])

    @property
    def requests(self) -> tuple[Seen, ...]:
        """All requests so far, in order of arrival."""
        with self._lock:
            return tuple(self._seen)

    @property
    def connection_times(self) -> tuple[float, ...]:
        """When each connection was opened (monotonic clock)."""
        with self._lock:
            return tuple(self._opened)

    @property
    def most_connections(self) -> int:
        """How many connections were open at once, at most."""
        with self._lock:
            return self._most_open

    def url(self, path: str) -> str:
        """The absolute address of a path."""
        return f"{self.base_url}{path}"

    def count(self, path: str) -> int:
        """How many requests a path has had."""
        return Counter(seen.path for seen in self.requests)[path]

    def __enter__(self) -> Self:
        self._server = _Server((self._host, 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None or self._thread is None:
            return
        self.stopping.set()
        self._server.shutdown()
        with self._lock:
            for connection in self._open_now:
                # A client that has gone, or that never reads, must not hold the test up.
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()

    def open_connection(self, raw: socket.socket) -> socket.socket:
        """Note a new connection, and wrap it where the server speaks HTTPS."""
        with self._lock:
            self._opened.append(time.monotonic())
        connection = self._tls.wrap_socket(raw, server_side=True) if self._tls else raw
        with self._lock:
            self._open_now.add(connection)
            self._most_open = max(self._most_open, len(self._open_now))
        return connection

    def close_connection(self, connection: socket.socket) -> None:
        """Note that a connection has ended."""
        with self._lock:
            self._open_now.discard(connection)
        connection.close()

    def note(self, request: Request, connection: int) -> int:
        """Note a request; return how many this path has had with it."""
        with self._lock:
            self._seen.append(
                Seen(
                    path=request.path,
                    query=request.query,
                    headers=request.headers,
                    at_seconds=time.monotonic(),
                    connection=connection,
                )
            )
            return sum(1 for seen in self._seen if seen.path == request.path)

    def wait(self, seconds: float) -> bool:
        """Wait, or until the server is stopped; True where it was."""
        return self.stopping.wait(seconds)


class _Server(socketserver.ThreadingTCPServer):
    # Joined at close: no thread of one test may live into the next.
    daemon_threads = False
    block_on_close = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], faults: FaultServer) -> None:
        self.faults = faults
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away in the middle are what this server is for."""


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        faults = self.server.faults
        try:
            connection = faults.open_connection(self.request)
        except OSError:
            # The client does not trust the certificate, as it should not.
            return
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = len(faults.connection_times)
        try:
            while self._serve_one(connection, number):
                pass
        except OSError:
            # The client hung up on a fault, as it should.
            return
        finally:
            faults.close_connection(connection)

    def _serve_one(self, connection: socket.socket, number: int) -> bool:
        """Answer one request; False where the connection is to be closed."""
        request = _read_request(connection, self.server.faults)
        if request is None:
            return False
        times = self.server.faults.note(request, number)
        wire = Wire(connection=connection, server=self.server.faults, request=request, times=times)
        name = request.path.split("/")[1]
        return ANSWERS.get(name, ANSWERS["missing"])(wire)


def _read_request(connection: socket.socket, faults: FaultServer) -> Request | None:
    """Read a request's head; None where the client has nothing more to say."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        # TLS may hold bytes that select cannot see, so it is asked first.
        waiting = isinstance(connection, ssl.SSLSocket) and connection.pending()
        if not waiting and not select.select([connection], [], [], 0.05)[0]:
            if faults.stopping.is_set():
                return None
            continue
        byte = connection.recv(1)
        if not byte or head.count(b"\n") > _LONGEST_HEAD_LINES:
            return None
        head += byte
    first, *lines = head.decode("latin-1").split("\r\n")
    target = first.split(" ")[1]
    path, _, query = target.partition("?")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    return Request(path=path, query=query, headers=headers)
