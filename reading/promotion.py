"""Promotion: which stories were put before readers most; and one story's life on fronts and beside other stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reading.answers import Answer, Ask, AskError, Page
from reading.spans import asked_span
from storage.archive import Archive
from storage.promotion import (
    Place,
    PromotedStory,
    PromotionRequest,
    StoryPromotion,
    read_promotions,
    read_story_promotion,
)
from storage.values import read_optional

SPANS = {"1d": 1, "7d": 7, "30d": 30}
PAGE_SIZE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionPage:
    """The stories promoted most among the promotions that began from `first` to `last`, both included.

    `counted` is how many promotions that were; `is_capped` says that there were more. `sources` are the slugs and names
    to choose from.
    """

    place: Place
    span: str
    first: date
    last: date
    source: str | None
    stories: tuple[PromotedStory, ...]
    counted: int
    is_capped: bool
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPromotionPage:
    """A story's life on other pages, and the times at which its words changed."""

    promotion: StoryPromotion
    revised_at: tuple[datetime, ...]


def promotion(archive: Archive, ask: Ask) -> Answer:
    """What was promoted most.

    Arguments: `place` (`fronts`, `stories`), `span` (`1d`, `7d`, `30d`), `until` (a day), `source`.
    """
    place = _place(ask)
    run = archive.db.conn.execute
    (newest,) = run(_NEWEST[place]).fetchone()
    span = asked_span(ask, SPANS, default="7d", newest=read_optional(newest))
    source = ask.text("source")
    request = PromotionRequest(place=place, since=span.since, until=span.until, source=source, limit=PAGE_SIZE)
    found = read_promotions(archive, request)
    data = PromotionPage(
        place=place,
        span=span.name,
        first=span.first,
        last=span.last,
        source=source,
        stories=found.stories,
        counted=found.counted,
        is_capped=found.is_capped,
        sources=source_names(archive),
    )
    return Page(template="promotion.html", title="Promotion", data=data)


def story_promotion(archive: Archive, ask: Ask) -> Answer:
    """One story's promotions, on fronts and beside other stories."""
    story_id = ask.number("story")
    assert story_id is not None
    found = read_story_promotion(archive, story_id)
    rows = archive.db.conn.execute(_SELECT_REVISED, (story_id,))
    revised = tuple(at for (text,) in rows if (at := read_optional(text)) is not None)
    data = StoryPromotionPage(promotion=found, revised_at=revised)
    return Page(template="story_promotion.html", title=f"Promotion of {found.headline or 'a story'}", data=data)


def source_names(archive: Archive) -> tuple[tuple[str, str], ...]:
    """Slugs and names of all sources, by name."""
    rows = archive.db.conn.execute("SELECT slug, name FROM sources ORDER BY name COLLATE NOCASE, slug")
    return tuple((slug, name) for slug, name in rows)


def _place(ask: Ask) -> Place:
    try:
        return Place(ask.text("place") or Place.FRONTS)
    except ValueError as error:
        raise AskError(f"place should be one of {', '.join(Place)}") from error


_NEWEST = {
    Place.FRONTS: "SELECT max(first_seen_at) FROM teasers WHERE listing_id IS NOT NULL AND target_story_id IS NOT NULL",
    Place.STORIES: (
        "SELECT max(first_seen_at) FROM teasers WHERE page_story_id IS NOT NULL AND target_story_id IS NOT NULL"
    ),
}
_SELECT_REVISED = "SELECT captured_at FROM revisions WHERE story_id = ? AND number > 1 ORDER BY captured_at LIMIT 50"
