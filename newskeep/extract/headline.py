"""The headline: what the page declares, what it shows, and which of them it is.

Each place that names a headline has its own fault: `<title>` and Open Graph carry the site's name, JSON-LD is written
for search machines, an `h1` may be the last step of a bread-crumb trail. So each is cleaned of the site's name, those
that then say the same vote together, and what the page visibly prints as its heading weighs most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from newskeep.extract.lines import line_of
from newskeep.extract.signs import HEADLINE, KICKER, NAVIGATION, TEASER, name_signs
from newskeep.extract.site_names import SiteNames
from newskeep.extract.structured import Structured, as_text
from newskeep.extract.tree import Element, Page, ancestors
from newskeep.text import comparison_key, count_words, is_unspaced, plain_words

_METAS = (
    ("og:title", 2.0),
    ("twitter:title", 0.5),
    ("parsely-title", 0.7),
    ("sailthru.title", 0.7),
    ("cxenseparse:title", 0.5),
    ("dc.title", 0.4),
    ("dcterms.title", 0.4),
    ("title", 0.3),
)
_LD_WEIGHT = 2.0
_TITLE_WEIGHT = 0.6
_SHOWN_WEIGHT = 2.5
_CRUMB_WEIGHT = 0.5
_SEPARATOR = re.compile(r"\s+[|–—\-·•»«~/:]+\s+|\s*[|｜]\s*|\s*：\s*|\s+::\s+|:\s+(?=\S)")
_MAY_SEPARATE = re.compile(r"[|｜：–—·•»«~/:-]")
_HARD_SEPARATOR = re.compile(r"^\s*[|｜»·•]|::")
_CUT_SHORT = re.compile(r"\s*(?:\.\.\.|…)$")
_DATE_LIKE = re.compile(r"^[\d.,:/\s\-]{6,}$")
_LONGEST = 500
_MOST_HEADINGS = 60
_MOST_PARTS = 12
_CRUMB_DEPTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineCandidate:
    """One place's headline, cleaned; `weight` is how much that place counts."""

    text: str
    origin: str
    weight: float
    raw: str

    @property
    def key(self) -> str:
        """The form in which two candidates are the same."""
        return _key(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A heading of the first level, as the page prints it."""

    text: str
    in_trail: bool
    is_named: bool
    parts: tuple[str, ...]


@lru_cache(maxsize=2048)
def _key(text: str) -> str:
    return comparison_key(text)


def read_headlines(page: Page, structured: Structured, site: SiteNames) -> tuple[HeadlineCandidate, ...]:
    """All that a page offers as its headline, cleaned, without repeats of one origin."""
    declared = _declared(page, structured)
    shown = [_shown(element, text) for element, text in _printed_headings(page, "h1")]
    anchors = {_key(item.raw) for item in declared if item.origin != "title"}
    heading = _main_heading(shown, declared, site)
    if heading is not None:
        anchors.add(_key(heading.text))
    declared = [replace(item, text=clean_headline(item.raw, site, anchors)) for item in declared]
    if heading is not None:
        declared.insert(0, _from_heading(heading, declared, site))
    keys = {item.key for item in declared}
    declared.extend(_confirmed(page, keys))
    return tuple(item for item in declared if item.text and not _is_only_site(item.text, site))


def choose_headline(candidates: tuple[HeadlineCandidate, ...]) -> HeadlineCandidate | None:
    """Choose by the summed weight of the places that agree; the first of them gives the spelling."""
    weights: dict[str, float] = {}
    for item in candidates:
        key = _whole_key(item, candidates)
        weights[key] = weights.get(key, 0.0) + item.weight
    if not weights:
        return None
    best = max(weights, key=lambda key: weights[key])
    return next((item for item in candidates if item.key == best), None)


def clean_headline(text: str, site: SiteNames, anchors: Iterable[str] = ()) -> str:
    """Cut the site's name, section and date off a headline's ends.

    `anchors` are comparison keys of other headlines of the page: what is left when an end is cut may be one of them,
    and then the cut was right whatever the end says.
    """
    text = plain_words(text)[:_LONGEST]
    if not _MAY_SEPARATE.search(text):
        return text
    known = frozenset(anchors)
    cuts = list(_SEPARATOR.finditer(text))
    if not cuts:
        return text
    for cut in cuts:
        rest, end = text[: cut.start()].strip(), text[cut.end() :].strip()
        if cut[0].strip() != ":" and _is_long_enough(rest) and _key(rest) in known and not _tells(end, known):
            return rest
    return _without_prefix(_without_suffix(text, cuts, site), site)


def _without_suffix(text: str, cuts: list[re.Match[str]], site: SiteNames) -> str:
    end = len(text)
    was_cut = False
    for cut in reversed(cuts):
        segment = text[cut.end() : end].strip()
        rest = text[: cut.start()].strip()
        if not _is_long_enough(rest):
            break
        is_short = count_words(segment) <= 3 and _HARD_SEPARATOR.search(cut[0]) is not None
        if not (site.has(segment) or _DATE_LIKE.match(segment) or (was_cut and is_short)):
            break
        was_cut = True
        end = cut.start()
    return text[:end].strip()


def _without_prefix(text: str, site: SiteNames) -> str:
    cut = _SEPARATOR.search(text)
    if cut and site.is_exactly(text[: cut.start()]) and _is_long_enough(text[cut.end() :]):
        return text[cut.end() :].strip()
    return text


def _tells(end: str, known: frozenset[str]) -> bool:
    """Is the end cut off itself the headline (`Section - Headline`)?"""
    return _key(end) in known


def _is_long_enough(text: str) -> bool:
    return count_words(text) >= 2 or len(text) >= 12


def _declared(page: Page, structured: Structured) -> list[HeadlineCandidate]:
    found: list[HeadlineCandidate] = []

    def add(text: str | None, origin: str, weight: float) -> None:
        plain = plain_words(text)[:_LONGEST]
        if plain:
            found.append(HeadlineCandidate(text=plain, origin=origin, weight=weight, raw=plain))

    story = structured.story
    if story is not None:
        headline = as_text(story.get("headline"))
        add(headline or as_text(story.get("name")), f"{structured.origin} headline", _LD_WEIGHT)
        add(as_text(story.get("alternativeHeadline")), f"{structured.origin} alternativeHeadline", 0.0)
    for name, weight in _METAS:
        add(page.meta(name), name, weight)
    add(page.title, "title", _TITLE_WEIGHT)
    return found


def _printed_headings(page: Page, tag: str) -> Iterator[tuple[Element, str]]:
    """The first headings of a level that are one line of text, with that text."""
    elements = [element for element in page.headings if element.tag == tag]
    for element in elements[:_MOST_HEADINGS]:
        text = line_of(element)
        if text:
            yield element, text


def _shown(element: Element, text: str) -> _Shown:
    return _Shown(
        text=_without_kicker(element) or text,
        in_trail=_is_in_trail(element),
        is_named=bool(_heading_signs(element) & HEADLINE),
        parts=_parts(element),
    )


def _parts(element: Element) -> tuple[str, ...]:
    return tuple(line_of(child) for child in islice(element.iterdescendants("span", "div", "strong", "a"), _MOST_PARTS))


def _heading_signs(element: Element) -> int:
    return name_signs(f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}")


def _without_kicker(element: Element) -> str:
    """A heading's text without the children that are named as its kicker or its label for screen readers."""
    kept = [element.text or ""]
    dropped = False
    for child in element:
        if not isinstance(child.tag, str):
            continue
        signs = name_signs(f"{child.get('class') or ''} {child.get('itemprop') or ''}")
        if signs & KICKER and not signs & HEADLINE:
            dropped = True
        else:
            kept.append(line_of(child, _LONGEST))
        kept.append(child.tail or "")
    return plain_words(" ".join(kept)) if dropped else ""


def _is_in_trail(element: Element) -> bool:
    """Does a heading stand in a bread-crumb trail or a menu?"""
    chain = [element]
    for number, ancestor in enumerate(ancestors(element)):
        if number >= _CRUMB_DEPTH or ancestor.tag in ("article", "main", "body"):
            break
        chain.append(ancestor)
    for item in chain:
        if item.tag == "nav":
            return True
        # Only names that speak of trails: a site's header or footer words are used inside stories too.
        names = f"{item.get('class') or ''} {item.get('id') or ''} {item.get('itemtype') or ''}".lower()
        if "crumb" in names or "navbar" in names:
            return True
        if item.tag in ("li", "ul", "ol") and name_signs(names) & NAVIGATION:
            return True
    return False


def _main_heading(shown: list[_Shown], declared: list[HeadlineCandidate], site: SiteNames) -> _Shown | None:
    """The `h1` that is the story's, preferring one that something else on the page confirms."""
    keys = {_key(item.raw) for item in declared}
    long_keys = [f" {key} " for key in keys]
    best, best_score = None, -100.0
    for number, heading in enumerate(shown):
        key = _key(heading.text)
        score = -0.5 * number
        if key in keys:
            score += 4
        elif any(f" {key} " in long for long in long_keys) and _is_long_enough(heading.text):
            score += 3
        score += heading.is_named
        score -= 3 * heading.in_trail + 5 * _is_only_site(heading.text, site)
        if not _is_long_enough(heading.text):
            score -= 2
        if score > best_score:
            best, best_score = heading, score
    return best if best_score > -4 else None


def _from_heading(heading: _Shown, declared: list[HeadlineCandidate], site: SiteNames) -> HeadlineCandidate:
    """The main heading as a candidate; where one part of it alone is declared elsewhere, that part is the headline."""
    keys = {item.key for item in declared}
    text = heading.text
    if _key(text) not in keys:
        text = next((part for part in heading.parts if _is_long_enough(part) and _key(part) in keys), text)
    weight = _CRUMB_WEIGHT if heading.in_trail else _SHOWN_WEIGHT
    origin = "h1 in a trail" if heading.in_trail else "h1"
    return HeadlineCandidate(text=clean_headline(text, site, keys), origin=origin, weight=weight, raw=heading.text)


def _confirmed(page: Page, keys: set[str]) -> Iterator[HeadlineCandidate]:
    """The first `h2` that prints what the page declares: it is the headline where the `h1` is none."""
    for element, whole in _printed_headings(page, "h2"):
        # A part comes first: where it is declared on its own, what stands before it in the heading is a kicker.
        texts = (*_parts(element), _without_kicker(element) or whole)
        text = next((text for text in texts if _key(text) in keys and _is_long_enough(text)), None)
        if text is not None and not _is_in_trail(element) and not _heading_signs(element) & TEASER:
            yield HeadlineCandidate(text=text, origin="h2", weight=_SHOWN_WEIGHT, raw=whole)
            return


def _whole_key(item: HeadlineCandidate, candidates: tuple[HeadlineCandidate, ...]) -> str:
    """A candidate's key; one that is cut short counts for the whole one it is the beginning of."""
    key = item.key
    is_cut = _CUT_SHORT.search(item.raw) is not None or 100 <= len(item.text) <= 111
    if is_cut and len(key) >= 20:
        for other in candidates:
            if len(other.key) > len(key) and other.key.startswith(key):
                return other.key
    return key


def _is_only_site(text: str, site: SiteNames) -> bool:
    return site.is_exactly(text) or (count_words(text) <= 3 and not is_unspaced(text) and site.has(text))
