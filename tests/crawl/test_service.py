"""The service, with intervals of seconds: everything is polled in time, once, whatever happens to process and clock."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.crawler import Crawler

import newsroom
import scheduler
from config import Config
from demo.many import ManySites
from newskeep.model import Listing, ListingKind, Source
from newskeep.outcomes import Trigger
from newskeep.sources import format_source
from newsroom import Newsroom, RunReport
from scheduler import Service, sync_sources
from storage.verify import verify
from tests.crawl.conftest import Home

ROOT = Path(__file__).resolve().parents[2]
SITES = 3
_LONGEST_SECONDS = 60.0
SETTINGS = """
[fetch]
allow_addresses = ["127.0.0.0/8"]
delay = "0 s"
concurrency_per_host = 8
[monitor]
port = 0
[extract]
workers = 1
[poll]
interval = "{interval}"
floor = "1 s"
adaptive = false
jitter = 0
"""


@pytest.fixture
def sites() -> Iterator[ManySites]:
    """Sites that publish nothing new by themselves."""
    with ManySites(sites=SITES, every_seconds=1e9) as running:
        yield running


def follow(home: Home, sites: ManySites, *, interval: str = "2 s") -> None:
    """Configure a home to poll the sites so often."""
    (home.path / "newskeep.toml").write_text(SETTINGS.format(interval=interval), encoding="utf-8")
    for site in range(sites.sites):
        feed = Listing(url=sites.feed_url(site), kind=ListingKind.FEED)
        source = Source(slug=f"site-{site}", name=f"Site {site}", homepage=f"{sites.base_url(site)}/", listings=(feed,))
        text = format_source(source).replace("\ninterval = ", "\n# interval = ")
        (home.path / "sources" / f"site-{site}.toml").write_text(text, encoding="utf-8")


def start(home: Home) -> subprocess.Popen[bytes]:
    """The service as a process of its own."""
    command = [sys.executable, "-m", "cli", "--home", str(home.path), "run"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until(done: Callable[[], bool]) -> None:
    """Wait for something that must come."""
    until = time.monotonic() + _LONGEST_SECONDS
    while not done():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)


def hold_between_polls(process: subprocess.Popen[bytes], home: Home) -> None:
    """Hold the service at a moment in which no run is open: one that is would only take longer."""
    while True:
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.2)
        if not home.rows("SELECT 1 FROM runs WHERE status = 'running'"):
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.1)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=_LONGEST_SECONDS) == 0


class Wall:
    """A clock that can be set. With `goes` it goes by itself, else by `turn` alone, and the steady clock with it."""

    def __init__(self, *, goes: bool) -> None:
        self._began, self._goes, self._turned = time.monotonic(), goes, timedelta()

    def __call__(self) -> datetime:
        passed = timedelta(seconds=self.steady()) if self._goes else timedelta()
        return datetime(2026, 11, 23, 8, 0, tzinfo=UTC) + passed + self._turned

    def steady(self) -> float:
        return time.monotonic() - self._began if self._goes else self._turned.total_seconds()

    def turn(self, by: timedelta) -> None:
        self._turned += by


async def serve(home: Home, wall: Wall, during: Callable[[Service], Iterator[float]]) -> list[RunReport]:
    """Run the service in this process, by another clock; `during` yields seconds to wait and then ends it."""
    reports: list[RunReport] = []
    config = Config.load(home.path, {})
    async with Newsroom(config, clock=wall) as room:
        await sync_sources(room, config.sources(), is_poller=True)
        service = Service(room, config.sources(), report=reports.append, steady=wall.steady)
        running = asyncio.create_task(service.run())
        for seconds in during(service):
            await asyncio.sleep(seconds)
        os.kill(os.getpid(), signal.SIGTERM)
        await running
    return reports


def test_a_process_that_was_held_past_three_polls_makes_one_poll_of_each(home: Home, sites: ManySites) -> None:
    follow(home, sites)
    process = start(home)
    try:
        wait_until(lambda: all(sites.polls(site) >= 3 for site in range(SITES)))
        hold_between_polls(process, home)
        before = [sites.polls(site) for site in range(SITES)]
        time.sleep(8)
        assert [sites.polls(site) for site in range(SITES)] == before
        process.send_signal(signal.SIGCONT)
        wait_until(lambda: all(sites.polls(site) > before[site] for site in range(SITES)))
        wait_until(lambda: bool(home.rows("SELECT 1 FROM gaps WHERE cause = 'suspended'")))
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
        stop(process)
    caught_up = home.rows("SELECT source, missed_polls FROM runs WHERE trigger = 'catch_up' ORDER BY source")
    assert [source for source, _ in caught_up] == [f"site-{site}" for site in range(SITES)]
    assert all(missed >= 3 for _, missed in caught_up)
    assert home.rows("SELECT ending FROM shifts") == [("stopped",)]


def test_a_source_that_is_due_again_when_its_poll_ends_is_polled_again(home: Home) -> None:
    with ManySites(sites=1, every_seconds=1e9) as sites:
        follow(home, sites, interval="1 s")
        # One poll at a time, and the first takes longer than the interval.
        settings = SETTINGS.format(interval="1 s").replace('"0 s"', '"0.8 s"') + "crawls = 1\n"
        (home.path / "newskeep.toml").write_text(settings, encoding="utf-8")
        process = start(home)
        try:
            wait_until(lambda: sites.polls(0) >= 3)
        finally:
            stop(process)


def test_a_service_that_was_stopped_for_a_while_catches_up_once(home: Home, sites: ManySites) -> None:
    follow(home, sites)
    for _ in range(2):
        process = start(home)
        before = [sites.polls(site) for site in range(SITES)]
        wait_until(lambda before=before: all(sites.polls(site) > before[site] for site in range(SITES)))
        stop(process)
        time.sleep(7 if not home.rows("SELECT 1 FROM gaps") else 0)
    caught_up = home.rows("SELECT source FROM runs WHERE trigger = 'catch_up' ORDER BY source")
    assert caught_up == [(f"site-{site}",) for site in range(SITES)]
    ((cause, seconds),) = home.rows("SELECT cause, round((julianday(until_at) - julianday(from_at)) * 86400) FROM gaps")
    assert cause == "stopped"
    assert seconds >= 6


def test_a_clock_set_back_an_hour_brings_neither_storm_nor_silence(home: Home, sites: ManySites) -> None:
    follow(home, sites, interval="4 s")
    wall, counts = Wall(goes=True), []

    def during(_service: Service) -> Iterator[float]:
        while not all(sites.polls(site) for site in range(SITES)):
            yield 0.1
        wall.turn(-timedelta(hours=1))
        counts.append([sites.polls(site) for site in range(SITES)])
        yield 10.0
        counts.append([sites.polls(site) for site in range(SITES)])

    asyncio.run(serve(home, wall, during))
    came = [after - before for before, after in zip(*counts, strict=True)]
    assert all(1 <= polls <= 4 for polls in came), came
    assert [cause for (cause,) in home.rows("SELECT cause FROM gaps")] == ["clock_back"]
    assert home.rows("SELECT sum(missed_polls) FROM runs") == [(0,)]


def test_a_day_passes_in_seconds_and_no_poll_falls_out(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "_LOOK_SECONDS", 0.03)
    monkeypatch.setattr(scheduler, "_BEAT_SECONDS", 3_600.0)
    wall = Wall(goes=False)

    def a_day(service: Service) -> Iterator[float]:
        for _ in range(72):
            wall.turn(timedelta(minutes=20))
            looks = 0
            while looks < 4 or service._in_flight:
                yield 0.03
                looks += 1

    with ManySites(sites=3, every_seconds=5 * 3_600, clock=lambda: wall().timestamp()) as sites:
        follow(home, sites, interval="2 h")
        asyncio.run(serve(home, wall, a_day))
        published = [len(sites.story_urls(site)) for site in range(3)]
        polls = [sites.polls(site) for site in range(3)]
    kept = [home.rows("SELECT count(*) FROM stories WHERE source = ?", f"site-{site}")[0][0] for site in range(3)]
    # What appeared since the last poll of its site cannot be there yet.
    assert all(all_of - 1 <= found <= all_of for all_of, found in zip(published, kept, strict=True)), (published, kept)
    assert all(12 <= count <= 13 for count in polls), polls
    assert home.rows("SELECT sum(missed_polls), min(status), max(status) FROM runs") == [(0, "finished", "finished")]
    assert home.rows("SELECT * FROM gaps") == []
    assert verify(home.path).findings == []


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144])
def test_a_crawl_that_has_only_begun_ends_when_the_service_is_stopped(home: Home, sites: ManySites, steps: int) -> None:
    follow(home, sites)

    async def stop_after(steps: int) -> None:
        config = Config.load(home.path, {})
        async with Newsroom(config) as room:
            await sync_sources(room, config.sources())
            poll = asyncio.create_task(room.poll(config.sources()[0], trigger=Trigger.SCHEDULED))
            while not room._crawlers:
                await asyncio.sleep(0)
            for _ in range(steps):
                await asyncio.sleep(0)
            await room.stop()
            async with asyncio.timeout(_LONGEST_SECONDS):
                await poll

    asyncio.run(stop_after(steps))
    assert home.rows("SELECT DISTINCT status FROM runs WHERE status NOT IN ('interrupted', 'failed')") == []


def test_a_stop_does_not_wait_for_ever(home: Home, sites: ManySites, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(home, sites)

    async def never(_self: Crawler, **_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Crawler, "crawl_async", never)
    monkeypatch.setattr(newsroom, "_PATIENCE_SECONDS", 0.2)

    async def stop() -> None:
        config = Config.load(home.path, {})
        async with Newsroom(config) as room:
            await sync_sources(room, config.sources())
            poll = asyncio.create_task(room.poll(config.sources()[0], trigger=Trigger.SCHEDULED))
            while not room._crawls:
                await asyncio.sleep(0)
            await room.stop()
            async with asyncio.timeout(_LONGEST_SECONDS):
                await poll

    asyncio.run(stop())
    assert home.rows("SELECT status, reason FROM runs") == [("interrupted", "it was stopped")]
