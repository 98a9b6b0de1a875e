"""Sources as people look at them: how much they publish and when, how they are doing, what their polls brought.

Counts by time are counts of ranges of an index, so they cost as much for ten years as for ten days. Reading only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from newskeep.errors import SourceMissingError
from storage.archive import Archive
from storage.boundary import guarded
from storage.values import read_optional, read_time


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSummary:
    """A source in the list of all. Times are None where nothing of the kind has happened, or is planned.

    `last_moment` is when its newest story was published (first seen where that is unknown); `failing_listings` are
    those whose last poll failed; `last_status` is how its newest run ended.
    """

    slug: str
    name: str
    homepage: str
    language: str | None
    is_enabled: bool
    is_retired: bool
    stories: int
    last_moment: datetime | None
    listings: int
    failing_listings: int
    last_polled_at: datetime | None
    next_poll_at: datetime | None
    last_status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingView:
    """A listing and how its polls go."""

    listing_id: int
    kind: str
    section: str | None
    url: str
    interval_seconds: int
    last_polled_at: datetime | None
    last_outcome: str | None
    next_poll_at: datetime | None
    failures: int
    is_retired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One source in full. `timezone` is an IANA name or None; `absent` counts stories that do not answer, by presence.

    `first_moment` and `last_moment` are those of its oldest and newest story, None where it has none.
    """

    slug: str
    name: str
    homepage: str
    language: str | None
    timezone: str | None
    interval_seconds: int | None
    is_enabled: bool
    followed_since: datetime
    retired_at: datetime | None
    stories: int
    revised: int
    absent: dict[str, int]
    first_moment: datetime | None
    last_moment: datetime | None
    listings: tuple[ListingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodCount:
    """So many stories of a day, or of a month, which is named by its first day. Days are UTC's."""

    start: date
    stories: int


@guarded("look up sources")
def read_sources(archive: Archive) -> tuple[SourceSummary, ...]:
    """Give all sources: those that are followed first, then by name."""
    return tuple(
        SourceSummary(
            slug=found[0],
            name=found[1],
            homepage=found[2],
            language=found[3],
            is_enabled=bool(found[4]),
            is_retired=bool(found[5]),
            stories=found[6],
            last_moment=read_optional(found[7]),
            listings=found[8],
            failing_listings=found[9],
            last_polled_at=read_optional(found[10]),
            next_poll_at=read_optional(found[11]),
            last_status=found[12],
        )
        for found in archive.db.conn.execute(_SELECT_SOURCES)
    )


@guarded("look up a source")
def read_source(archive: Archive, slug: str) -> SourceView:
    """Give one source. Raises SourceMissingError."""
    run = archive.db.conn.execute
    found = run(_SELECT_SOURCE, (slug,)).fetchone()
    if found is None:
        raise SourceMissingError(f"there is no source {slug}", operation="look up a source")
    return SourceView(
        slug=found[0],
        name=found[1],
        homepage=found[2],
        language=found[3],
        timezone=found[4],
        interval_seconds=found[5],
        is_enabled=bool(found[6]),
        followed_since=read_time(found[7]),
        retired_at=read_optional(found[8]),
        stories=found[9],
        revised=found[10],
        absent=dict(run(_SELECT_ABSENT, (slug,)).fetchall()),
        first_moment=read_optional(found[11]),
        last_moment=read_optional(found[12]),
        listings=tuple(_listing(one) for one in run(_SELECT_LISTINGS, (slug,))),
    )


@guarded("count stories by day")
def stories_by_day(archive: Archive, source: str, first: date, last: date) -> tuple[PeriodCount, ...]:
    """Count a source's stories for each day from `first` to `last`, both included; by publication, else first seen."""
    return _counts(archive, _COUNT_DAYS, (first.isoformat(), last.isoformat(), source))


@guarded("count stories by month")
def stories_by_month(archive: Archive, source: str, first: date, last: date) -> tuple[PeriodCount, ...]:
    """Count a source's stories for each month from that of `first` to that of `last`."""
    months = (first.replace(day=1).isoformat(), last.replace(day=1).isoformat(), source)
    return _counts(archive, _COUNT_MONTHS, months)


@guarded("count stories by hour")
def stories_by_hour(archive: Archive, source: str, first: date, last: date) -> dict[str, int]:
    """Count a source's stories by UTC hour of publication, `2026-11-22T10`, from `first` to `last`, both included.

    Only stories whose publication time the page states to the minute count: of others nobody knows the hour.
    """
    rows = archive.db.conn.execute(_COUNT_HOURS, (source, first.isoformat(), last.isoformat()))
    return dict(rows.fetchall())


def _counts(archive: Archive, sql: str, values: tuple[str, ...]) -> tuple[PeriodCount, ...]:
    rows = archive.db.conn.execute(sql, values)
    return tuple(PeriodCount(start=date.fromisoformat(start), stories=stories) for start, stories in rows)


def _listing(found: tuple[Any, ...]) -> ListingView:
    return ListingView(
        listing_id=found[0],
        kind=found[1],
        section=found[2],
        url=found[3],
        interval_seconds=found[4],
        last_polled_at=read_optional(found[5]),
        last_outcome=found[6],
        next_poll_at=read_optional(found[7]),
        failures=found[8],
        is_retired=bool(found[9]),
    )


_SELECT_SOURCES = """
SELECT slug, name, homepage, language, enabled, retired_at IS NOT NULL,
    (SELECT count(*) FROM story_facts WHERE source = slug),
    (SELECT max(moment) FROM story_facts WHERE source = slug),
    (SELECT count(*) FROM listings WHERE source = slug AND retired_at IS NULL),
    (SELECT count(*) FROM listings WHERE source = slug AND retired_at IS NULL AND failures > 0),
    (SELECT max(last_polled_at) FROM listings WHERE source = slug),
    (SELECT min(next_poll_at) FROM listings WHERE source = slug AND retired_at IS NULL),
    (SELECT status FROM runs WHERE source = slug ORDER BY started_at DESC LIMIT 1)
FROM sources ORDER BY retired_at IS NOT NULL, enabled = 0, name COLLATE NOCASE, slug
"""
_SELECT_SOURCE = """
SELECT slug, name, homepage, language, timezone, interval_seconds, enabled, first_seen_at, retired_at,
    (SELECT count(*) FROM story_facts WHERE source = slug),
    (SELECT count(*) FROM story_facts WHERE source = slug AND revision_count > 1),
    (SELECT min(moment) FROM story_facts WHERE source = slug),
    (SELECT max(moment) FROM story_facts WHERE source = slug)
FROM sources WHERE slug = ?
"""
_SELECT_ABSENT = """
SELECT presence, count(*) FROM story_facts WHERE source = ? AND presence <> 'present' GROUP BY presence
ORDER BY presence
"""
_SELECT_LISTINGS = """
SELECT id, kind, section, url, interval_seconds, last_polled_at, last_outcome, next_poll_at, failures,
    retired_at IS NOT NULL
FROM listings WHERE source = ? ORDER BY retired_at IS NOT NULL, kind, section, url
"""
_COUNT = "(SELECT count(*) FROM story_facts WHERE source = ?3 AND moment >= start AND moment < date(start, '{step}'))"
_COUNT_PERIODS = (
    "WITH RECURSIVE periods(start) AS (SELECT ?1 UNION ALL SELECT date(start, '{step}') FROM periods WHERE start < ?2)"
    f" SELECT start, {_COUNT} FROM periods"
)
_COUNT_DAYS, _COUNT_MONTHS = (_COUNT_PERIODS.format(step=step) for step in ("+1 day", "+1 month"))
_COUNT_HOURS = """
SELECT substr(published_at, 1, 13) AS hour, count(*) FROM stories INDEXED BY stories_timed
WHERE published_precision <> 'day' AND source = ? AND published_at >= ? AND published_at < date(?, '+1 day')
GROUP BY hour ORDER BY hour
"""
