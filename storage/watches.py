"""Saved searches: their queries, the revisions that wait to be held against them, and what they found.

A revision is queued in the transaction that writes it, and leaves the queue in the one that writes what it matches:
none is lost at a kill, none told twice. A story that is merged into another takes its matches along with its revisions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newskeep.errors import UsageError
from newskeep.watches import Match, MatchReason, Watch
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import read_list, read_optional, read_time, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A revision that no watch has looked at yet."""

    revision_id: int
    story_id: int
    captured_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSummary:
    """A watch with how much it found, and when last (None: nothing yet)."""

    watch: Watch
    matches: int
    last_match_at: datetime | None


class WatchStore:
    """The saved searches of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("list saved searches")
    def all(self) -> tuple[WatchSummary, ...]:
        """Give all watches, by name."""
        rows = self._run(f"{_SELECT_SUMMARY} GROUP BY watches.name ORDER BY watches.name")
        return tuple(
            WatchSummary(watch=_watch(found), matches=found[4], last_match_at=read_optional(found[5])) for found in rows
        )

    @guarded("look up a saved search")
    def get(self, name: str) -> Watch:
        """Give a watch; UsageError where there is none of that name."""
        found = self._run("SELECT name, query, created_at, alerts FROM watches WHERE name = ?", (name,)).fetchone()
        if found is None:
            raise UsageError(f"no saved search is called {name!r}; `newskeep watch list` shows them")
        return _watch(found)

    def add(self, watch: Watch) -> None:
        """Keep a watch; UsageError where there is one of that name."""
        with self._file.writing("save a search"):
            values = (watch.name, watch.query, seen_text(watch.created_at), int(watch.alerts))
            sql = "INSERT INTO watches (name, query, created_at, alerts) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            if not self._run(sql, row(values)).rowcount:
                raise UsageError(
                    f"there is a saved search called {watch.name!r}; remove it first, or choose another name"
                )

    def remove(self, name: str) -> None:
        """Forget a watch and what it found; UsageError where there is none of that name."""
        with self._file.writing("remove a saved search"):
            if not self._run("DELETE FROM watches WHERE name = ?", (name,)).rowcount:
                self.get(name)

    @guarded("read what a saved search found")
    def matches(self, name: str, *, limit: int = 50) -> tuple[Match, ...]:
        """Give what a watch found, the last first."""
        sql = f"{_SELECT_MATCH} WHERE watch = ? ORDER BY matched_at DESC, watch_matches.revision_id DESC LIMIT ?"
        return tuple(_match(found) for found in self._run(sql, (name, limit)))

    @guarded("look up revisions for saved searches")
    def queued(self, *, limit: int) -> tuple[Queued, ...]:
        """Give revisions that wait to be looked at, in the order in which they were written."""
        rows = self._run(
            "SELECT revision_id, story_id, captured_at FROM watch_queue JOIN revisions ON id = revision_id"
            " ORDER BY revision_id LIMIT ?",
            (limit,),
        )
        return tuple(Queued(revision_id=found[0], story_id=found[1], captured_at=read_time(found[2])) for found in rows)

    @guarded("look up what a saved search found")
    def matched_before(self, name: str, story_ids: Sequence[int]) -> set[int]:
        """Give which of these stories a watch has found before."""
        sql = (
            "SELECT DISTINCT story_id FROM revisions CROSS JOIN watch_matches"
            " ON revision_id = revisions.id AND watch = ?"
            " WHERE story_id IN (SELECT value FROM json_each(?))"
        )
        return {story_id for (story_id,) in self._run(sql, (name, json.dumps(list(story_ids))))}

    def found(self, name: str, revision_id: int, reason: MatchReason, *, now: datetime) -> Match:
        """Write that a watch found a revision, and give it as it is shown."""
        with self._file.writing("write what a saved search found"):
            self._run(
                "INSERT OR IGNORE INTO watch_matches (watch, revision_id, reason, matched_at) VALUES (?, ?, ?, ?)",
                row((name, revision_id, reason, seen_text(now))),
            )
            sql = f"{_SELECT_MATCH} WHERE watch = ? AND watch_matches.revision_id = ?"
            return _match(self._run(sql, (name, revision_id)).fetchone())

    def done(self, queued: Sequence[Queued]) -> None:
        """Take revisions out of the queue."""
        with self._file.writing("take revisions out of the queue of saved searches"):
            ids = json.dumps([one.revision_id for one in queued])
            self._run("DELETE FROM watch_queue WHERE revision_id IN (SELECT value FROM json_each(?))", (ids,))

    @guarded("count revisions for saved searches")
    def waiting(self) -> int:
        """Count the revisions that wait to be looked at."""
        (count,) = self._run("SELECT count(*) FROM watch_queue").fetchone()
        return int(count)


def queue_revision(file: DatabaseFile, revision_id: int | None) -> None:
    """Let the watches look at a new revision, where there are any.

    Not a trigger: a statement with one makes the full-text index write out all that its transaction gathered.
    """
    run = file.connection.execute
    if run("SELECT 1 FROM watches LIMIT 1").fetchone():
        run("INSERT INTO watch_queue (revision_id) VALUES (?)", (revision_id,))


_SELECT_SUMMARY = (
    "SELECT name, query, created_at, alerts, count(revision_id), max(matched_at) FROM watches"
    " LEFT JOIN watch_matches ON watch = name"
)
# The words of the revision itself, not those the story shows by now.
_SELECT_MATCH = """
SELECT watch, watch_matches.reason, matched_at, revisions.id, number, story_id, source, revisions.headline,
    revisions.standfirst, revisions.byline, url, revisions.published_at, captured_at, changed_fields
FROM watch_matches CROSS JOIN revisions ON revisions.id = revision_id CROSS JOIN stories ON stories.id = story_id
"""


def _watch(found: tuple[Any, ...]) -> Watch:
    return Watch(name=found[0], query=found[1], created_at=read_time(found[2]), alerts=bool(found[3]))


def _match(found: tuple[Any, ...]) -> Match:
    return Match(
        watch=found[0],
        reason=MatchReason(found[1]),
        matched_at=read_time(found[2]),
        revision_id=found[3],
        revision=found[4],
        story_id=found[5],
        source=found[6],
        headline=found[7],
        standfirst=found[8],
        byline=found[9],
        url=found[10],
        published_at=read_optional(found[11]),
        captured_at=read_time(found[12]),
        changed_fields=read_list(found[13]),
    )
