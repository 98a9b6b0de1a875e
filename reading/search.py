"""Search: the archive's whole query language, with filters, counts, a histogram, and the ways to come back to it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reading.answers import Answer, Ask, AskError, Page
from reading.histogram import Bar, histogram
from reading.listed import ListedStory, source_names
from storage.archive import Archive
from storage.search import COUNT_CAP, Hit, Order, SearchRequest, SearchResult, TeaserHit, TeaserResult

PAGE_SIZE = 20
_MOST_OFFSET = COUNT_CAP
_MOST_SHOWN = 12
_FILTERS = ("source", "section", "language", "author", "after", "before")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFacet:
    """One value to filter by, and how many of the matches have it."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The form as it was filled in; None where a field was left empty."""

    q: str | None
    source: str | None
    section: str | None
    language: str | None
    author: str | None
    after: str | None
    before: str | None
    order: str
    things: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What was found. `count` is exact unless `is_capped`: then there are more than `cap` matches.

    `exact_count` counts all, None where that was not asked for. In a capped result the newest stories come first, and
    the facets and the histogram are over the newest `cap`. `query` is the whole search, filters included, in the
    query language; `watch_command` keeps it. `offsets` are those of the pages before and after.
    """

    asked: Asked
    query: str
    count: int
    cap: int
    is_capped: bool
    exact_count: int | None
    order: str
    stories: tuple[ListedStory, ...]
    teasers: tuple[TeaserHit, ...]
    sources: tuple[SearchFacet, ...]
    sections: tuple[SearchFacet, ...]
    languages: tuple[SearchFacet, ...]
    histogram: tuple[Bar, ...]
    filters: tuple[str, ...]
    hints: tuple[str, ...]
    permalink: str
    atom: str
    watch_command: str | None
    previous_offset: int | None
    next_offset: int | None
    source_names: tuple[tuple[str, str], ...]


def search(archive: Archive, ask: Ask) -> Answer:
    """Search stories, or teasers with `in=teasers`.

    Arguments: `q`, the filters `source`, `section`, `language`, `author`, `after`, `before`; `order`, `best` or
    `newest`; `offset`; `exact=1` counts all. Without any of the first seven the form alone is shown.
    """
    asked = _asked(ask)
    names = source_names(archive)
    if asked.q is None and not any(getattr(asked, name) for name in _FILTERS):
        return Page(template="search.html", title="Search", data=_empty(ask, asked, names))
    if asked.things == "teasers":
        request = SearchRequest(words=asked.q or "", order=Order(asked.order), limit=PAGE_SIZE, offset=asked.offset)
        data = _of_teasers(ask, asked, names, archive.search.teasers(request))
    else:
        request = _request(ask, asked)
        exact = archive.search.count(request) if ask.text("exact") else None
        data = _of_stories(archive, ask, asked, names, archive.search.stories(request), exact)
    return Page(template="search.html", title=f"{data.query} – Search", data=data)


def whole_query(asked: Asked) -> str:
    """The search in the query language, filters included, for programs that take nothing else."""
    quoted = {name: _value(getattr(asked, name)) for name in _FILTERS}
    return " ".join([*([asked.q] if asked.q else []), *(f"{name}:{value}" for name, value in quoted.items() if value)])


def _value(text: str | None) -> str | None:
    if text is None:
        return None
    plain = " ".join("".join(" " if character in '"“”„«»' else character for character in text).split())
    return plain if plain and all(c.isalnum() or c in "-_:." for c in plain) else f'"{plain}"'


def _asked(ask: Ask) -> Asked:
    order, things = ask.text("order") or Order.BEST, ask.text("in") or "stories"
    if order not in tuple(Order):
        raise AskError("order should be best or newest")
    if things not in ("stories", "teasers"):
        raise AskError("in should be stories or teasers")
    for name in ("after", "before"):
        ask.moment(name)
    return Asked(
        q=ask.text("q"),
        **{name: ask.text(name) for name in _FILTERS},
        order=order,
        things=things,
        offset=ask.number("offset", most=_MOST_OFFSET) or 0,
    )


def _request(ask: Ask, asked: Asked) -> SearchRequest:
    after, before = ask.moment("after"), ask.moment("before")
    return SearchRequest(
        words=asked.q or "",
        source=asked.source,
        section=asked.section,
        language=asked.language,
        author=asked.author,
        after=after,
        before=before,
        order=Order(asked.order),
        limit=PAGE_SIZE,
        offset=asked.offset,
    )


def _of_stories(
    archive: Archive, ask: Ask, asked: Asked, names: dict[str, str], result: SearchResult, exact: int | None
) -> SearchPage:
    return SearchPage(
        **_common(ask, asked, names, result, len(result.hits)),
        exact_count=exact,
        stories=tuple(_listed(hit, names) for hit in result.hits),
        teasers=(),
        sources=_facets(result.by_source, names),
        sections=_facets(result.by_section, {}),
        languages=_facets(result.by_language, {}),
        histogram=histogram(result.by_day),
        filters=result.filters,
    )


def _of_teasers(ask: Ask, asked: Asked, names: dict[str, str], result: TeaserResult) -> SearchPage:
    return SearchPage(
        **_common(ask, asked, names, result, len(result.hits)),
        exact_count=None,
        stories=(),
        teasers=result.hits,
        sources=(),
        sections=(),
        languages=(),
        histogram=(),
        filters=(),
    )


def _common(
    ask: Ask, asked: Asked, names: dict[str, str], result: SearchResult | TeaserResult | None, shown: int
) -> dict[str, Any]:
    """What stories, teasers and the empty form have in common."""
    args = {name: getattr(asked, name) for name in ("q", *_FILTERS)}
    if asked.things != "stories":
        args["in"] = asked.things
    if asked.order != Order.BEST:
        args["order"] = asked.order
    query, end = whole_query(asked), asked.offset + shown
    is_capped = bool(result and result.is_capped)
    count = result.count if result else 0
    has_more = shown == PAGE_SIZE and (is_capped or end < count) and end <= _MOST_OFFSET
    watch = f"newskeep watch add {_watch_name(query)} {shlex.quote(query)}"
    return {
        "asked": asked,
        "query": query,
        "count": count,
        "cap": COUNT_CAP,
        "is_capped": is_capped,
        "order": result.order if result else asked.order,
        "hints": result.hints if result else (),
        "permalink": ask.absolute("/search", **args),
        "atom": ask.absolute("/search.atom", **args),
        "watch_command": watch if query and asked.things == "stories" else None,
        "previous_offset": max(0, asked.offset - PAGE_SIZE) if asked.offset else None,
        "next_offset": end if has_more else None,
        "source_names": tuple(sorted(names.items(), key=lambda item: item[1].casefold())),
    }


def _watch_name(query: str) -> str:
    """A name for a saved search, out of its first words."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in query.lower()).split()
    return "-".join(words[:4])[:40] or "my-search"


