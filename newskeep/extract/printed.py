"""The short lines a page prints around its headline, and lines elsewhere that are named or labelled as something.

Nearly every page prints its byline and its date within a few elements of the headline. This module finds that stretch
once and reads each of its elements as a line; `bylines` and `page_dates` look for authors and dates in it. Asked only
where the declared metadata leaves something open, since it costs a walk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from newskeep.extract.lines import line_of, text_up_to
from newskeep.extract.signs import ADVERT, BIOGRAPHY, COMMENT, NAVIGATION, TEASER, name_signs
from newskeep.extract.tree import INLINE_TAGS, Element, Page, ancestors
from newskeep.text import comparison_key, fold_marks, fold_space

LONGEST_LINE = 160
_LONGEST_HEADER = 1500
_HEADER_ELEMENTS = 140
# A standfirst may be a paragraph as long as those of the text.
_PARAGRAPHS_OF_HEADER = 2
_MOST_LABELS = 8
_MOST_LOOKED_AT = 80
_MOST_WALKED = 1200
_MOST_HEADINGS = 200
_OTHERS = re.compile(
    r"comment|related|teaser|recommend|popular|(?<!v)card|quote|footer|sidebar|newsletter|promo|latest|most-"
)
_UNWANTED = COMMENT | TEASER | ADVERT | NAVIGATION | BIOGRAPHY
_NAMING = frozenset(("class", "itemprop", "rel", "id", "data-testid"))
_OTHER_TAGS = frozenset(("aside", "footer", "nav", "blockquote", "template", "figure", "figcaption"))
# In a line of label, name and paper, elements of these kinds are parted by style alone.
_WITHIN_WORDS = INLINE_TAGS - {"a", "span", "strong", "b", "time"}
# Around the headline a box about the author is where the author is named.
_NEAR_UNWANTED = _UNWANTED & ~BIOGRAPHY


class Line(NamedTuple):
    """An element and its text as one line; '' where it is longer than a line."""

    element: Element
    text: str


class Printed:
    """What one page prints, searched lazily: nothing is walked before it is asked for."""

    def __init__(self, page: Page, headline: str | None) -> None:
        self._page = page
        self._headline = headline

    @cached_property
    def header(self) -> list[Line]:
        """The elements around the printed headline, in page order; none where the page prints no headline.

        Some may belong to other stories: ask `is_own` of those that matter.
        """
        heading = self._heading
        return _lines_from(_header_top(heading, self._page.body)) if heading is not None else []

    @cached_property
    def _heading(self) -> Element | None:
        """The heading that prints the headline; an `h1` where none does."""
        key = comparison_key(self._headline)
        first: Element | None = None
        for element in self._page.headings[:_MOST_HEADINGS]:
            if element.tag not in ("h1", "h2", "h3"):
                continue
            printed = comparison_key(line_of(element))
            if key and printed and (printed == key or (len(key) > 20 and key in printed)) and not _in_list(element):
                return element
            if first is None and element.tag == "h1":
                first = element
        return first

    @cached_property
    def _around(self) -> frozenset[Element]:
        return frozenset(ancestors(self._heading)) if self._heading is not None else frozenset()

    def is_own(self, element: Element, *, is_near: bool = False) -> bool:
        """Does an element belong to the story, and not to a comment, a card of another story or the like?

        `is_near` says that it stands around the headline.
        """
        # What holds the printed headline holds the story: its names say nothing of the element.
        return not is_of_another(element, self._around, is_near=is_near)

    def named(self, pattern: re.Pattern[str]) -> Iterator[Line]:
        """The story's elements anywhere on the page whose names match; names are lower case."""
        looked_at = 0
        for element in islice(self._page.body.iter("*"), _MOST_WALKED):
            if not (is_named(element, pattern) or (element.tag == "time" and _matches(pattern, "time"))):
                continue
            looked_at += 1
            if looked_at > _MOST_LOOKED_AT:
                return
            text = line_of(element, LONGEST_LINE)
            if text and self.is_own(element):
                yield Line(element, text)

    @cached_property
    def _labels(self) -> list[tuple[Element, list[str]]]:
        """The elements that may be labels, with their words as they are looked for; asked for more than once."""
        found: list[tuple[Element, list[str]]] = []
        for element in self._page.body.iter("strong", "b", "dt", "th"):
            label = (element.text or "").strip(" :\n\t")
            if 3 <= len(label) <= 30:
                found.append((element, fold_marks(label).split("/")))
        return found

    def labelled(self, labels: frozenset[str]) -> Iterator[str]:
        """What stands behind a label in bold, in a list of definitions or in a table: `Author`, then the name."""
        found = 0
        for element, words in self._labels:
            if labels.isdisjoint(words):
                continue
            found += 1
            if found > _MOST_LABELS:
                return
            following = element.getnext()
            value = fold_space(element.tail) or (line_of(following, LONGEST_LINE) if following is not None else "")
            if value and len(value) <= LONGEST_LINE and self.is_own(element):
                yield value


