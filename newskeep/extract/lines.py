"""Short texts of elements, read no further than they may be long.

A heading, a byline or a date is one line. An element that somebody forgot to close may hold the whole page; asking for
its text costs no more here than the longest line that would be of use.
"""

from __future__ import annotations

from newskeep.extract.tree import Element, spaced_strings
from newskeep.text import fold_space

_MOST_PIECES = 400


def text_up_to(element: Element, limit: int) -> str | None:
    """An element's text as one line; None where it has more than `limit` characters."""
    if not len(element):
        text = fold_space(element.text)
        return text if len(text) <= limit else None
    parts: list[str] = []
    length = 0
    for count, part in enumerate(spaced_strings(element)):
        length += len(part.strip())
        if length > limit or count > _MOST_PIECES:
            return None
        parts.append(part)
    text = fold_space("".join(parts))
    return text if len(text) <= limit else None


def line_of(element: Element, limit: int = 500) -> str:
    """An element's text where it is one short line, else ''."""
    return text_up_to(element, limit) or ""
