"""When stories are looked at again, and what was seen of them at each look.

The rules are `newskeep.rechecks` (when) and `newskeep.restless` (pages that change at every look).
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newskeep.change_weight import Weight
from newskeep.presence import Presence
from newskeep.rechecks import Pace, Standing, next_check
from newskeep.restless import CALM, Look, Unrest, after_look
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import read_list, read_optional, read_time, row, seen_text

# Of so many stories, the next that are due, a publisher's pace is taken: the young ones, on the whole.
_PACE_SAMPLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """A story that is to be looked at, with the validators of its last answer at this address."""

    story_id: int
    url: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """What a look at a story's own page brought.

    `look` is None where the server said that nothing changed. `is_revised` is True where it made a revision, `weight`
    being that of the change. `url` is where the validators belong, `telling` is `identity.telling_of` the story.
    """

    story_id: int
    source: str
    at: datetime
    look: Look | None
    is_revised: bool = False
    weight: Weight | None = None
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    telling: str | None = None


class RecheckStore:
    """The plan of looks at an archive's stories."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("look up stories to be looked at")
    def due(self, source: str, now: datetime, *, limit: int) -> tuple[DueCheck, ...]:
        """Give the stories of a source whose time has come, the longest waiting first."""
        rows = self._run(_SELECT_DUE, (source, seen_text(now), max(limit, 0)))
        return tuple(
            DueCheck(story_id=story_id, url=url, etag=etag, last_modified=last_modified)
            for story_id, url, etag, last_modified in rows
        )

    @guarded("look up sources whose stories are to be looked at")
    def overdue_sources(self, now: datetime) -> tuple[str, ...]:
        """Give the enabled sources with a story that has waited for an interval of its source and more, and whose
        listings are not due within the next one."""
        return tuple(slug for (slug,) in self._run(_SELECT_OVERDUE, (seen_text(now),)))

    @guarded("count stories to be looked at")
    def waiting(self, source: str, now: datetime) -> int:
        """Count the stories of a source whose time has come."""
        sql = "SELECT count(*) FROM rechecks WHERE source = ? AND next_check_at <= ?"
        return int(self._run(sql, (source, seen_text(now))).fetchone()[0])

    @guarded("look up a story's next look")
    def next_check_at(self, story_id: int) -> datetime | None:
        """Give when a story is looked at again; None where no time is set."""
        found = self._run("SELECT next_check_at FROM rechecks WHERE story_id = ?", (story_id,)).fetchone()
        return read_optional(found[0]) if found else None

    @guarded("look up since when a page is restless")
    def restless_since(self, story_id: int) -> datetime | None:
        """Give since when a story's page is taken for one that changes at every look; None where it is not."""
        found = self._run("SELECT restless_since FROM rechecks WHERE story_id = ?", (story_id,)).fetchone()
        return read_optional(found[0]) if found else None

    @guarded("look up stories that read the same")
    def twins(self, telling: str, *, but: int) -> tuple[int, ...]:
        """Give the other stories with this headline and text, oldest first."""
        sql = "SELECT story_id FROM rechecks WHERE telling = ? AND story_id <> ? ORDER BY story_id"
        return tuple(story_id for (story_id,) in self._run(sql, (telling, but)))

    @guarded("look up a story at another address")
    def moved_to(self, story_id: int) -> int | None:
        """Give the one story of its source with the same headline and text that came later and is there; else None."""
        found = self._run(_SELECT_MOVED_TO, (story_id, Presence.PRESENT, Presence.MOVED)).fetchall()
        return found[0][0] if len(found) == 1 else None

    def saw(self, seen: PageSeen, *, poll_seconds: int | None) -> None:
        """Write what a look brought, and plan the next one; `poll_seconds` None plans none (an import).

        A look older than the last one (an import) changes nothing.
        """
        with self._file.writing("write a look at a story"):
            known = self._run(_SELECT_KNOWN, (seen.story_id,)).fetchone()
            if known is None:
                known = (None, 0, 0, None, None)
            elif seen.at < read_time(known[0]):
                return
            last_at, checks, changes, restless_since, planned = known
            before = read_unrest(self._file.connection, seen.story_id)
            look = seen.look or (Look(digest=before.seen[-1]) if before.seen else None)
            unrest = after_look(before, look) if look else before
            checks, changes = checks + (last_at is not None), changes + (last_at is not None and seen.is_revised)
            since = (restless_since or seen_text(seen.at)) if unrest.is_restless else None
            standing = self._standing(seen.story_id, checks, changes, unrest.is_restless, seen.weight)
            if poll_seconds is not None:
                at = next_check(standing, now=seen.at, pace=self._pace(seen.source), poll_seconds=poll_seconds)
                planned = seen_text(at)
            validators = (seen.url, seen.etag, seen.last_modified)
            self._run(
                _UPSERT,
                row((
                    seen.story_id, seen.source, planned, seen_text(seen.at), checks, changes, *validators,
                    seen.telling, json.dumps(unrest.seen), unrest.alike, unrest.light_in_a_row, unrest.returns, since,
                    seen.look is None,
                )),
            )  # fmt: skip

    def failed(self, story_id: int, now: datetime, *, poll_seconds: int) -> None:
        """Plan the next look at a story whose address did not show it."""
        with self._file.writing("plan a look at a story"):
            known = self._run(_SELECT_KNOWN, (story_id,)).fetchone()
            if known is None:
                return
            standing = self._standing(story_id, known[1], known[2], known[3] is not None, None)
            at = next_check(standing, now=now, poll_seconds=poll_seconds)
            sql = "UPDATE rechecks SET next_check_at = ?, last_check_at = max(last_check_at, ?) WHERE story_id = ?"
            self._run(sql, (seen_text(at), seen_text(now), story_id))

    def hasten(self, story_id: int, now: datetime) -> None:
        """Have a story looked at with the next poll of its source."""
        with self._file.writing("plan a look at a story"):
            sql = "UPDATE rechecks SET next_check_at = ?1 WHERE story_id = ?2 AND next_check_at > ?1"
            self._run(sql, (seen_text(now), story_id))

    def _standing(self, story_id: int, checks: int, changes: int, is_restless: bool, weight: Weight | None) -> Standing:
        presence, published_at, absent_since, in_doubt = self._run(_SELECT_STANDING, (story_id,)).fetchone()
        return Standing(
            published_at=read_time(published_at),
            checks=checks,
            changes=changes,
            weight=weight,
            presence=Presence(presence),
            absent_since=read_optional(absent_since),
            is_in_doubt=bool(in_doubt),
            is_restless=is_restless,
        )

    def _pace(self, source: str) -> Pace:
        checks, changes = self._run(_SELECT_PACE, (source, _PACE_SAMPLE)).fetchone()
        return Pace(checks=checks, changes=changes)


