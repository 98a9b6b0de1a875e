"""The schema of `news.db`, as numbered migrations that are only ever added to.

`stories` is the table people see, and the content of the full-text index: any SQLite tool can search it. Columns that
lists show stand first, long texts last, because SQLite reads a row from its beginning. `docs/schema.md` describes every
table and column, and a test holds it to what is made here.

Rows enter the full-text index by `INDEX_STORY` and `INDEX_TEASER`, not by a trigger: a statement with a trigger makes
FTS5 write out what it gathered for the whole transaction, which costs two to three times as much. Changes and deletions
are rare, so triggers keep the index in step with those, whoever makes them.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from storage.alarms_schema import ALARMS
from storage.connection import Layout
from storage.copies_schema import COPIES
from storage.front_indexes import FRONT_INDEXES
from storage.history_schema import HISTORY
from storage.imports_schema import IMPORTS
from storage.keeping_schema import KEEPING
from storage.kept_pictures_schema import KEPT_PICTURES
from storage.manners_schema import VALIDATORS
from storage.memory_schema import MEMORY
from storage.page_indexes import PAGE_INDEXES
from storage.pages_schema import PAGES
from storage.receipts_schema import RECEIPTS
from storage.renderings_schema import RENDERINGS
from storage.rereading_schema import REREADING
from storage.schedule_schema import SCHEDULE
from storage.sources_schema import SOURCES

STORY_WEIGHTS = "bm25(10.0, 5.0, 1.0, 2.0, 10.0, 1.0, 0.0)"
"""What a word weighs in headline, standfirst, text, captions, in the neighbours of headline and text, in the marks."""
TEASER_WEIGHTS = "bm25(5.0, 2.0, 1.0, 1.0, 2.0)"
"""What a word weighs in a teaser's headline, standfirst, caption, heading and neighbours."""

