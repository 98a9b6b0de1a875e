"""Every request's turn at its host, whoever sends it: crawls of all sources and all processes of a home.

    async with turns.take(url, wish, lease_seconds=40) as leave:
        … send the request …
        await leave.sent()
        leave.answered(status, seconds=0.2, retry_after="120", date=None)

`middlewares.download` does so for everything that Scrapy fetches; what goes out another way (by a browser) takes its
turn in the same way. The rule is `newskeep.host_pace`, the book `storage.hosts`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from scrapy.crawler import Crawler

from newskeep.errors import ArchiveLockedError, RequestRefusedError, StorageError
from newskeep.host_pace import Answer, Standing, Wish, pace_key
from newskeep.outcomes import Outcome
from newskeep.retry_after import parse_retry_after
from storage.hosts import HostStore, Turn

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Another process that ends a request does not tell: who waits for a place looks again, soon and then less often.
_FIRST_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.02, 0.5
# A long wait is looked at again, since the host may have asked for a pause meanwhile.
_LONGEST_SLEEP_SECONDS = 30.0
_LOCKED_SECONDS = 30.0


class Leave:
    """Leave to send one request now."""

    def __init__(self, turns: Turns, turn: Turn) -> None:
        self._turns, self.turn = turns, turn
        self.answer: Answer | None = None
        self._is_sent = not turn.keeps_delay

    async def sent(self) -> None:
        """Tell that the request has gone out; the delay to the next one counts from here. Twice does no harm."""
        if not self._is_sent:
            self._is_sent = True
            await self._turns.note_sent(self.turn)

    def answered(self, status: int, *, seconds: float, retry_after: str | None = None, date: str | None = None) -> None:
        """Tell how the host answered and after how long; the headers `Retry-After` and `Date` as they came."""
        pause = parse_retry_after(retry_after, date=date, now=datetime.now(UTC)) if retry_after else None
        self.answer = Answer(status=status, seconds=seconds, pause_seconds=pause)

    def failed(self, *, seconds: float) -> None:
        """Tell that the host gave no answer, or broke one off; a pause that it asked for all the same is kept."""
        if self.answer is None or not self.answer.pause_seconds:
            self.answer = Answer(status=None, seconds=seconds)


class Turns:
    """Gives turns. It belongs to one event loop, and is closed by whoever opened it."""

    def __init__(self, store: HostStore, *, clock: Callable[[], float] = time.time) -> None:
        self.store, self._clock = store, clock
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._ended: dict[str, asyncio.Event] = {}
        self._stopped = asyncio.Event()

    @classmethod
    def open(cls, home: Path | None) -> Turns:
        """Open the book of a home, or one that nobody else reads (None)."""
        store = HostStore.alone() if home is None else HostStore.open(home)
        if home is not None:
            with contextlib.suppress(ArchiveLockedError):  # such turns run out by themselves
                store.forget_ended(now=time.time())
        return cls(store)

    def stop(self) -> None:
        """Send away who waits; requests under way go on."""
        self._stopped.set()
        for ended in self._ended.values():
            ended.set()

    def wake(self, host: str) -> None:
        """Let who waits for a host look again at once."""
        ended = self._ended.get(host)
        if ended is not None:
            ended.set()

    def close(self) -> None:
        """Close the book."""
        self.store.close()

    @asynccontextmanager
    async def take(self, url: str, wish: Wish, *, lease_seconds: float) -> AsyncIterator[Leave]:
        """Wait for a turn at the host of an address, and give it back at the end.

        `lease_seconds` is how long it is held where this process dies with it. Raises RequestRefusedError: the host
        asked to be left alone, the service is stopping, or `hosts.db` cannot be written.
        """
        try:
            host = pace_key(url)
        except ValueError as error:
            raise RequestRefusedError(str(error), outcome=Outcome.ADDRESS_REFUSED) from error
        turn = await self._wait(host, wish, lease_seconds)
        leave = Leave(self, turn)
        try:
            yield leave
        finally:
            await self._give_back(leave)

    async def note_sent(self, turn: Turn) -> None:
        """Write that the request of a turn has gone out."""
        with contextlib.suppress(StorageError):  # the delay counts from the turn's beginning then
            await self._patiently(lambda: self.store.mark_sent(turn, now=self._clock()))

    async def _wait(self, host: str, wish: Wish, lease_seconds: float) -> Turn:
        """One of this process waits for a host at a time, the others behind it in their order."""
        queue = self._queues.get(host)
        if queue is None:
            queue = self._queues[host] = asyncio.Lock()
        look = _FIRST_LOOK_SECONDS
        async with queue:
            while True:
                found = await self._ask(host, wish, lease_seconds)
                if isinstance(found, Turn):
                    return found
                if found.paused_status is not None:
                    raise _refused(host, found)
                if self._stopped.is_set():
                    raise RequestRefusedError("stopped while it waited for its turn", outcome=Outcome.CANCELLED)
                if found.wait_seconds is None:
                    await self._until_one_ends(host, look)
                    look = min(_LONGEST_LOOK_SECONDS, look * 1.5)
                else:
                    await self._pause(min(found.wait_seconds, _LONGEST_SLEEP_SECONDS))

    async def _ask(self, host: str, wish: Wish, lease_seconds: float) -> Turn | Standing:
        try:
            return await self._patiently(
                lambda: self.store.take(host, wish, now=self._clock(), lease_seconds=lease_seconds)
            )
        except StorageError as error:
            raise RequestRefusedError(str(error), outcome=Outcome.STORAGE_FAILED) from error

    async def _give_back(self, leave: Leave) -> None:
        try:
            await self._patiently(lambda: self.store.give_back(leave.turn, answer=leave.answer, now=self._clock()))
        except StorageError as error:
            logger.warning("a turn at %s is given back by its lease alone: %s", leave.turn.host, error)
        self.wake(leave.turn.host)

    async def _patiently(self, step: Callable[[], T]) -> T:
        """Do a step again while another process holds the file, without holding up the loop."""
        until = time.monotonic() + _LOCKED_SECONDS
        while True:
            try:
                return step()
            except ArchiveLockedError:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(random.uniform(0.005, 0.05))

    async def _until_one_ends(self, host: str, seconds: float) -> None:
        ended = self._ended[host] = asyncio.Event()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), seconds)
        self._ended.pop(host, None)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)


def _refused(host: str, found: Standing) -> RequestRefusedError:
    return RequestRefusedError(
        f"{host} asked for {found.wait_seconds:.0f} s more of pause",
        outcome=Outcome.UNAVAILABLE if found.paused_status == 503 else Outcome.RATE_LIMITED,
        wait_seconds=found.wait_seconds,
    )


_TURNS: WeakKeyDictionary[Crawler, Turns] = WeakKeyDictionary()


def share_turns(crawler: Crawler, turns: Turns) -> None:
    """Give a crawler the turns it shares with others, before it crawls."""
    _TURNS[crawler] = turns


def turns_of(crawler: Crawler) -> Turns:
    """The turns a crawler was given; one that was given none shares its own with nobody."""
    if crawler not in _TURNS:
        _TURNS[crawler] = Turns.open(None)
    return _TURNS[crawler]
