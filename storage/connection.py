"""Opening one of the archive's files, and transactions on it.

A file is ours when its `application_id` says so, and readable when its `user_version` is not newer than this program. A
transaction begins with BEGIN IMMEDIATE: a deferred one that reads first and writes later fails at once when another
process wrote in between, whatever the timeout.
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlite_utils import Database, Migrations

from newskeep.errors import (
    ArchiveMissingError,
    ArchiveReadOnlyError,
    ForeignFileError,
    SchemaVersionError,
    StorageError,
)
from storage.boundary import storage_errors
from storage.files import copy_before_upgrade

OLDEST_SQLITE = (3, 40, 0)
BUSY_TIMEOUT_SECONDS = 15.0
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of file: its name in the home, its marks, its migrations, and how surely a commit is on the disk."""

    name: str
    application_id: int
    version: int
    migrations: Migrations
    synchronous: Literal["FULL", "NORMAL"]


class DatabaseFile:
    """An open file of the archive. It belongs to the thread that opened it."""

    def __init__(self, path: Path, db: Database) -> None:
        self.path, self.db = path, db
        self.connection: sqlite3.Connection = db.conn
        self._depth = 0
        self._last_things: dict[Hashable, Callable[[], object]] = {}

    def before_commit(self, key: Hashable, last_thing: Callable[[], object]) -> None:
        """Do something at the end of the open transaction, once for each key; not where it is rolled back.

        For changes to what is in the full-text index already: each makes the index write out all that the transaction
        gathered, so they are left until there is nothing more to gather.
        """
        self._last_things[key] = last_thing

    @contextmanager
    def transaction(self, operation: str = "write to the archive") -> Iterator[None]:
        """Do all of it or nothing; inside another transaction, a savepoint. Any exception rolls back."""
        with storage_errors(operation):
            if self.connection.in_transaction:
                yield from self._savepoint()
            else:
                yield from self._outermost()

    def writing(self, operation: str) -> AbstractContextManager[None]:
        """Be part of the transaction that is open, or make one. For methods that write a few rows.

        Inside an open transaction there is no savepoint: who catches an error there and goes on has made one.
        """
        try:
            is_inside = self.connection.in_transaction
        except sqlite3.ProgrammingError:
            is_inside = False  # closed, which the beginning of a transaction says in our words
        return storage_errors(operation) if is_inside else self.transaction(operation)

    def close(self) -> None:
        """Close the file; what is not committed is rolled back."""
        self.connection.close()

    def _outermost(self) -> Iterator[None]:
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        self._last_things.clear()
        try:
            yield
            while self._last_things:
                self._last_things.pop(next(iter(self._last_things)))()
            run("COMMIT")
        except BaseException:
            # After some errors (a full disk) SQLite has already rolled back.
            if self.connection.in_transaction:
                run("ROLLBACK")
            raise

    def _savepoint(self) -> Iterator[None]:
        run = self.connection.execute
        self._depth += 1
        name = f"newskeep_{self._depth}"
        try:
            run(f"SAVEPOINT {name}")
            try:
                yield
            except BaseException:
                if self.connection.in_transaction:
                    run(f"ROLLBACK TO {name}")
                    run(f"RELEASE {name}")
                raise
            run(f"RELEASE {name}")
        finally:
            self._depth -= 1


def open_file(
    home: Path, layout: Layout, *, read_only: bool, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS
) -> DatabaseFile:
    """Open a file of the archive; a writable one is made where it is missing, and brought up to date.

    Raises StorageError: missing, no file of ours, made by a newer newskeep, locked, not writable, damaged.
    """
    path, operation = home / layout.name, f"open {home / layout.name}"
    _require_sqlite(operation)
    if read_only and not path.is_file():
        message = "there is no archive here; make one with `newskeep init`, or name its folder with --home"
        raise ArchiveMissingError(message, operation=operation)
    with storage_errors(operation):
        connection = _connect(path, read_only=read_only, timeout=busy_timeout_seconds)
        try:
            _configure(connection, layout, read_only=read_only)
            file = DatabaseFile(path, Database(connection, recursive_triggers=False, execute_plugins=False))
            if _is_behind(connection, layout, operation):
                _bring_up(file, layout, read_only=read_only, operation=operation)
            if not read_only:
                _enter_wal(connection, operation)
        except BaseException:
            connection.close()
            raise
    return file