def is_of_another(element: Element, around: frozenset[Element] = frozenset(), *, is_near: bool = False) -> bool:
    """Does an element stand in a comment, a card of another story or the like? `around` are known to hold the story."""
    unwanted = _NEAR_UNWANTED if is_near else _UNWANTED
    # There an aside may hold the byline, too.
    tags = _OTHER_TAGS - {"aside"} if is_near and element.get("rel") == "author" else _OTHER_TAGS
    for depth, ancestor in enumerate((element, *ancestors(element))):
        if depth > 8 or ancestor.tag in ("body", "main") or ancestor in around:
            return False
        if ancestor.tag in tags:
            return True
        names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        if depth == 0 and _OTHERS.search(names.lower()):
            return True
        if depth and ancestor.tag not in ("header", "article") and name_signs(names) & unwanted:
            return True
    return False


def names_of(element: Element) -> str:
    """What an element calls itself in class, id, itemprop, rel and test marks, and its tag, in lower case."""
    return " ".join([*(str(value) for name, value in element.items() if name in _NAMING), element.tag]).lower()


def is_named(element: Element, pattern: re.Pattern[str]) -> bool:
    """Does an element's class, item property, test mark or, of a link, relation match? Names are lower case."""
    # Asked of every element of the page: most have a class or nothing.
    get = element.get
    named = get("class")
    if named is not None and _matches(pattern, named):
        return True
    named = get("itemprop") or get("data-testid") or (get("rel") if element.tag == "a" else None)
    return named is not None and _matches(pattern, named)


@lru_cache(maxsize=8192)
def _matches(pattern: re.Pattern[str], name: str) -> bool:
    return pattern.search(name.lower()) is not None


def _in_list(element: Element) -> bool:
    return any(ancestor.tag in ("nav", "li") for ancestor in ancestors(element))


def _header_top(heading: Element, body: Element) -> Element:
    """The largest element around a heading that holds little more than a header does."""
    top = heading
    room = _LONGEST_HEADER
    for ancestor in ancestors(heading):
        if ancestor is body:
            break
        room -= len((ancestor.text or "").strip())
        for child in ancestor:
            if child is not top:
                text = text_up_to(child, room)
                room -= len(text) if text is not None else room + 1
            room -= len((child.tail or "").strip())
            if room < 0:
                return top
        top = ancestor
    return top


def _lines_from(top: Element) -> list[Line]:
    """An element, all below it, then all that follow it in page order, as lines, until the text has begun."""
    reader = _Reader()
    current: Element | None = top
    is_done = reader.read(top)
    while current is not None and not is_done:
        is_done = any(reader.read(sibling) for sibling in current.itersiblings())
        current = current.getparent()
    return [Line(element, text) for element, text in zip(reader.elements, reader.texts, strict=True)]


class _Reader:
    """Reads elements and their texts in one walk: a text is a stretch of the strings met so far."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self._strings: list[str] = []
        self._length = 0
        self._paragraphs = 0

    def read(self, root: Element) -> bool:
        """Read one element and all below it; True where enough is read."""
        # A closing entry holds where its element's line and its strings begin.
        stack: list[Element | tuple[Element, int, int, int]] = [root]
        while stack:
            item = stack.pop()
            if isinstance(item, tuple):
                if self._close(*item, is_root=item[0] is root):
                    return True
                continue
            if item.tag == "template":
                self._add(item.tail if item is not root else None)
                continue
            if len(self.elements) >= _HEADER_ELEMENTS:
                return True
            if item.tag not in _WITHIN_WORDS:
                self._strings.append(" ")
            stack.append((item, len(self.elements), len(self._strings), self._length))
            self.elements.append(item)
            self.texts.append("")
            self._add(item.text)
            stack.extend(reversed(item))
        return False

    def _close(self, element: Element, line: int, first: int, length: int, *, is_root: bool) -> bool:
        read = self._length - length
        if read <= LONGEST_LINE:
            text = fold_space("".join(self._strings[first:])) if read else ""
            self.texts[line] = text if len(text) <= LONGEST_LINE else ""
        if element.tag == "p" and read and not self.texts[line]:
            self._paragraphs += 1
        if not is_root:
            if element.tag not in _WITHIN_WORDS:
                self._strings.append(" ")
            self._add(element.tail)
        return self._paragraphs > _PARAGRAPHS_OF_HEADER

    def _add(self, string: str | None) -> None:
        if string:
            self._strings.append(string)
            self._length += len(string.strip())
