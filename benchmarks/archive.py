"""What the archive costs as it grows: writing, meeting again, searching and finding copies, up to a million stories.

    python -m benchmarks.archive [--stories 1000000] [--marks 10000 100000] [--keep DIR]

Each story is written as the pipeline's last stage writes it (identity, decision, revision, names, pictures, ten
teasers, sentence hashes, outcome), a hundred a transaction. Before each mark the archive's file is copied, and the rows
of the stories up to the mark go into both: into the one as ever, into the copy by prepared inserts of the same rows and
search text in the same batches, and nothing else: the floor, on a file of the same size.

CPU is that of this process in those parts alone. Stories are invented in other processes, which also prepare them
(`storage.prepared`: digests, sentence hashes, rows, marks) as the extraction workers do; what that costs is printed
beside the writer's own, with the sum of both. `--keep` leaves the archive where it is made, and goes on with one that
is there. A million stories take 25 GB, and while the floor stands beside them twice that.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Self

from benchmarks.archive_searches import Timed, show_searches, time_calls
from benchmarks.invented_stories import InventedStory, invented
from newskeep.identity import choose
from newskeep.outcomes import Outcome, Trigger
from newskeep.presence import Presence, Sign
from newskeep.revise import decide
from storage.archive import Archive
from storage.connection import open_file
from storage.news_schema import NEWS
from storage.prepared import prepare_story
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
_SEEN_AGAIN = 2_000
_LOOKED_UP = 300
_A_DAY = timedelta(days=1)
_COMPARED = 5_000
"""So many stories before each mark are written beside the floor."""


@dataclass(slots=True)
class Sums:
    """What was spent since the last mark: CPU seconds and stories, of all and of those beside the floor."""

    seconds: float = 0.0
    prepare_seconds: float = 0.0
    stories: int = 0
    beside_seconds: float = 0.0
    bare_seconds: float = 0.0
    bare: int = 0


@dataclass(slots=True)
class Bare:
    """The floor: a copy of the archive's file, into which finished rows are inserted."""

    connection: sqlite3.Connection
    last: dict[str, int] = field(default_factory=dict)

    @classmethod
    def copy_of(cls, archive: Archive, folder: Path) -> Self:
        """Copy the file as it stands; the copy is read only by what is inserted into it."""
        archive.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(archive.home / NEWS.name, folder / NEWS.name)
        connection = open_file(folder, NEWS, read_only=False).connection
        connection.execute("PRAGMA foreign_keys = OFF")
        last = {
            table: connection.execute(f"SELECT coalesce(max({key}), 0) FROM {table}").fetchone()[0]
            for table, key in _KEYS.items()
            if key == "id" and table != "stories"
        }
        return cls(connection, last)

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
                (one, story_id)
                for story, story_id in zip(batch, ids, strict=True)
                for one in sorted(story.prepared.hashes)[:8]
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the archive and print what it costs at each mark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--stories", type=int, default=1_000_000)
    parser.add_argument("--marks", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the archive in DIR/home and leave it there")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="newskeep-archive-"))
    print(
        f"seed {asked.seed}, {asked.stories:,} stories,"
        f" Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}",
        flush=True,
    )
    try:
        _grow(folder, asked)
    finally:
        shutil.rmtree(folder / "floor" if asked.keep else folder, ignore_errors=True)


def _grow(folder: Path, asked: argparse.Namespace) -> None:
    marks = sorted({mark for mark in asked.marks if mark <= asked.stories} | {asked.stories})
    with Archive(folder / "home") as archive:
        run_id = archive.runs.start(None, Trigger.COMMAND, now=datetime.now(UTC), pid=1, host="benchmark")
        bare, sums = None, Sums()
        written: list[InventedStory] = []
        total = archive.stories.count()
        with invented(asked.seed, total, asked.stories, batch=BATCH) as batches:
            for batch in batches:
                done = batch[-1].number + 1
                if bare is None and any(mark - _COMPARED < done <= mark for mark in marks):
                    bare = Bare.copy_of(archive, folder / "floor")
                _write(archive, run_id, batch, sums, bare)
                if bare is None:
                    _age(archive, run_id, batch)
                written = [*written, *batch][-_SEEN_AGAIN:]
                if done in marks:
                    if bare is not None:
                        bare.connection.close()
                        shutil.rmtree(folder / "floor")
                    _report(archive, folder, done, sums, written)
                    bare, sums = None, Sums()
                elif done % 10_000 == 0:
                    print(f"  {datetime.now(UTC):%H:%M:%S} … {done:,}", file=sys.stderr, flush=True)


def _write(
    archive: Archive, run_id: int, batch: Sequence[InventedStory], sums: Sums, bare: Bare | None = None
) -> list[int]:
    begin = time.process_time()
    with archive.transaction():
        ids = [_file(archive, run_id, story) for story in batch]
    seconds = time.process_time() - begin
    sums.seconds += seconds
    sums.prepare_seconds += sum(story.prepare_seconds for story in batch)
    sums.stories += len(batch)
    if bare is not None:
        sums.beside_seconds += seconds
        sums.bare_seconds += bare.take(archive.db.conn, batch, ids)
        sums.bare += len(batch)
    return ids


def _file(archive: Archive, run_id: int, story: InventedStory, *, later: timedelta = timedelta()) -> int:
    """One request's writing, as the last stage of the pipeline does it."""
    at = story.at + later
    owners = archive.stories.find([alias.key for alias in story.aliases], at=at)
    choice = choose(story.aliases, owners, draft=story.draft, url=story.url)
    known = choice.story
    comparable = None if known is None else story.draft
    if known is not None and known.draft_digest != story.prepared.digest:
        comparable = archive.stories.draft(known.revision_id)
    intent = decide(choice.story, story.draft, comparable=comparable, now=at, has_notice=story.prepared.has_notice)
    sighting = Sighting(
        source=story.source,
        draft=story.draft,
        choice=choice,
        capture_id=story.number,
        captured_at=at,
        payload_digest=story.prepared.digest,
        extractor_version="1",
        prepared=story.prepared,
    )
    saved = archive.stories.save(intent, sighting)
    assert saved is not None
    if not later:
        carrier = Carrier(page_url=story.url, capture_id=story.number, seen_at=at, story_id=saved.story_id, is_new=True)
        archive.teasers.save_prepared(carrier, story.teasers)
        archive.runs.record(run_id, _record(story, saved.story_id))
    return saved.story_id


def _age(archive: Archive, run_id: int, batch: Sequence[InventedStory]) -> None:
    """Of each hundred stories one goes and one is edited, so that there is something to find with `is:gone`."""
    gone, edited = batch[0], batch[1]
    with archive.transaction():
        story_id = archive.stories.resolve(gone.url)
        sign = Sign(presence=Presence.GONE, at=gone.at + _A_DAY, run_id=run_id, url=gone.url, is_proof=True)
        archive.presence.observe(story_id, sign)
        draft = replace(edited.draft, headline=f"{edited.draft.headline} again")
        prepared = prepare_story(draft, source=edited.source, seen_at=edited.at + _A_DAY)
        _file(archive, run_id, replace(edited, draft=draft, prepared=prepared), later=_A_DAY)


def _record(story: InventedStory, story_id: int) -> RequestRecord:
    return RequestRecord(
        source=story.source, url=story.url, purpose="story", outcome=Outcome.NEW_STORY, started_at=story.at, status=200,
        elapsed_seconds=0.2, body_bytes=80_000, capture_id=story.number, story_id=story_id,
    )  # fmt: skip


def _report(archive: Archive, folder: Path, done: int, sums: Sums, written: Sequence[InventedStory]) -> None:
    size = _size(folder / "home")
    print(f"\n{done:,} stories; news.db {size / 1e6:,.0f} MB ({size / done / 1000:.2f} KB a story)", flush=True)
    print(f"  written     {sums.stories / sums.seconds:8,.0f} stories a CPU second of the writer since the last mark")
    if sums.bare:
        ours, bare = sums.bare / sums.beside_seconds, sums.bare / sums.bare_seconds
        print(
            f"  beside      {ours:8,.0f}, bare inserts of the last {sums.bare:,}: {bare:,.0f}; ratio {ours / bare:.2f}"
        )
    whole = sums.seconds + sums.prepare_seconds
    print(
        f"  prepared    {sums.prepare_seconds / sums.stories * 1000:8.2f} ms of CPU a story in the workers;"
        f" with it {sums.stories / whole:,.0f} stories a CPU second of all processes"
    )
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
                _file(archive, 1, story, later=_A_DAY)
    return len(offered) / (time.process_time() - begin)


def _lookups(archive: Archive, written: Sequence[InventedStory]) -> Timed:
    calls: list[Callable[[], object]] = [
        lambda story=story: archive.copies.candidates(story.prepared.hashes)  # type: ignore[misc]  # mypy knows no default here
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


if __name__ == "__main__":
    main()
