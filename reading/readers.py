"""Reading the archive beside the event loop: a few threads, each with a read-only connection of its own.

A slow question stops nobody else's page: it has a thread to itself, and is broken off when its time is up.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from newskeep.errors import NewskeepError
from storage.archive import Archive

T = TypeVar("T")

THREADS = 4
TIME_LIMIT_SECONDS = 5.0
# So many steps of SQLite's machine lie between two looks at the clock: well under a millisecond.
_STEPS = 20_000


class TooSlowError(NewskeepError):
    """The answer took longer than a page may."""


class Readers:
    """The threads that read one archive."""

    def __init__(self, home: Path, *, threads: int = THREADS, time_limit_seconds: float = TIME_LIMIT_SECONDS) -> None:
        self.home = home
        self._limit = time_limit_seconds
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="newskeep-reader")
        self._own = threading.local()

    async def read(self, work: Callable[[Archive], T]) -> T:
        """Run `work` on an archive opened read-only. Raises what it raises, and TooSlowError."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._in_thread, work)

    def _in_thread(self, work: Callable[[Archive], T]) -> T:
        archive = self._archive()
        deadline = time.monotonic() + self._limit
        connections = archive.connections()
        for connection in connections:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            return work(archive)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                message = f"this took more than {self._limit:g} seconds; ask for less, a shorter time or a rarer word"
                raise TooSlowError(message) from error
            raise
        finally:
            for connection in connections:
                connection.set_progress_handler(None, 0)

    def _archive(self) -> Archive:
        """This thread's archive; opened anew where its files are others than before, as after a restore."""
        marks = _marks(self.home)
        if getattr(self._own, "marks", None) != marks:
            if getattr(self._own, "archive", None) is not None:
                self._own.archive.close()
                self._own.archive = None
            self._own.archive = Archive(self.home, read_only=True, busy_timeout_seconds=1.0)
            self._own.marks = marks
        archive: Archive = self._own.archive
        return archive


def _marks(home: Path) -> tuple[tuple[int, int] | None, ...]:
    """What tells the archive's files from others of their names."""
    found: list[tuple[int, int] | None] = []
    for name in ("news.db", "captures.db"):
        try:
            status = (home / name).stat()
        except OSError:
            found.append(None)
        else:
            found.append((status.st_dev, status.st_ino))
    return tuple(found)
