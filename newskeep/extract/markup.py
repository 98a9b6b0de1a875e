"""From the bytes of HTML to a tree that is safe to read: no control characters, no comments, bounded.

Readers of the tree may then look at all that is around an element, or in it, without a thought of pages made to hurt.
Not here: what is gathered from the tree (`tree`), how bytes become UTF-8 (`decode`).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import NamedTuple, TypeAlias

from lxml import etree

from newskeep.errors import PageError

Element: TypeAlias = etree._Element

_CONTROLS = bytes((*range(0x09), 0x0B, *range(0x0E, 0x20)))
_CONTROLS_TO_SPACE = bytes.maketrans(_CONTROLS + b"\x0c", b" " * (len(_CONTROLS) + 1))
_FORM_FEED_TO_SPACE = bytes.maketrans(b"\x0c", b" ")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
# A reference without its semicolon ends at what is no digit of it: `&#2F` is the second character, then an F.
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[efEF])(?:;|(?![0-9a-fA-F]))"
    rb"|0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?:;|(?!\d)))"
)

_MOST_ELEMENTS = 10_000
"""So much of a page is read: twice the largest of a thousand news pages. What comes behind is cut off."""
_DEEPEST = 100
"""So deep may elements stand in each other, twice as deep as on any of those; deeper ones are put side by side."""
_LONGEST_TEXT = 100_000
"""Characters between two tags; the longest met in running text has ten thousand."""
_LONGEST_AFTER_END = 400
"""Bytes behind the end tag of a page that are no more than a comment or a counter."""


class Tree(NamedTuple):
    """A tree by its root, and all its elements in document order: as long as somebody holds them, they are not made
    anew for every reader.
    """

    root: Element
    elements: list[Element]


def parse_tree(data: bytes, *, url: str) -> Tree:
    """The bare tree of HTML in UTF-8, without comments. Raises PageError where there is nothing to parse."""
    data = _without_early_end(_without_controls(data))
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
    )
    try:
        root = etree.fromstring(data, parser) if data and not data.isspace() else None
    except etree.LxmlError as error:
        raise PageError(f"the page cannot be parsed: {error}", url=url) from error
    if root is None:
        raise PageError("the page is empty", url=url)
    elements = list(islice(root.iter(), _MOST_ELEMENTS + 1))
    is_cut = len(elements) > _MOST_ELEMENTS or _has_long_stretch(data)
    if is_cut:
        _cut_short(root)
    if _flatten(root) or is_cut:
        elements = list(root.iter())
    return Tree(root, elements)


def _has_long_stretch(data: bytes) -> bool:
    """May there be a text that is too long: is there no tag in some half of such a length?"""
    half = _LONGEST_TEXT // 2
    return any(data.find(b"<", at, at + half) < 0 for at in range(0, len(data) - half, half))


def _without_controls(data: bytes) -> bytes:
    """Drop control characters from UTF-8, also those written as references: lxml reads them and then refuses them.

    A form feed becomes a space: it is white space in HTML, and no character of XML.
    """
    # `translate` gives the same object back where it finds nothing, and deletes slowly: so it looks first.
    if data.translate(_CONTROLS_TO_SPACE) is not data:
        data = data.translate(_FORM_FEED_TO_SPACE, _CONTROLS)
    # One byte is looked for much faster than two.
    if b"\xef" in data and b"\xef\xbf" in data:
        for mark in _NO_CHARACTERS:
            data = data.replace(mark, b"")
    return _CONTROL_REFERENCE.sub(b"", data)


def _without_early_end(data: bytes) -> bytes:
    """Drop the end tags of a page that goes on behind them: the parser would stop reading there."""
    end = data.find(b"</html>")
    if end < 0 or len(data) - end < _LONGEST_AFTER_END:
        return data
    return data.replace(b"</body>", b"").replace(b"</html>", b"")


def _flatten(root: Element) -> bool:
    """Put what is nested too deep side by side: a reader that looks at all that is around an element stays quick.

    True where there was anything so deep.
    """
    deepest = _elements_at_depth(root, _DEEPEST)
    for element in deepest:
        # The last one first: so whatever is moved has nothing left in it that would be moved along.
        for inner in reversed(list(element.iterdescendants())):
            element.insert(0, inner)
    return bool(deepest)


@cache
def _steps_down(depth: int) -> etree.XPath:
    return etree.XPath("/*" * depth)


def _elements_at_depth(root: Element, depth: int) -> list[Element]:
    found = _steps_down(depth)(root)
    return [element for element in found if isinstance(element, Element)] if isinstance(found, list) else []


def _cut_short(root: Element) -> None:
    """Cut off what comes behind so many elements, and what goes on too long in one text."""
    last = root
    for count, element in enumerate(root.iter()):
        last = element
        if count >= _MOST_ELEMENTS:
            break
        text, tail = element.text, element.tail
        if text is not None and len(text) > _LONGEST_TEXT and element.tag != "script":
            element.text = text[:_LONGEST_TEXT]
        if tail is not None and len(tail) > _LONGEST_TEXT:
            element.tail = tail[:_LONGEST_TEXT]
    else:
        return
    del last[:]
    for element in (last, *last.iterancestors()):
        parent = element.getparent()
        if parent is not None:
            element.tail = None
            del parent[parent.index(element) + 1 :]
