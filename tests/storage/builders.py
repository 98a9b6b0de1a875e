"""Builds invented captures, stories and pages, and takes them into an archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from newskeep.digests import payload_digest
from newskeep.identity import aliases_of, choose, rendition_of, story_url
from newskeep.model import (
    Block,
    BlockKind,
    Capture,
    Entry,
    ExtractedPage,
    Listing,
    ListingKind,
    PageDate,
    PageKind,
    Picture,
    Precision,
    Source,
    StoryDraft,
    Teaser,
    TeaserKind,
)
from newskeep.revise import Intent, decide, is_comparable
from storage.archive import Archive
from storage.stories import SavedStory, Sighting
from storage.teasers import Carrier

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BRIDGE = "https://post.example/bridge-opens"
BRIDGE_TEXT = (
    "The council of Hamaville voted on Monday to open the long bridge over the river to carts and cyclists again.",
    "Engineers had closed it in spring, when two of its piers were found to have sunk by the width of a hand.",
    "The mayor said that the repairs had cost less than was feared, and that the toll would stay as it is.",
)
FERRY = "https://post.example/ferry-strike"
FERRY_TEXT = (
    "Ferry crews in the northern ports walked out at dawn, and the morning boats to the islands stayed in harbour.",
    "The owners called the walkout unlawful and asked a court to end it before the weekend brings its crowds.",
)


def capture(url: str = BRIDGE, body: bytes | None = None, *, at: datetime = NOW, **fields: Any) -> Capture:
    """An answer; its bytes differ with address and time unless they are given."""
    data = f"<html>{url} {at}".encode() if body is None else body
    given = {"request_url": url, "final_url": url, "status": 200, "headers": (("Content-Type", "text/html"),)}
    return Capture(**{**given, **fields}, body=data, captured_at=at, payload_digest=payload_digest(data))


def draft(headline: str | None = "Bridge opens again", text: Sequence[str] = BRIDGE_TEXT, **fields: Any) -> StoryDraft:
    """A story."""
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=paragraph) for paragraph in text)
    return StoryDraft(**{"headline": headline, "blocks": blocks, **fields})


def ferry() -> StoryDraft:
    """Another story."""
    return draft("Ferry crews walk out", FERRY_TEXT)


def page(main: StoryDraft | None, url: str = BRIDGE, *, version: str = "1", **fields: Any) -> ExtractedPage:
    """What a page says."""
    kind = PageKind.STORY if main else PageKind.OTHER
    return ExtractedPage(**{"kind": kind, "url": url, "extractor_version": version, "main": main, **fields})


def date(at: datetime, *, precision: Precision = Precision.SECOND, offset_minutes: int | None = 0) -> PageDate:
    """A time as a page states it."""
    return PageDate(
        at=at, offset_minutes=offset_minutes, precision=precision, raw=at.isoformat(), origin="json-ld datePublished"
    )


def picture(url: str | None = "https://post.example/p/bridge.jpg", **fields: Any) -> Picture:
    """A picture with its words."""
    return Picture(**{"url": url, "caption": "The bridge at dawn", "credit": "Ines Lindqvist", **fields})


def teaser(target_url: str | None = FERRY, **fields: Any) -> Teaser:
    """A pointer to another story."""
    given = {"kind": TeaserKind.RELATED, "slot": 1, "block": 1, "heading": "More", "headline": "Ferries at rest"}
    return Teaser(**{**given, **fields}, target_url=target_url)


def source(slug: str = "post", *urls: str, **fields: Any) -> Source:
    """A source with feeds at the given addresses, or one of its own."""
    listings = tuple(Listing(url=url, kind=ListingKind.FEED) for url in urls or (f"https://{slug}.example/feed",))
    given = {"name": f"The {slug.title()}", "homepage": f"https://{slug}.example/", "listings": listings}
    return Source(slug=slug, **{**given, **fields})


def entry(url: str = BRIDGE, *, position: int = 1, **fields: Any) -> Entry:
    """An entry of a listing."""
    return Entry(url=url, position=position, **fields)


def take_in(
    archive: Archive,
    taken: Capture,
    said: ExtractedPage,
    *,
    found_in: Entry | None = None,
    comparable: StoryDraft | None = None,
) -> tuple[Intent, SavedStory | None]:
    """Keep a capture and write the main story of its page, as a crawl does."""
    main = said.main
    assert main is not None
    kept = archive.captures.add(taken, source="post", purpose="story")
    aliases = aliases_of(taken, main, said, "post", found_in)
    known = archive.stories.find([alias.key for alias in aliases], at=taken.captured_at)
    choice = choose(aliases, known, draft=main, url=story_url(taken, main, said))
    is_reread = choice.story is not None and not is_comparable(
        choice.story, extractor_version=said.extractor_version, memory_version=0
    )
    if choice.story is not None and not is_reread:
        comparable = archive.stories.draft(choice.story.revision_id)
    rendition = rendition_of(taken, main, said)
    intent = decide(
        choice.story, main, comparable=comparable, now=taken.captured_at, rendition=rendition, is_reread=is_reread
    )
    sighting = Sighting(
        source="post",
        draft=main,
        choice=choice,
        capture_id=kept.capture_id,
        captured_at=taken.captured_at,
        payload_digest=taken.payload_digest,
        extractor_version=said.extractor_version,
        rendition=rendition,
    )
    with archive.transaction():
        saved = archive.stories.save(intent, sighting)
        if saved is not None:
            carrier = Carrier(
                page_url=choice.url, capture_id=kept.capture_id, seen_at=taken.captured_at, story_id=saved.story_id
            )
            archive.teasers.save(carrier, said.teasers)
    return intent, saved


def take_story(archive: Archive, url: str = BRIDGE, main: StoryDraft | None = None, *, at: datetime = NOW) -> int:
    """Take in one story and give its id."""
    said = main or draft()
    _, saved = take_in(archive, capture(url, at=at), page(said, url))
    assert saved is not None
    return saved.story_id
