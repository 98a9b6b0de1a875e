"""Writing from an asyncio program: one thread for each file, and one commit for everything that waits.

Commits cost far more than statements, so jobs that wait together share one: up to 100 of them, or one second's worth.
A job's own failure takes back that job alone; a commit that fails, fails all that shared it. What a caller awaits is
answered after the commit, never before.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from newskeep.errors import StorageError
from newskeep.model import Capture
from storage.archive import Archive
from storage.captures import CaptureRef, CaptureStore, Parcel
from storage.captures_schema import CAPTURES
from storage.connection import BUSY_TIMEOUT_SECONDS, open_file

T = TypeVar("T")
J = TypeVar("J")
_Job = Callable[[Archive], Any]

MAX_JOBS = 100
MAX_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class _Waiting(Generic[J]):
    """A job, and who waits for it."""

    job: J
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Queue(Generic[J]):
    """Jobs on their way to a thread; None tells it to end when all before it are done."""

    items: SimpleQueue[_Waiting[J] | None] = field(default_factory=SimpleQueue)

    def batch(self) -> tuple[list[_Waiting[J]], bool]:
        """Wait for a job and take with it what waits beside it. True when the end was reached."""
        first = self.items.get()
        batch: list[_Waiting[J]] = []
        while first is not None:
            batch.append(first)
            if len(batch) >= MAX_JOBS or self.items.empty():
                return batch, False
            first = self.items.get()
        return batch, True


class ArchiveWriter:
    """Writes to an archive from any running asyncio loop.

    `start` opens the archive, `close` finishes everything that was accepted. A job that was cancelled before its turn
    is left out.
    """

    def __init__(self, home: Path, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> None:
        self.home = home
        self._busy_timeout_seconds = busy_timeout_seconds
        self._jobs: _Queue[_Job] = _Queue()
        self._parcels: _Queue[_Letter] = _Queue()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Open both files, each in its thread. Raises StorageError where that cannot be done."""
        for name, body in (("newskeep-archive", self._write_news), ("newskeep-captures", self._write_captures)):
            opened: SimpleQueue[BaseException | None] = SimpleQueue()
            thread = threading.Thread(target=body, args=(opened,), name=name, daemon=True)
            thread.start()
            error = opened.get()
            if error is not None:
                thread.join()
                self.close()
                raise error
            self._threads.append(thread)

    def close(self) -> None:
        """Finish what was accepted, then close both files. Closing twice does no harm."""
        threads, self._threads = self._threads, []
        for thread in threads:
            (self._jobs if thread.name == "newskeep-archive" else self._parcels).items.put(None)
        for thread in threads:
            thread.join()

    async def aclose(self) -> None:
        """As `close`, without holding up the loop meanwhile."""
        await asyncio.to_thread(self.close)

    async def do(self, job: Callable[[Archive], T]) -> T:
        """Run a job on the archive's thread inside a transaction, and give its result once that is committed.

        What the job raises comes back here, and takes back this job alone. A job may be run twice, when another of its
        batch failed: it must do nothing but work on the archive. Raises StorageError where the transaction could not be
        made, or the writer is closed.
        """
        result: T = await self._submit(self._jobs, job, "write to the archive")
        return result

    async def keep(self, capture: Capture, *, source: str | None, purpose: str) -> CaptureRef:
        """Keep a capture; it is on the disk when this returns. `source` is None for a page of no source."""
        letter = _Letter(capture=capture, source=source, purpose=purpose)
        reference: CaptureRef = await self._submit(self._parcels, letter, "keep a capture")
        return reference

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def _submit(self, queue: _Queue[J], job: J, operation: str) -> Any:
        if not self._threads:
            raise StorageError("the archive is closed", operation=operation)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(job=job, loop=loop, future=loop.create_future())
        queue.items.put(waiting)
        return await waiting.future

    def _write_news(self, opened: SimpleQueue[BaseException | None]) -> None:
        try:
            archive = Archive(self.home, busy_timeout_seconds=self._busy_timeout_seconds)
        except BaseException as error:
            opened.put(error)
            return
        opened.put(None)
        with archive:
            is_over = False
            while not is_over:
                batch, is_over = self._jobs.batch()
                while batch:
                    batch = _commit_jobs(archive, batch)

    def _write_captures(self, opened: SimpleQueue[BaseException | None]) -> None:
        try:
            file = open_file(self.home, CAPTURES, read_only=False, busy_timeout_seconds=self._busy_timeout_seconds)
        except BaseException as error:
            opened.put(error)
            return
        opened.put(None)
        store = CaptureStore(file)
        try:
            is_over = False
            while not is_over:
                batch, is_over = self._parcels.batch()
                if batch:
                    _commit_parcels(store, batch)
        finally:
            file.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """A capture before it is packed."""

    capture: Capture
    source: str | None
    purpose: str


