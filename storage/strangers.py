"""Sources that nobody configured: pages fetched or imported by hand. They are never polled."""

from __future__ import annotations

from datetime import datetime

from newskeep.model import Source
from storage.archive import Archive
from storage.values import row, seen_text

_INSERT = """
INSERT INTO sources (slug, name, homepage, enabled, first_seen_at) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING
"""


def ensure_source(archive: Archive, source: Source, *, now: datetime) -> None:
    """Make sure that a source has its row, so that a run and its stories can refer to it."""
    with archive.transaction():
        archive.db.execute(_INSERT, row((source.slug, source.name, source.homepage, seen_text(now))))
