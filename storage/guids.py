"""GUIDs of stories that a feed names after, or before, the story came in another way.

A story may be found on a front and listed by a feed a moment later, or the other way round. Its GUID becomes one of its
names in either order: the feed gives it for an address that the story already goes by.
"""

from __future__ import annotations

from datetime import datetime

from newskeep.identity import AliasKind, guid_key
from storage.archive import Archive
from storage.values import row, seen_text

_REASON = "the feed's own name for it"
_FIND = """
SELECT listings.source, entries.guid, aliases.story_id
FROM entries JOIN listings ON listings.id = entries.listing_id JOIN aliases ON aliases.key = entries.url_key
WHERE entries.guid IS NOT NULL AND {condition}
    AND NOT EXISTS (SELECT 1 FROM aliases AS own WHERE own.key = 'guid:' || listings.source || ':' || entries.guid)
ORDER BY entries.listing_id, entries.url_key
"""
_OF_LISTING = _FIND.format(condition="entries.listing_id = ? AND entries.last_seen_at >= ?")
_OF_STORY = _FIND.format(condition="aliases.story_id = ?")
_INSERT = """
INSERT INTO aliases (key, story_id, kind, value, reason, first_seen_at, capture_id) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO NOTHING
"""


def name_by_listing(archive: Archive, listing_id: int, *, capture_id: int, now: datetime) -> None:
    """Give the stories that a listing names the GUIDs it has for them."""
    _name(archive, _OF_LISTING, (listing_id, seen_text(now)), capture_id=capture_id, now=now)


def name_story(archive: Archive, story_id: int, *, capture_id: int, now: datetime) -> None:
    """Give a story the GUIDs that listings have for its addresses."""
    _name(archive, _OF_STORY, (story_id,), capture_id=capture_id, now=now)


def _name(archive: Archive, sql: str, subject: tuple[int | str, ...], *, capture_id: int, now: datetime) -> None:
    # Found first, then written one by one: a statement that may touch several rows makes FTS5 write itself out.
    with archive.writing():
        for source, guid, story_id in archive.db.execute(sql, subject).fetchall():
            values = (guid_key(source, guid), story_id, AliasKind.GUID, guid, _REASON, seen_text(now), capture_id)
            archive.db.execute(_INSERT, row(values))
