"""Calls to Redis that come together go together: each by itself wakes two processes, which costs more than it says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cluster.engine import Engine

_LINGER_SECONDS = 0.02
_MOST = 64


@dataclass(slots=True)
class _Waiting:
    """A call's commands, what they give (the last one's answer), and who waits for that."""

    add: Callable[[Any], None]
    future: asyncio.Future[Any]


class Batches:
    """Puts commands that come within a few milliseconds into one transaction. It belongs to one loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def do(self, add: Callable[[Any], None]) -> Any:
        """Have commands added to the next transaction, in one piece; gives what the last of them answers.

        Redis may be away meanwhile: all of a transaction is then sent once more, so it must do no harm twice.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(add, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send())
        return await future

    async def _send(self) -> None:
        while self._waiting:
            await asyncio.sleep(_LINGER_SECONDS)
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                answers = await self._engine.patiently(lambda batch=batch: self._execute(batch))  # type: ignore[misc]
            except BaseException as error:
                for one in batch:
                    if not one.future.done():
                        one.future.set_exception(error) if isinstance(error, Exception) else one.future.cancel()
                if not isinstance(error, Exception):
                    raise
            else:
                for one, answer in zip(batch, answers, strict=True):
                    if not one.future.done():
                        one.future.set_result(answer)

    async def _execute(self, batch: list[_Waiting]) -> list[Any]:
        ends = []
        async with self._engine.redis.pipeline(transaction=True) as pipe:
            for one in batch:
                one.add(pipe)
                ends.append(len(pipe) - 1)
            answers = await pipe.execute()
        return [answers[end] for end in ends]
