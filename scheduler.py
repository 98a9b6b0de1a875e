"""When which source is polled. `newsroom` does the polling.

The archive holds the schedule (`listings.next_poll_at`); the service asks it every second which sources are due, and
starts so many of them as may run at once, the longest waiting first. Nothing is planned in memory, so a stop, a kill or
a suspended machine loses nothing: what is overdue is polled once, at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from config_tables.version import program_version
from newskeep.errors import NewskeepError
from newskeep.model import Source
from newskeep.outcomes import Trigger
from newskeep.shifts import Beat, Gap, GapCause, gap_between
from newsroom import Newsroom, RunReport
from storage.archive import Archive

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
# A source whose schedule cannot be read or written (the archive is full or locked) is looked at again after this long.
_TROUBLE_SECONDS = 60.0
_BEAT_SECONDS = 1.0
# A sign of life in the archive comes this often.
_SIGN_SECONDS = 30.0
# How often it is looked for sources whose stories are to be looked at again long before their listings are due.
_RECHECK_LOOK_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Something the service does beside polling, every so many seconds from its start on: alarms, saved searches, …

    A round that fails is logged and comes again; two of one name never overlap.
    """

    name: str
    seconds: float
    do: Callable[[], Awaitable[None]]


async def sync_sources(newsroom: Newsroom, sources: Sequence[Source], *, is_poller: bool = False) -> None:
    """Tell the archive what is followed, mend what a clock that was set back left, and close runs that lost their
    process: their sources are polled at once, for the stories that were not asked for.

    `is_poller` is True for the one who holds the home's lock: no scheduled run can be anybody else's.
    """

    def sync(archive: Archive) -> None:
        now = newsroom.clock()
        archive.listings.sync(sources, now)
        archive.listings.mend(now, random.random)
        for run in archive.runs.running():
            is_scheduled = run.trigger in (Trigger.SCHEDULED, Trigger.CATCH_UP)
            is_ours = run.host == socket.gethostname()
            if (is_poller and is_scheduled) or (is_ours and not _is_alive(run.pid)):
                archive.runs.interrupt(run.run_id, now=now, reason=f"process {run.pid} ended while it ran")
                if run.source is not None:
                    archive.listings.hasten(run.source, now)

    await newsroom.writer.do(sync)


