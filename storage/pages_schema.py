"""The table of the further pages of stories over several pages, in `news.db`."""

from __future__ import annotations

PAGES = """
CREATE TABLE revision_pages (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    page INTEGER NOT NULL,
    capture_id INTEGER NOT NULL,
    payload_digest TEXT NOT NULL,
    PRIMARY KEY (story_id, revision, page)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_pages_capture ON revision_pages(capture_id);
"""
