"""The teasers of a page as records: what it promotes, under which heading, in which slot.

Several anchors of one card are one teaser, and an address promoted twice on a page is one teaser, at its best card.
What a family of sites read itself (`Regions.cards`) is taken as it is. Script data is read where links say nothing.

Not here: which links are teasers (`teaser_judge`), what a card says (`cards`), why it stands there (`kinds`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.body import Body
from newskeep.extract.cards import read_card
from newskeep.extract.kinds import KindReader
from newskeep.extract.metadata import Metadata
from newskeep.extract.sites.regions import Regions
from newskeep.extract.state_teasers import find_state_teasers
from newskeep.extract.surroundings import Place, common_place
from newskeep.extract.teaser_judge import judge_teasers, settle_cards
from newskeep.extract.tree import Element, Page
from newskeep.model import Teaser, TeaserKind

_MOST_TEASERS = 500
_FEWEST_LINKED = 3
_MOST_TAGS = 12
_SURE = 0.8
_RUNNING_TEXT_SHARE = 0.5


def find_teasers(
    page: Page, metadata: Metadata | None, body: Body | None, regions: Regions | None
) -> tuple[Teaser, ...]:
    """Find everything a page promotes, in page order, with slots and blocks counted from 1.

    `metadata` and `body` are the page's own story's, None where it holds none; `regions` what a family found.
    """
    survey = Survey(page, body.elements if body is not None else ())
    cards = [card for card in judge_teasers(survey) if not _is_running_text(survey, card)]
    subjects = _subjects(metadata) if metadata is not None else ()
    if regions is not None and regions.cards:
        return _with_family(page, regions, _as_teasers(page, survey, _outside(cards, regions), subjects))
    found = _as_teasers(page, survey, cards, subjects)
    if len(found) >= _FEWEST_LINKED:
        return found
    # A page that a browser puts together keeps its teasers in script data.
    stated = find_state_teasers(page)
    return stated if len(stated) > len(found) else found


def _subjects(metadata: Metadata) -> tuple[str, ...]:
    return (metadata.headline or "", metadata.section or "", *metadata.tags[:_MOST_TAGS])


def find_promoted(
    page: Page, is_story: Callable[[str], bool], *, story: tuple[Element, ...] = ()
) -> tuple[Teaser, ...]:
    """Find every link whose address is a story's by the owner's own rule, as teasers in page order.

    `story` are the elements of the page's own story, none on a front.
    """
    survey = Survey(page, story, keep_all=True)
    return _as_teasers(page, survey, settle_cards(survey, [one for one in survey.groups if is_story(one.address.url)]))


def _outside(cards: list[Group], regions: Regions) -> list[Group]:
    """The cards of which the judge is sure and that stand where the family read nothing."""
    further = [element for region in regions.further for element in region.elements]
    taken = frozenset((*regions.main, *regions.claimed, *regions.rest, *further))
    return [card for card in cards if card.score >= _SURE and not _is_in(card.links[0].place, taken)]


def _is_in(place: Place | None, elements: frozenset[Element]) -> bool:
    while place is not None:
        if place.element in elements:
            return True
        place = place.parent
    return False


def _with_family(page: Page, regions: Regions, others: tuple[Teaser, ...]) -> tuple[Teaser, ...]:
    """The family's cards, and behind them the general reader's that lead elsewhere."""
    known = {card.target_url for card in regions.cards} | {page.url, *(far.url for far in regions.further)}
    added = [one for one in others if one.target_url not in known]
    slot, block = len(regions.cards), max(card.block for card in regions.cards)
    return (
        *regions.cards,
        *(replace(one, slot=slot + at, block=block + one.block) for at, one in enumerate(added, 1)),
    )


def _as_teasers(page: Page, survey: Survey, cards: list[Group], subjects: tuple[str, ...] = ()) -> tuple[Teaser, ...]:
    found: list[Teaser] = []
    block, last = 0, None
    shown = _one_an_address(cards)[:_MOST_TEASERS]
    kinds = KindReader(survey, shown, subjects=subjects)
    for card in shown:
        if last is None or not _in_one_block(last, card):
            block += 1
        found.append(_teaser(page, card, kind=kinds.read(card), slot=len(found) + 1, block=block))
        last = card
    return tuple(found)


def _teaser(page: Page, group: Group, *, kind: TeaserKind, slot: int, block: int) -> Teaser:
    card = read_card(page, group)
    return Teaser(
        kind=kind,
        slot=slot,
        block=block,
        heading=group.heading.text if group.heading is not None else None,
        target_url=group.address.url,
        headline=card.headline,
        kicker=card.kicker,
        standfirst=card.standfirst,
        picture=card.picture,
    )


def _one_an_address(cards: list[Group]) -> list[Group]:
    best: dict[str, Group] = {}
    for card in cards:
        known = best.get(card.address.url)
        if known is None or _merit(card) > _merit(known):
            best[card.address.url] = card
    return [card for card in cards if best[card.address.url] is card]


def _merit(card: Group) -> tuple[bool, float]:
    """Better words first: of two cards for one story, one may hold no more than a picture."""
    return bool(card.best.text) and not card.best.is_generic, round(card.score, 1)


def _is_running_text(survey: Survey, card: Group) -> bool:
    """Does the link stand inside a sentence of the story?"""
    place: Place | None = card.best.place
    while place is not None:
        if place.element in survey.story:
            length, in_links, _ = card.best.place.block.text_load(survey.surroundings)
            return in_links < _RUNNING_TEXT_SHARE * length
        place = place.parent
    return False


def _in_one_block(one: Group, other: Group) -> bool:
    if one.heading is not None or other.heading is not None:
        return one.heading is not None and other.heading is not None and one.heading.element is other.heading.element
    around = common_place(one.first.place, other.first.place)
    return any(group.block is not None and around.depth >= group.block.depth - 1 for group in (one, other))
