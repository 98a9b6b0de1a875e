"""What stands around a link: for each kind of container, how far up the nearest one is.

The containers are told by tags and by the words in class, id and role. A `Place` is one element with what it inherits;
places are made once for each element, however many links share it.

The words here are apart from `newskeep.extract.signs` on purpose: the teaser judge is trained on them, so a change here
asks for new weights, and a change there must not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import cast

from newskeep.extract.tree import INLINE_TAGS, Element

_NAME_MARKS = {
    "navigation": "nav navi navigation navbar menu menus submenu megamenu burger drawer toolbar topbar "
    "pagination pager "
    "offcanvas dropdown subnav flyout tabs sitemap",
    "crumb": "breadcrumb breadcrumbs crumb crumbs",
    "footer": "footer foot colophon imprint legal copyright bottom",
    "header": "header masthead banner top",
    "side": "sidebar side aside rail secondary widget complementary right left",
    "card": "teaser teasers card cards promo tile tiles headline headlines carousel slider swiper item items entry "
    "list listing grid story stories article articles post posts feed module block box",
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
    "text": "body content text copy richtext prose paragraph wysiwyg articlebody absatz main",
    "sign_up": "newsletter newsletters signup subscribe subscription login paywall abo register registration premium "
    "membership donate donation cookie cookies consent privacy",
    "caption": "caption credit credits bildunterschrift figcaption legend copyright",
    "hidden": "hidden hide invisible collapse collapsed collapsible",
}
# Words glued together by their writers ("articlebody__relatedlinks") are known by a part.
_STEMS = {
    "navigation": "navig|navbar|megamenu",
    "crumb": "breadcrumb",
    "footer": "footer",
    "header": "masthead",
    "side": "sidebar",
    "card": "teaser|headline|article",
    "related": "relat|recirc|recommend|readmore|readnext|readalso|weiterlesen|empfehl|verwandt",
    "popular": "popular|mostread|trending|meistgel|topstor|mostview",
    "latest": "latest|ticker|breaking|neueste|schlagzeil",
    "advert": "sponsor|advert|anzeige|outbrain|taboola|werbung|gutschein|affiliate",
    "social": "social|sharing|share",
    "label": "categor|keyword|kicker|overline",
    "author": "author|byline|autor",
    "comment": "comment|kommentar|disqus",
    "text": "richtext|bodytext|articlebody|articlecontent|articletext|textbody|storybody",
    "sign_up": "newsletter|subscri|paywall|consent",
    "caption": "caption|credit",
    "hidden": "hidden|invisible",
}
_TAG_MARKS = {
    "in_nav": "nav",
    "in_header": "header",
    "in_footer": "footer",
    "in_aside": "aside",
    "in_article": "article",
    "in_main": "main",
    "in_section": "section",
    "in_list": "ul ol",
    "in_item": "li",
    "in_paragraph": "p",
    "in_heading": "h1 h2 h3 h4 h5 h6",
    "in_figure": "figure figcaption",
    "in_table": "table",
    "in_form": "form",
    "in_quote": "blockquote",
}
MARKS = (*_NAME_MARKS, *_TAG_MARKS)
"""The kinds of container, in the order of `Place.marks`."""

MARK = {name: at for at, name in enumerate(MARKS)}
_BY_WORD: dict[str, tuple[int, ...]] = {}
for _name, _words in _NAME_MARKS.items():
    for _word in _words.split():
        _BY_WORD[_word] = (*_BY_WORD.get(_word, ()), MARK[_name])
_BY_TAG = {tag: MARK[name] for name, tags in _TAG_MARKS.items() for tag in tags.split()}
_STEM = re.compile("|".join(f"(?P<{name}>{stems})" for name, stems in _STEMS.items()))
_SHORTEST_GLUED = 8
_LONGEST_NAME = 400
_WORD = re.compile(r"[A-Z]?[a-zà-ÿ]+|[A-Z]+")
_LONGEST_BLOCK = 6000
_MOST_LINKS = 60
_FAR = -99
NOWHERE = [_FAR] * len(MARKS)


class Place:
    """An element on the way from the root to a link.

    `marks` holds, for each of `MARKS`, the depth of the nearest container of that kind at or above this element, or a
    number far below zero.
    """

    __slots__ = ("_outer_block", "depth", "element", "load", "marks", "names", "parent", "tag")

    def __init__(self, element: Element, parent: Place | None) -> None:
        self.element = element
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        tag = self.tag = element.tag
        self.names = element.get("class") or ""
        self.marks: list[int] = _marks(
            element, tag, self.names, self.depth, NOWHERE if parent is None else parent.marks
        )
        # Not itself: a cycle would keep the page alive until the next garbage collection.
        self._outer_block: Place | None = parent.block if parent is not None and tag in INLINE_TAGS else None
        self.load: tuple[int, int, int] | None = None

    @property
    def block(self) -> Place:
        """The nearest place at or above this one that is no inline element."""
        return self if self._outer_block is None else self._outer_block

    def text_load(self, link_lengths: Mapping[Element, int]) -> tuple[int, int, int]:
        """How many characters of text stand in this element, how many of them in links, and how many links.

        `link_lengths` holds the length of each link's text.
        """
        if self.load is None:
            text = " ".join("".join(_beginning(self.element)).split())
            links = [link_lengths.get(link, 0) for link in islice(self.element.iter("a"), _MOST_LINKS)]
            self.load = (len(text), sum(links), len(links))
        return self.load

    def distance(self, mark: int) -> int:
        """Steps up to the nearest container of a kind; large where there is none."""
        return self.depth - self.marks[mark]


def _beginning(element: Element) -> Iterator[str]:
    """The strings of an element, up to so many characters: beyond, a block is a page and no card."""
    length = 0
    for part in cast("Iterator[str]", element.itertext()):
        yield part
        length += len(part)
        if length > _LONGEST_BLOCK:
            return


class Surroundings:
    """The places of one page, made as they are asked for."""

    __slots__ = ("_places",)

    def __init__(self) -> None:
        self._places: dict[Element, Place] = {}

    def place(self, element: Element) -> Place:
        """The place of an element, with all that are above it."""
        places = self._places
        known = places.get(element)
        if known is not None:
            return known
        chain = [element]
        above = element.getparent()
        while above is not None and above not in places:
            chain.append(above)
            above = above.getparent()
        place = None if above is None else places[above]
        for one in reversed(chain):
            place = Place(one, place)
            places[one] = place
        assert place is not None  # the chain holds at least the element itself
        return place


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


def _marks(element: Element, tag: str, names: str, depth: int, inherited: list[int]) -> list[int]:
    identity, role = element.get("id"), element.get("role")
    if identity:
        names = f"{names} {identity}"
    if role:
        names = f"{names} {role}"
    found = name_marks(names) if names and tag not in ("html", "body") else ()
    own = _BY_TAG.get(tag)
    if not found and own is None:
        return inherited
    marks = inherited.copy()
    for mark in found:
        marks[mark] = depth
    if own is not None:
        marks[own] = depth
    return marks


@lru_cache(maxsize=16384)
def name_marks(names: str) -> tuple[int, ...]:
    """The kinds of container (indices into `MARKS`) that class, id and role names speak of."""
    found: set[int] = set()
    for word in _WORD.findall(names[:_LONGEST_NAME]):
        found.update(_word_marks(word.lower()))
    return tuple(sorted(found))


@lru_cache(maxsize=16384)
def _word_marks(word: str) -> tuple[int, ...]:
    marks = _BY_WORD.get(word, ())
    if marks or len(word) < _SHORTEST_GLUED:
        return marks
    return tuple(MARK[match.lastgroup] for match in _STEM.finditer(word) if match.lastgroup)
