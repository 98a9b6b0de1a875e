"""Sites built with RebelMouse: where the story, further stories and teasers stand.

One story is often split over several `article` elements of one `elid`, and the teasers' elements bear the same classes
as the story's. What tells them apart is the post id, which the page's bootstrap data names, and `data-source`: only
`current_post` wraps the story. Further whole stories follow without a heading; cards stand below one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from newskeep.extract import wording
from newskeep.extract.sites.cards import headline_link, read_card
from newskeep.extract.sites.regions import FurtherRegion, Regions, TeaserBlock
from newskeep.extract.tree import Element, Page, ancestors, spaced_text_of, text_of
from newskeep.model import Teaser, TeaserKind
from newskeep.text import word_set

NAME = "rebelmouse"
VERSION = "1"

_POST_ID = re.compile(r'"post"\s*:\s*\{\s*"id"\s*:\s*(\d{4,12})')
_RESOURCE_ID = re.compile(r'"resourceId"\s*:\s*"pp_(\d{4,12})"')
_HEADING_CLASSES = word_set("module-headline__text module-headline section-headline widget__title")
_LIST_HEADINGS = word_set("from-your-site__headline around-the-web__headline")
_FURNITURE = word_set(
    """tags widget__shares share-panel widget__show-more around-the-web social-author__bio post-pager
    all-related-sections"""
)
_LEVELS = 14
_FURTHER_PARAGRAPHS = 2

Known: TypeAlias = dict[Element, tuple[bool, str | None]]
"""Elements that were looked into: does it hold a story, and the heading in it."""


def recognise(page: Page) -> bool:
    """Was this page made by RebelMouse, and is it no AMP page?"""
    if page.root.get("amp") is not None or not any(article.get("elid") for article in page.articles):
        return False
    return "REBELMOUSE" in page.html_text


def read_regions(page: Page) -> Regions:
    """Tell the story's elements from those of other stories."""
    articles = [article for article in page.articles if article.get("elid")]
    sources = {article: _data_source(article) for article in articles}
    post_id = _post_id(page, articles, sources)
    main = tuple(one for one in articles if one.get("elid") == post_id and sources[one] in ("current_post", None))
    within = {one for article in main for one in article.iter("article")}
    others = [one for one in articles if one not in within]
    furniture = tuple(_furniture(main))
    further, blocks = _sort_others(page, others)
    lists = tuple(_lists(main))
    return Regions(
        family=NAME,
        version=VERSION,
        post_id=post_id,
        main=main,
        further=further,
        teaser_blocks=lists + blocks,
        cards=_cards(page, lists, blocks),
        claimed=tuple(one for block in (*lists, *blocks) for one in block.elements),
        rest=furniture,
    )


def _post_id(page: Page, articles: list[Element], sources: dict[Element, str | None]) -> str | None:
    for script in page.scripts:
        if "REBELMOUSE_BOOTSTRAP_DATA" in script.text:
            found = _POST_ID.search(script.text) or _RESOURCE_ID.search(script.text)
            if found and any(article.get("elid") == found[1] for article in articles):
                return found[1]
    return next((article.get("elid") for article in articles if sources[article] == "current_post"), None)


def _data_source(article: Element) -> str | None:
    return next((found for around in ancestors(article) if (found := around.get("data-source"))), None)


def _furniture(main: tuple[Element, ...]) -> Iterator[Element]:
    for article in main:
        for one in article.iter():
            classes = one.get("class")
            if classes and not _FURNITURE.isdisjoint(classes.split()):
                yield one


def _sort_others(page: Page, others: list[Element]) -> tuple[tuple[FurtherRegion, ...], tuple[TeaserBlock, ...]]:
    """Whole stories without a heading above them are further stories; everything else is a card in its block."""
    further: list[FurtherRegion] = []
    blocks: list[tuple[Element | None, str | None, list[Element]]] = []
    known: Known = {}
    for article in others:
        home, heading = _heading_above(article, known)
        if heading is None and _is_whole(article):
            link = headline_link(article)
            url = page.join(link.get("href")) if link is not None else None
            further.append(FurtherRegion(elements=(article,), url=url, post_id=article.get("elid")))
        elif blocks and blocks[-1][0] is home:
            blocks[-1][2].append(article)
        else:
            blocks.append((home, heading, [article]))
    return tuple(further), tuple(TeaserBlock(heading=heading, elements=tuple(held)) for _, heading, held in blocks)


def _is_whole(article: Element) -> bool:
    bodies = [one for one in article.iter("div") if "body-description" in (one.get("class") or "").split()]
    return sum(1 for body in bodies for paragraph in body.iter("p") if text_of(paragraph)) >= _FURTHER_PARAGRAPHS


def _heading_above(article: Element, known: Known) -> tuple[Element | None, str | None]:
    """The heading printed above the block an article stands in, and the element that is the block."""
    inner: Element = article
    home: Element | None = None
    for level, around in enumerate(ancestors(article)):
        if level > _LEVELS or around.tag in ("body", "html"):
            break
        if around.get("data-source") is not None:
            home = around
        if around.get("data-source") == "current_post":
            break
        heading = _heading_before(inner, known)
        if heading is not None:
            return around, heading
        inner = around
    return home, None


def _heading_before(inner: Element, known: Known) -> str | None:
    """The nearest heading among the elements that stand right before one, in the same element."""
    for child in inner.itersiblings(preceding=True):
        if child not in known:
            known[child] = next(child.iter("article"), None) is not None, _heading_text(child)
        holds_story, text = known[child]
        if holds_story or text:
            # Another story in between: a heading above it is that story's.
            return None if holds_story else text
    return None


def _heading_text(element: Element) -> str | None:
    for one in element.iter():
        classes = one.get("class")
        is_named = classes is not None and not _HEADING_CLASSES.isdisjoint(classes.split())
        if is_named or one.tag in ("h2", "h3", "h4"):
            text = spaced_text_of(one)
            if text and (is_named or (len(text) < 60 and wording.MORE_HEADING.match(text))):
                return text
    return None


def _lists(main: tuple[Element, ...]) -> Iterator[TeaserBlock]:
    """The lists of links that editors hang below a story's text, each under its own small heading."""
    for article in main:
        heading: str | None = None
        for one in article.iter():
            classes = (one.get("class") or "").split()
            if not classes:
                continue
            if not _LIST_HEADINGS.isdisjoint(classes):
                heading = spaced_text_of(one) or None
            elif "around-the-web__list" in classes:
                yield TeaserBlock(heading=heading, elements=(one,))


def _cards(page: Page, lists: tuple[TeaserBlock, ...], blocks: tuple[TeaserBlock, ...]) -> tuple[Teaser, ...]:
    teasers: list[Teaser] = []
    for number, block in enumerate(lists, 1):
        for link in block.elements[0].iter("a"):
            url, headline = page.join(link.get("href")), text_of(link).rstrip("› ")
            if url and headline:
                teasers.append(
                    Teaser(
                        kind=TeaserKind.RELATED,
                        slot=len(teasers) + 1,
                        block=number,
                        heading=block.heading,
                        target_url=url.partition("#")[0],
                        headline=headline,
                    )
                )
    for number, block in enumerate(blocks, len(lists) + 1):
        for card in block.elements:
            teasers.append(read_card(page, card, heading=block.heading, slot=len(teasers) + 1, block=number))
    return tuple(teasers)
