"""Every public method of every store: locked, read-only and closed. A method that is added must be added here."""

from __future__ import annotations

import inspect
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

import storage
from newskeep.alarms import Alarm, AlarmKind, Finding
from newskeep.alerts import Alert, AlertKind, Delivery, DeliveryStatus
from newskeep.coverage import DayCoverage
from newskeep.errors import ArchiveLockedError, ArchiveReadOnlyError, StorageError
from newskeep.identity import Choice
from newskeep.near_duplicates import sentence_hashes
from newskeep.outcomes import Outcome, RunStatus, Trigger
from newskeep.presence import Presence, Sign
from newskeep.restless import Look
from newskeep.revise import Change, Intent
from newskeep.rhythm import Rhythm
from newskeep.shifts import Gap, GapCause
from newskeep.site_memory import Imprint
from newskeep.watches import MatchReason, Watch
from storage import prune
from storage.archive import Archive
from storage.copies_view import ClustersRequest, read_cluster, read_clusters
from storage.export import ExportRequest, Thing, columns, exported, story_ids
from storage.export_captures import captures_of_stories
from storage.feed_stories import newest_for_feed, stories_for_feed
from storage.guids import name_by_listing, name_story
from storage.kept_pictures import KeptPicture
from storage.ledger import LedgerRequest, first_run_of, read_ledger, read_run, runs_by_day
from storage.merges import Decider
from storage.newest import NewestRequest, newest_counts, newest_stories
from storage.pages import CitedPage
from storage.payloads import Erased
from storage.prepared import prepare_teasers
from storage.promotion import Place, PromotionRequest, read_promotions, read_story_promotion
from storage.rechecks import PageSeen
from storage.rereading import NewReading, Selection
from storage.runs import RequestRecord
from storage.search import SearchRequest
from storage.source_view import read_source, read_sources, stories_by_day, stories_by_hour, stories_by_month
from storage.status import read_status
from storage.stories import SavedStory, Sighting
from storage.strangers import ensure_source
from storage.teasers import Carrier
from storage.waiting import waiting_entries
from storage.watches import Queued
from storage.watchfulness import read_watchfulness
from tests.storage.builders import BRIDGE, FERRY, NOW, capture, draft, entry, ferry, source, take_story, teaser

Call = Callable[[Archive], Any]

NEW_CAPTURE = capture(FERRY)
SIGHTING = Sighting(
    source="post",
    draft=draft(),
    choice=Choice(story=None, url=FERRY, aliases=(), rejected=(), rivals=(), reason=""),
    capture_id=1,
    captured_at=NOW,
    payload_digest="0",
    extractor_version="1",
)
CARRIER = Carrier(page_url=BRIDGE, capture_id=1, seen_at=NOW, story_id=1)
REQUEST = RequestRecord(source="post", url=BRIDGE, purpose="story", outcome=Outcome.EMPTY, started_at=NOW)

FINDING = Finding(kind=AlarmKind.DISK, source=None, subject="", began_at=NOW, summary="full")
ALARM = Alarm(alarm_id=1, kind=AlarmKind.DISK, source=None, subject="", began_at=NOW, raised_at=NOW, summary="full")
ALERT = Alert(alert_id=1, created_at=NOW, kind=AlertKind.RAISED, title="t", body="b")
DELIVERY = Delivery(alert=ALERT, target="mail", status=DeliveryStatus.WAITING, attempts=0, next_try_at=None)
GAP = Gap(cause=GapCause.SUSPENDED, from_at=NOW, until_at=NOW)
IMPRINT = Imprint(story="s", blocks=("b",))
QUEUED = Queued(revision_id=1, story_id=1, captured_at=NOW)
TODAY, WEEK_AGO = NOW.date(), NOW.date() - timedelta(days=7)

