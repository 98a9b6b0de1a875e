"""Locks of a home: each names its holder, and no crash can leave one behind.

The operating system holds the lock and drops it with the process, however that ended; the file's text only tells people
who holds it.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from newskeep.errors import ArchiveLockedError, ArchiveReadOnlyError
from storage.values import seen_text


class HomeLock:
    """Context manager: hold a lock file of a home, or raise ArchiveLockedError with the holder's pid and start.

    In `refusal`, `{holder}` stands for who holds it.
    """

    def __init__(self, path: Path, *, now: datetime, refusal: str) -> None:
        self._path = path
        self._now = now
        self._refusal = refusal
        self._file: int | None = None

    def __enter__(self) -> Self:
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise ArchiveReadOnlyError(
                f"{self._path} cannot be written: {error.strerror}", operation="lock the home"
            ) from error
        if not _lock(self._file):
            holder = os.read(self._file, 200).decode("utf-8", "replace").strip() or "another process"
            os.close(self._file)
            raise ArchiveLockedError(self._refusal.format(holder=holder), operation="lock the home")
        # On a full disk the lock holds all the same, and `prune` must be able to make space.
        with suppress(OSError):
            os.ftruncate(self._file, 0)
            os.write(self._file, f"pid {os.getpid()}, started {seen_text(self._now)}\n".encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


class PollerLock(HomeLock):
    """One poller a home."""

    def __init__(self, home: Path, *, now: datetime) -> None:
        refusal = "this home is already polled by {holder}; stop that one first, or use another --home"
        super().__init__(home / "run.lock", now=now, refusal=refusal)


def poller_of(home: Path) -> str | None:
    """Say who polls a home, with pid and start; None where nobody does. Leaves nothing locked."""
    try:
        file = os.open(home / "run.lock", os.O_RDONLY)
    except OSError:
        return None
    try:
        if _lock(file, tries=1):
            return None
        return os.read(file, 200).decode("utf-8", "replace").strip() or "another process"
    finally:
        os.close(file)


class KeepingLock(HomeLock):
    """Held by `backup` and `prune`: what one copies, the other must not take away."""

    def __init__(self, home: Path, *, now: datetime) -> None:
        refusal = "a backup or a prune of this home is at work ({holder}); try again when it is done"
        super().__init__(home / "keeping.lock", now=now, refusal=refusal)


def _lock(file: int, *, tries: int = 5) -> bool:
    """Take the lock; False where somebody has it, and keeps it for longer than a look takes (`poller_of`)."""
    try:
        import fcntl
    except ImportError:  # Windows, where newskeep runs in Docker only: there is no second process to refuse
        return True
    for left in reversed(range(tries)):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if left:
                time.sleep(0.02)
        else:
            return True
    return False
