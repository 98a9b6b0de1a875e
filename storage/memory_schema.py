"""The tables of site memory in `news.db`."""

from __future__ import annotations

MEMORY = """
CREATE TABLE site_memories (
    version INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources(slug),
    stories INTEGER NOT NULL,
    cut_at TEXT NOT NULL,
    blocks TEXT NOT NULL
) STRICT;
CREATE INDEX site_memories_source ON site_memories(source, version);

CREATE TABLE site_learning (
    source TEXT PRIMARY KEY REFERENCES sources(slug),
    stories INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE site_imprints (
    source TEXT NOT NULL REFERENCES sources(slug),
    story TEXT NOT NULL,
    blocks TEXT NOT NULL,
    PRIMARY KEY (source, story)
) STRICT, WITHOUT ROWID;
"""