READS: dict[str, Call] = {
    "alarms.latest": lambda a: a.alarms.latest(),
    "alarms.dues": lambda a: a.alarms.dues(NOW),
    "alarms.followed": lambda a: a.alarms.followed(),
    "alarms.open": lambda a: a.alarms.open(),
    "alerts.targets": lambda a: a.alerts.targets(),
    "alerts.waiting": lambda a: a.alerts.waiting("mail"),
    "coverage.answers": lambda a: a.coverage.answers(0, limit=9),
    "coverage.health": lambda a: a.coverage.health(version=1),
    "coverage.mark": lambda a: a.coverage.mark("alarms"),
    "coverage.moves": lambda a: a.coverage.moves(),
    "coverage.of": lambda a: a.coverage.of("post"),
    "coverage.on": lambda a: a.coverage.on(NOW.date()),
    "coverage.outcomes": lambda a: a.coverage.outcomes("post"),
    "watches.all": lambda a: a.watches.all(),
    "watches.get": lambda a: a.watches.get("bridges"),
    "watches.matched_before": lambda a: a.watches.matched_before("bridges", [1]),
    "watches.matches": lambda a: a.watches.matches("bridges"),
    "watches.queued": lambda a: a.watches.queued(limit=9),
    "watches.waiting": lambda a: a.watches.waiting(),
    "search.among": lambda a: a.search.among("bridge", [1]),
    "captures.body": lambda a: a.captures.body(capture().payload_digest),
    "captures.get": lambda a: a.captures.get(a.captures.latest(BRIDGE).capture_id),  # type: ignore[union-attr]  # it is there
    "captures.has_payload": lambda a: a.captures.has_payload("0"),
    "captures.info": lambda a: a.captures.info(a.captures.latest(BRIDGE).capture_id),  # type: ignore[union-attr]  # it is there
    "captures.latest": lambda a: a.captures.latest(BRIDGE),
    "captures.of_keys": lambda a: a.captures.of_keys(["post.example/bridge-opens"], most=5),
    "captures.pack": lambda a: a.captures.pack(NEW_CAPTURE, source=None, purpose="story"),
    "captures.run": lambda a: a.captures.run("SELECT 1"),
    "captures.totals": lambda a: a.captures.totals(),
    "captures.walk": lambda a: list(a.captures.walk()),
    "copies.candidates": lambda a: a.copies.candidates(sentence_hashes(draft().text)),
    "copies.cluster": lambda a: a.copies.cluster(a.stories.resolve(BRIDGE)),
    "copies.related": lambda a: a.copies.related(sentence_hashes(draft().text)),
    "copies.of": lambda a: a.copies.of(a.stories.resolve(BRIDGE)),
    "listings.due_sources": lambda a: a.listings.due_sources(NOW),
    "listings.due": lambda a: a.listings.due(NOW),
    "listings.next_poll_at": lambda a: a.listings.next_poll_at(),
    "listings.state": lambda a: a.listings.state(1),
    "listings.states": lambda a: a.listings.states("post"),
    "receipts.find": lambda a: a.receipts.find("w:1"),
    "imports.find": lambda a: a.imports.find(BRIDGE, NOW, "0"),
    "imports.is_known": lambda a: a.imports.is_known(BRIDGE, NOW),
    "kept_pictures.among": lambda a: a.kept_pictures.among([1]),
    "kept_pictures.bytes_of": lambda a: a.kept_pictures.bytes_of(
        KeptPicture(
            url=BRIDGE,
            digest="0",
            capture_id=a.captures.latest(BRIDGE).capture_id,  # type: ignore[union-attr]  # it is there
            media_type="image/png",
            width=None,
            height=None,
            size_bytes=0,
        )
    ),
    "kept_pictures.by_digest": lambda a: a.kept_pictures.by_digest("0"),
    "kept_pictures.find": lambda a: a.kept_pictures.find("https://post.example/p/bridge.jpg"),
    "kept_pictures.used_bytes": lambda a: a.kept_pictures.used_bytes("post"),
    "kept_pictures.wanted": lambda a: a.kept_pictures.wanted(1, source="post", quota_bytes=1),
    "memory.get": lambda a: a.memory.get(1),
    "memory.newest": lambda a: a.memory.newest("post"),
    "merges.history": lambda a: a.merges.history(1),
    "merges.is_apart": lambda a: a.merges.is_apart(1, 2),
    "pages.captures_of": lambda a: a.pages.captures_of(a.stories.resolve(BRIDGE), 1),
    "presence.doubts": lambda a: a.presence.doubts(1),
    "presence.fails": lambda a: a.presence.fails(a.stories.resolve(BRIDGE)),
    "presence.history": lambda a: a.presence.history(1),
    "presence.other_address": lambda a: a.presence.other_address(1, BRIDGE),
    "presence.story_at": lambda a: a.presence.story_at(BRIDGE),
    "rechecks.due": lambda a: a.rechecks.due("post", NOW, limit=1),
    "rechecks.moved_to": lambda a: a.rechecks.moved_to(1),
    "rechecks.next_check_at": lambda a: a.rechecks.next_check_at(1),
    "rechecks.overdue_sources": lambda a: a.rechecks.overdue_sources(NOW),
    "rechecks.restless_since": lambda a: a.rechecks.restless_since(1),
    "rechecks.twins": lambda a: a.rechecks.twins("0", but=1),
    "rechecks.waiting": lambda a: a.rechecks.waiting("post", NOW),
    "payloads.captured_at": lambda a: a.payloads.captured_at(["0"]),
    "payloads.digests_of": lambda a: a.payloads.digests_of([1]),
    "payloads.uses": lambda a: a.payloads.uses(["0"]),
    "payloads.walk_before": lambda a: list(a.payloads.walk_before(NOW, source=None, size=9)),
    "rereading.count": lambda a: a.rereading.count(Selection()),
    "rereading.source": lambda a: a.rereading.source("post"),
    "rereading.story": lambda a: a.rereading.story(1),
    "rereading.storyless": lambda a: a.rereading.storyless(Selection(other_than="1")),
    "rereading.walk": lambda a: list(a.rereading.walk(Selection())),
    "rhythms.fresh": lambda a: a.rhythms.fresh(1, [entry()]),
    "rhythms.habits": lambda a: a.rhythms.habits(1),
    "runs.get": lambda a: a.runs.get(1),
    "runs.last_poll": lambda a: a.runs.last_poll("post"),
    "runs.latest": lambda a: a.runs.latest(),
    "runs.requests": lambda a: a.runs.requests(1),
    "runs.sums": lambda a: a.runs.sums(NOW),
    "runs.running": lambda a: a.runs.running(),
    "shifts.gaps": lambda a: a.shifts.gaps(NOW),
    "shifts.latest": lambda a: a.shifts.latest(),
    "search.count": lambda a: a.search.count(SearchRequest(words="bridge")),
    "search.teasers": lambda a: a.search.teasers(SearchRequest(words="bridge")),
    "search.ids": lambda a: a.search.ids(SearchRequest(words="bridge")),
    "search.stories": lambda a: a.search.stories(SearchRequest(words="bridge")),
    "stories.count": lambda a: a.stories.count(),
    "stories.draft": lambda a: a.stories.draft(1),
    "stories.find": lambda a: a.stories.find(["post.example/bridge-opens"]),
    "stories.resolve": lambda a: a.stories.resolve(BRIDGE),
    "stories.show": lambda a: a.stories.show(BRIDGE),
    "takedowns.weigh": lambda a: a.takedowns.weigh(a.stories.resolve(BRIDGE)),
    "teasers.compare": lambda a: a.teasers.compare(CARRIER, [teaser()]),
    "takedowns.all": lambda a: a.takedowns.all(),
    "takedowns.find": lambda a: a.takedowns.find(["0"]),
}
WRITES: dict[str, Call] = {
    "alarms.begin": lambda a: a.alarms.begin(FINDING, now=NOW),
    "alarms.end": lambda a: a.alarms.end(ALARM, now=NOW, ending="space again"),
    "alerts.add": lambda a: a.alerts.add(AlertKind.RAISED, title="t", body="b", targets=["mail"], now=NOW),
    "alerts.failed": lambda a: a.alerts.failed([DELIVERY], next_try_at=NOW, trouble="no"),
    "alerts.forget": lambda a: a.alerts.forget(before=NOW),
    "alerts.give_up": lambda a: a.alerts.give_up([DELIVERY], now=NOW, trouble="no"),
    "alerts.sending": lambda a: a.alerts.sending([DELIVERY]),
    "alerts.sent": lambda a: a.alerts.sent([DELIVERY], now=NOW),
    "coverage.add": lambda a: a.coverage.add([DayCoverage(source="post", day=NOW.date())], []),
    "coverage.follow_move": lambda a: a.coverage.follow_move(1, None, now=NOW),
    "coverage.forget": lambda a: a.coverage.forget(before=NOW.date()),
    "coverage.remember": lambda a: a.coverage.remember({"post": ""}, version=1),
    "coverage.set_mark": lambda a: a.coverage.set_mark("alarms", reached=1, now=NOW),
    "watches.add": lambda a: a.watches.add(Watch(name="x", query="x", created_at=NOW)),
    "watches.done": lambda a: a.watches.done([QUEUED]),
    "watches.found": lambda a: a.watches.found("bridges", 1, MatchReason.NEW, now=NOW),
    "watches.remove": lambda a: a.watches.remove("bridges"),
    "captures.add": lambda a: a.captures.add(NEW_CAPTURE, source=None, purpose="story"),
    "captures.add_all": lambda a: a.captures.add_all([a.captures.pack(NEW_CAPTURE, source=None, purpose="story")]),
    "copies.forget": lambda a: a.copies.forget(a.stories.resolve(BRIDGE), draft().text),
    "captures.writing": lambda a: a.captures.writing("keep").__enter__(),
    "copies.add": lambda a: a.copies.add(1, frozenset((1, 2)), a.copies.related(frozenset((1, 2)))),
    "copies.change": lambda a: a.copies.change(a.stories.resolve(BRIDGE), frozenset((1, 2)), before=frozenset()),
    "listings.finish_entry": lambda a: a.listings.finish_entry("post", BRIDGE, Outcome.GONE, None, NOW),
    "listings.finish_poll": lambda a: a.listings.finish_poll(1, outcome=Outcome.LISTED, now=NOW, next_poll_at=NOW),
    "listings.hasten": lambda a: a.listings.hasten("post", NOW),
    "listings.mend": lambda a: a.listings.mend(NOW, lambda: 0.5),
    "listings.sync": lambda a: a.listings.sync([source()], NOW),
    "listings.triage": lambda a: a.listings.triage(1, [entry()], NOW),
    "merges.merge": lambda a: a.merges.merge(
        a.stories.resolve(BRIDGE), a.stories.resolve(FERRY), by=Decider.HAND, reason="one", now=NOW
    ),
    "merges.split": lambda a: a.merges.split(a.stories.resolve(BRIDGE), BRIDGE, by=Decider.HAND, reason="two", now=NOW),
    "presence.observe": lambda a: a.presence.observe(
        a.stories.resolve(BRIDGE), Sign(presence=Presence.GONE, at=NOW, run_id=1, url=BRIDGE)
    ),
    "rechecks.failed": lambda a: a.rechecks.failed(1, NOW, poll_seconds=900),
    "rechecks.hasten": lambda a: a.rechecks.hasten(1, NOW),
    "rechecks.saw": lambda a: a.rechecks.saw(
        PageSeen(story_id=a.stories.resolve(BRIDGE), source="post", at=NOW, look=Look(digest="1:0")), poll_seconds=900
    ),
    "rereading.finish": lambda a: a.rereading.finish("1", last_request_id=1, now=NOW),
    "rereading.plan_look": lambda a: a.rereading.plan_look(1, NOW),
    "rereading.put": lambda a: a.rereading.put(
        a.rereading.story(a.stories.resolve(BRIDGE)),  # type: ignore[arg-type]  # it is there
        NewReading(extractor_version="2", memory_version=0, drafts={}, comparisons={}, teasers=()),
    ),
    "rhythms.save": lambda a: a.rhythms.save(1, Rhythm(observed_from=NOW, observed_until=NOW)),
    "rhythms.wish": lambda a: a.rhythms.wish(1, hint_seconds=60, quiet_hours=(1,)),
    "receipts.note": lambda a: a.receipts.note("w:1", b"", NOW),
    "receipts.forget": lambda a: a.receipts.forget(NOW),
    "imports.finish": lambda a: a.imports.finish(1),
    "kept_pictures.forget_bytes": lambda a: a.kept_pictures.forget_bytes(["0"]),
    "kept_pictures.record": lambda a: a.kept_pictures.record(BRIDGE, Outcome.GONE, source="post", now=NOW),
    "memory.learn": lambda a: a.memory.learn("post", IMPRINT, now=NOW),
    "pages.cite": lambda a: a.pages.cite(
        SavedStory(story_id=a.stories.resolve(BRIDGE), revision=1), [CitedPage(capture_id=1, payload_digest="0")]
    ),
    "runs.finish": lambda a: a.runs.finish(1, RunStatus.FINISHED, now=NOW),
    "runs.interrupt": lambda a: a.runs.interrupt(1, now=NOW, reason="its process ended"),
    "runs.record": lambda a: a.runs.record(1, REQUEST),
    "runs.start": lambda a: a.runs.start("post", Trigger.COMMAND, now=NOW, pid=1, host="h"),
    "shifts.add_gap": lambda a: a.shifts.add_gap(1, GAP),
    "shifts.beat": lambda a: a.shifts.beat(1, NOW),
    "shifts.begin": lambda a: a.shifts.begin(NOW, pid=1, host="h", version="1"),
    "shifts.end": lambda a: a.shifts.end(1, NOW),
    "stories.place": lambda a: a.stories.place(7, Intent(change=Change.NEW, reason="first"), SIGHTING),
    "stories.settle": lambda a: a.stories.settle(a.stories.resolve(BRIDGE)),
    "stories.save": lambda a: a.stories.save(Intent(change=Change.NEW, reason="first"), SIGHTING),
    "stories.seen": lambda a: a.stories.seen(a.stories.resolve(BRIDGE), NOW + timedelta(hours=1)),
    "payloads.erase": lambda a: a.payloads.erase(["0"], Erased.PRUNED),
    "takedowns.discard": lambda a: a.takedowns.discard(1),
    "takedowns.take_down": lambda a: a.takedowns.take_down(a.stories.resolve(BRIDGE), reason="r", now=NOW),
    "teasers.keep_only": lambda a: a.teasers.keep_only(1, BRIDGE),
    "teasers.mend": lambda a: a.teasers.mend(replace(CARRIER, story_id=a.stories.resolve(BRIDGE)), [teaser()]),
    "teasers.save": lambda a: a.teasers.save(
        Carrier(page_url=BRIDGE, capture_id=1, seen_at=NOW, listing_id=1), [teaser()]
    ),
    "teasers.save_prepared": lambda a: a.teasers.save_prepared(
        Carrier(page_url=BRIDGE, capture_id=1, seen_at=NOW, listing_id=1), prepare_teasers([teaser()])
    ),
    "transaction": lambda a: a.transaction().__enter__(),
    "writing": lambda a: a.writing().__enter__(),
}
STORES = tuple(Archive.__annotations__)
FUNCTIONS: dict[str, Call] = {
    "copies_view.read_cluster": lambda a: read_cluster(a, a.stories.resolve(BRIDGE)),
    "copies_view.read_clusters": lambda a: read_clusters(a, ClustersRequest(since=NOW - timedelta(days=7), until=NOW)),
    "export.columns": lambda a: columns(a, Thing.STORIES),
    "export.exported": lambda a: _exported(a, ExportRequest(thing=Thing.STORIES)),
    "export.exported a search": lambda a: _exported(a, ExportRequest(thing=Thing.STORIES, words="bridge")),
    "export.story_ids": lambda a: story_ids(a, ExportRequest(thing=Thing.STORIES)),
    "export_captures.captures_of_stories": lambda a: [
        *captures_of_stories(a, ExportRequest(thing=Thing.STORIES))[1],
    ],
    "feed_stories.newest_for_feed": lambda a: newest_for_feed(a, source=None, now=NOW, limit=9),
    "feed_stories.newest_for_feed of a source": lambda a: newest_for_feed(a, source="post", now=NOW, limit=9),
    "feed_stories.stories_for_feed": lambda a: stories_for_feed(a, [1]),
    "ledger.first_run_of": lambda a: first_run_of(a, NOW),
    "ledger.read_ledger": lambda a: read_ledger(a, LedgerRequest()),
    "ledger.read_run": lambda a: read_run(a, 1),
    "ledger.runs_by_day": lambda a: runs_by_day(a, first_run=1),
    "newest.newest_counts": lambda a: newest_counts(a.db.conn, NewestRequest(until=NOW)),
    "newest.newest_stories": lambda a: newest_stories(a.db.conn, NewestRequest(until=NOW), limit=9),
    "promotion.read_promotions": lambda a: read_promotions(
        a, PromotionRequest(place=Place.FRONTS, since=NOW - timedelta(days=7), until=NOW)
    ),
    "promotion.read_story_promotion": lambda a: read_story_promotion(a, a.stories.resolve(BRIDGE)),
    "prune.free_bytes": lambda a: prune.free_bytes(a),
    "prune.plan": lambda a: prune.plan(a, prune.PruneRule(unread=NOW, typos=NOW, ledger=NOW)),
    "source_view.read_source": lambda a: read_source(a, "post"),
    "source_view.read_sources": read_sources,
    "source_view.stories_by_day": lambda a: stories_by_day(a, "post", WEEK_AGO, TODAY),
    "source_view.stories_by_hour": lambda a: stories_by_hour(a, "post", WEEK_AGO, TODAY),
    "source_view.stories_by_month": lambda a: stories_by_month(a, "post", WEEK_AGO, TODAY),
    "status.read_status": read_status,
    "waiting.waiting_entries": lambda a: waiting_entries(a, 1, now=NOW, limit=9),
    "watchfulness.read_watchfulness": lambda a: read_watchfulness(a, NOW, least_free_bytes=1),
}
"""Reading functions beside the stores."""
CHANGES: dict[str, Call] = {
    "guids.name_by_listing": lambda a: name_by_listing(a, 1, capture_id=1, now=NOW),
    "guids.name_story": lambda a: name_story(a, a.stories.resolve(BRIDGE), capture_id=1, now=NOW),
    "marks.refresh_marks by a story seen": lambda a: a.stories.seen(
        a.stories.resolve(BRIDGE), NOW - timedelta(hours=1)
    ),
    "prune.compact": lambda a: prune.compact(a),
    "prune.prune": lambda a: prune.prune(a, prune.PruneRule(unread=NOW, read=NOW, typos=NOW, ledger=NOW)),
    "strangers.ensure_source": lambda a: ensure_source(a, source("gull"), now=NOW),
}
"""Writing functions beside the stores."""


