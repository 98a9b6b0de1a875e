"""Copying an archive while it is used: a folder that is a home of its own, and is whole or is not there.

`news.db` is copied first, `captures.db` after it: a capture is committed before it is cited, so the copy may hold a
capture nobody cites and no citation of nothing. Each file is copied as it was at one moment, in steps, so that others
read and write meanwhile. The folder bears its name only when everything in it was checked.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newskeep.errors import StorageError
from storage import verify
from storage.boundary import disk_errors, storage_errors
from storage.captures_schema import CAPTURES
from storage.connection import Layout, open_file
from storage.files import PARTIAL, sync
from storage.home_lock import KeepingLock
from storage.news_schema import NEWS
from storage.verify import Report

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it, and of how much."""

_PAGES_A_STEP = 2_000
# What the owner wrote: the configuration, who may see what (without it a restored home shows all to everybody), and
# the certificates that timestamps are believed by.
_OWNERS = ("newskeep.toml", "metadata.yml", "metadata.yaml", "metadata.json", "*.pem")
_OPERATION = "back up the archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A finished copy: its folder, the bytes in it, and what the check of it found (a clean report)."""

    folder: Path
    size_bytes: int
    report: Report


def back_up(
    home: Path, into: Path, *, now: datetime, with_captures: bool = True, progress: Progress | None = None
) -> Backup:
    """Copy the archive, the configuration and the sources of a home into a new folder in `into`, and check the copy.

    Raises StorageError: no archive, no space, another backup or a prune at work, a copy that does not verify.
    """
    tell = progress or (lambda _step, _done, _total: None)
    # Nothing is left in a folder that is no home: neither a lock nor an empty folder of backups.
    open_file(home, NEWS, read_only=True).close()
    target = _free_name(into, now)
    partial = target.with_name(target.name + PARTIAL)
    with KeepingLock(home, now=now), disk_errors(into, _OPERATION):
        _clear(into)
        partial.mkdir(parents=True)
        try:
            _copy_home(home, partial, with_captures=with_captures, tell=tell)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    report = verify.verify(partial, progress=tell, expects_captures=with_captures)
    if not report.is_clean:
        first = report.findings[0]
        message = f"the copy in {partial} does not verify ({first.check}: {first.message}); run `newskeep verify`"
        raise StorageError(message, operation=_OPERATION)
    with disk_errors(into, _OPERATION):
        size = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
        partial.rename(target)
        sync(into)
    return Backup(folder=target, size_bytes=size, report=report)


def _free_name(into: Path, now: datetime) -> Path:
    """The folder of this second's backup; where one was made in it already, with a number behind."""
    name = f"newskeep-{now:%Y%m%dT%H%M%SZ}"
    names = (name, *(f"{name}-{number}" for number in range(2, 100)))
    return next((into / one for one in names if not (into / one).exists()), into / name)


def _clear(into: Path) -> None:
    """Take away what a backup that was killed left. The lock is held, so nobody is at work on it."""
    for left in into.glob(f"newskeep-*{PARTIAL}"):
        shutil.rmtree(left)


def _copy_home(home: Path, folder: Path, *, with_captures: bool, tell: Progress) -> None:
    _copy_file(home, folder, NEWS, tell)
    if with_captures and (home / CAPTURES.name).exists():
        _copy_file(home, folder, CAPTURES, tell)
    for pattern in _OWNERS:
        for path in (path for path in home.glob(pattern) if path.is_file()):
            shutil.copy2(path, folder)
    if (home / "sources").is_dir():
        shutil.copytree(home / "sources", folder / "sources")


def _copy_file(home: Path, folder: Path, layout: Layout, tell: Progress) -> None:
    with closing(open_file(home, layout, read_only=True)) as file, storage_errors(_OPERATION):
        source = file.connection
        # One snapshot for all steps: without it, every commit of a running service would start the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with closing(sqlite3.connect(folder / layout.name, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = FULL")
            source.backup(
                copy,
                pages=_PAGES_A_STEP,
                progress=lambda _status, left, total: tell(f"copying {layout.name}", total - left, total),
            )
        source.execute("ROLLBACK")
    sync(folder / layout.name)
