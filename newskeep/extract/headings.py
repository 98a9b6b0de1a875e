"""The heading over a block of teasers.

It is the last heading before a card with no other card and hardly a paragraph between, and it reaches as far as the
element that holds it and its first card: cards beyond have none, or one of their own. Headings of the story's text and
of services (share, comment, sign up) head no cards. What a heading's words speak of is told by `heading_words`.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.heading_words import Heading, read_heading
from newskeep.extract.surroundings import Place, common_place
from newskeep.extract.tree import Element, spaced_text_of

_LONGEST_HEADING = 90
_PARAGRAPHS_BETWEEN = 2
_LONGEST_LABEL = 50
_MOST_LABEL_WORDS = 5
_LABEL_HEIGHT = 3
_CARD_HEIGHT = 8
_LONE_CARD_HEIGHT = 3
_MOST_PARTS = 30
_MOST_HEADINGS = 40
_CONTAINERS = frozenset(("body", "main", "section", "aside", "nav", "ul", "ol"))
_NO_LABELS = frozenset(("p", "ul", "ol", "table", "nav", "form"))


def block_headings(survey: Survey, cards: list[Group]) -> dict[int, Heading]:
    """The heading over each of these cards, by the card's `id`; cards without one are left out.

    The cards are in page order and know their `block`.
    """
    finder = _Finder(survey, cards)
    found: dict[int, Heading] = {}
    heading: Heading | None = None
    scope: Place | None = None
    last: Group | None = None
    for card in cards:
        is_new_block = last is None or card.block is None or card.block is not last.block
        own = finder.heading_before(card, last)
        if own is None and is_new_block:
            own = finder.label_before(card)
        if own is not None:
            heading, scope = own, finder.scope(own, card)
        elif heading is not None and (scope is None or last is None or not finder.reaches(scope, last, card)):
            heading = scope = None
        if heading is not None:
            found[id(card)] = heading
        last = card
    return {card: heading for card, heading in found.items() if not heading.is_service}


def card_root(card: Group) -> Place:
    """The outermost place around a card that holds no other card; a lone card gets its near surroundings."""
    place = card.links[0].place
    height = place.depth - card.block.depth - 1 if card.block is not None else _LONE_CARD_HEIGHT
    for _ in range(min(height, _CARD_HEIGHT)):
        if place.parent is None or place.parent.tag in _CONTAINERS:
            break
        place = place.parent
    return place


class _Finder:
    """Walks the page's headings along with the cards, both in page order."""

    def __init__(self, survey: Survey, cards: list[Group]) -> None:
        self._known = survey.surroundings.known
        self._roots: set[Element] = set()
        self._lone: set[Element] = set()
        for card in cards:
            root = card_root(card).element
            self._roots.add(root)
            if card.block is None and card.best.text:
                self._lone.add(root)
        own = survey.own_headings
        # A heading that says what a link says is that card's headline, wherever it stands.
        self._headlines = {group.text for group in survey.groups if group.text}
        self._headings = [one for one in survey.headings if one[1] not in own and one[1].tag != "h1"]
        self._story = survey.story
        self._orders = survey.story_orders
        self._wide = survey.around_story
        self._at = 0

    def heading_before(self, card: Group, last: Group | None) -> Heading | None:
        """The last heading element between the card before and this one, near enough above it."""
        first = card.links[0]
        order, headings = first.order, self._headings
        after = last.links[-1].order if last is not None else -1
        begin = self._at
        while self._at < len(headings) and headings[self._at][0] < order:
            self._at += 1
        nearest = islice(reversed(headings[begin : self._at]), _MOST_HEADINGS)
        found = next((one for one in nearest if one[0] > after and self._is_of_block(one[1])), None)
        if found is None:
            return None
        between = bisect_left(self._orders, order) - bisect_left(self._orders, found[0])
        heading = _as_heading(found[1], _LONGEST_HEADING) if between <= _PARAGRAPHS_BETWEEN else None
        # With text between, or from the story's own text, only words that clearly speak of teasers count.
        if heading is not None and heading.text in self._headlines and not heading.speaks:
            return None
        is_of_text = found[1] in self._story and (heading is None or len(heading.text.split()) > _MOST_LABEL_WORDS)
        if heading is not None and (is_of_text or ((between or found[1] in self._story) and not heading.speaks)):
            return None
        return heading

    def label_before(self, card: Group) -> Heading | None:
        """A short line before the block that is no heading element: a `div` or `span` that says "Most read"."""
        below = card_root(card).element
        for _ in range(_LABEL_HEIGHT):
            before = below.getprevious()
            steps = 0
            while before is not None and steps < 2:
                if before in self._roots or before.tag in _NO_LABELS:
                    return None
                heading = _as_heading(before, _LONGEST_LABEL)
                if heading is not None:
                    return heading if heading.speaks else None
                before = before.getprevious()
                steps += 1
            above = below.getparent()
            if above is None or above.tag in ("body", "main", "article"):
                return None
            below = above
        return None

    def scope(self, heading: Heading, card: Group) -> Place | None:
        """The innermost place around a heading and its first card; None where they stand far apart."""
        element, place = heading.element, None
        while element is not None and place is None:
            element = element.getparent()
            place = self._known(element) if element is not None else None
        return common_place(place, card.links[0].place) if place is not None else None

    def reaches(self, scope: Place, last: Group, card: Group) -> bool:
        """Does the heading over the card before stand over this one as well?"""
        if card.block is not None and card.block is last.block:
            return True
        around = common_place(last.links[0].place, card.links[0].place)
        if around.depth < scope.depth:
            return False
        # An element that holds the story as well holds more than the heading's list.
        return around.depth > scope.depth or scope not in self._wide

    def _is_of_block(self, element: Element) -> bool:
        """A heading inside a card is the card's headline."""
        above: Element | None = element
        for _ in range(_CARD_HEIGHT + 1):
            if above is None:
                break
            if above in self._roots:
                # Beside a lone card's link a heading may still be the block's: its words tell.
                heading = _as_heading(element, _LONGEST_LABEL) if above in self._lone else None
                return heading is not None and heading.speaks
            above = above.getparent()
        return True


def _as_heading(element: Element, longest: int) -> Heading | None:
    length = 0
    for count, part in enumerate(element.itertext()):
        length += len(part)
        if length > 20 * longest or count > _MOST_PARTS:
            return None
    text = spaced_text_of(element) if length else ""
    return read_heading(text, element) if 0 < len(text) <= longest else None
