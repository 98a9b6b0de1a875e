"""Where a site's listings may be: addresses worth asking, read from what it already answered.

The first addresses follow from any address of the site. The further ones are what its pages declare, what its
robots.txt and its indexes name, and the paths that publishing systems are known to use. What an answer is worth is
judged in `newskeep.discovery`; nothing here asks for anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from newskeep.errors import PageError
from newskeep.extract.tree import Page, parse_page
from newskeep.formats import BodyFormat, sniff, unpacked
from newskeep.model import Capture, ListingKind
from newskeep.sitemaps import parse_sitemap
from newskeep.text import fold_space
from newskeep.urls import canonicalize, is_front_url, origin_of, same_site, url_key

MOST_OF_A_KIND = 8
"""Addresses taken of one page's declarations, of one robots.txt, of one index."""

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom)(?:/|\.(?:xml|rss|json)|$)|\.(?:rss|atom|rdf)$|(?:rss|feed)\.xml$", re.I
)
_ROBOTS_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_CHANNEL_LINK = re.compile(rb"<link>\s{0,20}(?:<!\[CDATA\[)?\s{0,20}(https?://[^\s<\]]+)", re.IGNORECASE)
_NEWS = re.compile(r"news", re.IGNORECASE)

# RebelMouse: seen on many of its sites. WordPress: its core's paths, and those of the common sitemap plug-ins.
_SYSTEM_PATHS = {
    "rebelmouse": ("/feeds/feed.rss", "/feeds/sitemaps/news_1.xml", "/sitemap.xml"),
    "wp-content": ("/feed/", "/news-sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml"),
}
_USUAL_PATHS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/sitemap.xml",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """An address worth asking. `reason` says to people where it comes from; a lower `rank` is asked first.

    `may_be_front` is set for the page that was given and the home page: a site has hundreds of others.
    """

    url: str
    reason: str
    rank: int
    may_be_front: bool = False


def first_leads(url: str) -> tuple[Lead, ...]:
    """List what to ask first about a site known by one address, which may lack its scheme.

    Raises:
        ValueError: it is no web address.
    """
    given = canonicalize(url if "://" in url else f"https://{url}")
    origin = origin_of(given)
    return (
        Lead(url=given, reason="the address given", rank=0, may_be_front=True),
        _home(given),
        Lead(url=f"{origin}/robots.txt", reason="its robots.txt", rank=1),
    )


def further_leads(capture: Capture) -> tuple[Lead, ...]:
    """List what an answer points to: declared feeds, named sitemaps, the site's home page, usual paths."""
    leads: list[Lead] = []
    if 200 <= capture.status < 300:
        body = unpacked(capture.body)
        form = sniff(body)
        if urlsplit(capture.request_url).path == "/robots.txt":
            leads += _of_robots(body, capture.final_url)
        elif form is BodyFormat.HTML:
            leads += _of_page(capture)
        elif form is BodyFormat.SITEMAP_INDEX:
            leads += _of_index(capture)
        elif form is BodyFormat.FEED:
            leads += _of_feed(body, capture.final_url)
    if is_front_url(capture.final_url):
        # Also of a home page that answered with an error: its feeds may still be open.
        leads += _at(_USUAL_PATHS, capture.final_url, reason="a usual path", rank=50)
    return tuple(leads)


def choose_leads(leads: Iterable[Lead], asked: Collection[str], *, limit: int) -> tuple[Lead, ...]:
    """Choose what to ask next: the best leads, each address once, none of those asked before."""
    seen = {url_key(url) for url in asked}
    chosen = []
    for lead in sorted(leads, key=lambda lead: lead.rank):
        key = url_key(lead.url)
        if key not in seen:
            seen.add(key)
            chosen.append(lead)
    return tuple(chosen[:limit])


def _of_page(capture: Capture) -> Iterator[Lead]:
    try:
        page = parse_page(capture, None)
    except PageError:
        return
    yield from _declared(page)
    yield from _linked(page)
    yield _home(capture.final_url)
    if is_front_url(capture.final_url):
        text = page.html_text.lower()
        for sign, paths in _SYSTEM_PATHS.items():
            if sign in text:
                yield from _at(paths, capture.final_url, reason="a path its publishing system uses", rank=30)


def _declared(page: Page) -> Iterator[Lead]:
    found = 0
    for link in page.links:
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        url = page.join(link.get("href"))
        if "alternate" not in (link.get("rel") or "").lower().split() or kind not in _FEED_TYPES or url is None:
            continue
        title = fold_space(link.get("title"))
        yield from _lead(url, f"declared by a page as “{title}”" if title else "declared by a page", 10 + found)
        found += 1
        if found == MOST_OF_A_KIND:
            return


def _linked(page: Page) -> Iterator[Lead]:
    urls = (page.join(anchor.get("href")) for anchor in page.anchors)
    feeds = dict.fromkeys(
        url for url in urls if url and same_site(url, page.url) and _FEED_PATH.search(urlsplit(url).path)
    )
    for url in list(feeds)[:MOST_OF_A_KIND]:
        yield from _lead(url, "linked on a page", 25)


def _of_robots(body: bytes, base: str) -> Iterator[Lead]:
    urls = _ROBOTS_SITEMAP.findall(body[:500_000].decode("utf-8", "replace"))
    urls.sort(key=lambda url: _NEWS.search(urlsplit(url).path) is None)
    for url in urls[:MOST_OF_A_KIND]:
        yield from _lead(url, "named in robots.txt", 20 if _NEWS.search(urlsplit(url).path) else 40, base=base)


def _of_index(capture: Capture) -> Iterator[Lead]:
    try:
        children = parse_sitemap(capture, kind=ListingKind.SITEMAP).children
    except PageError:
        return
    for url in [child for child in children if _NEWS.search(urlsplit(child).path)][:MOST_OF_A_KIND]:
        yield from _lead(url, "named in the sitemap index", 22)


def _of_feed(body: bytes, base: str) -> Iterator[Lead]:
    found = _CHANNEL_LINK.search(body[:20_000])
    if found and not same_site(found[1].decode("utf-8", "replace"), base):
        # A feed kept by a service elsewhere: the site is where its channel says.
        for lead in _lead(found[1].decode("utf-8", "replace"), "the site the feed belongs to", 2, base=base):
            yield _home(lead.url)
            yield from _at(("/robots.txt",), lead.url, reason="its robots.txt", rank=2)


def _home(url: str) -> Lead:
    return Lead(url=f"{origin_of(url)}/", reason="the home page", rank=1, may_be_front=True)


def _at(paths: Iterable[str], base: str, *, reason: str, rank: int) -> list[Lead]:
    origin = origin_of(base)
    return [Lead(url=origin + path, reason=reason, rank=rank) for path in paths]


def _lead(url: str, reason: str, rank: int, *, base: str | None = None) -> Iterator[Lead]:
    """One lead, or none where the address is no web address."""
    try:
        yield Lead(url=canonicalize(url, base=base), reason=reason, rank=rank)
    except ValueError:
        return
