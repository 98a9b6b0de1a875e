"""Home and section fronts: which of their links are stories, in which slot, as teasers and as entries.

A front promotes stories by cards, and besides them names sections, topics, writers and services. Where the source says
what a story's address looks like (`story_urls`), that decides; else the judge of `newskeep.extract` does, which knows
cards by their words, their shape and their company.

Not here: feeds and sitemaps, and what a story page promotes (`newskeep.extract.teasers`).
"""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from newskeep.entries import keep_entries
from newskeep.errors import ListingFormatError, PageError, UndecodableError
from newskeep.extract.teasers import find_promoted, find_teasers
from newskeep.extract.tree import Page, parse_page
from newskeep.model import Capture, Entry, ListingKind, ListingPage, Source, Teaser
from newskeep.sources import is_story_url
from newskeep.text import fold_space
from newskeep.urls import canonicalize, same_site

_FOLDER_OF = 1
MAX_ENTRIES = 500
"""A front that names more is an archive; what comes behind is left out."""


def parse_front(capture: Capture, *, kind: ListingKind, source: Source) -> ListingPage:
    """Read what a front promotes: teasers in the order of their slots, and the source's own stories as entries.

    Entries carry the teaser's headline, standfirst and picture. Stories of other sites are teasers but no entries.

    Raises:
        ListingFormatError: no link of the page leads to a story of the source.
        UndecodableError: the body is no text.
    """
    try:
        page = parse_page(capture, source)
    except UndecodableError:
        raise
    except PageError as error:
        raise ListingFormatError(f"the front cannot be read: {error.message}", url=capture.request_url) from error
    teasers = _without_folders(_teasers(page, source))
    kept = keep_entries(_entry(teaser) for teaser in teasers if _is_story(teaser, page, source))
    if not kept.entries:
        raise ListingFormatError(
            "no link of this page leads to a story: check its address, or name the stories' addresses in story_urls",
            url=capture.request_url,
        )
    return ListingPage(
        kind=kind,
        entries=kept.entries[:MAX_ENTRIES],
        teasers=teasers,
        title=fold_space(page.title) or None,
        language=fold_space(page.root.get("lang")) or None,
        warnings=kept.warnings,
    )


def _teasers(page: Page, source: Source) -> tuple[Teaser, ...]:
    if not source.story_urls:
        return find_teasers(page, None, None, None)
    return find_promoted(page, lambda url: same_site(url, page.url) and is_story_url(url, source))


def _without_folders(teasers: tuple[Teaser, ...]) -> tuple[Teaser, ...]:
    """Leave out what is a folder above another address on the page: a section, however it is worded."""
    paths = [urlsplit(teaser.target_url or "").path.rstrip("/") for teaser in teasers]
    above: Counter[str] = Counter()
    for path in dict.fromkeys(paths):
        parts = path.split("/")
        above.update("/".join(parts[:depth]) for depth in range(2, len(parts)))
    return tuple(teaser for teaser, path in zip(teasers, paths, strict=True) if above[path] < _FOLDER_OF)


def _is_story(teaser: Teaser, page: Page, source: Source) -> bool:
    url = teaser.target_url
    return url is not None and same_site(url, page.url) and is_story_url(url, source)


def _entry(teaser: Teaser) -> Entry | None:
    try:
        url = canonicalize(teaser.target_url or "")
    except ValueError:
        return None
    return Entry(
        url=url,
        position=teaser.slot,
        headline=teaser.headline,
        standfirst=teaser.standfirst,
        picture_url=teaser.picture.url if teaser.picture is not None else None,
    )
