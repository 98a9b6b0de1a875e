"""A worker's results on their way to the archive: sent until somebody says that they are there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Protocol
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from cluster.batches import Batches
from cluster.codec import CodecError, decode, encode
from cluster.engine import AWAY, Engine
from cluster.messages import Answer, Brought, Ended, Order
from newskeep.fetches import Ask
from newskeep.model import SiteMemory, Source
from newskeep.outcomes import Outcome
from pipelines.context import ReadContext, context_of
from pipelines.stage import Stage
from pipelines.work import Work

logger = logging.getLogger(__name__)

MOST_WAITING = 64
"""So many results of one worker may be on their way; who has more waits, and fetches nothing meanwhile."""
# What is still in the stream after this has only to wait; what is gone without an answer is sent again.
_PATIENCE_SECONDS = 10.0
_LISTEN_SECONDS = 5


class Outbox:
    """Sends results and takes answers; `run` listens for these. It belongs to one worker and its loop."""

    def __init__(self, engine: Engine, *, worker: str) -> None:
        self._engine, self.worker = engine, worker
        self._numbers = count(1)
        self._batches = Batches(engine)
        self._room = asyncio.Semaphore(MOST_WAITING)
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self.delivered = 0

    @property
    def waiting(self) -> int:
        """How many results have no answer yet."""
        return len(self._waiting)

    async def deliver(self, order: Order, work: Work, *, origin: Source | None = None) -> Answer:
        """Send what a request brought, and give the answer, which comes once it is in the archive."""
        async with self._room:
            # Receipts of a worker ascend, so that the archive's table of them grows at one end.
            receipt = f"{self.worker}:{next(self._numbers):09d}"
            # The archiver has the memory; which of its snapshots it was is all that it must be told.
            sent = replace(work, memory=SiteMemory(version=work.memory.version))
            brought = Brought(
                order_id=order.order_id,
                source=order.source.slug,
                worker=self.worker,
                receipt=receipt,
                work=sent,
                origin=origin,
            )
            answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            self._waiting[receipt] = answered
            try:
                answer = await self._until_answered(receipt, encode(brought), answered)
            finally:
                del self._waiting[receipt]
        self.delivered += 1
        return answer

    async def end(self, ended: Ended) -> None:
        """Tell that an order has come to its end."""
        packed = encode(ended)
        await self._add("", packed)

    async def run(self) -> None:
        """Take answers, until cancelled."""
        key, redis = self._engine.keys.replies(self.worker), self._engine.redis
        while True:
            try:
                found = await redis.blmpop(_LISTEN_SECONDS, 1, key, direction="LEFT", count=MOST_WAITING)
            except AWAY:
                await asyncio.sleep(0.5)
                continue
            for packed in found[1] if found is not None else ():
                self._take(packed)

    def _take(self, packed: bytes) -> None:
        try:
            answer: Answer = decode(packed)
        except CodecError as error:
            logger.error("answer cannot be read error=%s", error)
            return
        waiting = self._waiting.get(answer.receipt)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    async def _until_answered(self, receipt: str, packed: bytes, answered: asyncio.Future[Answer]) -> Answer:
        entry = await self._add(receipt, packed)
        while True:
            done, _ = await asyncio.wait((answered,), timeout=_PATIENCE_SECONDS)
            if done:
                return answered.result()
            if not await self._engine.patiently(lambda entry=entry: self._is_there(entry)):  # type: ignore[misc]
                entry = await self._add(receipt, packed, again=b"1")

    async def _add(self, receipt: str, packed: bytes, **more: bytes) -> bytes:
        fields = {"worker": self.worker, "receipt": receipt, "packed": packed, **more}
        entry: bytes = await self._batches.do(lambda pipe: pipe.xadd(self._engine.keys.results, fields))
        return entry

    async def _is_there(self, entry: bytes) -> bool:
        return bool(await self._engine.redis.xrange(self._engine.keys.results, min=entry, max=entry))


_ORDERS: WeakKeyDictionary[Crawler, tuple[Outbox, Order]] = WeakKeyDictionary()


def send_through(crawler: Crawler, outbox: Outbox, order: Order) -> None:
    """Tell a crawler which order it carries out and where its results go, before it crawls."""
    _ORDERS[crawler] = (outbox, order)


class Asking(Protocol):
    """A spider that takes further addresses."""

    def take(self, asks: Iterable[Ask]) -> None:
        """Ask for them in the running crawl."""


class SendPipeline(Stage):
    """Last stage in a worker: send what a request brought, and ask for what follows from it."""

    def __init__(self, crawler: Crawler, context: ReadContext) -> None:
        super().__init__(crawler, context)
        self._outbox, self._order = _ORDERS[crawler]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SendPipeline:
        """Take the context and the order that the worker attached."""
        if crawler not in _ORDERS:
            raise NotConfigured("this crawl carries out no order")
        return cls(crawler, context_of(crawler))

    async def step(self, work: Work) -> Work:
        """Send the work; it is in the archive when this returns."""
        answer = await self._outbox.deliver(self._order, work)
        outcome = answer.outcome or Outcome.FAULT
        if answer.refusal is not None:
            logger.error("result refused url=%s reason=%s", work.fetch.ask.url, answer.refusal)
        if answer.asks:
            spider: Asking = self.crawler.spider  # type: ignore[assignment]  # Scrapy knows it as any spider
            spider.take(answer.asks)
        ask, capture = work.fetch.ask, work.fetch.capture
        size = len(capture.body) if capture else 0
        self.context.tally.count(outcome, purpose=ask.purpose, detail=answer.refusal, url=ask.url, body_bytes=size)
        return Work(fetch=work.fetch, outcome=outcome, is_counted=True)
