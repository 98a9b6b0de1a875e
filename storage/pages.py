"""Which captures a revision of a story over several pages was read from, beside the first page's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.stories import SavedStory


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPage:
    """The capture of a further page."""

    capture_id: int
    payload_digest: str


class PageStore:
    """The further pages of an archive's revisions."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    def cite(self, saved: SavedStory, pages: Sequence[CitedPage]) -> None:
        """Write from which captures a revision's second and later pages were read, in place of what stood there."""
        with self._file.writing("cite the pages of a story"):
            # Row by row: a deletion of several makes the full-text index write itself out.
            for (page,) in self._run(_SELECT_PAGES, (saved.story_id, saved.revision)).fetchall():
                self._run(_DELETE, (saved.story_id, saved.revision, page))
            for page, cited in enumerate(pages, 2):
                values = (saved.story_id, saved.revision, page, cited.capture_id, cited.payload_digest)
                self._run("INSERT INTO revision_pages VALUES (?, ?, ?, ?, ?)", values)

    @guarded("look up the pages of a story")
    def captures_of(self, story_id: int, revision: int) -> tuple[int, ...]:
        """Give the captures of a revision's further pages in their order; empty for a story on one page."""
        sql = "SELECT capture_id FROM revision_pages WHERE story_id = ? AND revision = ? ORDER BY page"
        return tuple(capture_id for (capture_id,) in self._run(sql, (story_id, revision)))


_SELECT_PAGES = "SELECT page FROM revision_pages WHERE story_id = ? AND revision = ?"
_DELETE = "DELETE FROM revision_pages WHERE story_id = ? AND revision = ? AND page = ?"
