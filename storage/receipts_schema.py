"""The table of receipts: results of workers that are in the archive, and what these were answered."""

from __future__ import annotations

RECEIPTS = """
CREATE TABLE receipts (
    receipt TEXT PRIMARY KEY,
    noted_at TEXT NOT NULL,
    answer BLOB NOT NULL
) STRICT, WITHOUT ROWID;
"""
