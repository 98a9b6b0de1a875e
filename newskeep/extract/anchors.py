"""The links of a page with where they stand, gathered in one walk.

A `Link` is one anchor element; a `Group` is the run of anchors that together point to one address from one spot: the
picture, the headline and the "Read more" of a card. Links that can promote nothing are left out: other schemes, the
page itself, a site's front, a word or two without a picture.

Not here: which groups are teasers (`teaser_judge`), what a card says (`cards`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast
from urllib.parse import urljoin

from newskeep.extract.heading_words import Heading
from newskeep.extract.story_urls import Address, read_address
from newskeep.extract.surroundings import Place, Surroundings, common_place
from newskeep.extract.tree import Element, Page
from newskeep.text import fold_space as fold

_ORIGIN = re.compile(r"(https?):(//[^/?#]+)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_GENERIC = re.compile(
    r"\W*(?:mehr|more|weiter\w*|read|watch|lesen|jetzt|hier|here|zum|zur|alle|see|view|show|continue|next|prev\w*|vorherige\w*"
    r"|nächste\w*|learn|lire|leer|ver|leggi|czytaj|selengkapnya|devamı|tovább|les|läs|lees|lue|click|play|listen|hören"
    r"|anhören|ansehen|full|keep|discover|baca)\b|\W*(?:続き|もっと|一覧|더보기|阅读|更多)",
    re.IGNORECASE,
)
_LONGEST_GENERIC = 40
_PICTURES = ("img", "amp-img", "picture")
_PICTURES_AND_HEADINGS = (*_PICTURES, "h1", "h2", "h3", "h4", "h5", "h6")
_MOST_LINKS = 4000
_REGROUP_WINDOW = 3
_CARD_HEIGHT = 7
_CLOSE_HEIGHT = 2
_FEWEST_WORDS = 3
_SHORTEST_PARAGRAPH = 80


class Link:
    """One anchor: its address, its words, and how many anchors, headings and paragraphs stand before it."""

    __slots__ = (
        "address",
        "element",
        "has_heading",
        "has_picture",
        "label",
        "order",
        "paragraphs_before",
        "place",
        "text",
    )

    def __init__(self, element: Element, address: Address, place: Place, spot: tuple[int, int], says: _Says) -> None:
        self.element = element
        self.address = address
        self.place = place
        self.order, self.paragraphs_before = spot
        self.text = says.text
        self.label = says.label
        self.has_picture = says.has_picture
        self.has_heading = says.has_heading

    @property
    def words(self) -> str:
        """What the link says: its text, else its label or its picture's alternative text."""
        return self.text or self.label

    @property
    def is_generic(self) -> bool:
        """Does it say no more than "Read more"?"""
        return len(self.text) <= _LONGEST_GENERIC and _GENERIC.match(self.text) is not None


class Group:
    """The anchors of one card: `links` in order, `best` the one with the best words.

    `score` is the judge's probability that this is a teaser, `first_score` its opinion before it saw the neighbours.
    """

    __slots__ = (
        "address", "best", "block", "features", "first_score", "has_picture", "heading", "links", "score", "text",
        "word_count",
    )  # fmt: skip

    def __init__(self, link: Link) -> None:
        self.links = [link]
        self.address = link.address
        self.best = link
        self.text = ""
        self.word_count = 0.0
        self.has_picture = False
        self.first_score = self.score = 0.0
        self.features: list[float] = []
        self.block: Place | None = None
        self.heading: Heading | None = None

    def settle(self) -> None:
        """Choose the best words once all links are in."""
        if len(self.links) > 1:
            self.best = max(self.links, key=_worth)
        self.text = self.best.text or max((link.label for link in self.links), key=len)
        self.word_count = count_link_words(self.text)
        self.has_picture = any(link.has_picture for link in self.links)

    @property
    def first(self) -> Link:
        """The first of its anchors in page order."""
        return self.links[0]


