"""The row of a source that nobody configured: of pages fetched or imported by hand. It is never polled."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from newskeep.urls import origin_of
from storage.values import row, seen_text


def add_stranger(connection: sqlite3.Connection, slug: str, url: str, *, now: datetime) -> None:
    """Write a source by its slug and an address on its site, unless it is known."""
    # Most are known, and to look is quicker than to put the row together.
    if connection.execute("SELECT 1 FROM sources WHERE slug = ?", (slug,)).fetchone() is None:
        connection.execute(_INSERT, row((slug, slug, origin_of(url), seen_text(now))))


_INSERT = (
    "INSERT INTO sources (slug, name, homepage, enabled, first_seen_at) VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING"
)