def _connect(path: Path, *, read_only: bool, timeout: float) -> sqlite3.Connection:
    if not read_only:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"its folder cannot be made ({error.strerror}); name another with --home"
            raise StorageError(message, operation=f"open {path}") from error
        return sqlite3.connect(path, timeout=timeout, isolation_level=None, cached_statements=256)
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = _connect_to(address, timeout)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        # A database in WAL mode needs its WAL beside it, which cannot be made on a read-only disk, nor in a folder that
        # may not be written. Where there is none and nobody can be writing, the file is whole as it is.
        connection.close()
        if path.with_name(f"{path.name}-wal").is_file() or not _nobody_writes(path, error):
            raise
        return _connect_to(f"{address}&immutable=1", timeout)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _nobody_writes(path: Path, error: sqlite3.OperationalError) -> bool:
    """Is the file at rest for as long as it is read? Raises where only its folder's permissions are in the way."""
    if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_DIRECTORY:
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN
    if path.stat().st_mode & _WRITABLE:
        message = (
            "its folder may not be written by this user, which SQLite needs for reading while no service is at work; "
            "allow it, or take the right to write from the files themselves if nobody is to write them any more"
        )
        raise ArchiveReadOnlyError(message, operation=f"open {path}") from error
    return True


def _connect_to(address: str, timeout: float) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None, cached_statements=256)


def _configure(connection: sqlite3.Connection, layout: Layout, *, read_only: bool) -> None:
    run = connection.execute
    run("PRAGMA foreign_keys = ON")
    run("PRAGMA temp_store = MEMORY")
    run("PRAGMA cache_size = -32000")
    run(f"PRAGMA synchronous = {layout.synchronous}")
    # A WAL that once grew (a long read held it) is cut back at the next checkpoint.
    run("PRAGMA journal_size_limit = 67108864")
    if read_only:
        run("PRAGMA query_only = ON")


def _is_behind(connection: sqlite3.Connection, layout: Layout, operation: str) -> bool:
    """Is the file new, or of an older version? Raises where it is not ours, or newer."""
    application_id, version = _marks(connection)
    if application_id != layout.application_id:
        is_empty = not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if application_id or version or not is_empty:
            message = "the file is a database of something else; move it away, or name another home with --home"
            raise ForeignFileError(message, operation=operation)
    if version > layout.version:
        message = (
            f"the archive was made by a newer newskeep (schema {version}, this program knows {layout.version}); "
            "update newskeep"
        )
        raise SchemaVersionError(message, operation=operation)
    return version < layout.version


def _bring_up(file: DatabaseFile, layout: Layout, *, read_only: bool, operation: str) -> None:
    """Run the migrations that are missing, all in one transaction: a kill leaves the old version or the new one."""
    if read_only:
        _, version = _marks(file.connection)
        if version == 0:
            message = "the archive is empty; `newskeep init` finishes making it"
            raise ArchiveMissingError(message, operation=operation)
        message = (
            f"the archive was made by an older newskeep (schema {version}, now {layout.version}); "
            "`newskeep init` brings it up to date, after a copy"
        )
        raise SchemaVersionError(message, operation=operation)
    _enter_wal(file.connection, operation)
    _, version = _marks(file.connection)
    if version:
        copy_before_upgrade(file.connection, file.path, version=version)
    with file.transaction(operation):
        # Another process may have done it while this one waited for the lock.
        if _is_behind(file.connection, layout, operation):
            layout.migrations.apply(file.db)
            file.connection.execute(f"PRAGMA application_id = {layout.application_id}")
            file.connection.execute(f"PRAGMA user_version = {layout.version}")


def _enter_wal(connection: sqlite3.Connection, operation: str) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        message = f"its disk does not allow reading beside writing (journal mode {mode}); keep the home on a local disk"
        raise StorageError(message, operation=operation)


def _marks(connection: sqlite3.Connection) -> tuple[int, int]:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application_id, version


def _require_sqlite(operation: str) -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        found, needed = sqlite3.sqlite_version, ".".join(map(str, OLDEST_SQLITE[:2]))
        raise StorageError(f"Python's SQLite is {found}; newskeep needs {needed} or later", operation=operation)
    with sqlite3.connect(":memory:") as memory:
        modules = {name for (name,) in memory.execute("SELECT name FROM pragma_module_list")}
    memory.close()
    if "fts5" not in modules:
        message = "Python's SQLite has no full-text search (FTS5); use a Python whose SQLite has it"
        raise StorageError(message, operation=operation)
