"""The shifts of the service, each one process, and the gaps in which nobody polled.

`beat_at` is the sign of life: a shift whose last beat is old, and which has not ended, has lost its process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newskeep.shifts import Gap, GapCause
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import read_optional, read_time, row, seen_text

STOPPED = "stopped"
KILLED = "killed"

# A restart is no gap that anybody needs to read of.
_LEAST_GAP_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One process of the service. `ended_at` and `ending` (`stopped` or `killed`) are None while it goes on."""

    shift_id: int
    started_at: datetime
    beat_at: datetime
    ended_at: datetime | None
    ending: str | None
    pid: int
    host: str
    version: str


class ShiftStore:
    """The shifts of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    def begin(self, now: datetime, *, pid: int, host: str, version: str) -> int:
        """Begin a shift and give its id; what lies between it and the one before is written as a gap.

        One poller a home: a shift that is still open here was ended by a kill.
        """
        with self._file.writing("begin a shift"):
            before = self.latest()
            if before is not None and before.ended_at is None:
                self._run("UPDATE shifts SET ended_at = beat_at, ending = ? WHERE id = ?", (KILLED, before.shift_id))
            values = (seen_text(now), seen_text(now), pid, host, version)
            cursor = self._run(
                "INSERT INTO shifts (started_at, beat_at, pid, host, version) VALUES (?, ?, ?, ?, ?)", row(values)
            )
            assert cursor.lastrowid is not None
            if before is not None:
                from_at = before.ended_at or before.beat_at
                cause = GapCause.STOPPED if before.ended_at else GapCause.KILLED
                if abs((now - from_at).total_seconds()) >= _LEAST_GAP_SECONDS:
                    self.add_gap(cursor.lastrowid, Gap(cause=cause, from_at=from_at, until_at=now))
        return cursor.lastrowid

    def beat(self, shift_id: int, now: datetime) -> None:
        """Give a sign of life."""
        with self._file.writing("write a beat"):
            self._run("UPDATE shifts SET beat_at = ? WHERE id = ?", (seen_text(now), shift_id))

    def end(self, shift_id: int, now: datetime) -> None:
        """End a shift in good order."""
        with self._file.writing("end a shift"):
            sql = "UPDATE shifts SET beat_at = ?1, ended_at = ?1, ending = ?2 WHERE id = ?3"
            self._run(sql, (seen_text(now), STOPPED, shift_id))

    def add_gap(self, shift_id: int, gap: Gap) -> None:
        """Write a time without polls that was found out in a shift."""
        values = (shift_id, gap.cause, seen_text(gap.from_at), seen_text(gap.until_at))
        with self._file.writing("write a gap"):
            self._run("INSERT INTO gaps (shift_id, cause, from_at, until_at) VALUES (?, ?, ?, ?)", row(values))

    @guarded("look up shifts")
    def latest(self) -> Shift | None:
        """Give the shift that was begun last; None where the service never ran."""
        found = self._run(
            "SELECT id, started_at, beat_at, ended_at, ending, pid, host, version FROM shifts ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if found is None:
            return None
        return Shift(
            shift_id=found[0],
            started_at=read_time(found[1]),
            beat_at=read_time(found[2]),
            ended_at=read_optional(found[3]),
            ending=found[4],
            pid=found[5],
            host=found[6],
            version=found[7],
        )

    @guarded("look up gaps")
    def gaps(self, since: datetime) -> tuple[Gap, ...]:
        """Give the gaps that ended since then, in order."""
        sql = "SELECT cause, from_at, until_at FROM gaps WHERE until_at >= ? ORDER BY id"
        return tuple(
            Gap(cause=GapCause(cause), from_at=read_time(from_at), until_at=read_time(until_at))
            for cause, from_at, until_at in self._run(sql, (seen_text(since),))
        )