class Survey:
    """All links of a page in order, and what their positions are measured by."""

    __slots__ = (
        "_order_of", "_paragraphs_of", "groups", "headings", "headline_order", "link_lengths", "own", "paragraph_count",
        "story_orders", "surroundings",
    )  # fmt: skip

    def __init__(self, page: Page) -> None:
        self.own = read_address(page.url.partition("#")[0])
        self.surroundings = Surroundings()
        self.headings: list[tuple[int, int, Element]] = []
        self.headline_order = -1
        self._paragraphs_of: dict[Element, list[tuple[int, int]]] = {}
        self._order_of: dict[Element, int] = {}
        self.link_lengths: dict[Element, int] = {}
        links, self.paragraph_count = self._gather(page)
        self.story_orders = self._story_orders()
        self.groups = _grouped(links)

    def _gather(self, page: Page) -> tuple[list[Link], int]:
        read = _Addresses(page.base_url)
        links: list[Link] = []
        paragraphs = 0
        for order, element in enumerate(page.root.iter("a", "p", "h1", "h2", "h3", "h4", "h5", "h6")):
            tag = element.tag
            if tag == "a":
                link = self._read_link(element, read, (order, paragraphs)) if len(links) < _MOST_LINKS else None
                if link is not None:
                    links.append(link)
            elif tag == "p":
                parent = element.getparent()
                length = _text_length(element) if parent is not None else 0
                if parent is not None and length:
                    paragraphs += 1
                    self._paragraphs_of.setdefault(parent, []).append((order, length))
                    self._order_of[element] = order
            else:
                self.headings.append((order, paragraphs, element))
                if tag == "h1" and self.headline_order < 0:
                    self.headline_order = order
        return links, paragraphs

    def _read_link(self, element: Element, read: _Addresses, spot: tuple[int, int]) -> Link | None:
        href = element.get("href")
        if not href or read.is_useless(href):
            return None
        says, self.link_lengths[element] = _read_words(element)
        address = read.address(href) if says is not None else None
        if says is None or address is None or self._is_own(address):
            return None
        return Link(element, address, self.surroundings.place(element), spot, says)

    def _is_own(self, address: Address) -> bool:
        own = self.own
        if not address.parts and not address.query:
            return True
        # The page itself with other parameters: to share it, print it, page through it. Where addresses live in the
        # query alone ("/?p=123"), the path says nothing.
        return address.host == own.host and bool(own.parts) and address.path.rstrip("/") == own.path.rstrip("/")

    def _story_orders(self) -> list[int]:
        """The orders of the paragraphs that look alike and hold most of the text below the headline."""
        lengths: dict[tuple[str, str, int], int] = {}
        orders: dict[tuple[str, str, int], list[int]] = {}
        for parent, paragraphs in self._paragraphs_of.items():
            place = self.surroundings.place(parent)
            alike = (parent.tag, place.names, place.depth)
            below = [(order, length) for order, length in paragraphs if order > self.headline_order]
            lengths[alike] = lengths.get(alike, 0) + sum(length for _, length in below)
            orders.setdefault(alike, []).extend(order for order, _ in below)
        story = max(lengths, key=lengths.__getitem__, default=None)
        return sorted(orders[story]) if story is not None else []

    def note_story(self, elements: Iterable[Element]) -> None:
        """Take the paragraphs among these elements for the story's, in place of the guess from their looks."""
        orders = [self._order_of[element] for element in elements if element in self._order_of]
        if len(orders) > 1:
            self.story_orders = sorted(orders)

    def story_paragraphs(self, link: Link) -> tuple[int, int]:
        """How many of the story's paragraphs stand before and after a link."""
        before = bisect_left(self.story_orders, link.order)
        return before, len(self.story_orders) - before


_UNKNOWN = object()


