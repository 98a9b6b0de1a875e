"""The tables of copies: an index of sentences, the relations found with it, and the clusters they make."""

from __future__ import annotations

COPIES = """
CREATE TABLE sentence_hashes (
    hash INTEGER NOT NULL,
    story_id INTEGER NOT NULL,
    PRIMARY KEY (hash, story_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE copies (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    other_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    share REAL NOT NULL,
    shared_sentences INTEGER NOT NULL,
    sentences INTEGER NOT NULL,
    other_sentences INTEGER NOT NULL,
    PRIMARY KEY (story_id, other_id),
    CHECK (story_id < other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX copies_other ON copies(other_id);

CREATE TABLE copy_clusters (
    story_id INTEGER PRIMARY KEY REFERENCES stories(id) ON DELETE CASCADE,
    cluster_id INTEGER NOT NULL
) STRICT;
CREATE INDEX copy_clusters_cluster ON copy_clusters(cluster_id);
"""
