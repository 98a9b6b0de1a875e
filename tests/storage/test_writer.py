"""Writing from asyncio: one commit for those that wait together, answers after it, failures alone."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from newskeep.errors import ArchiveFullError, ArchiveLockedError, ForeignFileError, StorageError, StoryMissingError
from storage.archive import Archive
from storage.writer import MAX_JOBS, ArchiveWriter
from tests.storage.builders import FERRY, NOW, capture, take_story


@pytest.fixture
def writer(archive: Archive, home: Path) -> Iterator[ArchiveWriter]:
    """A writer on an archive that is open for reading beside it."""
    with ArchiveWriter(home) as started:
        yield started


def add(name: str) -> object:
    """A job that adds a story of that name, and gives its name back."""

    def job(archive: Archive) -> str:
        take_story(archive, f"https://post.example/{name}")
        return name

    return job


def test_a_job_is_committed_when_its_answer_comes(writer: ArchiveWriter, archive: Archive) -> None:
    async def main() -> None:
        assert await writer.do(add("a")) == "a"
        assert archive.stories.count() == 1

    asyncio.run(main())


def test_jobs_run_one_after_another_in_their_order(writer: ArchiveWriter, archive: Archive) -> None:
    order: list[int] = []

    async def main() -> None:
        await asyncio.gather(*(writer.do(lambda _, number=number: order.append(number)) for number in range(300)))

    asyncio.run(main())
    assert order == list(range(300))


def test_jobs_that_wait_share_a_commit(writer: ArchiveWriter, archive: Archive) -> None:
    commits: list[str] = []
    gate = threading.Event()

    def hold(on: Archive) -> None:
        on.db.conn.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
        gate.wait(10)

    async def main() -> None:
        first = asyncio.ensure_future(writer.do(hold))
        rest = [asyncio.ensure_future(writer.do(lambda _: None)) for _ in range(MAX_JOBS)]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(first, *rest)
        await writer.do(lambda on: on.db.conn.set_trace_callback(None))

    asyncio.run(main())
    # At most: the first alone, the hundred that waited, the last alone.
    assert len(commits) <= 3


def test_a_job_that_fails_takes_back_itself_alone(writer: ArchiveWriter, archive: Archive) -> None:
    def fail(on: Archive) -> None:
        take_story(on, FERRY)
        raise KeyError("mine")

    async def main() -> None:
        jobs = [writer.do(add("a")), writer.do(fail), writer.do(add("b")), writer.do(fail)]
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert [repr(result) for result in results] == ["'a'", "KeyError('mine')", "'b'", "KeyError('mine')"]

    asyncio.run(main())
    urls = {row["url"] for row in archive.db["stories"].rows}
    assert urls == {"https://post.example/a", "https://post.example/b"}


def test_a_job_that_only_read_and_failed_disturbs_nobody(writer: ArchiveWriter, archive: Archive) -> None:
    runs: list[str] = []

    def count(on: Archive) -> None:
        runs.append("job")
        take_story(on)

    async def main() -> None:
        jobs = [writer.do(count), writer.do(lambda on: on.stories.resolve("nothing"))]
        _, error = await asyncio.gather(*jobs, return_exceptions=True)
        assert isinstance(error, StoryMissingError)

    asyncio.run(main())
    assert runs == ["job"]


def test_a_capture_is_on_the_disk_when_its_answer_comes(writer: ArchiveWriter, archive: Archive) -> None:
    async def main() -> None:
        ref = await writer.keep(capture(), source="post", purpose="story")
        assert archive.captures.get(ref.capture_id) == capture()
        assert ref.is_new_payload

    asyncio.run(main())


def test_captures_that_wait_share_a_commit_and_a_bad_one_fails_alone(writer: ArchiveWriter, archive: Archive) -> None:
    bad = capture(FERRY)
    object.__setattr__(bad, "payload_digest", "0" * 64)

    async def main() -> None:
        kept = [capture(f"https://post.example/{number}") for number in range(50)]
        jobs = [writer.keep(one, source=None, purpose="story") for one in (*kept[:25], bad, *kept[25:])]
        results = await asyncio.gather(*jobs, return_exceptions=True)
        assert [index for index, result in enumerate(results) if isinstance(result, ValueError)] == [25]

    asyncio.run(main())
    assert archive.captures.totals()[0] == 50


def test_closing_finishes_what_was_accepted(home: Path) -> None:
    async def main() -> None:
        writer = ArchiveWriter(home)
        writer.start()
        waiting = [asyncio.ensure_future(writer.do(add(f"s{number}"))) for number in range(30)]
        keeping = asyncio.ensure_future(writer.keep(capture(), source=None, purpose="story"))
        await asyncio.sleep(0)
        await writer.aclose()
        assert len(await asyncio.gather(*waiting)) == 30
        await keeping

    asyncio.run(main())
    with Archive(home) as archive:
        assert archive.stories.count() == 30


def test_a_closed_writer_says_so(home: Path) -> None:
    writer = ArchiveWriter(home)
    writer.start()
    writer.close()
    writer.close()
    with pytest.raises(StorageError, match="the archive is closed"):
        asyncio.run(writer.do(lambda on: on.stories.count()))
    with pytest.raises(StorageError, match="the archive is closed"):
        asyncio.run(writer.keep(capture(), source=None, purpose="story"))


def test_a_job_withdrawn_before_its_turn_is_left_out(writer: ArchiveWriter, archive: Archive) -> None:
    gate = threading.Event()

    async def main() -> None:
        first = asyncio.ensure_future(writer.do(lambda _: gate.wait(10)))
        second = asyncio.ensure_future(writer.do(add("a")))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        gate.set()
        await first

    asyncio.run(main())
    assert archive.stories.count() == 0


def test_a_loop_that_is_gone_holds_up_nobody(writer: ArchiveWriter, archive: Archive) -> None:
    started, gate = threading.Event(), threading.Event()

    def slow(on: Archive) -> None:
        started.set()
        gate.wait(10)
        take_story(on)

    async def leave() -> None:
        waiting = asyncio.ensure_future(writer.do(slow))
        await asyncio.to_thread(started.wait, 10)
        waiting.cancel()

    asyncio.run(leave())
    gate.set()
    assert asyncio.run(writer.do(lambda on: on.stories.count())) == 1


def test_an_archive_that_cannot_be_opened_is_said_at_the_start(home: Path) -> None:
    home.mkdir()
    (home / "captures.db").write_bytes(b"not a database, " * 100)
    with pytest.raises(ForeignFileError):
        ArchiveWriter(home).start()


def test_a_locked_archive_fails_the_batch_and_works_again_after(home: Path) -> None:
    with ArchiveWriter(home, busy_timeout_seconds=0) as writer:
        with closing(sqlite3.connect(home / "news.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(ArchiveLockedError):
                asyncio.run(writer.do(add("a")))
        assert asyncio.run(writer.do(add("a"))) == "a"


def test_a_full_disk_is_said_to_all_and_leaves_a_whole_archive(writer: ArchiveWriter, archive: Archive) -> None:
    # SQLite answers a limit on its pages as it answers a full disk.
    def limit(pages: int) -> object:
        return lambda on: on.db.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    def fill(on: Archive) -> None:
        on.runs.start(None, "command", now=NOW, pid=1, host="x" * 3_000_000)  # type: ignore[arg-type]  # any text

    async def main() -> None:
        await writer.do(add("before"))
        (used,) = archive.db.execute("PRAGMA page_count").fetchone()
        await writer.do(limit(used + 20))
        results = await asyncio.gather(
            writer.do(add("beside")), writer.do(fill), writer.do(add("after")), return_exceptions=True
        )
        assert isinstance(results[1], ArchiveFullError)
        assert "free some on its disk" in str(results[1])
        await writer.do(limit(1_000_000))
        await writer.do(add("later"))

    asyncio.run(main())
    names = {row["url"].rpartition("/")[2] for row in archive.db["stories"].rows}
    assert {"before", "later"} <= names
    assert archive.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_full_disk_under_captures_is_said(archive: Archive) -> None:
    kept = archive.captures.add(capture(), source=None, purpose="story")
    assert archive._captures is not None
    archive._captures.connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(ArchiveFullError):
        archive.captures.add(capture(FERRY, Random(1).randbytes(200_000)), source=None, purpose="story")
    assert archive.captures.get(kept.capture_id) == capture()
    assert archive.captures.totals()[:2] == (1, 1)
