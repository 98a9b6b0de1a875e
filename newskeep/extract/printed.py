"""The short lines a page prints around its headline, and lines elsewhere that are named or labelled as something.

Nearly every page prints its byline and its date within a few elements of the headline. This module finds that stretch
once and reads each of its elements as a line; `bylines` and `page_dates` look for authors and dates in it. Asked only
where the declared metadata leaves something open, since it costs a walk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from newskeep.extract.lines import line_of, text_up_to
from newskeep.extract.signs import ADVERT, BIOGRAPHY, COMMENT, NAVIGATION, TEASER, name_signs
from newskeep.extract.tree import Element, Page, ancestors
from newskeep.text import comparison_key, fold_marks, fold_space

LONGEST_LINE = 160
_LONGEST_HEADER = 1500
_HEADER_ELEMENTS = 140
# A standfirst may be a paragraph as long as those of the text.
_PARAGRAPHS_OF_HEADER = 2
_MOST_LABELS = 8
_MOST_LOOKED_AT = 120
_MOST_HEADINGS = 200
_OTHERS = re.compile(
    r"comment|related|teaser|recommend|popular|card|quote|footer|sidebar|newsletter|promo|latest|most-"
)
_UNWANTED = COMMENT | TEASER | ADVERT | NAVIGATION | BIOGRAPHY
_OTHER_TAGS = frozenset(("aside", "footer", "nav", "blockquote", "template", "figure", "figcaption"))


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
        if heading is None:
            return []
        top = heading
        for ancestor in ancestors(heading):
            if ancestor is self._page.body or text_up_to(ancestor, _LONGEST_HEADER) is None:
                break
            top = ancestor
        lines: list[Line] = []
        paragraphs = 0
        for element in islice(_onward(top), _HEADER_ELEMENTS):
            if not isinstance(element.tag, str):
                continue
            text = line_of(element, LONGEST_LINE)
            lines.append(Line(element, text))
            paragraphs += element.tag == "p" and not text and len(element) + len(element.text or "") > 0
            if paragraphs > _PARAGRAPHS_OF_HEADER:
                break
        return lines

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

    def is_own(self, element: Element) -> bool:
        """Does an element belong to the story, and not to a comment, a card of another story or the like?"""
        # What holds the printed headline holds the story: its names say nothing of the element.
        return not is_of_another(element, self._around)

    def named(self, pattern: re.Pattern[str]) -> Iterator[Line]:
        """The story's elements anywhere on the page whose names match; names are lower case."""
        looked_at = 0
        for names, element in self._named_elements:
            if not pattern.search(names):
                continue
            looked_at += 1
            if looked_at > _MOST_LOOKED_AT:
                return
            text = line_of(element, LONGEST_LINE)
            if text and self.is_own(element):
                yield Line(element, text)

    @cached_property
    def _named_elements(self) -> list[tuple[str, Element]]:
        found = self._page.body.xpath(".//*[@class or @itemprop or @rel or @data-testid or self::time]")
        if not isinstance(found, list):
            return []
        return [(names_of(element), element) for element in found if isinstance(element, type(self._page.body))]

    def labelled(self, labels: frozenset[str]) -> Iterator[str]:
        """What stands behind a label in bold, in a list of definitions or in a table: `Author`, then the name."""
        found = 0
        for element in self._page.body.iter("strong", "b", "dt", "th"):
            label = (element.text or "").strip(" :\n\t")
            if not 3 <= len(label) <= 30 or not labels.intersection(fold_marks(label).split("/")):
                continue
            found += 1
            if found > _MOST_LABELS:
                return
            following = element.getnext()
            value = fold_space(element.tail) or (line_of(following, LONGEST_LINE) if following is not None else "")
            if value and len(value) <= LONGEST_LINE and self.is_own(element):
                yield value


def is_of_another(element: Element, around: frozenset[Element] = frozenset()) -> bool:
    """Does an element stand in a comment, a card of another story or the like? `around` are known to hold the story."""
    for depth, ancestor in enumerate((element, *ancestors(element))):
        if depth > 8 or ancestor.tag in ("body", "main") or ancestor in around:
            return False
        if ancestor.tag in _OTHER_TAGS:
            return True
        names = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"
        if depth == 0 and _OTHERS.search(names.lower()):
            return True
        if depth and ancestor.tag not in ("header", "article") and name_signs(names) & _UNWANTED:
            return True
    return False


def names_of(element: Element) -> str:
    """What an element calls itself in class, id, itemprop, rel and test marks, in lower case."""
    get = element.get
    names = (get("class"), get("itemprop"), get("rel"), get("id"), get("data-testid"), element.tag)
    return " ".join(name for name in names if isinstance(name, str)).lower()


def _in_list(element: Element) -> bool:
    return any(ancestor.tag in ("nav", "li") for ancestor in ancestors(element))


def _onward(element: Element) -> Iterator[Element]:
    """An element, all below it, then all that follow it in page order."""
    yield from element.iter()
    current: Element | None = element
    while current is not None:
        for sibling in current.itersiblings():
            yield from sibling.iter()
        current = current.getparent()
