"""Every public method of every store: locked, read-only and closed. A method that is added must be added here."""

from __future__ import annotations

import inspect
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newskeep.digests import draft_digest
from newskeep.errors import ArchiveLockedError, ArchiveReadOnlyError, StorageError
from newskeep.identity import Choice
from newskeep.outcomes import Outcome, RunStatus, Trigger
from newskeep.revise import Change, Intent
from storage.archive import Archive
from storage.captures import pack_capture
from storage.runs import RequestRecord
from storage.search import SearchRequest
from storage.status import read_status
from storage.stories import Sighting
from storage.teasers import Carrier
from tests.storage.builders import BRIDGE, FERRY, NOW, capture, draft, entry, source, take_story, teaser

Call = Callable[[Archive], Any]

NEW_CAPTURE = capture(FERRY)
SIGHTING = Sighting(
    source="post",
    draft=draft(),
    choice=Choice(story=None, url=FERRY, aliases=(), rejected=(), rivals=(), reason=""),
    capture_id=1,
    captured_at=NOW,
    payload_digest="0",
    draft_digest=draft_digest(draft()),
    extractor_version="1",
)
REQUEST = RequestRecord(source="post", url=BRIDGE, purpose="story", outcome=Outcome.EMPTY, started_at=NOW)

READS: dict[str, Call] = {
    "captures.body": lambda a: a.captures.body(capture().payload_digest),
    "captures.get": lambda a: a.captures.get(a.captures.latest(BRIDGE).capture_id),  # type: ignore[union-attr]  # it is there
    "captures.has_payload": lambda a: a.captures.has_payload("0"),
    "captures.info": lambda a: a.captures.info(a.captures.latest(BRIDGE).capture_id),  # type: ignore[union-attr]  # it is there
    "captures.latest": lambda a: a.captures.latest(BRIDGE),
    "captures.pack": lambda a: a.captures.pack(NEW_CAPTURE, source=None, purpose="story"),
    "captures.totals": lambda a: a.captures.totals(),
    "captures.walk": lambda a: list(a.captures.walk()),
    "listings.due": lambda a: a.listings.due(NOW),
    "listings.next_poll_at": lambda a: a.listings.next_poll_at(),
    "listings.state": lambda a: a.listings.state(1),
    "listings.states": lambda a: a.listings.states("post"),
    "runs.get": lambda a: a.runs.get(1),
    "runs.latest": lambda a: a.runs.latest(),
    "runs.requests": lambda a: a.runs.requests(1),
    "runs.running": lambda a: a.runs.running(),
    "search.stories": lambda a: a.search.stories(SearchRequest(words="bridge")),
    "stories.count": lambda a: a.stories.count(),
    "stories.draft": lambda a: a.stories.draft(1),
    "stories.find": lambda a: a.stories.find(["post.example/bridge-opens"]),
    "stories.resolve": lambda a: a.stories.resolve(BRIDGE),
    "stories.show": lambda a: a.stories.show(BRIDGE),
    "status": read_status,
}
WRITES: dict[str, Call] = {
    "captures.add": lambda a: a.captures.add(NEW_CAPTURE, source=None, purpose="story"),
    "captures.add_all": lambda a: a.captures.add_all([pack_capture(NEW_CAPTURE, source=None, purpose="story")]),
    "listings.finish_entry": lambda a: a.listings.finish_entry("post", BRIDGE, Outcome.GONE, None, NOW),
    "listings.finish_poll": lambda a: a.listings.finish_poll(1, outcome=Outcome.LISTED, now=NOW, next_poll_at=NOW),
    "listings.sync": lambda a: a.listings.sync([source()], NOW),
    "listings.triage": lambda a: a.listings.triage(1, [entry()], NOW),
    "runs.finish": lambda a: a.runs.finish(1, RunStatus.FINISHED, now=NOW),
    "runs.interrupt": lambda a: a.runs.interrupt(1, now=NOW, reason="its process ended"),
    "runs.record": lambda a: a.runs.record(1, REQUEST),
    "runs.start": lambda a: a.runs.start("post", Trigger.COMMAND, now=NOW, pid=1, host="h"),
    "stories.save": lambda a: a.stories.save(Intent(change=Change.NEW, reason="first"), SIGHTING),
    "stories.seen": lambda a: a.stories.seen(a.stories.resolve(BRIDGE), NOW + timedelta(hours=1)),
    "teasers.keep_only": lambda a: a.teasers.keep_only(1, BRIDGE),
    "teasers.save": lambda a: a.teasers.save(
        Carrier(page_url=BRIDGE, capture_id=1, seen_at=NOW, listing_id=1), [teaser()]
    ),
    "transaction": lambda a: a.transaction().__enter__(),
    "writing": lambda a: a.writing().__enter__(),
}
STORES = ("captures", "listings", "runs", "search", "stories", "teasers")


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a source, a run and a story in it, to be copied."""
    home = tmp_path_factory.mktemp("filled")
    with Archive(home) as archive:
        archive.listings.sync([source()], NOW)
        archive.runs.start("post", Trigger.COMMAND, now=NOW, pid=1, host="h")
        take_story(archive)
    return home


@pytest.fixture
def filled(pattern: Path, home: Path) -> Path:
    """A home with a source, a run and a story in it."""
    return Path(shutil.copytree(pattern, home))


def test_every_public_method_stands_in_this_suite(archive: Archive) -> None:
    found = {
        f"{store}.{name}"
        for store in STORES
        for name, _ in inspect.getmembers(getattr(archive, store), callable)
        if not name.startswith("_")
    }
    assert found == {name for name in (*READS, *WRITES) if "." in name}


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in READS.items()])
def test_reading_goes_on_while_another_process_writes(filled: Path, call: Call) -> None:
    with _held(filled / "news.db"), _held(filled / "captures.db"), Archive(filled, busy_timeout_seconds=0) as archive:
        call(archive)


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in WRITES.items()])
def test_writing_beside_a_writer_that_does_not_end_is_locked(filled: Path, call: Call) -> None:
    with (
        _held(filled / "news.db"),
        _held(filled / "captures.db"),
        Archive(filled, busy_timeout_seconds=0) as archive,
        pytest.raises(ArchiveLockedError, match="another process is writing"),
    ):
        call(archive)


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in READS.items()])
def test_reading_needs_no_right_to_write(filled: Path, call: Call) -> None:
    with Archive(filled, read_only=True) as archive:
        call(archive)


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in WRITES.items()])
def test_writing_what_may_not_be_written_is_refused(filled: Path, call: Call) -> None:
    with Archive(filled, read_only=True) as archive, pytest.raises(ArchiveReadOnlyError, match="check the permissions"):
        call(archive)


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in (READS | WRITES).items()])
def test_a_closed_archive_says_so(filled: Path, call: Call) -> None:
    archive = Archive(filled)
    archive.close()
    with pytest.raises(StorageError, match="the archive is closed"):
        call(archive)


class _held:
    """Another process in the middle of a write."""

    def __init__(self, path: Path) -> None:
        self._other = closing(sqlite3.connect(path, isolation_level=None))

    def __enter__(self) -> None:
        self._other.__enter__().execute("BEGIN IMMEDIATE")

    def __exit__(self, *_: object) -> None:
        self._other.__exit__(None, None, None)