def read_unrest(connection: sqlite3.Connection, story_id: int) -> Unrest:
    """Read what a story's last answers did; CALM where none is known."""
    sql = "SELECT seen, alike, light_in_a_row, returns, restless_since FROM rechecks WHERE story_id = ?"
    found: tuple[Any, ...] | None = connection.execute(sql, (story_id,)).fetchone()
    if found is None:
        return CALM
    return Unrest(
        seen=read_list(found[0]),
        alike=found[1],
        light_in_a_row=found[2],
        returns=found[3],
        is_restless=found[4] is not None,
    )


_SELECT_DUE = """
SELECT story_id, stories.url, CASE WHEN rechecks.url = stories.url THEN etag END,
    CASE WHEN rechecks.url = stories.url THEN last_modified END
FROM rechecks JOIN stories ON stories.id = story_id
WHERE rechecks.source = ? AND next_check_at <= ? ORDER BY next_check_at, story_id LIMIT ?
"""
_SELECT_OVERDUE = """
SELECT slug FROM sources WHERE enabled = 1 AND retired_at IS NULL AND interval_seconds IS NOT NULL
    AND EXISTS (SELECT 1 FROM rechecks WHERE source = slug
        AND next_check_at <= strftime('%Y-%m-%dT%H:%M:%fZ', ?1, '-' || sources.interval_seconds || ' seconds'))
    AND NOT EXISTS (SELECT 1 FROM listings WHERE source = slug AND retired_at IS NULL
        AND (next_poll_at IS NULL OR next_poll_at <=
            strftime('%Y-%m-%dT%H:%M:%fZ', ?1, '+' || sources.interval_seconds || ' seconds')))
"""
_SELECT_KNOWN = "SELECT last_check_at, checks, changes, restless_since, next_check_at FROM rechecks WHERE story_id = ?"
_SELECT_STANDING = """
SELECT presence, coalesce(published_at, first_seen_at),
    (SELECT first_at FROM presence_changes WHERE story_id = stories.id ORDER BY number DESC LIMIT 1),
    EXISTS (SELECT 1 FROM presence_doubts WHERE story_id = stories.id)
FROM stories WHERE id = ?
"""
_SELECT_MOVED_TO = """
SELECT twin.story_id FROM rechecks AS own JOIN rechecks AS twin ON twin.telling = own.telling
JOIN stories ON stories.id = twin.story_id JOIN stories AS old ON old.id = own.story_id
WHERE own.story_id = ?1 AND twin.story_id <> ?1 AND stories.presence IN (?2, ?3)
    AND stories.first_seen_at > old.first_seen_at LIMIT 2
"""
_SELECT_PACE = """
SELECT coalesce(sum(checks), 0), coalesce(sum(changes), 0) FROM (SELECT checks, changes FROM rechecks
    WHERE source = ? AND next_check_at IS NOT NULL ORDER BY next_check_at LIMIT ?)
"""
_UPSERT = """
INSERT INTO rechecks (story_id, source, next_check_at, last_check_at, checks, changes, url, etag, last_modified,
    telling, seen, alike, light_in_a_row, returns, restless_since)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
ON CONFLICT (story_id) DO UPDATE SET source = excluded.source, next_check_at = excluded.next_check_at,
    last_check_at = excluded.last_check_at, checks = excluded.checks, changes = excluded.changes,
    url = CASE WHEN ?16 THEN url ELSE excluded.url END, etag = CASE WHEN ?16 THEN etag ELSE excluded.etag END,
    last_modified = CASE WHEN ?16 THEN last_modified ELSE excluded.last_modified END,
    telling = CASE WHEN ?16 THEN telling ELSE excluded.telling END, seen = excluded.seen, alike = excluded.alike,
    light_in_a_row = excluded.light_in_a_row, returns = excluded.returns, restless_since = excluded.restless_since
"""
