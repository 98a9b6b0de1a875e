"""Why a page promotes a story: related, popular, latest, inline or sponsored.

The words over the block say most; then where the card stands (between the story's paragraphs, before its headline, in a
column beside it), the names of the containers, and whether it leads to another site. Blocks that say nothing of
themselves are read in their order: the first one behind the story is chosen for it, what comes after that is news.
"""

from __future__ import annotations

import re

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.heading_words import Heading
from newskeep.extract.surroundings import MARK, Place
from newskeep.model import TeaserKind
from newskeep.text import fold_marks

_WORD = re.compile(r"[^\W\d_]{4,}")
# "/news/" in an address names no section.
_ANY_SECTION = frozenset(["news", "lates", "nachr", "aktue", "notic", "nyhet", "artic", "artik", "stori", "story"])
_NEAR = 6
_ADVERT_STEPS = 5
_RANKED_STEPS = 6
_LIST_SIZE = 3
_LONG_LIST = 8
_LONGEST_SUBJECT = 30
_BESIDE = tuple(MARK[name] for name in ("in_aside", "side", "in_footer"))
_ABOVE = tuple(MARK[name] for name in ("in_nav", "in_header"))


class KindReader:
    """Tells the kinds of a page's cards one after the other, in page order.

    `subjects` say what the story is about: its headline, section and tags.
    """

    def __init__(self, survey: Survey, cards: list[Group], *, subjects: tuple[str, ...] = ()) -> None:
        self._survey = survey
        texts = (*survey.own.path.split("/"), *subjects)
        self._subjects = {word[:5] for word in _WORD.findall(fold_marks(" ".join(texts)))}
        self._subjects -= _ANY_SECTION
        self._whole_subjects = {text.casefold() for text in subjects if 1 < len(text) <= _LONGEST_SUBJECT}
        self._sizes: dict[object, int] = {}
        for card in cards:
            key = _block_key(card)
            self._sizes[key] = self._sizes.get(key, 0) + 1
        self._chosen: object = None
        """The first block behind the story that is chosen for it."""

    def read(self, card: Group) -> TeaserKind:
        """Say why a card was put on the page. Its `block` and `heading` must be settled."""
        kind = self._by_words(card) or self._by_position(card)
        before, after = self._survey.story_side(card.links[0].order)
        if kind is TeaserKind.RELATED and self._chosen is None and before and not after:
            self._chosen = _block_key(card)
        return kind

    def _by_words(self, card: Group) -> TeaserKind | None:
        heading, place = card.heading, card.links[0].place
        is_foreign = card.address.site != self._survey.own.site
        between = self._is_between_paragraphs(card)
        if heading is not None and heading.is_sponsored and (is_foreign or not between):
            return TeaserKind.SPONSORED
        if is_foreign and place.distance(MARK["advert"]) <= _ADVERT_STEPS:
            return TeaserKind.SPONSORED
        if heading is not None and heading.is_popular:
            return TeaserKind.POPULAR
        says_else = heading is not None and (heading.is_related or heading.is_latest)
        if not says_else and place.distance(MARK["popular"]) <= _NEAR:
            return TeaserKind.POPULAR
        if between:
            # A whole list under "Related" is one, wherever it was put; a card or two are the text's own.
            size = self._sizes[_block_key(card)]
            if heading is not None and heading.is_related and size >= _LIST_SIZE:
                return TeaserKind.RELATED
            return (
                TeaserKind.LATEST
                if heading is not None and heading.is_latest and size >= _LONG_LIST
                else TeaserKind.INLINE
            )
        return self._by_heading(card, heading) or self._by_names(place)

    def _by_heading(self, card: Group, heading: Heading | None) -> TeaserKind | None:
        if heading is None:
            return None
        if heading.is_related:
            is_later = heading.is_loose and self._chosen is not None and self._chosen != _block_key(card)
            return TeaserKind.LATEST if is_later else TeaserKind.RELATED
        if heading.is_latest:
            # The latest of the story's own section or subject is chosen for this story.
            return TeaserKind.RELATED if self._names_subject(heading.text) else TeaserKind.LATEST
        return None

    def _by_names(self, place: Place) -> TeaserKind | None:
        if place.distance(MARK["in_ranking"]) <= _RANKED_STEPS and place.marks[MARK["in_nav"]] < 0:
            return TeaserKind.POPULAR
        related, latest = place.distance(MARK["related"]), place.distance(MARK["latest"])
        if latest <= _NEAR and latest <= related:
            return TeaserKind.LATEST
        return TeaserKind.RELATED if related <= _NEAR else None

    def _by_position(self, card: Group) -> TeaserKind:
        link = card.links[0]
        marks = link.place.marks
        if link.order < self._survey.headline_order or any(marks[mark] >= 0 for mark in _ABOVE):
            return TeaserKind.LATEST
        if any(marks[mark] >= 0 for mark in _BESIDE):
            return TeaserKind.LATEST
        is_later = self._chosen is not None and self._chosen != _block_key(card)
        return TeaserKind.LATEST if is_later else TeaserKind.RELATED

    def _is_between_paragraphs(self, card: Group) -> bool:
        before, after = self._survey.story_side(card.links[0].order)
        return before > 0 and after > 0

    def _names_subject(self, heading: str) -> bool:
        if any(word[:5] in self._subjects for word in _WORD.findall(fold_marks(heading))):
            return True
        folded = heading.casefold()
        return any(subject in folded for subject in self._whole_subjects)


def _block_key(card: Group) -> object:
    return id(card.heading.element) if card.heading is not None else card.block
