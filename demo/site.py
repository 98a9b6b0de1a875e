"""The site's server: HTTP/1.1 with keep-alive on loopback, a log of its requests, a state that can be switched.

    with DemoSite(state=1) as site:
        crawl(site.base_url)
        site.set_state(2)
        crawl(site.base_url)
        print(len(site.requests))

Each instance has its own port, log and state, so many run at once.
"""

from __future__ import annotations

import gzip
import hashlib
import ipaddress
import socket
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from demo.edition import open_edition
from demo.pages import Answer, answer
from demo.press import Press, http_date

STATE_PATH = "/_demo/state"
_LOGGED_HEADERS = ("user-agent", "accept-encoding", "if-none-match", "if-modified-since", "referer", "host")
_LONGEST_STATE_BODY_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRequest:
    """One request as the site got it.

    `path` has the query; `headers` are some, by lower-case name; `at_seconds` is the server's monotonic clock.
    """

    method: str
    path: str
    status: int
    headers: dict[str, str]
    at_seconds: float


class DemoSite:
    """The invented site, served while the `with` block lasts."""

    def __init__(
        self,
        *,
        state: int = 1,
        host: str = "127.0.0.1",
        port: int = 0,
        origin: str | None = None,
        slow_seconds: float = 1.5,
    ) -> None:
        """Prepare a server.

        `host` is a loopback address. `origin` is what pages call themselves, for example
        `http://www.meridian.example:{port}`, for crawlers that resolve such names to `host`; None means the real
        address. `slow_seconds` is the wait for the slow page. Raises ValueError for an address that is not loopback.
        """
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the demo site is served on loopback only, not on {host}")
        open_edition(state)
        self.slow_seconds = slow_seconds
        self._state = state
        self._host, self._port, self._origin = host, port, origin
        self._log: list[SiteRequest] = []
        self._lock = threading.Lock()
        self._serial = 0
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"http://{self._host}:{self._running.server_port}"

    @property
    def origin(self) -> str:
        """What pages call themselves: the real address unless told otherwise."""
        if self._origin is None:
            return self.base_url
        return self._origin.replace("{port}", str(self._running.server_port))

    @property
    def requests(self) -> tuple[SiteRequest, ...]:
        """The requests answered so far, in order."""
        with self._lock:
            return tuple(self._log)

    @property
    def state(self) -> int:
        """The state the site is in."""
        return self._state

    def set_state(self, state: int) -> None:
        """Switch the site; ValueError where there is no such state."""
        open_edition(state)
        self._state = state

    def forget_requests(self) -> None:
        """Empty the log."""
        with self._lock:
            self._log.clear()

    def start(self) -> None:
        """Begin to serve."""
        self._server = _Server((self._host, self._port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and close every connection that is still open."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def answer(self, target: str) -> tuple[Answer, Press]:
        """Answer a path with its query in the present state; every answer is a printing of its own."""
        with self._lock:
            self._serial += 1
            serial = self._serial
        press = Press(edition=open_edition(self._state), origin=self.origin, serial=serial)
        return answer(press, target), press

    def log(self, request: SiteRequest) -> None:
        """Note a request."""
        with self._lock:
            self._log.append(request)

    @property
    def _running(self) -> _Server:
        if self._server is None:
            raise RuntimeError("the demo site has no address before it is started")
        return self._server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Crawlers open many connections at once; the library's own backlog of five would refuse some.
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], site: DemoSite) -> None:
        self.site = site
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__(address, _Handler)

    def open_connection(self, connection: socket.socket) -> None:
        """Note a connection, so that it can be closed at the end."""
        with self._connections_lock:
            self._connections.add(connection)

    def forget_connection(self, connection: socket.socket) -> None:
        """A connection has ended by itself."""
        with self._connections_lock:
            self._connections.discard(connection)

    def close_connections(self) -> None:
        """Cut every connection that is still open, and end every wait."""
        self.stopping.set()
        with self._connections_lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    # The client was faster.
                    continue

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away in the middle of an answer."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.open_connection(self.connection)

    def finish(self) -> None:
        self.server.forget_connection(self.connection)
        super().finish()

    def do_GET(self) -> None:
        if self.path == STATE_PATH:
            self._send(HTTPStatus.OK, [("Content-Type", "text/plain")], f"{self.server.site.state}\n".encode())
            return
        reply, press = self.server.site.answer(self.path)
        if reply.slow:
            self.server.stopping.wait(self.server.site.slow_seconds)
        headers = [("Content-Type", reply.content_type), ("Cache-Control", "max-age=0"), ("Vary", "Accept-Encoding")]
        headers.append(("x-rebelmouse-cache-control", "max-age=0, must-revalidate, private"))
        if reply.location:
            headers.append(("Location", reply.location))
        if reply.version is not None:
            etag = f'W/"{hashlib.sha256(reply.version.encode()).hexdigest()[:20]}"'
            modified = http_date(press.edition.closed_at)
            headers += [("ETag", etag), ("Last-Modified", modified)]
            if self._is_known(etag, modified):
                self._send(HTTPStatus.NOT_MODIFIED, headers, b"")
                return
        body = reply.body
        if body and "gzip" in self.headers.get("Accept-Encoding", "") and reply.content_type.startswith("text/"):
            body = gzip.compress(body, compresslevel=1, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        self._send(reply.status, headers, body)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != STATE_PATH or not length.isdecimal() or int(length) > _LONGEST_STATE_BODY_BYTES:
            self.close_connection = True
            self._send(HTTPStatus.NOT_FOUND, [("Connection", "close")], b"")
            return
        wanted = self.rfile.read(int(length)).decode("ascii", "replace").strip()
        try:
            self.server.site.set_state(int(wanted))
        except ValueError as error:
            self._send(HTTPStatus.BAD_REQUEST, [("Content-Type", "text/plain")], f"{error}\n".encode())
            return
        self._send(HTTPStatus.OK, [("Content-Type", "text/plain")], f"{wanted}\n".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Keep standard error quiet; the site has its own log."""

    def _is_known(self, etag: str, modified: str) -> bool:
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or etag in (part.strip() for part in known.split(","))
        return self.headers.get("If-Modified-Since") == modified

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Write head and body in one piece, so that no packet waits for another's acknowledgement."""
        self._note(status)
        lines = [f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}", "Server: meridian"]
        lines += [f"{name}: {value}" for name, value in headers]
        if status != HTTPStatus.NOT_MODIFIED:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        self.wfile.write(head if self.command == "HEAD" else head + body)

    def _note(self, status: int) -> None:
        if self.path == STATE_PATH:
            return
        present = {name: self.headers[name] for name in _LOGGED_HEADERS if name in self.headers}
        self.server.site.log(
            SiteRequest(
                method=self.command, path=self.path, status=int(status), headers=present, at_seconds=time.monotonic()
            )
        )
