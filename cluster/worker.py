"""One of many workers: takes orders from Dramatiq and carries each out as one crawl, without an archive of its own.

Dramatiq's threads wait for orders; the crawls run in the loop of the main thread, beside each other, over one set of
extraction processes. What a crawl brings goes through the same stages as ever up to the separation of stories and
teasers, then to the archiver (`cluster.outbox`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import dramatiq
from scrapy.crawler import Crawler

from cluster.codec import CodecError, decode, encode
from cluster.engine import Engine, end_all
from cluster.host_leases import LEASE_SECONDS, HostLeases, LeasedHostStore
from cluster.messages import Ended, Order, WorkerState
from cluster.outbox import Outbox, send_through
from cluster.saved_pages import carry_saved
from cluster.tasks import broker_of, declare
from config_tables.version import program_version
from crawl_settings import scrapy_settings
from middlewares.turns import Turns, share_turns
from newskeep.errors import NewskeepError
from newsroom import is_running
from pipelines.context import ReadContext, attach
from pipelines.memory import CrawlMemory
from pipelines.tally import Tally
from pipelines.workers import WorkerLimits, Workers
from spiders.source import SourceSpider

logger = logging.getLogger(__name__)

STAGES = {
    "pipelines.capture.CapturePipeline": 100,
    "pipelines.extract.ExtractPipeline": 200,
    "pipelines.pages.PagesPipeline": 250,
    "pipelines.separate.SeparatePipeline": 300,
    "cluster.outbox.SendPipeline": 400,
}
MOST_TRIES = 4
"""An order that so many workers began and none ended has something about it that kills them."""
SIGN_SECONDS = 2.0
ORDER_LEASE_SECONDS = 15.0
_PATIENCE_SECONDS = 45.0
_BUSY_MILLISECONDS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """What a worker takes on: crawls at once, processes that read; how long it may hold a host unheard."""

    name: str
    crawls: int = 16
    processes: int = 2
    lease_seconds: float = LEASE_SECONDS


class ClusterWorker:
    """Carries orders out until it is stopped."""

    def __init__(self, engine: Engine, options: WorkerOptions) -> None:
        self._engine, self.options = engine, options
        self._outbox = Outbox(engine, worker=options.name)
        self._workers = Workers(count=options.processes, limits=WorkerLimits())
        store = LeasedHostStore.alone()
        assert isinstance(store, LeasedHostStore)
        self._leases = HostLeases(engine, store, worker=options.name, seconds=options.lease_seconds)
        self._turns = Turns(store, clock=self._leases.now)
        self._leases.wake = self._turns.wake
        self._crawlers: dict[str, Crawler] = {}
        self._carrying: set[str] = set()
        self._started_at = datetime.now(UTC)
        self._orders = 0
        self._stopping = False

    async def run(self, stopped: asyncio.Event) -> None:
        """Work until `stopped` is set, then finish what is in flight."""
        loop = asyncio.get_running_loop()
        broker = broker_of(self._engine.url, self._engine.keys)

        def carry_out(order_id: str) -> None:
            asyncio.run_coroutine_threadsafe(self.carry_out(order_id), loop).result()

        declare(broker, carry_out)
        threads = dramatiq.Worker(broker, worker_threads=self.options.crawls, worker_timeout=200)
        threads.queue_prefetch = self.options.crawls  # no more than it can begin: the rest is for the others
        helpers = [asyncio.create_task(one()) for one in (self._outbox.run, self._leases.run, self._live)]
        threads.start()
        try:
            await stopped.wait()
            await self._stop_crawls()
            await asyncio.to_thread(threads.stop, int(_PATIENCE_SECONDS * 1000))
        finally:
            self._engine.stopped.set()
            await end_all(helpers)
            await self._workers.close()
            self._turns.close()
            with contextlib.suppress(Exception):
                await self._engine.redis.hdel(self._engine.keys.workers, self.options.name)
            await asyncio.to_thread(broker.close)

    async def carry_out(self, order_id: str) -> None:
        """Carry one order out, unless it is being carried out or has ended. Raises dramatiq.Retry."""
        keys, redis = self._engine.keys, self._engine.redis
        if self._stopping:
            raise dramatiq.Retry("stopping", delay=_BUSY_MILLISECONDS)
        packed = await self._engine.patiently(lambda: redis.hget(keys.orders, order_id))
        if packed is None or order_id in self._carrying:
            return
        try:
            order: Order = decode(packed)
        except CodecError as error:
            logger.error("order cannot be read order=%s error=%s", order_id, error)
            raise dramatiq.Retry(str(error), delay=5 * _BUSY_MILLISECONDS) from error
        self._carrying.add(order_id)
        try:
            await self._carry_leased(order)
        finally:
            self._carrying.discard(order_id)

    async def _carry_leased(self, order: Order) -> None:
        lease = self._engine.keys.order_lease(order.order_id)
        if not await self._lease(lease):
            # Its worker may be dead and not yet known to be; whoever ends it makes this message an empty one.
            raise dramatiq.Retry("another worker is at it", delay=_BUSY_MILLISECONDS)
        keeper = asyncio.create_task(self._keep(lease))
        try:
            await self._outbox.end(await self._end_of(order))
            self._orders += 1
        finally:
            keeper.cancel()
            with contextlib.suppress(Exception):
                await self._engine.redis.delete(lease)

    async def _end_of(self, order: Order) -> Ended:
        """Make what an order says, and give how it ended. Raises dramatiq.Retry."""
        ended = Ended(order_id=order.order_id, source=order.source.slug, worker=self.options.name)
        tries, redis = self._engine.keys.tries, self._engine.redis
        if await self._engine.patiently(lambda: redis.hincrby(tries, order.order_id, 1)) > MOST_TRIES:
            return replace(ended, failure=f"{MOST_TRIES} workers ended over it")
        failure, shortfall = await self._crawl(order)
        if self._stopping and order.saved is not None:
            await self._engine.patiently(lambda: redis.hincrby(tries, order.order_id, -1))
            raise dramatiq.Retry("stopping", delay=_BUSY_MILLISECONDS)  # an import is not due again by itself
        return replace(ended, failure=failure, shortfall=shortfall, stopped=self._stopping)

    async def _crawl(self, order: Order) -> tuple[str | None, str | None]:
        """Make the crawl, or the import; why it could not be made, and what of it could not (see `Ended`)."""
        try:
            settings = scrapy_settings(order.config, order.source)
        except NewskeepError as error:
            return str(error), None
        context = ReadContext(
            workers=self._workers,
            config=order.config,
            source=order.source,
            tally=Tally(),
            memory=CrawlMemory(snapshot=order.memory),
        )
        if order.saved is not None:
            return await carry_saved(order, context, self._outbox, lambda: self._stopping)
        settings.set("ITEM_PIPELINES", STAGES, priority="cmdline")
        crawler = Crawler(SourceSpider, settings)
        attach(crawler, context)
        share_turns(crawler, self._turns)
        send_through(crawler, self._outbox, order)
        self._crawlers[order.order_id] = crawler
        try:
            await crawler.crawl_async(asks=list(order.asks))
        except Exception as error:
            logger.exception("crawl failed source=%s", order.source.slug)
            return f"{type(error).__name__}: {error}"[:300], None
        finally:
            del self._crawlers[order.order_id]
        logger.info("order done source=%s requests=%d", order.source.slug, context.tally.requests)
        return None, None

    async def _lease(self, lease: str) -> bool:
        """Take the lease of an order; True also where it was ours, and only the answer was lost."""
        redis, name = self._engine.redis, self.options.name
        taken = await self._engine.patiently(
            lambda: redis.set(lease, name, nx=True, px=int(ORDER_LEASE_SECONDS * 1000))
        )
        return bool(taken) or await self._engine.patiently(lambda: redis.get(lease)) == name.encode()

    async def _keep(self, lease: str) -> None:
        """Keep the lease of an order, until cancelled."""
        redis, milliseconds = self._engine.redis, int(ORDER_LEASE_SECONDS * 1000)
        while True:
            await asyncio.sleep(ORDER_LEASE_SECONDS / 4)
            with contextlib.suppress(Exception):  # Redis is away: the lease lasts a while, and order and results wait
                await redis.set(lease, self.options.name, px=milliseconds)

    async def _stop_crawls(self) -> None:
        self._stopping = True
        self._turns.stop()
        running = [one for one in self._crawlers.values() if is_running(one)]
        stops = [asyncio.ensure_future(crawler.stop_async()) for crawler in running]
        if stops:
            await asyncio.wait(stops, timeout=_PATIENCE_SECONDS)

    async def _live(self) -> None:
        """Give signs of life, until cancelled."""
        while True:
            with contextlib.suppress(Exception):  # nothing hangs on it
                await self._engine.redis.hset(self._engine.keys.workers, self.options.name, encode(self._state()))
            await asyncio.sleep(SIGN_SECONDS)

    def _state(self) -> WorkerState:
        return WorkerState(
            name=self.options.name,
            machine=socket.gethostname(),
            pid=os.getpid(),
            version=program_version(),
            started_at=self._started_at,
            at=datetime.fromtimestamp(self._leases.now(), UTC),
            crawls=len(self._carrying),
            most_crawls=self.options.crawls,
            processes=self.options.processes,
            waiting=self._outbox.waiting,
            pages=self._outbox.delivered,
            orders=self._orders,
            hosts=self._leases.hosts,
        )