def _empty(ask: Ask, asked: Asked, names: dict[str, str]) -> SearchPage:
    return SearchPage(
        **_common(ask, asked, names, None, 0),
        exact_count=None,
        stories=(),
        teasers=(),
        sources=(),
        sections=(),
        languages=(),
        histogram=(),
        filters=(),
    )


def _facets(counts: tuple[tuple[str, int], ...], names: dict[str, str]) -> tuple[SearchFacet, ...]:
    return tuple(SearchFacet(value=one, name=names.get(one, one), count=count) for one, count in counts[:_MOST_SHOWN])


def _listed(hit: Hit, names: dict[str, str]) -> ListedStory:
    moment: datetime = hit.published_at or hit.first_seen_at
    return ListedStory(
        story_id=hit.story_id,
        path=f"/stories/{hit.story_id}",
        source=hit.source,
        source_name=names.get(hit.source, hit.source),
        kicker=None,
        section=hit.section,
        headline=hit.headline,
        standfirst=hit.standfirst,
        byline=hit.byline,
        language=hit.language,
        presence=hit.presence,
        revision_count=hit.revision_count,
        moment=moment,
        published_at=hit.published_at,
        first_seen_at=hit.first_seen_at,
        url=hit.url,
        snippet=hit.snippet,
    )
