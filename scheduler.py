"""When which source is polled. `newsroom` does the polling.

The archive holds the schedule (`listings.next_poll_at`); APScheduler's jobs live in memory and are made anew from it at
each start, so a stop, a kill or a suspended machine loses nothing: what is overdue is polled once, at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from newskeep.errors import NewskeepError
from newskeep.model import Source
from newskeep.outcomes import RunStatus, Trigger
from newsroom import Newsroom, RunReport
from storage.archive import Archive

logger = logging.getLogger(__name__)

# All overdue sources at once would be a storm at each start: this many crawls at a time, the others wait their turn.
_CRAWLS_AT_ONCE = 8
# First polls after a start are spread over this many seconds: a thousand sources must not fall due together for ever.
_START_SPREAD_SECONDS = 5.0
# A source whose schedule cannot be read or written (the archive is full or locked) is looked at again after this long.
_TROUBLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Something the service does beside polling, every so many seconds from its start on: alarms, saved searches, …

    A round that fails is logged and comes again; two of one name never overlap.
    """

    name: str
    seconds: float
    do: Callable[[], Awaitable[None]]


async def sync_sources(newsroom: Newsroom, sources: Sequence[Source]) -> None:
    """Tell the archive what is followed, and close the runs that a process left open when it ended."""

    def sync(archive: Archive) -> None:
        now = newsroom.clock()
        archive.listings.sync(sources, now)
        archive.listings.mend(now, random.random)
        for run in archive.runs.running():
            if run.host == socket.gethostname() and not _is_alive(run.pid):
                archive.runs.interrupt(run.run_id, now=now, reason=f"process {run.pid} ended while it ran")
                if run.source is not None:
                    archive.listings.hasten(run.source, now)

    await newsroom.writer.do(sync)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is there, and not ours
    return True


class Service:
    """Polls every source when it is due, until it is told to stop."""

    def __init__(
        self,
        newsroom: Newsroom,
        sources: Sequence[Source],
        *,
        report: Callable[[RunReport], None],
        rounds: Sequence[Round] = (),
    ) -> None:
        self._newsroom = newsroom
        self._sources = {source.slug: source for source in sources if source.enabled}
        self._report = report
        self._rounds = tuple(rounds)
        self._gate = asyncio.Semaphore(_CRAWLS_AT_ONCE)
        self._stopped = asyncio.Event()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A poll that is late is still wanted, once (the defaults drop what is a second late).
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT; then finish what is in flight."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopped.set)
        now = self._newsroom.clock()
        for slug in self._sources:
            at = await self._next_poll(slug, now)
            spread = timedelta(seconds=random.uniform(0, min(_START_SPREAD_SECONDS, len(self._sources) / 10)))
            self._plan(slug, max(at, now) + (spread if at <= now else timedelta()))
        for round_ in self._rounds:
            # Its first time is now: what is wrong is said at the start, not an interval later.
            self._scheduler.add_job(
                _make_round,
                "interval",
                seconds=round_.seconds,
                args=[round_],
                id=f"round {round_.name}",
                next_run_time=now,
            )
        self._scheduler.start()
        await self._stopped.wait()
        logger.info("stopping: crawls finish what is in flight")
        # Not `shutdown`: that would cancel polls that are still writing.
        self._scheduler.pause()
        await self._newsroom.stop()
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(_CRAWLS_AT_ONCE):  # whoever holds the gate is still writing its end into the ledger
                await stack.enter_async_context(self._gate)
        self._scheduler.shutdown(wait=False)

    def _plan(self, slug: str, at: datetime) -> None:
        self._scheduler.add_job(self._poll, "date", run_date=at, args=[slug], id=slug, replace_existing=True)

    async def _poll(self, slug: str) -> None:
        async with self._gate:  # held to the end: whoever stops the service waits for the gate
            at = await self._poll_now(slug)
        if not self._stopped.is_set():
            self._plan(slug, max(at, self._newsroom.clock() + timedelta(seconds=1)))

    async def _poll_now(self, slug: str) -> datetime:
        """Poll a source, and say when it is to be polled next."""
        newsroom = self._newsroom
        try:
            report = await newsroom.poll(self._sources[slug], trigger=Trigger.SCHEDULED)
            if report is not None:
                self._report(report)
            now = newsroom.clock()
            at = await self._next_poll(slug, now)
            # Still due after it failed: what came of it could not be written, which is no reason to ask the site again.
            if report is None or report.status is not RunStatus.FAILED or at > now:
                return at
        except NewskeepError as error:
            logger.error("poll failed source=%s error=%s", slug, error)
        except Exception:
            # A fault of ours in one source must not silence the others, nor this one for ever.
            logger.exception("poll failed source=%s", slug)
        return newsroom.clock() + timedelta(seconds=_TROUBLE_SECONDS)

    async def _next_poll(self, slug: str, now: datetime) -> datetime:
        states = await self._newsroom.writer.do(lambda archive: archive.listings.states(slug))
        times = [state.next_poll_at or now for state in states if not state.is_retired]
        return min(times, default=now + timedelta(hours=1))


async def _make_round(round_: Round) -> None:
    try:
        await round_.do()
    except NewskeepError as error:
        logger.error("round failed name=%s error=%s", round_.name, error)
    except Exception:
        # A fault of ours in one round must not end the service.
        logger.exception("round failed name=%s", round_.name)
