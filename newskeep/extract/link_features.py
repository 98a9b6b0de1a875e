"""Numbers that describe a link, for the teaser judge: first by itself, then among its neighbours.

The order of the numbers is fixed by `FIRST_FEATURES` and `SECOND_FEATURES`; the weights name the features they were
trained on, so a change here asks for a new training (`training/train_teasers.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import pairwise

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.heading_words import Heading
from newskeep.extract.headings import block_headings
from newskeep.extract.story_urls import fold_letters, has_date, has_tracking, slug_words
from newskeep.extract.surroundings import MARK, Place, common_place
from newskeep.extract.tree import Element
from newskeep.text import word_set

_WORD = re.compile(r"[^\W\d_]{2,}")
_QUOTES = frozenset("\"“”„«»'’‘「」")
# Words, folded and cut to five letters, of what promotes no story: services, shops, sign-ups, buttons.
_OFFER_WORDS = word_set(
    """
    newsl podca abonn subsc app apps semin works learn webin gewin gutsc coupo vouch rabat anzei job jobs profe
    whats insta faceb teleg youtu conta konta sign anmel regis login daten priva impre impri ubers overv rechn calcu
    vergl teile share shop buy kaufe cooki terms adver inscr suscr iscri bolet kosten donat membe follo downl karri
    caree angeb offer deals quiz ratse puzzl game games spiel horos wette weath
    """
)
HOPELESS = 0.02
"""First score below which a link's neighbours are not asked."""

_CROSSED = 0.12
"""First score from which a link counts as a likely teaser, so that it shapes cards and blocks."""

_TITLE_WORDS = 5
"""From so many words on, a link's text is more likely a headline than a name."""

_USED_MARKS = (
    "navigation", "related", "advert", "social", "label", "author", "caption", "in_nav",
    "in_header", "in_footer", "in_aside", "in_article", "in_main", "in_list", "in_item", "in_paragraph", "in_heading",
)  # fmt: skip
_IN_HEADING = MARK["in_heading"]
_MARKS = tuple(MARK[name] for name in _USED_MARKS)
FIRST_FEATURES = (
    *_USED_MARKS,
    "word_count", "text_length", "words_in_slug", "text_overlap", "starts_upper", "has_quotes",
    "has_no_text", "has_label", "offer_words",
    "separators", "last_length", "slug_length", "longest_number", "digit_count", "path_length", "has_date",
    "has_story_word", "has_tracking", "is_place",
    "same_host", "part_difference", "number_difference", "shape_count", "shape_words", "shape_titles",
    "own_shape", "own_last_shape",
    "has_picture", "picture_steps", "near_heading", "link_share", "block_length", "depth", "before_headline",
    "opens_new", "is_endorsed", "story_share",
)  # fmt: skip
SECOND_FEATURES = (
    *FIRST_FEATURES, "first_score", "block_mean", "block_count", "block_max", "outer_mean", "outer_count",
    "names_mean", "names_count", "names_max", "shape_mean", "shape_others", "shape_max", "near_mean", "near_max",
    "block_words", "block_pictures", "block_offers", "block_strangers", "names_offers", "card_depth", "block_depth",
    "heading_popular", "heading_latest", "heading_related", "heading_offer", "heading_words",
)  # fmt: skip
_REACH = 3
_NAMED_PLACES = 3
_FAR = 9


class _PageFacts:
    """What is counted once over a page's links."""

    __slots__ = ("pictures", "shapes")

    def __init__(self, survey: Survey) -> None:
        words_of_shape: dict[str, list[float]] = defaultdict(list)
        site = survey.own.site
        for group in survey.groups:
            address = group.address
            if address.site == site:
                words_of_shape[address.shape].append(group.word_count)
        self.shapes = {
            shape: (len(words), sum(words) / len(words), sum([count >= _TITLE_WORDS for count in words]) / len(words))
            for shape, words in words_of_shape.items()
        }
        self.pictures = _reach(survey, survey.pictures)


def _reach(survey: Survey, sights: Iterable[Element]) -> frozenset[Place]:
    """The places that hold one of these elements, a few steps down."""
    found: set[Place] = set()
    known = survey.surroundings.known
    for sight in sights:
        element: Element | None = sight
        for _ in range(_REACH):
            element = element.getparent() if element is not None else None
            if element is None:
                break
            place = known(element)
            if place is not None:
                found.add(place)
    return frozenset(found)


def _steps(place: Place, holders: frozenset[Place]) -> int:
    above: Place | None = place
    for steps in range(_FAR):
        if above is None:
            break
        if above in holders:
            return steps
        above = above.parent
    return _FAR