def _exported(archive: Archive, request: ExportRequest) -> int:
    with exported(archive, request) as (total, rows):
        assert len(list(rows)) >= min(total, 1)
        return total


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a source, a run and a story in it, to be copied."""
    home = tmp_path_factory.mktemp("filled")
    with Archive(home) as archive:
        archive.listings.sync([source()], NOW)
        archive.runs.start("post", Trigger.COMMAND, now=NOW, pid=1, host="h")
        archive.shifts.begin(NOW, pid=1, host="h", version="1")
        archive.watches.add(Watch(name="bridges", query="bridge", created_at=NOW))
        take_story(archive)
        take_story(archive, FERRY, ferry())
        take_story(archive, "https://post.example/elsewhere", draft("Elsewhere, a bridge opens"))
        archive.captures.add(capture(at=NOW - timedelta(hours=1)), source="post", purpose="story")
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


def test_every_function_on_an_archive_stands_in_this_suite() -> None:
    modules = [import_module(f"storage.{found.name}") for found in iter_modules(storage.__path__)]
    found = {
        f"{module.__name__.removeprefix('storage.')}.{name}"
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and _is_on_an_archive(function)
    }
    outer = {name.partition(" ")[0] for name in (*FUNCTIONS, *CHANGES)}
    # These work on the connection of a method or function above, inside what that one guards.
    inner = {
        "beginnings.spell", "beginnings.story_rows", "derived_checks.check_clusters", "derived_checks.check_derived",
        "files.copy_before_upgrade", "ids.free_id", "marks.marks_now", "marks.refresh_marks", "rechecks.read_unrest",
        "row_checks.check_index_ids", "row_checks.check_rows", "story_view.read_story", "stranger_rows.add_stranger",
        "takedowns.why_absent", "watches.queue_revision",
    }  # fmt: skip
    assert found == outer | inner


def _is_on_an_archive(function: Callable[..., Any]) -> bool:
    first = next(iter(inspect.signature(function).parameters.values()), None)
    return first is not None and first.annotation in ("Archive", "sqlite3.Connection", "DatabaseFile")


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in (READS | FUNCTIONS).items()])
def test_reading_goes_on_while_another_process_writes(filled: Path, call: Call) -> None:
    with _held(filled / "news.db"), _held(filled / "captures.db"), Archive(filled, busy_timeout_seconds=0) as archive:
        call(archive)


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in (WRITES | CHANGES).items()])
def test_writing_beside_a_writer_that_does_not_end_is_locked(filled: Path, call: Call) -> None:
    with (
        _held(filled / "news.db"),
        _held(filled / "captures.db"),
        Archive(filled, busy_timeout_seconds=0) as archive,
        pytest.raises(ArchiveLockedError, match="another process is writing"),
    ):
        call(archive)


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in (READS | FUNCTIONS).items()])
def test_reading_needs_no_right_to_write(filled: Path, call: Call) -> None:
    with Archive(filled, read_only=True) as archive:
        call(archive)


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in (WRITES | CHANGES).items()])
def test_writing_what_may_not_be_written_is_refused(filled: Path, call: Call) -> None:
    with Archive(filled, read_only=True) as archive, pytest.raises(ArchiveReadOnlyError, match="check the permissions"):
        call(archive)


@pytest.mark.parametrize(
    "call", [pytest.param(call, id=name) for name, call in (READS | FUNCTIONS | WRITES | CHANGES).items()]
)
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
