"""GUIDs of stories that a feed names after, or before, the story came in another way.

A story may be found on a front and listed by a feed a moment later, or the other way round. Its GUID becomes one of its
names in either order: the feed gives it for an address that the story already goes by.
"""

from __future__ import annotations

from datetime import datetime

from newskeep.identity import AliasKind
from storage.archive import Archive
from storage.values import seen_text

_REASON = "the feed's own name for it"
_INSERT = """
INSERT INTO aliases (key, story_id, kind, value, reason, first_seen_at, capture_id)
SELECT 'guid:' || listings.source || ':' || entries.guid, aliases.story_id, ?1, entries.guid, ?2, ?3, ?4
FROM entries JOIN listings ON listings.id = entries.listing_id JOIN aliases ON aliases.key = entries.url_key
WHERE entries.guid IS NOT NULL AND {condition}
ORDER BY entries.listing_id, entries.url_key
ON CONFLICT (key) DO NOTHING
"""


def name_by_listing(archive: Archive, listing_id: int, *, capture_id: int, now: datetime) -> None:
    """Give the stories that a listing names the GUIDs it has for them."""
    sql = _INSERT.format(condition="entries.listing_id = ?5 AND entries.last_seen_at >= ?3")
    _run(archive, sql, listing_id, capture_id=capture_id, now=now)


def name_story(archive: Archive, story_id: int, *, capture_id: int, now: datetime) -> None:
    """Give a story the GUIDs that listings have for its addresses."""
    _run(archive, _INSERT.format(condition="aliases.story_id = ?5"), story_id, capture_id=capture_id, now=now)


def _run(archive: Archive, sql: str, subject: int, *, capture_id: int, now: datetime) -> None:
    with archive.transaction():
        archive.db.execute(sql, (AliasKind.GUID, _REASON, seen_text(now), capture_id, subject))
