"""The connection: what an address may be, what is shown of it, and how tasks on it are ended."""

from __future__ import annotations

import asyncio

import pytest

from cluster import engine
from cluster.engine import checked, end_all, shown
from newskeep.errors import UsageError


def test_a_task_that_loses_a_cancellation_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_CANCEL_AGAIN_SECONDS", 0.05)
    lost = 0

    async def deaf() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost += 1
                if lost > 2:
                    raise

    async def fails() -> None:
        raise ValueError("told elsewhere")

    async def run() -> None:
        tasks = [asyncio.ensure_future(deaf()), asyncio.ensure_future(fails())]
        await asyncio.sleep(0)
        await asyncio.wait_for(end_all(tasks), 5)
        assert all(task.done() for task in tasks)

    asyncio.run(run())
    assert lost == 3


@pytest.mark.parametrize("url", ["redis://h:6379/0", "rediss://:word@h/1", "unix:///run/redis.sock"])
def test_what_an_engine_may_be(url: str) -> None:
    assert checked(url) == url
    assert "word" not in shown(url)


@pytest.mark.parametrize("url", ["http://:word@h/", "h:6379", "", "amqp://h"])
def test_what_is_no_engine_is_said_without_its_password(url: str) -> None:
    with pytest.raises(UsageError, match="an engine is the address of a Redis") as error:
        checked(url)
    assert "word" not in str(error.value)
