"""Why a page promotes a story: related, popular, latest, inline or sponsored.

The words over the block say most; then where the card stands (between the story's paragraphs, before its headline, in a
column beside it), the names of the containers, and whether it leads to another site.
"""

from __future__ import annotations

import re

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.surroundings import MARK, Place
from newskeep.model import TeaserKind
from newskeep.text import fold_marks

_WORD = re.compile(r"[^\W\d_]{4,}")
# "/news/" in an address names no section.
_ANY_SECTION = frozenset(["news", "lates", "nachr", "aktue", "notic", "nyhet", "artic", "artik", "stori", "story"])
_NEAR = 6
_ADVERT_STEPS = 5
_RANKED_STEPS = 6


def teaser_kind(survey: Survey, card: Group) -> TeaserKind:
    """Say why a card was put on the page. Its `block` and `heading` must be settled."""
    heading, place = card.heading, card.first.place
    is_foreign = card.address.site != survey.own.site
    if heading is not None and heading.is_sponsored:
        return TeaserKind.SPONSORED
    if is_foreign and place.distance(MARK["advert"]) <= _ADVERT_STEPS:
        return TeaserKind.SPONSORED
    if heading is not None and heading.is_popular:
        return TeaserKind.POPULAR
    says_else = heading is not None and (heading.is_related or heading.is_latest)
    if not says_else and place.distance(MARK["popular"]) <= _NEAR:
        return TeaserKind.POPULAR
    if _is_between_paragraphs(survey, card):
        return TeaserKind.INLINE
    return _by_words(survey, card) or _by_position(survey, card)


def _by_words(survey: Survey, card: Group) -> TeaserKind | None:
    heading, place = card.heading, card.first.place
    if heading is not None and heading.is_related:
        return TeaserKind.RELATED
    if heading is not None and heading.is_latest:
        # The latest of the story's own section is chosen for this story.
        return TeaserKind.RELATED if _names_section(survey, heading.text) else TeaserKind.LATEST
    if _is_ranked(place):
        return TeaserKind.POPULAR
    related, latest = place.distance(MARK["related"]), place.distance(MARK["latest"])
    if latest <= _NEAR and latest <= related:
        return TeaserKind.LATEST
    return TeaserKind.RELATED if related <= _NEAR else None


def _by_position(survey: Survey, card: Group) -> TeaserKind:
    link = card.first
    if link.order < survey.headline_order or any(link.place.marks[MARK[name]] >= 0 for name in ("in_nav", "in_header")):
        return TeaserKind.LATEST
    if any(link.place.marks[MARK[name]] >= 0 for name in ("in_aside", "side", "in_footer")):
        return TeaserKind.LATEST
    return TeaserKind.RELATED


def _is_between_paragraphs(survey: Survey, card: Group) -> bool:
    before, after = survey.story_paragraphs(card.first)
    return before > 0 and after > 0


def _names_section(survey: Survey, heading: str) -> bool:
    own = {word[:5] for part in survey.own.parts[:-1] for word in _WORD.findall(fold_marks(part))} - _ANY_SECTION
    return any(word[:5] in own for word in _WORD.findall(fold_marks(heading)))


def _is_ranked(place: Place) -> bool:
    """Does the card stand in a numbered list?"""
    above: Place | None = place
    for _ in range(_RANKED_STEPS):
        if above is None:
            return False
        if above.element.tag == "ol":
            return True
        above = above.parent
    return False