def _commit_jobs(archive: Archive, batch: list[_Waiting[_Job]]) -> list[_Waiting[_Job]]:
    """Run jobs in one transaction for at most a second, answer them, and give back those there was no time for.

    A savepoint for each job would cost half the speed (the full-text index writes itself out at every one), so they are
    used only in a second try, after some job has failed in the first.
    """
    try:
        done = _try_jobs(archive, batch, with_savepoints=False)
    except _TryAgain:
        done = _try_jobs(archive, batch, with_savepoints=True)
    _answer(done)
    return batch[len(done) :]


def _try_jobs(archive: Archive, batch: list[_Waiting[_Job]], *, with_savepoints: bool) -> list[_Waiting[_Job]]:
    done: list[_Waiting[_Job]] = []
    until = time.monotonic() + MAX_SECONDS
    try:
        with archive.transaction():
            for waiting in batch:
                done.append(waiting)
                _run_job(archive, waiting, with_savepoint=with_savepoints)
                if time.monotonic() > until:
                    break
    except _TryAgain:
        raise
    except Exception as error:
        # The transaction is lost: it could not begin, could not be committed, or was rolled back on the way.
        done = done or batch
        for waiting in done:
            waiting.error = waiting.error or error
    return done


def _run_job(archive: Archive, waiting: _Waiting[_Job], *, with_savepoint: bool) -> None:
    waiting.result = waiting.error = None
    if waiting.future.cancelled():
        return
    before = archive.db.conn.total_changes
    try:
        with archive.transaction() if with_savepoint else nullcontext():
            waiting.result = waiting.job(archive)
    except Exception as error:
        waiting.error = error
        if not archive.db.conn.in_transaction:
            # The error (a full disk) took the whole transaction with it, so the others of this batch are lost too.
            raise
        if not with_savepoint and archive.db.conn.total_changes != before:
            raise _TryAgain from error


class _TryAgain(Exception):
    """A job failed half done, and nothing but the whole transaction can take it back."""


def _commit_parcels(store: CaptureStore, batch: list[_Waiting[_Letter]]) -> None:
    """Pack captures, then write them in one transaction, and answer."""
    packed: list[tuple[_Waiting[_Letter], Parcel]] = []
    for waiting in batch:
        letter = waiting.job
        try:
            packed.append((waiting, store.pack(letter.capture, source=letter.source, purpose=letter.purpose)))
        except Exception as error:
            waiting.error = error
    try:
        for (waiting, _), reference in zip(packed, store.add_all([parcel for _, parcel in packed]), strict=True):
            waiting.result = reference
    except Exception as error:
        for waiting, _ in packed:
            waiting.error = error
    _answer(batch)


def _answer(done: list[_Waiting[Any]]) -> None:
    """Tell everybody who waits, with one call into each loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting[Any]]] = {}
    for waiting in done:
        by_loop.setdefault(waiting.loop, []).append(waiting)
    for loop, answered in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, answered)
        except RuntimeError:
            # The loop was closed while its jobs were still written; nobody waits any more.
            continue


def _resolve(answered: list[_Waiting[Any]]) -> None:
    for waiting in answered:
        if waiting.future.done():
            continue
        if waiting.error is not None:
            waiting.future.set_exception(waiting.error)
        else:
            waiting.future.set_result(waiting.result)
