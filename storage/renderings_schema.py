"""What it cost to render pages in a browser, beside the ledger's requests; `storage.runs` writes it."""

RENDERINGS = """
CREATE TABLE renderings (
    request_id INTEGER PRIMARY KEY REFERENCES requests(id) ON DELETE CASCADE,
    requests INTEGER NOT NULL,
    body_bytes INTEGER NOT NULL,
    seconds REAL NOT NULL
) STRICT;
"""
