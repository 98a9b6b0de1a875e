"""Entries: what each listing named, and what came of asking for it.

The rules (which entry is worth a request, when a failed one is tried again) are those of `newskeep.triage`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newskeep.digests import entry_digest
from newskeep.identity import Rendition, entry_keys
from newskeep.model import Entry, PageDate
from newskeep.outcomes import Outcome
from newskeep.triage import EntryState, is_due, next_try
from newskeep.urls import url_key
from storage.connection import DatabaseFile
from storage.values import Value, optional_text, page_text, read_optional, row, seen_text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An entry beside what the archive knows of it."""

    entry: Entry
    key: str
    digest: str
    story_id: int | None
    is_archived: bool
    state: EntryState


class EntryStore:
    """The entries of an archive's listings."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    def triage(self, listing_id: int, entries: Sequence[Entry], now: datetime) -> tuple[Entry, ...]:
        """Write all entries as seen, and give those that are worth a request now, in their order."""
        if not entries:
            return ()
        with self._file.writing("write a listing's entries"):
            seen = self._compare(listing_id, entries)
            at = seen_text(now)
            self._file.connection.executemany(_UPSERT, [row(_columns(listing_id, item, at)) for item in seen])
        return tuple(
            item.entry for item in seen if is_due(item.state, digest=item.digest, is_archived=item.is_archived, now=now)
        )

    def finish(self, source: str, url: str, outcome: Outcome, *, story_id: int | None, now: datetime) -> None:
        """Write how the request for an entry ended, in every listing of the source that names this address."""
        key = url_key(url)
        with self._file.writing("write how a request ended"):
            for listing_id, attempts in self._run(_SELECT_ATTEMPTS, (key, source)).fetchall():
                retry = next_try(outcome, attempts=attempts, now=now)
                values = (
                    outcome, seen_text(now), retry.attempts, optional_text(retry.next_try_at),
                    outcome is not Outcome.CANCELLED, story_id, listing_id, key,
                )  # fmt: skip
                self._run(_FINISH, values)
                if outcome.is_transient and retry.next_try_at is not None:
                    # The poll that will try it again may not be hours away because nothing new is expected.
                    self._run(_HASTEN, (seen_text(retry.next_try_at), listing_id))

    def _compare(self, listing_id: int, entries: Sequence[Entry]) -> list[_Seen]:
        found = self._run("SELECT source FROM listings WHERE id = ?", (listing_id,)).fetchone()
        source = found[0] if found else ""
        keys = [entry_keys(source, entry) for entry in entries]
        stories = self._stories([key for pair in keys for key in pair])
        only_seen_beside = self._only_seen_beside(set(stories.values()))
        states = self._states(listing_id, [pair[0] for pair in keys])
        renamed = self._renamed(listing_id, [entry.guid for entry in entries if entry.guid])
        seen: dict[str, _Seen] = {}
        for entry, pair in zip(entries, keys, strict=True):
            state = states.get(pair[0])
            if state is None:
                # A new address under a known GUID: compared with what was said under the old one.
                state = EntryState(finished_digest=renamed.get(entry.guid or ""))
            story_id = next((stories[key] for key in pair if key in stories), None)
            item = _Seen(
                entry=entry,
                key=pair[0],
                digest=entry_digest(entry),
                story_id=story_id,
                is_archived=story_id is not None and story_id not in only_seen_beside,
                state=state,
            )
            seen.setdefault(pair[0], item)
        return list(seen.values())

    def _stories(self, keys: list[str]) -> dict[str, int]:
        sql = "SELECT key, story_id FROM aliases WHERE key IN (SELECT value FROM json_each(?))"
        return dict(self._run(sql, (json.dumps(keys),)).fetchall())

    def _only_seen_beside(self, stories: set[int]) -> set[int]:
        """Those known only from another's page (infinite scroll) or an AMP form: their own is still worth a request."""
        rows = self._run(_SELECT_ONLY_BESIDE, (json.dumps(sorted(stories)), Rendition.PAGE))
        return {story_id for (story_id,) in rows}

    def _states(self, listing_id: int, keys: list[str]) -> dict[str, EntryState]:
        rows = self._run(_SELECT_STATES, (listing_id, json.dumps(keys)))
        return {
            key: EntryState(
                finished_digest=digest,
                last_outcome=Outcome(outcome) if outcome else None,
                attempts=attempts,
                next_try_at=read_optional(next_try_at),
            )
            for key, digest, outcome, attempts, next_try_at in rows
        }

    def _renamed(self, listing_id: int, guids: list[str]) -> dict[str, str]:
        return dict(self._run(_SELECT_BY_GUID, (listing_id, json.dumps(guids))).fetchall()) if guids else {}


def _columns(listing_id: int, item: _Seen, at: str) -> tuple[Value, ...]:
    entry = item.entry
    finished = item.state.finished_digest or (item.digest if item.story_id is not None else None)
    return (
        listing_id, item.key, entry.url, entry.position, entry.headline, entry.guid, *_date(entry.published),
        *_date(entry.updated), at, at, item.story_id, item.digest, finished,
    )  # fmt: skip


def _date(date: PageDate | None) -> tuple[str | None, str | None]:
    return (page_text(date.at), date.raw) if date else (None, None)


_UPSERT = f"""
INSERT INTO entries (listing_id, url_key, url, position, headline, guid, published_at, published_raw, updated_at,
    updated_raw, first_seen_at, last_seen_at, story_id, digest, finished_digest)
VALUES ({", ".join("?" * 15)})
ON CONFLICT (listing_id, url_key) DO UPDATE SET url = excluded.url, position = excluded.position,
    headline = excluded.headline, guid = excluded.guid, published_at = excluded.published_at,
    published_raw = excluded.published_raw, updated_at = excluded.updated_at, updated_raw = excluded.updated_raw,
    last_seen_at = max(last_seen_at, excluded.last_seen_at), story_id = coalesce(excluded.story_id, story_id),
    digest = excluded.digest, finished_digest = coalesce(finished_digest, excluded.finished_digest)
"""
_SELECT_ONLY_BESIDE = """
SELECT stories.id FROM stories JOIN revisions ON story_id = stories.id AND number = current_revision
WHERE stories.id IN (SELECT value FROM json_each(?)) AND rendition <> ?
"""
_SELECT_STATES = """
SELECT url_key, finished_digest, last_outcome, attempts, next_try_at FROM entries
WHERE listing_id = ? AND url_key IN (SELECT value FROM json_each(?))
"""
_SELECT_BY_GUID = """
SELECT guid, finished_digest FROM entries
WHERE listing_id = ? AND guid IN (SELECT value FROM json_each(?)) AND guid IS NOT NULL AND finished_digest IS NOT NULL
ORDER BY last_seen_at
"""
_SELECT_ATTEMPTS = """
SELECT listing_id, attempts FROM entries JOIN listings ON listings.id = listing_id
WHERE url_key = ? AND listings.source = ?
"""
_HASTEN = """
UPDATE listings SET next_poll_at = min(next_poll_at, max(?1,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_polled_at, '+' || interval_seconds || ' seconds')))
WHERE id = ?2 AND failures = 0
"""
_FINISH = """
UPDATE entries SET last_outcome = ?, last_tried_at = ?, attempts = ?, next_try_at = ?,
    finished_digest = CASE WHEN ? THEN digest ELSE finished_digest END, story_id = coalesce(?, story_id)
WHERE listing_id = ? AND url_key = ?
"""
