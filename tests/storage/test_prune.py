"""Pruning and take-downs: what goes, what stays, and that the archive is whole afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newskeep.errors import CaptureMissingError, StoryMissingError
from newskeep.outcomes import Outcome, RunStatus, Trigger
from storage.archive import Archive
from storage.pages import CitedPage
from storage.prune import Pruned, PruneRule, compact, plan, prune
from storage.runs import RequestRecord
from storage.search import SearchRequest
from storage.stories import SavedStory
from storage.verify import verify
from tests.storage.builders import BRIDGE, FERRY, HOUR, NOW, capture, draft, ferry, page, take_in, take_story, teaser

LATER = NOW + timedelta(days=100)
FEED = "https://post.example/feed"


def listing(archive: Archive) -> str:
    """Keep a listing's capture; gives its digest."""
    taken = capture(FEED, b"<rss>" + b"x" * 500)
    archive.captures.add(taken, source="post", purpose="listing")
    return taken.payload_digest


def test_bytes_that_no_revision_was_read_from_go_and_the_others_stay(archive: Archive) -> None:
    take_story(archive)
    digest = listing(archive)
    rule = PruneRule(unread=LATER)
    planned = plan(archive, rule)
    assert (planned.payloads, planned.revisions) == (1, 0)
    assert archive.captures.has_payload(digest)
    assert prune(archive, rule) == planned
    assert not archive.captures.has_payload(digest)
    assert archive.captures.has_payload(capture().payload_digest)
    assert plan(archive, rule) == Pruned()
    assert verify(archive.home).is_clean


def test_what_was_pruned_says_so_and_still_says_what_it_was(archive: Archive) -> None:
    take_story(archive)
    prune(archive, PruneRule(read=LATER))
    info = archive.captures.latest(BRIDGE)
    assert info is not None
    assert (info.payload_digest, info.size_bytes) == (capture().payload_digest, len(capture().body))
    with pytest.raises(CaptureMissingError, match="kept no longer"):
        archive.captures.get(info.capture_id)
    assert verify(archive.home).is_clean


def test_bytes_that_come_again_are_kept_again(archive: Archive) -> None:
    digest = listing(archive)
    prune(archive, PruneRule(unread=LATER))
    again = capture(FEED, b"<rss>" + b"x" * 500, at=NOW + HOUR)
    archive.captures.add(again, source="post", purpose="listing")
    assert archive.captures.body(digest) == again.body


@pytest.mark.parametrize(
    "rule",
    [
        PruneRule(unread=NOW - HOUR),
        PruneRule(unread=LATER, source="times"),
        PruneRule(typos=LATER, ledger=LATER),
        PruneRule(),
    ],
    ids=["too young", "of another source", "other things", "nothing"],
)
def test_what_a_rule_does_not_name_stays(archive: Archive, rule: PruneRule) -> None:
    digest = listing(archive)
    prune(archive, rule)
    assert archive.captures.has_payload(digest)


@pytest.mark.parametrize(
    ("trigger", "started", "goes"),
    [
        (Trigger.SCHEDULED, NOW - HOUR, 0),
        (Trigger.SCHEDULED, NOW + HOUR, 1),
        (Trigger.IMPORT, NOW + HOUR, 0),
    ],
    ids=["captured by a running crawl", "captured before it", "an import brings old captures"],
)
def test_what_a_running_run_may_be_about_to_cite_stays(
    archive: Archive, trigger: Trigger, started: datetime, goes: int
) -> None:
    listing(archive)
    archive.runs.start(None, trigger, now=started, pid=1, host="h")
    assert plan(archive, PruneRule(unread=LATER)).payloads == goes
    assert prune(archive, PruneRule(unread=LATER)).payloads == goes


def test_bytes_shared_with_a_younger_capture_stay(archive: Archive) -> None:
    digest = listing(archive)
    archive.captures.add(capture(FEED, b"<rss>" + b"x" * 500, at=LATER + HOUR), source="post", purpose="listing")
    assert prune(archive, PruneRule(unread=LATER)).payloads == 0
    assert archive.captures.has_payload(digest)


def test_revisions_that_mended_a_misspelling_go_unless_they_are_shown(archive: Archive) -> None:
    first = take_story(archive)
    for number, headline in enumerate(("Bridge opnes again", "Bridge opens agian", "Bridge opens again"), 1):
        take_in(archive, capture(at=NOW + number * HOUR), page(draft(headline)))
    archive.db.conn.execute("UPDATE revisions SET weight = 'typo' WHERE number > 1")
    gone = prune(archive, PruneRule(typos=LATER))
    view = archive.stories.show(first)
    assert gone.revisions == 2
    assert [revision.number for revision in view.revisions] == [1, 4]
    assert verify(archive.home).is_clean


