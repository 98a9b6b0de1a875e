"""What recurs on the pages of one source is furniture: how a site is learned, and what its memory may say of a passage.

Each new story leaves an imprint, the digests of the short passages in and around its text. At fixed numbers of stories
(3, 10, 30, 100, then at each doubling) the imprints are cut into a snapshot that says how many stories carried each
block. Only the last hundred stories before a cut are counted, so a memory stays small, costs nothing between cuts, and
forgets a layout that is gone. A snapshot never changes once it is cut: a reading names the one it was made with.

Stories are counted, not captures: a story leaves its imprint once, when it is new, and a copy of a counted one is known
by its longest passage. Not here: which passages a page has (`newskeep.extract.recurrence`), the tables
(`storage.memory`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MOST_BLOCKS_OF_STORY = 60
"""How many short passages of one page are remembered."""
MOST_BLOCKS_OF_SOURCE = 400
"""How many recurring passages one snapshot holds."""
LONGEST_BLOCK = 400
"""A passage that weighs more than this is never remembered, nor demoted."""
WINDOW_STORIES = 100
"""How many stories one snapshot is cut from at most."""

_FIRST_CUTS = (3, 10, 30, 100)
_FEWEST_STORIES = 3
_AT_THE_ENDS = 0.1
_INSIDE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What a story's page leaves in the memory of its site.

    `story` names its longest passage, by which a copy under another address is known. `blocks` are the digests of the
    short passages in and around the text, each once.
    """

    story: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMemory:
    """What recurs on other pages of a source: block digest -> number of distinct stories that carried it.

    It may demote short blocks only, and never makes a revision: both sides of a comparison use one `version`, a number
    that no other snapshot of the archive has. `stories` is how many stories the snapshot was cut from.
    An empty memory (version 0) is what the first page of a site gets.
    """

    version: int = 0
    stories: int = 0
    blocks: frozenset[tuple[str, int]] = frozenset()


EMPTY_MEMORY = SiteMemory()


def block_digest(text: str) -> str:
    """Give the digest under which a passage is remembered: 16 hex digits over its text with white space folded.

    Letter case and punctuation count: a template prints the same on every page.
    """
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def next_cut(stories: int) -> int:
    """Give the number of stories at which the first snapshot after `stories` is cut."""
    for cut in _FIRST_CUTS:
        if stories < cut:
            return cut
    cut = _FIRST_CUTS[-1]
    while cut <= stories:
        cut *= 2
    return cut


def is_counted(stories: int) -> bool:
    """Does a new story leave its imprint, where `stories` of its source came before it?"""
    return stories >= next_cut(stories) - WINDOW_STORIES


def starts_anew(stories: int) -> bool:
    """Are the imprints to be forgotten once a snapshot is cut at this number of stories?"""
    return stories >= WINDOW_STORIES


def count_blocks(imprints: Iterable[Sequence[str]]) -> frozenset[tuple[str, int]]:
    """Count in how many imprints each block stands, and keep the commonest of those that recur."""
    counts = Counter(block for imprint in imprints for block in set(imprint))
    recurring = [(block, count) for block, count in counts.items() if count >= _FEWEST_STORIES]
    recurring.sort(key=lambda one: (-one[1], one[0]))
    return frozenset(recurring[:MOST_BLOCKS_OF_SOURCE])


@lru_cache(maxsize=64)
def counts_of(memory: SiteMemory) -> Mapping[str, int]:
    """Give a memory's blocks with their numbers of stories, for looking them up."""
    return dict(memory.blocks)


def is_furniture(count: int, stories: int, *, is_inside: bool) -> bool:
    """Is a passage that `count` of `stories` stories carried furniture rather than text?

    `is_inside` says that text which is this page's own stands before and behind it. Running coverage repeats its
    background paragraphs there, so more must agree.
    """
    return count >= _FEWEST_STORIES and count >= (_INSIDE if is_inside else _AT_THE_ENDS) * stories
