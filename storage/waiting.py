"""Entries that still wait for a request: never asked for (a run was stopped), changed, or failed for the time being.

A listing that answers "not modified" names nothing, and a failed story may have left its feed by the time it is worth
another try; both are found here. So is a change that a listing announced once, when the run that heard of it was
stopped before it looked, or it came too soon after the last one. A story known only from another's page (infinite
scroll) or its AMP form still waits for its own.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from newskeep.identity import Rendition
from newskeep.model import Entry
from newskeep.outcomes import Outcome
from storage.archive import Archive
from storage.boundary import guarded
from storage.values import seen_text

_TRANSIENT = json.dumps([str(outcome) for outcome in Outcome if outcome.is_transient])
# What no listing has named for so long is not followed any more.
_KEPT_FOR = timedelta(days=14)

_WAITING = """
SELECT url, position, guid, headline FROM entries
WHERE listing_id = ?1 AND last_seen_at >= ?2
    AND ((last_outcome IS NULL AND NOT EXISTS (
            SELECT 1 FROM aliases JOIN stories ON stories.id = aliases.story_id
            JOIN revisions ON revisions.story_id = stories.id AND number = current_revision
            WHERE aliases.key = entries.url_key AND rendition = ?6))
        OR ((last_outcome IN (SELECT value FROM json_each(?3)) OR digest <> finished_digest)
            AND (next_try_at IS NULL OR next_try_at <= ?4)))
ORDER BY last_seen_at DESC, position LIMIT ?5
"""


@guarded("look up entries that wait")
def waiting_entries(archive: Archive, listing_id: int, *, now: datetime, limit: int) -> tuple[Entry, ...]:
    """Give the entries of a listing that are worth a request now though it may not have named them, newest first."""
    values = (listing_id, seen_text(now - _KEPT_FOR), _TRANSIENT, seen_text(now), limit, Rendition.PAGE)
    rows = archive.db.execute(_WAITING, values).fetchall()
    return tuple(
        Entry(url=url, position=position, guid=guid, headline=headline) for url, position, guid, headline in rows
    )
