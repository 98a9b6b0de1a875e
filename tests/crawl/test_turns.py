"""Waiting for a turn inside one process."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from middlewares.turns import Turns
from newskeep.errors import RequestRefusedError
from newskeep.host_pace import Wish
from newskeep.outcomes import Outcome
from storage.hosts_schema import HOSTS

A, B = "https://a.example/1", "https://b.example/1"


def run(home, scenario):
    """Run a scenario with the turns of a home."""

    async def main():
        turns = Turns.open(home)
        try:
            return await asyncio.wait_for(scenario(turns), 30)
        finally:
            turns.close()

    return asyncio.run(main())


def test_who_asked_first_goes_first(tmp_path: Path):
    order = []

    async def go(turns, number):
        async with turns.take(A, Wish(connections=1), lease_seconds=60):
            order.append(number)
            await asyncio.sleep(0.01)

    async def scenario(turns):
        await asyncio.gather(*(go(turns, number) for number in range(12)))

    run(tmp_path, scenario)
    assert order == list(range(12))


def test_one_host_does_not_hold_up_another(tmp_path: Path):
    async def scenario(turns):
        async with (
            turns.take(A, Wish(connections=1), lease_seconds=60),
            turns.take(B, Wish(connections=1), lease_seconds=60),
        ):
            return True

    assert run(tmp_path, scenario)


def test_the_delay_counts_from_the_sending(tmp_path: Path):
    wish = Wish(delay_seconds=0.3, connections=5)

    async def scenario(turns):
        async with turns.take(A, wish, lease_seconds=60) as leave:
            await asyncio.sleep(0.4)
            sent = time.time()
            await leave.sent()
            async with turns.take(A, wish, lease_seconds=60):
                return time.time() - sent

    assert run(tmp_path, scenario) >= 0.3


def test_a_pause_sends_away_who_waits_and_who_comes(tmp_path: Path):
    wish = Wish(connections=1)

    async def wait(turns):
        async with turns.take(A, wish, lease_seconds=60):
            pytest.fail("the host asked to be left alone")

    async def scenario(turns):
        async with turns.take(A, wish, lease_seconds=60) as leave:
            waiting = asyncio.create_task(wait(turns))
            await asyncio.sleep(0.05)
            leave.answered(503, seconds=0.1, retry_after="120")
        with pytest.raises(RequestRefusedError) as waited:
            await waiting
        with pytest.raises(RequestRefusedError) as came:
            await wait(turns)
        return waited.value, came.value

    for error in run(tmp_path, scenario):
        assert error.outcome is Outcome.UNAVAILABLE
        assert 115 < error.wait_seconds <= 120


def test_a_stop_sends_away_who_waits(tmp_path: Path):
    async def wait(turns, wish):
        async with turns.take(A, wish, lease_seconds=60):
            pytest.fail("it was to be stopped")

    async def scenario(turns):
        wish = Wish(delay_seconds=600, connections=1)
        async with turns.take(A, wish, lease_seconds=60) as leave:
            waiting = [asyncio.create_task(wait(turns, wish)) for _ in range(3)]
            await asyncio.sleep(0.05)
            await leave.sent()
        await asyncio.sleep(0.1)
        turns.stop()
        return await asyncio.gather(*waiting, return_exceptions=True)

    assert {error.outcome for error in run(tmp_path, scenario)} == {Outcome.CANCELLED}


def test_a_book_that_another_process_holds_for_a_moment_is_waited_for(tmp_path: Path):
    async def scenario(turns):
        with closing(sqlite3.connect(tmp_path / HOSTS.name, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(0.5, other.execute, "ROLLBACK")
            ticks = asyncio.create_task(tick())
            async with turns.take(A, Wish(), lease_seconds=60):
                return ticks.cancel() and len(seen)

    seen = []

    async def tick():
        while True:
            seen.append(1)
            await asyncio.sleep(0.01)

    # The loop goes on meanwhile: the lock holds up this request alone.
    assert run(tmp_path, scenario) >= 5


@pytest.mark.parametrize("url", ["http:///a", "http://a.example:x/"])
def test_an_address_without_a_host_is_refused(tmp_path: Path, url: str):
    async def scenario(turns):
        async with turns.take(url, Wish(), lease_seconds=60):
            return

    with pytest.raises(RequestRefusedError) as refused:
        run(tmp_path, scenario)
    assert refused.value.outcome is Outcome.ADDRESS_REFUSED
