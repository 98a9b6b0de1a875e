"""A host belongs to one worker at a time, and what is known of it goes on with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from cluster.engine import Engine
from cluster.host_leases import HostLeases, LeasedHostStore
from middlewares.turns import Turns
from newskeep.errors import RequestRefusedError
from newskeep.host_pace import Wish
from newskeep.outcomes import Outcome
from tests.cluster.redis_server import RedisServer

URL = "http://paper.example/a"
LEASE_SECONDS = 2.0


class Clerk:
    """One worker's turns."""

    def __init__(self, engine: Engine, name: str) -> None:
        store = LeasedHostStore.alone()
        assert isinstance(store, LeasedHostStore)
        self.leases = HostLeases(engine, store, worker=name, seconds=LEASE_SECONDS)
        self.turns = Turns(store, clock=self.leases.now)
        self.leases.wake = self.turns.wake
        self.log: list[float] = []

    async def ask(self, *, delay: float = 0.0, lasts: float = 0.0, pause: str | None = None) -> None:
        """One request."""
        async with self.turns.take(URL, Wish(delay_seconds=delay), lease_seconds=30) as leave:
            await leave.sent()
            self.log.append(time.monotonic())
            await asyncio.sleep(lasts)
            leave.answered(503 if pause else 200, seconds=lasts, retry_after=pause)


@asynccontextmanager
async def clerks(redis: RedisServer, *names: str) -> AsyncIterator[list[Clerk]]:
    """Workers on one Redis that has stood long enough for its leases to be believed."""
    engine = Engine(redis.url)
    while (await engine.redis.info("server"))["uptime_in_seconds"] <= LEASE_SECONDS:
        await asyncio.sleep(0.1)
    made = [Clerk(engine, name) for name in names]
    tasks = [asyncio.create_task(one.leases.run()) for one in made]
    try:
        yield made
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in made:
            one.turns.close()
        await engine.close()


def test_two_workers_never_hold_a_host_at_once_and_both_get_their_turn(redis: RedisServer) -> None:
    async def run() -> None:
        async with clerks(redis, "one", "two") as (one, two):
            held: list[tuple[bool, bool]] = []

            async def watch() -> None:
                while True:
                    held.append((one.leases.is_held("paper.example"), two.leases.is_held("paper.example")))
                    await asyncio.sleep(0.005)

            watching = asyncio.create_task(watch())
            asks = [clerk.ask(delay=0.2) for _ in range(4) for clerk in (one, two)]
            await asyncio.wait_for(asyncio.gather(*asks), 40)
            watching.cancel()
            assert (True, False) in held
            assert (False, True) in held
            assert (True, True) not in held
            moments = sorted(one.log + two.log)
            assert min(after - before for before, after in pairwise(moments)) > 0.19

    asyncio.run(run())


def test_a_pause_that_one_worker_was_asked_for_holds_for_the_next(redis: RedisServer) -> None:
    async def run() -> None:
        async with clerks(redis, "one", "two") as (one, two):
            await one.ask(delay=0.1, pause="600")
            with pytest.raises(RequestRefusedError, match=r"paper\.example asked for 5\d\d s more") as refused:
                await asyncio.wait_for(two.ask(delay=0.1), 20)
            assert refused.value.outcome is Outcome.UNAVAILABLE

    asyncio.run(run())


def test_a_delay_counts_from_when_a_dead_worker_could_have_asked(redis: RedisServer) -> None:
    async def run() -> None:
        async with clerks(redis, "one", "two") as (one, two):
            await one.ask(delay=3.0)
            # It dies: nobody renews, nobody gives back.
            one.leases._held.clear()
            dead_at = one.log[0]
            await asyncio.wait_for(two.ask(delay=3.0), 30)
            # Its lease ran for two seconds after its last sign, and three seconds of delay follow that.
            assert two.log[0] - dead_at > LEASE_SECONDS + 3.0 - 0.3

    asyncio.run(run())


def test_a_lease_that_redis_does_not_confirm_runs_out_by_itself(redis: RedisServer) -> None:
    async def run() -> None:
        async with clerks(redis, "one") as (one,):
            await one.ask()
            assert one.leases.is_held("paper.example")
            redis.kill()
            one.leases.need("paper.example", 60)
            await asyncio.sleep(LEASE_SECONDS + 0.2)
            assert not one.leases.is_held("paper.example")
            redis.start()
            began = time.monotonic()
            await asyncio.wait_for(one.ask(), 30)
            # It cannot know what the server lost, so it waits as long as a lease lasts.
            assert one.log[-1] - began > LEASE_SECONDS / 2

    asyncio.run(run())
