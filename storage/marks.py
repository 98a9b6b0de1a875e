"""Keeping the marks of a story in step with what is known of it: the column that filters of a search look into.

Whoever changes something of a story that stands outside its own draft (presence, a copy found, an older revision) calls
`refresh_marks` in the same transaction. What the marks say is decided in `storage.story_rows` and `newskeep.marks`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from newskeep.errors import StoryMissingError
from storage.story_rows import story_marks
from storage.values import Value


def refresh_marks(connection: sqlite3.Connection, story_id: int) -> bool:
    """Write a story's marks anew, and tell whether they changed. StoryMissingError where there is no such story."""
    text = marks_now(connection, story_id)
    sql = "UPDATE stories SET marks = ?1 WHERE id = ?2 AND marks <> ?1"
    return connection.execute(sql, (text, story_id)).rowcount > 0


def marks_now(connection: sqlite3.Connection, story_id: int, shown: Mapping[str, Value] | None = None) -> str:
    """Give the marks a story should have. `shown` are columns that are about to be written over those of its row."""
    cursor = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM stories WHERE id = ?", (story_id,))
    found = cursor.fetchone()
    if found is None:
        raise StoryMissingError(f"there is no story {story_id}", operation="write a story's marks")
    kinds = connection.execute("SELECT DISTINCT kind FROM media WHERE story_id = ? ORDER BY kind", (story_id,))
    has = [kind for (kind,) in kinds.fetchall()]
    has += [name for name, sql in _ELSEWHERE if connection.execute(sql, (story_id,)).fetchone()]
    return story_marks({**dict(zip(_COLUMNS, found, strict=True)), **(shown or {})}, has=has)


_COLUMNS = (
    "source", "published_at", "first_seen_at", "section", "byline", "standfirst", "language", "form", "presence",
    "revision_count", "picture_url", "authors", "tags", "is_free", "is_truncated", "captions",
)  # fmt: skip
_ELSEWHERE = (
    ("copy", "SELECT 1 FROM copy_clusters WHERE story_id = ?"),
    ("correction", "SELECT 1 FROM revisions WHERE story_id = ? AND weight = 'correction'"),
)
"""What other tables know of a story, by the word that `has:` finds it by."""
