"""The heading over a block of teasers.

It is the last heading before a card with no other card and hardly a paragraph between, and it reaches as far as the
element that holds it and its first card: cards beyond have none, or one of their own. Headings of the story's text and
of services (share, comment, sign up) head no cards. What a heading's words speak of is told by `heading_words`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import islice

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.heading_words import Heading, read_heading, says_only_more
from newskeep.extract.surroundings import Place, common_place
from newskeep.extract.tree import Element, spaced_text_of
from newskeep.text import word_set

_LONGEST_HEADING = 90
_PARAGRAPHS_BETWEEN = 2
_MOST_HEADING_WORDS = 8
_FEW_WORDS = 2
_LONGEST_LABEL = 50
_MOST_LABEL_WORDS = 5
_LABEL_HEIGHT = 3
_CARD_HEIGHT = 8
_LONE_CARD_HEIGHT = 3
_MOST_PARTS = 30
_MOST_HEADINGS = 40
_CONTAINERS = frozenset(("body", "main", "section", "aside", "nav", "ul", "ol"))
_ALL = word_set("all alle alles tous todos todas tutti tutte wszystkie все")
_TITLE = re.compile(
    r"(?<![a-z])(?:section|block|widget|box|list)?[_-]{0,2}(?:title|heading|headline|header|titel|titre|titulo)(?![a-z])"
)
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
        elif heading is not None and last is not None and finder.is_parted_by_text(last, card, heading):
            # No list goes on behind paragraphs of the story.
            heading = scope = None
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
        self._story = survey.story
        self._orders = survey.story_orders
        self._headings = [one for one in survey.headings if one[1] not in own and self._may_head(*one)]
        self._wide = survey.around_story
        self._at = 0

    def _may_head(self, order: int, element: Element) -> bool:
        """An `h1` heads cards only behind the story's beginning, where its words speak of them."""
        if element.tag != "h1":
            return True
        if not self._orders or order < self._orders[0]:
            return False
        heading = _as_heading(element, _LONGEST_HEADING)
        return heading is not None and heading.speaks

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
        above, before = bisect_left(self._orders, found[0]), bisect_left(self._orders, order)
        is_reaching_in = above == 0 and before - self._is_in_story(card) > 0 and before < len(self._orders)
        if before - above > _PARAGRAPHS_BETWEEN or is_reaching_in:
            # What stands before the story heads nothing in its midst.
            return None
        heading = self._joined(found[1])
        if heading is None or heading.speaks:
            is_of_text = found[1] in self._story and (heading is None or _count(heading) > _MOST_LABEL_WORDS)
            return None if is_of_text else heading
        # With text between, or from the story's own text, only words that clearly speak of teasers count; a headline,
        # a standfirst or a whole sentence head nothing.
        if before > above or found[1] in self._story or heading.text in self._headlines or _is_sentence(heading.text):
            return None
        return heading

    def _is_in_story(self, card: Group) -> bool:
        place: Place | None = card.first.place
        for _ in range(_CARD_HEIGHT):
            if place is None or place.element in self._story:
                break
            place = place.parent
        return place is not None and place.element in self._story

    def _joined(self, element: Element) -> Heading | None:
        """A heading, together with the one right before it where a few words are set as two: `Most`, `read`."""
        heading = _as_heading(element, _LONGEST_HEADING)
        before = element.getprevious()
        if heading is None or before is None or before.tag != element.tag or (before.tail or "").strip():
            return heading
        first = _as_heading(before, _LONGEST_LABEL)
        if first is None or before in self._roots or max(map(_count, (first, heading))) > _FEW_WORDS:
            return heading
        return read_heading(f"{first.text} {heading.text}", element)

    def label_before(self, card: Group) -> Heading | None:
        """A short line before the block that is no heading element: a `div` or `span` that says "Most read".

        One that does not speak of teasers must be named a title, and head more than one card.
        """
        below = card_root(card).element
        for _ in range(_LABEL_HEIGHT):
            before = below.getprevious()
            steps = 0
            while before is not None and steps < 2:
                if before in self._roots or before.tag in _NO_LABELS:
                    return None
                heading = _as_heading(before, _LONGEST_LABEL)
                if heading is not None:
                    is_title = card.block is not None and _names_title(before, heading.text)
                    return heading if heading.speaks or is_title else None
                before = before.getprevious()
                steps += 1
            above = below.getparent()
            if above is None or above.tag in ("body", "main", "article"):
                return None
            below = above
        return None

    def is_parted_by_text(self, last: Group, card: Group, heading: Heading) -> bool:
        """Does more of the story's text stand between two cards than a card may hold itself?"""
        between = bisect_left(self._orders, card.first.order) - bisect_left(self._orders, last.links[-1].order)
        if between <= (_PARAGRAPHS_BETWEEN if heading.speaks else 1):
            return False
        return common_place(last.links[-1].place, card.first.place) in self._wide

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


def _names_title(element: Element, text: str) -> bool:
    names = element.get("class")
    if not names or len(text.split()) > _MOST_LABEL_WORDS or any(map(str.isdigit, text)):
        return False
    return _TITLE.search(names.lower()) is not None


def _is_sentence(text: str) -> bool:
    return len(text.split()) > _MOST_HEADING_WORDS or text.endswith((".", "!", "…"))


def _count(heading: Heading) -> int:
    return len(heading.text.split())


def _as_heading(element: Element, longest: int) -> Heading | None:
    length = 0
    for count, part in enumerate(element.itertext()):
        length += len(part)
        if length > 20 * longest or count > _MOST_PARTS:
            return None
    text = _without_more(element, spaced_text_of(element)) if length else ""
    return read_heading(text, element) if 0 < len(text) <= longest else None


def _without_more(element: Element, text: str) -> str:
    """A heading's text without the link at its end that leads to more of the kind: `Headlines All`."""
    links = list(islice(element.iter("a"), _MOST_PARTS)) if len(element) else []
    link = links[-1] if links else None
    if link is None or (link.tail or "").strip():
        return text
    words = spaced_text_of(link)
    return text[: -len(words)].rstrip() if text.endswith(f" {words}") and _is_more(words) else text


def _is_more(words: str) -> bool:
    return says_only_more(words) or words.casefold() in _ALL
