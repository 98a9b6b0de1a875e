"""Take-downs: a story that must go, and a tombstone so that it does not come back.

Everything the archive says of the story goes: text, revisions, pictures, names, the teasers it carried and those that
promote it, its search rows, its relations to copies, and the bytes of its captures and pictures unless another
story has the same bytes. What stays is that it was taken down, when, why, and under which names it would come again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from newskeep.urls import url_key
from storage.boundary import guarded
from storage.captures import CaptureStore
from storage.connection import DatabaseFile
from storage.copies import CopyStore
from storage.kept_pictures import PICTURES_OF_STORY, SHARED_PICTURES
from storage.marks import refresh_marks
from storage.payloads import Erased, PayloadStore
from storage.values import read_time, row, seen_text

_NO_STORY = 0
"""The id of no story: whatever shares bytes is another one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedown:
    """A tombstone: the id the story had, when it went, and why."""

    story_id: int
    taken_down_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """What goes with a story: its revisions, and the payloads that are nobody else's, with their bytes in the file."""

    revisions: int
    payloads: int
    payload_bytes: int


class TakedownStore:
    """The take-downs of an archive."""

    def __init__(self, file: DatabaseFile, captures: CaptureStore) -> None:
        self._file = file
        self._run = file.connection.execute
        self._captures, self._payloads = captures, PayloadStore(captures)
        self._copies = CopyStore(file)

    @guarded("look up take-downs")
    def find(self, keys: Sequence[str]) -> Takedown | None:
        """Give the take-down of a story that goes by any of these alias keys; None where there was none."""
        found = self._run(_SELECT_BY_KEY, (json.dumps(list(keys)),)).fetchone()
        if found is None:
            return None
        return Takedown(story_id=found[0], taken_down_at=read_time(found[1]), reason=found[2])

    @guarded("list take-downs")
    def all(self) -> tuple[Takedown, ...]:
        """List the take-downs, the last one first."""
        rows = self._run(
            "SELECT DISTINCT story_id, taken_down_at, reason FROM takedowns ORDER BY taken_down_at DESC, story_id"
        )
        return tuple(Takedown(story_id=one, taken_down_at=read_time(at), reason=why) for one, at, why in rows)

    @guarded("weigh a take-down")
    def weigh(self, story_id: int) -> Burden:
        """Say what goes when a story is taken down; no payloads where `captures.db` is absent."""
        (revisions,) = self._run("SELECT count(*) FROM revisions WHERE story_id = ?", (story_id,)).fetchone()
        sizes: list[int] = []
        if self._captures.is_present:
            uses = self._payloads.uses(self._own_payloads(story_id, self._captures_of(story_id)))
            sizes = [use[0].stored_bytes for use in uses.values()]
        return Burden(revisions=revisions, payloads=len(sizes), payload_bytes=sum(sizes))

    def take_down(self, story_id: int, *, reason: str, now: datetime) -> None:
        """Take a story down. The bytes go first, so that a kill leaves a story without bytes, never the other way."""
        if self._captures.is_present:
            self._payloads.erase(self._own_payloads(story_id, self._captures_of(story_id)), Erased.TAKEN_DOWN)
        with self._file.writing("take a story down"):
            at = seen_text(now)
            self._run(_BURY, row((story_id, at, reason, story_id)))
            (text,) = self._run("SELECT text FROM stories WHERE id = ?", (story_id,)).fetchone()
            for other in self._copies.forget(story_id, text):
                if other != story_id:
                    refresh_marks(self._file.connection, other)
            self._run(_DELETE_PICTURES, (story_id,))
            for (teaser_id,) in self._run(_SELECT_TEASERS, (story_id,)).fetchall():
                self._run("DELETE FROM teasers WHERE id = ?", (teaser_id,))
            self._run("UPDATE entries SET headline = NULL, story_id = NULL WHERE story_id = ?", (story_id,))
            self._run("DELETE FROM stories WHERE id = ?", (story_id,))

    def discard(self, capture_id: int) -> None:
        """Erase the bytes of a capture that turned out to be of a story which was taken down."""
        self._payloads.erase(self._own_payloads(_NO_STORY, {capture_id}), Erased.TAKEN_DOWN)

    def _captures_of(self, story_id: int) -> set[int]:
        """Every capture of the story: those it was read from, and all that were made under its addresses."""
        cited = {capture for (capture,) in self._run(_SELECT_CITED, (story_id,))}
        keys = [key for (key,) in self._run("SELECT key FROM aliases WHERE story_id = ?", (story_id,))]
        return cited | self._payloads.captured_at(keys)

    def _own_payloads(self, story_id: int, captures: Iterable[int]) -> tuple[str, ...]:
        """The digests of these captures that no other story was read from, and no other story's picture has."""
        digests = set(self._payloads.digests_of(list(captures)).values())
        shared = self._run(_SELECT_SHARED, (json.dumps(sorted(digests)), story_id))
        pictures = self._run(SHARED_PICTURES, (json.dumps(sorted(digests)), story_id))
        return tuple(sorted(digests - {digest for (digest,) in (*shared, *pictures)}))


def why_absent(file: DatabaseFile, reference: str) -> str:
    """Say why there is no story that goes by this id or address: it was taken down, or never known."""
    keys = [reference]
    with suppress(ValueError):
        keys.append(url_key(reference))
    story_id = int(reference[:18]) if reference.isascii() and reference.isdigit() else _NO_STORY
    found = file.connection.execute(_SELECT_TOMBSTONE, (story_id, json.dumps(keys))).fetchone()
    if found is None:
        return f"no story is known as {reference!r}; `newskeep search` finds one by its words"
    return f"story {found[0]} was taken down on {read_time(found[1]):%Y-%m-%d}; nothing of it is kept"


_SELECT_TOMBSTONE = (
    "SELECT story_id, taken_down_at FROM takedowns WHERE story_id = ?1"
    " OR key IN (SELECT value FROM json_each(?2)) LIMIT 1"
)
_SELECT_BY_KEY = (
    "SELECT story_id, taken_down_at, reason FROM takedowns WHERE key IN (SELECT value FROM json_each(?)) LIMIT 1"
)
_BURY = (
    "INSERT INTO takedowns (key, story_id, taken_down_at, reason) SELECT key, ?, ?, ? FROM aliases WHERE story_id = ?"
    " ON CONFLICT (key) DO NOTHING"
)
_SELECT_CITED = (
    "SELECT capture_id FROM revisions WHERE story_id = ?1 UNION SELECT capture_id FROM aliases WHERE story_id = ?1"
    " UNION SELECT capture_id FROM requests WHERE story_id = ?1 AND capture_id IS NOT NULL"
    " UNION SELECT capture_id FROM revision_pages WHERE story_id = ?1"
    " UNION SELECT capture_id FROM kept_pictures WHERE capture_id IS NOT NULL"
    f" AND url IN ({PICTURES_OF_STORY})"
)
_DELETE_PICTURES = f"""
DELETE FROM kept_pictures WHERE url IN ({PICTURES_OF_STORY})
    AND NOT EXISTS (SELECT 1 FROM pictures WHERE pictures.url = kept_pictures.url AND story_id <> ?1)
"""
_SELECT_TEASERS = "SELECT id FROM teasers WHERE page_story_id = ?1 OR target_story_id = ?1"
_SELECT_SHARED = (
    "SELECT payload_digest FROM revisions WHERE payload_digest IN (SELECT value FROM json_each(?1)) AND story_id <> ?2"
    " UNION SELECT payload_digest FROM revision_pages"
    " WHERE payload_digest IN (SELECT value FROM json_each(?1)) AND story_id <> ?2"
)
