"""What the archive costs as it grows: writing, meeting again, searching and finding copies, up to a million stories.

    python -m benchmarks.archive [--stories 100000] [--marks 10000 100000] [--home DIR] [--bare-until 100000]

Each story is written as the pipeline's last stage writes it (identity, decision, revision, names, pictures, ten
teasers, sentence hashes, outcome), a hundred a transaction. Beside it, in the same run and the same batches, the rows
that this made are inserted into an empty file of the same schema with prepared statements and nothing else: the floor.
CPU is that of this process in those parts alone; the stories are invented in another one. `--home` keeps the archive
and goes on with one that is there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.archive_searches import Timed, show_searches, time_calls
from benchmarks.invented_stories import InventedStory, Inventor
from newskeep.identity import choose
from newskeep.outcomes import Outcome, Trigger
from newskeep.revise import decide
from storage.archive import Archive
from storage.connection import open_file
from storage.news_schema import NEWS
from storage.runs import RequestRecord
from storage.stories import Sighting
from storage.teasers import Carrier

BATCH = 100
_KEYS = {
    "stories": "id",
    "story_facts": "story_id",
    "revisions": "id",
    "aliases": "story_id",
    "pictures": "story_id",
    "teasers": "id",
    "sentence_hashes": "story_id",
    "requests": "id",
}
_SEEN_AGAIN = 5_000
_LOOKED_UP = 300


@dataclass(slots=True)
class Sums:
    """What was spent since the last mark: CPU seconds and stories, on either side."""

    ours_seconds: float = 0.0
    ours: int = 0
    bare_seconds: float = 0.0
    bare: int = 0


@dataclass(slots=True)
class Bare:
    """The floor: a file of the same schema into which finished rows are inserted."""

    connection: sqlite3.Connection
    last: dict[str, int] = field(default_factory=dict)

    def take(self, source: sqlite3.Connection, batch: Sequence[InventedStory], ids: Sequence[int]) -> float:
        """Insert the rows of these stories as they stand in the archive; gives the CPU seconds of the inserting."""
        rows = {
            table: self._rows(source, table, key, batch, ids) for table, key in _KEYS.items() if _has(source, table)
        }
        texts = {
            name: _indexed(source, name, rows[name.removesuffix("_fts")]) for name in ("stories_fts", "teasers_fts")
        }
        begin = time.process_time()
        run = self.connection
        run.execute("BEGIN IMMEDIATE")
        for table, found in rows.items():
            if found:
                run.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(found[0]))})", found)
        for name, (columns, found) in texts.items():
            run.executemany(f"INSERT INTO {name} ({columns}) VALUES ({', '.join('?' * len(found[0]))})", found)
        run.execute("COMMIT")
        return time.process_time() - begin

    def _rows(
        self, source: sqlite3.Connection, table: str, key: str, batch: Sequence[InventedStory], ids: Sequence[int]
    ) -> list[tuple[object, ...]]:
        if table == "sentence_hashes":
            marks = [
                (one, story_id) for story, story_id in zip(batch, ids, strict=True) for one in sorted(story.hashes)[:8]
            ]
            return list(marks)
        if key == "story_id" or table == "stories":
            first = min(ids)
        else:
            first = self.last.get(table, 0) + 1
            (self.last[table],) = source.execute(f"SELECT coalesce(max({key}), 0) FROM {table}").fetchone()
        if table == "aliases":
            sql = "SELECT aliases.* FROM aliases WHERE story_id IN (SELECT id FROM stories WHERE id >= ?)"
        else:
            sql = f"SELECT * FROM {table} WHERE {key} >= ?"
        return source.execute(sql, (first,)).fetchall()


def main() -> None:
    """Build the archive and print what it costs at each mark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--marks", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--bare-until", type=int, default=None, help="leave the floor out above so many stories")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = asked.home or Path(tempfile.mkdtemp(prefix="newskeep-archive-"))
    print(
        f"seed {asked.seed}, {asked.stories:,} stories,"
        f" Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    )
    try:
        _grow(folder, asked)
    finally:
        if asked.home is None:
            shutil.rmtree(folder, ignore_errors=True)


def _grow(folder: Path, asked: argparse.Namespace) -> None:
    marks = sorted({mark for mark in asked.marks if mark <= asked.stories} | {asked.stories})
    bare_until = asked.stories if asked.bare_until is None else asked.bare_until
    with (
        Archive(folder / "ours") as archive,
        closing(open_file(folder / "bare", NEWS, read_only=False)) as floor,
        _invented(asked.seed, asked.stories) as invented,
    ):
        floor.connection.execute("PRAGMA foreign_keys = OFF")
        bare, sums = Bare(floor.connection), Sums()
        run_id = archive.runs.start(None, Trigger.COMMAND, now=datetime.now(UTC), pid=1, host="benchmark")
        written: list[InventedStory] = []
        total = archive.stories.count()
        for batch in invented:
            if batch[-1].number < total:
                continue
            ids = _write(archive, run_id, batch, sums)
            if batch[-1].number < bare_until:
                sums.bare_seconds += bare.take(archive.db.conn, batch, ids)
                sums.bare += len(batch)
            written = [*written[-_SEEN_AGAIN:], *batch]
            done = batch[-1].number + 1
            if done in marks:
                _report(archive, folder, done, sums, written)
                sums = Sums()
            elif done % 10_000 == 0:
                print(f"  … {done:,}", file=sys.stderr, flush=True)


def _write(archive: Archive, run_id: int, batch: Sequence[InventedStory], sums: Sums) -> list[int]:
    begin = time.process_time()
    with archive.transaction():
        ids = [_file(archive, run_id, story) for story in batch]
    sums.ours_seconds += time.process_time() - begin
    sums.ours += len(batch)
    return ids


def _file(archive: Archive, run_id: int, story: InventedStory, *, later: timedelta = timedelta()) -> int:
    """One request's writing, as the last stage of the pipeline does it."""
    at = story.at + later
    known = archive.stories.find([alias.key for alias in story.aliases], at=at)
    choice = choose(story.aliases, known, draft=story.draft, url=story.url)
    comparable = None if choice.story is None else story.draft
    intent = decide(choice.story, story.draft, comparable=comparable, now=at)
    sighting = Sighting(
        source=story.source,
        draft=story.draft,
        choice=choice,
        capture_id=story.number,
        captured_at=at,
        payload_digest=story.digest,
        draft_digest=story.digest,
        hashes=story.hashes,
        extractor_version="1",
    )
    saved = archive.stories.save(intent, sighting)
    assert saved is not None
    if not later:
        carrier = Carrier(page_url=story.url, capture_id=story.number, seen_at=at, story_id=saved.story_id)
        archive.teasers.save(carrier, story.teasers)
        archive.runs.record(run_id, _record(story, saved.story_id))
    return saved.story_id


def _record(story: InventedStory, story_id: int) -> RequestRecord:
    return RequestRecord(
        source=story.source, url=story.url, purpose="story", outcome=Outcome.NEW_STORY, started_at=story.at, status=200,
        elapsed_seconds=0.2, body_bytes=80_000, capture_id=story.number, story_id=story_id,
    )  # fmt: skip


def _report(archive: Archive, folder: Path, done: int, sums: Sums, written: Sequence[InventedStory]) -> None:
    size, floor = _size(folder / "ours"), _size(folder / "bare")
    ours = sums.ours / sums.ours_seconds
    print(f"\n{done:,} stories; news.db {size / 1e6:,.0f} MB ({size / done / 1000:.2f} KB a story)", flush=True)
    print(f"  written     {ours:8,.0f} stories a CPU second since the last mark")
    if sums.bare:
        bare = sums.bare / sums.bare_seconds
        print(f"  bare        {bare:8,.0f}, ratio {ours / bare:.2f}; its file {floor / 1e6:,.0f} MB")
    print(f"  met again   {_again(archive, written):8,.0f} unchanged stories a CPU second")
    print(f"  copies      {_lookups(archive, written)}")
    show_searches(archive, written[-1].at)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory {peak:8,.0f} MiB", flush=True)


def _again(archive: Archive, written: Sequence[InventedStory]) -> float:
    """Offer stories again that have not changed; gives how many a CPU second are told and noted."""
    offered = list(islice(reversed(written), _SEEN_AGAIN))
    begin = time.process_time()
    for start in range(0, len(offered), BATCH):
        with archive.transaction():
            for story in offered[start : start + BATCH]:
                _file(archive, 1, story, later=timedelta(days=1))
    return len(offered) / (time.process_time() - begin)


def _lookups(archive: Archive, written: Sequence[InventedStory]) -> Timed:
    calls: list[Callable[[], object]] = [
        lambda story=story: archive.copies.candidates(story.hashes)  # type: ignore[misc]  # mypy knows no default here
        for story in islice(reversed(written), _LOOKED_UP)
    ]
    return time_calls(calls)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("news.db*"))


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone() is not None


