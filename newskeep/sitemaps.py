"""Sitemaps: plain ones, indexes, news sitemaps and lists of addresses, packed or not, to a `ListingPage`.

Read as a stream and leniently: names are matched without their namespace, which many sites get wrong, and a document
that breaks in the middle gives what stands before. Entities are never expanded and nothing outside is loaded.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from lxml import etree

from newskeep.dates import parse_date
from newskeep.entries import first_url, keep_entries
from newskeep.errors import ListingFormatError
from newskeep.formats import BodyFormat, describe, sniff, unpacked
from newskeep.model import Capture, Entry, ListingKind, ListingPage, PageDate
from newskeep.text import plain_words

MAX_ENTRIES = 50_000
"""What a sitemap may hold by its own rules (sitemaps.org); what comes behind is left out with a warning."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_KEYWORD_END = re.compile(r"[,;|]")


@dataclass(slots=True)
class _Found:
    """What has been read so far."""

    entries: list[Entry | None] = field(default_factory=list)
    children: list[tuple[datetime, str]] = field(default_factory=list)
    title: str | None = None
    has_news: bool = False
    warnings: list[str] = field(default_factory=list)


def parse_sitemap(capture: Capture, *, kind: ListingKind) -> ListingPage:
    """Read what a sitemap names: stories as entries in their order, the sitemaps of an index as children.

    Children stand newest first where the index dates them. Addresses of pictures and files are left out.

    Raises:
        ListingFormatError: it is no sitemap; the message says what it is.
    """
    body = unpacked(capture.body)
    form = sniff(body)
    if form is BodyFormat.URL_LIST:
        found = _read_lines(body, capture.final_url)
    elif form in (BodyFormat.SITEMAP, BodyFormat.SITEMAP_INDEX):
        found = _read_xml(body, capture.final_url)
    else:
        raise ListingFormatError(f"expected a sitemap, but {describe(body)} came", url=capture.request_url)
    if kind is ListingKind.NEWS_SITEMAP and found.entries and not found.has_news:
        found.warnings.append("no entry carries the news extension: it is a plain sitemap")
    kept = keep_entries(found.entries)
    # Python's sort is stable: without dates, the index's own order stays.
    children = sorted(found.children, key=lambda child: child[0], reverse=True)
    return ListingPage(
        kind=kind,
        entries=kept.entries,
        children=tuple(dict.fromkeys(url for _, url in children)),
        title=found.title,
        warnings=(*found.warnings, *kept.warnings),
    )


def _read_lines(body: bytes, base: str) -> _Found:
    lines = body.decode("utf-8", "replace").split("\n", MAX_ENTRIES)[:MAX_ENTRIES]
    urls = (first_url([line], base=base) for line in lines if line.strip().startswith("http"))
    return _Found(entries=[Entry(url=url, position=0) if url else None for url in urls])


def _read_xml(body: bytes, base: str) -> _Found:
    found = _Found()
    # XML allows nothing before its declaration; some generators print blank lines there.
    stream = io.BytesIO(body.lstrip())
    events = _closed_elements(stream)
    try:
        for _, element in events:
            name = _name(element)
            if name not in ("url", "sitemap"):
                continue
            if len(found.entries) + len(found.children) == MAX_ENTRIES:
                found.warnings.append(f"the sitemap is longer than {MAX_ENTRIES} entries; the rest was left out")
                break
            if name == "url":
                found.entries.append(_entry(element, base, found))
            else:
                _add_child(element, base, found)
            _forget(element)
        is_broken = bool(events.error_log)
    except etree.XMLSyntaxError:
        is_broken = True
    if is_broken:
        found.warnings.append("the sitemap is no well-formed XML and was read as far as it goes")
    return found


def _add_child(element: etree._Element, base: str, found: _Found) -> None:
    parts = _children(element)
    url = first_url([_text(parts.get("loc"))], base=base)
    if url is not None:
        changed = _date(_text(parts.get("lastmod")), "sitemap lastmod")
        found.children.append((changed.at if changed else _LONG_AGO, url))


def _closed_elements(stream: io.BytesIO) -> etree.iterparse[tuple[str, etree._Element]]:
    return etree.iterparse(
        stream,
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _forget(element: etree._Element) -> None:
    """Free what has been read, so that a sitemap of 50 MB needs no tree of a gigabyte."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _entry(element: etree._Element, base: str, found: _Found) -> Entry | None:
    parts = _children(element)
    url = first_url([_text(parts.get("loc"))], base=base)
    if url is None:
        return None
    news = _children(parts.get("news"))
    publication = _children(news.get("publication"))
    found.has_news = found.has_news or bool(news)
    found.title = found.title or _text(publication.get("name"))
    language = _text(publication.get("language"))
    keywords = _KEYWORD_END.split(_text(news.get("keywords")) or "")
    return Entry(
        url=url,
        position=0,
        headline=_text(news.get("title")),
        published=_date(_text(news.get("publication_date")), "news sitemap publication_date", language),
        updated=_date(_text(parts.get("lastmod")), "sitemap lastmod", language),
        tags=tuple(dict.fromkeys(word for keyword in keywords if (word := keyword.strip()))),
        language=language,
        picture_url=first_url([_text(_children(parts.get("image")).get("loc"))], base=base),
    )


def _children(element: etree._Element | None) -> dict[str, etree._Element]:
    """The children by name, the first of each."""
    found: dict[str, etree._Element] = {}
    if element is not None:
        for child in element:
            found.setdefault(_name(child), child)
    return found


def _text(element: etree._Element | None) -> str | None:
    if element is None:
        return None
    # An entity that was not expanded stands as a node of its own among the text.
    text = element.text if not len(element) else "".join(str(part) for part in element.itertext())
    return plain_words(text) or None


def _name(element: etree._Element) -> str:
    """An element's name without namespace or prefix; an undeclared prefix stays in the tag after recovery."""
    tag = element.tag
    return _local_name(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=256)
def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _date(raw: str | None, origin: str, language: str | None = None) -> PageDate | None:
    return parse_date(raw, origin=origin, timezone=None, language=language) if raw else None
