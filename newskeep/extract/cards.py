"""What a teaser's card says: headline, kicker, standfirst, picture.

A card is read from its anchors and from the outermost element around them that holds no other card. Which links are
teasers is `teaser_judge`'s business, why they stand there `kinds`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from newskeep.extract.anchors import Group, Link
from newskeep.extract.credits import clean_credit, is_empty_caption, split_caption
from newskeep.extract.headings import card_root
from newskeep.extract.picture_addresses import alternative, best_address, is_icon
from newskeep.extract.tree import Element, Page
from newskeep.model import Picture
from newskeep.text import fold_space

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HEADLINE_NAMES = ("headline", "title", "titel", "titre", "titulo", "hed", "heading")
_KICKER_NAMES = (
    "kicker", "eyebrow", "overline", "dachzeile", "topline", "rubric", "category", "label", "pretitle", "section",
    "spitzmarke", "catchline", "flag", "suptitle", "toptitle",
)  # fmt: skip
_STANDFIRST_NAMES = (
    "standfirst", "teasertext", "teaser-text", "excerpt", "summary", "description", "subline", "dek", "intro",
    "lead", "abstract", "snippet", "chapo", "subtitle", "shorttext",
)  # fmt: skip
_CAPTION_NAMES = ("caption", "bildunterschrift", "legend")
_CREDIT_NAMES = ("credit", "copyright", "source", "photographer")
_ROLE = re.compile(
    f"(?P<credits>{'|'.join(_CREDIT_NAMES)})|(?P<captions>{'|'.join(_CAPTION_NAMES)})|(?P<kickers>{'|'.join(_KICKER_NAMES)})"
    f"|(?P<standfirsts>{'|'.join(_STANDFIRST_NAMES)})|(?P<headlines>{'|'.join(_HEADLINE_NAMES)})"
)
_LONGEST_KICKER = 60
_SHORTEST_STANDFIRST = 40
_LONGEST_STANDFIRST = 1000
_LONGEST_HEADLINE = 300
_FLOWING = frozenset(("a", "abbr", "b", "em", "font", "i", "mark", "small", "strong", "sub", "sup", "u", "wbr"))
_ARROWS = " \u2190\u2192\u00ab\u00bb\u2039\u203a<>|\u25b6\u25ba"
_DEEPEST = 40
_MOST_PARTS = 80
_FEWEST_WORDS = 2


class Card(NamedTuple):
    """A card's words and picture; None where it has none."""

    headline: str | None
    kicker: str | None
    standfirst: str | None
    picture: Picture | None


class _Parts:
    """The elements of a card by what they are, from one walk; a card of many parts is read at its beginning only."""

    __slots__ = ("captions", "credits", "headings", "headlines", "images", "kickers", "paragraphs", "standfirsts")

    def __init__(self, root: Element) -> None:
        self.headings: list[Element] = []
        self.headlines: list[Element] = []
        self.kickers: list[Element] = []
        self.standfirsts: list[Element] = []
        self.paragraphs: list[Element] = []
        self.captions: list[Element] = []
        self.credits: list[Element] = []
        self.images: list[Element] = []
        for count, element in enumerate(root.iter()):
            if count > _MOST_PARTS:
                break
            self._sort(element)

    def _sort(self, element: Element) -> None:
        tag = element.tag
        if tag in _HEADINGS:
            self.headings.append(element)
        elif tag in ("img", "amp-img"):
            self.images.append(element)
            return
        elif tag == "p":
            self.paragraphs.append(element)
        elif tag == "figcaption":
            self.captions.append(element)
        names = element.get("class")
        role = _role(names) if names else None
        if role is not None:
            getattr(self, role).append(element)


@lru_cache(maxsize=8192)
def _role(names: str) -> str | None:
    """What an element of a card is by its class names, as the name of a list of `_Parts`."""
    match = _ROLE.search(names.lower())
    return match.lastgroup if match else None


