"""Copies: which stories share their text, found by an index of sentences, and the clusters they make.

The rules are `newskeep.near_duplicates`. The index holds a few hashes a story, and at most `COMMON_FROM` stories a
hash: what more stories share is a formula of some site. A relation is written in the transaction that writes the story,
so a cluster is as durable as its stories; it names them by their smallest id and is split again when a link goes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from newskeep.near_duplicates import (
    COMMON_FROM,
    CopyKind,
    Member,
    Overlap,
    by_time,
    compare,
    components,
    sentence_hashes,
    sketch,
)
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.values import read_optional, read_time

_MOST_COMPARED = 24
_FORMULA_FROM = 5
"""In so many stories of one source, a sentence is the source's own formula."""
_MOST_MEMBERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLink:
    """A story that shares text with another: how much, of how many sentences of each, and who it is."""

    story_id: int
    source: str
    headline: str | None
    url: str
    published_at: datetime | None
    first_seen_at: datetime
    kind: CopyKind
    overlap: Overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Stories with one text, the one that had it first in front. `count` counts all, `members` holds at most 500."""

    cluster_id: int
    members: tuple[Member, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What a text has in common with indexed stories: for each hash they have, who; and with whom how much.

    Only overlaps that say something (`Overlap.kind`) are in it.
    """

    buckets: Mapping[int, Sequence[int]]
    overlaps: tuple[tuple[int, Overlap], ...]

    @property
    def has_copy(self) -> bool:
        """Is one of them the same text?"""
        return any(overlap.kind is CopyKind.SAME_TEXT for _, overlap in self.overlaps)


