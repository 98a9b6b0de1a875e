"""The front: the newest stories, of all sources or of one, of a section, of a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from reading.answers import Answer, Ask, AskError, Page
from reading.listed import ListedStory, listed, source_names
from storage.archive import Archive
from storage.newest import NewestRequest, newest_counts, newest_stories

PAGE_SIZE = 30
_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One value to filter by, and how many of the counted stories have it."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The front's data. `next` is the cursor of the next page, None on the last.

    The facets count the newest stories, at most 2,000, each under the filters before it: sections within the source,
    days within both. `counted` is how many stories `days` counts.
    """

    source: str | None
    source_name: str | None
    section: str | None
    day: date | None
    stories: tuple[ListedStory, ...]
    next: str | None
    is_first: bool
    sources: tuple[Facet, ...]
    sections: tuple[Facet, ...]
    days: tuple[Facet, ...]
    counted: int


def front(archive: Archive, ask: Ask) -> Answer:
    """The newest stories first. Arguments: `source`, `section`, `day`, `cursor`."""
    # What claims to be of the day after tomorrow would stand first for ever; it is found by search and by its day.
    request = NewestRequest(
        until=ask.now + timedelta(days=1),
        source=ask.text("source"),
        section=ask.text("section"),
        day=ask.day("day"),
        after=_cursor(ask),
    )
    connection, names = archive.db.conn, source_names(archive)
    stories = newest_stories(connection, request, limit=PAGE_SIZE + 1)
    last = stories[PAGE_SIZE - 1] if len(stories) > PAGE_SIZE else None
    everywhere = replace(request, after=None, source=None, section=None, day=None)
    of_all = newest_counts(connection, everywhere)
    of_source = newest_counts(connection, replace(everywhere, source=request.source)) if request.source else of_all
    filtered = replace(everywhere, source=request.source, section=request.section)
    of_both = newest_counts(connection, filtered) if request.section else of_source
    data = Front(
        source=request.source,
        source_name=names.get(request.source, request.source) if request.source else None,
        section=request.section,
        day=request.day,
        stories=tuple(listed(archive, one) for one in stories[:PAGE_SIZE]),
        next=f"{last.moment}~{last.story_id}" if last else None,
        is_first=request.after is None,
        sources=_facets(of_all.sources, names),
        sections=_facets(of_source.sections, {}),
        days=tuple(Facet(value=day, name=_day(day), count=count) for day, count in of_both.days[:14]),
        counted=of_both.counted,
    )
    title = " · ".join(part for part in (data.source_name, data.section, str(data.day or "")) if part)
    return Page(template="front.html", title=title or "Front", data=data)


def _facets(counts: tuple[tuple[str, int], ...], names: dict[str, str]) -> tuple[Facet, ...]:
    return tuple(Facet(value=one, name=names.get(one, one), count=count) for one, count in counts[:_MOST_SHOWN])


def _day(text: str) -> str:
    """`Fri 20 Nov 2026`."""
    day = date.fromisoformat(text)
    return f"{day:%a} {day.day} {day:%b %Y}"


def _cursor(ask: Ask) -> tuple[str, int] | None:
    text = ask.text("cursor")
    if text is None:
        return None
    moment, tilde, story_id = text.partition("~")
    if not tilde or not (story_id.isascii() and story_id.isdigit() and len(story_id) < 19):
        raise AskError("cursor should be as the page before gave it")
    return moment, int(story_id)
