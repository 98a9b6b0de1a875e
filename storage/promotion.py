"""Promotion: which stories were put before readers most, where, how long; and one story's life on other pages.

What is counted are teasers by the time they were first seen, which never moves: a span of days always counts the same.
Reading only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from newskeep.errors import StoryMissingError
from storage.archive import Archive
from storage.boundary import guarded
from storage.values import read_optional, read_time, seen_text

COUNTED = 200_000
"""Of a span with more teasers, the newest so many are counted."""
MOST_STAYS = 500


class Place(StrEnum):
    """Where a story is promoted."""

    FRONTS = "fronts"
    STORIES = "stories"
    """On the pages of other stories: "More from", "Most read"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRequest:
    """Which promotions: those that began from `since` until before `until`; of the stories of one source only."""

    place: Place
    since: datetime
    until: datetime
    source: str | None = None
    limit: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotedStory:
    """A story with its promotions of the span: on how many pages, in which best slot, from when to when.

    `seconds` are those of all its teasers together: two fronts for an hour make two hours, and so do two places on one
    front. They are what was seen: from the first look at a page that found the teaser to the last.
    """

    story_id: int
    source: str
    headline: str | None
    language: str | None
    url: str
    presence: str
    published_at: datetime | None
    first_seen_at: datetime
    pages: int
    best_slot: int
    promoted_from: datetime
    promoted_until: datetime
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotions:
    """The stories promoted most, the most first: on fronts by time, elsewhere by pages.

    `counted` is how many teasers were counted, `is_capped` whether there were more in the span.
    """

    stories: tuple[PromotedStory, ...]
    counted: int
    is_capped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One teaser of a story, on one page. `page_source`, `section` and `listing_kind` are None where they are unknown.

    On a front, `page_story_id` and `page_headline` are None.
    """

    page_url: str
    page_story_id: int | None
    page_headline: str | None
    page_source: str | None
    listing_kind: str | None
    section: str | None
    kind: str
    heading: str | None
    headline: str | None
    slot: int
    first_seen_at: datetime
    last_seen_at: datetime

    @property
    def seconds(self) -> float:
        """How long it was seen there."""
        return (self.last_seen_at - self.first_seen_at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPromotion:
    """A story's promotions: on fronts, on other stories' pages; oldest first, of each the first `MOST_STAYS`.

    `front_count` is on how many fronts it stood, `page_count` beside how many stories: a page that carried it under two
    headlines, or twice, is one. `page_stays` counts the teasers beside other stories, those not among `pages` too.
    """

    story_id: int
    source: str
    headline: str | None
    language: str | None
    url: str
    published_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    fronts: tuple[Stay, ...]
    front_count: int
    pages: tuple[Stay, ...]
    page_count: int
    page_stays: int


@guarded("look up promotions")
def read_promotions(archive: Archive, request: PromotionRequest) -> Promotions:
    """Give the stories that were promoted most in a span of time."""
    span = (seen_text(request.since), seen_text(request.until))
    where = _WHERE[request.place]
    run = archive.db.conn.execute
    counted_sql = f"SELECT count(*) FROM (SELECT 1 FROM teasers WHERE {where} LIMIT {COUNTED + 1})"
    (counted,) = run(counted_sql, span).fetchone()
    ranked = run(_RANKED[request.place, request.source is not None], {
        "since": span[0], "until": span[1], "source": request.source, "limit": max(0, request.limit),
    }).fetchall()  # fmt: skip
    found = (run(_SELECT_PROMOTED[request.place], (story_id, *span)).fetchone() for (story_id,) in ranked)
    return Promotions(
        stories=tuple(_promoted(one) for one in found if one is not None),
        counted=min(counted, COUNTED),
        is_capped=counted > COUNTED,
    )


@guarded("look up a story's promotions")
def read_story_promotion(archive: Archive, story_id: int) -> StoryPromotion:
    """Give a story's life on other pages. Raises StoryMissingError."""
    run = archive.db.conn.execute
    found = run(_SELECT_STORY, (story_id,)).fetchone()
    if found is None:
        raise StoryMissingError(f"there is no story {story_id}", operation="look up a story's promotions")
    counts = run(_COUNT_STAYS, (story_id,)).fetchone()
    fronts, pages = (
        tuple(_stay(stay) for stay in run(f"{_SELECT_STAYS} {condition} {_STAYS_ORDER}", (story_id,)))
        for condition in ("AND listing_id IS NOT NULL", "AND page_story_id IS NOT NULL")
    )
    return StoryPromotion(
        story_id=story_id,
        source=found[0],
        headline=found[1],
        language=found[2],
        url=found[3],
        published_at=read_optional(found[4]),
        first_seen_at=read_time(found[5]),
        last_seen_at=read_time(found[6]),
        fronts=fronts,
        front_count=counts[0],
        pages=pages,
        page_count=counts[1],
        page_stays=counts[2],
    )


