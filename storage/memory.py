"""Site memory kept: the imprints of a source's newest stories, and the snapshots cut from them.

What is learned from which story, and when a snapshot is cut, is decided in `newskeep.site_memory`. A new story writes
one row at most, in the transaction that writes the story.
"""

from __future__ import annotations

import json
from datetime import datetime

from newskeep.model import EMPTY_MEMORY, Imprint, SiteMemory
from newskeep.site_memory import count_blocks, is_counted, next_cut, starts_anew
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import seen_text


class MemoryStore:
    """What the archive remembers of each source's pages."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("read a site memory")
    def newest(self, source: str) -> SiteMemory:
        """Give the newest snapshot of a source; the empty memory where none was cut yet."""
        return self._read("WHERE source = ? ORDER BY version DESC LIMIT 1", source)

    @guarded("read a site memory")
    def get(self, version: int) -> SiteMemory:
        """Give a snapshot by its version; the empty memory for version 0 and for one that is not there."""
        return self._read("WHERE version = ?", version)

    def learn(self, source: str, imprint: Imprint, *, now: datetime) -> SiteMemory | None:
        """Count a new story; give the snapshot that was cut for it, None where none was due.

        A copy of a story that is already counted changes nothing.
        """
        with self._file.writing("learn a page of a source"):
            found = self._run("SELECT stories FROM site_learning WHERE source = ?", (source,)).fetchone()
            stories = found[0] if found is not None else 0
            if is_counted(stories) and not self._add(source, imprint):
                return None
            self._run(_COUNT, (source,))
            return self._cut(source, stories + 1, now) if stories + 1 == next_cut(stories) else None

    def _add(self, source: str, imprint: Imprint) -> bool:
        return self._run(_ADD, (source, imprint.story, json.dumps(imprint.blocks))).rowcount > 0

    def _cut(self, source: str, stories: int, now: datetime) -> SiteMemory:
        imprints = [
            json.loads(blocks)
            for (blocks,) in self._run("SELECT blocks FROM site_imprints WHERE source = ?", (source,))
        ]
        blocks = count_blocks(imprints)
        values = (source, len(imprints), seen_text(now), json.dumps(sorted(blocks)))
        version = self._run(_CUT, values).lastrowid
        assert version is not None
        if starts_anew(stories):
            self._run("DELETE FROM site_imprints WHERE source = ?", (source,))
        return SiteMemory(version=version, stories=len(imprints), blocks=blocks)

    def _read(self, condition: str, value: str | int) -> SiteMemory:
        found = self._run(f"SELECT version, stories, blocks FROM site_memories {condition}", (value,)).fetchone()
        if found is None:
            return EMPTY_MEMORY
        version, stories, blocks = found
        return SiteMemory(
            version=version, stories=stories, blocks=frozenset((digest, count) for digest, count in json.loads(blocks))
        )


_ADD = "INSERT INTO site_imprints (source, story, blocks) VALUES (?, ?, ?) ON CONFLICT (source, story) DO NOTHING"
_COUNT = (
    "INSERT INTO site_learning (source, stories) VALUES (?, 1) ON CONFLICT (source) DO UPDATE SET stories = stories + 1"
)
_CUT = "INSERT INTO site_memories (source, stories, cut_at, blocks) VALUES (?, ?, ?, ?)"
