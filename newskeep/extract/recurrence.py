"""Site memory on one page: which of its passages are known from other stories, and what it leaves in the memory itself.

The rules of what is furniture are `newskeep.site_memory`; here they meet the passages.
"""

from __future__ import annotations

from collections.abc import Sequence

from newskeep.extract import signs
from newskeep.extract.blocks import Passage
from newskeep.model import Imprint, SiteMemory
from newskeep.site_memory import LONGEST_BLOCK, MOST_BLOCKS_OF_STORY, block_digest, counts_of, is_furniture

_SHORTEST_BLOCK = 8
_SHORTEST_TEXT = 60
_MOST_DEMOTED = 0.5
_RECUR_BY_RIGHT = signs.HEADING | signs.FIGURE | signs.CAPTION | signs.CREDIT | signs.BYLINE | signs.KICKER | signs.DATE


def recurring_passages(
    passages: Sequence[Passage],
    memory: SiteMemory,
    *,
    weights: Sequence[int],
    found: Sequence[int],
    scores: Sequence[float],
) -> list[bool]:
    """Mark the short passages that other stories of the source carry too, never more than half of the page's text.

    `found` are the passages' signs, `scores` how much each speaks for being text. Headings, captions and credits recur
    by right ("What happens next", an agency's name) and are never marked, nor are kicker and byline.
    """
    marked = [False] * len(passages)
    known = counts_of(memory)
    if not known:
        return marked
    counts = [0] * len(passages)
    for at, passage in enumerate(passages):
        if weights[at] <= LONGEST_BLOCK and not found[at] & _RECUR_BY_RIGHT:
            counts[at] = known.get(block_digest(passage.text), 0)
    own = [at for at, count in enumerate(counts) if not count and weights[at] >= _SHORTEST_TEXT and scores[at] > 0]
    first, last = (own[0], own[-1]) if own else (0, 0)
    left = _MOST_DEMOTED * sum(weight for weight, score in zip(weights, scores, strict=True) if score > 0)
    # The commonest first: where not all may go, the most certain do.
    for at in sorted(range(len(counts)), key=lambda at: -counts[at]):
        if not is_furniture(counts[at], memory.stories, is_inside=first < at < last):
            continue
        cost = weights[at] if scores[at] > 0 else 0
        if cost <= left:
            left -= cost
            marked[at] = True
    return marked


def imprint_of(passages: Sequence[Passage], weights: Sequence[int]) -> Imprint | None:
    """Give what a stretch of passages leaves in the memory of its site; None where it holds nothing."""
    if not passages:
        return None
    texts = [passage.text for passage in passages]
    short = [text for text, weight in zip(texts, weights, strict=True) if _SHORTEST_BLOCK <= weight <= LONGEST_BLOCK]
    if len(short) > MOST_BLOCKS_OF_STORY:
        # Furniture stands at both ends sooner than in the middle of a long story.
        half = MOST_BLOCKS_OF_STORY // 2
        short = short[:half] + short[-half:]
    longest = texts[max(range(len(texts)), key=lambda at: weights[at])]
    return Imprint(story=block_digest(longest), blocks=tuple(dict.fromkeys(block_digest(text) for text in short)))
