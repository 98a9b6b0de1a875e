"""AMP pages: one story in one `article`, and cards of other stories in or behind it.

What is sure of any AMP page is `html[amp]` and its own elements (`amp-img`, …); what stands below "More from …" is told
by the heading and by its cards being `article` elements with a link elsewhere.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newskeep.extract import wording
from newskeep.extract.sites.cards import headline_link, read_card
from newskeep.extract.sites.regions import Regions, TeaserBlock
from newskeep.extract.tree import Element, Page, ancestors, spaced_text_of
from newskeep.model import Teaser

NAME = "amp"
VERSION = "1"

_ID_IN_CLASS = re.compile(r"\bpost-(\d{4,12})\b")
_ID_IN_PATH = re.compile(r"-(\d{7,12})(?:\.amp\.html)?/?$")
_LONGEST_HEADING = 80


def recognise(page: Page) -> bool:
    """Does the page call itself AMP?"""
    return page.root.get("amp") is not None or page.root.get("⚡") is not None


def read_regions(page: Page) -> Regions:
    """Tell the story's `article` from those of the cards; without one, the general reader has the whole page."""
    main = next((one for one in page.articles if next(one.iter("h1"), None) is not None), None)
    cards = [one for one in page.articles if _is_card(page, one, main)]
    blocks = _blocks(cards)
    headings = tuple(_heading_element(block[2]) for block in blocks)
    return Regions(
        family=NAME,
        version=VERSION,
        post_id=_post_id(page, main),
        main=(main,) if main is not None else (),
        teaser_blocks=tuple(TeaserBlock(heading=heading, elements=tuple(held)) for _, heading, held in blocks),
        cards=_read(page, blocks),
        claimed=tuple(cards),
        rest=tuple(heading for heading in headings if heading is not None),
    )


def _is_card(page: Page, article: Element, main: Element | None) -> bool:
    if article is main or (main is not None and article in set(ancestors(main))):
        return False
    link = headline_link(article)
    url = page.join(link.get("href")) if link is not None else None
    return url is not None and url.partition("#")[0] != page.url.partition("#")[0]


def _blocks(cards: list[Element]) -> list[tuple[Element | None, str | None, list[Element]]]:
    blocks: list[tuple[Element | None, str | None, list[Element]]] = []
    for card in cards:
        home = card.getparent()
        if blocks and blocks[-1][0] is home:
            blocks[-1][2].append(card)
            continue
        heading = _heading_element([card])
        blocks.append((home, spaced_text_of(heading) if heading is not None else None, [card]))
    return blocks


def _heading_element(cards: list[Element]) -> Element | None:
    """The short line right before the first card, whatever its tag."""
    first: Element | None = cards[0]
    while first is not None and first.tag not in ("main", "body"):
        before = first.getprevious()
        while before is not None and not spaced_text_of(before):
            before = before.getprevious()
        if before is not None:
            text = spaced_text_of(before)
            is_heading = before.tag in ("h2", "h3", "h4") or wording.MORE_HEADING.match(text) is not None
            return before if is_heading and len(text) <= _LONGEST_HEADING else None
        first = first.getparent()
    return None


def _read(page: Page, blocks: list[tuple[Element | None, str | None, list[Element]]]) -> tuple[Teaser, ...]:
    teasers: list[Teaser] = []
    for number, (_, heading, held) in enumerate(blocks, 1):
        for card in held:
            teasers.append(read_card(page, card, heading=heading, slot=len(teasers) + 1, block=number))
    return tuple(teasers)


def _post_id(page: Page, main: Element | None) -> str | None:
    stated = _ID_IN_CLASS.search(main.get("class") or "") if main is not None else None
    found = stated or _ID_IN_PATH.search(urlsplit(page.url).path)
    return found[1] if found else None
