"""Which captures are exported: those that the stories asked for were read from, or all that a source brought."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from storage.archive import Archive
from storage.boundary import storage_errors
from storage.export import ExportRequest, story_ids
from storage.kept_pictures import PICTURES_OF_STORY

_OPERATION = "export captures"
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCapture:
    """A capture to be exported; `headline` is that of the story that was read from it, None for any other."""

    capture_id: int
    headline: str | None
    page: int = 1


def captures_of_stories(archive: Archive, request: ExportRequest) -> tuple[int, Iterator[ExportedCapture]]:
    """Give how many stories are asked for, and the captures that their revisions and kept pictures are of.

    Raises SearchQueryError where nothing in the words can be searched.
    """
    with storage_errors(_OPERATION):
        ids = story_ids(archive, request)
    if request.limit is not None:
        ids = ids[: request.limit]
    return len(ids), _walk(archive, ids)


def _walk(archive: Archive, ids: list[int]) -> Iterator[ExportedCapture]:
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        with storage_errors(_OPERATION):
            rows = archive.db.conn.execute(_SELECT, (json.dumps(batch),)).fetchall()
            for story_id in batch:
                pictures = archive.db.conn.execute(_SELECT_PICTURES, (story_id,)).fetchall()
                rows += [(capture_id, None, 1) for (capture_id,) in pictures]
        for capture_id, headline, page in dict.fromkeys(rows):
            yield ExportedCapture(capture_id=capture_id, headline=headline, page=page)


_SELECT = """
SELECT capture_id, headline, 1 FROM revisions WHERE story_id IN (SELECT value FROM json_each(?1))
UNION SELECT revision_pages.capture_id, revisions.headline, page FROM revision_pages
    JOIN revisions ON revisions.story_id = revision_pages.story_id AND revisions.number = revision
    WHERE revision_pages.story_id IN (SELECT value FROM json_each(?1))
ORDER BY 1
"""
_SELECT_PICTURES = f"SELECT capture_id FROM kept_pictures WHERE capture_id IS NOT NULL AND url IN ({PICTURES_OF_STORY})"
