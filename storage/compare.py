"""What an archive says, without when and under which numbers it learned it: for telling two archives equal.

Ids, times of observation, runs and requests are left out, and so is the slot of a teaser, which is the last one seen.
Two archives of the same site, one of which was killed and started again on the way, are equal in what remains.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.captures_schema import CAPTURES
from storage.connection import open_file
from storage.news_schema import NEWS
from storage.story_rows import STORY_COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDump:
    """Sorted lines of JSON, one for each thing. `payloads` are digests, empty where `captures.db` is absent."""

    stories: tuple[str, ...]
    revisions: tuple[str, ...]
    aliases: tuple[str, ...]
    teasers: tuple[str, ...]
    payloads: tuple[str, ...]

    @property
    def digest(self) -> str:
        """A digest of everything but the payloads, which differ where a page changes at every fetch."""
        lines = (*self.stories, *self.revisions, *self.aliases, *self.teasers)
        return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


def dump_archive(home: Path) -> ArchiveDump:
    """Read what an archive says. Raises StorageError."""
    with closing(open_file(home, NEWS, read_only=True)) as news:
        run = news.connection
        dump = {name: _lines(run, sql) for name, sql in _QUERIES.items()}
    payloads: tuple[str, ...] = ()
    if (home / CAPTURES.name).exists():
        with closing(open_file(home, CAPTURES, read_only=True)) as captures:
            payloads = _lines(captures.connection, "SELECT digest FROM payloads")
    return ArchiveDump(**dump, payloads=payloads)


def archive_digest(home: Path) -> str:
    """Give `ArchiveDump.digest` of the archive in a home."""
    return dump_archive(home).digest


_QUERIES = {
    "stories": (
        f"SELECT source, url, presence, revision_count, {', '.join(STORY_COLUMNS)},"
        " (SELECT json_group_array(json_array(slot, is_lead, caption, credit, alt, pictures.url, block)) FROM pictures"
        " WHERE story_id = stories.id),"
        " (SELECT json_group_array(json_array(slot, kind, title, provider, media.url)) FROM media"
        " WHERE story_id = stories.id) FROM stories"
    ),
    "revisions": (
        "SELECT stories.url, (SELECT count(*) FROM revisions AS earlier WHERE earlier.story_id = stories.id"
        " AND (earlier.captured_at, earlier.number) < (revisions.captured_at, revisions.number)),"
        " revisions.draft_digest, revisions.changed_fields, revisions.rendition, revisions.extractor_version"
        " FROM revisions JOIN stories ON stories.id = story_id"
    ),
    "aliases": "SELECT key, stories.url FROM aliases JOIN stories ON stories.id = story_id",
    "teasers": (
        "SELECT coalesce(page.url, listings.url), teasers.kind, identity, heading, teasers.headline,"
        " teasers.standfirst, teasers.kicker, teasers.picture_url, picture_alt, caption, credit, target.url"
        " FROM teasers LEFT JOIN stories AS page ON page.id = page_story_id"
        " LEFT JOIN listings ON listings.id = listing_id LEFT JOIN stories AS target ON target.id = target_story_id"
    ),
}


def _lines(connection: sqlite3.Connection, sql: str) -> tuple[str, ...]:
    return tuple(sorted(json.dumps(found, ensure_ascii=False) for found in connection.execute(sql)))
