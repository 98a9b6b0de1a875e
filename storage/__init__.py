"""The archive: two SQLite files in a home, `news.db` for reading and search and `captures.db` for the bytes received.

All SQL of newskeep stands in this room. `storage.archive.Archive` is the door for one thread, `storage.writer` lets an
asyncio program write through one thread of its own. The rules (which story, whether a revision, what is worth a
request) are pure and stand in `newskeep`. Tables and columns are described in `docs/schema.md`.
"""
