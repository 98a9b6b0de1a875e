"""Rhythms of listings, and what publishers wish: all that the next poll is planned by, beside the listing's state."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newskeep.model import Entry
from newskeep.rhythm import Rhythm
from newskeep.urls import url_key
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import read_time, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is known of a listing's ways.

    `rhythm` is None before its first poll. `hint_seconds` is the wait that its last whole answer asked for, None where
    it asked for none; `quiet_hours` are hours of the week in UTC. `zone` is its source's, UTC where none is known.
    """

    rhythm: Rhythm | None
    zone: tzinfo
    hint_seconds: int | None
    quiet_hours: tuple[int, ...]


class RhythmStore:
    """The rhythms of an archive's listings."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("look up a rhythm")
    def habits(self, listing_id: int) -> Habits:
        """Give what is known of a listing."""
        found = self._run(_SELECT_HABITS, (listing_id,)).fetchone()
        if found is None:
            return Habits(rhythm=None, zone=UTC, hint_seconds=None, quiet_hours=())
        zone, hint_seconds, quiet_hours, since, *rest = found
        return Habits(
            rhythm=None if since is None else _rhythm(since, *rest),
            zone=_zone(zone),
            hint_seconds=hint_seconds,
            quiet_hours=tuple(json.loads(quiet_hours)) if quiet_hours else (),
        )

    def save(self, listing_id: int, rhythm: Rhythm) -> None:
        """Write what a listing's rhythm is now."""
        values = (
            listing_id, seen_text(rhythm.observed_from), seen_text(rhythm.observed_until), rhythm.entries,
            round(rhythm.recent, 4), round(rhythm.recent_expected, 4), _list(rhythm.counts), _list(rhythm.hours),
        )  # fmt: skip
        with self._file.writing("write a rhythm"):
            self._run("INSERT OR REPLACE INTO rhythms VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def wish(self, listing_id: int, *, hint_seconds: int | None, quiet_hours: Sequence[int]) -> None:
        """Write what a listing's whole answer asks for."""
        quiet = json.dumps(list(quiet_hours)) if quiet_hours else None
        with self._file.writing("write a publisher's wish"):
            sql = "UPDATE listings SET hint_seconds = ?, quiet_hours = ? WHERE id = ?"
            self._run(sql, (hint_seconds, quiet, listing_id))

    @guarded("look up entries")
    def fresh(self, listing_id: int, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """Give the entries that the listing has never named before, under their address or their GUID."""
        keys = json.dumps([url_key(entry.url) for entry in entries])
        known = {key for (key,) in self._run(_SELECT_KNOWN, (listing_id, keys))}
        guids = json.dumps([entry.guid for entry in entries if entry.guid])
        known_guids = {guid for (guid,) in self._run(_SELECT_KNOWN_GUIDS, (listing_id, guids))}
        return tuple(entry for entry in entries if url_key(entry.url) not in known and entry.guid not in known_guids)


def _rhythm(since: str, until: str, entries: int, recent: float, expected: float, counts: str, hours: str) -> Rhythm:
    return Rhythm(
        observed_from=read_time(since),
        observed_until=read_time(until),
        entries=entries,
        recent=recent,
        recent_expected=expected,
        counts=tuple(json.loads(counts)),
        hours=tuple(json.loads(hours)),
    )


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a machine without time zones
        return UTC


def _list(values: Iterable[float]) -> str:
    # Three digits after the point are seconds of watching; whole numbers without any are the shortest.
    return json.dumps(
        [int(value) if value == int(value) else round(value, 3) for value in values], separators=(",", ":")
    )


_SELECT_HABITS = """
SELECT timezone, hint_seconds, quiet_hours, observed_from, observed_until, entries, recent, recent_expected, counts,
    hours
FROM listings JOIN sources ON slug = source LEFT JOIN rhythms ON listing_id = listings.id WHERE listings.id = ?
"""
_SELECT_KNOWN = "SELECT url_key FROM entries WHERE listing_id = ? AND url_key IN (SELECT value FROM json_each(?))"
_SELECT_KNOWN_GUIDS = """
SELECT guid FROM entries WHERE listing_id = ? AND guid IN (SELECT value FROM json_each(?)) AND guid IS NOT NULL
"""
