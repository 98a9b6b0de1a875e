"""The headline: what the page declares, what it shows, and which of them it is.

Each place that names a headline has its own fault: `<title>` and Open Graph carry the site's name, JSON-LD is written
for search machines, an `h1` may be the last step of a bread-crumb trail. So each is cleaned (`headline_endings`), those
that then say the same stand together, and of those one is chosen (`headline_judge`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from newskeep.extract.headline_endings import LONGEST_HEADLINE, clean_headline, is_long_enough
from newskeep.extract.headline_judge import Offer, Place, judge_headlines
from newskeep.extract.lines import line_of
from newskeep.extract.signs import HEADLINE, KICKER, NAVIGATION, TEASER, name_signs
from newskeep.extract.site_names import SiteNames
from newskeep.extract.structured import Structured, as_text
from newskeep.extract.tree import Element, Page, ancestors
from newskeep.text import comparison_key, count_words, is_unspaced, plain_words

_METAS = (
    ("og:title", Place.OPEN_GRAPH),
    ("twitter:title", Place.TWITTER),
    ("parsely-title", Place.META),
    ("sailthru.title", Place.META),
    ("cxenseparse:title", Place.META),
    ("dc.title", Place.META),
    ("dcterms.title", Place.META),
    ("title", Place.META),
)
_CUT_SHORT = re.compile(r"\s*(?:\.\.\.|…)$")
_MOST_HEADINGS = 40
_MOST_PARTS = 12
_CRUMB_DEPTH = 6
# Systems that cut long titles do it about here.
_CUT_LENGTHS = range(100, 112)
_SHORTEST_CUT_KEY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineCandidate:
    """One place's headline, cleaned; `key` is the form in which two are the same, `raw` what the place says in full.

    `is_named` and `is_only` are of headings alone: named as a headline, and the only one of the first level.
    """

    text: str
    origin: str
    place: Place
    raw: str
    key: str
    is_named: bool = False
    is_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A heading of the first level, as the page prints it."""

    text: str
    key: str
    in_trail: bool
    is_named: bool
    element: Element


def read_headlines(page: Page, structured: Structured, site: SiteNames) -> tuple[HeadlineCandidate, ...]:
    """All that a page offers as its headline, cleaned, without repeats of one origin."""
    declared = _declared(page, structured)
    shown = [_shown(element, text) for element, text in _printed_headings(page, "h1")]
    anchors = {item.key for item in declared if item.place is not Place.TITLE}
    heading = _main_heading(shown, declared, site)
    if heading is not None:
        anchors.add(heading.key)
    cleaned = {raw: clean_headline(raw, site, anchors) for raw in {item.raw for item in declared}}
    declared = [_cleaned(item, cleaned[item.raw]) for item in declared]
    if heading is not None:
        declared.insert(0, _from_heading(heading, declared, site, is_only=len(shown) == 1))
    keys = {item.key for item in declared}
    if len(keys) > 1:
        declared.extend(_confirmed(page, keys))
    return tuple(item for item in declared if item.text and not _is_only_site(item.text, site))


def choose_headline(
    candidates: tuple[HeadlineCandidate, ...], *, url: str = "", is_news: bool = False
) -> HeadlineCandidate | None:
    """Choose among what the page offers, None where that is nothing. `is_news`: it declares a news story.

    The first place that gives the chosen headline gives the spelling, unless it is all capitals and another is not.
    """
    offers = read_offers(candidates)
    if not offers:
        return None
    best = judge_headlines(offers, url=url, is_news=is_news)
    spelled = [item for item in candidates if item.key == best.key]
    return next((item for item in spelled if not item.text.isupper()), spelled[0])


def read_offers(candidates: tuple[HeadlineCandidate, ...]) -> list[Offer]:
    """Put candidates that say the same together, in their order."""
    offers: dict[str, Offer] = {}
    for item in candidates:
        key = _whole_key(item, candidates)
        offer = offers.setdefault(key, Offer(key=key))
        offer.places.add(item.place)
        if comparison_key(item.raw) == item.key == key:
            offer.whole.add(item.place)
        offer.is_named = offer.is_named or item.is_named
        offer.is_only_heading = offer.is_only_heading or item.is_only
    return list(offers.values())


