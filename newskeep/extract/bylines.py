"""The byline as a page prints it, for pages that do not declare who wrote their story.

Looks for lines that say "By", for elements named after authors, for a paragraph that is nothing but names, for a name
beside the date. What a line says is taken apart by `authors`; where lines are looked for is `printed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newskeep.extract.authors import Byline, byline_of, is_name_like, is_organisation, split_names
from newskeep.extract.lines import line_of, text_up_to
from newskeep.extract.printed import LONGEST_LINE, Line, Printed, names_of
from newskeep.extract.site_names import SiteNames
from newskeep.extract.tree import Element
from newskeep.text import is_unspaced, word_set

_AUTHOR_NAMES = re.compile(r"auth?or|byline|auteur|writer|reporter|person")
_PICTURES = re.compile(r"image|avatar|social|photo|credit|caption|copyright")
_PRINTED_BY = re.compile(
    r"^(?i:by|von|par|por|door|di|av|af|text|(?:text|words|written|posted) by|autor(?:in)?|author|oleh|przez|автор)"
    r"(?:\s*:\s*|\s+)(?=[^\W\d_])[^a-zà-ÿ]"
)
_BEGINS_WITH_DATE = re.compile(
    r"\W{0,3}\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\W{0,3}\d{1,2}\.? [^\W\d_]{3,10}\.?,? \d{4}\b"
)
_AUTHOR_LABELS = word_set("author authors autor autorin autoren auteur auteurs autore autores autora forfatter автор")
_EMPHASIS = frozenset(("strong", "b", "em", "i"))


def printed_bylines(printed: Printed, site: SiteNames, *, is_anywhere: bool = True) -> Iterator[Byline]:
    """The bylines a page prints, the likeliest first; `is_anywhere` lets names far from the headline count."""
    for text in printed.labelled(_AUTHOR_LABELS):
        byline = byline_of([text], site, origin="printed byline", is_strict=True)
        if byline.people:
            yield byline
    groups = _groups(printed.header, printed, is_near=True)
    if not groups and is_anywhere:
        groups = _groups(printed.named(_AUTHOR_NAMES), printed, is_near=False)
    for _, texts in sorted(groups, key=lambda group: -group[0]):
        byline = byline_of(texts, site, origin="printed byline", is_strict=True)
        if byline.people or byline.organisations:
            yield byline
    for line in printed.header:
        if line.element.tag == "p" and text_up_to(line.element, LONGEST_LINE) is None:
            # The text has begun: bold names further down are crossheads or people it speaks of.
            break
        names = _signature(line, site) or _beside_date(line, site)
        if names and printed.is_own(line.element):
            yield Byline(people=names, organisations=(), origin="signature", raw=", ".join(names))


def _groups(lines: Iterable[Line], printed: Printed, *, is_near: bool) -> list[tuple[float, list[str]]]:
    """Lines that may name the authors, with a score; elements of one kind side by side are one line."""
    groups: dict[tuple[object, ...], tuple[float, list[str]]] = {}
    for number, (element, text) in enumerate(lines):
        if not text:
            continue
        names = names_of(element)
        by_name = _AUTHOR_NAMES.search(names) is not None
        is_by = _PRINTED_BY.match(text) is not None
        if not (by_name or is_by) or _PICTURES.search(names) or not printed.is_own(element):
            continue
        score = 2.0 * (element.get("rel") == "author" or "author" in (element.get("itemprop") or ""))
        score += 1.5 * ("name" in names or "byline" in names) + 2.0 * is_by - 2.0 * (len(text) > 80)
        score += 1.0 * is_near - 0.1 * number
        key = (element.tag, element.get("class"), _holder(element))
        if key in groups and by_name:
            groups[key][1].append(text)
        else:
            groups.setdefault(key, (score, [text]))
    return list(groups.values())


def _holder(element: Element) -> Element | None:
    """What tells elements side by side: their parent, or its parent where each has a wrapper of its own."""
    parent = element.getparent()
    if parent is not None and len(parent) == 1 and parent.getparent() is not None:
        parent = parent.getparent()
    return parent


def _signature(line: Line, site: SiteNames) -> tuple[str, ...]:
    """The names in a paragraph that is nothing but names in bold or italics."""
    element, text = line
    if element.tag != "p" or (element.text or "").strip() or len(element) != 1:
        return ()
    inner = element[0]
    if inner.tag not in _EMPHASIS or (inner.tail or "").strip():
        return ()
    names = split_names(text, site) if text else []
    if names and all(is_name_like(name) and not is_organisation(name, site) for name in names):
        return tuple(names)
    return ()


def _beside_date(line: Line, site: SiteNames) -> tuple[str, ...]:
    """A name that stands alone in its element, right before or after one that begins with a date."""
    element = line.element
    if element.tag not in ("span", "div", "p", "li", "b", "strong", "a") or len(element) > 1:
        return ()
    text = line.text.strip(" |-–·")
    if not is_name_like(text) or is_unspaced(text) or is_organisation(text, site) or text.isupper():
        return ()
    for neighbour in (element.getnext(), element.getprevious()):
        if neighbour is None or not isinstance(neighbour.tag, str):
            continue
        if _BEGINS_WITH_DATE.match(line_of(neighbour, LONGEST_LINE)):
            return (text,)
    return ()
