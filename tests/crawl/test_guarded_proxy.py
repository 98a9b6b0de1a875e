"""The proxy a rendering browser speaks through: who may use it, and where it leads."""

from __future__ import annotations

import asyncio
import base64
from ipaddress import ip_network
from typing import Any

import pytest

from middlewares.guarded_proxy import GuardedProxy

LOOPBACK = (ip_network("127.0.0.0/8"),)


def ask(request: str, *, allowed: Any = LOOPBACK, password: str | None = None, max_bytes: int = 10**6) -> Any:
    """Send a request head to a proxy; gives what came back and the proxy."""

    async def run() -> tuple[bytes, GuardedProxy]:
        proxy = GuardedProxy(allowed, max_bytes=max_bytes)
        await proxy.start()
        try:
            words = base64.b64encode(f"{proxy.username}:{password or proxy.password}".encode()).decode()
            reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rsplit(":", 1)[1]))
            head = request.replace("\n", "\r\n") + f"Proxy-Authorization: Basic {words}\r\n\r\n"
            writer.write(head.encode())
            answer = await asyncio.wait_for(reader.read(-1), 10)
            writer.close()
            return answer, proxy
        finally:
            await proxy.close()

    return asyncio.run(run())


def test_it_fetches_for_who_knows_the_password(site: Any) -> None:
    site.pages = {"/a?b=1": (200, {}, b"words")}
    answer, _ = ask(f"GET {site.url}/a?b=1 HTTP/1.1\nHost: x\nX-One: 1\nProxy-Connection: keep-alive\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"words")
    assert site.seen_headers[0]["X-One"] == "1"
    assert not [name for name in site.seen_headers[0] if name.lower().startswith("proxy")]


def test_it_serves_nobody_else(site: Any) -> None:
    answer, _ = ask(f"GET {site.url}/ HTTP/1.1\nHost: x\n", password="wrong")
    assert answer.startswith(b"HTTP/1.1 407")
    assert site.hits == []


@pytest.mark.parametrize(
    "request_line",
    [
        "GET http://127.0.0.1:{port}/ HTTP/1.1",
        "GET http://localhost:{port}/ HTTP/1.1",
        "GET http://0x7f000001:{port}/ HTTP/1.1",
        "GET http://[::1]:{port}/ HTTP/1.1",
        "GET http://[::ffff:127.0.0.1]:{port}/ HTTP/1.1",
        "CONNECT 127.0.0.1:{port} HTTP/1.1",
        "CONNECT 169.254.169.254:80 HTTP/1.1",
        "CONNECT 10.0.0.1:443 HTTP/1.1",
    ],
)
def test_it_connects_to_public_addresses_alone(site: Any, request_line: str) -> None:
    port = site.url.rsplit(":", 1)[1]
    answer, proxy = ask(request_line.format(port=port) + "\nHost: x\n", allowed=())
    assert answer == b""
    assert site.hits == []
    assert len(proxy.refused) == 1


@pytest.mark.parametrize(
    "line", ["GET ftp://127.0.0.1/a HTTP/1.1", "GET /a HTTP/1.1", "nonsense", "GET http:// HTTP/1.1"]
)
def test_what_is_no_request_for_the_web_ends(site: Any, line: str) -> None:
    answer, _ = ask(f"{line}\nHost: x\n")
    assert answer == b""


def test_a_connection_brings_no_more_than_it_may(site: Any) -> None:
    site.pages = {"/a": (200, {}, b"x" * 500_000)}
    answer, _ = ask(f"GET {site.url}/a HTTP/1.1\nHost: x\n", max_bytes=100_000)
    assert len(answer) <= 100_000
