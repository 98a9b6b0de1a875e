"""The schema of `hosts.db`: what all processes of a home know of the hosts they ask, as numbered migrations.

A file of its own, because every request writes it twice and must not wait for a transaction of the archive
(docs/decisions/0018-turns.md). Nothing in it is worth a backup. Moments are seconds since 1970.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from storage.connection import Layout

migrations = Migrations("newskeep-hosts")

_HOSTS = """
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    last_at REAL,
    delay_seconds REAL NOT NULL DEFAULT 0,
    slowness REAL NOT NULL DEFAULT 1,
    crawl_delay_seconds REAL,
    paused_at REAL,
    paused_until REAL,
    paused_status INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE turns (
    id INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    taken_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    is_sent INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    machine TEXT NOT NULL
) STRICT;
CREATE INDEX turns_host ON turns(host);

CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    fetched_at REAL NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
"""

_TDM_FILES = """
CREATE TABLE tdm_files (
    origin TEXT PRIMARY KEY,
    fetched_at REAL NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
"""


@migrations(name="0001_initial")
def _initial(db: Database) -> None:
    db.executescript(_HOSTS)


@migrations(name="0002_tdm_files")
def _tdm_files(db: Database) -> None:
    db.executescript(_TDM_FILES)


HOSTS = Layout(name="hosts.db", application_id=0x4E4B4854, version=2, migrations=migrations, synchronous="NORMAL")
"""Marked "NKHT". A power cut may take the last seconds of it, after which nobody asks for those delays any more."""