def _declared(page: Page, structured: Structured) -> list[HeadlineCandidate]:
    found: list[HeadlineCandidate] = []
    keys: dict[str, str] = {}

    def add(text: str | None, origin: str, place: Place) -> None:
        plain = plain_words(text)[:LONGEST_HEADLINE]
        if plain:
            key = keys.get(plain) or keys.setdefault(plain, comparison_key(plain))
            found.append(HeadlineCandidate(text=plain, origin=origin, place=place, raw=plain, key=key))

    story = structured.story
    if story is not None:
        headline = as_text(story.get("headline"))
        add(headline or as_text(story.get("name")), f"{structured.origin} headline", Place.STRUCTURED)
        alternative = as_text(story.get("alternativeHeadline"))
        add(alternative, f"{structured.origin} alternativeHeadline", Place.ALTERNATIVE)
    for name, place in _METAS:
        add(page.meta(name), name, place)
    add(page.title, "title", Place.TITLE)
    return found


def _cleaned(item: HeadlineCandidate, text: str) -> HeadlineCandidate:
    return item if text == item.text else replace(item, text=text, key=comparison_key(text))


def _printed_headings(page: Page, tag: str) -> Iterator[tuple[Element, str]]:
    """The first headings of a level that are one line of text, with that text."""
    elements = (element for element in page.headings if element.tag == tag)
    for element in islice(elements, _MOST_HEADINGS):
        text = line_of(element)
        if text:
            yield element, text


def _shown(element: Element, text: str) -> _Shown:
    text = _without_kicker(element) or text
    return _Shown(
        text=text,
        key=comparison_key(text),
        in_trail=_is_in_trail(element),
        is_named=bool(_heading_signs(element) & HEADLINE),
        element=element,
    )


def _parts(element: Element) -> Iterator[str]:
    """The texts of a heading's parts: a kicker, and the headline proper, may stand in elements of their own."""
    if len(element):
        yield from map(line_of, islice(element.iterdescendants("span", "div", "strong", "a"), _MOST_PARTS))


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
            kept.append(line_of(child, LONGEST_HEADLINE))
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
    keys = {item.key for item in declared}
    long_keys = [f" {key} " for key in keys]
    best, best_score = None, -100.0
    for number, heading in enumerate(shown):
        score = -0.5 * number
        if heading.key in keys:
            score += 4
        elif any(f" {heading.key} " in long for long in long_keys) and is_long_enough(heading.text):
            score += 3
        score += heading.is_named
        score -= 3 * heading.in_trail + 5 * _is_only_site(heading.text, site)
        if not is_long_enough(heading.text):
            score -= 2
        if score > best_score:
            best, best_score = heading, score
    return best if best_score > -4 else None


def _from_heading(
    heading: _Shown, declared: list[HeadlineCandidate], site: SiteNames, *, is_only: bool
) -> HeadlineCandidate:
    """The main heading as a candidate; where one part of it alone is declared elsewhere, that part is the headline."""
    keys = {item.key for item in declared}
    text = heading.text
    if heading.key not in keys:
        parts = _parts(heading.element)
        text = next((part for part in parts if is_long_enough(part) and comparison_key(part) in keys), text)
    text = clean_headline(text, site, keys)
    return HeadlineCandidate(
        text=text,
        origin="h1 in a trail" if heading.in_trail else "h1",
        place=Place.TRAIL if heading.in_trail else Place.HEADING,
        raw=heading.text,
        key=comparison_key(text),
        is_named=heading.is_named,
        is_only=is_only and not heading.in_trail,
    )


def _confirmed(page: Page, keys: set[str]) -> Iterator[HeadlineCandidate]:
    """The first `h2` that prints what the page declares: it is the headline where the `h1` is none."""
    for element, whole in _printed_headings(page, "h2"):
        key = comparison_key(whole)
        if not any(one in key for one in keys):
            continue
        # A part comes first: where it is declared on its own, what stands before it in the heading is a kicker.
        texts = (*_parts(element), _without_kicker(element) or whole)
        text = next((text for text in texts if is_long_enough(text) and comparison_key(text) in keys), None)
        signs = _heading_signs(element) if text is not None else 0
        if text is not None and not _is_in_trail(element) and not signs & TEASER:
            yield HeadlineCandidate(
                text=text,
                origin="h2",
                place=Place.SECOND,
                raw=whole,
                key=comparison_key(text),
                is_named=bool(signs & HEADLINE),
            )
            return


def _whole_key(item: HeadlineCandidate, candidates: tuple[HeadlineCandidate, ...]) -> str:
    """A candidate's key; one that is cut short counts for the whole one it is the beginning of."""
    key = item.key
    is_cut = _CUT_SHORT.search(item.raw) is not None or len(item.text) in _CUT_LENGTHS
    if is_cut and len(key) >= _SHORTEST_CUT_KEY:
        for other in candidates:
            if len(other.key) > len(key) and other.key.startswith(key):
                return other.key
    return key


def _is_only_site(text: str, site: SiteNames) -> bool:
    return site.is_exactly(text) or (count_words(text) <= 3 and not is_unspaced(text) and site.has(text))
