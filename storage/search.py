"""Searching stories: ranked or newest first, with filters, snippets, counts by source and by day; and teasers apart.

Filters are marks in the index, so all of a query is answered inside it. Ranking costs in proportion to the matches, so
above `COUNT_CAP` of them the newest come first instead, the counts are over the newest `COUNT_CAP`, and the answer says
so; `SearchStore.count` counts all. Teasers have an index of their own and are never found as text of the story beside
them. The language of a query is `newskeep.search_query`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum

from newskeep.marks import mark
from newskeep.neighbours import is_close
from newskeep.search_query import parse_query
from newskeep.search_terms import Fact, Period, SearchQuery, Term
from newskeep.snippets import MATCH_END, MATCH_START, Snippets
from newskeep.strict import suggestion
from storage.beginnings import Spelled, spell
from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.query import Days, IndexQuery, split_beginning, story_query, teaser_query
from storage.values import read_optional, read_time

__all__ = ["COUNT_CAP", "MATCH_END", "MATCH_START", "Hit", "Order", "SearchRequest", "SearchResult", "SearchStore"]

COUNT_CAP = 20_000


class Order(StrEnum):
    """Which stories come first."""

    BEST = "best"
    NEWEST = "newest"
    """The one that was first captured last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What to look for: `words` in the language of `newskeep.search_query`, and filters that may as well stand there.

    `after` is inclusive, `before` exclusive; both mean published, first seen where unknown. `section`, `language` and
    `author` are compared without regard to case and accents; an `author` may be a part of the name, a `language` stands
    for its regions too (`en` finds `en-GB`).
    """

    words: str
    source: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    section: str | None = None
    language: str | None = None
    author: str | None = None
    order: Order = Order.BEST
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A story that matches. In `snippet`, matches stand between `MATCH_START` and `MATCH_END`."""

    story_id: int
    source: str
    headline: str | None
    standfirst: str | None
    byline: str | None
    section: str | None
    language: str | None
    published_at: datetime | None
    first_seen_at: datetime
    url: str
    presence: str
    revision_count: int
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A page of hits. `count` is exact unless `is_capped`: then there are more than `COUNT_CAP` matches.

    `order` is the order of the hits, which is NEWEST in a capped result, and where no word is looked for, whatever was
    asked for. `by_source`, `by_section`, `by_language` (largest first; stories without are left out) and `by_day`
    (`2026-11-22`, in order of time, by `after`'s time) count the matches, in a capped result the newest `COUNT_CAP`.
    `filters` say in words what was asked for beside the words, `hints` what was read otherwise than it may have been
    meant.
    """

    hits: tuple[Hit, ...]
    count: int
    is_capped: bool
    order: Order
    by_source: tuple[tuple[str, int], ...] = ()
    by_section: tuple[tuple[str, int], ...] = ()
    by_language: tuple[tuple[str, int], ...] = ()
    by_day: tuple[tuple[str, int], ...] = ()
    filters: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeaserHit:
    """A teaser that matches. `target_*` are None where the target is not archived, or the page gives none."""

    teaser_id: int
    kind: str
    heading: str | None
    headline: str | None
    page_url: str
    page_headline: str | None
    page_story_id: int | None
    target_url: str | None
    target_headline: str | None
    target_story_id: int | None
    first_seen_at: datetime
    last_seen_at: datetime
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeaserResult:
    """A page of teasers; `count`, `is_capped` and `order` as in `SearchResult`, NEWEST being last found first."""

    hits: tuple[TeaserHit, ...]
    count: int
    is_capped: bool
    order: Order
    hints: tuple[str, ...] = ()


class SearchStore:
    """Search over the stories of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("search")
    def stories(self, request: SearchRequest) -> SearchResult:
        """Find stories. Raises SearchQueryError where nothing in the words can be searched."""
        query = _read(request)
        asked = self._asked(query)
        spelled = self._spelled(query) if asked else {}
        quick = self._asked(query, {beginning: found.words for beginning, found in spelled.items()})
        newest = self._newest(quick, limit=COUNT_CAP + 1) if quick else []
        is_capped = len(newest) > COUNT_CAP
        cut = [] if all(found.is_whole for found in spelled.values()) else [_CUT.format(", ".join(sorted(spelled)))]
        if cut and asked and not is_capped:
            # The commonest words alone do not fill the count, so all of them are to be looked for.
            newest, quick, cut = self._newest(asked, limit=COUNT_CAP + 1), asked, []
            is_capped = len(newest) > COUNT_CAP
        del newest[COUNT_CAP:]
        counts = _counted(newest)
        order = request.order if query.words and not is_capped else Order.NEWEST
        # Words that are named one by one are found sooner, and ranked later.
        shown = quick if order is Order.NEWEST else asked
        ids = self._page(shown, order=order, request=request) if newest and shown else []
        snippets = Snippets(query.words)
        hits = (self._hit(story_id, snippets) for story_id in ids)
        return SearchResult(
            hits=tuple(hit for hit in hits if hit is not None),
            count=len(newest),
            is_capped=is_capped,
            order=order,
            by_day=counts[0],
            by_source=counts[1],
            by_section=counts[2],
            by_language=counts[3],
            filters=query.filters,
            hints=(*query.hints, *cut, *(() if newest else self._unknown_sources(query))),
        )

    @guarded("count what is found")
    def count(self, request: SearchRequest) -> int:
        """Count all stories that match, however many. Raises SearchQueryError."""
        asked = self._asked(_read(request))
        if asked is None:
            return 0
        rest, values = _rest(asked)
        (count,) = self._run(f"SELECT count(*) {rest}", values).fetchone()
        return int(count)

    @guarded("search")
    def ids(self, request: SearchRequest) -> list[int]:
        """Give the ids of all stories that match, in no particular order. Raises SearchQueryError."""
        asked = self._asked(_read(request))
        if asked is None:
            return []
        rest, values = _rest(asked)
        return [story_id for (story_id,) in self._run(f"SELECT stories_fts.rowid {rest}", values)]

    @guarded("search")
    def among(self, words: str, story_ids: Sequence[int]) -> set[int]:
        """Give which of these stories match; asks the index for them alone. Raises SearchQueryError."""
        asked = self._asked(parse_query(words))
        if asked is None or not story_ids:
            return set()
        rest, values = _rest(asked)
        # The ids first: asked the other way round, the index would give all that ever matched.
        rest = rest.replace("FROM stories_fts", "FROM json_each(?) AS wanted CROSS JOIN stories_fts", 1)
        sql = f"SELECT stories_fts.rowid {rest} AND stories_fts.rowid = wanted.value"
        return {story_id for (story_id,) in self._run(sql, [json.dumps(list(story_ids)), *values])}

    @guarded("search teasers")
    def teasers(self, request: SearchRequest) -> TeaserResult:
        """Find teasers by their words; `words`, `order`, `limit` and `offset` alone count.

        Raises SearchQueryError where nothing in the words can be searched, or a filter stands among them.
        """
        query = parse_query(request.words)
        match = teaser_query(query)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM teasers_fts WHERE teasers_fts MATCH ? LIMIT {COUNT_CAP + 1})"
        (count,) = self._run(sql, (match,)).fetchone()
        order = Order.NEWEST if count > COUNT_CAP else request.order
        sql = f"SELECT rowid FROM teasers_fts WHERE teasers_fts MATCH ? ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?"
        ids = self._run(sql, (match, max(0, request.limit), max(0, request.offset))).fetchall()
        snippets = Snippets(query.words)
        hits = (self._teaser_hit(teaser_id, snippets) for (teaser_id,) in ids)
        return TeaserResult(
            hits=tuple(hit for hit in hits if hit is not None),
            count=min(count, COUNT_CAP),
            is_capped=count > COUNT_CAP,
            order=order,
            hints=query.hints,
        )

    def _unknown_sources(self, query: SearchQuery) -> list[str]:
        """A hint for each source that is asked for and is none: a slip of the pen looks like an empty archive."""
        asked = [fact for fact in query.facts if fact.name == "source" and not fact.is_beginning]
        known = [slug for (slug,) in self._run("SELECT slug FROM sources ORDER BY slug")] if asked else []
        marks = {mark("source", slug) for slug in known}
        return [
            f"no source is called {fact.value}{suggestion(fact.value, _nearest(fact.value, known))}"
            for fact in asked
            if mark("source", fact.value) not in marks
        ]

    def _spelled(self, query: SearchQuery) -> dict[str, Spelled]:
        """The words that the beginnings in a query stand for, where they are to be looked for one by one."""
        found: dict[str, Spelled] = {}
        for words in query.words:
            last = split_beginning(words.text)[1] if words.is_beginning and not is_close(words.text) else ""
            spelled = spell(self._file.connection, last) if last else None
            # What is left out is left out whole.
            if spelled is not None and (spelled.is_whole or not query.leaves_out):
                found[last] = spelled
        return found

    def _asked(self, query: SearchQuery, spelled: Mapping[str, Sequence[str]] | None = None) -> IndexQuery | None:
        """What to ask of the index; None where the archive holds no story at all. `spelled` as `story_query` says."""
        first, last = self._run(_SELECT_DAYS).fetchone()
        days = Days(first=_day(first or _ANY_DAY), last=_day(last or _ANY_DAY))
        asked = story_query(query, days, spelled)
        return asked if first else None

    def _newest(self, asked: IndexQuery, *, limit: int) -> list[str]:
        """Day, source, section and language of each match, newest first, parted by `_BETWEEN`."""
        rest, values = _rest(asked)
        # As one text: twenty thousand rows would cost more than the search that finds them.
        sql = (
            "SELECT group_concat(substr(story_facts.moment, 1, 10) || char(31) || story_facts.source || char(31)"
            " || coalesce(story_facts.section, '') || char(31) || coalesce(story_facts.language, ''), char(30)) FROM"
            f" (SELECT stories_fts.rowid AS story_id {rest} ORDER BY stories_fts.rowid DESC LIMIT ?) AS found"
            " CROSS JOIN story_facts ON story_facts.story_id = found.story_id"
        )
        (text,) = self._run(sql, [*values, limit]).fetchone()
        return text.split("\x1e") if text else []

    def _page(self, asked: IndexQuery, *, order: Order, request: SearchRequest) -> list[int]:
        rest, values = _rest(asked)
        sql = f"SELECT stories_fts.rowid {rest} ORDER BY stories_fts.{_ORDERS[order]} LIMIT ? OFFSET ?"
        found = self._run(sql, [*values, max(0, request.limit), max(0, request.offset)])
        return [story_id for (story_id,) in found]

    def _hit(self, story_id: int, snippets: Snippets) -> Hit | None:
        # A story may have gone since it was found: search reads beside the service.
        found = self._run(_SELECT_HIT, (story_id,)).fetchone()
        if found is None:
            return None
        return Hit(
            story_id=story_id,
            source=found[0],
            headline=found[1],
            standfirst=found[2],
            byline=found[3],
            section=found[4],
            language=found[5],
            published_at=read_optional(found[6]),
            first_seen_at=read_time(found[7]),
            url=found[8],
            presence=found[9],
            revision_count=found[10],
            snippet=snippets.of((found[2], found[12], found[11])),
        )

    def _teaser_hit(self, teaser_id: int, snippets: Snippets) -> TeaserHit | None:
        found = self._run(_SELECT_TEASER, (teaser_id,)).fetchone()
        if found is None:
            return None
        names = TeaserHit.__dataclass_fields__
        given = dict(zip(names, (*found[:10], read_time(found[10]), read_time(found[11])), strict=False))
        return TeaserHit(**given, snippet=snippets.of((found[3], *found[12:])))


