"""The table that says how far captures without a story were read again."""

from __future__ import annotations

REREADING = """
CREATE TABLE rereadings (
    extractor_version TEXT PRIMARY KEY,
    last_request_id INTEGER NOT NULL,
    finished_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
