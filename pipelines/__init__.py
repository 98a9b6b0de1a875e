"""From an answer to the archive: capture, extract, separate, deduplicate, archive.

Thin: the rules are in `newskeep`, the SQL in `storage`.
"""
