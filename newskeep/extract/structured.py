"""What a page says of itself for machines: JSON-LD and microdata as plain objects, and which of them is the story.

Publishers write JSON-LD by hand and by template, so it is mended where that is cheap: comments, stray commas, raw
control characters, entities, several values in one script; from what stays broken the plain fields are picked out.
References (`{"@id": …}`) are followed. Nothing here decides what a field means (`metadata`, `authors`, `headline`).
Bounded: so many objects and so much nesting are read, whatever the page holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TypeAlias

from newskeep.extract.lines import line_of
from newskeep.extract.tree import Element, Page
from newskeep.text import comparison_key, plain_words, word_set
from newskeep.urls import url_key

Thing: TypeAlias = dict[str, object]

_LONGEST_SCRIPT = 3_000_000
_MOST_THINGS = 3000
_DEEPEST = 14
_MOST_MICRODATA = 60
_MOST_PROPERTIES = 1500
_LONGEST_PROPERTY = 1000

STORY_TYPES = word_set(
    """Article NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle
    ReviewNewsArticle AskPublicNewsArticle BlogPosting LiveBlogPosting SocialMediaPosting Report ScholarlyArticle
    TechArticle SatiricalArticle AdvertiserContentArticle MedicalScholarlyArticle Newsarticle newsarticle article"""
)
"""The schema.org types of a written story (and two usual slips of the pen)."""
MEDIA_TYPES = word_set(
    """VideoObject AudioObject PodcastEpisode RadioEpisode TVEpisode Episode Clip ImageGallery MediaGallery Recipe
    Review HowTo CreativeWork Quiz"""
)
"""Types that stand for the story where the page has no written one."""
PAGE_TYPES = word_set("WebPage ItemPage AboutPage FAQPage QAPage MedicalWebPage CollectionPage")
SITE_TYPES = word_set("WebSite Organization NewsMediaOrganization Corporation Brand OnlineBusiness LocalBusiness")

# The fields that hold other works than the one they stand in.
_OTHER_WORKS = word_set(
    "isPartOf hasPart itemListElement relatedLink mentions citation about isBasedOn associatedMedia"
)
_NOT_WALKED = word_set("articleBody text description headline")
_COMMENT = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>|^[ \t]*//.*$", re.MULTILINE)
_STRAY_COMMA = re.compile(r",(?=\s*[}\]])")
_MISSING_COMMA = re.compile(r'(?<=["}\]])([ \t\r]{0,80}\n\s{0,80})(?=["{])')
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_PICKED = re.compile(
    r'"(headline|name|datePublished|dateModified|dateCreated|articleSection|url|description|inLanguage)"'
    r'\s*:\s*"((?:[^"\\]|\\.){1,1000})"'
)
_PICKED_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(\w{3,40})"')
_PICKED_AUTHOR = re.compile(r'"author"\s*:\s*(\[?\s*\{[^{}]{0,600}\}|"[^"]{0,200}")')
_PICKED_NAME = re.compile(r'"name"\s*:\s*"([^"]{1,200})"')


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structured:
    """Every object a page declares. `story` is the one that stands for the page's own story, None where there is none.

    `page` is the object of the page around it (`WebPage`), which may hold dates or a language the story lacks.
    """

    things: tuple[Thing, ...]
    story: Thing | None
    page: Thing | None
    by_id: dict[str, Thing]
    origin: str

    def resolve(self, value: object) -> object:
        """Follow a reference to the object it names; anything else comes back as it is."""
        if isinstance(value, dict):
            reference = value.get("@id")
            if isinstance(reference, str) and len(value) <= 2:
                return self.by_id.get(reference, value)
        return value


def read_structured(page: Page) -> Structured:
    """Read a page's JSON-LD, and its microdata where JSON-LD holds no story."""
    things = tuple(_walk_all(page.ld_scripts))
    by_id: dict[str, Thing] = {}
    for thing in things:
        reference = thing.get("@id")
        if isinstance(reference, str) and len(thing) > len(by_id.get(reference, ())):
            by_id[reference] = thing
    story = choose_story(things, page)
    origin = "json-ld"
    if story is None or not (types_of(story) & STORY_TYPES):
        marked = tuple(_microdata(page))
        marked_story = choose_story(marked, page)
        if marked_story is not None and (story is None or types_of(marked_story) & STORY_TYPES):
            story, origin = marked_story, "microdata"
        things += marked
    page_thing = next((thing for thing in things if types_of(thing) & PAGE_TYPES), None)
    return Structured(things=things, story=story, page=page_thing, by_id=by_id, origin=origin)