def _is_alive(pid: int) -> bool:
    if pid == os.getpid():
        return False  # in a container every process has the same number, and this one has opened no run yet
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
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._newsroom = newsroom
        self._report = report
        self._rounds = tuple(rounds)
        self._steady = steady
        self._most = newsroom.config.poll.crawls
        self._gate = asyncio.Semaphore(self._most)
        self._stopped = asyncio.Event()
        self._looking = asyncio.Lock()
        self._in_flight: set[str] = set()
        self._has_more = False
        self._look_at = 0.0
        # Sources that are left alone until then (steady clock): what came of their last poll could not be written.
        self._not_before: dict[str, float] = {}
        self._rechecked: dict[str, float] = {}
        self._recheck_look_at = 0.0
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A look that is late is still wanted, once (the defaults drop what is a second late).
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self.follow(sources)

    def follow(self, sources: Sequence[Source]) -> None:
        """Poll these sources from now on, as they are configured now; the archive is told by `sync_sources`."""
        self._sources = {source.slug: source for source in sources if source.enabled}

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT; then finish what is in flight."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopped.set)
        shift_id = await self._newsroom.writer.do(self._begin_shift)
        self._scheduler.add_job(
            self._look,
            "interval",
            seconds=_LOOK_SECONDS,
            id="look",
            # One that finds another at work goes home again; APScheduler would complain of each.
            max_instances=100,
            next_run_time=datetime.now(UTC),
        )
        for round_ in self._rounds:
            # Its first time is now: what is wrong is said at the start, not an interval later.
            self._scheduler.add_job(
                _make_round,
                "interval",
                seconds=round_.seconds,
                args=[round_],
                id=f"round {round_.name}",
                next_run_time=datetime.now(UTC),
            )
        self._scheduler.start()
        heart = asyncio.create_task(self._beat(shift_id))
        await self._stopped.wait()
        logger.info("stopping: crawls finish what is in flight")
        # Not `shutdown`: that would cancel polls that are still writing.
        self._scheduler.pause()
        await self._newsroom.stop()
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(self._most):  # whoever holds the gate is still writing its end into the ledger
                await stack.enter_async_context(self._gate)
        heart.cancel()
        self._scheduler.shutdown(wait=False)
        with contextlib.suppress(NewskeepError):  # a full disk was named before
            await self._newsroom.writer.do(lambda archive: archive.shifts.end(shift_id, self._newsroom.clock()))

    def _begin_shift(self, archive: Archive) -> int:
        now, host = self._newsroom.clock(), socket.gethostname()
        return archive.shifts.begin(now, pid=os.getpid(), host=host, version=program_version())

    # What is due.

    async def _look(self) -> None:
        """Start what is due, as far as there is room."""
        if self._looking.locked() or self._steady() < self._look_at:
            return
        async with self._looking:
            if self._stopped.is_set():
                return
            try:
                room = self._most - len(self._in_flight)
                due = await self._due_sources() if room > 0 else ()
            except NewskeepError as error:
                logger.error("look failed error=%s", error)
                self._look_at = self._steady() + _TROUBLE_SECONDS
                return
            self._has_more = len(due) >= room
            for slug in due[: max(room, 0)]:
                self._in_flight.add(slug)
                # A job of its own each time. One known by its source would be dropped while the last, which looks for
                # what is due at its end, counts as running, and the source would be "in flight" for ever.
                self._scheduler.add_job(self._poll, args=[slug], name=slug)

    async def _due_sources(self) -> tuple[str, ...]:
        """The sources to be polled now, the longest waiting first; those last whose stories alone are due."""
        now, steady, archive = self._newsroom.clock(), self._steady(), self._newsroom.writer
        due = [one.slug for one in await archive.do(lambda archive: archive.listings.due_sources(now))]
        if self._newsroom.config.poll.rechecks and steady >= self._recheck_look_at:
            self._recheck_look_at = steady + _RECHECK_LOOK_SECONDS
            alone = await archive.do(lambda archive: archive.rechecks.overdue_sources(now))
            due += [slug for slug in alone if self._may_recheck(slug, steady)]
        return tuple(slug for slug in dict.fromkeys(due) if self._is_free(slug, steady))

    def _is_free(self, slug: str, steady: float) -> bool:
        is_held = self._not_before.get(slug, steady) > steady
        return slug in self._sources and slug not in self._in_flight and not is_held

    def _may_recheck(self, slug: str, steady: float) -> bool:
        """Stories alone are looked at no more often than listings would be: the host's patience is the same."""
        source = self._sources.get(slug)
        return source is not None and steady - self._rechecked.get(slug, -1e9) >= source.interval_seconds

    async def _poll(self, slug: str) -> None:
        try:
            async with self._gate:  # held to the end: whoever stops the service waits for the gate
                if not await self._poll_now(slug):
                    self._not_before[slug] = self._steady() + _TROUBLE_SECONDS
        finally:
            self._rechecked[slug] = self._steady()
            self._in_flight.discard(slug)
        if self._has_more:
            await self._look()

    async def _poll_now(self, slug: str) -> bool:
        """Poll a source; False where it is to be left alone for a while, though it may still be due."""
        newsroom, source = self._newsroom, self._sources.get(slug)
        if source is None:
            return True
        try:
            report = await newsroom.poll(source, trigger=Trigger.SCHEDULED)
            if report is not None:
                self._report(report)
            # What came of it could not be written, so it is still due; no reason to ask the site again at once.
            return report is not None and report.tally.storage_error is None
        except NewskeepError as error:
            logger.error("poll failed source=%s error=%s", slug, error)
        except Exception:
            # A fault of ours in one source must not silence the others, nor this one for ever.
            logger.exception("poll failed source=%s", slug)
        return False

    # The two clocks.

    async def _beat(self, shift_id: int) -> None:
        """Watch the clocks, and give signs of life."""
        before, signed = self._now(), self._steady()
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            after = self._now()
            gap = gap_between(before, after, every_seconds=_BEAT_SECONDS)
            before = after
            if gap is None and after.steady_seconds - signed < _SIGN_SECONDS:
                continue
            signed = after.steady_seconds
            try:
                await self._newsroom.writer.do(lambda archive, gap=gap: self._sign(archive, shift_id, gap))  # type: ignore[misc]
            except NewskeepError as error:
                logger.error("sign of life failed error=%s", error)
            if gap is not None:
                logger.warning("gap cause=%s from=%s until=%s", gap.cause, gap.from_at, gap.until_at)
                self._start_anew()

    def _now(self) -> Beat:
        return Beat(at=self._newsroom.clock(), steady_seconds=self._steady())

    def _sign(self, archive: Archive, shift_id: int, gap: Gap | None) -> None:
        now = self._newsroom.clock()
        archive.shifts.beat(shift_id, now)
        if gap is not None:
            archive.shifts.add_gap(shift_id, gap)
            if gap.cause is GapCause.CLOCK_BACK:
                archive.listings.mend(now, random.random)

    def _start_anew(self) -> None:
        """APScheduler waits for moments of the wall's clock; where that was set, they may be hours away."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))


async def _make_round(round_: Round) -> None:
    try:
        await round_.do()
    except NewskeepError as error:
        logger.error("round failed name=%s error=%s", round_.name, error)
    except Exception:
        # A fault of ours in one round must not end the service.
        logger.exception("round failed name=%s", round_.name)
