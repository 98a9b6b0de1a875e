"""How much a change of a story weighs: a slip of the pen, another wording, another substance, a correction owned up to.

Judged by the words that changed (`newskeep.word_diff`), in any language: numbers and paragraphs carry substance, words
that look nearly alike are typos. It orders what a reader looks at first, and decides how a restless page is treated; a
revision is kept whatever it weighs.
"""

from __future__ import annotations

import re
from enum import StrEnum

from newskeep.corrections import correction_notices
from newskeep.model import StoryDraft
from newskeep.word_diff import Mark, PartDiff, StoryDiff, count_words


class Weight(StrEnum):
    """What a change amounts to, lightest first."""

    TYPO = "typo"
    WORDING = "wording"
    SUBSTANCE = "substance"
    CORRECTION = "correction"
    """A notice of a correction came with it."""

    @property
    def is_light(self) -> bool:
        """Is it lighter than substance?"""
        return self in (Weight.TYPO, Weight.WORDING)


# So many words new or gone are more than another wording, in a text of any length; of a short text, so large a part is.
_MANY_WORDS = 40
_MANY_SHARE = 0.15
_FEWEST_WORDS = 8
# A paragraph of so many words that came or went says something of its own.
_WHOLE_PARAGRAPH = 12
_HEADLINE_KEPT = 0.5
_LONGEST_SLIP = 40  # characters of one spot in which slips are looked for
_SHORTEST_SLIP = 3  # of one or two, each is a word (Chinese) or makes another one
_DIGIT = re.compile(r"\d")


def weigh(before: StoryDraft, after: StoryDraft, diff: StoryDiff) -> Weight:
    """Weigh the change between two readings, `diff` being what differs between them."""
    if set(correction_notices(after)) - set(correction_notices(before)):
        return Weight.CORRECTION
    words = max(count_words(before.text), count_words(after.text))
    changed = [part for part in diff.parts if part.field in _WORDED]
    if any(_is_substance(part) for part in changed) or _is_much(changed, words):
        return Weight.SUBSTANCE
    if len(changed) == len(diff.parts) and all(_is_typo(part) for part in changed):
        return Weight.TYPO
    return Weight.WORDING


# Fields whose words a reader takes for what the story says. The rest (names, labels, dates, pictures) is wording.
_WORDED = frozenset(["headline", "standfirst", "text", "captions"])


def _is_much(parts: list[PartDiff], words: int) -> bool:
    count = sum(count_words(piece.text) for part in parts for piece in part.pieces if piece.mark is not Mark.SAME)
    return count >= _MANY_WORDS or (count >= _FEWEST_WORDS and count >= _MANY_SHARE * words)


def _is_substance(part: PartDiff) -> bool:
    if part.is_whole and part.field == "text":
        text = part.before + part.after
        return count_words(text) >= _WHOLE_PARAGRAPH or _DIGIT.search(text) is not None
    if part.field == "headline":
        kept = sum(count_words(piece.text) for piece in part.pieces if piece.mark is Mark.SAME)
        if kept < _HEADLINE_KEPT * min(count_words(part.before), count_words(part.after)):
            return True
    return _numbers(part.before) != _numbers(part.after)


def _numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))


def _is_typo(part: PartDiff) -> bool:
    """Does every spot that changed look nearly as before?"""
    if part.is_whole:
        return not count_words(part.before + part.after)
    removed = added = ""
    for piece in (*part.pieces, None):
        if piece is not None and piece.mark is Mark.REMOVED:
            removed += piece.text
        elif piece is not None and piece.mark is Mark.ADDED:
            added += piece.text
        else:
            if not _is_slip(removed, added):
                return False
            removed = added = ""
    return True


def _is_slip(removed: str, added: str) -> bool:
    """A few letters, signs, blanks or capitals; a short word that came or went ("the the") is one too."""
    one, other = _bare(removed), _bare(added)
    if one == other:
        return True
    if not one or not other:
        return count_words(removed + added) <= 1 and len(one + other) <= 3
    if max(len(one), len(other)) > _LONGEST_SLIP:
        return False
    shorter = min(len(one), len(other))
    return shorter >= _SHORTEST_SLIP and _distance(one, other) <= max(1, shorter // 4)


def _bare(text: str) -> str:
    return "".join(mark for mark in text.casefold() if mark.isalnum())


def _distance(a: str, b: str) -> int:
    """Letters to add, drop, replace or swap with their neighbour to make one of the other (Damerau, restricted)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one != other))
            if i > 1 and j > 1 and one == b[j - 2] and other == a[i - 2]:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
