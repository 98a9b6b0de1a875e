"""How fast is search? Builds an archive of invented stories and times the kinds of query people ask.

    python -m benchmarks.search [--stories 100000] [--keep DIR]

Every kind is asked warm, in rounds over several words of its kind, as the command asks it: hits with snippets, count,
counts by source and by day. Beside it stands a bare `SELECT rowid … MATCH … ORDER BY rank LIMIT 20` for the same words,
where one query says the same. The stories are rows alone (no revisions, names or teasers), written with the code's own
marks; sentences follow Zipf's law, and each story brings a few names of its own.
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from newskeep.marks import JOINT
from storage.archive import Archive
from storage.news_schema import INDEX_STORY
from storage.search import SearchRequest
from storage.story_rows import story_marks
from storage.values import list_text, page_text, seen_text

_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
_DAYS = 2500
_SOURCES = 40
_SECTIONS = ("World", "Politics", "Business", "Science & Health", "Sport", "Culture")
_SYLLABLES = tuple(map("".join, itertools.product("bdfklmnrs", "aeio")))
_BATCH = 500
_ROUNDS = 8


class Press:
    """Invents stories, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.words = ["".join(parts) for count in (2, 3) for parts in itertools.product(_SYLLABLES, repeat=count)]
        self._random.shuffle(self.words)
        weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))
        self._sentences = [
            " ".join(self._random.choices(self.words, cum_weights=weights, k=self._random.randint(8, 30))) + "."
            for _ in range(40_000)
        ]

    def rows(self, count: int) -> Iterator[dict[str, object]]:
        """Rows of `stories` in order of time."""
        pick = self._random
        for number in range(count):
            at = _BEGIN + timedelta(days=_DAYS) * number / count
            published = None if number % 50 == 0 else at - timedelta(minutes=pick.randint(5, 600))
            # Some sources publish far more than others; a tenth of the stories is by one.
            source = f"paper-{int(_SOURCES * pick.random() ** 1.6):02}"
            name = f"{pick.choice(self.words)}{pick.randint(1, 9_999_999)}".title()
            row: dict[str, object] = {
                "id": int(at.timestamp() * 1000) * 1000,
                "source": source,
                "url": f"https://{source}.example/{number}",
                "headline": " ".join(pick.choice(self._sentences).split()[:8]),
                "published_at": page_text(published) if published else None,
                "section": pick.choice(_SECTIONS),
                "byline": f"By {name}",
                "standfirst": pick.choice(self._sentences),
                "language": "en",
                "form": "article",
                "presence": "gone" if number % 97 == 0 else "present",
                "words": 400,
                "revision_count": 2 if number % 9 == 0 else 1,
                "first_seen_at": seen_text(at),
                "picture_url": None,
                "authors": list_text([f"{pick.choice(self.words)} {name}".title()]),
                "tags": None,
                "is_free": None,
                "is_truncated": 0,
                "current_revision": 1,
                "extractor_version": "1",
                "captions": "",
                "text": "\n\n".join(" ".join(pick.choices(self._sentences, k=3)) for _ in range(7)) + f" {name}",
            }
            yield row