def length_of(stays: tuple[Stay, ...]) -> timedelta:
    """How long all these pages together carried the story."""
    return timedelta(seconds=sum(stay.seconds for stay in stays))


def _promoted(found: tuple[Any, ...]) -> PromotedStory:
    return PromotedStory(
        story_id=found[0],
        source=found[1],
        headline=found[2],
        language=found[3],
        url=found[4],
        presence=found[5],
        published_at=read_optional(found[6]),
        first_seen_at=read_time(found[7]),
        pages=found[8],
        best_slot=found[9],
        promoted_from=read_time(found[10]),
        promoted_until=read_time(found[11]),
        seconds=round(found[12], 3),
    )


def _stay(found: tuple[Any, ...]) -> Stay:
    names = tuple(Stay.__dataclass_fields__)
    return Stay(**dict(zip(names, (*found[:10], read_time(found[10]), read_time(found[11])), strict=True)))


_WHERE = {
    Place.FRONTS: "listing_id IS NOT NULL AND target_story_id IS NOT NULL AND first_seen_at >= ? AND first_seen_at < ?",
    Place.STORIES: (
        "page_story_id IS NOT NULL AND target_story_id IS NOT NULL AND first_seen_at >= ? AND first_seen_at < ?"
    ),
}
_SECONDS = "sum(max(julianday(last_seen_at) - julianday(first_seen_at), 0)) * 86400"
_WEIGHTS = {Place.FRONTS: (", last_seen_at", f"{_SECONDS} DESC, count(*) DESC"), Place.STORIES: ("", "count(*) DESC")}


def _ranked(place: Place, *, by_source: bool) -> str:
    """The ids of the stories promoted most. The inner statement stays in its index, but for the end of a teaser."""
    columns, order = _WEIGHTS[place]
    where = _WHERE[place].replace(">= ?", ">= :since").replace("< ?", "< :until")
    condition = "WHERE (SELECT source FROM story_facts WHERE story_id = target_story_id) = :source" if by_source else ""
    return (
        "SELECT target_story_id FROM (SELECT target_story_id, first_seen_at"
        f"{columns} FROM teasers WHERE {where} ORDER BY first_seen_at DESC LIMIT {COUNTED}) {condition}"
        f" GROUP BY target_story_id ORDER BY {order}, target_story_id DESC LIMIT :limit"
    )


_RANKED = {(place, by_source): _ranked(place, by_source=by_source) for place in Place for by_source in (False, True)}
_SELECT_PROMOTED = {
    place: (
        "SELECT stories.id, source, stories.headline, language, url, presence, published_at, stories.first_seen_at,"
        f" count(DISTINCT {page}), min(slot), min(teasers.first_seen_at), max(last_seen_at), {seconds}"
        " FROM teasers JOIN stories ON stories.id = target_story_id"
        f" WHERE target_story_id = ? AND {only} AND teasers.first_seen_at >= ? AND teasers.first_seen_at < ?"
        " GROUP BY stories.id"
    )
    for place, page in ((Place.FRONTS, "page_url"), (Place.STORIES, "page_story_id"))
    for only in ("listing_id IS NOT NULL" if place is Place.FRONTS else "page_story_id IS NOT NULL",)
    for seconds in (_SECONDS.replace("(first_seen_at", "(teasers.first_seen_at"),)
}
_SELECT_STORY = """
SELECT stories.source, headline, stories.language, url, published_at, first_seen_at, last_seen_at
FROM stories JOIN story_facts ON story_id = stories.id WHERE stories.id = ?
"""
_COUNT_STAYS = (
    "SELECT count(DISTINCT listing_id), count(DISTINCT page_story_id), count(page_story_id) FROM teasers"
    " WHERE target_story_id = ?"
)
_SELECT_STAYS = """
SELECT page_url, page_story_id, page.headline, coalesce(page.source, listings.source), listings.kind, listings.section,
    teasers.kind, heading, teasers.headline, slot, teasers.first_seen_at, teasers.last_seen_at
FROM teasers LEFT JOIN stories AS page ON page.id = page_story_id LEFT JOIN listings ON listings.id = listing_id
WHERE target_story_id = ?
"""
_STAYS_ORDER = f"ORDER BY teasers.first_seen_at, teasers.id LIMIT {MOST_STAYS}"
