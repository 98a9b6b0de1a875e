"""The tables of a story's history: when it was there, when it is looked at again, what was merged and split.

A story that always answered has no row of presence: `first_seen_at` and `last_seen_at` say it all. Rows are made from
the first other answer on. Spliced into the first migration by `storage.news_schema`.
"""

from __future__ import annotations

HISTORY = """
CREATE TABLE presence_changes (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    presence TEXT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT,
    url TEXT NOT NULL,
    detail TEXT,
    PRIMARY KEY (story_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE presence_doubts (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    presence TEXT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    runs INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    detail TEXT,
    PRIMARY KEY (story_id, presence)
) STRICT, WITHOUT ROWID;

CREATE TABLE rechecks (
    story_id INTEGER PRIMARY KEY REFERENCES stories(id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    next_check_at TEXT,
    last_check_at TEXT NOT NULL,
    checks INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0,
    url TEXT,
    etag TEXT,
    last_modified TEXT,
    telling TEXT,
    seen TEXT,
    alike INTEGER NOT NULL DEFAULT 0,
    light_in_a_row INTEGER NOT NULL DEFAULT 0,
    returns INTEGER NOT NULL DEFAULT 0,
    restless_since TEXT
) STRICT;
CREATE INDEX rechecks_due ON rechecks(source, next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX rechecks_telling ON rechecks(telling) WHERE telling IS NOT NULL;

CREATE INDEX story_facts_absent ON story_facts(presence) WHERE presence <> 'present';

CREATE TABLE identity_changes (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    story_id INTEGER NOT NULL,
    other_story_id INTEGER,
    alias_key TEXT,
    moved TEXT NOT NULL,
    undone_at TEXT
) STRICT;
CREATE INDEX identity_changes_story ON identity_changes(story_id);
CREATE INDEX identity_changes_other ON identity_changes(other_story_id);

CREATE TABLE identity_vetoes (
    key TEXT NOT NULL,
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (key, story_id)
) STRICT, WITHOUT ROWID;
"""
