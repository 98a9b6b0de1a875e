"""Numbers that describe a link, for the teaser judge: first by itself, then among its neighbours.

The order of the numbers is fixed by `FIRST_FEATURES` and `SECOND_FEATURES`; the weights name the features they were
trained on, so a change here asks for a new training (`training/train_teasers.py`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import pairwise
from typing import NamedTuple

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.heading_words import Heading
from newskeep.extract.headings import block_headings
from newskeep.extract.story_urls import HAS_ENDING, HYPHENS, LONGEST_NUMBER, TRAITS, Address, fold_letters
from newskeep.extract.surroundings import MARK, MARKS, Place, common_place
from newskeep.text import word_set

_WORD = re.compile(r"[^\W\d_]{2,}")
_DIGIT = re.compile(r"\d")
_QUOTES = re.compile("[\"“”„«»'’‘「」]")
_PARTED = re.compile(r":|–|—| - | \| ")
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

_LINK_FEATURES = (
    "word_count", "text_length", "words_in_slug", "slug_overlap", "text_overlap", "starts_upper", "all_upper",
    "digit_share", "ends_sentence", "is_parted", "has_quotes", "is_generic", "has_no_text", "has_label",
    "offer_words", "has_picture", "anchor_count", "page_count", "has_heading", "near_heading", "link_share",
    "block_length", "block_links", "block_rest", "depth", "depth_in_block", "same_site", "same_host", "shape_count",
    "shape_words", "shape_titles", "own_shape", "own_last_shape", "shared_parts", "part_difference",
    "number_difference", "same_ending", "hyphen_difference", "before_headline", "below_own",
)  # fmt: skip
FIRST_FEATURES = (*TRAITS, *MARKS, *_LINK_FEATURES)
_OFFER_COUNT = FIRST_FEATURES.index("offer_words")
SECOND_FEATURES = (
    *FIRST_FEATURES, "first_score", "block_mean", "block_count", "block_max", "outer_mean", "outer_count",
    "names_mean", "names_count", "names_max", "shape_mean", "shape_others", "shape_max", "near_mean", "near_max",
    "block_words", "block_pictures", "block_offers", "block_strangers", "names_offers", "card_depth", "block_depth",
    "heading_popular", "heading_latest", "heading_related", "heading_offer", "heading_words",
)  # fmt: skip


class _PageFacts:
    """What is counted once over a page's links."""

    def __init__(self, survey: Survey) -> None:
        self.times: dict[str, int] = defaultdict(int)
        words_of_shape: dict[str, list[float]] = defaultdict(list)
        own = survey.own
        for group in survey.groups:
            self.times[group.address.key] += 1
            if group.address.site == own.site:
                words_of_shape[group.address.shape].append(group.word_count)
        self.shapes = {
            shape: (len(words), sum(words) / len(words), sum(count >= _TITLE_WORDS for count in words) / len(words))
            for shape, words in words_of_shape.items()
        }
        self.own_last_shape = own.shape.rpartition("/")[2]
        self.own_folder = own.path.rstrip("/") + "/" if own.parts else ""


def describe_alone(survey: Survey, groups: list[Group]) -> None:
    """Fill each group's `features` with `FIRST_FEATURES`."""
    facts = _PageFacts(survey)
    for group in groups:
        link = group.best
        depth = link.place.depth
        marks = [depth - mark for mark in link.place.marks]
        group.features = [
            *group.address.traits,
            *marks,
            *_words_of(group),
            *_spot_of(group, survey, facts),
            *_address_of(group.address, survey.own, facts),
            link.order < survey.headline_order,
            *_own_of(group, survey.own, facts),
        ]


def _words_of(group: Group) -> tuple[float, ...]:
    text, link = group.text, group.best
    slug_words = group.address.slug_words
    words = {word[:5] for word in _WORD.findall(fold_letters(text))}
    shared = len(words & slug_words)
    return (
        group.word_count,
        len(text),
        shared,
        shared / (len(slug_words) or 1),
        shared / (len(words) or 1),
        text[:1].isupper(),
        text.isupper(),
        len(_DIGIT.findall(text)) / (len(text) or 1),
        text[-1:] in ".!?…",
        _PARTED.search(text) is not None,
        _QUOTES.search(text) is not None,
        link.is_generic,
        not link.text,
        link.label != "",
        len(words & _OFFER_WORDS),
    )


def _spot_of(group: Group, survey: Survey, facts: _PageFacts) -> tuple[float, ...]:
    link, place = group.best, group.best.place
    block = place.block
    length, link_chars, link_count = block.text_load(survey.link_lengths)
    return (
        group.has_picture,
        len(group.links),
        facts.times[group.address.key],
        link.has_heading,
        link.has_heading or place.distance(MARK["in_heading"]) <= 3,
        link_chars / (length or 1),
        length,
        link_count,
        length - link_chars,
        place.depth,
        place.depth - block.depth,
    )


