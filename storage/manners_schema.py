"""What the archive remembers of manners: how often a listing was said not to have changed since it was seen whole.

What is remembered of hosts stands in a file of its own (`storage.hosts_schema`).
"""

from __future__ import annotations

VALIDATORS = """
ALTER TABLE listings ADD COLUMN full_at TEXT;
ALTER TABLE listings ADD COLUMN not_modified INTEGER NOT NULL DEFAULT 0;
"""
