"""Short texts of elements, read no further than they may be long.

A heading, a byline or a date is one line. An element that somebody forgot to close may hold the whole page; asking for
its text costs no more here than the longest line that would be of use.
"""

from __future__ import annotations

from newskeep.extract.tree import Element, spaced_strings
from newskeep.text import fold_space

_MOST_PIECES = 400
_LONGEST_LABEL = 400


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


def parted_line(element: Element, line: str) -> str:
    """A label's line, its words parted by a space where only style parts them: `World<span>Asia</span>`.

    `line` is what was read of the element with nothing put between its parts; it is given back where it is not that.
    """
    if not len(element):
        return line
    parted = ""
    for part in map(str, element.itertext()):
        is_glued = parted[-1:].isalnum() and not parted[-1:].isupper() and (part[:1].isupper() or part[:1].isdigit())
        parted += f" {part}" if is_glued and not parted[-1:].isdigit() else part
        if len(parted) > _LONGEST_LABEL:
            return line
    parted = fold_space(parted)
    return parted if parted.replace(" ", "") == line.replace(" ", "") else line
