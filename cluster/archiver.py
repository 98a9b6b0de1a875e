"""The one that takes results in: from the stream into the archive, then the answer, then the acknowledgement.

In that order: whatever ends in between comes again, and is known by its receipt. What cannot be taken at all goes to
the dead letters, with the reason.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from redis.exceptions import ResponseError

from cluster.batches import Batches
from cluster.codec import CodecError, decode, encode
from cluster.engine import AWAY, GROUP, Engine
from cluster.filing import file
from cluster.messages import Answer, Brought, Ended
from cluster.newsroom import ClusterNewsroom
from newskeep.errors import StorageError

logger = logging.getLogger(__name__)

_AT_ONCE = 64
_BLOCK_MILLISECONDS = 1_000
_TROUBLE_SECONDS = 2.0
_GATHER_SECONDS = 0.04
_REPLY_SECONDS = 3_600
_CONSUMER = "archiver"
_TRIES = 3


class Archiver:
    """Takes in results until cancelled. What it has begun is finished, or comes again."""

    def __init__(self, engine: Engine, newsroom: ClusterNewsroom) -> None:
        self._engine, self._newsroom = engine, newsroom
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._batches = Batches(engine)
        self._tasks: dict[bytes, asyncio.Task[None]] = {}
        self._was_away = False

    async def run(self) -> None:
        """Take in what was begun before this process was, then what comes."""
        start: bytes | str = "0"
        try:
            while True:
                found = await self._read(start)
                if self._was_away:
                    # A server that lost its last second may have forgotten what was acknowledged, or given to nobody.
                    self._was_away, start = False, "0"
                    continue
                if start != ">":
                    # What was given to this name before, and never acknowledged.
                    start = found[-1][0] if found else ">"
                for entry, fields in found:
                    if entry in self._tasks:
                        continue
                    await self._room.acquire()
                    task = asyncio.create_task(self._take(entry, fields, came_before=start != ">"))
                    self._tasks[entry] = task
                if start == ">" and len(found) < _AT_ONCE:
                    await asyncio.sleep(_GATHER_SECONDS)  # what comes meanwhile comes in one go
        finally:
            if self._tasks:
                await asyncio.wait(tuple(self._tasks.values()), timeout=_TROUBLE_SECONDS)
                for task in tuple(self._tasks.values()):
                    task.cancel()

    async def _read(self, start: bytes | str) -> list[tuple[bytes, Mapping[bytes, bytes]]]:
        keys, redis = self._engine.keys, self._engine.redis
        while True:
            try:
                found: Any = await redis.xreadgroup(
                    GROUP, _CONSUMER, {keys.results: start}, count=_AT_ONCE, block=_BLOCK_MILLISECONDS
                )
            except AWAY:
                self._was_away = True
                await asyncio.sleep(_TROUBLE_SECONDS / 4)
            except ResponseError as error:
                logger.warning("results stream error=%s", error)  # Redis came back without it
                await self._engine.patiently(self._engine.prepare)
                await asyncio.sleep(_TROUBLE_SECONDS / 4)
            else:
                return found[0][1] if found else []

    async def _take(self, entry: bytes, fields: Mapping[bytes, bytes], *, came_before: bool) -> None:
        try:
            await self._take_in(entry, fields, came_before=came_before or b"again" in fields)
        finally:
            self._tasks.pop(entry, None)
            self._room.release()

    async def _take_in(self, entry: bytes, fields: Mapping[bytes, bytes], *, came_before: bool) -> None:
        tries = 0
        while True:
            try:
                answer = await self._file(decode(fields[b"packed"]), came_before=came_before or tries > 0)
                break
            except StorageError as error:
                # A full disk or a locked file: it waits, and so does everybody who sends.
                logger.error("result waits error=%s", error)
            except AWAY as error:
                logger.debug("result waits error=%s", error)
            except (CodecError, KeyError) as error:
                answer = await self._bury(fields, str(error))
                break
            except Exception as error:
                tries += 1
                logger.exception("result cannot be taken try=%d", tries)
                if tries >= _TRIES:
                    answer = await self._bury(fields, f"{type(error).__name__}: {error}"[:300])
                    break
            await asyncio.sleep(_TROUBLE_SECONDS)
        await self._batches.do(lambda pipe: self._finish(pipe, entry, fields, answer))

    async def _file(self, message: Brought | Ended, *, came_before: bool) -> Answer | None:
        if isinstance(message, Ended):
            await self._newsroom.end(message)
            return None
        context = await self._newsroom.context_of(message.order_id)
        if context is None:
            # Its order has ended, so this came before, or nobody waits for it: its order was given up and made anew.
            return Answer(receipt=message.receipt, outcome=None, refusal="its order has ended")
        return await file(context, message, came_before=came_before)

    def _finish(self, pipe: Any, entry: bytes, fields: Mapping[bytes, bytes], answer: Answer | None) -> None:
        """Answer, then acknowledge: in one transaction, so that Redis keeps both or neither."""
        keys = self._engine.keys
        if answer is not None:
            replies = keys.replies(fields[b"worker"].decode())
            pipe.rpush(replies, encode(answer))
            pipe.expire(replies, _REPLY_SECONDS)
        pipe.xack(keys.results, GROUP, entry)
        pipe.xdel(keys.results, entry)

    async def _bury(self, fields: Mapping[bytes, bytes], why: str) -> Answer | None:
        """Put a result to the dead letters, and let its worker go on."""
        logger.error("dead letter worker=%s reason=%s", fields.get(b"worker", b"?").decode(), why)
        letter = {**fields, b"why": why.encode()}
        await self._engine.patiently(lambda: self._engine.redis.xadd(self._engine.keys.dead, letter))
        receipt = fields.get(b"receipt", b"").decode()
        if b"worker" not in fields or not receipt:
            return None
        return Answer(receipt=receipt, outcome=None, refusal=why)
