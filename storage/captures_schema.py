"""The schema of `captures.db`, as numbered migrations that are only ever added to.

Bytes are kept once, under their SHA-256; a capture says when and where they were met. This file is committed and synced
before `news.db` cites it, so a capture nobody cites is possible and a citation of nothing is not.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from storage.connection import Layout

migrations = Migrations("newskeep-captures")

_CAPTURES = """
CREATE TABLE payloads (
    digest TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,
    coding TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    source TEXT,
    purpose TEXT NOT NULL,
    status INTEGER NOT NULL,
    captured_at TEXT NOT NULL,
    captured_at_inferred INTEGER NOT NULL,
    origin TEXT NOT NULL,
    request_url TEXT NOT NULL,
    final_url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    redirects TEXT,
    elapsed_seconds REAL,
    payload_digest TEXT NOT NULL REFERENCES payloads(digest),
    headers TEXT NOT NULL
) STRICT;
CREATE INDEX captures_url_key ON captures(url_key, captured_at);
CREATE INDEX captures_payload ON captures(payload_digest);
CREATE INDEX captures_source ON captures(source, captured_at);

CREATE TABLE dictionaries (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    made_at TEXT NOT NULL,
    last_capture INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX dictionaries_source ON dictionaries(source);
"""


@migrations(name="0001_initial")
def _initial(db: Database) -> None:
    db.executescript(_CAPTURES)


CAPTURES = Layout(name="captures.db", application_id=0x4E4B4350, version=1, migrations=migrations, synchronous="FULL")
"""Marked "NKCP"."""
