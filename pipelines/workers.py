"""The extraction workers of one process: how many, how long, how large, and what becomes of a page that breaks one.

Each worker has its own pipe, so the end of one touches no other. A page that ran out of time or killed its worker is
tried once more in a fresh one, then given its named outcome. A worker that has grown is replaced between two pages.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from newskeep.outcomes import Outcome
from pipelines.memory import MemoryShelf
from pipelines.tasks import Answer, PageTask, Reply, Task
from pipelines.worker import HEADER

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parent.parent
# Above this a worker is replaced: Python and libxml2 seldom give back what one huge page took.
RECYCLE_ABOVE_BYTES = 150 * 1024 * 1024
_TRIES = 2
# A machine that needs longer to start Python is not fit to read pages.
_START_SECONDS = 60.0


class PageLostError(Exception):
    """A page could not be read because it broke its worker; `outcome` names how."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        self.outcome, self.detail = outcome, detail
        super().__init__(detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """What one page may cost."""

    seconds: float = 20.0
    memory_bytes: int = 512 * 1024 * 1024


class _Worker:
    """One child process and its pipe."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.is_spent = False
        self.shelf = MemoryShelf()

    async def call(self, task: Task) -> Reply:
        reader, writer = self.process.stdout, self.process.stdin
        assert reader is not None
        assert writer is not None
        if isinstance(task, PageTask):
            task = replace(task, memory=self.shelf.pack(task.memory))
        body = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        writer.write(HEADER.pack(len(body)) + body)
        await writer.drain()
        (length,) = HEADER.unpack(await reader.readexactly(HEADER.size))
        reply: Reply = pickle.loads(await reader.readexactly(length))
        self.is_spent = reply.resident_bytes > RECYCLE_ABOVE_BYTES
        return reply

    async def ready(self) -> None:
        """Wait until the process has imported what it needs."""
        assert self.process.stdout is not None
        await self.process.stdout.readexactly(HEADER.size)

    async def end(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


class Workers:
    """Run tasks in `count` child processes, started when first needed. Belongs to one asyncio loop."""

    def __init__(self, *, count: int, limits: WorkerLimits | None = None) -> None:
        self.count = count
        self.limits = limits or WorkerLimits()
        self._slots: asyncio.Queue[_Worker | None] = asyncio.Queue()
        self._all: set[_Worker] = set()
        for _ in range(count):
            self._slots.put_nowait(None)

    async def run(self, task: Task) -> Answer:
        """Return what the task yields.

        PageError where the page cannot be read, PageLostError where reading it broke the worker twice.
        """
        lost = PageLostError(Outcome.EXTRACTION_FAILED, "")
        for _ in range(_TRIES):
            try:
                reply = await self._try(task)
            except PageLostError as error:
                lost = error
                continue
            if reply.out_of_memory:
                detail = "reading the page takes more memory than a worker may hold"
                lost = PageLostError(Outcome.EXTRACTION_OUT_OF_MEMORY, detail)
                continue
            if reply.trace:
                logger.error("extraction fault url=%s\n%s", task.capture.final_url, reply.trace)
            if reply.error:
                raise reply.error
            assert reply.answer is not None
            return reply.answer
        raise lost

    async def close(self) -> None:
        """End all workers; tasks still running are lost."""
        await asyncio.gather(*(worker.end() for worker in self._all))
        self._all.clear()

    async def _try(self, task: Task) -> Reply:
        slot = await self._slots.get()
        worker: _Worker | None = None
        keep = False
        try:
            worker = slot or await self._start()
            reply = await asyncio.wait_for(worker.call(task), self.limits.seconds)
            keep = not worker.is_spent and not reply.out_of_memory
            return reply
        except TimeoutError:
            detail = f"reading the page took more than {self.limits.seconds:g} s"
            raise PageLostError(Outcome.EXTRACTION_TIMED_OUT, detail) from None
        except (asyncio.IncompleteReadError, ConnectionError, EOFError, pickle.UnpicklingError):
            detail = "reading the page ended its worker process"
            raise PageLostError(Outcome.EXTRACTION_FAILED, detail) from None
        finally:
            if worker is not None and not keep:
                self._all.discard(worker)
                await worker.end()
            self._slots.put_nowait(worker if keep else None)

    async def _start(self) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "pipelines.worker",
            str(self.limits.seconds),
            str(self.limits.memory_bytes),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=_ROOT,
        )
        worker = _Worker(process)
        self._all.add(worker)
        try:
            await asyncio.wait_for(worker.ready(), _START_SECONDS)
        except BaseException:
            self._all.discard(worker)
            await worker.end()
            raise
        return worker
