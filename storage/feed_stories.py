"""The newest stories as feeds give them, and those that a search found. Reading only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.archive import Archive
from storage.boundary import guarded
from storage.values import page_text, read_list, read_optional, read_time


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStory:
    """A story as a feed has it. `changed_at` is when its newest revision was captured."""

    story_id: int
    source: str
    source_name: str
    headline: str | None
    standfirst: str | None
    authors: tuple[str, ...]
    section: str | None
    language: str | None
    url: str
    published_at: datetime | None
    first_seen_at: datetime
    changed_at: datetime


@guarded("list stories for a feed")
def newest_for_feed(archive: Archive, *, source: str | None, now: datetime, limit: int) -> tuple[FeedStory, ...]:
    """Give the stories that were captured last, the last first; of one source those published last.

    What claims to be published after `now` is left out there: it would stand first for ever.
    """
    if source is None:
        return _read(archive, "SELECT id FROM stories ORDER BY id DESC LIMIT ?", (limit,))
    sql = "SELECT story_id FROM story_facts WHERE source = ? AND moment < ? ORDER BY moment DESC, story_id DESC LIMIT ?"
    return _read(archive, sql, (source, page_text(now), limit))


@guarded("list stories for a feed")
def stories_for_feed(archive: Archive, story_ids: Sequence[int]) -> tuple[FeedStory, ...]:
    """Give stories in the order of their ids here; those that are gone are left out."""
    return _read(archive, "SELECT value FROM json_each(?)", (json.dumps(list(story_ids)),))


def _read(archive: Archive, ids: str, values: tuple[object, ...]) -> tuple[FeedStory, ...]:
    run = archive.db.conn.execute
    found = (run(_SELECT, one).fetchone() for one in run(ids, values).fetchall())
    return tuple(_story(row) for row in found if row is not None)


def _story(row: tuple[Any, ...]) -> FeedStory:
    return FeedStory(
        story_id=row[0],
        source=row[1],
        source_name=row[2],
        headline=row[3],
        standfirst=row[4],
        authors=read_list(row[5]),
        section=row[6],
        language=row[7],
        url=row[8],
        published_at=read_optional(row[9]),
        first_seen_at=read_time(row[10]),
        changed_at=read_time(row[11] or row[10]),
    )


_SELECT = """
SELECT stories.id, source, sources.name, headline, standfirst, authors, section, stories.language, url, published_at,
    stories.first_seen_at, (SELECT max(captured_at) FROM revisions WHERE story_id = stories.id)
FROM stories JOIN sources ON sources.slug = source WHERE stories.id = ?
"""
