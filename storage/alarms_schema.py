"""The tables of what is watched over: coverage by source and day, alarms, alerts on their way out, saved searches."""

from __future__ import annotations

ALARMS = """
CREATE TABLE coverage (
    source TEXT NOT NULL REFERENCES sources(slug),
    day TEXT NOT NULL,
    requests INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    body_bytes INTEGER NOT NULL,
    listings INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    walls INTEGER NOT NULL,
    stories INTEGER NOT NULL,
    headlines INTEGER NOT NULL,
    authors INTEGER NOT NULL,
    dates INTEGER NOT NULL,
    words INTEGER NOT NULL,
    with_teasers INTEGER NOT NULL,
    teasers INTEGER NOT NULL,
    PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE day_outcomes (
    source TEXT NOT NULL REFERENCES sources(slug),
    day TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (source, day, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE moves (
    listing_id INTEGER PRIMARY KEY REFERENCES listings(id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    polls INTEGER NOT NULL
) STRICT;

CREATE TABLE alarms (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    source TEXT REFERENCES sources(slug),
    subject TEXT NOT NULL,
    began_at TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    fixed_at TEXT,
    summary TEXT NOT NULL,
    ending TEXT
) STRICT;
CREATE UNIQUE INDEX alarms_open ON alarms(kind, coalesce(source, ''), subject) WHERE fixed_at IS NULL;
CREATE INDEX alarms_source ON alarms(source, raised_at);

CREATE TABLE source_health (
    source TEXT PRIMARY KEY REFERENCES sources(slug),
    version INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rounds (
    name TEXT PRIMARY KEY,
    reached INTEGER NOT NULL,
    done_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE watches (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    created_at TEXT NOT NULL,
    alerts INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

CREATE TABLE watch_queue (
    revision_id INTEGER PRIMARY KEY REFERENCES revisions(id) ON DELETE CASCADE
) STRICT;

CREATE TABLE watch_matches (
    watch TEXT NOT NULL REFERENCES watches(name) ON DELETE CASCADE,
    revision_id INTEGER NOT NULL REFERENCES revisions(id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    matched_at TEXT NOT NULL,
    PRIMARY KEY (watch, revision_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX watch_matches_revision ON watch_matches(revision_id);
CREATE INDEX watch_matches_time ON watch_matches(watch, matched_at);

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    created_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    alarm_id INTEGER REFERENCES alarms(id) ON DELETE CASCADE,
    revision_id INTEGER REFERENCES revisions(id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_alarm ON alerts(alarm_id) WHERE alarm_id IS NOT NULL;
CREATE INDEX alerts_revision ON alerts(revision_id) WHERE revision_id IS NOT NULL;

CREATE TABLE deliveries (
    alert_id INTEGER NOT NULL REFERENCES alerts(id) ON DELETE CASCADE,
    target TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT,
    ended_at TEXT,
    trouble TEXT,
    PRIMARY KEY (alert_id, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_waiting ON deliveries(target, alert_id) WHERE ended_at IS NULL;
"""
