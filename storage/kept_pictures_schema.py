"""The tables of pictures that are kept; `storage.kept_pictures` works on them."""

KEPT_PICTURES = """
CREATE TABLE kept_pictures (
    url TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources(slug),
    payload_digest TEXT,
    capture_id INTEGER,
    media_type TEXT,
    width INTEGER,
    height INTEGER,
    size_bytes INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    last_outcome TEXT NOT NULL,
    last_tried_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_pictures_source ON kept_pictures(source, size_bytes);
CREATE INDEX kept_pictures_capture ON kept_pictures(capture_id) WHERE capture_id IS NOT NULL;
CREATE INDEX kept_pictures_payload ON kept_pictures(payload_digest) WHERE payload_digest IS NOT NULL;
"""
