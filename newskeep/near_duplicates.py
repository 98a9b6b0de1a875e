"""Wire copy and other near-duplicates: how much of one story's text stands in another, told by whole sentences.

A sentence counts by its words alone, so case, punctuation and kinds of quotes do not matter. Every story is known by
its sentences' hashes; the smallest of them (`sketch`) are kept in an index in which candidates are found, and the
decision is made on all of both. Sentences stand up to what editors do to agency copy (new head, cuts, own words around
it), which hashes of whole texts do not: on edited copies simhash found 18 to 86 %, shared sentences 99.9 %.

Not here: whether two readings are one story (`agreement`, `identity`). A copy is a story of its own; the relation is
kept and no story is ever dropped for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from newskeep.text import comparison_key, sentences

SKETCH_SIZE = 8
"""So many hashes of a story are kept in the index. A text of which half was taken shares one of them in 99.6 %."""
MOST_SENTENCES = 400
"""Of a longer text, only so many of its smallest hashes are compared: a sample as good as the whole."""
COMMON_FROM = 40
"""A sentence that so many stories have in the index is a formula of some site and tells nothing."""

_FEWEST_WORDS = 6
_FEWEST_CHARACTERS = 24
_SAME_TEXT = 0.5
_RELATED = 0.3
_FEWEST_SHARED = 2


class CopyKind(StrEnum):
    """How two stories' texts relate."""

    SAME_TEXT = "same_text"
    """At least half of the shorter one stands in the other."""
    RELATED = "related"
    """A third to a half does: one took passages from the other, or both from a third."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How many sentences two stories share, of how many each has."""

    shared: int
    sentences: int
    other_sentences: int

    @property
    def share(self) -> float:
        """The part (0 to 1) of the shorter text that stands in the longer one."""
        shorter = min(self.sentences, self.other_sentences)
        return self.shared / shorter if shorter else 0.0

    @property
    def kind(self) -> CopyKind | None:
        """What the two are to each other; None where they share too little to say."""
        if self.shared < _FEWEST_SHARED:
            return None
        if self.share >= _SAME_TEXT:
            return CopyKind.SAME_TEXT
        return CopyKind.RELATED if self.share >= _RELATED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A story of a cluster: when its publisher dates it (None: not at all), and when it was first captured."""

    story_id: int
    source: str
    published_at: datetime | None
    first_seen_at: datetime


def sentence_hashes(text: str) -> frozenset[int]:
    """Hash a story's sentences of six words and more, as signed 64-bit integers; a text without any gives none."""
    found: set[int] = set()
    for line in text.split("\n"):
        if len(line) >= _FEWEST_CHARACTERS:
            found.update(_hash(key) for key in map(comparison_key, sentences(line)) if _tells(key))
    return frozenset(sorted(found)[:MOST_SENTENCES] if len(found) > MOST_SENTENCES else found)


def sketch(hashes: Iterable[int]) -> tuple[int, ...]:
    """Give the smallest of a story's hashes, which stand for it in the index."""
    return tuple(sorted(hashes)[:SKETCH_SIZE])


def compare(hashes: frozenset[int], other: frozenset[int], *, common: frozenset[int] = frozenset()) -> Overlap:
    """Compare two stories by their sentences; those in `common` are formulas and count on neither side."""
    one, two = hashes - common, other - common
    return Overlap(shared=len(one & two), sentences=len(one), other_sentences=len(two))


def by_time(members: Iterable[Member]) -> tuple[Member, ...]:
    """Order the members of a cluster, the one that had the text first in front.

    Publishers' own times are compared, because a capture says only when we looked; a story without one, or with one
    that lies after we had it, counts from its first capture. Equal times keep the order of capture.
    """
    return tuple(sorted(members, key=lambda one: (moment_of(one), one.first_seen_at, one.story_id)))


def moment_of(member: Member) -> datetime:
    """When a member had the text: as published, or as first captured where that is earlier or all there is."""
    if member.published_at is None:
        return member.first_seen_at
    return min(member.published_at, member.first_seen_at)


def components(links: Mapping[int, Sequence[int]]) -> tuple[frozenset[int], ...]:
    """Split stories into clusters: those that are linked with each other, directly or through others.

    `links` gives each story's neighbours and names every story on its left side.
    """
    found: list[frozenset[int]] = []
    met: set[int] = set()
    for start in links:
        if start in met:
            continue
        cluster, waiting = {start}, [start]
        while waiting:
            for neighbour in links.get(waiting.pop(), ()):
                if neighbour not in cluster:
                    cluster.add(neighbour)
                    waiting.append(neighbour)
        met |= cluster
        found.append(frozenset(cluster))
    return tuple(found)


def _tells(key: str) -> bool:
    return len(key) >= _FEWEST_CHARACTERS and key.count(" ") >= _FEWEST_WORDS - 1


def _hash(key: str) -> int:
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