def test_old_requests_go_and_their_run_keeps_its_sums(archive: Archive) -> None:
    run_id = archive.runs.start(None, Trigger.COMMAND, now=NOW, pid=1, host="h")
    asked = RequestRecord(
        source=None, url=BRIDGE, purpose="story", outcome=Outcome.NOT_FOUND, started_at=NOW, body_bytes=70
    )
    archive.runs.record(run_id, asked)
    archive.runs.finish(run_id, RunStatus.FINISHED, now=NOW)
    assert prune(archive, PruneRule(ledger=LATER)).requests == 1
    run = archive.runs.get(run_id)
    assert (run.requests, run.body_bytes, run.outcomes) == (1, 70, {Outcome.NOT_FOUND: 1})
    assert verify(archive.home).is_clean


def test_of_a_story_taken_down_nothing_is_left_but_its_tombstone(archive: Archive) -> None:
    take_in(archive, capture(), page(draft(), teasers=(teaser(),)))
    gone = take_story(archive, FERRY, ferry(), at=NOW + HOUR)
    digest = capture(FERRY, at=NOW + HOUR).payload_digest
    archive.takedowns.take_down(gone, reason="court order", now=LATER)
    with pytest.raises(StoryMissingError):
        archive.stories.show(gone)
    assert archive.search.stories(SearchRequest(words="ferry")).count == 0
    assert archive.search.teasers(SearchRequest(words="ferries")).count == 0
    assert not archive.captures.has_payload(digest)
    buried = archive.takedowns.find(["post.example/ferry-strike"])
    assert buried is not None
    assert (buried.story_id, buried.reason, buried.taken_down_at) == (gone, "court order", LATER)
    assert archive.takedowns.all() == (buried,)
    assert verify(archive.home).is_clean


def test_no_byte_of_it_is_left_in_the_files_once_they_are_compacted(archive: Archive) -> None:
    take_story(archive)
    gone = take_story(archive, FERRY, ferry(), at=NOW + HOUR)
    archive.takedowns.take_down(gone, reason="court order", now=LATER)
    compact(archive)
    archive.close()
    for name in ("news.db", "captures.db"):
        assert b"walked out at dawn" not in (archive.home / name).read_bytes()


def test_bytes_that_another_story_was_read_from_stay(archive: Archive) -> None:
    shared = b"<html>two stories on one page</html>"
    take_in(archive, capture(BRIDGE, shared), page(draft()))
    take_in(archive, capture(FERRY, shared, at=NOW + HOUR), page(ferry(), FERRY))
    archive.takedowns.take_down(archive.stories.resolve(FERRY), reason="r", now=LATER)
    assert archive.captures.has_payload(capture(BRIDGE, shared).payload_digest)


def test_looks_that_found_nothing_new_and_further_pages_go_too(archive: Archive) -> None:
    gone = take_story(archive, FERRY, ferry(), at=NOW + HOUR)
    look = capture(FERRY, b"<html>the same again</html>", at=NOW + 2 * HOUR)
    second = capture(f"{FERRY}?page=2", b"<html>the second page</html>", at=NOW + 2 * HOUR)
    archive.captures.add(look, source="post", purpose="story")
    kept = archive.captures.add(second, source="post", purpose="story")
    page_two = CitedPage(capture_id=kept.capture_id, payload_digest=second.payload_digest)
    archive.pages.cite(SavedStory(story_id=gone, revision=1), [page_two])
    archive.takedowns.take_down(gone, reason="court order", now=LATER)
    assert not archive.captures.has_payload(look.payload_digest)
    assert not archive.captures.has_payload(second.payload_digest)
    assert verify(archive.home).is_clean


def test_a_page_discarded_leaves_bytes_that_another_story_was_read_from(archive: Archive) -> None:
    take_story(archive)
    info = archive.captures.latest(BRIDGE)
    assert info is not None
    archive.takedowns.discard(info.capture_id)
    assert archive.captures.has_payload(info.payload_digest)


def test_compacting_makes_the_files_smaller(archive: Archive, home: Path) -> None:
    for number in range(40):
        body = bytes(range(256)) * 40 + str(number).encode()
        archive.captures.add(capture(f"{FEED}/{number}", body), source="post", purpose="listing")
    archive.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    prune(archive, PruneRule(unread=LATER))
    compact(archive)
    before = (home / "captures.db").stat().st_size
    assert before < 40 * 2000
    assert verify(home).is_clean
