"""When which source is polled, and one Scrapy crawl for each poll, with its line in the run ledger.

The archive holds the schedule (`listings.next_poll_at`); APScheduler's jobs live in memory and are made anew from it at
each start, so a stop, a kill or a suspended machine loses nothing: what is overdue is polled once, at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from config import Config
from newskeep.errors import NewskeepError, StorageError
from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.model import ListingKind, Source
from newskeep.outcomes import RunStatus, Trigger
from newskeep.rechecks import budget
from pipelines.collect import collect_into
from pipelines.context import CrawlContext, attach
from pipelines.tally import Tally
from pipelines.workers import WorkerLimits, Workers
from spiders.source import SourceSpider
from storage.archive import Archive
from storage.listings import ListingState
from storage.rechecks import DueCheck
from storage.strangers import ensure_source
from storage.writer import ArchiveWriter

logger = logging.getLogger(__name__)

# All overdue sources at once would be a storm at each start: this many crawls at a time, the others wait their turn.
_CRAWLS_AT_ONCE = 8
# First polls after a start are spread over this many seconds: a thousand sources must not fall due together for ever.
_START_SPREAD_SECONDS = 5.0
# A source whose schedule cannot be read or written (the archive is full or locked) is looked at again after this long.
_TROUBLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """How one crawl went, for a log line or a screen."""

    run_id: int
    source: Source
    status: RunStatus
    reason: str | None
    tally: Tally
    started_at: datetime
    finished_at: datetime

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.finished_at - self.started_at).total_seconds()


def utc_now() -> datetime:
    """The clock of the service."""
    return datetime.now(UTC)


def scrapy_settings(config: Config, source: Source) -> Settings:
    """Scrapy's settings for a crawl: `settings.py`, then the owner's configuration, then the source's manners."""
    settings = Settings()
    settings.setmodule("settings", priority="project")
    fetch, manners = config.fetch, source.manners
    delay = fetch.delay_seconds if manners.delay_seconds is None else manners.delay_seconds
    timeout = fetch.timeout_seconds if manners.timeout_seconds is None else manners.timeout_seconds
    robots = fetch.obey_robots if manners.obey_robots is None else manners.obey_robots
    values: dict[str, Any] = {
        "USER_AGENT": fetch.user_agent,
        "DOWNLOAD_TIMEOUT": timeout,
        "DOWNLOAD_MAXSIZE": fetch.max_bytes,
        "DOWNLOAD_DELAY": delay,
        "CONCURRENT_REQUESTS": fetch.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": fetch.concurrency_per_host,
        "REDIRECT_MAX_TIMES": fetch.max_redirects,
        "ROBOTSTXT_OBEY": robots,
        "NEWSKEEP_ALLOW_ADDRESSES": [str(network) for network in fetch.allow_addresses],
    }
    if manners.headers:
        values["DEFAULT_REQUEST_HEADERS"] = dict(manners.headers)
    for name, value in values.items():
        settings.set(name, value, priority="cmdline")
    return settings


def ask_of_listing(listing: ListingState) -> Ask:
    """What to ask of a listing, with the validators of its last answer."""
    return Ask(
        url=listing.url,
        purpose=Purpose.LISTING,
        listing_id=listing.listing_id,
        kind=ListingKind(listing.kind),
        etag=listing.etag,
        last_modified=listing.last_modified,
    )


def ask_of_check(check: DueCheck) -> Ask:
    """What to ask of a story that is archived, with the validators of its last answer."""
    return Ask(
        url=check.url,
        purpose=Purpose.RECHECK,
        story_id=check.story_id,
        etag=check.etag,
        last_modified=check.last_modified,
    )


def rechecks_at_once(config: Config, source: Source) -> int:
    """How many stories may be looked at again in one poll of a source."""
    delay = config.fetch.delay_seconds if source.manners.delay_seconds is None else source.manners.delay_seconds
    return budget(config.poll.rechecks, poll_seconds=source.interval_seconds, delay_seconds=delay)