def read_card(page: Page, group: Group) -> Card:
    """Read a card. Its group's `block` must be settled."""
    parts = _Parts(card_root(group).element)
    headline = _headline(group, parts)
    return Card(
        headline=headline,
        kicker=_kicker(parts, headline),
        standfirst=_standfirst(parts, headline),
        picture=_picture(page, group, parts),
    )


def _headline(group: Group, parts: _Parts) -> str | None:
    link = group.best
    inner = _inner_headline(link)
    if inner is not None:
        return inner
    if link.text and not link.is_generic and group.word_count >= _FEWEST_WORDS:
        return _linked_headline(link)
    for element in (*parts.headings, *parts.headlines):
        text = _text(element)
        if 0 < len(text) <= _LONGEST_HEADLINE:
            return text
    if link.text and not link.is_generic:
        return link.text
    return next((one.label for one in group.links if one.label), None)


def _inner_headline(link: Link) -> str | None:
    """The part of a link's text that is the headline, where the link is a whole card."""
    if not len(link.element):
        return None
    for tag in _HEADINGS:
        for heading in link.element.iter(tag):
            text = _text(heading)
            if text:
                return text
    best = ""
    for element in link.element.iter():
        names = element.get("class")
        if names and element is not link.element and _role(names) == "headlines":
            text = _text(element)
            best = text if len(text) > len(best) else best
    return best or None


def _linked_headline(link: Link) -> str:
    """A link's text; where it runs over several paragraphs, the first that says enough."""
    lines = [text for one in link.element.iter("p") if len((text := _text(one)).split()) > _FEWEST_WORDS]
    if len(lines) > 1:
        return lines[0]
    return _text(link.element)


def _text(element: Element) -> str:
    """An element's text on one line; a label set beside a headline in a `span` of its own is parted from it."""
    parts: list[str] = []
    _append_text(element, parts, 0)
    return fold_space("".join(parts)).strip(_ARROWS)


def _append_text(element: Element, parts: list[str], depth: int) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        is_flowing = child.tag in _FLOWING
        if not is_flowing:
            parts.append(" ")
        if depth < _DEEPEST:
            _append_text(child, parts, depth + 1)
        if not is_flowing:
            parts.append(" ")
        if child.tail:
            parts.append(child.tail)


def _kicker(parts: _Parts, headline: str | None) -> str | None:
    for element in parts.kickers:
        text = _text(element)
        if 0 < len(text) <= _LONGEST_KICKER and text != headline:
            return text.rstrip(" :")
    return None


def _standfirst(parts: _Parts, headline: str | None) -> str | None:
    for element in (*parts.standfirsts, *parts.paragraphs):
        text = _text(element)
        if _SHORTEST_STANDFIRST <= len(text) <= _LONGEST_STANDFIRST and not _is_same(text, headline):
            return text
    return None


def _is_same(text: str, headline: str | None) -> bool:
    return headline is not None and (headline in text or text in headline)


def _picture(page: Page, group: Group, parts: _Parts) -> Picture | None:
    caption, credit = _picture_words(parts)
    for image in _images(group, parts):
        address = best_address(page, image)
        if address.url is not None and not is_icon(address):
            return Picture(
                url=address.url,
                alt=alternative(image),
                caption=caption,
                credit=credit,
                width=address.width,
                height=address.height,
            )
    return Picture(url=None, caption=caption, credit=credit) if caption or credit else None


def _images(group: Group, parts: _Parts) -> Iterator[Element]:
    for link in group.links:
        if link.has_picture:
            yield from link.element.iter("img", "amp-img")
    yield from parts.images


def _picture_words(parts: _Parts) -> tuple[str | None, str | None]:
    credit = next((text for one in parts.credits if (text := clean_credit(_text(one)))), None)
    caption = next((text for one in parts.captions if (text := _text(one))), None)
    if caption is None or is_empty_caption(caption):
        return None, credit
    words, found = split_caption(caption)
    return words, credit or found
