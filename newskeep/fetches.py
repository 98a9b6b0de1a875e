"""What a crawl asks for and what comes of it: the values that pass between spiders and pipelines.

A spider turns an `Ask` into a request and its answer into a `Fetch`; it decides nothing else. What an answer means is
found out in the pipelines. Nothing here knows Scrapy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newskeep.model import Capture, Entry, ListingKind
from newskeep.outcomes import Outcome


class Purpose(StrEnum):
    """What an address is asked for."""

    LISTING = "listing"
    STORY = "story"
    STORY_PAGE = "story_page"
    """A further page of a story over several pages; it is no request of its own for the archive."""
    RECHECK = "recheck"
    """A story that is archived, to see whether it changed or went."""
    PICTURE = "picture"
    """A picture of a story that is archived, to be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One address to be asked for.

    `listing_id` is the listing asked, or the one that named the story; None for an address given by hand. `kind` is set
    for listings, `entry` for stories that a listing named. `etag` and `last_modified` are validators from the archive,
    sent as they came. `depth` counts the sitemap indexes passed on the way. `story_id` is the story a recheck
    or a picture is of. `max_bytes` is the largest answer that is taken; None leaves it to the configuration.
    """

    url: str
    purpose: Purpose
    listing_id: int | None = None
    kind: ListingKind | None = None
    entry: Entry | None = None
    etag: str | None = None
    last_modified: str | None = None
    depth: int = 0
    story_id: int | None = None
    max_bytes: int | None = None


def wants_rendering(ask: Ask) -> bool:
    """Is this a page, which a browser can render, rather than a feed, a sitemap or a picture?"""
    if ask.purpose is Purpose.LISTING:
        return ask.kind in (ListingKind.HOME_FRONT, ListingKind.SECTION_FRONT)
    return ask.purpose is not Purpose.PICTURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What it cost to render a page in a browser: requests it made, bytes they brought, seconds it took."""

    requests: int
    body_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request and its end.

    `outcome` is set where the answer itself decides it (a failure, a 304, a 404 …) and None where the page must be read
    first. `capture` is None where no answer came, or a 304. `retry_after_at` is the server's wish, in UTC.
    `rendering` is set where a browser rendered the page.
    `fresh_seconds` is for how long the answer says it is fresh, None where it does not.
    """

    ask: Ask
    started_at: datetime
    outcome: Outcome | None = None
    detail: str | None = None
    status: int | None = None
    elapsed_seconds: float | None = None
    capture: Capture | None = None
    retry_after_at: datetime | None = None
    rendering: Rendering | None = None
    fresh_seconds: int | None = None
