"""Is this one page of a story over several, and where is the next one?

Told by links whose addresses are the story's own with another number (`newskeep.paging`) and that say so: `rel=next`,
a text that is that number, or a word such as "next". A number that stands in an address for something else (a day, an
id, the second story of that name) has no such links around it.
"""

from __future__ import annotations

import re
from urllib.parse import urldefrag

from newskeep.extract.tree import Element, Page, ancestors, class_words, text_of
from newskeep.model import Paging
from newskeep.paging import MOST_PAGES, PageAddress, number_in, page_addresses

_MOST_ANCHORS = 5000
_LONGEST_LABEL = 60
_LONGEST_NUMBER = 12
_RELATIVE = "?0123456789"
_SHORT_STEM = 6
_LONGEST_MARK = 20
_MOST_CHILDREN = 3
_RELATED = frozenset(("next", "prev", "canonical"))
_DIGIT = re.compile(r"[0-9]")
_NOT_DIGIT = re.compile(r"[^0-9]")
_NEXT = re.compile(
    r"\b(?:next|weiter|nächste|suivante?|siguiente|próxim[ao]|seguinte|successiv[ao]|avanti|volgende|næste|neste|nästa|"
    r"seuraava|następna|další|ďalšia|következő|următoarea|sonraki|berikutnya)\b|次|下一|다음|след|далее|наступна|"
    r"επόμενη|التالي|הבא|ถัดไป|trang sau|[›»→]",
    re.IGNORECASE,
)
_COUNT = re.compile(r"^\W*(?:\w+\W+)?(\d{1,2})\s*(?:of|von|de|di|van|af|av|/|из|z|sur)\s*(\d{1,2})\W*$", re.IGNORECASE)
_OTHER_PAGERS = ("comment", "kommentar", "coment", "gallery", "slide", "listing", "archive")


def read_paging(page: Page) -> Paging | None:
    """Tell which page of a paged story this is; None where it is the only one."""
    own = page_addresses(page.url)
    if not own:
        return None
    links = _page_links(page, own)
    for address in reversed(own):
        found = {one.number: url for one, url in links.targets.items() if one.story == address.story}
        paging = _paging(page, address, found, _stated_count(links, address.number))
        if paging is not None:
            return paging
    return None


def _paging(page: Page, own: PageAddress, links: dict[int, str], stated: int | None) -> Paging | None:
    """What the links to other pages of one story say; a later page must lead back to the one before or to the first."""
    number = own.number
    if number > 1 and not ({1, number - 1} & set(links)):
        return None
    following = links.get(number + 1)
    if following is None and number == 1:
        return None
    most = max([number, *links])
    return Paging(
        number=number,
        first_url=page.url if number == 1 else links.get(1) or links[number - 1],
        next_url=following,
        count=stated or (most if most > number else None),
    )


class _Links:
    """The addresses of other pages by what they share with this one's and by their number, and the links to them."""

    __slots__ = ("anchors", "targets")

    def __init__(self) -> None:
        self.targets: dict[PageAddress, str] = {}
        self.anchors: list[Element] = []

    def add(self, page: Page, link: Element, stories: set[str]) -> bool:
        """Note where a link leads, if that is a page of the same story."""
        target = page.join(link.get("href"))
        if target is None:
            return False
        target = urldefrag(target)[0]
        found = False
        for story in stories:
            number = number_in(target, story)
            if number is not None and number <= MOST_PAGES:
                self.targets.setdefault(PageAddress(story, number), target)
                found = True
        return found


def _page_links(page: Page, own: tuple[PageAddress, ...]) -> _Links:
    stories = {one.story for one in own}
    # What the address of every other page must hold; a page has hundreds of links, and most are told by this alone.
    stem = own[-1].story.partition("?")[0].rpartition("/")[2]
    if len(stem) < _SHORT_STEM:
        stem = f"/{stem}"
    is_later = own[-1].number > 1
    found = _Links()
    for link in page.links:
        if _RELATED.intersection((link.get("rel") or "").lower().split()):
            found.add(page, link, stories)
    for anchor in page.anchors[:_MOST_ANCHORS]:
        href = anchor.get("href")
        # Cheap, and asked of every link: hundreds a page, and hardly ever one that is meant.
        if not href or (stem not in href and href[0] not in _RELATIVE):
            continue
        if _may_be_page(href, stem, is_later) and _says_page(page, anchor, href) and found.add(page, anchor, stories):
            found.anchors.append(anchor)
    return found


def _may_be_page(href: str, stem: str, is_later: bool) -> bool:
    """Could this be another page's address, by its length and where the story's name stands in it?"""
    if href[0] in _RELATIVE:
        return len(href) <= _LONGEST_MARK
    # An address in a parameter is a button's for sharing; the story's own name stands near the end of its own.
    at = href.rfind(stem)
    marked = len(href) - at - len(stem)
    if at < 0 or marked > _LONGEST_MARK:
        return False
    # A later page's address goes on with its number; links to the first one are all over its own page.
    return is_later or _DIGIT.search(href, at + len(stem)) is not None


def _says_page(page: Page, anchor: Element, href: str) -> bool:
    """Does a link say that it leads to another page of what one is reading?"""
    if _RELATED.intersection((anchor.get("rel") or "").lower().split()):
        return True
    if len(anchor) > _MOST_CHILDREN:
        return False
    label = text_of(anchor) or anchor.get("aria-label") or anchor.get("title") or ""
    if not label or len(label) > _LONGEST_LABEL:
        return False
    if len(label) <= _LONGEST_NUMBER and (digits := _NOT_DIGIT.sub("", label)):
        if int(digits) not in {one.number for one in page_addresses(page.join(href) or "")}:
            return False
    elif not _NEXT.search(label):
        return False
    return not any(word in class_words(one) for one in ancestors(anchor) if one.tag != "body" for word in _OTHER_PAGERS)


def _stated_count(links: _Links, number: int) -> int | None:
    """The number of pages in a line such as "Page 1 of 3" beside a link to a page; None where there is none."""
    for anchor in links.anchors:
        parent = anchor.getparent()
        around = (anchor.tail, parent.text if parent is not None else None)
        before = anchor.getprevious()
        for text in (*around, before.text if before is not None else None):
            match = _COUNT.match(text.strip()) if text and len(text) < _LONGEST_LABEL else None
            if match is not None and int(match[1]) == number <= int(match[2]) <= MOST_PAGES:
                return int(match[2])
    return None
