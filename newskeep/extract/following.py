"""Cards that follow a story below a heading such as "More For You", read by their shape alone.

A new layout of a site comes without any name one could know, but a heading that says what follows, then linked
headlines, each with a picture and some text around it, need none. `page` joins them with what the teaser judge found.
"""

from __future__ import annotations

from urllib.parse import urldefrag

from newskeep.extract import signs, wording
from newskeep.extract.blocks import Outline
from newskeep.extract.judge import is_sentence, link_share
from newskeep.extract.picture_addresses import alternative, best_address
from newskeep.extract.sites.cards import kind_of_heading
from newskeep.extract.tree import HEADING_LEVELS, Element, Page
from newskeep.model import Picture, Teaser

_LONGEST_HEADING = 60
_LONGEST_RUN = 120
_ALL_LINK = 0.8
_SHORTEST_STANDFIRST = 40


def read_following(page: Page, line: Outline, last: int) -> tuple[Teaser, ...]:
    """Read the cards below headings that stand behind the passage `last`, the story's end."""
    teasers: list[Teaser] = []
    heading: str | None = None
    level = block = 0
    for at in range(last + 1, min(last + 1 + _LONGEST_RUN, len(line.passages))):
        passage = line.passages[at]
        if _is_heading(line, at):
            heading, level, block = passage.text, _level(passage.tag), block + 1
        elif heading is not None and not passage.link_count and 0 < _level(passage.tag) <= level:
            # What stands below another heading of its rank, or a higher one, is no longer below this one.
            heading = None
        elif heading is not None and _is_linked_headline(line, at):
            card = _card_around(line, at, last)
            teaser = _read(page, line, at, card, heading=heading, slot=len(teasers) + 1, block=block)
            if teaser is not None:
                teasers.append(teaser)
    return tuple(teasers)


def _is_heading(line: Outline, at: int) -> bool:
    passage = line.passages[at]
    if len(passage.text) > _LONGEST_HEADING or is_sentence(passage.text) or passage.link_count:
        return False
    return wording.MORE_HEADING.match(passage.text) is not None


def _level(tag: str) -> int:
    """The level of a heading element; 0 of any other."""
    return HEADING_LEVELS.get(tag, 0)


def _is_linked_headline(line: Outline, at: int) -> bool:
    passage = line.passages[at]
    return bool(line.spans[passage.span].signs & signs.HEADING) and link_share(passage) >= _ALL_LINK


def _read(page: Page, line: Outline, at: int, card: int, *, heading: str, slot: int, block: int) -> Teaser | None:
    link = next(line.passages[at].element.iter("a"), None)
    target = page.join(link.get("href")) if link is not None else None
    if target is None:
        return None
    held = line.spans[card]
    below = (line.passages[later].text for later in range(at + 1, held.end))
    texts = [text for text in below if len(text) >= _SHORTEST_STANDFIRST and is_sentence(text)]
    return Teaser(
        kind=kind_of_heading(heading),
        slot=slot,
        block=block,
        heading=heading,
        target_url=urldefrag(target)[0],
        headline=line.passages[at].text,
        standfirst=texts[0] if texts else None,
        picture=_picture(page, held.element),
    )


def _card_around(line: Outline, at: int, last: int) -> int:
    """The largest element around a linked headline that holds no other one, no heading and nothing of the story."""
    span = line.passages[at].span
    while line.spans[span].parent >= 0:
        around = line.spans[line.spans[span].parent]
        others = (place for place in range(around.first, around.end) if place != at)
        if around.first <= last or around.end - around.first > _LONGEST_RUN:
            break
        if any(_is_linked_headline(line, place) or _is_heading(line, place) for place in others):
            break
        span = line.spans[span].parent
    return span


def _picture(page: Page, card: Element) -> Picture | None:
    for image in card.iter("img", "amp-img"):
        address = best_address(page, image)
        if address.url is not None:
            return Picture(url=address.url, alt=alternative(image), width=address.width, height=address.height)
    return None
