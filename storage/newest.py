"""The newest stories, all or of a source, a section, a day: from indexes alone, whatever the archive holds."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.boundary import storage_errors
from storage.values import page_text, read_optional, read_time

COUNTED = 2_000
"""So many of the newest stories are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestRequest:
    """Which stories: published before `until`, and of one source, section, day where they are given.

    `after` is the last story of the page before: its moment as stored, and its id.
    """

    until: datetime
    source: str | None = None
    section: str | None = None
    day: date | None = None
    after: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStory:
    """A story as lists show it. `moment` is when it was published, first seen where that is unknown, as stored."""

    story_id: int
    moment: str
    source: str
    source_name: str
    kicker: str | None
    section: str | None
    headline: str | None
    standfirst: str | None
    byline: str | None
    language: str | None
    form: str
    presence: str
    revision_count: int
    words: int
    published_at: datetime | None
    first_seen_at: datetime
    url: str
    picture_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestCounts:
    """How many of the newest `counted` stories there are of what, largest first; days newest first."""

    counted: int
    sources: tuple[tuple[str, int], ...]
    sections: tuple[tuple[str, int], ...]
    days: tuple[tuple[str, int], ...]


def newest_stories(connection: sqlite3.Connection, request: NewestRequest, *, limit: int) -> tuple[NewStory, ...]:
    """Give stories, the newest first."""
    conditions, values = _conditions(request)
    if request.after is not None:
        conditions.append("(moment, story_id) < (?, ?)")
        values += request.after
    sql = (
        f"SELECT {_COLUMNS} FROM (SELECT story_id, moment FROM story_facts WHERE {' AND '.join(conditions)}"
        " ORDER BY moment DESC, story_id DESC LIMIT ?) AS found CROSS JOIN stories ON stories.id = found.story_id"
        " JOIN sources ON sources.slug = stories.source ORDER BY found.moment DESC, found.story_id DESC"
    )
    with storage_errors("list the newest stories"):
        rows = connection.execute(sql, [*values, limit]).fetchall()
    names = tuple(NewStory.__dataclass_fields__)
    return tuple(
        NewStory(**dict(zip(names, (*row[:14], read_optional(row[14]), read_time(row[15]), *row[16:]), strict=True)))
        for row in rows
    )


def newest_counts(connection: sqlite3.Connection, request: NewestRequest) -> NewestCounts:
    """Count the newest stories by source, section and day, at most `COUNTED` of them."""
    conditions, values = _conditions(request)
    sql = (
        "SELECT source, section, substr(moment, 1, 10) FROM story_facts"
        f" WHERE {' AND '.join(conditions)} ORDER BY moment DESC LIMIT {COUNTED}"
    )
    sources: Counter[str] = Counter()
    sections: Counter[str] = Counter()
    days: Counter[str] = Counter()
    with storage_errors("count the newest stories"):
        rows = connection.execute(sql, values).fetchall()
    for source, section, day in rows:
        sources[source] += 1
        days[day] += 1
        if section:
            sections[section] += 1
    return NewestCounts(
        counted=len(rows),
        sources=tuple(sources.most_common()),
        sections=tuple(sections.most_common()),
        days=tuple(sorted(days.items(), reverse=True)),
    )


def _conditions(request: NewestRequest) -> tuple[list[str], list[object]]:
    found: list[tuple[str, object]] = []
    if request.source is not None:
        found.append(("source = ?", request.source))
    if request.section is not None:
        found.append(("section = ?", request.section))
    if request.day is None:
        found.append(("moment < ?", page_text(request.until)))
    else:
        found += [
            ("moment >= ?", request.day.isoformat()),
            ("moment < ?", (request.day + timedelta(days=1)).isoformat()),
        ]
    return [condition for condition, _ in found], [value for _, value in found]


_COLUMNS = (
    "stories.id, found.moment, stories.source, sources.name, kicker, section, headline, standfirst, byline,"
    " stories.language, form, presence, revision_count, words, published_at, stories.first_seen_at, url, picture_url"
)
