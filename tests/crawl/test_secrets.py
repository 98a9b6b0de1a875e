"""What a subscriber sends is told to nobody: not to the log, the ledger, the archive, nor the screen."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newskeep.model import Listing, ListingKind
from tests.faults.ports import dead_port, untrusted_tls
from tests.faults.server import FaultServer

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {"Cookie": "reader=COOKIE-4711", "Authorization": "Bearer BEARER-4711", "X-Api-Key": "KEY-4711"}
WORDS = ["COOKIE-4711", "BEARER-4711", "KEY-4711", "PASSWORD-4711"]
FAULTS = [
    "/story/1", "/drop", "/drop-after-head", "/partial", "/not-http", "/silent", "/bad-gzip", "/gzip-bomb", "/huge-header",
    "/redirect-loop", "/redirect-to?url=http://10.0.0.1/", "/redirect-to?url=javascript:alert(1)", "/status/500",
    "/retry-seconds/429", "/captcha", "/empty", "/feed-bomb", "/missing",
]  # fmt: skip


def follow(home, server) -> None:
    """A source with secrets in its headers."""
    source = home.follow(server.base_url, listings=[Listing(url=server.url("/feed"), kind=ListingKind.FEED)])
    path = home.path / "sources" / f"{source.slug}.toml"
    headers = "\n".join(f'"{name}" = "{value}"' for name, value in SECRETS.items())
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[[listings]]", f"[manners.headers]\n{headers}\n[[listings]]", 1), encoding="utf-8")
    home.settings(timeout="1 s")


def with_password(url: str) -> str:
    return url.replace("://", "://reader:PASSWORD-4711@")


def leaks(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


def test_no_log_line_of_any_level_and_no_file_of_the_home_holds_a_secret(home, tmp_path, caplog):
    with FaultServer(wait_seconds=1) as server, FaultServer(tls=untrusted_tls(tmp_path)) as untrusted:
        follow(home, server)
        with caplog.at_level(logging.DEBUG):
            home.poll()
            dead = f"http://127.0.0.1:{dead_port()}/a"
            urls = [*map(server.url, FAULTS), untrusted.url("/story/1"), dead]
            for url in urls:
                home.fetch(url)
        assert any(seen.headers.get("cookie") == SECRETS["Cookie"] for seen in server.requests)
    assert len(caplog.records) > 100
    assert leaks(caplog.text) == []
    outcomes = {outcome for (outcome,) in home.rows("SELECT outcome FROM requests")}
    assert len(outcomes) > 8, outcomes
    for path in home.path.rglob("*"):
        if path.is_file() and path.parent.name != "sources":
            assert leaks(path.read_bytes().decode("latin-1")) == [], path


@pytest.mark.parametrize("level", ["debug"])
def test_no_screen_shows_a_secret(home, level):
    config = home.path / "newskeep.toml"
    with FaultServer(wait_seconds=1) as server:
        follow(home, server)
        config.write_text(config.read_text(encoding="utf-8") + f'[log]\nlevel = "{level}"\n', encoding="utf-8")
        said = ""
        for words in (["crawl"], ["fetch", *map(with_password, map(server.url, FAULTS[:6]))], ["status"], ["sources"]):
            ended = subprocess.run(
                [sys.executable, "-m", "cli", "--home", str(home.path), *words],
                cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
            )  # fmt: skip
            said += ended.stdout + ended.stderr
    assert "broken_response" in said
    assert leaks(said) == []
