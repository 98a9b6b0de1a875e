"""Reading much of the archive at once, row by row, as it was at one moment: for handing it to other programs.

One read transaction holds the moment; a service writes on meanwhile. Rows are named as in `docs/schema.md`, lists are
lists and truth values truth values. Writing files is the business of `commands.export`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.archive import Archive
from storage.boundary import guarded, storage_errors
from storage.search import SearchRequest
from storage.values import page_text

Row = dict[str, Any]

_OPERATION = "export from the archive"
_BATCH = 500
_LISTS = frozenset(("authors", "tags", "changed_fields"))
_TRUTHS = frozenset(("is_free", "is_truncated"))


class Thing(StrEnum):
    """What is exported, one row each."""

    STORIES = "stories"
    REVISIONS = "revisions"
    TEASERS = "teasers"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What to export. `words` are a search in the language of `newskeep.search_query`, None for all stories.

    `after` is inclusive, `before` exclusive; both mean published, first seen where unknown. Revisions and teasers are
    those of the stories asked for; without any condition, teasers of fronts and feeds too.
    """

    thing: Thing = Thing.STORIES
    words: str | None = None
    source: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    limit: int | None = None

    @property
    def is_everything(self) -> bool:
        """Is nothing left out?"""
        return (self.words, self.source, self.after, self.before) == (None, None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an export: `kind` is `text`, `integer`, `real`, `list` (of texts), `truth` or `document`."""

    name: str
    kind: str


@guarded(_OPERATION)
def columns(archive: Archive, thing: Thing) -> tuple[Column, ...]:
    """Name the columns that rows of a thing have, in their order."""
    kinds = {column.name: column.type for column in archive.db[thing.value].columns}
    return tuple(Column(name=name, kind=_kind(name, kinds[name])) for name in kinds if name not in _INNER)


@contextmanager
def exported(archive: Archive, request: ExportRequest) -> Iterator[tuple[int, Iterator[Row]]]:
    """Give how many stories are asked for, and the rows, ordered by story; both of the moment of entering.

    Raises SearchQueryError where nothing in the words can be searched.
    """
    run = archive.db.conn.execute
    with storage_errors(_OPERATION):
        run("BEGIN")
        try:
            ids = None if request.is_everything else story_ids(archive, request)
            total = archive.stories.count() if ids is None else len(ids)
            if request.thing is Thing.STORIES and request.limit is not None:
                total = min(total, request.limit)
            yield total, _limited(_rows(archive, request.thing, ids), request.limit)
        finally:
            run("ROLLBACK")


@guarded(_OPERATION)
def story_ids(archive: Archive, request: ExportRequest) -> list[int]:
    """Give the ids of the stories asked for, in order. SearchQueryError where nothing in the words can be searched."""
    if request.is_everything:
        return [
            story_id for (story_id,) in archive.db.conn.execute("SELECT story_id FROM story_facts ORDER BY story_id")
        ]
    if request.words is not None:
        search = SearchRequest(words=request.words, source=request.source, after=request.after, before=request.before)
        return sorted(archive.search.ids(search))
    # Bounds without their Z: seconds and milliseconds both sort behind them.
    bounds = (
        ("source = ?", request.source),
        ("moment >= ?", page_text(request.after)[:-1] if request.after else None),
        ("moment < ?", page_text(request.before)[:-1] if request.before else None),
    )
    given = [(condition, value) for condition, value in bounds if value is not None]
    where = " AND ".join(condition for condition, _ in given)
    sql = f"SELECT story_id FROM story_facts WHERE {where} ORDER BY story_id"
    return [story_id for (story_id,) in archive.db.conn.execute(sql, [value for _, value in given])]


def _rows(archive: Archive, thing: Thing, ids: Sequence[int] | None) -> Iterator[Row]:
    wanted = columns(archive, thing)
    table, key = thing.value, _KEYS[thing]
    select = f"SELECT {', '.join(f'{table}.{column.name}' for column in wanted)} FROM {table}"
    run = archive.db.conn.execute
    if ids is None:
        for found in run(f"{select} ORDER BY {key}, id"):
            yield _row(wanted, found)
        return
    for start in range(0, len(ids), _BATCH):
        batch = json.dumps(list(ids[start : start + _BATCH]))
        sql = f"{select} WHERE {key} IN (SELECT value FROM json_each(?)) ORDER BY {key}, id"
        for found in run(sql, (batch,)):
            yield _row(wanted, found)


def _limited(rows: Iterator[Row], limit: int | None) -> Iterator[Row]:
    for number, found in enumerate(rows):
        if limit is not None and number >= limit:
            return
        yield found


def _row(wanted: Sequence[Column], found: Sequence[Any]) -> Row:
    return {column.name: _READERS[column.kind](value) for column, value in zip(wanted, found, strict=True)}


def _kind(name: str, declared: str) -> str:
    if name in _LISTS:
        return "list"
    if name in _TRUTHS:
        return "truth"
    if name == "draft":
        return "document"
    return {"INTEGER": "integer", "REAL": "real"}.get(declared, "text")


def _as_it_is(value: Any) -> Any:
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": _as_it_is,
    "integer": _as_it_is,
    "real": _as_it_is,
    "list": lambda value: json.loads(value) if value else [],
    "truth": lambda value: None if value is None else bool(value),
    "document": lambda value: json.loads(value) if value else None,
}
_KEYS = {Thing.STORIES: "id", Thing.REVISIONS: "story_id", Thing.TEASERS: "page_story_id"}
# What only the search index needs, and what only the archive does.
_INNER = frozenset(("marks", "neighbours", "headline_neighbours", "target_key", "identity"))
