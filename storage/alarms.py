"""Alarms as the archive keeps them: those that are open, and those that are over. The rules are `newskeep.alarms`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from newskeep.alarms import Alarm, AlarmKind, Finding
from newskeep.upkeep import Due
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import read_optional, read_time, row, seen_text


class AlarmStore:
    """The alarms of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("look up alarms")
    def open(self, *, source: str | None = None) -> tuple[Alarm, ...]:
        """Give the alarms that are open, oldest first; of one source only."""
        return self._select(
            "fixed_at IS NULL AND (?1 IS NULL OR source = ?1) ORDER BY raised_at, id LIMIT ?2", source, -1
        )

    @guarded("look up alarms")
    def latest(self, *, source: str | None = None, limit: int = 50) -> tuple[Alarm, ...]:
        """Give the alarms last raised, newest first, open or over; of one source only."""
        return self._select("(?1 IS NULL OR source = ?1) ORDER BY raised_at DESC, id DESC LIMIT ?2", source, limit)

    @guarded("look up sources")
    def followed(self) -> frozenset[str]:
        """Give the slugs of the sources that are polled."""
        return frozenset(
            slug for (slug,) in self._run("SELECT slug FROM sources WHERE enabled = 1 AND retired_at IS NULL")
        )

    @guarded("look up polls")
    def dues(self, now: datetime) -> tuple[Due, ...]:
        """Give when the next poll of each source that is polled is to be, or was; those being polled are left out.

        A poll that takes longer than six hours counts as none.
        """
        rows = self._run(_SELECT_DUES, (seen_text(now - _LONGEST_POLL),))
        return tuple(Due(source=source, at=read_time(at)) for source, at in rows)

    def begin(self, finding: Finding, *, now: datetime) -> Alarm:
        """Raise an alarm."""
        with self._file.writing("raise an alarm"):
            values = (
                finding.kind, finding.source, finding.subject, seen_text(finding.began_at), seen_text(now),
                finding.summary,
            )  # fmt: skip
            cursor = self._run(
                "INSERT INTO alarms (kind, source, subject, began_at, raised_at, summary) VALUES (?, ?, ?, ?, ?, ?)",
                row(values),
            )
        assert cursor.lastrowid is not None
        return Alarm(
            alarm_id=cursor.lastrowid,
            kind=finding.kind,
            source=finding.source,
            subject=finding.subject,
            began_at=finding.began_at,
            raised_at=now,
            summary=finding.summary,
        )

    def end(self, alarm: Alarm, *, now: datetime, ending: str) -> None:
        """Write that an alarm is over, and how."""
        with self._file.writing("end an alarm"):
            self._run(
                "UPDATE alarms SET fixed_at = ?, ending = ? WHERE id = ? AND fixed_at IS NULL",
                row((seen_text(now), ending, alarm.alarm_id)),
            )

    def _select(self, condition: str, source: str | None, limit: int) -> tuple[Alarm, ...]:
        return tuple(_alarm(found) for found in self._run(f"{_SELECT} WHERE {condition}", (source, limit)))


_LONGEST_POLL = timedelta(hours=6)
_SELECT_DUES = """
SELECT source, min(coalesce(next_poll_at, listings.first_seen_at)) FROM listings JOIN sources ON slug = source
WHERE enabled = 1 AND sources.retired_at IS NULL AND listings.retired_at IS NULL AND source NOT IN
    (SELECT source FROM runs WHERE status = 'running' AND source IS NOT NULL AND started_at > ?)
GROUP BY source
"""
_SELECT = "SELECT id, kind, source, subject, began_at, raised_at, summary, fixed_at, ending FROM alarms"


def _alarm(found: tuple[Any, ...]) -> Alarm:
    return Alarm(
        alarm_id=found[0],
        kind=AlarmKind(found[1]),
        source=found[2],
        subject=found[3],
        began_at=read_time(found[4]),
        raised_at=read_time(found[5]),
        summary=found[6],
        fixed_at=read_optional(found[7]),
        ending=found[8],
    )
