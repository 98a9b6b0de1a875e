"""What works on a home's files without an archive that is open: hosts.db, checks, backups, locks, the writer.

As in the contract of the stores, each is tried beside a writer that does not end, without the right to write, and
closed where it can be closed. A function or method that is added must be added here.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

import storage
from newskeep.errors import ArchiveLockedError, ArchiveMissingError, ArchiveReadOnlyError, StorageError
from newskeep.host_pace import Answer, Wish
from storage.archive import Archive
from storage.backup import back_up
from storage.boundary import disk_errors
from storage.captures import CaptureRef
from storage.compare import archive_digest, dump_archive
from storage.connection import open_file
from storage.files import sync
from storage.home_folder import caution_of
from storage.home_lock import HomeLock, KeepingLock, PollerLock, poller_of
from storage.hosts import HostStore, KeptFile, Turn
from storage.hosts_schema import HOSTS
from storage.news_schema import NEWS
from storage.verify import verify
from storage.writer import ArchiveWriter
from tests.storage.builders import NOW, capture, source, take_story

Call = Callable[[HostStore], Any]
MOMENT = NOW.timestamp()
FILE = KeptFile(fetched_at=MOMENT, status=200, body=b"User-agent: *\n")
TURN = Turn(turn_id=1, host="post.example", delay_seconds=1.0, keeps_delay=True)
NOBODY = 65_534

HOST_READS: dict[str, Call] = {
    "pace": lambda hosts: hosts.pace("post.example"),
    "paused": lambda hosts: hosts.paused(now=MOMENT),
    "robots": lambda hosts: hosts.robots("https://post.example"),
    "tdm_file": lambda hosts: hosts.tdm_file("https://post.example"),
}
HOST_WRITES: dict[str, Call] = {
    "forget_ended": lambda hosts: hosts.forget_ended(now=MOMENT),
    "give_back": lambda hosts: hosts.give_back(TURN, answer=Answer(status=200, seconds=0.1), now=MOMENT),
    "keep_robots": lambda hosts: hosts.keep_robots(
        "https://post.example", FILE, host="post.example", crawl_delay_seconds=7, now=MOMENT
    ),
    "keep_tdm_file": lambda hosts: hosts.keep_tdm_file("https://post.example", FILE),
    "mark_sent": lambda hosts: hosts.mark_sent(TURN, now=MOMENT),
    "take": lambda hosts: hosts.take("post.example", Wish(), now=MOMENT, lease_seconds=40),
}
READS: dict[str, Callable[[Path], Any]] = {
    "compare.archive_digest": archive_digest,
    "compare.dump_archive": dump_archive,
    "connection.open_file": lambda home: open_file(home, NEWS, read_only=True).close(),
    "home_folder.caution_of": caution_of,
    "home_lock.poller_of": poller_of,
    "verify.verify": lambda home: verify(home, busy_timeout_seconds=0),
}
"""Functions that read a home."""
WRITES: dict[str, Callable[[Path], Any]] = {
    "backup.back_up": lambda home: back_up(home, home / "copies", now=NOW),
    "home_lock.KeepingLock": lambda home: KeepingLock(home, now=NOW).__enter__(),
    "home_lock.PollerLock": lambda home: PollerLock(home, now=NOW).__enter__(),
    "hosts.HostStore.open": lambda home: HostStore.open(home).close(),
    "writer.ArchiveWriter": lambda home: ArchiveWriter(home, busy_timeout_seconds=0).start(),
}
"""What changes something in a home, if it is a lock alone."""


def _writer_jobs() -> dict[str, Callable[[ArchiveWriter], Any]]:
    return {
        "do": lambda writer: asyncio.run(writer.do(lambda archive: archive.listings.sync([source()], NOW))),
        "keep": lambda writer: asyncio.run(writer.keep(capture(), source="post", purpose="story")),
    }


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a source, a story and a host that was asked, to be copied."""
    home = tmp_path_factory.mktemp("filled")
    with Archive(home) as archive:
        archive.listings.sync([source()], NOW)
        take_story(archive)
    with closing(HostStore.open(home)) as hosts:
        hosts.keep_robots("https://post.example", FILE, host="post.example", crawl_delay_seconds=7, now=MOMENT)
    return home