async def look(config: Config, source: Source, urls: Sequence[str]) -> list[Fetch]:
    """Ask addresses under all manners and guards, and keep nothing."""
    settings = scrapy_settings(config, source)
    settings.set("ITEM_PIPELINES", {"pipelines.collect.CollectPipeline": 100}, priority="cmdline")
    crawler = Crawler(SourceSpider, settings)
    fetches: list[Fetch] = []
    collect_into(crawler, fetches)
    await crawler.crawl_async(asks=[Ask(url=url, purpose=Purpose.STORY) for url in urls])
    return fetches


class Newsroom:
    """Runs crawls on one archive: one writer, one set of extraction workers, any number of sources.

    An async context manager; leaving it finishes what was accepted and ends the workers.
    """

    def __init__(self, config: Config, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.config, self.clock = config, clock
        self.writer = ArchiveWriter(config.home)
        limits = WorkerLimits(seconds=config.extract.page_seconds, memory_bytes=config.extract.worker_memory_bytes)
        self.workers = Workers(count=config.extract.workers, limits=limits)
        self._crawlers: set[Crawler] = set()
        self._stopping = False

    async def __aenter__(self) -> Newsroom:
        self.writer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.workers.close()
        await self.writer.aclose()

    async def poll(
        self, source: Source, *, trigger: Trigger, planned_at: datetime | None = None, only_due: bool = True
    ) -> RunReport | None:
        """Crawl a source's listings: those that are due, or all. None where there was nothing to do."""
        now = self.clock()
        listings = await self.writer.do(lambda archive: _listings(archive, source, now, only_due))
        if not listings or self._stopping:
            return None
        most = rechecks_at_once(self.config, source)
        checks = await self.writer.do(lambda archive: archive.rechecks.due(source.slug, now, limit=most))
        asks = [*map(ask_of_listing, listings), *map(ask_of_check, checks)]
        return await self._crawl(source, asks, trigger, planned_at)

    async def fetch(self, source: Source, urls: Sequence[str], *, trigger: Trigger = Trigger.COMMAND) -> RunReport:
        """Archive single stories of a source."""
        return await self._crawl(source, [Ask(url=url, purpose=Purpose.STORY) for url in urls], trigger, None)

    async def stop(self) -> None:
        """Let the crawls finish what is in flight, and start no more."""
        self._stopping = True
        await asyncio.gather(*(crawler.stop_async() for crawler in tuple(self._crawlers)))

    async def _crawl(self, source: Source, asks: list[Ask], trigger: Trigger, planned_at: datetime | None) -> RunReport:
        started_at = self.clock()
        context = await self.open_run(source, trigger, planned_at=planned_at)
        crawler = Crawler(SourceSpider, scrapy_settings(self.config, source))
        attach(crawler, context)
        self._crawlers.add(crawler)
        try:
            await crawler.crawl_async(asks=asks)
        finally:
            self._crawlers.discard(crawler)
        return await self.close_run(context, started_at=started_at)

    async def open_run(self, source: Source, trigger: Trigger, *, planned_at: datetime | None = None) -> CrawlContext:
        """Open a run in the ledger, and give what its pages are taken through the pipelines with."""
        now = self.clock()
        run_id = await self.writer.do(lambda archive: _open_run(archive, source, trigger, planned_at, now))
        return CrawlContext(
            writer=self.writer, workers=self.workers, config=self.config, run_id=run_id, source=source, tally=Tally()
        )

    async def close_run(self, context: CrawlContext, *, started_at: datetime) -> RunReport:
        """Close a run with what was counted."""
        tally, finished_at = context.tally, self.clock()
        status, reason = tally.status(), tally.reason()
        if self._stopping and status is not RunStatus.FAILED:
            status, reason = RunStatus.INTERRUPTED, "the service was stopped"
        with contextlib.suppress(StorageError):  # said already, by whatever could not be written
            await self.writer.do(
                lambda archive: archive.runs.finish(context.run_id, status, reason=reason, now=finished_at)
            )
        return RunReport(
            run_id=context.run_id,
            source=context.source,
            status=status,
            reason=reason,
            tally=tally,
            started_at=started_at,
            finished_at=finished_at,
        )


def _open_run(archive: Archive, source: Source, trigger: Trigger, planned_at: datetime | None, now: datetime) -> int:
    # These are runs over whatever sources their pages turn out to be of.
    has_source = trigger not in (Trigger.IMPORT, Trigger.REPROCESS)
    if has_source:
        ensure_source(archive, source, now=now)
    return archive.runs.start(
        source.slug if has_source else None,
        trigger,
        planned_at=planned_at,
        now=now,
        pid=os.getpid(),
        host=socket.gethostname(),
    )


def _listings(archive: Archive, source: Source, now: datetime, only_due: bool) -> tuple[ListingState, ...]:
    if only_due:
        return archive.listings.due(now, slug=source.slug)
    return tuple(state for state in archive.listings.states(source.slug) if not state.is_retired)


async def sync_sources(newsroom: Newsroom, sources: Sequence[Source]) -> None:
    """Tell the archive what is followed, and close the runs that a process left open when it ended."""

    def sync(archive: Archive) -> None:
        now = newsroom.clock()
        archive.listings.sync(sources, now)
        for run in archive.runs.running():
            if run.host == socket.gethostname() and not _is_alive(run.pid):
                archive.runs.interrupt(run.run_id, now=now, reason=f"process {run.pid} ended while it ran")

    await newsroom.writer.do(sync)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is there, and not ours
    return True


class Service:
    """Polls every source when it is due, until it is told to stop."""

    def __init__(self, newsroom: Newsroom, sources: Sequence[Source], *, report: Callable[[RunReport], None]) -> None:
        self._newsroom = newsroom
        self._sources = {source.slug: source for source in sources if source.enabled}
        self._report = report
        self._gate = asyncio.Semaphore(_CRAWLS_AT_ONCE)
        self._stopped = asyncio.Event()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A poll that is late is still wanted, once (the defaults drop what is a second late).
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT; then finish what is in flight."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopped.set)
        now = self._newsroom.clock()
        for slug in self._sources:
            at = await self._next_poll(slug, now)
            spread = timedelta(seconds=random.uniform(0, min(_START_SPREAD_SECONDS, len(self._sources) / 10)))
            self._plan(slug, max(at, now) + (spread if at <= now else timedelta()))
        self._scheduler.start()
        await self._stopped.wait()
        logger.info("stopping: crawls finish what is in flight")
        # Not `shutdown`: that would cancel polls that are still writing.
        self._scheduler.pause()
        await self._newsroom.stop()
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(_CRAWLS_AT_ONCE):  # whoever holds the gate is still writing its end into the ledger
                await stack.enter_async_context(self._gate)
        self._scheduler.shutdown(wait=False)

    def _plan(self, slug: str, at: datetime) -> None:
        self._scheduler.add_job(self._poll, "date", run_date=at, args=[slug, at], id=slug, replace_existing=True)

    async def _poll(self, slug: str, planned_at: datetime) -> None:
        async with self._gate:  # held to the end: whoever stops the service waits for the gate
            at = await self._poll_now(slug, planned_at)
        if not self._stopped.is_set():
            self._plan(slug, max(at, self._newsroom.clock() + timedelta(seconds=1)))

    async def _poll_now(self, slug: str, planned_at: datetime) -> datetime:
        """Poll a source, and say when it is to be polled next."""
        newsroom = self._newsroom
        try:
            report = await newsroom.poll(self._sources[slug], trigger=Trigger.SCHEDULED, planned_at=planned_at)
            if report is not None:
                self._report(report)
            now = newsroom.clock()
            at = await self._next_poll(slug, now)
            # Still due after it failed: what came of it could not be written, which is no reason to ask the site again.
            if report is None or report.status is not RunStatus.FAILED or at > now:
                return at
        except NewskeepError as error:
            logger.error("poll failed source=%s error=%s", slug, error)
        except Exception:
            # A fault of ours in one source must not silence the others, nor this one for ever.
            logger.exception("poll failed source=%s", slug)
        return newsroom.clock() + timedelta(seconds=_TROUBLE_SECONDS)

    async def _next_poll(self, slug: str, now: datetime) -> datetime:
        states = await self._newsroom.writer.do(lambda archive: archive.listings.states(slug))
        times = [state.next_poll_at or now for state in states if not state.is_retired]
        return min(times, default=now + timedelta(hours=1))
