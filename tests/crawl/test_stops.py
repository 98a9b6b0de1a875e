"""A crawl by hand that is stopped: what is in flight is finished, the ledger says so, and the next one goes on."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from demo.site import DemoSite
from newskeep.model import Listing, ListingKind, Source
from newskeep.sources import format_source
from storage.archive import Archive
from storage.verify import verify

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = '[fetch]\nallow_addresses = ["127.0.0.0/8"]\ndelay = "{delay}"\n[extract]\nworkers = 1\n'


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(state=1, slow_seconds=0.1) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, site: DemoSite) -> Path:
    """A home that follows a feed, slowly."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "newskeep.toml").write_text(SETTINGS.format(delay="1 s"), encoding="utf-8")
    listings = (Listing(url=f"{site.base_url}/feeds/feed.rss", kind=ListingKind.FEED),)
    source = Source(slug="meridian", name="Meridian", homepage=f"{site.base_url}/", listings=listings)
    (tmp_path / "sources" / "meridian.toml").write_text(format_source(source), encoding="utf-8")
    Archive(tmp_path).close()
    return tmp_path


def crawl(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cli", "--home", str(home), "crawl"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("requests", [1, 4])
def test_a_crawl_that_is_stopped_ends_as_interrupted_and_goes_on_the_next_time(
    home: Path, site: DemoSite, number: signal.Signals, requests: int
) -> None:
    running = crawl(home)
    until = time.monotonic() + 60
    while len(site.requests) < requests and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "interrupted" in out
    assert "archive cannot be used" not in err
    assert "stopping: what is in flight is finished" in err
    with closing(sqlite3.connect(home / "news.db")) as news:
        assert news.execute("SELECT status, reason FROM runs").fetchall() == [("interrupted", "it was stopped")]
    (home / "newskeep.toml").write_text(SETTINGS.format(delay="0 s"), encoding="utf-8")
    again = crawl(home)
    again.communicate(timeout=120)
    assert again.returncode == 0
    with closing(sqlite3.connect(home / "news.db")) as news:
        (stories,) = news.execute("SELECT count(*) FROM stories").fetchone()
    assert stories > 25
    assert verify(home).is_clean