def _read(request: SearchRequest) -> SearchQuery:
    facts = (
        ("source", request.source),
        ("section", request.section),
        ("language", request.language),
        ("author", request.author),
    )
    also: list[Term] = [Fact(name=name, value=value) for name, value in facts if value is not None]
    if request.after or request.before:
        also.append(Period(first=request.after, until=request.before))
    return parse_query(request.words, tuple(also))


def _counted(found: list[str]) -> tuple[tuple[tuple[str, int], ...], ...]:
    """The matches by day, in order of time, and by source, section and language, largest first."""
    counters: tuple[Counter[str], ...] = (Counter(), Counter(), Counter(), Counter())
    for one, count in Counter(found).items():
        for counter, value in zip(counters, one.split(_BETWEEN), strict=False):
            if value:
                counter[value] += count
    days, *others = counters
    return tuple(sorted(days.items())), *(tuple(sorted(one.items(), key=_largest)) for one in others)


def _nearest(slug: str, known: list[str]) -> list[str]:
    """What may be proposed in place of a slug that is none: few sources all, of many the nearest."""
    return known if len(known) <= _MOST_NAMED else get_close_matches(slug, known, n=1)


def _largest(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def _rest(asked: IndexQuery) -> tuple[str, list[object]]:
    """A statement from its FROM on, with its values."""
    bounds = (
        ("stories_fts.rowid >= ?", asked.first_id),
        ("stories_fts.rowid <= ?", asked.last_id),
        ("bounded.moment >= ?", asked.since),
        ("bounded.moment < ?", asked.before),
    )
    given = [(condition, value) for condition, value in bounds if value is not None]
    # CROSS JOIN keeps this order, so that the index gives the order of the rows.
    is_exact = asked.since is not None or asked.before is not None
    joined = " CROSS JOIN story_facts AS bounded ON bounded.story_id = stories_fts.rowid" if is_exact else ""
    where = " AND ".join(["stories_fts MATCH ?", *(condition for condition, _ in given)])
    return f"FROM stories_fts{joined} WHERE {where}", [asked.match, *(value for _, value in given)]


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])


_BETWEEN = "\x1f"
_MOST_NAMED = 12
_CUT = "more words begin with {} than can be looked for at once; shown are stories with the commonest of them"
_ANY_DAY = "1970-01-01"
# The weights stand in the index's own configuration: as bm25() in ORDER BY they cost up to forty times as much.
_ORDERS = {Order.BEST: "rank", Order.NEWEST: "rowid DESC"}
_SELECT_DAYS = "SELECT (SELECT min(moment) FROM story_facts), (SELECT max(moment) FROM story_facts)"
_SELECT_HIT = """
SELECT source, headline, standfirst, byline, section, language, published_at, first_seen_at, url, presence,
    revision_count, captions, text
FROM stories WHERE id = ?
"""
_SELECT_TEASER = """
SELECT teasers.id, teasers.kind, teasers.heading, teasers.headline, page_url, page.headline, page_story_id,
    coalesce(target.url, target_url), target.headline, target_story_id, teasers.first_seen_at, teasers.last_seen_at,
    teasers.standfirst, teasers.caption, teasers.heading
FROM teasers
LEFT JOIN stories AS page ON page.id = page_story_id LEFT JOIN stories AS target ON target.id = target_story_id
WHERE teasers.id = ?
"""