def describe_alone(survey: Survey, groups: list[Group]) -> None:
    """Fill each group's `features` with `FIRST_FEATURES`."""
    facts = _PageFacts(survey)
    own, around, orders = survey.own, survey.surroundings, survey.story_orders
    for group in groups:
        link, address, text = group.best, group.address, group.text
        place = link.place
        depth, marks = place.depth, place.marks
        block = place.block
        length, link_chars, _ = block.text_load(around)
        words = {word[:5] for word in _WORD.findall(fold_letters(text))}
        shared = len(words & slug_words(address.slug)) if words else 0
        offers = len(words & _OFFER_WORDS)
        group.has_offer_words = offers > 0
        group.features = [
            *[depth - marks[mark] for mark in _MARKS],
            group.word_count,
            len(text),
            shared,
            shared / (len(words) or 1),
            text[:1].isupper(),
            not _QUOTES.isdisjoint(text),
            not link.text,
            link.label != "",
            offers,
            address.separators,
            len(address.last),
            len(address.slug),
            address.longest_number,
            address.digit_count,
            len(address.path),
            has_date(address),
            address.has_story_word,
            has_tracking(address),
            address.is_place,
            address.host == own.host,
            address.part_count - own.part_count,
            abs(address.longest_number - own.longest_number),
            *facts.shapes.get(address.shape, (1, 0.0, 0.0)),
            address.shape == own.shape,
            address.last_shape == own.last_shape,
            group.has_picture,
            0 if group.has_picture else _steps(place, facts.pictures),
            link.has_heading or depth - marks[_IN_HEADING] <= 3,
            link_chars / (length or 1),
            length,
            depth,
            link.order < survey.headline_order,
            link.element.get("target") == "_blank",
            _endorsement(link.element.get("rel")),
            bisect_left(orders, link.order) / len(orders) if orders else -1.0,
        ]


def _endorsement(rel: str | None) -> int:
    """Does the page call the link a story's own (1), or does it not vouch for it (-1)?"""
    if not rel:
        return 0
    return -1 if "nofollow" in rel or "sponsored" in rel else 1 if "bookmark" in rel else 0


class _Company:
    """Groups that stand together, and what they have in common."""

    __slots__ = ("best", "offers", "pictures", "second", "size", "strangers", "total", "words")

    def __init__(self) -> None:
        self.size = self.offers = self.strangers = self.pictures = 0
        self.total = self.words = 0.0
        self.best = self.second = -1.0

    def add(self, group: Group, is_offer: bool, is_stranger: bool) -> None:
        score = group.first_score
        self.size += 1
        self.total += score
        self.words += group.word_count
        self.offers += is_offer
        self.strangers += is_stranger
        self.pictures += group.has_picture
        if score > self.best:
            self.best, self.second = score, self.best
        elif score > self.second:
            self.second = score

    def others(self, score: float) -> tuple[float, int, float]:
        """Mean, count and maximum of the first scores of the others; -1 where there are none."""
        count = self.size - 1
        if count <= 0:
            return -1.0, 0, -1.0
        return (self.total - score) / count, count, self.second if score == self.best else self.best


_ALONE = _Company()


def describe_among(survey: Survey, groups: list[Group]) -> None:
    """Extend each group's `features` to `SECOND_FEATURES`; the first scores must be there, and hopeless ones are left.

    Also settles the `block` and the `heading` of each likely group.
    """
    site = survey.own.site
    likely = [group for group in groups if group.first_score >= _CROSSED]
    settle_blocks(survey, likely)
    together: dict[Hashable, _Company] = defaultdict(_Company)
    names = [_names(group.best.place) for group in groups]
    for group, name in zip(groups, names, strict=True):
        address = group.address
        is_offer, is_stranger = address.is_offer or group.has_offer_words, address.site != site
        companies: list[Hashable] = [name, (address.site, address.shape)]
        if group.block is not None:
            companies += [("in", group.block), ("around", group.block.parent)]
        for company in companies:
            together[company].add(group, is_offer, is_stranger)
    scores = [-1.0, -1.0, *[group.first_score for group in groups], -1.0, -1.0]
    for at, group in enumerate(groups):
        score, block = group.first_score, group.block
        if score < HOPELESS:
            continue
        inner = together["in", block] if block is not None else _ALONE
        outer = together["around", block.parent] if block is not None else _ALONE
        alike = together[names[at]]
        near = [one for one in (*scores[at : at + 2], *scores[at + 3 : at + 5]) if one >= 0] or [-1.0]
        size = inner.size or 1
        group.features += (
            score,
            *inner.others(score),
            *outer.others(score)[:2],
            *alike.others(score),
            *together[group.address.site, group.address.shape].others(score),
            sum(near) / len(near),
            max(near),
            inner.words / size,
            inner.pictures / size,
            inner.offers / size,
            inner.strangers / size,
            alike.offers / alike.size,
            group.best.place.depth - block.depth if block is not None else -1,
            block.depth if block is not None else -1,
            *_heading_traits(group.heading),
        )


def settle_blocks(survey: Survey, likely: list[Group]) -> None:
    """Give each card its block, the innermost place it shares with the card before or after it, and its heading."""
    for group in likely:
        group.block = group.heading = None
    for one, other in pairwise(likely):
        if one.address.key == other.address.key:
            continue
        around = common_place(one.links[0].place, other.links[0].place)
        for group in (one, other):
            if group.block is None or around.depth > group.block.depth:
                group.block = around
    headings = block_headings(survey, likely)
    for group in likely:
        group.heading = headings.get(id(group))


def _names(place: Place) -> tuple[str, ...]:
    names: list[str] = []
    above: Place | None = place
    for _ in range(_NAMED_PLACES):
        if above is not None:
            names += (above.tag, above.names)
            above = above.parent
    return tuple(names)


def _heading_traits(heading: Heading | None) -> tuple[float, ...]:
    if heading is None:
        return (0.0, 0.0, 0.0, 0.0, 0.0)
    return (heading.is_popular, heading.is_latest, heading.is_related, heading.is_offer, len(heading.text.split()))
