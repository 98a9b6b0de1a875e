"""The heading over a block of teasers.

It is the last heading before the block with no other card and hardly a paragraph between; a block without its own
inherits the heading of the block before it when both stand in one container. What its words speak of is told by
`heading_words`.
"""

from __future__ import annotations

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.heading_words import Heading, read_heading
from newskeep.extract.surroundings import Place, common_place
from newskeep.extract.tree import Element, text_of

_LONGEST_HEADING = 90
_PARAGRAPHS_BETWEEN = 2
_INHERIT_HEIGHT = 3
_LONGEST_LABEL = 50
_LABEL_HEIGHT = 3
_CARD_HEIGHT = 8
_LONE_CARD_HEIGHT = 3
_CONTAINERS = frozenset(("body", "main", "section", "aside", "nav", "ul", "ol"))


def block_headings(survey: Survey, cards: list[Group]) -> dict[int, Heading]:
    """The heading over each of these cards, by the card's `id`; cards without one are left out.

    The cards are in page order and know their `block`.
    """
    finder = _Finder(survey, cards)
    found: dict[int, Heading] = {}
    heading: Heading | None = None
    last: Group | None = None
    for card in cards:
        is_new_block = last is None or card.block is None or card.block is not last.block
        own = finder.heading_before(card, last) or (finder.label_before(card) if is_new_block else None)
        if own is not None:
            heading = own
        elif is_new_block and last is not None and not _share(last, card):
            heading = None
        if heading is not None:
            found[id(card)] = heading
        last = card
    return found


def card_root(card: Group) -> Place:
    """The outermost place around a card that holds no other card; a lone card gets its near surroundings."""
    place = card.first.place
    height = place.depth - card.block.depth - 1 if card.block is not None else _LONE_CARD_HEIGHT
    for _ in range(min(height, _CARD_HEIGHT)):
        if place.parent is None or place.parent.element.tag in _CONTAINERS:
            break
        place = place.parent
    return place


def _share(one: Group, other: Group) -> bool:
    """Do two blocks stand as close together as the columns of one?"""
    around = common_place(one.first.place, other.first.place)
    inner = max((group.block.depth for group in (one, other) if group.block is not None), default=0)
    return inner - around.depth <= _INHERIT_HEIGHT


class _Finder:
    """Walks the page's headings along with the cards, both in page order."""

    def __init__(self, survey: Survey, cards: list[Group]) -> None:
        self._roots = {card_root(card).element for card in cards}
        self._lone = {card_root(card).element for card in cards if card.block is None and card.best.text}
        self._headings = [heading for heading in survey.headings if self._is_of_block(heading[2])]
        self._at = 0

    def heading_before(self, card: Group, last: Group | None) -> Heading | None:
        """The last heading element between the card before and this one, near enough above it."""
        order = card.first.order
        after = last.links[-1].order if last is not None else -1
        found: tuple[int, int, Element] | None = None
        while self._at < len(self._headings) and self._headings[self._at][0] < order:
            if self._headings[self._at][0] > after:
                found = self._headings[self._at]
            self._at += 1
        if found is None:
            return None
        between = card.first.paragraphs_before - found[1]
        heading = _as_heading(found[2], _LONGEST_HEADING) if between <= _PARAGRAPHS_BETWEEN else None
        # With text between, only words that clearly speak of teasers reach over it; else it is the text's crosshead.
        return heading if heading is None or not between or any(heading[2:]) else None

    def label_before(self, card: Group) -> Heading | None:
        """A short line before the block that is no heading element: a `div` or `span` that says "Most read"."""
        below = card_root(card).element
        for _ in range(_LABEL_HEIGHT):
            before = below.getprevious()
            steps = 0
            while before is not None and steps < 2:
                if before in self._roots or before.tag in ("p", "ul", "ol", "table", "nav", "form"):
                    return None
                heading = _as_heading(before, _LONGEST_LABEL)
                if heading is not None:
                    return heading if any(heading[2:]) else None
                before = before.getprevious()
                steps += 1
            above = below.getparent()
            if above is None or above.tag in ("body", "main", "article"):
                return None
            below = above
        return None

    def _is_of_block(self, element: Element) -> bool:
        """A heading inside a card is the card's headline."""
        if element.tag == "h1":
            return False
        above: Element | None = element
        for _ in range(_CARD_HEIGHT + 1):
            if above is None:
                break
            if above in self._roots:
                # Beside a lone card's link a heading may still be the block's: its words tell.
                heading = _as_heading(element, _LONGEST_LABEL) if above in self._lone else None
                return heading is not None and any(heading[2:])
            above = above.getparent()
        return True


def _as_heading(element: Element, longest: int) -> Heading | None:
    length = 0
    for part in element.itertext():
        length += len(part)
        if length > 20 * longest:
            return None
    text = text_of(element)
    return read_heading(text, element) if 0 < len(text) <= longest else None
