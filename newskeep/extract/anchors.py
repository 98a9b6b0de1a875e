"""The links of a page with where they stand, gathered in one walk.

A `Link` is one anchor element; a `Group` is the run of anchors that together point to one address from one spot: the
picture, the headline and the "Read more" of a card. Links that can promote nothing are left out: other schemes, the
page itself, a site's front, a word or two without a picture.

Not here: which groups are teasers (`teaser_judge`), what a card says (`cards`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple, cast
from urllib.parse import urljoin

from newskeep.extract.heading_words import Heading, says_only_more
from newskeep.extract.story_urls import Address, leads_to_no_story, read_address
from newskeep.extract.surroundings import Place, Surroundings, common_place, whole_text
from newskeep.extract.tree import Element, Page
from newskeep.text import fold_space as fold

_ORIGIN = re.compile(r"(https?):(//[^/?#]+)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_SEPARATORS = ("-", "_", "+", "%20")
_ID = re.compile(r"\d{4}")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_WALKED = ("a", *_HEADINGS)
_HEADING_TAGS = frozenset(_HEADINGS)
_MOST_LINKS = 2000
_MOST_SIGHTS = 600
_LONGEST_LINK = 3000
_MOST_TEXT = 2_000_000
_REGROUP_WINDOW = 3
_CARD_HEIGHT = 7
_CLOSE_HEIGHT = 2
_FEWEST_WORDS = 3
_NAME_WORDS = 4
_SHORTEST_ID = 4


class Link:
    """One anchor: its address, its words, and its position among the page's links, headings and story paragraphs.

    `text` is what it shows, `label` what it says where it shows no word (its label, else its picture's alternative
    text).
    """

    __slots__ = ("address", "element", "has_heading", "has_picture", "label", "order", "place", "text", "word_count")

    def __init__(self, element: Element, address: Address, place: Place, order: int, says: _Says) -> None:
        self.element = element
        self.address = address
        self.place = place
        self.order = order
        self.text, self.label, self.word_count, self.has_picture, self.has_heading = says

    @property
    def is_generic(self) -> bool:
        """Does it say no more than "Read more"?"""
        return says_only_more(self.text)


class Group:
    """The anchors of one card: `links` in order, `best` the one with the best words.

    `score` is the judge's probability that this is a teaser, `first_score` its opinion before it saw the neighbours.
    """

    __slots__ = (
        "address", "best", "block", "features", "first_score", "has_offer_words", "has_picture", "heading", "links",
        "score", "text", "word_count",
    )  # fmt: skip

    def __init__(self, link: Link) -> None:
        self.links = [link]
        self.address = link.address
        self.best = link
        self.text = ""
        self.word_count = 0.0
        self.has_picture = False
        self.has_offer_words = False
        self.first_score = self.score = 0.0
        self.features: list[float] = []
        self.block: Place | None = None
        self.heading: Heading | None = None

    def settle(self) -> None:
        """Choose the best words once all links are in."""
        best, links = self.best, self.links
        if len(links) > 1:
            best = self.best = max(links, key=_worth)
            self.text = best.text or max((link.label for link in links), key=len)
            self.has_picture = any(link.has_picture for link in links)
            self.word_count = count_link_words(self.text)
        else:
            self.text = best.text or best.label
            self.has_picture = best.has_picture
            self.word_count = best.word_count

    @property
    def first(self) -> Link:
        """The first of its anchors in page order."""
        return self.links[0]


class Survey:
    """All links of a page in order, and what their positions are measured by.

    `story` are the elements of the story's own text and `story_orders` their positions; a page whose story is not known
    has none. `own_headings` hold, or are held by, a link to the page itself, `around_story` are the places that hold
    the story or its headline. Links that look like a menu's and addresses that hold no story are left out, unless all
    are to be kept.
    """

    __slots__ = (
        "around_story", "groups", "headings", "headline_order", "own", "own_headings", "pictures", "story",
        "story_edges", "story_orders", "surroundings",
    )  # fmt: skip

    def __init__(self, page: Page, story: Sequence[Element] = (), *, keep_all: bool = False) -> None:
        self.own = read_address(page.url.partition("#")[0])
        self.surroundings = Surroundings()
        self.headings: list[tuple[int, Element]] = []
        self.headline_order = -1
        self.story_orders: list[int] = []
        self.pictures = page.images[:_MOST_SIGHTS]
        self.story = frozenset(story)
        self.story_edges = (story[0], story[-1]) if story else ()
        self.own_headings: set[Element] = set()
        self.groups = _grouped(self._gather(page, keep_all), self.story)
        self.around_story = self._around_story()

    def _gather(self, page: Page, keep_all: bool) -> list[Link]:
        story = self.story
        read = _Addresses(page.base_url, self.own, keep_all=keep_all)
        sights, place_of = _Sights(page), self.surroundings.place
        links: list[Link] = []
        tags = {*_WALKED, *(element.tag for element in story)} if story else _WALKED
        for order, element in enumerate(page.root.iter(*tags)):
            tag = element.tag
            if story and element in story:
                self.story_orders.append(order)
            if tag == "a":
                href = element.get("href")
                if not href or href[0] == "#" or len(links) >= _MOST_LINKS:
                    continue
                says = _read_words(element, sights)
                if says is None or (not keep_all and _is_menu_entry(says, href)):
                    continue
                address = read.address(href)
                if address is None:
                    if read.is_own(href):
                        self._note_own(element)
                elif keep_all or not _is_plain_name(says, address):
                    links.append(Link(element, address, place_of(element), order, says))
            elif tag in _HEADING_TAGS:
                self.headings.append((order, element))
                if tag == "h1" and self.headline_order < 0:
                    self.headline_order = order
        return links

    def _around_story(self) -> frozenset[Place]:
        """The places that hold the story's beginning, its end or its headline, as far as they hold links too."""
        headlines = [element for order, element in self.headings if order == self.headline_order]
        around: set[Place] = set()
        for element in (*self.story_edges, *headlines):
            above: Element | None = element
            place = None
            while above is not None and place is None:
                place = self.surroundings.known(above)
                above = above.getparent()
            while place is not None and place not in around:
                around.add(place)
                place = place.parent
        return frozenset(around)

    def _note_own(self, element: Element) -> None:
        """Note the headings in and around a link to the page itself: they head nothing."""
        self.own_headings.update(islice(element.iter(*_HEADINGS), 1))
        above = element.getparent()
        for _ in range(_CLOSE_HEIGHT):
            if above is None:
                return
            if above.tag in _HEADING_TAGS:
                self.own_headings.add(above)
            above = above.getparent()

    def story_side(self, order: int) -> tuple[int, int]:
        """How many of the story's pieces of text stand before and after a position."""
        before = bisect_left(self.story_orders, order)
        return before, len(self.story_orders) - before


