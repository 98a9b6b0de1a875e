"""What a teaser's card says: headline, kicker, standfirst, picture.

A card is read from its anchors and from the outermost element around them that holds no other card. Which links are
teasers is `teaser_judge`'s business, why they stand there `kinds`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from newskeep.extract.anchors import Group, Link, count_link_words
from newskeep.extract.credits import clean_credit, is_empty_caption, split_caption
from newskeep.extract.headings import card_root
from newskeep.extract.picture_addresses import alternative, best_address, is_icon
from newskeep.extract.surroundings import Place, whole_text
from newskeep.extract.tree import Element, Page
from newskeep.model import Picture
from newskeep.text import fold_space

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NAMES = {
    "headlines": "headline title titel titre titulo hed heading",
    "kickers": "kicker eyebrow overline dachzeile topline rubric category label pretitle section spitzmarke catchline"
    " flag suptitle toptitle",
    "standfirsts": "standfirst teasertext teaser-text excerpt summary description subline dek intro lead abstract"
    " snippet chapo subtitle shorttext subheading subheadline subhead",
    "captions": "caption bildunterschrift legend",
    "credits": "credit copyright source photographer",
}
_ROLE_OF = {name: role for role, names in _NAMES.items() for name in names.split()}
# The longer name first: a subtitle is no title.
_ROLE = re.compile("|".join(sorted(_ROLE_OF, key=len, reverse=True)))
_UNSAID = frozenset(("kickers", "standfirsts", "captions", "credits"))
# Where nothing else is left, what names itself a subtitle is the headline.
_ABOVE_HEADLINE = frozenset(("kickers", "captions", "credits"))
_NO_ROLES: frozenset[str] = frozenset()
_NO_WORDS = frozenset(("time", "figure", "figcaption", "svg", "button", "style", "template", "noscript"))
# What an element of its own beside a headline says of the story's access or medium.
_ACCESS = re.compile(
    r"\W*(?:\w{0,12}[ -]?(?:plus|\+|premium|abo|pro|exclusive|exklusiv|exclusif|exclusivo)"
    r"|(?:for |nur für |pour |para |per )?(?:subscribers?|members?|abonnenten|abonn[ée]s?|suscriptores)(?: only)?"
    r"|abbonati|prenumeranter|abonnenter|only|video|audio|podcast|live|gallery|galerie|fotos?|bilder|new|neu|paywall"
    r"|breaking|update|(?:weiter|mehr )?lesen|read(?: more| now)?|learn more|watch now|mehr(?: erfahren)?|weiter|more"
    r"|lire la suite|leer más|leggi(?: tutto)?|lees meer|läs mer|les mer|læs mere|czytaj(?: więcej)?)\W*",
    re.IGNORECASE,
)
_LONGEST_ACCESS = 30
_LONGEST_KICKER = 60
_SHORTEST_STANDFIRST = 40
_LONGEST_STANDFIRST = 1000
_LONGEST_HEADLINE = 300
_LONGEST_ON_ONE_LINE = 130
_LINE_WORDS = 4
_FLOWING = frozenset(("a", "abbr", "b", "em", "font", "i", "mark", "small", "strong", "sub", "sup", "u", "wbr"))
_INLINE = _FLOWING | {"span"}
_STROKES = " :|/·•–—-"
_DIGITS_OF_DATE = 5
_ARROWS = " \u2190\u2192\u00ab\u00bb\u2039\u203a<>|\u25b6\u25ba"
_DEEPEST = 40
_MOST_PARTS = 80
_MOST_PIECES = 300
_MOST_IMAGES = 4
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
        for element in islice(root.iter(), _MOST_PARTS):
            tag = element.tag
            if tag == "img" or tag == "amp-img":
                self.images.append(element)
                continue
            if tag == "p":
                self.paragraphs.append(element)
            elif tag in _HEADINGS:
                self.headings.append(element)
            elif tag == "figcaption":
                self.captions.append(element)
            names = element.get("class")
            role = role_of_names(names) if names else None
            if role is not None:
                getattr(self, role).append(element)


@lru_cache(maxsize=16384)
def role_of_names(names: str) -> str | None:
    """What an element of a card is by its class names, as the name of a list of `_Parts`.

    In a compound such as `lead-teaser__headline` the last word says it.
    """
    for name in names.lower().split():
        found = _ROLE.findall(name)
        if found:
            return _ROLE_OF[found[-1]]
    return None


def read_card(page: Page, group: Group) -> Card:
    """Read a card. Its group's `block` must be settled."""
    parts = _Parts(card_root(group).element)
    headline = (_headline(group, parts) or "").lstrip(_STROKES) or None
    return Card(
        headline=headline,
        kicker=_kicker(parts, headline),
        standfirst=_standfirst(parts, headline),
        picture=_picture(page, group, parts),
    )


def _headline(group: Group, parts: _Parts) -> str | None:
    link = _headline_link(group)
    inner = _inner_headline(link) or _titled_line(link)
    if inner is not None:
        return inner
    if link.text and not link.is_generic and group.word_count >= _FEWEST_WORDS:
        return _linked_headline(link)
    for element in (*parts.headings, *parts.headlines):
        text = _headline_text(element)
        if 0 < len(text) <= _LONGEST_HEADLINE:
            return text
    if link.text and not link.is_generic:
        return link.text
    return next((one.label for one in group.links if one.label), None)