def build(archive: Archive, press: Press, count: int) -> None:
    """Write the stories."""
    run = archive.db.conn.execute
    with archive.transaction():
        for number in range(_SOURCES):
            slug = f"paper-{number:02}"
            sql = "INSERT INTO sources (slug, name, homepage, first_seen_at) VALUES (?, ?, ?, ?)"
            run(sql, (slug, slug, f"https://{slug}.example/", seen_text(_BEGIN)))
    rows = press.rows(count)
    while batch := list(itertools.islice(rows, _BATCH)):
        with archive.transaction():
            for row in batch:
                row["marks"] = story_marks(row)  # type: ignore[arg-type]  # every value is one SQLite takes
                run(f"INSERT INTO stories ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
                words = (row["headline"], row["standfirst"], row["text"], row["captions"], None, None, row["marks"])
                run(INDEX_STORY, (row["id"], *words))
                moment = row["published_at"] or row["first_seen_at"]
                names = ("section", "language", "form", "presence", "words", "revision_count", "first_seen_at")
                facts = (row["id"], row["source"], moment, *(row[name] for name in names))
                run(f"INSERT INTO story_facts VALUES ({', '.join('?' * len(facts))})", facts)


def kinds(archive: Archive) -> dict[str, list[str]]:
    """Queries by kind; the words are chosen by how many stories have them."""
    archive.db.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, stories_fts, row)")
    sql = "SELECT term, doc FROM temp.terms WHERE doc > 5 AND term NOT GLOB '*[0-9]*' AND instr(term, ?) = 0"
    found = archive.db.execute(sql, (JOINT,)).fetchall()
    count = archive.stories.count()

    def near(share: float) -> list[str]:
        return [term for term, _ in sorted(found, key=lambda one: abs(one[1] - share * count))[:4]]

    rare, middling, common, very = near(0.0003), near(0.003), near(0.04), near(0.5)
    top = [term for term, _ in sorted(found, key=lambda one: -one[1])[:5]]
    very_with = {
        "one month": "on:2024-02",
        "after:2021": "after:2021-06-15",
        "a time of day": "after:2024-02-01T15:00 before:2024-04",
        "seen in a week": "seen:2024-02-01..2024-02-07",
        "a large source": "source:paper-00",
        "a small source": "source:paper-39",
        "is:gone": "is:gone",
        "has:revision": "has:revision",
        "-is:gone": "-is:gone",
    }
    return {
        "rare word": rare,
        "middling word": middling,
        "common word": common,
        "very common word": very,
        "phrase of very common words": [f'"{one} {other}"' for one, other in itertools.pairwise(top)],
        "two common words": [f"{one} {other}" for one, other in itertools.pairwise(common)],
        "beginning of a word": [f"{word[:4]}*" for word in middling],
        "middling word, after:2023": [f"{word} after:2023-03-05" for word in middling],
        **{f"very common, {name}": [f"{word} {text}" for word in very] for name, text in very_with.items()},
        "a source and is:gone, no word": ["source:paper-20 is:gone"] * 4,
    }


def timed(asks: Sequence[Callable[[], object]], rounds: int) -> tuple[list[float], float]:
    """Wall milliseconds of each call in order of size, after one call each to warm up; CPU milliseconds in the mean."""
    for ask in asks:
        ask()
    times = []
    begin_cpu = time.process_time()
    for _ in range(rounds):
        for ask in asks:
            begin = time.perf_counter()
            ask()
            times.append((time.perf_counter() - begin) * 1000)
    return sorted(times), (time.process_time() - begin_cpu) * 1000 / len(times)


def report(archive: Archive, queries: dict[str, list[str]]) -> None:
    """Print a line for each kind."""
    print(f"{'kind':<34} {'matches':>9} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8} {'bare rank, CPU ms':>18}")
    bare = "SELECT rowid FROM stories_fts WHERE stories_fts MATCH ? ORDER BY rank LIMIT 20"
    for kind, typed in queries.items():
        requests = [SearchRequest(words=words) for words in typed]
        matches = archive.search.count(requests[0])
        times, cpu = timed([partial(archive.search.stories, request) for request in requests], _ROUNDS)
        p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
        beside = ""
        if not any(sign in kind for sign in ":,"):
            asks = [partial(_fetch, archive, bare, words) for words in typed]
            beside = f"{timed(asks, 3)[1]:.1f}"
        print(f"{kind:<34} {matches:>9} {p50:>8.1f} {p95:>8.1f} {cpu:>8.1f} {beside:>18}", flush=True)


def _fetch(archive: Archive, sql: str, words: str) -> list[tuple[int]]:
    found: list[tuple[int]] = archive.db.execute(sql, (words,)).fetchall()
    return found


def seen(archive: Archive, ids: list[int]) -> float:
    """Stories a CPU second that are written as seen again, in batches of 100."""
    later = _BEGIN + timedelta(days=_DAYS + 1)
    begin = time.process_time()
    for start in range(0, len(ids), 100):
        with archive.transaction():
            for story_id in ids[start : start + 100]:
                archive.stories.seen(story_id, later)
    return len(ids) / (time.process_time() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast is search?")
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="build it there, or use the one that is there")
    options = parser.parse_args()
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as folder:
        is_there = (Path(folder) / "news.db").exists()
        with Archive(Path(folder)) as archive:
            if not is_there:
                begin = time.process_time()
                build(archive, Press(options.seed), options.stories)
                spent = time.process_time() - begin
                print(f"{options.stories} stories in {spent:.0f} CPU s, {spent / options.stories * 1000:.2f} ms each")
            size = (Path(folder) / "news.db").stat().st_size
            print(f"{archive.stories.count()} stories, news.db {size / 1e6:.0f} MB")
            report(archive, kinds(archive))
            ids = [story_id for (story_id,) in archive.db.execute("SELECT id FROM stories")]
            random.Random(options.seed).shuffle(ids)
            print(f"unchanged stories seen again: {seen(archive, ids[:20_000]):.0f} a CPU second")


if __name__ == "__main__":
    main()
