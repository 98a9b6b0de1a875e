"""The fault server does the harm it promises, and notes it."""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.faults.answers import ANSWERS, BOMB_BYTES, LARGE_BYTES, ROBOTS
from tests.faults.ports import dead_port, silent_port, untrusted_tls
from tests.faults.server import FaultServer


@dataclass(frozen=True)
class Got:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(wait_seconds=0.05) as running:
        yield running


def get(server: FaultServer, path: str, *, context: ssl.SSLContext | None = None) -> Got:
    connection: http.client.HTTPConnection
    if server.base_url.startswith("https"):
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=5, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    with closing(connection):
        connection.request("GET", path)
        with connection.getresponse() as response:
            return Got(status=response.status, headers=response.headers, body=response.read())


def test_a_control_page_is_whole(server: FaultServer) -> None:
    assert b"The green crane, part 7" in get(server, "/story/7").body


@pytest.mark.parametrize("path", ["/drop", "/not-http"])
def test_no_http_comes_back(server: FaultServer, path: str) -> None:
    with pytest.raises((http.client.BadStatusLine, ConnectionError)):
        get(server, path)


@pytest.mark.parametrize("path", ["/drop-after-head", "/partial", "/partial-chunked"])
def test_a_body_is_cut_short(server: FaultServer, path: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        get(server, path)


def test_a_body_drips_until_the_reader_gives_up(server: FaultServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(b"GET /drip HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while not received.endswith(b"\r\n\r\nxx"):
            received += client.recv(1)
    assert received.startswith(b"HTTP/1.1 200")


def test_a_silent_answer_never_comes(server: FaultServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=0.1) as client:
        client.sendall(b"GET /silent HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_a_length_is_shorter_than_its_body(server: FaultServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(b"GET /short-length HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body) // 2}".encode() in head


def test_two_lengths_disagree(server: FaultServer) -> None:
    lengths = get(server, "/two-lengths").headers.get_all("Content-Length", [])
    assert len(set(lengths)) == 2


def test_a_gzip_body_is_none(server: FaultServer) -> None:
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(get(server, "/bad-gzip").body)


def test_a_gzip_body_is_cut(server: FaultServer) -> None:
    with pytest.raises(EOFError):
        gzip.decompress(get(server, "/cut-gzip").body)


def test_a_bomb_is_small_and_unpacks_large(server: FaultServer) -> None:
    packed = get(server, "/gzip-bomb").body
    assert len(packed) * 500 < BOMB_BYTES
    unpacked, rest = 0, packed
    while rest:
        piece = zlib.decompressobj(wbits=31)
        unpacked += len(piece.decompress(rest))
        rest = piece.unused_data
    assert unpacked == BOMB_BYTES


def test_headers_do_not_end(server: FaultServer) -> None:
    with pytest.raises(http.client.HTTPException, match="more than"):
        get(server, "/endless-headers")


def test_a_header_is_a_megabyte(server: FaultServer) -> None:
    with pytest.raises(http.client.LineTooLong):
        get(server, "/huge-header")


def test_a_redirect_loop_points_to_itself(server: FaultServer) -> None:
    assert get(server, "/redirect-loop").headers["Location"] == "/redirect-loop"


def test_a_chain_of_redirects_ends_in_a_story(server: FaultServer) -> None:
    path, passed = "/redirect-chain/3", []
    while path:
        passed.append(path)
        path = get(server, path).headers.get("Location", "")
    assert passed == ["/redirect-chain/3", "/redirect-chain/2", "/redirect-chain/1", "/story/chain"]


def test_a_redirect_goes_where_a_test_wants(server: FaultServer) -> None:
    location = get(server, "/redirect-to?url=http%3A%2F%2F169.254.169.254%2Flatest").headers["Location"]
    assert location == "http://169.254.169.254/latest"


@pytest.mark.parametrize("code", [429, 503])
def test_patience_is_asked_for_once_in_seconds(server: FaultServer, code: int) -> None:
    first, second = get(server, f"/retry-seconds/{code}"), get(server, f"/retry-seconds/{code}")
    assert (first.status, first.headers["Retry-After"], second.status) == (code, "1", 200)


def test_patience_is_asked_for_as_a_date_to_come(server: FaultServer) -> None:
    date = parsedate_to_datetime(get(server, "/retry-date/503").headers["Retry-After"])
    assert 0 <= date.timestamp() - time.time() + 1 <= 3


def test_a_server_flaps(server: FaultServer) -> None:
    assert [get(server, "/flapping").status for _ in range(4)] == [200, 500, 200, 500]


def test_a_feed_turns_into_a_page(server: FaultServer) -> None:
    assert b"<rss" in get(server, "/feed-turning").body
    assert b"<rss" not in get(server, "/feed-turning").body


def test_a_large_page_is_large(server: FaultServer) -> None:
    assert len(get(server, "/large").body) > LARGE_BYTES * 0.99


def test_a_charset_is_wrong(server: FaultServer) -> None:
    with pytest.raises(UnicodeDecodeError):
        get(server, "/wrong-charset").body.decode()


@pytest.mark.parametrize(("path", "body"), [("/empty", b""), ("/one-byte", b"x")])
def test_a_page_has_next_to_nothing(server: FaultServer, path: str, body: bytes) -> None:
    assert get(server, path).body == body


@pytest.mark.parametrize("name", sorted(ROBOTS.keys() - {"silent", "drop", "redirect_loop"}))
def test_robots_txt_is_what_the_server_was_told(server: FaultServer, name: str) -> None:
    server.robots = name
    expected = {"missing": 404, "error": 500}.get(name, 200)
    assert get(server, "/robots.txt").status == expected


def test_every_fault_can_be_named_by_a_path(server: FaultServer) -> None:
    assert all(name == name.lower() and "_" not in name for name in ANSWERS)


def test_requests_and_connections_are_noted(server: FaultServer) -> None:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    for _ in range(3):
        client.request("GET", "/story/1", headers={"User-Agent": "tester"})
        client.getresponse().read()
    client.close()
    assert server.count("/story/1") == 3
    assert {seen.headers["user-agent"] for seen in server.requests} == {"tester"}
    assert (len(server.connection_times), server.most_connections) == (1, 1)


def test_a_dead_port_refuses() -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", dead_port()), timeout=1)


def test_a_silent_port_takes_the_connection() -> None:
    with (
        silent_port() as port,
        socket.create_connection(("127.0.0.1", port), timeout=0.05) as client,
        pytest.raises(TimeoutError),
    ):
        client.recv(1)


@pytest.mark.parametrize("expired", [False, True])
def test_a_certificate_is_not_trusted(tmp_path: Path, expired: bool) -> None:
    with (
        FaultServer(tls=untrusted_tls(tmp_path, expired=expired)) as server,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        get(server, "/story/1")


def test_a_client_that_trusts_anything_is_served_over_tls(tmp_path: Path) -> None:
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    with FaultServer(tls=untrusted_tls(tmp_path)) as server:
        assert get(server, "/story/1", context=careless).status == 200
