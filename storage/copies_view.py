"""Copies as people ask for them: who had a text first, who ran it after, how much of it is shared. Reading only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newskeep.errors import StoryMissingError
from newskeep.near_duplicates import Member, by_time, moment_of
from storage.archive import Archive
from storage.boundary import guarded
from storage.ids import SEQUENCES
from storage.values import milliseconds, read_optional, read_time

MOST_MEMBERS = 200
LOOKED_AT = 20_000
"""So many of a source's newest stories are looked at for copies; so many clusters of a span are ordered by size."""


class ClusterOrder(StrEnum):
    """Which clusters come first."""

    NEWEST = "newest"
    """The one whose first capture is the newest."""
    LARGEST = "largest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClustersRequest:
    """Which clusters: whose first capture lies from `since` until before `until`, in which one source took part.

    `before` is the cluster id that they must be smaller than, for the next page of NEWEST.
    """

    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    order: ClusterOrder = ClusterOrder.NEWEST
    before: int | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMember:
    """A story of a cluster. `moment` is when it had the text: as published, or as first captured where that is earlier.

    `behind_seconds` is how long after the first one. Of its `sentences`, `shared_sentences` stand in the first one,
    which has `first_sentences`; all three are None for the first, and for one that is linked through others alone.
    """

    story_id: int
    source: str
    source_name: str
    headline: str | None
    byline: str | None
    language: str | None
    url: str
    presence: str
    words: int
    published_at: datetime | None
    first_seen_at: datetime
    moment: datetime
    behind_seconds: float
    shared_sentences: int | None
    sentences: int | None
    first_sentences: int | None

    @property
    def share(self) -> float | None:
        """The part (0 to 1) of its own sentences that stand in the first one."""
        return self.shared_sentences / self.sentences if self.shared_sentences and self.sentences else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCluster:
    """Stories with one text, in the order in which they had it. `count` counts all, `members` holds at most 200."""

    cluster_id: int
    count: int
    members: tuple[CopyMember, ...]

    @property
    def first(self) -> CopyMember:
        """The one that had it first."""
        return self.members[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePart:
    """What part a source has in some clusters: in how many it was first, in how many it came after."""

    source: str
    name: str
    first: int
    after: int


@guarded("look up clusters of copies")
def read_clusters(archive: Archive, request: ClustersRequest) -> tuple[CopyCluster, ...]:
    """Give clusters with their members."""
    run = archive.db.conn.execute
    bounds = _bounds(request)
    if request.source is None:
        order = "cluster_id DESC" if request.order is ClusterOrder.NEWEST else "count(*) DESC, cluster_id DESC"
        ids = [one for (one, _) in run(_SELECT_CLUSTERS.format(order=order), (*bounds, request.limit))]
    else:
        sizes = Counter(dict(run(_SELECT_OF_SOURCE, (request.source, LOOKED_AT, *bounds)).fetchall()))
        ids = sorted(sizes, reverse=True)
        if request.order is ClusterOrder.LARGEST:
            ids.sort(key=lambda one: -sizes[one])
        ids = ids[: request.limit]
    return tuple(_cluster(archive, one) for one in ids)


@guarded("look up a cluster of copies")
def read_cluster(archive: Archive, story_id: int) -> CopyCluster:
    """Give the cluster a story belongs to. Raises StoryMissingError where there is none."""
    found = archive.db.conn.execute("SELECT cluster_id FROM copy_clusters WHERE story_id = ?", (story_id,)).fetchone()
    if found is None:
        message = f"story {story_id} shares its text with no other"
        raise StoryMissingError(message, operation="look up a cluster of copies")
    return _cluster(archive, found[0])


def parts_of(clusters: Iterable[CopyCluster]) -> tuple[SourcePart, ...]:
    """Say what part each source has in these clusters, the one that was first most often in front."""
    first: Counter[str] = Counter()
    after: Counter[str] = Counter()
    names: dict[str, str] = {}
    for cluster in clusters:
        first[cluster.first.source] += 1
        after.update({member.source for member in cluster.members[1:]} - {cluster.first.source})
        names |= {member.source: member.source_name for member in cluster.members}
    parts = [SourcePart(source=one, name=name, first=first[one], after=after[one]) for one, name in names.items()]
    return tuple(sorted(parts, key=lambda part: (-part.first, -part.after, part.source)))


def _bounds(request: ClustersRequest) -> tuple[int, int]:
    first = milliseconds(request.since) * SEQUENCES if request.since else 0
    last = milliseconds(request.until) * SEQUENCES - 1 if request.until else 2**62
    return first, last if request.before is None else min(last, request.before - 1)


def _cluster(archive: Archive, cluster_id: int) -> CopyCluster:
    run = archive.db.conn.execute
    (count,) = run("SELECT count(*) FROM copy_clusters WHERE cluster_id = ?", (cluster_id,)).fetchone()
    rows = {found[0]: found for found in run(_SELECT_MEMBERS, (cluster_id, MOST_MEMBERS))}
    ordered = by_time(
        Member(story_id=one, source=row[1], published_at=read_optional(row[9]), first_seen_at=read_time(row[10]))
        for one, row in rows.items()
    )
    links = _links(archive, ordered[0].story_id, [member.story_id for member in ordered[1:]])
    began = moment_of(ordered[0])
    members = []
    for member in ordered:
        shared, sentences, first_sentences = links.get(member.story_id, (None, None, None))
        members.append(
            CopyMember(
                **dict(zip(_MEMBER_FIELDS, rows[member.story_id], strict=False)),
                published_at=member.published_at,
                first_seen_at=member.first_seen_at,
                moment=moment_of(member),
                behind_seconds=(moment_of(member) - began).total_seconds(),
                shared_sentences=shared,
                sentences=sentences,
                first_sentences=first_sentences,
            )
        )
    return CopyCluster(cluster_id=cluster_id, count=count, members=tuple(members))


def _links(archive: Archive, first: int, others: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """What the others share with the first: sentences shared, of how many of theirs and of the first's."""
    found = {}
    rows = archive.db.conn.execute(_SELECT_LINKS, (first, json.dumps(others)))
    for one, other, shared, sentences, other_sentences in rows:
        own = (shared, other_sentences, sentences) if one == first else (shared, sentences, other_sentences)
        found[other if one == first else one] = own
    return found


_MEMBER_FIELDS = (
    "story_id", "source", "source_name", "headline", "byline", "language", "url", "presence", "words",
)  # fmt: skip
# Copies are few beside stories, and their index holds a cluster's members side by side, the newest cluster last.
_SELECT_CLUSTERS = """
SELECT cluster_id, count(*) FROM copy_clusters WHERE cluster_id BETWEEN ? AND ? GROUP BY cluster_id
ORDER BY {order} LIMIT ?
"""
_SELECT_OF_SOURCE = """
SELECT cluster_id, (SELECT count(*) FROM copy_clusters AS members WHERE members.cluster_id = own.cluster_id)
FROM (SELECT story_id FROM story_facts WHERE source = ? ORDER BY moment DESC LIMIT ?) AS newest
CROSS JOIN copy_clusters AS own ON own.story_id = newest.story_id WHERE own.cluster_id BETWEEN ? AND ?
"""
_SELECT_MEMBERS = """
SELECT stories.id, source, sources.name, headline, byline, stories.language, url, presence, words, published_at,
    stories.first_seen_at
FROM copy_clusters JOIN stories ON stories.id = copy_clusters.story_id JOIN sources ON sources.slug = stories.source
WHERE cluster_id = ? ORDER BY stories.id LIMIT ?
"""
_SELECT_LINKS = """
SELECT story_id, other_id, shared_sentences, sentences, other_sentences FROM copies
WHERE story_id = ?1 AND other_id IN (SELECT value FROM json_each(?2))
UNION ALL
SELECT story_id, other_id, shared_sentences, sentences, other_sentences FROM copies
WHERE other_id = ?1 AND story_id IN (SELECT value FROM json_each(?2))
"""
