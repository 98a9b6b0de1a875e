"""What the schedule is made of beside `listings.next_poll_at`: rhythms, shifts of the service, and what fell out."""

from __future__ import annotations

SCHEDULE = """
ALTER TABLE listings ADD COLUMN hint_seconds INTEGER;
ALTER TABLE listings ADD COLUMN quiet_hours TEXT;
ALTER TABLE runs ADD COLUMN missed_polls INTEGER NOT NULL DEFAULT 0;

CREATE TABLE rhythms (
    listing_id INTEGER PRIMARY KEY REFERENCES listings(id) ON DELETE CASCADE,
    observed_from TEXT NOT NULL,
    observed_until TEXT NOT NULL,
    entries INTEGER NOT NULL,
    recent REAL NOT NULL,
    recent_expected REAL NOT NULL,
    counts TEXT NOT NULL,
    hours TEXT NOT NULL
) STRICT;

CREATE TABLE shifts (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    beat_at TEXT NOT NULL,
    ended_at TEXT,
    ending TEXT,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    version TEXT NOT NULL
) STRICT;

CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    shift_id INTEGER NOT NULL REFERENCES shifts(id) ON DELETE CASCADE,
    cause TEXT NOT NULL,
    from_at TEXT NOT NULL,
    until_at TEXT NOT NULL
) STRICT;
CREATE INDEX runs_started ON runs(started_at);
CREATE INDEX gaps_until ON gaps(until_at);

CREATE VIEW runs_with_times AS
SELECT id, source, trigger, status, planned_at, started_at,
    round(max((julianday(started_at) - julianday(planned_at)) * 86400, 0), 1) AS late_seconds,
    round(max((julianday(finished_at) - julianday(started_at)) * 86400, 0), 1) AS seconds,
    missed_polls, requests, failures, stories_new, stories_revised, body_bytes, reason
FROM runs ORDER BY id DESC;

CREATE VIEW runs_by_day AS
SELECT substr(started_at, 1, 10) AS day, source, count(*) AS runs, sum(status = 'finished') AS finished,
    sum(status = 'partial') AS partial, sum(status = 'failed') AS failed, sum(status = 'interrupted') AS interrupted,
    sum(missed_polls) AS missed_polls, sum(trigger = 'catch_up') AS caught_up, sum(requests) AS requests,
    sum(failures) AS failures, sum(stories_new) AS stories_new, sum(stories_revised) AS stories_revised,
    sum(body_bytes) AS body_bytes,
    round(sum(max((julianday(finished_at) - julianday(started_at)) * 86400, 0)), 1) AS seconds
FROM runs GROUP BY source, substr(started_at, 1, 10);
"""
