"""The waits a server asks for, as its own log shows them: over processes that end and start anew."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newskeep.model import Listing, ListingKind
from tests.faults.server import FaultServer

ROOT = Path(__file__).resolve().parents[2]


def times_of(server: FaultServer, path: str) -> list[float]:
    """When a path was asked for."""
    return [seen.at_seconds for seen in server.requests if seen.path == path]


def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something to happen."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.parametrize(("form", "status"), [("seconds", 429), ("date", 503)])
def test_a_pause_holds_for_every_process_that_starts_while_it_lasts(home, start, form, status):
    outcome = {429: "rate_limited", 503: "unavailable"}[status]
    with FaultServer(wait_seconds=20) as server:
        refusing = f"/retry-{form}/{status}"
        start("fetch", server.url(refusing)).wait(timeout=60)
        (refused_at,) = times_of(server, refusing)
        start("fetch", server.url("/story/1")).wait(timeout=60)
        if time.monotonic() < refused_at + 19:  # else this machine was too slow to come in time
            assert home.rows("SELECT outcome, status FROM requests ORDER BY id") == [(outcome, status), (outcome, None)]
            assert server.count("/story/1") == 0
        # Who comes when it is over is let through.
        time.sleep(max(0.0, refused_at + 20.5 - time.monotonic()))
        assert start("fetch", server.url("/story/2")).wait(timeout=60) == 0
        assert home.rows("SELECT outcome FROM requests ORDER BY id DESC LIMIT 1") == [("new_story",)]
        # A date has no parts of a second.
        asked = times_of(server, "/story/1") + times_of(server, "/story/2")
        assert min(asked) - refused_at >= (20 if form == "seconds" else 19)


@pytest.mark.parametrize(("form", "status"), [("seconds", 503)])
def test_the_service_waits_as_long_as_it_was_asked_to_also_after_a_restart(home, start, form, status):
    text = (home.path / "newskeep.toml").read_text(encoding="utf-8")
    (home.path / "newskeep.toml").write_text(f'{text}[poll]\nfloor = "1 s"\n', encoding="utf-8")
    with FaultServer(wait_seconds=12) as server:
        refusing = f"/retry-{form}/{status}"
        listings = [
            Listing(url=server.url(refusing), kind=ListingKind.FEED, interval_seconds=1),
            Listing(url=server.url("/feed"), kind=ListingKind.FEED, interval_seconds=1),
        ]
        home.follow(server.base_url, listings=listings)
        first = start("run")
        until(lambda: bool(times_of(server, refusing)))
        (refused_at,) = times_of(server, refusing)
        time.sleep(1)
        first.kill()
        first.wait()
        second = start("run")
        until(lambda: len(times_of(server, refusing)) > 1)
        # Nobody at all asked this host anything meanwhile, whatever else was due. What was under way already may be.
        asked = [seen.at_seconds - refused_at for seen in server.requests]
        assert not [after for after in asked if 0.5 < after < (12 if form == "seconds" else 11)]
        # … and then it goes on.
        until(lambda: times_of(server, "/feed")[-1] > refused_at + 11)
        second.send_signal(signal.SIGTERM)
        assert second.wait(timeout=60) == 0