def _address_of(address: Address, own: Address, facts: _PageFacts) -> tuple[float, ...]:
    shared = 0
    for mine, its in zip(own.parts, address.parts, strict=False):
        if mine != its:
            break
        shared += 1
    traits = address.traits
    return (
        address.site == own.site,
        address.host == own.host,
        *facts.shapes.get(address.shape, (1, 0.0, 0.0)),
        address.shape == own.shape,
        address.shape.rpartition("/")[2] == facts.own_last_shape,
        shared,
        len(address.parts) - len(own.parts),
        abs(traits[LONGEST_NUMBER] - own.traits[LONGEST_NUMBER]),
        traits[HAS_ENDING] == own.traits[HAS_ENDING],
        traits[HYPHENS] - own.traits[HYPHENS],
    )


def _own_of(group: Group, own: Address, facts: _PageFacts) -> tuple[float, ...]:
    address = group.address
    return (bool(facts.own_folder) and address.host == own.host and address.path.startswith(facts.own_folder),)


class _Company(NamedTuple):
    """Groups that stand together, and what they have in common."""

    size: int
    total: float
    offers: float
    strangers: float
    words: float
    pictures: float
    best: float
    second: float

    def others(self, group: Group) -> tuple[float, int, float]:
        """Mean, count and maximum of the first scores of the others; -1 where there are none."""
        count = self.size - 1
        if count <= 0:
            return -1.0, 0, -1.0
        best = self.second if group.first_score == self.best else self.best
        return (self.total - group.first_score) / count, count, best


_ALONE = _Company(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def _companies(groups: Iterable[tuple[Hashable, Group]], site: str) -> dict[Hashable, _Company]:
    together: dict[Hashable, list[Group]] = defaultdict(list)
    for key, group in groups:
        together[key].append(group)
    return {key: _company(members, site) for key, members in together.items()}


def _company(groups: list[Group], site: str) -> _Company:
    count = len(groups)
    scores = sorted(one.first_score for one in groups)
    return _Company(
        count,
        sum(scores),
        sum([one.address.is_offer or one.features[_OFFER_COUNT] > 0 for one in groups]) / count,
        sum([one.address.site != site for one in groups]) / count,
        sum([one.word_count for one in groups]) / count,
        sum([one.has_picture for one in groups]) / count,
        scores[-1],
        scores[-2] if count > 1 else -1.0,
    )


def describe_among(survey: Survey, groups: list[Group]) -> None:
    """Extend each group's `features` to `SECOND_FEATURES`; the first scores must be there, and hopeless ones are left.

    Also settles the `block` and the `heading` of each likely group.
    """
    site = survey.own.site
    likely = [group for group in groups if group.first_score >= _CROSSED]
    for group in groups:
        group.block = group.heading = None
    settle_blocks(survey, likely)
    in_blocks = [group for group in likely if group.block is not None]
    by_block = _companies(((group.block, group) for group in in_blocks), site)
    by_outer = _companies(((group.block and group.block.parent, group) for group in in_blocks), site)
    names = [_names(group.best.place) for group in groups]
    by_names = _companies(zip(names, groups, strict=True), site)
    by_shape = _companies((((group.address.site, group.address.shape), group) for group in groups), site)
    for at, group in enumerate(groups):
        if group.first_score < HOPELESS:
            continue
        block = group.block
        inner = by_block[block] if block is not None else _ALONE
        outer = by_outer[block.parent] if block is not None else _ALONE
        alike = by_names[names[at]]
        near = [one.first_score for one in groups[max(0, at - 2) : at + 3] if one is not group] or [-1.0]
        group.features += (
            group.first_score,
            *inner.others(group),
            *outer.others(group)[:2],
            *alike.others(group),
            *by_shape[group.address.site, group.address.shape].others(group),
            sum(near) / len(near),
            max(near),
            inner.words,
            inner.pictures,
            inner.offers,
            inner.strangers,
            alike.offers,
            group.best.place.depth - block.depth if block is not None else -1,
            block.depth if block is not None else -1,
            *_heading_traits(group.heading),
        )


def settle_blocks(survey: Survey, likely: list[Group]) -> None:
    """Give each card its block, the innermost place it shares with the card before or after it, and its heading."""
    for one, other in pairwise(likely):
        if one.address.key == other.address.key:
            continue
        around = common_place(one.first.place, other.first.place)
        for group in (one, other):
            if group.block is None or around.depth > group.block.depth:
                group.block = around
    headings = block_headings(survey, likely)
    for group in likely:
        group.heading = headings.get(id(group))


def _names(place: Place) -> tuple[str, ...]:
    above = place.parent
    outer = above.parent if above is not None else None
    return (
        place.tag,
        place.names,
        *((above.tag, above.names) if above is not None else ()),
        *((outer.tag, outer.names) if outer is not None else ()),
    )


def _heading_traits(heading: Heading | None) -> tuple[float, ...]:
    if heading is None:
        return (0.0, 0.0, 0.0, 0.0, 0.0)
    return (heading.is_popular, heading.is_latest, heading.is_related, heading.is_offer, len(heading.text.split()))