def types_of(thing: Thing) -> frozenset[str]:
    """The schema.org types of an object, without their address."""
    value = thing.get("@type")
    if isinstance(value, str):
        return frozenset((value.rpartition("/")[2].rpartition(":")[2],))
    if isinstance(value, list):
        return frozenset(item.rpartition("/")[2] for item in value if isinstance(item, str))
    return frozenset()


def as_text(value: object) -> str:
    """A value as plain text: a string, the first of a list, an object's `@value` or name; '' for anything else."""
    if isinstance(value, str):
        return plain_words(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return next((text for text in map(as_text, value[:5]) if text), "")
    if isinstance(value, dict):
        return as_text(value.get("@value") or value.get("name"))
    return ""


def as_list(value: object) -> list[object]:
    """A value that may be one or several, as a list; a `@list` or `@set` is opened."""
    if isinstance(value, dict) and ("@list" in value or "@set" in value):
        value = value.get("@list") or value.get("@set")
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def addresses_of(thing: Thing) -> Iterator[str]:
    """The addresses an object gives itself: its URL, its page's, its identifier."""
    for field in ("url", "mainEntityOfPage", "@id"):
        for value in as_list(thing.get(field)):
            if isinstance(value, dict):
                value = value.get("@id") or value.get("url")
            if isinstance(value, str) and value:
                yield value


def load_json(text: str) -> list[object]:
    """Read the JSON values of a script, mending what is cheaply mended; fields are picked out of what stays broken."""
    if len(text) > _LONGEST_SCRIPT:
        return []
    for mend in (lambda given: given, _mend, lambda given: _mend(unescape(given))):
        mended = mend(text).strip().rstrip(";")
        if not mended:
            return []
        try:
            return [json.loads(mended, strict=False)]
        except ValueError:
            several = _several(mended)
            if several:
                return several
        except RecursionError:
            return []
    return _pick(text)


def _mend(text: str) -> str:
    text = _COMMENT.sub("", text)
    text = _STRAY_COMMA.sub("", text)
    text = _MISSING_COMMA.sub(r",\1", text)
    return _BAD_ESCAPE.sub(r"\\\\", text.replace("\\'", "'"))


def _several(text: str) -> list[object]:
    """Values that stand one after another; none where anything else stands between."""
    decoder = json.JSONDecoder(strict=False)
    found: list[object] = []
    position = 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return []
        found.append(value)
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1
    return found


def _pick(text: str) -> list[object]:
    """The plain fields of an object too broken to read."""
    kind = next((name for name in _PICKED_TYPE.findall(text) if name in STORY_TYPES), None)
    if kind is None:
        return []
    thing: Thing = {"@type": kind}
    for match in _PICKED.finditer(text):
        thing.setdefault(match[1], match[2].replace('\\"', '"').replace("\\/", "/"))
    author = _PICKED_AUTHOR.search(text)
    if author:
        names = _PICKED_NAME.findall(author[1])
        thing["author"] = names or author[1].strip('"')
    return [thing]


def _walk_all(scripts: list[str]) -> Iterator[Thing]:
    count = 0
    for script in scripts:
        for value in load_json(script):
            for thing in _walk(value):
                yield thing
                count += 1
                if count >= _MOST_THINGS:
                    return


def _walk(value: object) -> Iterator[Thing]:
    """All objects with a type in a value, outermost first, in order."""
    stack: list[tuple[object, int]] = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        if isinstance(item, dict):
            if "@type" in item:
                yield item
            if depth < _DEEPEST:
                inner = [(child, depth + 1) for key, child in item.items() if key not in _NOT_WALKED]
                stack.extend((child, level) for child, level in reversed(inner) if isinstance(child, (dict, list)))
        elif isinstance(item, list) and depth < _DEEPEST:
            stack.extend((child, depth + 1) for child in reversed(item[:500]) if isinstance(child, (dict, list)))


def choose_story(things: tuple[Thing, ...], page: Page) -> Thing | None:
    """Choose the object that stands for the page's own story, among those that are works of their own."""
    nested = _other_works(things)
    own = {_key(address) for address in (page.url, _canonical(page)) if address}
    shown = {comparison_key(text) for text in (page.meta("og:title"), page.title) if text}
    shown |= {comparison_key(line_of(heading)) for heading in page.headings[:60] if heading.tag == "h1"}
    best, best_score = None, 0
    for thing in things:
        score = _story_score(thing, page, own, shown)
        if score and id(thing) in nested:
            score -= 40
        if score > best_score:
            best, best_score = thing, score
    return best


def _other_works(things: tuple[Thing, ...]) -> set[int]:
    """The objects that stand inside another as a different work: list items, parts, mentions."""
    nested: set[int] = set()
    for thing in things:
        for field in _OTHER_WORKS & thing.keys():
            nested.update(id(inner) for value in as_list(thing[field]) for inner in _walk(value))
    return nested


def _story_score(thing: Thing, page: Page, own: set[str], shown: set[str]) -> int:
    types = types_of(thing)
    if types & STORY_TYPES:
        score = 60
    elif types & MEDIA_TYPES:
        score = 25
    else:
        return 0
    if not (thing.get("headline") or thing.get("name")):
        score -= 20
    if any(_key(page.join(address) or address) in own for address in addresses_of(thing)):
        score += 25
    if comparison_key(as_text(thing.get("headline") or thing.get("name"))) in shown:
        score += 20
    for field in ("datePublished", "author", "articleBody"):
        score += 3 * (field in thing)
    return score


def _key(address: str) -> str:
    try:
        return url_key(address)
    except ValueError:
        return address


def _canonical(page: Page) -> str | None:
    for link in page.links:
        if (link.get("rel") or "").lower() == "canonical":
            return page.join(link.get("href"))
    return page.join(page.meta("og:url"))


def _microdata(page: Page) -> Iterator[Thing]:
    """The outermost works marked up with `itemscope`, with their properties as JSON-LD would hold them."""
    if b"itemscope" not in page.html_bytes:
        return
    found = page.root.xpath(".//*[@itemscope and contains(@itemtype, 'schema.org/')]")
    if not isinstance(found, list):
        return
    for scope in found[:_MOST_MICRODATA]:
        if not isinstance(scope, Element):
            continue
        kind = (scope.get("itemtype") or "").rpartition("/")[2]
        if kind in STORY_TYPES or kind in MEDIA_TYPES:
            yield _properties(scope, kind, 0)


def _properties(scope: Element, kind: str, depth: int) -> Thing:
    thing: Thing = {"@type": kind}
    stack = list(reversed(scope))
    seen = 0
    while stack and seen < _MOST_PROPERTIES:
        element = stack.pop()
        seen += 1
        name = element.get("itemprop")
        is_scope = element.get("itemscope") is not None
        if name and depth < 4:
            inner_kind = (element.get("itemtype") or "").rpartition("/")[2] or "Thing"
            value: object = _properties(element, inner_kind, depth + 1) if is_scope else _property_value(element)
            if is_scope and isinstance(value, dict) and not value.keys() & {"name", "headline", "url"}:
                value["name"] = line_of(element, _LONGEST_PROPERTY)
            for key in name.split():
                _add(thing, key, value)
        if not is_scope:
            stack.extend(reversed(element))
    return thing


def _add(thing: Thing, key: str, value: object) -> None:
    if value in ("", None):
        return
    known = thing.get(key)
    if known is None:
        thing[key] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        thing[key] = [known, value]


def _property_value(element: Element) -> str:
    for attribute in ("content", "datetime"):
        value = element.get(attribute)
        if value:
            return value
    if element.tag in ("a", "link"):
        name = element.get("itemprop") or ""
        return (element.get("href") or "") if "url" in name.lower() or element.tag == "link" else line_of(element)
    if element.tag in ("img", "amp-img", "source"):
        return element.get("src") or element.get("data-src") or ""
    return line_of(element, _LONGEST_PROPERTY)
