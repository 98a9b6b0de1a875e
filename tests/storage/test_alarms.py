"""Alarms, coverage, alerts and saved searches as the archive keeps them."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from newskeep.alarms import AlarmKind, Finding
from newskeep.alerts import AlertKind, DeliveryStatus
from newskeep.coverage import add_up
from newskeep.errors import UsageError
from newskeep.outcomes import Outcome, Trigger
from newskeep.watches import MatchReason, Watch
from storage.archive import Archive
from storage.runs import RequestRecord
from tests.storage.builders import (
    BRIDGE,
    FERRY,
    HOUR,
    NOW,
    capture,
    draft,
    ferry,
    page,
    source,
    take_in,
    take_story,
    teaser,
)

SILENT = Finding(kind=AlarmKind.SILENT, source="post", subject="", began_at=NOW - HOUR, summary="no story for a day")


@pytest.fixture(autouse=True)
def followed(archive: Archive) -> None:
    """A source."""
    archive.listings.sync([source()], NOW)


def ask(archive: Archive, trigger: Trigger, outcome: Outcome, story_id: int | None = None, slug: str = "post") -> None:
    """Record a request of a run of its own."""
    run_id = archive.runs.start(slug if slug == "post" else None, trigger, now=NOW, pid=1, host="h")
    record = RequestRecord(
        source=slug, url=BRIDGE, purpose="story", outcome=outcome, started_at=NOW, body_bytes=100, story_id=story_id
    )
    archive.runs.record(run_id, record)


def test_an_alarm_is_open_until_it_is_ended(archive: Archive) -> None:
    alarm = archive.alarms.begin(SILENT, now=NOW)
    assert archive.alarms.open() == (alarm,)
    assert archive.alarms.open(source="gull") == ()
    archive.alarms.end(alarm, now=NOW + HOUR, ending="stories come again")
    assert archive.alarms.open() == ()
    (kept,) = archive.alarms.latest(source="post")
    assert (kept.began_at, kept.raised_at, kept.fixed_at) == (NOW - HOUR, NOW, NOW + HOUR)
    assert kept.ending == "stories come again"


def test_an_alarm_is_not_open_twice(archive: Archive) -> None:
    archive.alarms.begin(SILENT, now=NOW)
    with pytest.raises(sqlite3.IntegrityError):
        archive.alarms.begin(SILENT, now=NOW + HOUR)


def test_live_answers_are_counted_once_by_source_and_day(archive: Archive) -> None:
    bridge = draft(authors=("Ines Lindqvist",))
    _, saved = take_in(archive, capture(), page(bridge, teasers=(teaser(), teaser("https://post.example/x"))))
    assert saved is not None
    ask(archive, Trigger.SCHEDULED, Outcome.NEW_STORY, saved.story_id)
    ask(archive, Trigger.COMMAND, Outcome.WALLED)
    ask(archive, Trigger.COMMAND, Outcome.TIMED_OUT)
    ask(archive, Trigger.IMPORT, Outcome.NEW_STORY, saved.story_id)
    ask(archive, Trigger.COMMAND, Outcome.NEW_STORY, slug="nobody")
    for reached in (0, 0):
        answers, last = archive.coverage.answers(reached, limit=2)
    assert [answer.outcome for answer in answers] == [Outcome.NEW_STORY, Outcome.WALLED]
    archive.coverage.add(add_up(answers), answers)
    answers, last = archive.coverage.answers(last, limit=10)
    assert [answer.outcome for answer in answers] == [Outcome.TIMED_OUT]
    archive.coverage.add(add_up(answers), answers)
    assert archive.coverage.answers(last, limit=10) == ((), last)
    (day,) = archive.coverage.of("post")
    assert archive.coverage.on(NOW.date()) == (day,)
    assert archive.coverage.of("post", since=NOW.date() + timedelta(days=1)) == ()
    assert (day.requests, day.failures, day.pages, day.walls, day.body_bytes) == (3, 2, 2, 1, 300)
    assert (day.stories, day.headlines, day.authors, day.dates, day.with_teasers, day.teasers) == (1, 1, 1, 0, 1, 2)
    assert day.share(day.authors) == 1.0
    assert archive.coverage.outcomes("post") == {
        NOW.date(): {Outcome.NEW_STORY: 1, Outcome.TIMED_OUT: 1, Outcome.WALLED: 1}
    }


def test_ids_that_begin_anew_are_counted_from_the_start(archive: Archive) -> None:
    ask(archive, Trigger.SCHEDULED, Outcome.UNCHANGED)
    answers, last = archive.coverage.answers(7_000, limit=10)
    assert (len(answers), last) == (1, 1)


def test_what_rules_remember_is_of_their_version(archive: Archive) -> None:
    archive.coverage.remember({"post": "old"}, version=1)
    archive.coverage.remember({"post": "new"}, version=2)
    assert (archive.coverage.health(version=1), archive.coverage.health(version=2)) == ({}, {"post": "new"})


def test_a_move_counts_polls_until_the_listing_answers_itself(archive: Archive) -> None:
    for hour in range(3):
        archive.coverage.follow_move(1, "https://new.example/feed", now=NOW + hour * HOUR)
    (move,) = archive.coverage.moves()
    assert (move.source, move.polls, move.first_at, move.last_at) == ("post", 3, NOW, NOW + 2 * HOUR)
    archive.coverage.follow_move(1, None, now=NOW + 3 * HOUR)
    assert archive.coverage.moves() == ()


def test_an_alert_waits_for_each_target_by_itself(archive: Archive) -> None:
    archive.alerts.add(AlertKind.RAISED, title="t", body="b", targets=["mail", "ntfy", "mail"], now=NOW)
    mail = archive.alerts.waiting("mail")
    archive.alerts.sending(mail)
    assert archive.alerts.waiting("mail")[0].status is DeliveryStatus.SENDING
    archive.alerts.failed(mail, next_try_at=NOW + HOUR, trouble="HTTP 500")
    (again,) = archive.alerts.waiting("mail")
    assert (again.status, again.attempts, again.next_try_at) == (DeliveryStatus.WAITING, 1, NOW + HOUR)
    archive.alerts.sent(archive.alerts.waiting("ntfy"), now=NOW + HOUR)
    assert archive.alerts.waiting("ntfy") == ()
    stand = {one.target: one for one in archive.alerts.targets()}
    assert (stand["mail"].waiting, stand["mail"].trouble, stand["mail"].attempts) == (1, "HTTP 500", 1)
    assert (stand["ntfy"].waiting, stand["ntfy"].last_sent_at) == (0, NOW + HOUR)
    archive.alerts.forget(before=NOW + 9 * HOUR)
    assert len(archive.alerts.waiting("mail")) == 1
    archive.alerts.give_up(again and [again], now=NOW + HOUR, trouble="no more")
    archive.alerts.forget(before=NOW + 9 * HOUR)
    assert list(archive.db["alerts"].rows) == list(archive.db["deliveries"].rows) == []


def test_without_targets_no_alert_is_kept(archive: Archive) -> None:
    archive.alerts.add(AlertKind.RAISED, title="t", body="b", targets=[], now=NOW)
    assert list(archive.db["alerts"].rows) == []


def test_a_revision_waits_for_the_watches_there_are(archive: Archive) -> None:
    take_story(archive)
    assert archive.watches.queued(limit=10) == ()
    archive.watches.add(Watch(name="ferries", query="ferry", created_at=NOW))
    with pytest.raises(UsageError, match="there is a saved search called 'ferries'"):
        archive.watches.add(Watch(name="ferries", query="boat", created_at=NOW))
    story_id = take_story(archive, FERRY, ferry())
    take_in(archive, capture(FERRY, at=NOW + HOUR), page(draft("Ferry strike ends", ("Boats sail again.",)), FERRY))
    first, second = archive.watches.queued(limit=10)
    assert (first.story_id, second.story_id) == (story_id, story_id)
    match = archive.watches.found("ferries", first.revision_id, MatchReason.NEW, now=NOW)
    assert (match.headline, match.revision, match.url) == ("Ferry crews walk out", 1, FERRY)
    assert archive.watches.matched_before("ferries", [story_id, 1]) == {story_id}
    archive.watches.done([first])
    assert archive.watches.queued(limit=10) == (second,)
    assert archive.watches.matches("ferries") == (match,)
    (summary,) = archive.watches.all()
    assert (summary.matches, summary.last_match_at) == (1, NOW)
    archive.watches.remove("ferries")
    assert list(archive.db["watch_matches"].rows) == []
    with pytest.raises(UsageError, match="no saved search is called 'ferries'"):
        archive.watches.get("ferries")


def test_a_take_down_takes_matches_and_alerts_along(archive: Archive) -> None:
    archive.watches.add(Watch(name="ferries", query="ferry", created_at=NOW))
    story_id = take_story(archive, FERRY, ferry())
    (queued,) = archive.watches.queued(limit=10)
    archive.watches.found("ferries", queued.revision_id, MatchReason.NEW, now=NOW)
    archive.alerts.add(
        AlertKind.MATCH, title="Ferry", body="b", targets=["mail"], now=NOW, revision_id=queued.revision_id
    )
    archive.takedowns.take_down(story_id, reason="order", now=NOW)
    for table in ("watch_queue", "watch_matches", "alerts", "deliveries"):
        assert list(archive.db[table].rows) == [], table


def test_matches_follow_their_revisions_into_another_story(archive: Archive) -> None:
    from storage.merges import Decider

    archive.watches.add(Watch(name="ferries", query="ferry", created_at=NOW))
    kept, merged = take_story(archive), take_story(archive, FERRY, ferry())
    for queued in archive.watches.queued(limit=10):
        if queued.story_id == merged:
            archive.watches.found("ferries", queued.revision_id, MatchReason.NEW, now=NOW)
    archive.merges.merge(kept, merged, by=Decider.HAND, reason="one", now=NOW)
    (match,) = archive.watches.matches("ferries")
    assert match.story_id == kept
    assert len(archive.watches.queued(limit=10)) == 2


def test_the_index_is_asked_for_single_stories(archive: Archive) -> None:
    bridge, boat = take_story(archive), take_story(archive, FERRY, ferry())
    assert archive.search.among("bridge", [bridge, boat, 7]) == {bridge}
    assert archive.search.among("source:post", [boat]) == {boat}
    assert archive.search.among("bridge", []) == set()
