"""A page of another site that lets its name lead here gets nothing to read."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.reading.conftest import ROOT, Reader, open_room

PATHS = [
    "/",
    "/front.json",
    "/front.atom",
    "/openapi.json",
    "/news",
    "/news/stories.json",
    "/-/databases.json",
    "/nowhere",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_name_that_is_not_ours_gets_no_word_of_the_archive(room: Reader, path: str) -> None:
    answer = room.get(path, headers={"host": "rebound.example:8001"})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text.startswith("This server does not answer for rebound.example.\n")
    assert "--allow-host" in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8001", "127.0.0.1:8001", "[::1]:8001", "192.168.1.7", "a.localhost"]
)
def test_names_of_this_machine_and_addresses_are_answered(room: Reader, host: str) -> None:
    assert room.get("/front.json", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["", "a.example:x", "a b", "<script>alert(1)</script>"])
def test_a_host_that_is_none_is_said(room: Reader, host: str) -> None:
    answer = room.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "script" not in answer.text


def test_a_second_host_does_not_smuggle_the_first(room: Reader) -> None:
    answer = room.get("/", headers=[("host", "localhost"), ("host", "rebound.example")])
    assert answer.status_code == 400


@pytest.mark.parametrize("listed", [["archive.example"], "archive.example", ["*"]])
def test_the_owner_lists_names_in_datasettes_metadata(demo_home: Path, runner, listed) -> None:  # type: ignore[no-untyped-def]
    named = open_room(demo_home, runner, metadata={"plugins": {"newskeep": {"allow_hosts": listed}}})
    assert named.get("/", headers={"host": "Archive.example"}).status_code == 200
    other = named.get("/", headers={"host": "rebound.example"})
    assert other.status_code == (200 if listed == ["*"] else 421)


@contextmanager
def served(home: Path, *options: str) -> Iterator[tuple[str, int]]:
    """`newskeep serve` on a home, at the address that is given."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "--home", str(home), "serve", "--port", "0", *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().split(" at ")[1].split()[0])
        assert address.port is not None
        yield "127.0.0.1", address.port
    finally:
        process.terminate()
        process.communicate(timeout=30)


def status_for(address: tuple[str, int], host: str | None) -> int:
    """How the server answers somebody who says to ask this host; None says nothing of it."""
    connection = http.client.HTTPConnection(*address, timeout=30)
    try:
        connection.putrequest("GET", "/front.json", skip_host=True)
        if host is not None:
            connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status != 200 or json.loads(body)["stories"]
        return answer.status
    finally:
        connection.close()


def test_serve_answers_for_the_names_of_its_flag_its_file_and_its_metadata(made_home: Path) -> None:
    config = made_home / "newskeep.toml"
    before = config.read_text(encoding="utf-8") if config.is_file() else None
    config.write_text('[serve]\nallow_hosts = ["file.example"]\n', encoding="utf-8")
    metadata = made_home / "metadata.yml"
    metadata.write_text("plugins:\n  newskeep:\n    allow_hosts: meta.example\n", encoding="utf-8")
    try:
        with served(made_home, "--host", "0.0.0.0", "--allow-host", "flag.example") as address:
            hosts = ["file.example", "flag.example:8001", "meta.example", "127.0.0.1", f"localhost:{address[1]}"]
            assert {host: status_for(address, host) for host in hosts} == dict.fromkeys(hosts, 200)
            assert status_for(address, "rebound.example") == 421
            assert status_for(address, None) == 400
    finally:
        metadata.unlink()
        if before is None:
            config.unlink()
        else:
            config.write_text(before, encoding="utf-8")


def test_serve_answers_for_the_name_it_listens_on(made_home: Path) -> None:
    with served(made_home, "--host", "localhost") as address:
        assert status_for(address, "localhost") == 200
        assert status_for(address, "rebound.example") == 421
