"""Teaser cards as RebelMouse prints them, on its pages and in its AMP form.

A card is one `article` with, in any order, a linked picture, a caption, a credit, a section label, a linked headline
and the beginning of the story; only the headline's class or the link is sure to be there. Facts after saved pages of
sites built with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from urllib.parse import urldefrag

from newskeep.extract import wording
from newskeep.extract.credits import clean_credit, is_empty_caption
from newskeep.extract.picture_addresses import alternative, best_address
from newskeep.extract.tree import Element, Page, spaced_text_of, text_of
from newskeep.model import Picture, Teaser, TeaserKind

_HEADLINES = ("h1", "h2", "h3", "h4")


def read_card(page: Page, card: Element, *, heading: str | None, slot: int, block: int) -> Teaser:
    """Read one card into a teaser."""
    link = headline_link(card)
    headline = _headline(card, link)
    url = page.join(link.get("href")) if link is not None else None
    paragraphs = [text for text in (text_of(one) for one in _visible_paragraphs(card)) if text]
    return Teaser(
        kind=kind_of_heading(heading),
        slot=slot,
        block=block,
        heading=heading,
        target_url=urldefrag(url)[0] if url else None,
        headline=headline,
        kicker=_first_text(card, "widget__section"),
        standfirst=" ".join(paragraphs) or None,
        picture=_picture(page, card),
    )


def headline_link(card: Element) -> Element | None:
    """Find the link that bears the headline: by class, in a heading, else the first link with words, else any."""
    links = [link for link in card.iter("a") if link.get("href")]
    ours = [link for link in links if "widget__section" not in (link.get("class") or "")]
    # One after another, and only as far as needed: a card that was never closed holds the rest of the page.
    candidates = chain(
        (link for link in links if "headline" in (link.get("class") or "")),
        (_first_link(heading) for tag in _HEADLINES for heading in card.iter(tag)),
        (_first_link(around) for around in _with_class(card, "headline")),
        (link for link in ours if text_of(link)),
        ours,
    )
    return next((link for link in candidates if link is not None), None)


def _first_link(around: Element) -> Element | None:
    return next((link for link in around.iter("a") if link.get("href")), None)


def _headline(card: Element, link: Element | None) -> str | None:
    if link is not None and (text := text_of(link)):
        return text
    for tag in _HEADLINES:
        for heading in card.iter(tag):
            if text := text_of(heading):
                return text
    labelled = next((one.get("aria-label") for one in card.iter("a") if one.get("aria-label")), None)
    return labelled or next((one.get("data-headline") for one in card.iter() if one.get("data-headline")), None)


def _visible_paragraphs(card: Element) -> Iterator[Element]:
    """The paragraphs a reader sees before he asks for more; pictures' words are none."""
    for body in _with_class(card, "body-description", "widget__brief", "js-listicle-body"):
        hidden = {one for template in body.iter("template") for one in template.iter("p")}
        found = False
        for paragraph in body.iter("p"):
            if paragraph not in hidden and "shortcode-media" not in (paragraph.get("class") or ""):
                found = True
                yield paragraph
        if found:
            return


def _picture(page: Page, card: Element) -> Picture | None:
    image = next((one for one in card.iter("img", "amp-img") if best_address(page, one).url), None)
    if image is None:
        image = next(
            (one for one in card.iter() if one.get("data-runner-img-hd") or one.get("data-runner-img-md")), None
        )
    caption = _first_text(card, "photo-caption")
    if caption is not None and is_empty_caption(caption):
        caption = None
    credit = clean_credit(_first_text(card, "photo-credit"))
    if image is None:
        return Picture(url=None, caption=caption, credit=credit) if caption or credit else None
    address = best_address(page, image)
    return Picture(
        url=address.url,
        alt=alternative(image),
        caption=caption,
        credit=credit,
        width=address.width,
        height=address.height,
    )


def _first_text(card: Element, name: str) -> str | None:
    return next((text for one in _with_class(card, name) if (text := spaced_text_of(one))), None)


def _with_class(card: Element, *names: str) -> Iterator[Element]:
    wanted = frozenset(names)
    for one in card.iter():
        classes = one.get("class")
        if classes and not wanted.isdisjoint(classes.split()):
            yield one


def kind_of_heading(heading: str | None) -> TeaserKind:
    """Say why a block promotes its stories, by what stands above it."""
    if heading and wording.POPULAR.search(heading):
        return TeaserKind.POPULAR
    if heading and wording.LATEST.search(heading):
        return TeaserKind.LATEST
    return TeaserKind.RELATED