class CopyStore:
    """The copies of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("look up copies")
    def related(self, hashes: frozenset[int]) -> Related:
        """Find the stories that share sentences with a text which is not in the index itself."""
        buckets = self._buckets(0, hashes)
        return Related(buckets=buckets, overlaps=tuple(self._overlaps(hashes, buckets)))

    def add(self, story_id: int, hashes: frozenset[int], related: Related) -> tuple[int, ...]:
        """Index a new story and write what `related` found; gives the ids of all that came into a cluster by it.

        The story's row must stand already.
        """
        with self._file.writing("write a story's copies"):
            self._index(story_id, sketch(hashes), related.buckets)
            return self._relate(story_id, related.overlaps)

    def change(self, story_id: int, hashes: frozenset[int], *, before: frozenset[int]) -> tuple[int, ...]:
        """Index a story by its new sentences instead of the old; gives the ids that joined a cluster or left one."""
        if before == hashes:
            return ()
        with self._file.writing("write a story's copies"):
            self._unindex(story_id, sketch(before))
            unlinked = self._unlink(story_id)
            related = self.related(hashes)
            self._index(story_id, sketch(hashes), related.buckets)
            return self._relate(story_id, related.overlaps, also=unlinked)

    def forget(self, story_id: int, text: str) -> tuple[int, ...]:
        """Take a story out of the index and out of its relations; gives the ids that left a cluster by it.

        `text` is the text it was indexed by. To be called before the story's row goes.
        """
        with self._file.writing("take a story out of the copies"):
            self._unindex(story_id, sketch(sentence_hashes(text)))
            return self._relate(story_id, (), also=self._unlink(story_id))

    @guarded("read copies")
    def of(self, story_id: int) -> tuple[CopyLink, ...]:
        """Give the stories that share text with this one, the largest share first."""
        links = []
        for found in self._run(_SELECT_LINKS, (story_id,)):
            (other, source, headline, url, published, seen, kind, shared, own, others) = found
            links.append(
                CopyLink(
                    story_id=other,
                    source=source,
                    headline=headline,
                    url=url,
                    published_at=read_optional(published),
                    first_seen_at=read_time(seen),
                    kind=CopyKind(kind),
                    overlap=Overlap(shared=shared, sentences=own, other_sentences=others),
                )
            )
        return tuple(sorted(links, key=lambda link: (-link.overlap.share, link.story_id)))

    @guarded("read a cluster of copies")
    def cluster(self, story_id: int) -> Cluster | None:
        """Give the cluster a story belongs to; None where its text stands nowhere else."""
        found = self._run("SELECT cluster_id FROM copy_clusters WHERE story_id = ?", (story_id,)).fetchone()
        if found is None:
            return None
        (count,) = self._run("SELECT count(*) FROM copy_clusters WHERE cluster_id = ?", found).fetchone()
        members = (
            Member(story_id=member, source=source, published_at=read_optional(published), first_seen_at=read_time(seen))
            for member, source, published, seen in self._run(_SELECT_MEMBERS, (*found, _MOST_MEMBERS))
        )
        return Cluster(cluster_id=found[0], members=by_time(members), count=count)

    @guarded("look up copies")
    def candidates(self, hashes: frozenset[int]) -> tuple[int, ...]:
        """Give the stories whose indexed sentences these are, most shared first: those worth comparing."""
        return tuple(story_id for story_id, _ in self._ranked(self._buckets(0, hashes)))

    def _buckets(self, story_id: int, hashes: Iterable[int]) -> dict[int, list[int]]:
        """For each hash that is in the index, the other stories that have it: at most `COMMON_FROM`, or one more."""
        found: dict[int, list[int]] = {}
        for one, other in self._run(_SELECT_BUCKETS, (json.dumps(list(hashes)),)):
            if other != story_id:
                found.setdefault(one, []).append(other)
        return found

    def _index(self, story_id: int, hashes: Iterable[int], buckets: Mapping[int, Sequence[int]]) -> None:
        rows = [(one, story_id) for one in hashes if len(buckets.get(one, ())) < COMMON_FROM]
        self._file.connection.executemany("INSERT INTO sentence_hashes VALUES (?, ?) ON CONFLICT DO NOTHING", rows)

    def _unindex(self, story_id: int, hashes: Iterable[int]) -> None:
        rows = [(one, story_id) for one in hashes]
        self._file.connection.executemany("DELETE FROM sentence_hashes WHERE hash = ? AND story_id = ?", rows)

    def _overlaps(self, hashes: frozenset[int], buckets: Mapping[int, Sequence[int]]) -> list[tuple[int, Overlap]]:
        if not buckets:
            return []
        common = self._formulas(buckets)
        telling = {one: bucket for one, bucket in buckets.items() if one not in common}
        found = []
        for other_id, _ in self._ranked(telling)[:_MOST_COMPARED]:
            row = self._run("SELECT text FROM stories WHERE id = ?", (other_id,)).fetchone()
            overlap = compare(hashes, _hashes_of(row[0]), common=common) if row else None
            if overlap is not None and overlap.kind is not None:
                found.append((other_id, overlap))
        return found

    def _formulas(self, buckets: Mapping[int, Sequence[int]]) -> frozenset[int]:
        """The hashes that many stories have, or several of one source."""
        common = {one for one, bucket in buckets.items() if len(bucket) >= COMMON_FROM}
        crowded = {one: bucket for one, bucket in buckets.items() if one not in common and len(bucket) >= _FORMULA_FROM}
        for one, bucket in crowded.items():
            sources = self._run(_SELECT_SOURCES, (json.dumps(bucket),))
            if any(count >= _FORMULA_FROM for (count,) in sources):
                common.add(one)
        return frozenset(common)

    @staticmethod
    def _ranked(buckets: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
        shared = Counter(story_id for bucket in buckets.values() for story_id in bucket)
        return sorted(shared.items(), key=lambda item: (-item[1], -item[0]))

    def _link(self, story_id: int, other_id: int, overlap: Overlap) -> None:
        own, others = overlap.sentences, overlap.other_sentences
        if story_id > other_id:
            story_id, other_id, own, others = other_id, story_id, others, own
        values = (story_id, other_id, overlap.kind, overlap.share, overlap.shared, own, others)
        # No REPLACE: a statement that may take a row's place makes the full-text index write itself out.
        self._run("INSERT INTO copies VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def _unlink(self, story_id: int) -> tuple[int, ...]:
        others = tuple(other for (other,) in self._run(_SELECT_OTHERS, (story_id,)))
        if others:
            self._run("DELETE FROM copies WHERE story_id = ?1 OR other_id = ?1", (story_id,))
        return others

    def _relate(
        self, story_id: int, overlaps: Sequence[tuple[int, Overlap]], *, also: Iterable[int] = ()
    ) -> tuple[int, ...]:
        for other_id, overlap in overlaps:
            self._link(story_id, other_id, overlap)
        touched = {story_id, *also, *(other_id for other_id, _ in overlaps)}
        return self._cluster(touched) if len(touched) > 1 else ()

    def _cluster(self, stories: set[int]) -> tuple[int, ...]:
        """Make the clusters of these stories anew, from the links among them and all they were together with."""
        before = dict(self._run(_SELECT_TOGETHER, (_ids(stories),)).fetchall())
        affected = stories | set(before)
        links: dict[int, list[int]] = {one: [] for one in affected}
        for story_id, other_id in self._run(_SELECT_SAME_TEXT, (_ids(affected),)).fetchall():
            links.setdefault(story_id, []).append(other_id)
            links.setdefault(other_id, []).append(story_id)
        after = {one: min(cluster) for cluster in components(links) if len(cluster) > 1 for one in cluster}
        change = self._file.connection.executemany
        change("DELETE FROM copy_clusters WHERE story_id = ?", [(one,) for one in before if one not in after])
        changed = [(cluster, one) for one, cluster in after.items() if before.get(one, cluster) != cluster]
        change("UPDATE copy_clusters SET cluster_id = ? WHERE story_id = ?", changed)
        change("INSERT INTO copy_clusters VALUES (?, ?)", [item for item in after.items() if item[0] not in before])
        return tuple(sorted(before.keys() ^ after.keys()))


# A text that goes round is compared again and again on its day.
@lru_cache(maxsize=256)
def _hashes_of(text: str) -> frozenset[int]:
    return sentence_hashes(text)


def _ids(stories: Iterable[int]) -> str:
    return json.dumps(sorted(stories))


_SELECT_BUCKETS = "SELECT hash, story_id FROM json_each(?) AS asked CROSS JOIN sentence_hashes ON hash = asked.value"
_SELECT_SOURCES = "SELECT count(*) FROM stories WHERE id IN (SELECT value FROM json_each(?)) GROUP BY source"
_SELECT_OTHERS = "SELECT other_id FROM copies WHERE story_id = ?1 UNION SELECT story_id FROM copies WHERE other_id = ?1"
_SELECT_TOGETHER = (
    "SELECT story_id, cluster_id FROM copy_clusters WHERE cluster_id IN (SELECT cluster_id FROM copy_clusters"
    " WHERE story_id IN (SELECT value FROM json_each(?)))"
)
_SELECT_SAME_TEXT = (
    "SELECT story_id, other_id FROM copies WHERE kind = 'same_text' AND story_id IN (SELECT value FROM json_each(?1))"
    " UNION SELECT story_id, other_id FROM copies"
    " WHERE kind = 'same_text' AND other_id IN (SELECT value FROM json_each(?1))"
)
_SELECT_LINKS = """
SELECT stories.id, source, headline, url, published_at, first_seen_at, kind, shared_sentences, sentences,
    other_sentences
FROM copies JOIN stories ON stories.id = other_id WHERE story_id = ?1
UNION ALL
SELECT stories.id, source, headline, url, published_at, first_seen_at, kind, shared_sentences, other_sentences,
    sentences
FROM copies JOIN stories ON stories.id = story_id WHERE other_id = ?1
"""
_SELECT_MEMBERS = """
SELECT stories.id, source, published_at, first_seen_at FROM copy_clusters JOIN stories ON stories.id = story_id
WHERE cluster_id = ? ORDER BY stories.id LIMIT ?
"""
