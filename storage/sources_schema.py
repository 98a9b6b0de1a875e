"""The tables of what is followed: sources, their listings, what those named. Part of the first migration."""

from __future__ import annotations

SOURCES = """
CREATE TABLE sources (
    slug TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    homepage TEXT NOT NULL,
    language TEXT,
    timezone TEXT,
    enabled INTEGER NOT NULL DEFAULT 1,
    interval_seconds INTEGER,
    first_seen_at TEXT NOT NULL,
    retired_at TEXT,
    config_digest TEXT
) STRICT;

CREATE TABLE listings (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources(slug),
    kind TEXT NOT NULL,
    section TEXT,
    url TEXT NOT NULL,
    interval_seconds INTEGER NOT NULL,
    next_poll_at TEXT,
    last_polled_at TEXT,
    last_outcome TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    etag TEXT,
    last_modified TEXT,
    payload_digest TEXT,
    first_seen_at TEXT NOT NULL,
    retired_at TEXT,
    UNIQUE (source, url)
) STRICT;
CREATE INDEX listings_due ON listings(next_poll_at) WHERE retired_at IS NULL;

CREATE TABLE entries (
    listing_id INTEGER NOT NULL REFERENCES listings(id) ON DELETE CASCADE,
    url_key TEXT NOT NULL,
    url TEXT NOT NULL,
    position INTEGER NOT NULL,
    headline TEXT,
    guid TEXT,
    published_at TEXT,
    published_raw TEXT,
    updated_at TEXT,
    updated_raw TEXT,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    story_id INTEGER REFERENCES stories(id) ON DELETE SET NULL,
    last_outcome TEXT,
    last_tried_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT,
    digest TEXT NOT NULL,
    finished_digest TEXT,
    PRIMARY KEY (listing_id, url_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_url_key ON entries(url_key);
CREATE INDEX entries_guid ON entries(listing_id, guid) WHERE guid IS NOT NULL;
CREATE INDEX entries_story ON entries(story_id) WHERE story_id IS NOT NULL;
"""