def _headline_link(group: Group) -> Link:
    """Of several links of a card, the one that is named a headline; else the one with the best words."""
    if len(group.links) > 1 and not group.best.has_heading:
        for link in group.links:
            if link.text and not link.is_generic and _is_in_headline(link):
                return link
    return group.best


def _is_in_headline(link: Link) -> bool:
    place: Place | None = link.place
    for _ in range(3):
        if place is None:
            break
        if place.tag in _HEADINGS or (place.names and role_of_names(place.names) == "headlines"):
            return True
        place = place.parent
    return False


def _inner_headline(link: Link) -> str | None:
    """The part of a link's text that is the headline, where the link is a whole card."""
    if not len(link.element):
        return None
    best = ""
    for element in islice(link.element.iter(), 1, _MOST_PARTS):
        if link.has_heading:
            text = _headline_text(element) if element.tag in _HEADINGS else ""
            if text:
                return text
            continue
        names = element.get("class")
        if names and role_of_names(names) == "headlines":
            text = _headline_text(element)
            best = text if len(text) > len(best) else best
    return best or None


def _titled_line(link: Link) -> str | None:
    """The line of a link over several that the link's title names, with a kicker or a summary beside it."""
    title = fold_space(link.element.get("title")).strip(_ARROWS)
    if count_link_words(title) < _LINE_WORDS or len(title) >= len(link.text) or title not in link.text:
        return None
    return title if title in [line.strip(_ARROWS) for line in _lines(link.element)] else None


def _linked_headline(link: Link) -> str:
    """A link's words; where they run over several lines, the first that says enough."""
    element = link.element
    if not len(element):
        return link.text.strip(_ARROWS)
    lines = _lines(element)
    text = " ".join(lines)
    if len(lines) > 1 and (len(text) > _LONGEST_ON_ONE_LINE or _is_two_paragraphs(element)):
        text = next((line for line in lines if count_link_words(line) >= _LINE_WORDS), text)
    return text.strip(_ARROWS) or link.text


def _is_two_paragraphs(element: Element) -> bool:
    return len(list(islice(element.iter("p"), 2))) > 1


def _headline_text(element: Element) -> str:
    return " ".join(_lines(element)).strip(_ARROWS)


def _lines(element: Element) -> list[str]:
    """The lines of an element that is, or holds, a headline, without the labels set beside it."""
    if not len(element):
        text = fold_space(element.text)
        return [text] if text else []
    for without in (_UNSAID, _ABOVE_HEADLINE, None):
        parts: list[str] = []
        _append(element, parts, 0, without=without)
        lines = _folded(parts)
        if lines:
            return lines
    return []


def _folded(parts: list[str]) -> list[str]:
    return [line for line in map(fold_space, "".join(parts).split(_LINE_END)) if line]


_LINE_END = "\x00"
"""No character of any page: between lines of a card's words."""


def _append(element: Element, parts: list[str], depth: int, *, without: frozenset[str] | None) -> None:
    """Add an element's strings; `without` are the roles of parts to leave out, with labels; None leaves none out."""
    if element.text:
        parts.append(element.text)
    for child in element:
        if len(parts) > _MOST_PIECES:
            return
        tag = child.tag
        if depth < _DEEPEST and not (without is not None and _is_label(child, tag, without)):
            edge = "" if tag in _FLOWING else " " if tag in _INLINE else _LINE_END
            parts.append(edge)
            _append(child, parts, depth + 1, without=without)
            parts.append(edge)
        else:
            parts.append(" ")
        if child.tail:
            parts.append(child.tail)


def _is_label(element: Element, tag: str, without: frozenset[str]) -> bool:
    """Is this no part of a headline: a kicker, a date, a word on who may read it?"""
    if tag in _NO_WORDS:
        return True
    names = element.get("class")
    if names and role_of_names(names) in without:
        return True
    if tag not in ("span", "div", "p", "strong", "small"):
        return False
    text = element.text if not len(element) else _whole_short(element)
    return text is not None and len(text) <= _LONGEST_ACCESS and _ACCESS.fullmatch(text) is not None


def _whole_short(element: Element) -> str | None:
    return whole_text(element) if len(element) <= 2 else None


def _text(element: Element) -> str:
    """An element's text on one line; a label in a `span` of its own is parted from what stands beside it."""
    if not len(element):
        return fold_space(element.text).strip(_ARROWS)
    parts: list[str] = []
    _append(element, parts, 0, without=_NO_ROLES)
    return " ".join(_folded(parts)).strip(_ARROWS)


def _kicker(parts: _Parts, headline: str | None) -> str | None:
    for element in parts.kickers:
        text = _text(element).strip(_STROKES)
        if not 0 < len(text) <= _LONGEST_KICKER or _ACCESS.fullmatch(text) is not None:
            continue
        if (headline is None or headline not in text) and sum(map(str.isdigit, text)) < _DIGITS_OF_DATE:
            return text
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
    caption, credit = _picture_words(parts) if parts.captions or parts.credits else (None, None)
    for image in islice(_images(group, parts), _MOST_IMAGES):
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
