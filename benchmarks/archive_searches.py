"""Search times on an archive of invented stories: words by how common they are, phrases, ranges and filters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.archive import Archive
from storage.search import Order, SearchRequest

_ROUNDS = 6
_TARGETS = (("rare", 0.00024), ("middling", 0.0021), ("common", 0.05), ("very common", 0.36))


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds that calls took: the half of them at most, and all but one in twenty."""

    p50_seconds: float
    p95_seconds: float

    def __str__(self) -> str:
        return f"p50 {self.p50_seconds * 1000:8.2f} ms, p95 {self.p95_seconds * 1000:8.2f} ms"


def time_calls(calls: Sequence[Callable[[], object]]) -> Timed:
    """Time each call once, in wall seconds."""
    taken = []
    for call in calls:
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    taken.sort()
    return Timed(taken[len(taken) // 2], taken[min(len(taken) - 1, int(len(taken) * 0.95))])


def show_searches(archive: Archive, newest: datetime) -> None:
    """Print how long each kind of search takes, warm."""
    words = _words(archive)
    for name, requests in _requests(words, newest):
        for request in requests:
            archive.search.stories(request)
        calls = [lambda request=request: archive.search.stories(request) for request in requests]
        result = archive.search.stories(requests[0])
        count = f"{result.count:,}{'+' if result.is_capped else ''}"
        print(f"  search      {name:34} {time_calls(calls * _ROUNDS)}  {count:>8} found", flush=True)


def _requests(words: dict[str, list[str]], newest: datetime) -> Iterator[tuple[str, list[SearchRequest]]]:
    for name, found in words.items():
        yield name, [SearchRequest(words=word) for word in found]
    common, very = words["common"], words["very common"]
    pairs = [f"{one} {two}" for one, two in zip(very, reversed(very), strict=True)]
    yield "two very common words", [SearchRequest(words=pair) for pair in pairs]
    yield "phrase of very common words", [SearchRequest(words=f'"{pair}"') for pair in pairs]
    yield "beginning", [SearchRequest(words=f"{word[:3]}*") for word in common]
    week = newest - timedelta(days=7)
    yield "very common, last week", [SearchRequest(words=word, after=week) for word in very]
    old = newest - timedelta(days=400)
    yield "very common, before 400 days", [SearchRequest(words=word, before=old) for word in very]
    yield "very common, a small source", [SearchRequest(words=word, source="paper-40") for word in very]
    yield "very common, a large source", [SearchRequest(words=word, source="paper-1") for word in very]
    yield "common, newest first", [SearchRequest(words=word, order=Order.NEWEST) for word in common]
    yield "very common is:gone", [SearchRequest(words=f"{word} is:gone") for word in very]
    yield (
        "very common, a large source, is:gone",
        [SearchRequest(words=f"{word} is:gone source:paper-1") for word in very],
    )
    yield "very common has:revision", [SearchRequest(words=f"{word} has:revision") for word in very]


def _words(archive: Archive) -> dict[str, list[str]]:
    """Five words of each commonness, told by the index itself."""
    run = archive.db.conn.execute
    (total,) = run("SELECT count(*) FROM stories").fetchone()
    run("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, stories_fts, row)")
    wanted = {name: share * total for name, share in _TARGETS}
    best: dict[str, list[tuple[float, str]]] = {name: [] for name in wanted}
    for term, count in run("SELECT term, doc FROM vocabulary"):
        if not term.isascii() or not term.isalpha():
            continue
        for name, share in wanted.items():
            kept = best[name]
            kept.append((abs(count - share), term))
            if len(kept) > 200:
                kept.sort()
                del kept[5:]
    return {name: [term for _, term in sorted(kept)[:5]] for name, kept in best.items()}