_UNKNOWN = object()


class _Addresses:
    """Makes addresses absolute and reads each one once; what is none of another page is None."""

    def __init__(self, base_url: str, own: Address, *, keep_all: bool) -> None:
        self._base = base_url
        origin = _ORIGIN.match(base_url)
        self._scheme = origin[1] if origin else "https"
        self._origin = origin[0] if origin else ""
        self._own = own
        self._keep_all = keep_all
        self._own_path = own.path.rstrip("/")
        self._known: dict[str, Address | None] = {}
        self._own_hrefs: set[str] = set()

    def address(self, href: str) -> Address | None:
        found = self._known.get(href, _UNKNOWN)
        if found is _UNKNOWN:
            url = "" if href[0] == "#" else self._absolute(href.strip()).partition("#")[0]
            read = read_address(url) if url else None
            if read is not None and self._is_own(read):
                self._own_hrefs.add(href)
                read = None
            elif read is not None and not self._keep_all and leads_to_no_story(read, self._own):
                read = None
            self._known[href] = read
            return read
        return cast("Address | None", found)

    def is_own(self, href: str) -> bool:
        """Does an address that was read lead to the page itself?"""
        return href in self._own_hrefs

    def _is_own(self, address: Address) -> bool:
        if not address.part_count and not address.query:
            return True
        # The page itself with other parameters: to share it, print it, page through it. Where addresses live in the
        # query alone ("/?p=123"), the path says nothing.
        own_path = self._own_path
        return own_path != "" and address.host == self._own.host and address.path.rstrip("/") == own_path

    def _absolute(self, href: str) -> str:
        """The absolute address; an empty string where it is none of the web."""
        # urljoin is slow, so the usual forms go first.
        if not href or href[0] == "#" or len(href) > 2000 or " " in href:
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


def _is_menu_entry(says: _Says, href: str) -> bool:
    """Is this a plain name for certain, so that its address need not be read?"""
    if says.has_picture or says.word_count > _NAME_WORDS or "?" in href:
        return False
    return sum(map(href.count, _SEPARATORS)) <= 1 and _ID.search(href) is None


