"""The table of imported captures that came to their end; `storage.imports` works on it."""

IMPORTS = """
CREATE TABLE imported_captures (
    capture_id INTEGER PRIMARY KEY
) STRICT;
"""