@pytest.fixture
def filled(pattern: Path, home: Path) -> Path:
    """A home with a source, a story and a host that was asked."""
    return Path(shutil.copytree(pattern, home))


@pytest.fixture
def protected(pattern: Path) -> Iterator[Path]:
    """A home that nobody may write, and this process not even if it is root's."""
    with _protected(pattern, file_mode=0o444) as home:
        yield home


@contextmanager
def _protected(pattern: Path, *, file_mode: int, writer: str | None = None) -> Iterator[Path]:
    """A copy of a home whose folder this process may read and not write; `writer` is a program that has it open."""
    with tempfile.TemporaryDirectory(prefix="newskeep-protected-") as folder:
        home = Path(shutil.copytree(pattern, Path(folder) / "home"))
        Path(folder).chmod(0o755)
        (home / "run.lock").touch()
        other = None if writer is None else _started(writer, home)
        for path in home.iterdir():
            path.chmod(file_mode)
        home.chmod(0o555)
        try:
            with _without_roots_rights():
                assert not os.access(home, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
                yield home
        finally:
            home.chmod(0o755)
            if other is not None:
                other.communicate(timeout=60)


def _started(program: str, home: Path) -> subprocess.Popen[str]:
    root = Path(__file__).resolve().parents[2]
    started = subprocess.Popen(
        [sys.executable, "-c", program, str(home)], cwd=root, env=os.environ | {"PYTHONPATH": str(root)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert started.stdout is not None
    assert started.stdout.readline() == "open\n"
    return started


@contextmanager
def _without_roots_rights() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def _held(*paths: Path) -> Iterator[None]:
    """Another process in the middle of a write."""
    others = [sqlite3.connect(path, isolation_level=None) for path in paths]
    try:
        for other in others:
            other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        for other in others:
            other.close()


def _params(calls: dict[str, Any]) -> list[Any]:
    return [pytest.param(call, id=name) for name, call in calls.items()]


# hosts.db


def test_every_public_method_of_the_hosts_stands_in_this_suite() -> None:
    found = {name for name, _ in inspect.getmembers(HostStore, inspect.isfunction) if not name.startswith("_")}
    assert found == {"close", *HOST_READS, *HOST_WRITES}


@pytest.mark.parametrize("call", _params(HOST_READS))
def test_hosts_are_looked_up_while_another_process_writes(filled: Path, call: Call) -> None:
    with closing(HostStore.open(filled)) as hosts, _held(filled / HOSTS.name):
        call(hosts)


@pytest.mark.parametrize("call", _params(HOST_WRITES))
def test_hosts_that_another_process_holds_are_locked_and_free_again_after(filled: Path, call: Call) -> None:
    with closing(HostStore.open(filled)) as hosts:
        with _held(filled / HOSTS.name), pytest.raises(ArchiveLockedError, match="another process is writing"):
            call(hosts)
        call(hosts)


@pytest.mark.parametrize("call", _params(HOST_READS))
def test_looking_up_hosts_needs_no_right_to_write(filled: Path, call: Call) -> None:
    with closing(HostStore(open_file(filled, HOSTS, read_only=True))) as hosts:
        call(hosts)


@pytest.mark.parametrize("call", _params(HOST_WRITES))
def test_hosts_that_may_not_be_written_say_so(filled: Path, call: Call) -> None:
    with (
        closing(HostStore(open_file(filled, HOSTS, read_only=True))) as hosts,
        pytest.raises(ArchiveReadOnlyError, match="check the permissions"),
    ):
        call(hosts)


@pytest.mark.parametrize("call", _params(HOST_READS | HOST_WRITES))
def test_closed_hosts_say_so(filled: Path, call: Call) -> None:
    hosts = HostStore.open(filled)
    hosts.close()
    hosts.close()
    with pytest.raises(StorageError, match="the archive is closed"):
        call(hosts)


# functions on a home


def test_every_function_on_a_home_stands_in_this_suite() -> None:
    modules = [import_module(f"storage.{found.name}") for found in iter_modules(storage.__path__)]
    found = {
        f"{module.__name__.removeprefix('storage.')}.{name}"
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and _is_on_a_path(function)
    }
    # They do nothing to an archive: one waits for the disk, the other says in our words what happens in its block.
    others = {f"files.{sync.__name__}", f"boundary.{disk_errors.__name__}"}
    assert found == {name for name in (*READS, *WRITES) if not name.endswith(("Lock", "Writer", "open"))} | others
    locks = {f"home_lock.{kind.__name__}" for kind in HomeLock.__subclasses__()}
    assert locks == {name for name in WRITES if name.endswith("Lock")}


def _is_on_a_path(function: Callable[..., Any]) -> bool:
    first = next(iter(inspect.signature(function).parameters.values()), None)
    return first is not None and first.annotation == "Path"


@pytest.mark.parametrize("call", _params(READS | {"backup.back_up": WRITES["backup.back_up"]}))
def test_a_home_is_read_and_copied_while_another_process_writes(filled: Path, call: Callable[[Path], Any]) -> None:
    with _held(*filled.glob("*.db")):
        call(filled)


@pytest.mark.parametrize("name", ["home_lock.KeepingLock", "home_lock.PollerLock", "backup.back_up"])
def test_a_home_that_another_holds_is_locked(filled: Path, name: str) -> None:
    kind = PollerLock if name == "home_lock.PollerLock" else KeepingLock
    with kind(filled, now=NOW), pytest.raises(ArchiveLockedError, match=f"pid {os.getpid()}, started"):
        WRITES[name](filled)


@pytest.mark.parametrize("call", _params(READS))
def test_reading_a_home_needs_no_right_to_write(protected: Path, call: Callable[[Path], Any]) -> None:
    before = sorted(path.name for path in protected.iterdir())
    call(protected)
    assert sorted(path.name for path in protected.iterdir()) == before


def test_files_that_others_may_still_write_are_not_read_as_if_at_rest(pattern: Path) -> None:
    with (
        _protected(pattern, file_mode=0o644) as home,
        pytest.raises(ArchiveReadOnlyError, match=r"news\.db: its folder may not be written by this user"),
    ):
        Archive(home, read_only=True)


def test_what_another_user_is_writing_is_read(pattern: Path) -> None:
    holder = "import sys; from pathlib import Path; from storage.archive import Archive;"
    holder += "archive = Archive(Path(sys.argv[1])); archive.db.conn.execute('DELETE FROM teasers');"
    holder += "print('open', flush=True); sys.stdin.read()"
    with _protected(pattern, file_mode=0o644, writer=holder) as home, Archive(home, read_only=True) as archive:
        assert archive.stories.count() == 1


def test_a_home_that_may_not_be_written_is_checked_but_for_what_must_write(protected: Path) -> None:
    report = verify(protected)
    assert report.is_clean
    assert report.stories == 1
    (note,) = report.notes
    assert "could not be compared" in note


@pytest.mark.parametrize("call", _params(WRITES))
def test_changing_a_home_that_may_not_be_written_is_refused(protected: Path, call: Callable[[Path], Any]) -> None:
    with pytest.raises(ArchiveReadOnlyError):
        call(protected)


@pytest.mark.parametrize(
    "name", ["compare.archive_digest", "compare.dump_archive", "connection.open_file", "verify.verify"]
)
def test_a_home_without_an_archive_says_so(home: Path, name: str) -> None:
    with pytest.raises(ArchiveMissingError, match="no archive here"):
        READS[name](home)
    assert not home.exists()


# the writer


def test_every_job_of_the_writer_stands_in_this_suite() -> None:
    found = {name for name, _ in inspect.getmembers(ArchiveWriter, inspect.isfunction) if not name.startswith("_")}
    assert found == {"start", "close", "aclose", *_writer_jobs()}


@pytest.mark.parametrize("call", _params(_writer_jobs()))
def test_a_job_beside_a_writer_that_does_not_end_is_locked(filled: Path, call: Callable[[ArchiveWriter], Any]) -> None:
    with ArchiveWriter(filled, busy_timeout_seconds=0) as writer:
        with _held(filled / "news.db", filled / "captures.db"), pytest.raises(ArchiveLockedError):
            call(writer)
        assert isinstance(call(writer), CaptureRef | None)


@pytest.mark.parametrize("call", _params(_writer_jobs()))
def test_a_job_for_a_closed_writer_says_so(filled: Path, call: Callable[[ArchiveWriter], Any]) -> None:
    writer = ArchiveWriter(filled)
    writer.start()
    writer.close()
    writer.close()
    with pytest.raises(StorageError, match="closed"):
        call(writer)
