"""`hosts.db`: whose turn it is at which host, over all sources and all processes of a home.

A turn is a request's permission to go now. It is taken and given back in transactions of some twenty microseconds,
which no process ever holds open, so they are made in the event loop's own thread. A turn whose process died runs out.
The rule is `newskeep.host_pace`; moments are seconds since 1970.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from newskeep.errors import ArchiveCorruptError, ForeignFileError
from newskeep.host_pace import GO, Answer, HostPace, Standing, Wish, after_answer, mended, standing
from storage.boundary import guarded, storage_errors
from storage.connection import DatabaseFile, open_file
from storage.hosts_schema import HOSTS

# Long enough for another process's transaction, short enough not to hold up this one's crawls; who finds the file
# locked tries again without blocking.
_BUSY_MILLISECONDS = 20
_OPENING_SECONDS = 15.0
# Others wait for a request that connects, so that the delay is kept at the host and not here; not for one that hangs.
_CONNECTING_SECONDS = 5.0
# Nobody reads rules this old (RFC 9309, 2.4: a day; 2.3.1.4: thirty where the site cannot be reached).
_ROBOTS_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A request's permission to go to a host now."""

    turn_id: int
    host: str
    delay_seconds: float
    keeps_delay: bool = False
    """Is a delay kept behind it, so that it matters when its request is really sent?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of rules as it came: when, with which status, and its bytes (none where there were no rules to keep)."""

    fetched_at: float
    status: int
    body: bytes


