"""Which element holds the story, where the story ends in it, and in what kind of element most of its text stands.

The element whose passages speak for it most, in sum, holds the story: text counts for it, menus, links and boxes
against it, so that the tightest element around the most text wins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from newskeep.extract import wording
from newskeep.extract.blocks import Outline
from newskeep.extract.judge import Judgement, is_sentence, link_share
from newskeep.extract.tree import ancestors

ALL_LINK = 0.8
"""From this share of its letters on, a passage is nothing but links."""
SHORT = 60
"""Below this weight a passage is a line rather than a paragraph."""
STORY_WEIGHT = 300
"""A story's worth of text."""

_NUMBER = re.compile(r"\d+")
_ENOUGH_OF_PAGE = 0.6
_MUCH_MORE = 1.8
# A page may be nothing but such headings; each costs a look at all that follows.
_MOST_HEADINGS = 20

Names = tuple[str, str, str, str]


class Core(NamedTuple):
    """Where most of the text stands: the names of its elements, its passages, their weight and the span around all."""

    names: Names
    places: list[int]
    weight: int
    span: int
    sums: list[int]
    kinds: list[Names]

    def held(self, first: int, end: int) -> int:
        """How many core passages there are from `first` up to `end`."""
        return self.sums[end] - self.sums[first]


def choose_span(outline: Outline, judgement: Judgement) -> int | None:
    """Choose the element that holds the story; None where nothing speaks for any."""
    sums = list(accumulate(judgement.scores, initial=0.0))
    best, best_sum = None, 0.0
    for at, (_, _, _, _, first, end, _) in enumerate(outline.spans):
        held = sums[end] - sums[first]
        # Of two elements with the same text the outer one comes first, and the inner one is as good.
        if held > 0 and held >= best_sum:
            best, best_sum = at, held
    return best if best is None else _widen(outline, judgement, best)


def _widen(outline: Outline, judgement: Judgement, span: int) -> int:
    """Take a larger element where much more text stands around the chosen one: boxes and tables may have parted it."""
    sums = list(accumulate([score if score > 0 else 0.0 for score in judgement.scores], initial=0.0))
    held = outline.spans[span]
    mass = sums[held.end] - sums[held.first]
    if mass >= _ENOUGH_OF_PAGE * sums[-1]:
        return span
    around = held.parent
    while around >= 0:
        held = outline.spans[around]
        if sums[held.end] - sums[held.first] >= _MUCH_MORE * mass:
            return _widen(outline, judgement, around)
        around = held.parent
    return span


def end_of_story(outline: Outline, judgement: Judgement, kinds: list[Names], first: int, end: int) -> int:
    """Where other stories begin: at a heading such as "More from …" after which no element of the story goes on."""
    scores = judgement.scores
    strong = [at for at in range(first, end) if scores[at] > SHORT]
    below = list(accumulate((max(0.0, score) for score in reversed(scores[first:end])), initial=0.0))[::-1]
    before: set[Names] = set()
    text = asked = 0
    for at in range(first, end):
        if text >= STORY_WEIGHT and below[at - first + 1] >= SHORT and _is_linked_headline(outline, at):
            return at
        score = scores[at]
        if score > 0:
            text += int(score)
        if before and asked < _MOST_HEADINGS and _heads_others(outline, at):
            asked += 1
            if not any(kinds[later] in before for later in strong[bisect_right(strong, at) :]):
                return at
        if score > SHORT:
            before.add(kinds[at])
    return end


def _is_linked_headline(outline: Outline, at: int) -> bool:
    """Is this an `h1` that links to a story? With text below, another whole story begins there."""
    passage = outline.passages[at]
    if passage.tag != "h1" or link_share(passage) < ALL_LINK:
        return False
    around = (one for one in ancestors(passage.element) if one.tag == "a")
    link = next(passage.element.iter("a"), None)
    link = next(around, None) if link is None else link
    return link is not None and not (link.get("href") or "#").startswith("#")


def _heads_others(outline: Outline, at: int) -> bool:
    text = outline.passages[at].text
    if len(text) > SHORT or is_sentence(text) or wording.MORE_HEADING.match(text) is None:
        return False
    following = outline.passages[at + 1 : at + 8]
    return any(passage.link_count and (link_share(passage) >= ALL_LINK) for passage in following)


def find_core(outline: Outline, judgement: Judgement, kinds: list[Names], first: int, end: int) -> Core | None:
    """Find where most of the text stands; None where nothing speaks for any passage. `kinds` are those of all."""
    masses: dict[Names, int] = {}
    for at in range(first, end):
        if judgement.scores[at] > 0:
            names = kinds[at]
            # What stands below a linked line is mostly a card of another story.
            below_link = at > first and outline.passages[at - 1].share >= ALL_LINK
            masses[names] = masses.get(names, 0) + judgement.weights[at] // (4 if below_link else 1)
    if not masses:
        return None
    names = max(masses, key=lambda one: masses[one])
    places = [at for at in range(first, end) if judgement.scores[at] > 0 and kinds[at] == names]
    inside = set(places)
    sums = list(accumulate(map(inside.__contains__, range(len(outline.passages))), initial=0))
    around = outline.passages[places[0]].span
    while outline.spans[around].end <= places[-1] and outline.spans[around].parent >= 0:
        around = outline.spans[around].parent
    if outline.spans[around].parent >= 0 and outline.passages[places[0]].span == around:
        around = outline.spans[around].parent
    return Core(names, places, masses[names], around, sums, kinds)


def kinds_of(outline: Outline) -> list[Names]:
    """The kind of element each passage stands in: tag and classes, its parent's too."""
    spans = outline.spans
    known: dict[int, Names] = {}
    kinds: list[Names] = []
    for _, _, _, at, _, _, _, _, _ in outline.passages:
        names = known.get(at)
        if names is None:
            span = spans[at]
            parent = spans[span.parent] if span.parent >= 0 else span
            own, around = span.names, parent.names
            names = (span.tag, _uncounted(own) if own else "", parent.tag, _uncounted(around) if around else "")
            known[at] = names
        kinds.append(names)
    return kinds


@lru_cache(maxsize=8192)
def _uncounted(names: str) -> str:
    """Classes without the numbers that count elements of one kind."""
    return _NUMBER.sub("", names)
