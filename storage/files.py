"""Files that must not be half written: made under another name, synced, then given their own."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.boundary import disk_errors

PARTIAL = ".partial"
"""What the name of an unfinished copy ends in."""


def copy_before_upgrade(connection: sqlite3.Connection, path: Path, *, version: int) -> Path:
    """Copy one file of an archive as it is before its schema changes; gives the copy. One that is there stays.

    Raises StorageError where there is no room for it: better no upgrade than one without a way back.
    """
    folder = path.parent / "backups"
    target = folder / f"{path.stem}-schema-{version}{path.suffix}"
    if target.exists():
        return target
    partial = target.with_name(target.name + PARTIAL)
    with disk_errors(folder, "copy the archive before its upgrade"):
        folder.mkdir(exist_ok=True)
        partial.unlink(missing_ok=True)
        with closing(sqlite3.connect(partial, isolation_level=None)) as copy:
            connection.backup(copy)
        sync(partial)
        partial.rename(target)
        sync(folder)
    return target


def sync(path: Path) -> None:
    """Wait until a file, or a folder's names, are on the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