class HostStore:
    """What a home knows of the hosts it asks. It belongs to the thread that opened it.

    Any method can raise StorageError; ArchiveLockedError among them is worth another try within milliseconds.
    """

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute
        self._holder = (os.getpid(), socket.gethostname())

    @classmethod
    def open(cls, home: Path) -> HostStore:
        """Open the file of a home, made where it is missing; one that is damaged is moved aside and begun anew."""
        try:
            file = open_file(home, HOSTS, read_only=False, busy_timeout_seconds=_OPENING_SECONDS)
        except (ArchiveCorruptError, ForeignFileError):
            # Nothing in it is worth stopping a service for: it holds waits and rules that can be asked for again.
            for ending in ("", "-wal", "-shm"):
                path = home / (HOSTS.name + ending)
                if path.exists():
                    path.replace(home / f"{HOSTS.name}.damaged{ending}")
            file = open_file(home, HOSTS, read_only=False, busy_timeout_seconds=_OPENING_SECONDS)
        store = cls(file)
        store._run(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        return store

    @classmethod
    def alone(cls) -> HostStore:
        """Keep nothing on a disk and share nothing: for crawls that belong to no home."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        file = DatabaseFile(Path(":memory:"), Database(connection, recursive_triggers=False, execute_plugins=False))
        HOSTS.migrations.apply(file.db)
        return cls(file)

    def close(self) -> None:
        """Close the file. Turns that were not given back run out."""
        self._file.close()

    def take(self, host: str, wish: Wish, *, now: float, lease_seconds: float) -> Turn | Standing:
        """Take a turn at a host for at most `lease_seconds`; where none can be had, say why and how long to wait."""
        with self._transaction("take a turn at a host"):
            pace = self._pace(host, now)
            under_way, unsent = self._run(_COUNT_TURNS, (now - _CONNECTING_SECONDS, host, now, now)).fetchone()
            found = standing(pace, wish, under_way=under_way, unsent=unsent, now=now)
            if found != GO:
                return found
            self._run(_SEND, (host, now, wish.delay_seconds))
            keeps_delay = bool(wish.delay_seconds or pace.crawl_delay_seconds)
            values = (host, now, now + lease_seconds, not keeps_delay, *self._holder)
            turn_id = self._run(_TAKE, values).lastrowid
        assert turn_id is not None
        return Turn(turn_id=turn_id, host=host, delay_seconds=wish.delay_seconds, keeps_delay=keeps_delay)

    def mark_sent(self, turn: Turn, *, now: float) -> None:
        """Write that a turn's request has really been sent: the delay to the next one counts from now."""
        with self._transaction("write that a request was sent"):
            self._run("UPDATE turns SET is_sent = 1 WHERE id = ?", (turn.turn_id,))
            self._run(_SEND, (turn.host, now, turn.delay_seconds))

    def give_back(self, turn: Turn, *, answer: Answer | None, now: float) -> None:
        """End a turn, and learn from the answer; None where there is nothing to learn."""
        with self._transaction("give back a turn at a host"):
            self._run("DELETE FROM turns WHERE id = ?", (turn.turn_id,))
            if answer is None or not (turn.delay_seconds or answer.pause_seconds):
                return
            before = self._pace(turn.host, now)
            after = after_answer(before, answer, delay_seconds=turn.delay_seconds, now=now)
            if after != before:
                self._write(turn.host, after)

    @guarded("look up a host")
    def pace(self, host: str) -> HostPace:
        """Give what is known of a host; an unknown one has been asked nothing."""
        row = self._run(_SELECT_PACE, (host,)).fetchone()
        return HostPace() if row is None else _pace(row)

    @guarded("look up paused hosts")
    def paused(self, *, now: float) -> dict[str, HostPace]:
        """Give the hosts that asked to be left alone and whose pause is not over."""
        rows = self._run(f"SELECT host, {_PACE_COLUMNS} FROM hosts WHERE paused_until > ? ORDER BY host", (now,))
        return {host: _pace(row) for host, *row in rows}

    def keep_robots(
        self, origin: str, robots: KeptFile, *, host: str, crawl_delay_seconds: float | None, now: float
    ) -> None:
        """Keep a robots.txt, and the Crawl-delay that it asks of us."""
        with self._transaction("keep a robots.txt"):
            self._run(_KEEP_ROBOTS, (origin, robots.fetched_at, robots.status, robots.body))
            self._run("DELETE FROM robots WHERE fetched_at < ?", (now - _ROBOTS_DAYS * 86_400,))
            pace = self._pace(host, now)
            if pace.crawl_delay_seconds != crawl_delay_seconds:
                self._run(_SET_CRAWL_DELAY, (host, crawl_delay_seconds))

    @guarded("look up a robots.txt")
    def robots(self, origin: str) -> KeptFile | None:
        """Give the robots.txt of an origin (`https://paper.example`) as it last came; None where it never did."""
        row = self._run("SELECT fetched_at, status, body FROM robots WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else KeptFile(fetched_at=row[0], status=row[1], body=row[2])

    def keep_tdm_file(self, origin: str, file: KeptFile) -> None:
        """Keep a tdmrep.json."""
        with self._transaction("keep a tdmrep.json"):
            self._run(_KEEP_TDM_FILE, (origin, file.fetched_at, file.status, file.body))

    @guarded("look up a tdmrep.json")
    def tdm_file(self, origin: str) -> KeptFile | None:
        """Give the tdmrep.json of an origin as it last came; None where it never did."""
        row = self._run("SELECT fetched_at, status, body FROM tdm_files WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else KeptFile(fetched_at=row[0], status=row[1], body=row[2])

    def forget_ended(self, *, now: float) -> int:
        """Give back the turns of processes of this machine that are no more, and all that ran out; how many.

        Hosts and files that nobody asked for in a month are forgotten with them.
        """
        pid, machine = self._holder
        with self._transaction("give back the turns of dead processes"):
            rows = self._run("SELECT DISTINCT pid FROM turns WHERE machine = ? AND pid <> ?", (machine, pid)).fetchall()
            dead = [other for (other,) in rows if not _is_alive(other)]
            gone = self._run("DELETE FROM turns WHERE expires_at <= ?", (now,)).rowcount
            long_ago = now - _ROBOTS_DAYS * 86_400
            self._run("DELETE FROM hosts WHERE last_at < ? AND coalesce(paused_until, 0) < ?", (long_ago, now))
            self._run("DELETE FROM tdm_files WHERE fetched_at < ?", (long_ago,))
            for other in dead:
                gone += self._run("DELETE FROM turns WHERE machine = ? AND pid = ?", (machine, other)).rowcount
        return gone

    def _pace(self, host: str, now: float) -> HostPace:
        """A host's pace as the clock of today has it."""
        pace = self.pace(host)
        right = mended(pace, now=now)
        if right is not pace:
            self._write(host, right)
        return right

    def _write(self, host: str, pace: HostPace) -> None:
        self._run(
            _WRITE_PACE,
            (host, pace.last_at, pace.delay_seconds, pace.slowness, pace.crawl_delay_seconds, pace.paused_at,
             pace.paused_until, pace.paused_status),
        )  # fmt: skip

    @contextmanager
    def _transaction(self, operation: str) -> Iterator[None]:
        # Not `DatabaseFile.transaction`, whose savepoints and last things cost as much as the statements here.
        with storage_errors(operation):
            self._run("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._file.connection.in_transaction:
                    self._run("ROLLBACK")
                raise
            try:
                self._run("COMMIT")
            except sqlite3.Error:
                if self._file.connection.in_transaction:
                    self._run("ROLLBACK")
                raise


_PACE_COLUMNS = "last_at, delay_seconds, slowness, crawl_delay_seconds, paused_at, paused_until, paused_status"
_SELECT_PACE = f"SELECT {_PACE_COLUMNS} FROM hosts WHERE host = ?"
_COUNT_TURNS = (
    # A turn from the future is one from before the clock was set back; nobody knows how long it has left.
    "SELECT count(*), total(is_sent = 0 AND taken_at > ?) FROM turns"
    " WHERE host = ? AND expires_at > ? AND taken_at <= ?"
)
_SEND = (
    "INSERT INTO hosts (host, last_at, delay_seconds) VALUES (?, ?, ?)"
    " ON CONFLICT (host) DO UPDATE SET last_at = excluded.last_at, delay_seconds = excluded.delay_seconds"
)
_TAKE = "INSERT INTO turns (host, taken_at, expires_at, is_sent, pid, machine) VALUES (?, ?, ?, ?, ?, ?)"
_WRITE_PACE = f"INSERT OR REPLACE INTO hosts (host, {_PACE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SET_CRAWL_DELAY = (
    "INSERT INTO hosts (host, crawl_delay_seconds) VALUES (?, ?)"
    " ON CONFLICT (host) DO UPDATE SET crawl_delay_seconds = excluded.crawl_delay_seconds"
)
_KEEP_TDM_FILE = "INSERT OR REPLACE INTO tdm_files (origin, fetched_at, status, body) VALUES (?, ?, ?, ?)"
_KEEP_ROBOTS = "INSERT OR REPLACE INTO robots (origin, fetched_at, status, body) VALUES (?, ?, ?, ?)"


def _pace(row: Any) -> HostPace:
    return HostPace(
        last_at=row[0],
        delay_seconds=row[1],
        slowness=row[2],
        crawl_delay_seconds=row[3],
        paused_at=row[4],
        paused_until=row[5],
        paused_status=row[6],
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it is there, and not ours
    return True
