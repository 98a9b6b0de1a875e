"""Runs crawls on one archive: one Scrapy crawl for each poll of a source, with its line in the run ledger."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy.crawler import Crawler

from config import Config
from crawl_settings import scrapy_settings
from middlewares.turns import Turns, share_turns
from newskeep.errors import StorageError
from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.model import ListingKind, Source
from newskeep.outcomes import Outcome, RunStatus, Trigger
from newskeep.polling import missed_polls, rides_along
from newskeep.rechecks import budget
from newskeep.validators import asks_whole
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

# At a stop, crawls finish what is in flight; longer than a request may take, none is waited for.
_PATIENCE_SECONDS = 45.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When a crawl was due, None where it was not planned, and how many of its kind fell out since."""

    at: datetime | None = None
    missed_polls: int = 0


def utc_now() -> datetime:
    """The clock of the service."""
    return datetime.now(UTC)


def ask_of_listing(listing: ListingState, now: datetime) -> Ask:
    """What to ask of a listing: with the validators of its last answer, but for the times when it is wanted whole."""
    is_whole = asks_whole(listing.full_at, listing.not_modified, now=now)
    return Ask(
        url=listing.url,
        purpose=Purpose.LISTING,
        listing_id=listing.listing_id,
        kind=ListingKind(listing.kind),
        etag=None if is_whole else listing.etag,
        last_modified=None if is_whole else listing.last_modified,
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


def plan_of(listings: Sequence[ListingState], now: datetime) -> Plan:
    """Tell since when listings are due, and how many polls of the source fell out.

    One that was never polled was due when it was first followed, which is now.
    """
    times = [state.next_poll_at for state in listings if state.next_poll_at is not None]
    missed = [missed_polls(state.next_poll_at, state.last_polled_at, now=now) for state in listings]
    return Plan(at=min(times, default=now), missed_polls=max(missed, default=0))


def rechecks_at_once(config: Config, source: Source) -> int:
    """How many stories may be looked at again in one poll of a source."""
    delay = config.fetch.delay_seconds if source.manners.delay_seconds is None else source.manners.delay_seconds
    return budget(config.poll.rechecks, poll_seconds=source.interval_seconds, delay_seconds=delay)


async def look(config: Config, source: Source, urls: Sequence[str]) -> list[Fetch]:
    """Ask addresses under all manners and guards, and keep nothing."""
    settings = scrapy_settings(config, source)
    settings.set("ITEM_PIPELINES", {"pipelines.collect.CollectPipeline": 100}, priority="cmdline")
    # What is not kept is not mined; else a site that reserves it could not even be looked at.
    settings.set("NEWSKEEP_OBEY_TDM", False, priority="cmdline")
    crawler = Crawler(SourceSpider, settings)
    fetches: list[Fetch] = []
    collect_into(crawler, fetches)
    turns = Turns.open(config.home)
    try:
        share_turns(crawler, turns)
        await crawler.crawl_async(asks=[Ask(url=url, purpose=Purpose.STORY) for url in urls])
    finally:
        turns.close()
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
        self._turns: Turns | None = None
        self._crawlers: set[Crawler] = set()
        self._crawls: set[asyncio.Future[None]] = set()
        self._stopping = False

    async def __aenter__(self) -> Newsroom:
        self.writer.start()
        self._turns = Turns.open(self.config.home)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.workers.close()
        await self.writer.aclose()
        self.turns.close()

    @property
    def turns(self) -> Turns:
        """What gives requests their turn at a host; whoever fetches beside the crawls takes its turns here too."""
        assert self._turns is not None, "the newsroom is not open"
        return self._turns

    async def poll(self, source: Source, *, trigger: Trigger, only_due: bool = True) -> RunReport | None:
        """Crawl a source's listings, those that are due or all, and look at its stories whose time has come.

        None where there was nothing to do.

        A scheduled poll before which others fell out goes into the ledger as one that caught up.
        """
        now = self.clock()
        most = rechecks_at_once(self.config, source)
        listings, checks = await self.writer.do(
            lambda archive: (
                _listings(archive, source, now, only_due, self.config.poll.pace.floor_seconds),
                archive.rechecks.due(source.slug, now, limit=most),
            )
        )
        if self._stopping or not (listings or checks):
            return None
        asks = [*(ask_of_listing(listing, now) for listing in listings), *map(ask_of_check, checks)]
        plan = plan_of(listings, now) if only_due and listings else Plan()
        if trigger is Trigger.SCHEDULED and plan.missed_polls:
            trigger = Trigger.CATCH_UP
        return await self._crawl(source, asks, trigger, plan)

    async def fetch(self, source: Source, urls: Sequence[str], *, trigger: Trigger = Trigger.FETCH) -> RunReport:
        """Archive single stories of a source."""
        return await self._crawl(source, [Ask(url=url, purpose=Purpose.STORY) for url in urls], trigger, Plan())

    async def look_at_workers(self) -> Mapping[str, int]:
        """What there is to measure of workers elsewhere, by name; nothing where this process makes its own crawls."""
        return {}

    @property
    def is_stopping(self) -> bool:
        """Was it told to stop?"""
        return self._stopping

    async def stop(self) -> None:
        """Let the crawls finish what is in flight, and start no more."""
        self._stopping = True
        self.turns.stop()
        # One that has only begun is not told: its requests get no turn any more, so it ends by itself.
        running = [crawler for crawler in self._crawlers if is_running(crawler)]
        stops = [asyncio.ensure_future(crawler.stop_async()) for crawler in running]
        if stops:
            await asyncio.wait(stops, timeout=_PATIENCE_SECONDS)
        if self._crawls:
            # Scrapy has been seen to wait for ever here; nobody's order to stop may hang on that.
            _, hanging = await asyncio.wait(tuple(self._crawls), timeout=_PATIENCE_SECONDS)
            for crawl in hanging:
                crawl.cancel()

    async def _crawl(self, source: Source, asks: list[Ask], trigger: Trigger, plan: Plan) -> RunReport:
        started_at = self.clock()
        context = await self.open_run(source, trigger, plan=plan)
        crawler = Crawler(SourceSpider, scrapy_settings(self.config, source))
        attach(crawler, context)
        share_turns(crawler, self.turns)
        self._crawlers.add(crawler)
        crawl = asyncio.ensure_future(crawler.crawl_async(asks=asks))
        self._crawls.add(crawl)
        try:
            await asyncio.wait((crawl,))
            if not crawl.cancelled():
                crawl.result()
        except Exception as error:
            await self._fail(context, error)
            raise
        finally:
            crawl.cancel()  # where who asked for it was cancelled itself
            self._crawls.discard(crawl)
            self._crawlers.discard(crawler)
        return await self.close_run(context, started_at=started_at)

    async def open_run(self, source: Source, trigger: Trigger, *, plan: Plan | None = None) -> CrawlContext:
        """Open a run in the ledger, and give what its pages are taken through the pipelines with."""
        now = self.clock()
        run_id = await self.writer.do(lambda archive: _open_run(archive, source, trigger, plan or Plan(), now))
        return CrawlContext(
            writer=self.writer,
            workers=self.workers,
            config=self.config,
            run_id=run_id,
            source=source,
            tally=Tally(),
            clock=self.clock,
        )

    async def close_run(
        self, context: CrawlContext, *, started_at: datetime, verdict: tuple[RunStatus, str] | None = None
    ) -> RunReport:
        """Close a run with what was counted; `verdict` is status and reason where they do not follow from that."""
        tally, finished_at = context.tally, self.clock()
        status, reason = verdict or (tally.status(), tally.reason())
        if self._stopping and (status is not RunStatus.FAILED or tally.is_only_cancelled):
            status, reason = RunStatus.INTERRUPTED, "it was stopped"
        is_cut = status is RunStatus.INTERRUPTED and tally.outcomes[Outcome.CANCELLED] > 0

        def finish(archive: Archive) -> None:
            archive.runs.finish(context.run_id, status, reason=reason, now=finished_at)
            if is_cut:
                archive.listings.hasten(context.source.slug, finished_at)

        with contextlib.suppress(StorageError):  # said already, by whatever could not be written
            await self.writer.do(finish)
        return RunReport(
            run_id=context.run_id,
            source=context.source,
            status=status,
            reason=reason,
            tally=tally,
            started_at=started_at,
            finished_at=finished_at,
        )

    async def _fail(self, context: CrawlContext, error: Exception) -> None:
        """Close a run that a fault of ours ended: the ledger must not say that it still runs."""
        reason, now = f"{Outcome.FAULT}: {type(error).__name__}: {error}"[:500], self.clock()
        with contextlib.suppress(StorageError):
            await self.writer.do(
                lambda archive: archive.runs.finish(context.run_id, RunStatus.FAILED, reason=reason, now=now)
            )


def is_running(crawler: Crawler) -> bool:
    """Has a crawl begun and not ended?"""
    try:
        return crawler.engine is not None and crawler.engine.running
    except RuntimeError:  # it has none yet
        return False


def _open_run(archive: Archive, source: Source, trigger: Trigger, plan: Plan, now: datetime) -> int:
    # These are runs over whatever sources their pages turn out to be of.
    has_source = trigger not in (Trigger.IMPORT, Trigger.REPROCESS)
    if has_source:
        ensure_source(archive, source, now=now)
    return archive.runs.start(
        source.slug if has_source else None,
        trigger,
        planned_at=plan.at,
        missed_polls=plan.missed_polls,
        now=now,
        pid=os.getpid(),
        host=socket.gethostname(),
    )


def _listings(
    archive: Archive, source: Source, now: datetime, only_due: bool, floor_seconds: int
) -> tuple[ListingState, ...]:
    if not only_due:
        return tuple(state for state in archive.listings.states(source.slug) if not state.is_retired)
    due = archive.listings.due(now, slug=source.slug)
    known = {state.listing_id for state in due}
    # Several listings of a source would drift apart, and each cost a crawl of its own. What failed keeps its wait.
    others = [state for state in archive.listings.states(source.slug) if due and not state.is_retired]
    return due + tuple(
        state
        for state in others
        if state.listing_id not in known
        and not state.failures
        and rides_along(state.next_poll_at, state.last_polled_at, now=now, floor_seconds=floor_seconds)
    )
