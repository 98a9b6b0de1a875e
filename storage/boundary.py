"""The one place where SQLite's errors become newskeep's.

Only what the world did is translated: a locked, full, read-only or damaged file. A fault of ours (a wrong statement, a
broken constraint) passes through and is seen.
"""

from __future__ import annotations

import errno
import functools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, TypeVar

from newskeep.errors import (
    ArchiveCorruptError,
    ArchiveFullError,
    ArchiveLockedError,
    ArchiveMissingError,
    ArchiveReadOnlyError,
    ForeignFileError,
    StorageError,
)

P = ParamSpec("P")
R = TypeVar("R")

_MEANINGS: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_BUSY: (
        ArchiveLockedError,
        "another process is writing to the archive and did not finish in time; wait for it, or stop it",
    ),
    sqlite3.SQLITE_LOCKED: (ArchiveLockedError, "another connection of this process holds the archive"),
    sqlite3.SQLITE_FULL: (ArchiveFullError, "no space is left for the archive; free some on its disk, then go on"),
    sqlite3.SQLITE_READONLY: (
        ArchiveReadOnlyError,
        "the archive cannot be written; check the permissions of its files and folder",
    ),
    sqlite3.SQLITE_CORRUPT: (
        ArchiveCorruptError,
        "the archive is damaged; copy both files away, run `newskeep verify`, and restore the last backup",
    ),
    sqlite3.SQLITE_NOTADB: (ForeignFileError, "the file is no SQLite database; move it away, or name another home"),
    sqlite3.SQLITE_CANTOPEN: (
        ArchiveMissingError,
        "the archive's files cannot be opened; check that the folder exists and may be entered",
    ),
    sqlite3.SQLITE_PERM: (ArchiveReadOnlyError, "the archive's files may not be opened; check their permissions"),
    sqlite3.SQLITE_AUTH: (ArchiveReadOnlyError, "the archive's files may not be opened; check their permissions"),
    sqlite3.SQLITE_IOERR: (StorageError, "the disk failed while the archive was read or written; check the disk"),
}
_FULL = (errno.ENOSPC, errno.EDQUOT)


def translate(error: sqlite3.Error, operation: str) -> StorageError | None:
    """Give the error of ours that says the same; None where it is a fault of the program."""
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return StorageError("the archive is closed", operation=operation)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    # The low byte is the kind of error, the rest its cause.
    meaning = _MEANINGS.get(code & 0xFF)
    if meaning is None:
        return None
    kind, message = meaning
    return kind(message, operation=operation)


class storage_errors:
    """A block in which StorageError is raised for what SQLite says of the world.

    A class, because a story's rows are written in a dozen such blocks and a generator costs thrice as much.
    """

    __slots__ = ("_operation",)

    def __init__(self, operation: str) -> None:
        """`operation` says what is being done, as a verb."""
        self._operation = operation

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.Error):
            ours = translate(error, self._operation)
            if ours is not None:
                raise ours from error


@contextmanager
def disk_errors(folder: Path, operation: str) -> Iterator[None]:
    """Raise StorageError for what the disk says of files beside the archive, in `folder`; SQLite's errors too."""
    try:
        with storage_errors(operation):
            yield
    except OSError as error:
        is_full = error.errno in _FULL
        remedy = "free some space there, or name another folder" if is_full else "name another folder"
        kind = ArchiveFullError if is_full else StorageError
        raise kind(f"{folder}: {error.strerror or error}; {remedy}", operation=operation) from error


def guarded(operation: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Put a method under `storage_errors`."""

    def wrap(method: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(method)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            # Spelled out: a context manager would cost more than many of the statements it guards.
            try:
                return method(*args, **kwargs)
            except sqlite3.Error as error:
                ours = translate(error, operation)
                if ours is None:
                    raise
                raise ours from error

        return call

    return wrap