INDEX_STORY = (
    "INSERT INTO stories_fts (rowid, headline, standfirst, text, captions, headline_neighbours, neighbours, marks)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
INDEX_TEASER = (
    "INSERT INTO teasers_fts (rowid, headline, standfirst, caption, heading, neighbours) VALUES (?, ?, ?, ?, ?, ?)"
)

migrations = Migrations("newskeep-news")

_STORIES = """
CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources(slug),
    headline TEXT,
    published_at TEXT,
    section TEXT,
    byline TEXT,
    kicker TEXT,
    standfirst TEXT,
    url TEXT NOT NULL,
    language TEXT,
    form TEXT NOT NULL,
    presence TEXT NOT NULL DEFAULT 'present',
    words INTEGER NOT NULL,
    revision_count INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    picture_url TEXT,
    authors TEXT,
    dateline TEXT,
    tags TEXT,
    is_free INTEGER,
    is_truncated INTEGER NOT NULL DEFAULT 0,
    published_precision TEXT,
    published_offset_minutes INTEGER,
    published_raw TEXT,
    published_origin TEXT,
    modified_at TEXT,
    modified_precision TEXT,
    modified_offset_minutes INTEGER,
    modified_raw TEXT,
    modified_origin TEXT,
    post_id TEXT,
    current_revision INTEGER NOT NULL,
    extractor_version TEXT NOT NULL,
    captions TEXT NOT NULL DEFAULT '',
    headline_neighbours TEXT,
    marks TEXT NOT NULL,
    text TEXT NOT NULL DEFAULT '',
    neighbours TEXT
) STRICT;
CREATE INDEX stories_source_published ON stories(source, published_at);
CREATE INDEX stories_published ON stories(published_at);
CREATE INDEX stories_section ON stories(section);
CREATE INDEX stories_language ON stories(language);
CREATE INDEX stories_form ON stories(form);
CREATE INDEX stories_url ON stories(url);

CREATE VIRTUAL TABLE stories_fts USING fts5(
    headline, standfirst, text, captions, headline_neighbours, neighbours, marks,
    content="stories", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER stories_fts_delete AFTER DELETE ON stories BEGIN
    INSERT INTO stories_fts(stories_fts, rowid, headline, standfirst, text, captions, headline_neighbours,
        neighbours, marks)
    VALUES ('delete', old.id, old.headline, old.standfirst, old.text, old.captions, old.headline_neighbours,
        old.neighbours, old.marks);
END;
CREATE TRIGGER stories_fts_update AFTER UPDATE OF headline, standfirst, text, captions, headline_neighbours,
    neighbours, marks ON stories
WHEN (old.headline, old.standfirst, old.text, old.captions, old.headline_neighbours, old.neighbours, old.marks)
    IS NOT (new.headline, new.standfirst, new.text, new.captions, new.headline_neighbours, new.neighbours, new.marks)
BEGIN
    INSERT INTO stories_fts(stories_fts, rowid, headline, standfirst, text, captions, headline_neighbours,
        neighbours, marks)
    VALUES ('delete', old.id, old.headline, old.standfirst, old.text, old.captions, old.headline_neighbours,
        old.neighbours, old.marks);
    INSERT INTO stories_fts(rowid, headline, standfirst, text, captions, headline_neighbours, neighbours, marks)
    VALUES (new.id, new.headline, new.standfirst, new.text, new.captions, new.headline_neighbours, new.neighbours,
        new.marks);
END;

CREATE TABLE story_facts (
    story_id INTEGER PRIMARY KEY REFERENCES stories(id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    moment TEXT NOT NULL,
    section TEXT,
    language TEXT,
    form TEXT NOT NULL,
    presence TEXT NOT NULL,
    words INTEGER NOT NULL,
    revision_count INTEGER NOT NULL,
    last_seen_at TEXT NOT NULL
) STRICT;
CREATE INDEX story_facts_source ON story_facts(source, moment);
CREATE INDEX story_facts_moment ON story_facts(moment);
CREATE TRIGGER story_facts_update
AFTER UPDATE OF source, published_at, first_seen_at, section, language, form, presence, words, revision_count ON stories
BEGIN
    UPDATE story_facts SET source = new.source, moment = coalesce(new.published_at, new.first_seen_at),
        section = new.section, language = new.language, form = new.form, presence = new.presence, words = new.words,
        revision_count = new.revision_count
    WHERE story_id = new.id;
END;

CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    captured_at TEXT NOT NULL,
    changed_fields TEXT,
    reason TEXT NOT NULL,
    weight TEXT,
    words_added INTEGER,
    words_removed INTEGER,
    headline TEXT,
    standfirst TEXT,
    byline TEXT,
    published_at TEXT,
    words INTEGER NOT NULL,
    rendition TEXT NOT NULL,
    capture_id INTEGER NOT NULL,
    payload_digest TEXT NOT NULL,
    extractor_version TEXT NOT NULL,
    memory_version INTEGER NOT NULL,
    draft_digest TEXT NOT NULL,
    draft TEXT NOT NULL,
    UNIQUE (story_id, number)
) STRICT;
CREATE INDEX revisions_captured ON revisions(captured_at);
CREATE INDEX revisions_capture ON revisions(capture_id);

CREATE TABLE aliases (
    key TEXT PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    capture_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_story ON aliases(story_id);

CREATE TABLE pictures (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    slot INTEGER NOT NULL,
    is_lead INTEGER NOT NULL,
    caption TEXT,
    credit TEXT,
    alt TEXT,
    url TEXT,
    block INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    PRIMARY KEY (story_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    slot INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT,
    provider TEXT,
    url TEXT NOT NULL,
    PRIMARY KEY (story_id, slot)
) STRICT, WITHOUT ROWID;
"""

_TEASERS = """
CREATE TABLE teasers (
    id INTEGER PRIMARY KEY,
    page_story_id INTEGER REFERENCES stories(id) ON DELETE CASCADE,
    listing_id INTEGER REFERENCES listings(id),
    kind TEXT NOT NULL,
    heading TEXT,
    headline TEXT,
    standfirst TEXT,
    kicker TEXT,
    slot INTEGER NOT NULL,
    block INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    target_story_id INTEGER REFERENCES stories(id) ON DELETE SET NULL,
    target_url TEXT,
    page_url TEXT NOT NULL,
    picture_url TEXT,
    picture_alt TEXT,
    caption TEXT,
    credit TEXT,
    target_key TEXT,
    identity TEXT NOT NULL,
    capture_id INTEGER NOT NULL,
    neighbours TEXT,
    CHECK ((page_story_id IS NULL) <> (listing_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX teasers_of_story ON teasers(page_story_id, page_url, identity) WHERE page_story_id IS NOT NULL;
CREATE UNIQUE INDEX teasers_of_listing ON teasers(listing_id, identity) WHERE listing_id IS NOT NULL;
CREATE INDEX teasers_waiting ON teasers(target_key) WHERE target_story_id IS NULL;
CREATE INDEX teasers_target ON teasers(target_story_id) WHERE target_story_id IS NOT NULL;

CREATE VIRTUAL TABLE teasers_fts USING fts5(
    headline, standfirst, caption, heading, neighbours,
    content="teasers", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER teasers_fts_delete AFTER DELETE ON teasers BEGIN
    INSERT INTO teasers_fts(teasers_fts, rowid, headline, standfirst, caption, heading, neighbours)
    VALUES ('delete', old.id, old.headline, old.standfirst, old.caption, old.heading, old.neighbours);
END;
CREATE TRIGGER teasers_fts_update AFTER UPDATE OF headline, standfirst, caption, heading, neighbours ON teasers
WHEN (old.headline, old.standfirst, old.caption, old.heading, old.neighbours)
    IS NOT (new.headline, new.standfirst, new.caption, new.heading, new.neighbours)
BEGIN
    INSERT INTO teasers_fts(teasers_fts, rowid, headline, standfirst, caption, heading, neighbours)
    VALUES ('delete', old.id, old.headline, old.standfirst, old.caption, old.heading, old.neighbours);
    INSERT INTO teasers_fts(rowid, headline, standfirst, caption, heading, neighbours)
    VALUES (new.id, new.headline, new.standfirst, new.caption, new.heading, new.neighbours);
END;
"""

_RUNS = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    source TEXT REFERENCES sources(slug),
    trigger TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    planned_at TEXT,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    requests INTEGER NOT NULL DEFAULT 0,
    stories_new INTEGER NOT NULL DEFAULT 0,
    stories_revised INTEGER NOT NULL DEFAULT 0,
    stories_unchanged INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    body_bytes INTEGER NOT NULL DEFAULT 0,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    is_pruned INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_source ON runs(source, started_at);
CREATE INDEX runs_running ON runs(status) WHERE status = 'running';

CREATE TABLE run_outcomes (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (run_id, outcome)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    source TEXT,
    purpose TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT,
    status INTEGER,
    url TEXT NOT NULL,
    started_at TEXT NOT NULL,
    elapsed_seconds REAL,
    body_bytes INTEGER,
    story_id INTEGER REFERENCES stories(id) ON DELETE SET NULL,
    capture_id INTEGER
) STRICT;
CREATE INDEX requests_run ON requests(run_id, outcome);
CREATE INDEX requests_story ON requests(story_id) WHERE story_id IS NOT NULL;
"""

_VIEWS = """
CREATE VIEW stories_latest AS
SELECT id, source, headline, standfirst, byline, section, published_at, first_seen_at, revision_count, url, picture_url
FROM stories ORDER BY id DESC;

CREATE VIEW teasers_with_targets AS
SELECT teasers.id, teasers.kind, teasers.heading, teasers.slot, teasers.headline AS teaser_headline,
    target.headline AS target_headline, target.source AS target_source, target.published_at AS target_published_at,
    teasers.first_seen_at, teasers.last_seen_at, page.headline AS page_headline, listings.section AS listing_section,
    listings.kind AS listing_kind, teasers.page_url, coalesce(target.url, teasers.target_url) AS target_url,
    teasers.target_story_id, teasers.page_story_id, teasers.listing_id
FROM teasers
LEFT JOIN stories AS target ON target.id = teasers.target_story_id
LEFT JOIN stories AS page ON page.id = teasers.page_story_id
LEFT JOIN listings ON listings.id = teasers.listing_id;

CREATE VIEW revisions_with_headlines AS
SELECT revisions.id, stories.source, revisions.number, revisions.captured_at, revisions.headline,
    stories.headline AS current_headline, revisions.changed_fields, revisions.words, stories.url, revisions.story_id,
    revisions.capture_id
FROM revisions JOIN stories ON stories.id = revisions.story_id;
"""


@migrations(name="0001_initial")
def _initial(db: Database) -> None:
    for part in (SOURCES, _STORIES, _TEASERS, COPIES, HISTORY, KEEPING, MEMORY, PAGES, REREADING, _RUNS, _VIEWS):
        db.executescript(part)
    # In the file, so that every program that searches it ranks alike.
    db.execute("INSERT INTO stories_fts(stories_fts, rank) VALUES ('rank', ?)", [STORY_WEIGHTS])
    db.execute("INSERT INTO teasers_fts(teasers_fts, rank) VALUES ('rank', ?)", [TEASER_WEIGHTS])


@migrations(name="0002_validators")
def _validators(db: Database) -> None:
    db.executescript(VALIDATORS)


@migrations(name="0003_alarms")
def _alarms(db: Database) -> None:
    db.executescript(ALARMS)


@migrations(name="0004_schedule")
def _schedule(db: Database) -> None:
    db.executescript(SCHEDULE)


@migrations(name="0005_kept_pictures")
def _kept_pictures(db: Database) -> None:
    db.executescript(KEPT_PICTURES)


@migrations(name="0006_page_indexes")
def _page_indexes(db: Database) -> None:
    db.executescript(PAGE_INDEXES)


@migrations(name="0007_renderings")
def _renderings(db: Database) -> None:
    db.executescript(RENDERINGS)


@migrations(name="0008_front_indexes")
def _front_indexes(db: Database) -> None:
    db.executescript(FRONT_INDEXES)


@migrations(name="0009_imports")
def _imports(db: Database) -> None:
    db.executescript(IMPORTS)


@migrations(name="0010_receipts")
def _receipts(db: Database) -> None:
    db.executescript(RECEIPTS)


NEWS = Layout(name="news.db", application_id=0x4E4B4E57, version=10, migrations=migrations, synchronous="NORMAL")
"""Marked "NKNW". A power cut may take the last commits, which the next poll brings again; never a part of one."""