class _Addresses:
    """Makes addresses absolute and reads each one once."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        origin = _ORIGIN.match(base_url)
        self._scheme = origin[1] if origin else "https"
        self._origin = origin[0] if origin else ""
        self._known: dict[str, Address | None] = {}

    def is_useless(self, href: str) -> bool:
        """Is this known to be no address of the web?"""
        return href[0] == "#" or self._known.get(href, _UNKNOWN) is None

    def address(self, href: str) -> Address | None:
        known = self._known
        if href in known:
            return known[href]
        url = self._absolute(href.strip()).partition("#")[0]
        address = known[href] = read_address(url) if url else None
        return address

    def _absolute(self, href: str) -> str:
        """The absolute address; an empty string where it is none of the web."""
        # urljoin is slow, so the usual forms go first.
        if not href or href[0] == "#" or len(href) > 2000:
            return ""
        start = href[:8].lower()
        if start.startswith(("http://", "https://")):
            return href
        if start.startswith("//"):
            return f"{self._scheme}:{href}"
        if start[0] == "/" and self._origin and "/." not in href:
            return self._origin + href
        if _OTHER_SCHEME.match(href):
            return ""
        try:
            joined = urljoin(self._base, href)
        except ValueError:
            return ""
        return joined if joined.startswith(("http://", "https://")) else ""


def _text_length(paragraph: Element) -> int:
    """The characters of a paragraph of running text; 0 for a line that is none, or that a link holds."""
    length = sum(map(len, paragraph.itertext()))
    if length < _SHORTEST_PARAGRAPH:
        return 0
    above = paragraph.getparent()
    return length if above is None or above.tag != "a" else 0


class _Says(NamedTuple):
    """What an anchor shows."""

    text: str
    label: str
    has_picture: bool
    has_heading: bool


def _read_words(element: Element) -> tuple[_Says | None, int]:
    """What an anchor shows, and the length of its text.

    None where it shows a word or two and no picture, which names a place of the site and no story.
    """
    if not len(element):
        raw = element.text or ""
        text = "" if len(raw) < _FEWEST_WORDS or _is_short(raw) else fold(raw)
        if text:
            return _Says(text, "", False, False), len(text)
        if raw and not raw.isspace():
            return None, len(raw)
        label = fold(element.get("aria-label") or element.get("title") or "")
        return (None if _is_short(label) else _Says("", label, False, False)), 0
    raw = "".join(cast("Iterator[str]", element.itertext()))
    is_short = _is_short(raw)
    alternative = ""
    has_picture = has_heading = False
    for inner in element.iter(*(_PICTURES if is_short else _PICTURES_AND_HEADINGS)):
        if inner.tag in _PICTURES:
            has_picture = True
            alternative = alternative or inner.get("alt") or ""
        else:
            has_heading = True
    if is_short and not has_picture and raw and not raw.isspace():
        return None, len(raw.strip())
    text = fold(raw)
    label = "" if text else fold(element.get("aria-label") or element.get("title") or alternative)
    if not has_picture and _is_short(text or label):
        return None, len(text)
    return _Says(text, label, has_picture, has_heading), len(text)


def _is_short(text: str) -> bool:
    return len(text.split()) < _FEWEST_WORDS and (text.isascii() or count_link_words(text) < _FEWEST_WORDS)


def count_link_words(text: str) -> float:
    """Words as a reader feels them: scripts without blanks count two characters a word."""
    words = float(len(text.split()))
    return words if text.isascii() else words + len(_UNSPACED.findall(text)) / 2


def _worth(link: Link) -> tuple[bool, float]:
    return link.has_heading, len(link.text) * (0.2 if link.is_generic else 1.0)


def _grouped(links: list[Link]) -> list[Group]:
    """Join anchors to one address that stand close together."""
    groups: list[Group] = []
    recent: dict[str, tuple[int, Group]] = {}
    for link in links:
        key = link.address.key
        at, group = recent.get(key, (-_REGROUP_WINDOW - 1, None))
        if group is not None and len(groups) - at <= _REGROUP_WINDOW and _is_near(group.first, link):
            group.links.append(link)
        else:
            recent[key] = (len(groups), Group(link))
            groups.append(recent[key][1])
    for group in groups:
        group.settle()
    return groups


def _is_near(one: Link, other: Link) -> bool:
    around = common_place(one.place, other.place)
    # Addresses that differ in tracking alone are one card's only where they stand close together.
    highest = _CARD_HEIGHT if one.address.url == other.address.url else _CLOSE_HEIGHT
    return min(one.place.depth, other.place.depth) - around.depth <= highest
