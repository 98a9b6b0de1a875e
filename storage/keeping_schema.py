"""The table of take-downs: the names of stories that must not come back."""

from __future__ import annotations

KEEPING = """
CREATE TABLE takedowns (
    key TEXT PRIMARY KEY,
    story_id INTEGER NOT NULL,
    taken_down_at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
