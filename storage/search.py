"""Searching stories: ranked or newest first, with filters, snippets and a capped count.

Ranking costs in proportion to the matches, so above `COUNT_CAP` of them the newest come first instead, and the answer
says so. Teasers have an index of their own (`teasers_fts`) and are never found as text of the story beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.boundary import guarded
from storage.connection import DatabaseFile
from storage.news_schema import STORY_WEIGHTS
from storage.query import fts_query
from storage.values import page_text, read_optional, read_time

COUNT_CAP = 20_000
MATCH_START, MATCH_END = "\x02", "\x03"
"""What stands around a match in a snippet; no stored text holds them, so they can be replaced by any markup."""
_SNIPPET_WORDS = 32


class Order(StrEnum):
    """Which stories come first."""

    BEST = "best"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What to look for. `after` is inclusive, `before` exclusive; both mean published, first seen where unknown.

    `section`, `language` and `author` are compared without regard to case; an `author` may be a part of the name, a
    `language` stands for its regions too (`en` finds `en-GB`).
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
    published_at: datetime | None
    first_seen_at: datetime
    url: str
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A page of hits. `count` is exact unless `is_capped`: then there are more than `COUNT_CAP` matches.

    `order` is the order of the hits, which is NEWEST in a capped result whatever was asked for.
    """

    hits: tuple[Hit, ...]
    count: int
    is_capped: bool
    order: Order


class SearchStore:
    """Search over the stories of an archive."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        self._run = file.connection.execute

    @guarded("search")
    def stories(self, request: SearchRequest) -> SearchResult:
        """Find stories. Raises SearchQueryError where nothing in the words can be searched."""
        match = fts_query(request.words)
        conditions, values = _filters(request)
        source = _FROM_JOINED if conditions else _FROM
        where = " AND ".join(["stories_fts MATCH ?", *conditions])
        count = self._count(f"{source} WHERE {where}", [match, *values])
        is_capped = count > COUNT_CAP
        order = Order.NEWEST if is_capped else request.order
        ids = self._ids(source, where, [match, *values], order=order, request=request)
        return SearchResult(
            hits=tuple(self._hit(story_id, match) for story_id in ids),
            count=min(count, COUNT_CAP),
            is_capped=is_capped,
            order=order,
        )

    def _count(self, rest: str, values: Sequence[object]) -> int:
        sql = f"SELECT count(*) FROM (SELECT 1 {rest} LIMIT {COUNT_CAP + 1})"
        (count,) = self._run(sql, values).fetchone()
        return int(count)

    def _ids(self, source: str, where: str, values: list[object], *, order: Order, request: SearchRequest) -> list[int]:
        if order is Order.BEST:
            # The weights in the index's own rank column: as bm25() in ORDER BY they cost up to forty times as much.
            where, ending = f"{where} AND rank MATCH '{STORY_WEIGHTS}'", "rank"
        else:
            ending = "stories_fts.rowid DESC"
        sql = f"SELECT stories_fts.rowid {source} WHERE {where} ORDER BY {ending} LIMIT ? OFFSET ?"
        rows = self._run(sql, [*values, max(0, request.limit), max(0, request.offset)])
        return [story_id for (story_id,) in rows]

    def _hit(self, story_id: int, match: str) -> Hit:
        (snippet,) = self._run(_SNIPPET, (MATCH_START, MATCH_END, match, story_id)).fetchone()
        return _hit(self._run(_SELECT_HIT, (story_id,)).fetchone(), snippet)


_FROM = "FROM stories_fts"
_FROM_JOINED = "FROM stories_fts JOIN stories ON stories.id = stories_fts.rowid"
_SNIPPET = f"""
SELECT snippet(stories_fts, -1, ?, ?, '…', {_SNIPPET_WORDS}) FROM stories_fts WHERE stories_fts MATCH ? AND rowid = ?
"""
_SELECT_HIT = """
SELECT id, source, headline, standfirst, byline, section, published_at, first_seen_at, url FROM stories WHERE id = ?
"""


def _filters(request: SearchRequest) -> tuple[list[str], list[object]]:
    # Bounds without their Z: seconds and milliseconds both sort behind them.
    moment = "coalesce(published_at, first_seen_at)"
    given = (
        ("stories.source = ?", request.source),
        (f"{moment} >= ?", page_text(request.after)[:-1] if request.after else None),
        (f"{moment} < ?", page_text(request.before)[:-1] if request.before else None),
        ("section = ? COLLATE NOCASE", request.section),
        ("language || '-' LIKE ? ESCAPE '\\'", f"{_escaped(request.language)}-%" if request.language else None),
        ("authors LIKE ? ESCAPE '\\'", f"%{_escaped(request.author)}%" if request.author else None),
    )
    kept = [(condition, value) for condition, value in given if value is not None]
    return [condition for condition, _ in kept], [value for _, value in kept]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _hit(found: tuple[Any, ...], snippet: str) -> Hit:
    return Hit(
        story_id=found[0],
        source=found[1],
        headline=found[2],
        standfirst=found[3],
        byline=found[4],
        section=found[5],
        published_at=read_optional(found[6]),
        first_seen_at=read_time(found[7]),
        url=found[8],
        snippet=snippet,
    )
