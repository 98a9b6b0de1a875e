"""What stands around a link: for each kind of container, how far up the nearest one is.

The containers are told by tags and by the words in class, id and role. A `Place` is one element with what it inherits;
places are made once for each element, however many links share it.

The words here are apart from `newskeep.extract.signs` on purpose: the teaser judge is trained on them, so a change here
asks for new weights, and a change there must not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from lxml import etree

from newskeep.extract.tree import INLINE_TAGS, Element

_NAME_MARKS = {
    "navigation": "nav navi navigation navbar menu menus submenu megamenu burger drawer toolbar topbar "
    "pagination pager "
    "offcanvas dropdown subnav flyout tabs sitemap",
    "crumb": "breadcrumb breadcrumbs crumb crumbs",
    "footer": "footer foot colophon imprint legal copyright bottom",
    "header": "header masthead banner top",
    "side": "sidebar side aside rail secondary widget complementary right left",
    "related": "related recommend recommended recommendation recommendations recirc recirculation similar suggested "
    "suggestions further more readmore next previous prev upnext onward mehr weitere weiter verwandt "
    "verwandte also empfehlungen lesetipp lesetipps correlati relacionadas relacionados connexes lire lees "
    "les læs läs siguiente",
    "popular": "popular most mostread mostpopular mostviewed trending trend trends topstories tophits toplist ranking "
    "rank meistgelesen meist beliebt beliebte hottest hot charts viewed bestseller leidas vus letti "
    "toparticles",
    "latest": "latest newest recent ticker breaking neueste neuste aktuell aktuelle aktuelles schlagzeilen live "
    "headlines latestnews newsfeed ultimas ultimi dernieres flash newsticker justin",
    "advert": "ad ads adv advert adverts advertisement advertising sponsor sponsored sponsors anzeige anzeigen partner "
    "partners native outbrain taboola plista promoted commercial brand branded paid affiliate werbung "
    "shopping deal deals gutschein coupon coupons shop offer offers advertorial",
    "social": "share sharing shares social follow facebook twitter whatsapp linkedin instagram youtube print bookmark",
    "label": "tag tags topic topics keyword keywords category categories cat themen thema rubrik kicker eyebrow "
    "overline badge label labels dachzeile catchline subject section",
    "author": "author authors byline autor autoren contributor contributors writer bio redaktion avatar profile "
    "reporter",
    "comment": "comment comments commentlist kommentare kommentar disqus discussion pingback trackback respond",
    "reader": "commentlist commentslist recentcomments pingback pingbacks trackback trackbacks",
    "sign_up": "newsletter newsletters signup subscribe subscription login paywall abo register registration premium "
    "membership donate donation cookie cookies consent privacy",
    "caption": "caption credit credits bildunterschrift figcaption legend copyright",
}
# Words glued together by their writers ("articlebody__relatedlinks") are known by a part.
_STEMS = {
    "navigation": "navig|navbar|megamenu",
    "crumb": "breadcrumb",
    "footer": "footer",
    "header": "masthead",
    "side": "sidebar",
    "related": "relat|recirc|recommend|readmore|readnext|readalso|weiterlesen|empfehl|verwandt",
    "popular": "popular|mostread|trending|meistgel|topstor|mostview",
    "latest": "latest|ticker|breaking|neueste|schlagzeil",
    "advert": "sponsor|advert|anzeige|outbrain|taboola|werbung|gutschein|affiliate",
    "social": "social|sharing|share",
    "label": "categor|keyword|kicker|overline",
    "author": "author|byline|autor",
    "comment": "comment|kommentar|disqus",
    "sign_up": "newsletter|subscri|paywall|consent",
    "caption": "caption|credit",
}
_TAG_MARKS = {
    "in_nav": "nav",
    "in_header": "header",
    "in_footer": "footer",
    "in_aside": "aside",
    "in_article": "article",
    "in_main": "main",
    "in_list": "ul ol",
    "in_ranking": "ol",
    "in_item": "li",
    "in_paragraph": "p",
    "in_heading": "h1 h2 h3 h4 h5 h6",
    "in_form": "form",
}
MARKS = (*_NAME_MARKS, *_TAG_MARKS)
"""The kinds of container, in the order of `Place.marks`."""

MARK = {name: at for at, name in enumerate(MARKS)}
_BY_WORD: dict[str, int] = {}
for _name, _words in _NAME_MARKS.items():
    for _word in _words.split():
        _BY_WORD[_word] = _BY_WORD.get(_word, 0) | 1 << MARK[_name]
_BY_TAG: dict[str, int] = {}
for _name, _tags in _TAG_MARKS.items():
    for _tag in _tags.split():
        _BY_TAG[_tag] = _BY_TAG.get(_tag, 0) | 1 << MARK[_name]
_STEM = re.compile("|".join(f"(?P<{name}>{stems})" for name, stems in _STEMS.items()))
# Elements whose id or role says what they are for; asking every element takes time.
_NAMED_TAGS = frozenset(("div", "section", "ul", "ol", "aside", "main", "header", "footer", "nav", "article", "form"))
_SHORTEST_GLUED = 8
_LONGEST_NAME = 400
_WORD = re.compile(r"[A-Z]?[a-zà-ÿ]+|[A-Z]+")
_LONGEST_BLOCK = 6000
_MOST_LINKS = 60
_MOST_TEXT = 3_000_000
_FAR = -99
NOWHERE = [_FAR] * len(MARKS)


class Place:
    """An element on the way from the root to a link.

    `marks` holds, for each of `MARKS`, the depth of the nearest container of that kind at or above this element, or a
    number far below zero. `names` are its classes.
    """

    __slots__ = ("_outer_block", "depth", "element", "load", "marks", "names", "parent", "tag")

    def __init__(self, element: Element, parent: Place | None) -> None:
        self.element = element
        self.parent = parent
        tag = self.tag = element.tag
        get = element.get
        names = self.names = get("class") or ""
        self.load: tuple[int, int, int] | None = None
        # Not itself: a cycle would keep the page alive until the next garbage collection.
        self._outer_block: Place | None = None
        if parent is None:
            self.depth, self.marks = 0, NOWHERE
            return
        depth = self.depth = parent.depth + 1
        if tag in INLINE_TAGS:
            self._outer_block = parent.block
        if tag in _NAMED_TAGS:
            identity, role = get("id"), get("role")
            if identity:
                names = f"{names} {identity}"
            if role:
                names = f"{names} {role}"
        found = _own_marks(tag, names)
        if not found:
            self.marks = parent.marks
            return
        marks = self.marks = parent.marks.copy()
        for mark in found:
            marks[mark] = depth

    @property
    def block(self) -> Place:
        """The nearest place at or above this one that is no inline element."""
        return self if self._outer_block is None else self._outer_block

    def text_load(self, around: Surroundings) -> tuple[int, int, int]:
        """How many characters of text stand in this element, how many of them in links, and how many links.

        Beyond some thousand characters a block is a page and no card: the rest is not counted.
        """
        if self.load is None:
            element = self.element
            text = around.text(element)
            if len(element) == 1 and element[0].tag == "a" and not (element.text or element[0].tail or "").strip():
                # Most links of lists stand alone in their item.
                self.load = (len(text), len(text), 1)
            else:
                count = in_links = 0
                for link in islice(element.iter("a"), _MOST_LINKS):
                    count += 1
                    if in_links < _LONGEST_BLOCK:
                        in_links += len(around.text(link))
                self.load = (len(text), in_links, count)
        return self.load

    def distance(self, mark: int) -> int:
        """Steps up to the nearest container of a kind; large where there is none."""
        return self.depth - self.marks[mark]


def whole_text(element: Element) -> str:
    """All text in an element as it stands, white space and all; several times as fast as joining its strings."""
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


class Surroundings:
    """The places of one page, made as they are asked for."""

    __slots__ = ("_left", "_places")

    def __init__(self) -> None:
        self._places: dict[Element, Place] = {}
        self._left = _MOST_TEXT

    def text(self, element: Element) -> str:
        """The beginning of an element's text, white space folded.

        Empty once the page has used up its allowance, as one of elements nested in each other might.
        """
        if self._left < 0:
            return ""
        text = whole_text(element)
        self._left -= len(text)
        return " ".join(text[:_LONGEST_BLOCK].split())

    def place(self, element: Element) -> Place:
        """The place of an element, with all that are above it."""
        places = self._places
        known = places.get(element)
        if known is not None:
            return known
        chain = [element]
        above = element.getparent()
        place = None
        while above is not None:
            place = places.get(above)
            if place is not None:
                break
            chain.append(above)
            above = above.getparent()
        for one in reversed(chain):
            place = places[one] = Place(one, place)
        assert place is not None  # the chain holds at least the element itself
        return place

    def known(self, element: Element) -> Place | None:
        """The place of an element where it was already asked for."""
        return self._places.get(element)


def common_place(one: Place, other: Place) -> Place:
    """The innermost place around both."""
    while one is not other:
        if one.depth >= other.depth:
            assert one.parent is not None  # both chains end in the root
            one = one.parent
        else:
            assert other.parent is not None
            other = other.parent
    return one


@lru_cache(maxsize=16384)
def _own_marks(tag: str, names: str) -> tuple[int, ...]:
    """The places in `MARKS` of the kinds of container that an element is by its tag and its names."""
    mask = name_mask(names) if names and tag != "body" else 0
    mask |= _BY_TAG.get(tag, 0)
    return tuple(at for at in range(len(MARKS)) if mask >> at & 1)


def name_mask(names: str) -> int:
    """The kinds of container that class, id and role names speak of, as a sum of `1 << MARK[kind]`."""
    mask = 0
    for word in _WORD.findall(names[:_LONGEST_NAME]):
        mask |= _word_mask(word)
    return mask


@lru_cache(maxsize=16384)
def _word_mask(word: str) -> int:
    word = word.lower()
    mask = _BY_WORD.get(word, 0)
    if mask or len(word) < _SHORTEST_GLUED:
        return mask
    for match in _STEM.finditer(word):
        mask |= 1 << MARK[str(match.lastgroup)]
    return mask
