"""The newsroom of a cluster: crawls are ordered, not made, and what they bring is written here, by one archiver.

An order stands in Redis from when it is given until its end is in the archive. Whoever archives after a stop or a kill
finds those that stand, takes their results into runs of its own, and gives none of their sources a second order.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from redis.exceptions import RedisError

from cluster.codec import CodecError, decode, encode
from cluster.engine import START_PATIENCE_SECONDS, Engine, end_all
from cluster.filing import PackedReceipts
from cluster.messages import Ended, Order
from cluster.state import look
from cluster.tasks import HEARTBEAT_SECONDS, broker_of, order_message, waiting_key
from config import Config
from newskeep.errors import StorageError, UsageError
from newskeep.fetches import Ask
from newskeep.model import Source
from newskeep.outcomes import RunStatus, Trigger
from newsroom import Newsroom, Plan, RunReport, utc_now
from pipelines.context import CrawlContext

logger = logging.getLogger(__name__)

_WATCH_SECONDS = 5.0
# An order that nobody is at, while no message waits, was lost on the way: Dramatiq had this long to give it again.
_LOST_SECONDS = HEARTBEAT_SECONDS + 10.0
_OWN_LEASE_SECONDS = 15.0
_FORGET_SECONDS = 3_600.0


@dataclass(slots=True, kw_only=True)
class Assignment:
    """Mutable: an order under way. `sign` is when (steady clock) it was last known to be in good hands."""

    order: Order
    context: CrawlContext
    ended: asyncio.Future[Ended]
    report: asyncio.Future[RunReport]
    sign: float = field(default_factory=time.monotonic)


class ClusterNewsroom(Newsroom):
    """Gives orders and waits for their ends. Leaving it takes in what has arrived; orders under way stay under way."""

    def __init__(self, config: Config, engine: Engine, *, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__(config, clock=clock)
        self.engine = engine
        self._broker = broker_of(engine.url, engine.keys)
        self._name = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"
        self._receipts = PackedReceipts(clock)
        self._assigned: dict[str, Assignment] = {}
        self._standing: dict[str, Order] = {}
        self._standing_sign = time.monotonic()
        self._opening = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> ClusterNewsroom:
        await self.engine.check(patience_seconds=START_PATIENCE_SECONDS)
        await self._be_the_one()
        await super().__aenter__()
        await self.engine.prepare()
        await self._find_standing()
        self._start(self._watch())
        return self

    async def __aexit__(self, *error: object) -> None:
        self.engine.stopped.set()
        await end_all(self._tasks)
        await super().__aexit__(*error)
        with contextlib.suppress(Exception):  # it runs out
            if await self.engine.redis.get(self.engine.keys.archiver) == self._name.encode():
                await self.engine.redis.delete(self.engine.keys.archiver)
        await asyncio.to_thread(self._broker.close)

    async def stop(self) -> None:
        """End the runs here; their orders go on in the workers, and whoever archives next takes in what they bring."""
        self._stopping = True
        self.turns.stop()
        for one in tuple(self._assigned.values()):
            if not one.ended.done():
                one.ended.set_result(
                    Ended(order_id=one.order.order_id, source=one.order.source.slug, worker="", stopped=True)
                )

    # Orders.

    async def _crawl(self, source: Source, asks: list[Ask], trigger: Trigger, plan: Plan) -> RunReport:
        # One at a time: a result of a standing order may open its run at the same moment (`context_of`).
        async with self._opening:
            assigned = next((one for one in self._assigned.values() if one.order.key == source.slug), None)
            is_new = False
            if assigned is None:
                order = self._standing.pop(source.slug, None)
                is_new = order is None
                order = await self._order(source, asks, trigger) if order is None else replace(order, trigger=trigger)
                assigned = await self._assign(order, plan=plan)
        if is_new:
            await self._give(assigned.order)
        return await asyncio.shield(assigned.report)

    async def _order(self, source: Source, asks: Sequence[Ask], trigger: Trigger) -> Order:
        memory = await self.writer.do(lambda archive: archive.memory.newest(source.slug))
        return Order(
            order_id=f"{source.slug}-{secrets.token_hex(6)}",
            source=source,
            asks=tuple(asks),
            config=for_workers(self.config),
            trigger=trigger,
            given_at=self.clock(),
            memory=memory,
        )

    async def _give(self, order: Order) -> None:
        """Put an order where workers find it; giving it twice does no harm."""
        packed, keys = encode(order), self.engine.keys
        await self.engine.patiently(lambda: self.engine.redis.hset(keys.orders, order.order_id, packed))
        message = order_message(order.order_id)
        await self.engine.patiently(lambda: asyncio.to_thread(self._broker.enqueue, message))

    async def _assign(self, order: Order, *, plan: Plan | None = None) -> Assignment:
        """Open the run of an order."""
        started_at = self.clock()
        context = await self.open_run(order.source, order.trigger, plan=plan)
        context = replace(context, receipts=self._receipts)
        context.memory.snapshot = order.memory
        loop = asyncio.get_running_loop()
        assigned = Assignment(order=order, context=context, ended=loop.create_future(), report=loop.create_future())
        self._assigned[order.order_id] = assigned
        self._start(self._close_at_end(assigned, started_at))
        return assigned

    async def _close_at_end(self, assigned: Assignment, started_at: datetime) -> None:
        try:
            ended = await assigned.ended
            report = await self._close(assigned.context, ended, started_at=started_at)
        except BaseException as error:
            if not assigned.report.done():
                assigned.report.set_exception(
                    error
                    if isinstance(error, Exception)
                    else StorageError("the archiver was stopped", operation="end an order")
                )
                assigned.report.exception()  # nobody need be waiting
            raise
        finally:
            self._assigned.pop(assigned.order.order_id, None)
        assigned.report.set_result(report)

    async def _close(self, context: CrawlContext, ended: Ended, *, started_at: datetime) -> RunReport:
        verdict = None
        if ended.failure is not None:
            verdict = (RunStatus.FAILED, f"worker: {ended.failure}"[:500])
        elif ended.shortfall is not None:
            verdict = (RunStatus.PARTIAL, ended.shortfall[:500])
        elif ended.stopped and not self._stopping:
            verdict = (RunStatus.INTERRUPTED, f"worker {ended.worker} was stopped")
        return await self.close_run(context, started_at=started_at, verdict=verdict)

    async def look_at_workers(self) -> Mapping[str, int]:
        """Workers, crawls, and what waits; nothing where Redis does not answer."""
        try:
            state = await look(self.engine)
        except (RedisError, OSError):
            return {}
        return {
            "workers": len(state.workers),
            "worker_crawls": sum(one.crawls for one in state.workers),
            "orders": state.orders,
            "orders_waiting": state.waiting_orders,
            "results_waiting": state.waiting_results,
            "dead_letters": state.dead_letters,
        }

    # What the archiver asks.

    async def context_of(self, order_id: str) -> CrawlContext | None:
        """The run that takes in what an order brings, opened where it is not; None for an order that has ended.

        Raises CancelledError once the service is stopping: what comes now is left to whoever archives next.
        """
        async with self._opening:
            assigned = self._assigned.get(order_id)
            if assigned is None and self._stopping:
                # A run opened now would be closed by nobody. What is not acknowledged comes again.
                raise asyncio.CancelledError
            if assigned is None:
                order = await self._read_order(order_id)
                if order is None:
                    return None
                self._standing.pop(order.key, None)
                if order.saved is None:
                    order = replace(order, trigger=Trigger.CATCH_UP)
                assigned = await self._assign(order)
            assigned.sign = time.monotonic()
            return assigned.context

    async def end(self, ended: Ended) -> None:
        """An order has come to its end: close its run, and take it out of Redis."""
        with contextlib.suppress(CodecError):
            await self.context_of(ended.order_id)  # an import of nothing has no result that opened its run
        assigned = self._assigned.get(ended.order_id)
        if assigned is not None and not assigned.ended.done():
            assigned.ended.set_result(ended)
            with contextlib.suppress(Exception):  # said to whoever waits for the report
                await asyncio.shield(assigned.report)
        for key in (ended.source, ended.order_id):
            self._standing.pop(key, None)
        keys, redis = self.engine.keys, self.engine.redis
        await redis.hdel(keys.orders, ended.order_id)
        await redis.hdel(keys.tries, ended.order_id)

    async def _read_order(self, order_id: str) -> Order | None:
        packed = await self.engine.redis.hget(self.engine.keys.orders, order_id)
        if packed is None:
            return None
        order: Order = decode(packed)
        return order

    # Keeping watch.

    async def _be_the_one(self) -> None:
        """Be the only archiver of this engine, and remain it."""
        key, redis = self.engine.keys.archiver, self.engine.redis
        until = time.monotonic() + _OWN_LEASE_SECONDS + 2
        while not await redis.set(key, self._name, nx=True, px=int(_OWN_LEASE_SECONDS * 1000)):
            other = (await redis.get(key) or b"").decode()
            if _is_dead(other):
                await redis.delete(key)
                continue
            if time.monotonic() > until:
                raise UsageError(f"another archive takes the results of this engine ({other}); give it another prefix")
            await asyncio.sleep(0.5)  # it may be that of one that was killed, on another machine

    async def _find_standing(self) -> None:
        keys, redis = self.engine.keys, self.engine.redis
        for order_id, packed in (await redis.hgetall(keys.orders)).items():
            try:
                order: Order = decode(packed)
            except CodecError as error:
                logger.warning("standing order given up order=%s error=%s", order_id.decode(), error)
                await redis.hdel(keys.orders, order_id)
                continue
            self._standing[order.key] = order

    async def _watch(self) -> None:
        """Give lost orders again, remain the archiver, and forget old receipts, until cancelled."""
        redis, key = self.engine.redis, self.engine.keys.archiver
        forgot = 0.0
        while True:
            try:
                await redis.set(key, self._name, px=int(_OWN_LEASE_SECONDS * 1000))
                await self._look_for_lost()
                if time.monotonic() - forgot > _FORGET_SECONDS:
                    forgot = time.monotonic()
                    await self.writer.do(lambda archive: archive.receipts.forget(self.clock()))
            except Exception as error:  # Redis or the archive cannot be used now; the next round comes
                logger.debug("watch error=%s", error)
            await asyncio.sleep(_WATCH_SECONDS)

    async def _look_for_lost(self) -> None:
        redis, keys, now = self.engine.redis, self.engine.keys, time.monotonic()
        waiting = await redis.llen(waiting_key(keys))
        for one in tuple(self._assigned.values()):
            if waiting or await redis.exists(keys.order_lease(one.order.order_id)):
                one.sign = now
            elif now - one.sign > _LOST_SECONDS and not one.ended.done():
                one.sign = now
                logger.warning("order given again source=%s", one.order.source.slug)
                await self._give(one.order)
        await self._drop_lost(is_waiting=bool(waiting))

    async def _drop_lost(self, *, is_waiting: bool) -> None:
        """Forget orders of an earlier archiver that no worker has: the archive knows what is due."""
        redis, keys, now = self.engine.redis, self.engine.keys, time.monotonic()
        if is_waiting or not self._standing:
            self._standing_sign = now
        elif now - self._standing_sign > _LOST_SECONDS:
            for slug, order in tuple(self._standing.items()):
                if not await redis.exists(keys.order_lease(order.order_id)):
                    await redis.hdel(keys.orders, order.order_id)
                    self._standing.pop(slug, None)

    def _start(self, coroutine) -> None:  # type: ignore[no-untyped-def]
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_dead(name: str) -> bool:
    """Was this archiver (machine, process, chance) one of this machine that is no more?"""
    machine, _, rest = name.partition(" ")
    number = rest.partition(" ")[0]
    if machine != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return int(number) == os.getpid()  # in a container every process has the same number, and this one has no lease yet


def for_workers(config: Config) -> Config:
    """What workers need of a configuration: how to fetch, read and poll. Where alerts go is none of their business."""
    return Config(home=Path(), fetch=config.fetch, extract=config.extract, poll=config.poll)
