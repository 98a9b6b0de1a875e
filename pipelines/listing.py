"""What a listing means for the archive: its teasers, its entries, which of them to ask for, and its next poll.

Runs inside the writer's transaction. The rules are `newskeep.triage`; the next poll is `pipelines.planning`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from newskeep.fetches import Ask, Purpose
from newskeep.model import Entry, ListingKind, ListingPage
from newskeep.outcomes import Outcome
from pipelines.planning import Planning, learn, learn_nothing_new, plan
from pipelines.work import Work
from storage.archive import Archive
from storage.guids import name_by_listing
from storage.teasers import Carrier
from storage.waiting import waiting_entries

# A first look at a sitemap may name fifty thousand stories; the rest waits for the next polls, newest first.
MAX_STORIES_A_POLL = 200
# An index of sitemaps may name hundreds, one a month back to 1996; old ones do not change.
MAX_CHILDREN = 3
_MAX_DEPTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledListing:
    """How asking a listing ended, and what to ask next."""

    outcome: Outcome
    asks: tuple[Ask, ...] = ()
    new_teasers: int = 0


def file_listing(archive: Archive, work: Work, *, planning: Planning, now: datetime) -> FiledListing:
    """Write what a listing's answer brought, whatever its outcome, and give the asks that follow."""
    ask = work.fetch.ask
    assert ask.listing_id is not None
    outcome, asks, new_teasers = work.outcome, [], 0
    if outcome is None:
        assert work.listing is not None
        outcome, new_teasers = _write(archive, work, work.listing, now)
        asks += _children(ask, work.listing)
        learn(archive, ask.listing_id, work.listing, now)
        asks += _stories(ask, archive.listings.triage(ask.listing_id, work.listing.entries, now))
        if work.capture_id is not None:
            name_by_listing(archive, ask.listing_id, capture_id=work.capture_id, now=now)
    if outcome.is_success:
        waiting = waiting_entries(archive, ask.listing_id, now=now, limit=MAX_STORIES_A_POLL)
        asks += _stories(ask, waiting)
    if outcome is Outcome.NOT_MODIFIED:
        learn_nothing_new(archive, ask.listing_id, now)
    # A poll that was cancelled is still due, and comes again when the service does.
    if ask.depth == 0 and outcome is not Outcome.CANCELLED:
        left = len({one.url for one in asks if one.purpose is Purpose.STORY}) - MAX_STORIES_A_POLL
        plan(archive, work, outcome, planning=planning, now=now, stories_left=max(left, 0))
    return FiledListing(outcome=outcome, asks=_limited(asks), new_teasers=new_teasers)


def _write(archive: Archive, work: Work, listing: ListingPage, now: datetime) -> tuple[Outcome, int]:
    ask, capture = work.fetch.ask, work.fetch.capture
    assert ask.listing_id is not None
    assert capture is not None
    added = 0
    if listing.teasers and work.capture_id is not None:
        carrier = Carrier(
            page_url=capture.final_url,
            capture_id=work.capture_id,
            seen_at=capture.captured_at,
            listing_id=ask.listing_id,
        )
        added = archive.teasers.save(carrier, listing.teasers)
    state = archive.listings.state(ask.listing_id)
    is_same = ask.depth == 0 and state is not None and state.payload_digest == capture.payload_digest
    return (Outcome.LISTING_UNCHANGED if is_same else Outcome.LISTED), added


def _children(ask: Ask, listing: ListingPage) -> list[Ask]:
    """The sitemaps that an index names, the first few: by custom the newest stand first, or are alone."""
    if ask.depth >= _MAX_DEPTH:
        return []
    kind = ask.kind if ask.kind is ListingKind.NEWS_SITEMAP else ListingKind.SITEMAP
    return [
        Ask(url=url, purpose=Purpose.LISTING, listing_id=ask.listing_id, kind=kind, depth=ask.depth + 1)
        for url in listing.children[:MAX_CHILDREN]
    ]


def _stories(ask: Ask, entries: Iterable[Entry]) -> list[Ask]:
    return [Ask(url=entry.url, purpose=Purpose.STORY, listing_id=ask.listing_id, entry=entry) for entry in entries]


def _limited(asks: list[Ask]) -> tuple[Ask, ...]:
    listings = [ask for ask in asks if ask.purpose is Purpose.LISTING]
    stories = [ask for ask in asks if ask.purpose is Purpose.STORY]
    return (*listings, *stories[:MAX_STORIES_A_POLL])
