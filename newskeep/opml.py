"""OPML: lists of feeds as feed readers exchange them, in and out.

Only feeds travel: a reader knows neither sitemaps nor fronts. An outline that cannot be used is handed back with its
problem, so that nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # ships no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # ships no types

from newskeep.errors import UsageError
from newskeep.model import Listing, ListingKind, Source
from newskeep.sources import slug_for
from newskeep.text import fold_space
from newskeep.urls import host_of, is_fetchable, origin_of, url_key

# XML 1.0 has no way to write these, not even escaped.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of an OPML file. `folder` are the headings above it, outermost first.

    `problem` is None for one that can be used, else a sentence that says why not. `followed_by` is the slug of the
    source that has this feed already.
    """

    title: str
    feed_url: str
    homepage: str | None = None
    folder: tuple[str, ...] = ()
    problem: str | None = None
    followed_by: str | None = None


def parse_opml(data: bytes) -> tuple[Outline, ...]:
    """Read all feeds of an OPML file in their order, however deep they stand.

    Raises:
        UsageError: it is no OPML, or XML that wants to be expanded; the message says where.
    """
    try:
        root = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except (ParseError, ValueError, LookupError, DefusedXmlException) as error:
        raise UsageError(f"the file is no OPML: {error}") from error
    if _local(root.tag) != "opml":
        raise UsageError(f"the file is no OPML: its first element is <{_local(root.tag)}>")
    seen: dict[str, str] = {}
    return tuple(_checked(outline, seen) for outline in _walk(root, ()))


def note_followed(outlines: Iterable[Outline], sources: Iterable[Source]) -> tuple[Outline, ...]:
    """Note which outlines name a feed that one of these sources has already."""
    known = {url_key(listing.url): source.slug for source in sources for listing in source.listings}
    return tuple(
        outline if outline.problem else replace(outline, followed_by=known.get(url_key(outline.feed_url)))
        for outline in outlines
    )


def outlines_to_sources(outlines: Iterable[Outline], *, taken: Collection[str] = ()) -> tuple[Source, ...]:
    """Make sources of the usable outlines that nobody follows: one for each site, with all its feeds as listings.

    Slugs in `taken` are not given again; a number is put behind.
    """
    sites: dict[str, list[Outline]] = {}
    for outline in outlines:
        if outline.problem is None and outline.followed_by is None:
            sites.setdefault(host_of(outline.homepage or outline.feed_url).removeprefix("www."), []).append(outline)
    sources: list[Source] = []
    slugs = set(taken)
    for host, feeds in sites.items():
        name = feeds[0].title if len(feeds) == 1 else _shared_start([feed.title for feed in feeds]) or host
        slug = _free_slug(slug_for(name), slugs)
        slugs.add(slug)
        first = feeds[0]
        sources.append(
            Source(
                slug=slug,
                name=name,
                homepage=first.homepage or f"{origin_of(first.feed_url)}/",
                listings=tuple(Listing(url=feed.feed_url, kind=ListingKind.FEED) for feed in feeds),
            )
        )
    return tuple(sources)


def format_opml(sources: Iterable[Source], *, title: str = "Sources of newskeep") -> str:
    """Write the feeds of all sources as OPML 2.0; sources without a feed are left out."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{escape(_NOT_IN_XML.sub('', title))}</title></head>",
        "  <body>",
    ]
    for source in sources:
        # One feed is a line of its own; several stand under their source's name, as folders do in readers.
        feeds = [listing for listing in source.listings if listing.kind is ListingKind.FEED]
        if len(feeds) == 1:
            lines.append("    " + _outline(source.name, feeds[0].url, source.homepage))
        elif feeds:
            lines.append(f"    <outline text={_attribute(source.name)}>")
            names = (f"{source.name}: {feed.section}" if feed.section else source.name for feed in feeds)
            lines += [
                "      " + _outline(name, feed.url, source.homepage) for name, feed in zip(names, feeds, strict=True)
            ]
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _walk(element: Any, folder: tuple[str, ...]) -> Iterator[Outline]:
    """All feeds below an element. A stack of its own: files may be nested deeper than Python's."""
    stack = [(child, folder) for child in reversed(element)]
    while stack:
        child, above = stack.pop()
        inner = above
        if _local(child.tag) == "outline":
            attributes = {name.lower(): fold_space(value) for name, value in child.attrib.items()}
            title = attributes.get("title") or attributes.get("text") or ""
            url = attributes.get("xmlurl") or ""
            if url or (attributes.get("type") in ("rss", "atom") and not len(child)):
                homepage = attributes.get("htmlurl") or None
                yield Outline(title=title or _host(url), feed_url=url, homepage=homepage, folder=above)
            elif title:
                inner = (*above, title)
        stack.extend((grandchild, inner) for grandchild in reversed(child))


def _host(url: str) -> str:
    """The host that stands for a feed without a title; the address itself where it has none."""
    return host_of(url).removeprefix("www.") if is_fetchable(url) else url


def _checked(outline: Outline, seen: dict[str, str]) -> Outline:
    if not outline.feed_url:
        return replace(outline, problem="has no xmlUrl")
    if not is_fetchable(outline.feed_url):
        return replace(outline, problem=f"{outline.feed_url} is no web address")
    key = url_key(outline.feed_url)
    if key in seen:
        return replace(outline, problem=f"is the same feed as “{seen[key]}”")
    seen[key] = outline.title
    usable = outline.homepage is not None and is_fetchable(outline.homepage)
    return outline if usable else replace(outline, homepage=None)


def _shared_start(titles: list[str]) -> str:
    """The words all titles begin with, without what parts a name from a section."""
    shared: list[str] = []
    for words in zip(*(title.split() for title in titles), strict=False):
        if len(set(words)) > 1:
            break
        shared.append(words[0])
    return " ".join(shared).strip(" -–—|:»·")


def _free_slug(slug: str, taken: Collection[str]) -> str:
    if slug not in taken:
        return slug
    number = next(number for number in range(2, len(taken) + 3) if f"{slug[:58]}-{number}" not in taken)
    return f"{slug[:58]}-{number}"


def _outline(text: str, feed_url: str, homepage: str) -> str:
    return f'<outline type="rss" text={_attribute(text)} xmlUrl={_attribute(feed_url)} htmlUrl={_attribute(homepage)}/>'


def _attribute(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("", text))


def _local(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
