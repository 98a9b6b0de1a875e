"""The run ledger."""

from __future__ import annotations

from typing import Any

import pytest

from newskeep.outcomes import Outcome, RunStatus, Trigger
from storage.archive import Archive
from storage.runs import RequestRecord
from storage.status import read_status
from tests.storage.builders import BRIDGE, HOUR, NOW, source, take_story


@pytest.fixture(autouse=True)
def followed(archive: Archive) -> None:
    """A source to run for."""
    archive.listings.sync([source(), source("gull", enabled=False)], NOW)


def start(archive: Archive, slug: str | None = "post", *, hours: int = 0) -> int:
    """Open a run some hours later."""
    at = NOW + hours * HOUR
    return archive.runs.start(slug, Trigger.SCHEDULED, now=at, pid=7, host="h", planned_at=NOW)


def request(outcome: Outcome, **fields: Any) -> RequestRecord:
    """A request that ended so."""
    given = {"source": "post", "url": BRIDGE, "purpose": "story", "started_at": NOW, "body_bytes": 100}
    return RequestRecord(**{**given, **fields}, outcome=outcome)


def test_a_run_counts_its_requests_when_it_ends(archive: Archive) -> None:
    run_id = start(archive)
    outcomes = (Outcome.NEW_STORY, Outcome.NEW_STORY, Outcome.REVISED, Outcome.UNCHANGED, Outcome.GONE)
    for outcome in outcomes:
        archive.runs.record(run_id, request(outcome))
    archive.runs.finish(run_id, RunStatus.PARTIAL, now=NOW + HOUR, reason="gone: one")
    run = archive.runs.get(run_id)
    assert run is not None
    assert (run.status, run.reason, run.planned_at, run.finished_at) == (
        RunStatus.PARTIAL,
        "gone: one",
        NOW,
        NOW + HOUR,
    )
    assert (run.requests, run.failures, run.body_bytes) == (5, 1, 500)
    assert dict(run.outcomes) == {Outcome.GONE: 1, Outcome.NEW_STORY: 2, Outcome.REVISED: 1, Outcome.UNCHANGED: 1}
    (found,) = archive.db["runs"].rows
    names = ("requests", "stories_new", "stories_revised", "stories_unchanged", "failures", "body_bytes")
    assert [found[name] for name in names] == [5, 2, 1, 1, 1, 500]
    assert [tuple(found.values()) for found in archive.db["run_outcomes"].rows] == [
        (run_id, "gone", 1), (run_id, "new_story", 2), (run_id, "revised", 1), (run_id, "unchanged", 1),
    ]  # fmt: skip


def test_a_running_run_counts_as_it_goes(archive: Archive) -> None:
    run_id = start(archive)
    archive.runs.record(run_id, request(Outcome.LISTED, body_bytes=None))
    (run,) = archive.runs.running()
    assert (run.run_id, run.requests, run.body_bytes, run.finished_at, run.pid, run.host) == (
        run_id,
        1,
        0,
        None,
        7,
        "h",
    )


def test_ending_twice_counts_once(archive: Archive) -> None:
    run_id = start(archive)
    archive.runs.record(run_id, request(Outcome.LISTED))
    for _ in range(2):
        archive.runs.finish(run_id, RunStatus.FINISHED, now=NOW)
    assert archive.db["run_outcomes"].count == 1


def test_an_interrupted_run_keeps_what_it_did(archive: Archive) -> None:
    run_id = start(archive)
    archive.runs.record(run_id, request(Outcome.NEW_STORY))
    archive.runs.interrupt(run_id, now=NOW, reason="its process ended")
    run = archive.runs.get(run_id)
    assert run is not None
    assert (run.status, run.requests) == (RunStatus.INTERRUPTED, 1)
    assert archive.runs.running() == ()


def test_a_request_is_read_as_it_was_recorded(archive: Archive) -> None:
    run_id = start(archive)
    story_id = take_story(archive)
    record = request(
        Outcome.UNCHANGED, detail="nothing new", status=200, elapsed_seconds=0.5, capture_id=3, story_id=story_id
    )
    archive.runs.record(run_id, record)
    archive.runs.record(run_id, request(Outcome.TIMED_OUT, body_bytes=None))
    assert archive.runs.requests(run_id) == (record, request(Outcome.TIMED_OUT, body_bytes=None))


