"""Any listing, of whatever kind, to a `ListingPage`.

A listing is read by what came, not by what was configured: sites turn feeds into sitemaps and back. Where the two
differ, a warning says which kind to configure. Only a front cannot stand for a feed or sitemap, nor they for it.
"""

from __future__ import annotations

from dataclasses import replace

from newskeep.errors import ListingFormatError
from newskeep.feeds import parse_feed
from newskeep.formats import BodyFormat, describe, sniff, unpacked
from newskeep.fronts import parse_front
from newskeep.model import Capture, Entry, ListingKind, ListingPage, Source
from newskeep.sitemaps import parse_sitemap
from newskeep.sources import is_story_url

FRONTS = frozenset([ListingKind.HOME_FRONT, ListingKind.SECTION_FRONT])
SITEMAPS = frozenset([ListingKind.NEWS_SITEMAP, ListingKind.SITEMAP])

_FEEDS = frozenset([BodyFormat.FEED, BodyFormat.JSON_FEED])
_SITEMAPS = frozenset([BodyFormat.SITEMAP, BodyFormat.SITEMAP_INDEX, BodyFormat.URL_LIST])


def parse_listing(capture: Capture, *, kind: ListingKind, source: Source) -> ListingPage:
    """Read what a listing of the source names.

    The page's `kind` is what it turned out to be. A sitemap's entries are those that the source's `story_urls` and
    `not_story_urls` let through.

    Raises:
        ListingFormatError: it cannot be read as a listing of that kind; the message says what came.
    """
    body = unpacked(capture.body)
    found = sniff(body)
    if found in _FEEDS:
        return _noting(parse_feed(capture), configured=kind, came=found)
    if found in _SITEMAPS:
        # Whether the news extension is there is for the sitemap's own warning to say.
        actual = kind if kind in SITEMAPS else ListingKind.SITEMAP
        page = parse_sitemap(capture, kind=actual)
        entries = tuple(entry for entry in page.entries if is_story_url(entry.url, source))
        return _noting(replace(page, entries=_renumbered(entries)), configured=kind, came=found)
    if kind in FRONTS:
        return parse_front(capture, kind=kind, source=source)
    raise ListingFormatError(f"expected {_expected(kind)}, but {describe(body)} came", url=capture.request_url)


def _noting(page: ListingPage, *, configured: ListingKind, came: BodyFormat) -> ListingPage:
    if page.kind is configured:
        return page
    warning = f'configured as {configured}, but {came} came: set kind = "{page.kind}"'
    return replace(page, warnings=(*page.warnings, warning))


def _renumbered(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(replace(entry, position=position) for position, entry in enumerate(entries, 1))


def _expected(kind: ListingKind) -> str:
    return "a feed" if kind is ListingKind.FEED else "a sitemap"
