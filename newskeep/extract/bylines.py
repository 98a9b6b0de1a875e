"""The byline as a page prints it, for pages that do not declare who wrote their story.

Looks for lines that say "By", for elements named after authors, for a paragraph that is nothing but names, for a name
beside the date. What a line says is taken apart by `authors`; where lines are looked for is `printed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from newskeep.extract.authors import Byline, byline_of, is_name_like, is_organisation, split_names, without_date
from newskeep.extract.lines import line_of, text_up_to
from newskeep.extract.printed import LONGEST_LINE, Line, Printed, is_named, names_of
from newskeep.extract.site_names import SiteNames, squash
from newskeep.extract.tree import Element
from newskeep.text import is_unspaced, plain_words, word_set

_AUTHOR_NAMES = re.compile(r"auth?or|byline|auteur|writer|reporter|person")
_PICTURES = re.compile(r"image|avatar|social|photo|credit|caption|copyright")
_PRINTED_BY = re.compile(
    r"^(?i:by|von|par|por|door|di|av|af|text|(?:text|words|written|posted) by|autor(?:in)?|author|oleh|przez|автор)"
    r"(?:\s*:\s*|\s+)(?=[^\W\d_])[^a-zà-ÿ]"
    # Glued: the label stands in an element of its own that only style parts from the name.
    r"|^(?:(?:Posted |Written )?[Bb]y|Von|Par|Por|Door)(?=[A-ZÀ-Þ][a-zà-ÿ'’.])"
)
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autore?[ns]?|auteurs?|profiles?|people|contributors?|writers?|journalists?|reporters?|columnists?"
    r"|redakteure?|autorzy|yazarlar?|penulis)/",
    re.IGNORECASE,
)
_BEGINS_WITH_DATE = re.compile(
    r"\W{0,3}(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.? [^\W\d_]{3,10}\.?,? \d{4}"
    r"|[^\W\d_]{3,10}\.? \d{1,2}, \d{4})\b"
)
_GLUED = re.compile(r"^((?:(?:Posted |Written )?[Bb]y|Von|Par|Por|Door|[^\W\d_]{3,12}:)(?=[A-ZÀ-Þ][a-zà-ÿ'’.]))")
# Where else to follow the writer, said by a button beside the name.
_BUTTONS = re.compile(r"(?:[\s,|·•]+(?:twitter|facebook|instagram|linkedin|bluesky|mastodon|e-?mail))+$", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:(?:posted |written )?by|von|par|por|door|di|av|af|text|przez|oleh|автор)\b:?\s+", re.IGNORECASE
)
_LONGEST_PAPER = 6
_LONGEST_NAME = 60
_STROKES = " |-–—·•●,;:/"
_STROKE = re.compile(r"\s+[|•·–—-]\s+")
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
        if not line.text:
            continue
        names = _signature(line, site) or _beside_date(line, site) or _before_date(line, site)
        if names and printed.is_own(line.element):
            yield Byline(people=names, organisations=(), origin="signature", raw=", ".join(names))


def tidy_byline(line: str | None, authors: Sequence[str], site: SiteNames | None = None) -> str | None:
    """A printed byline without date, repeats, the paper's name and strokes at its ends, its label parted from the name.

    None where it names none of the authors: then it is a label, a date, a picture's credit or some other line.
    """
    parts = (without_date(plain_words(part)).strip(_STROKES) for part in (line or "").split("; "))
    text = _GLUED.sub(r"\1 ", "; ".join(dict.fromkeys(part for part in parts if part))).replace(" ,", ",")
    text = _BUTTONS.sub("", text)
    half = len(text) // 2
    if text[:half].strip() == text[half:].strip():
        text = text[:half].strip()
    text = _with_commas(_without_paper(text, authors, site), authors)
    letters = squash(text)
    # The family name alone will do: a byline may shorten the given one.
    names = (squash(part) for name in authors for part in (name, *name.split()[-1:]))
    return text if any(name in letters for name in names if len(name) > 1) else None


def _without_paper(text: str, authors: Sequence[str], site: SiteNames | None) -> str:
    """Cut the paper's own name off the end of a byline, unless it is what the byline says."""
    if site is None or any(map(site.is_exactly, authors)):
        return text
    parts = _STROKE.split(text)
    if len(parts) > 1 and site.is_exactly(parts[-1]):
        return text[: text.rindex(parts[-1])].strip(_STROKES)
    words = text.split()
    for count in range(2, min(len(words), _LONGEST_PAPER)):
        if site.is_exactly(" ".join(words[-count:])):
            return " ".join(words[:-count]).strip(_STROKES)
    return text


def _with_commas(text: str, authors: Sequence[str]) -> str:
    """Part names that run on with nothing but space between them."""
    label = _LABEL.match(text)
    start = label.end() if label else 0
    if len(authors) > 1 and squash(text[start:]) == squash("".join(authors)) and "," not in text:
        return text[:start] + ", ".join(authors)
    return text


def _groups(lines: Iterable[Line], printed: Printed, *, is_near: bool) -> list[tuple[float, list[str]]]:
    """Lines that may name the authors, with a score; elements of one kind side by side are one line."""
    groups: dict[tuple[object, ...], tuple[float, list[str]]] = {}
    for number, (element, text) in enumerate(lines):
        if not text:
            continue
        by_name = is_named(element, _AUTHOR_NAMES) or _is_author_link(element)
        is_by = _PRINTED_BY.match(text) is not None
        if not (by_name or is_by):
            continue
        names = names_of(element)
        if _PICTURES.search(names) or not printed.is_own(element, is_near=is_near):
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


def _is_author_link(element: Element) -> bool:
    return element.tag == "a" and _AUTHOR_PATH.search(element.get("href") or "") is not None


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


def _before_date(line: Line, site: SiteNames) -> tuple[str, ...]:
    """A name that begins a line of parts, a date among them: `Ada Beck | Staff writer | 2 July 2025`."""
    first, *rest = _STROKE.split(line.text)
    if not any(map(_BEGINS_WITH_DATE.match, rest)) or not is_name_like(first) or is_unspaced(first):
        return ()
    return () if first.isupper() or is_organisation(first, site) else (first,)


def _beside_date(line: Line, site: SiteNames) -> tuple[str, ...]:
    """A name that stands alone in its element, right before or after one that begins with a date."""
    element = line.element
    if element.tag not in ("span", "div", "p", "li", "b", "strong", "a") or len(element) > 1:
        return ()
    text = line.text.strip(" |-–·")
    if len(text) > _LONGEST_NAME or "," in text or text.isupper() or is_unspaced(text):
        return ()
    if not is_name_like(text) or is_organisation(text, site):
        return ()
    for neighbour in (element.getnext(), element.getprevious()):
        if neighbour is None or not isinstance(neighbour.tag, str):
            continue
        if _BEGINS_WITH_DATE.match(line_of(neighbour, LONGEST_LINE)):
            return (text,)
    return ()