def test_the_newest_runs_come_first(archive: Archive) -> None:
    ids = [start(archive, slug, hours=hours) for hours, slug in enumerate(("post", "gull", "post", None))]
    assert [run.run_id for run in archive.runs.latest()] == ids[::-1]
    assert [run.run_id for run in archive.runs.latest(source="post", limit=1)] == [ids[2]]


def test_an_unknown_run_is_none(archive: Archive) -> None:
    assert archive.runs.get(9) is None


def test_the_status_shows_each_source(archive: Archive) -> None:
    take_story(archive)
    archive.listings.finish_poll(1, outcome=Outcome.LISTED, now=NOW, next_poll_at=NOW + HOUR)
    archive.runs.finish(start(archive), RunStatus.FINISHED, now=NOW)
    status = read_status(archive)
    gull, post = status.sources
    assert (post.name, post.stories, post.listings, post.failing_listings) == ("The Post", 1, 1, 0)
    assert (post.last_polled_at, post.next_poll_at, post.last_story_at) == (NOW, NOW + HOUR, NOW)
    assert post.last_run is not None
    assert (gull.is_enabled, gull.last_run, gull.last_story_at) == (False, None, None)
    assert (status.stories, status.revisions, status.teasers, status.captures) == (1, 1, 0, 1)
    assert status.news_bytes > 4096 < status.captures_bytes
    assert status.is_well


@pytest.mark.parametrize("failing", ["poll", "run"])
def test_the_status_is_not_well_where_an_enabled_source_fails(archive: Archive, failing: str) -> None:
    if failing == "poll":
        archive.listings.finish_poll(1, outcome=Outcome.TIMED_OUT, now=NOW, next_poll_at=NOW)
    else:
        archive.runs.finish(start(archive), RunStatus.FAILED, now=NOW)
    assert not read_status(archive).is_well


def test_a_run_says_how_late_it_came_and_what_fell_out_before_it(archive: Archive) -> None:
    run_id = archive.runs.start(
        "post", Trigger.CATCH_UP, now=NOW + 2 * HOUR, pid=7, host="h", planned_at=NOW, missed_polls=7
    )
    run = archive.runs.get(run_id)
    assert run is not None
    assert (run.trigger, run.missed_polls, run.late_seconds, run.seconds) == (Trigger.CATCH_UP, 7, 7_200, None)
    archive.runs.finish(run_id, RunStatus.FINISHED, now=NOW + 3 * HOUR)
    (found,) = archive.db["runs_with_times"].rows
    assert (found["late_seconds"], found["seconds"], found["missed_polls"]) == (7_200, 3_600, 7)


def test_runs_are_added_up_since_a_time_and_by_day(archive: Archive) -> None:
    for hours, trigger, missed in ((0, Trigger.SCHEDULED, 0), (14, Trigger.CATCH_UP, 3), (15, Trigger.SCHEDULED, 0)):
        at = NOW + hours * HOUR
        run_id = archive.runs.start("post", trigger, now=at, pid=7, host="h", planned_at=NOW, missed_polls=missed)
        archive.runs.record(run_id, request(Outcome.NEW_STORY))
        archive.runs.record(run_id, request(Outcome.GONE))
        if hours < 15:
            archive.runs.finish(run_id, RunStatus.PARTIAL, now=at + HOUR)
    sums = archive.runs.sums(NOW + HOUR)
    assert (sums.runs, sums.missed_polls, sums.catch_ups, sums.seconds) == (2, 3, 1, 3_600)
    assert dict(sums.by_status) == {RunStatus.PARTIAL: 1, RunStatus.RUNNING: 1}
    assert (sums.requests, sums.failures, sums.stories_new, sums.body_bytes) == (2, 1, 1, 200)
    assert archive.runs.sums(NOW, source="gull").runs == 0
    days = {row["day"]: row for row in archive.db["runs_by_day"].rows}
    assert [(day["runs"], day["partial"], day["missed_polls"], day["caught_up"]) for day in days.values()] == [
        (1, 1, 0, 0),
        (2, 1, 3, 1),
    ]