def _is_plain_name(says: _Says, address: Address) -> bool:
    """A few words and no picture, over an address without slug or number: a section, a service, no story."""
    if says.has_picture or address.longest_number >= _SHORTEST_ID or says.word_count > _NAME_WORDS:
        return False
    separators = address.separators
    return separators <= 1 or (separators == 2 and says.word_count <= _FEWEST_WORDS)


class _Says(NamedTuple):
    """What an anchor shows."""

    text: str
    label: str
    word_count: float
    has_picture: bool
    has_heading: bool


def _read_words(element: Element, sights: _Sights) -> _Says | None:
    """What an anchor shows.

    None where it shows a word or two and no picture, which names a place of the site and no story.
    """
    if len(element):
        raw = sights.text(element)
        alternative = sights.pictured.get(element)
        has_heading = element in sights.headed
    else:
        raw = (element.text or "")[:_LONGEST_LINK]
        alternative, has_heading = None, False
    words = raw.split()
    if words:
        count: float = len(words)
        if not raw.isascii():
            count = count_link_words(raw)
        if count < _FEWEST_WORDS and alternative is None:
            return None
        text = " ".join(words)
        if not text.isascii() or not text.isprintable():
            text = fold(text)
        if text:
            return _Says(text, "", count, alternative is not None, has_heading)
    label = fold(element.get("aria-label") or element.get("title") or alternative)
    count = count_link_words(label)
    if alternative is None and count < _FEWEST_WORDS:
        return None
    return _Says("", label, count, alternative is not None, has_heading)


class _Sights:
    """What is in anchors: which hold a picture, with its alternative text, which a heading, and their texts."""

    __slots__ = ("_left", "headed", "pictured")

    def __init__(self, page: Page) -> None:
        self._left = _MOST_TEXT
        self.pictured: dict[Element, str] = {}
        self.headed: set[Element] = set()
        for image in page.images[:_MOST_SIGHTS]:
            anchor = _anchor_around(image)
            if anchor is not None and not self.pictured.get(anchor):
                self.pictured[anchor] = image.get("alt") or ""
        for heading in page.headings[:_MOST_SIGHTS]:
            anchor = _anchor_around(heading)
            if anchor is not None:
                self.headed.add(anchor)

    def text(self, element: Element) -> str:
        """The text of an anchor with elements in it; its own beginning once nested links have used up the allowance."""
        if self._left < 0:
            return element.text or ""
        text = whole_text(element)
        self._left -= len(text)
        return text[:_LONGEST_LINK]


def _anchor_around(element: Element) -> Element | None:
    above: Element | None = element
    for _ in range(_CARD_HEIGHT):
        above = above.getparent() if above is not None else None
        if above is None or above.tag == "a":
            break
    else:
        return None
    return above


def count_link_words(text: str) -> float:
    """Words as a reader feels them: scripts without blanks count two characters a word."""
    words = float(len(text.split()))
    return words if text.isascii() else words + len(_UNSPACED.findall(text)) / 2


def _worth(link: Link) -> tuple[bool, float]:
    return link.has_heading, len(link.text) * (0.2 if link.is_generic else 1.0)


def _grouped(links: list[Link], story: frozenset[Element]) -> list[Group]:
    """Join anchors to one address that stand close together, but none of the running text with a card's."""
    groups: list[Group] = []
    recent: dict[str, tuple[int, Group]] = {}
    for link in links:
        key = link.address.key
        at, group = recent.get(key, (-_REGROUP_WINDOW - 1, None))
        is_next = group is not None and len(groups) - at <= _REGROUP_WINDOW and _is_near(group.links[0], link)
        if group is not None and is_next and _is_within(group.links[0], story) is _is_within(link, story):
            group.links.append(link)
        else:
            group = Group(link)
            recent[key] = (len(groups), group)
            groups.append(group)
    for group in groups:
        group.settle()
    return groups


def _is_within(link: Link, elements: frozenset[Element]) -> bool:
    place: Place | None = link.place if elements else None
    for _ in range(_CARD_HEIGHT):
        if place is None or place.element in elements:
            break
        place = place.parent
    return place is not None and place.element in elements


def _is_near(one: Link, other: Link) -> bool:
    around = common_place(one.place, other.place)
    # Addresses that differ in tracking alone are one card's only where they stand close together.
    highest = _CARD_HEIGHT if one.address.url == other.address.url else _CLOSE_HEIGHT
    return min(one.place.depth, other.place.depth) - around.depth <= highest
