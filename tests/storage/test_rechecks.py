"""The plan of looks: what is due, with which validators, and what a look leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from newskeep.change_weight import Weight
from newskeep.outcomes import Outcome
from newskeep.presence import Presence, Sign
from newskeep.restless import CALM, LOOKS_TO_BELIEVE, Look, Unrest
from storage.archive import Archive
from storage.rechecks import DueCheck, PageSeen, read_unrest
from tests.storage.builders import BRIDGE, FERRY, HOUR, NOW, ferry, source, take_story


@pytest.fixture
def story_id(archive: Archive) -> int:
    return take_story(archive)


def see(archive: Archive, story_id: int, hours: float = 0, *, digest: str = "1:a", poll: int | None = 900,
        **fields: Any) -> None:  # fmt: skip
    look = fields.pop("look", Look(digest=digest))
    seen = PageSeen(story_id=story_id, source="post", at=NOW + hours * HOUR, look=look, **fields)
    archive.rechecks.saw(seen, poll_seconds=poll)


def test_a_story_is_due_when_its_time_has_come(archive: Archive, story_id: int) -> None:
    see(archive, story_id, url=BRIDGE, etag='"1"', last_modified="Sun, 22 Nov 2026 10:00:00 GMT")
    assert archive.rechecks.next_check_at(story_id) == NOW + HOUR / 4
    assert archive.rechecks.due("post", NOW, limit=9) == ()
    assert archive.rechecks.due("post", NOW + HOUR, limit=9) == (
        DueCheck(story_id=story_id, url=BRIDGE, etag='"1"', last_modified="Sun, 22 Nov 2026 10:00:00 GMT"),
    )
    assert archive.rechecks.due("other", NOW + HOUR, limit=9) == ()
    assert (archive.rechecks.waiting("post", NOW), archive.rechecks.waiting("post", NOW + HOUR)) == (0, 1)


def test_no_more_are_due_than_fit_and_the_longest_waiting_come_first(archive: Archive, story_id: int) -> None:
    other = take_story(archive, FERRY, ferry())
    see(archive, story_id, 1)
    see(archive, other)
    late = NOW + 99 * HOUR
    assert [one.story_id for one in archive.rechecks.due("post", late, limit=9)] == [other, story_id]
    assert [one.story_id for one in archive.rechecks.due("post", late, limit=1)] == [other]
    assert archive.rechecks.due("post", late, limit=0) == ()


def test_validators_of_another_address_are_not_sent(archive: Archive, story_id: int) -> None:
    see(archive, story_id, url=FERRY, etag='"1"')
    (due,) = archive.rechecks.due("post", NOW + HOUR, limit=9)
    assert (due.etag, due.last_modified) == (None, None)


def test_not_modified_keeps_what_was_known(archive: Archive, story_id: int) -> None:
    see(archive, story_id, url=BRIDGE, etag='"1"', telling="t")
    see(archive, story_id, 1, look=None)
    (due,) = archive.rechecks.due("post", NOW + 9 * HOUR, limit=9)
    assert due.etag == '"1"'
    assert read_unrest(archive.db.conn, story_id) == Unrest(seen=("1:a",), alike=2)
    assert archive.rechecks.twins("t", but=0) == (story_id,)


def test_looks_and_changes_are_counted_the_first_left_out(archive: Archive, story_id: int) -> None:
    see(archive, story_id)
    see(archive, story_id, 1, digest="1:b", is_revised=True, weight=Weight.SUBSTANCE)
    see(archive, story_id, 2)
    assert archive.db.execute("SELECT checks, changes FROM rechecks").fetchone() == (2, 1)


def test_an_older_look_changes_nothing(archive: Archive, story_id: int) -> None:
    see(archive, story_id, 5)
    see(archive, story_id, 1, digest="1:z")
    assert read_unrest(archive.db.conn, story_id).seen == ("1:a",)


def test_an_import_plans_no_look(archive: Archive, story_id: int) -> None:
    see(archive, story_id, poll=None)
    assert archive.rechecks.next_check_at(story_id) is None
    see(archive, story_id, 1)
    see(archive, story_id, 2, poll=None)
    assert archive.rechecks.next_check_at(story_id) == NOW + HOUR + HOUR * 0.275


def test_a_restless_page_says_since_when(archive: Archive, story_id: int) -> None:
    for hour in range(LOOKS_TO_BELIEVE + 2):
        see(archive, story_id, hour, look=Look(digest=f"1:{hour}", weight=Weight.WORDING))
    assert archive.rechecks.restless_since(story_id) == NOW + LOOKS_TO_BELIEVE * HOUR
    assert archive.stories.find(["post.example/bridge-opens"])[0].unrest.is_restless


def test_nothing_is_known_of_a_story_never_looked_at(archive: Archive, story_id: int) -> None:
    assert read_unrest(archive.db.conn, story_id) == CALM
    assert archive.rechecks.next_check_at(story_id) is None
    assert archive.rechecks.restless_since(story_id) is None
    archive.rechecks.failed(story_id, NOW, poll_seconds=900)
    assert archive.rechecks.due("post", NOW, limit=9) == ()


def test_a_story_in_doubt_is_looked_at_soon(archive: Archive, story_id: int) -> None:
    see(archive, story_id, 200)
    gone = Sign(presence=Presence.GONE, at=NOW + 300 * HOUR, run_id=1, url=BRIDGE)
    archive.presence.observe(story_id, gone)
    archive.rechecks.failed(story_id, NOW + 300 * HOUR, poll_seconds=900)
    assert archive.rechecks.next_check_at(story_id) == NOW + 300.5 * HOUR


def test_a_story_can_be_looked_at_earlier_but_not_later(archive: Archive, story_id: int) -> None:
    see(archive, story_id, 200)
    archive.rechecks.hasten(story_id, NOW + 201 * HOUR)
    assert archive.rechecks.next_check_at(story_id) == NOW + 201 * HOUR
    archive.rechecks.hasten(story_id, NOW + 999 * HOUR)
    assert archive.rechecks.next_check_at(story_id) == NOW + 201 * HOUR


def test_a_later_story_that_reads_the_same_and_is_there_is_where_it_moved(archive: Archive, story_id: int) -> None:
    other = take_story(archive, FERRY, at=NOW + HOUR)
    see(archive, story_id, telling="t")
    see(archive, other, 1, telling="t")
    assert archive.rechecks.twins("t", but=story_id) == (other,)
    assert archive.rechecks.moved_to(story_id) == other
    assert archive.rechecks.moved_to(other) is None
    third = take_story(archive, FERRY + "-2", at=NOW + 2 * HOUR)
    see(archive, third, 2, telling="t")
    assert archive.rechecks.moved_to(story_id) is None


@pytest.mark.parametrize(
    ("hours", "next_poll_hours", "is_overdue"),
    [(0.4, 6, False), (0.6, 6, True), (0.6, 0.7, False), (0.6, None, False)],
    ids=["less than an interval late", "late", "its listing is due soon", "its listing is due"],
)
def test_a_source_is_looked_at_without_its_listings_where_they_are_far_off(
    archive: Archive, story_id: int, hours: float, next_poll_hours: float | None, is_overdue: bool
) -> None:
    archive.listings.sync([source()], NOW)
    see(archive, story_id)  # due in a quarter of an hour, and the source's interval is another
    if next_poll_hours is not None:
        at = NOW + next_poll_hours * HOUR
        archive.listings.finish_poll(1, outcome=Outcome.LISTED, now=NOW, next_poll_at=at)
    assert archive.rechecks.overdue_sources(NOW + hours * HOUR) == (("post",) if is_overdue else ())