def _indexed(
    source: sqlite3.Connection, name: str, rows: list[tuple[object, ...]]
) -> tuple[str, list[tuple[object, ...]]]:
    """The columns of a search index with its values, taken from its content's rows."""
    columns = [column for _, column, *_ in source.execute(f"PRAGMA table_info({name})")]
    places = [column for _, column, *_ in source.execute(f"PRAGMA table_info({name.removesuffix('_fts')})")]
    chosen = [places.index(column) for column in columns]
    key = places.index("id")
    return ", ".join(["rowid", *columns]), [(row[key], *(row[place] for place in chosen)) for row in rows]


class _invented:
    """Batches of stories from a process of their own."""

    def __init__(self, seed: int, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._receiver, sender = context.Pipe(duplex=False)
        self._process = context.Process(target=_invent, args=(sender, seed, count), daemon=True)
        self._process.start()
        sender.close()

    def __enter__(self) -> Iterator[list[InventedStory]]:
        return self._batches()

    def __exit__(self, *_: object) -> None:
        self._receiver.close()
        self._process.terminate()
        self._process.join()

    def _batches(self) -> Iterator[list[InventedStory]]:
        while True:
            try:
                yield self._receiver.recv()
            except EOFError:
                return


def _invent(sender: Connection, seed: int, count: int) -> None:
    stories = Inventor(seed).stories(count)
    while batch := list(islice(stories, BATCH)):
        try:
            sender.send(batch)
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
