"""Sources and listings: what is followed, and when it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newskeep.model import Listing, ListingKind, Source
from newskeep.outcomes import Outcome
from storage.archive import Archive
from storage.listings import _SELECT_DUE_SOURCES, ListingState
from tests.storage.builders import BRIDGE, HOUR, NOW, entry, source

FEED = "https://post.example/feed"


def only(archive: Archive, slug: str = "post") -> ListingState:
    """The only listing of a source."""
    (state,) = archive.listings.states(slug)
    return state


def polled(archive: Archive, outcome: Outcome = Outcome.LISTED, *, hours: int = 0, **validators: str) -> ListingState:
    """The listing after a poll that ended so, the next being due an hour later."""
    now = NOW + hours * HOUR
    archive.listings.finish_poll(
        only(archive).listing_id, outcome=outcome, now=now, next_poll_at=now + HOUR, **validators
    )
    return only(archive)


def test_a_new_listing_is_due_at_once(archive: Archive) -> None:
    archive.listings.sync([source()], NOW)
    assert archive.listings.due(NOW) == (
        ListingState(
            listing_id=1, source="post", url=FEED, kind=ListingKind.FEED, section=None, interval_seconds=900,
            next_poll_at=None, last_polled_at=None, last_outcome=None, failures=0, etag=None, last_modified=None,
            payload_digest=None, is_retired=False,
        ),
    )  # fmt: skip


def test_a_listing_with_its_own_interval_and_section_keeps_them(archive: Archive) -> None:
    own = Listing(url=FEED, kind=ListingKind.SECTION_FRONT, section="World", interval_seconds=60)
    archive.listings.sync([replace(source(), listings=(own,))], NOW)
    state = only(archive)
    assert (state.kind, state.section, state.interval_seconds) == (ListingKind.SECTION_FRONT, "World", 60)


def test_a_polled_listing_is_due_again_at_its_time(archive: Archive) -> None:
    archive.listings.sync([source()], NOW)
    polled(archive)
    assert archive.listings.next_poll_at() == NOW + HOUR
    assert archive.listings.due(NOW + HOUR - timedelta(milliseconds=1)) == ()
    assert len(archive.listings.due(NOW + HOUR)) == 1


def test_due_may_ask_for_one_source(archive: Archive) -> None:
    archive.listings.sync([source(), source("gull")], NOW)
    assert [state.source for state in archive.listings.due(NOW, "gull")] == ["gull"]


def test_what_waits_longest_comes_first(archive: Archive) -> None:
    archive.listings.sync([source(), source("gull"), source("tern")], NOW)
    for slug, hours in (("post", 2), ("gull", 1)):
        listing_id = only(archive, slug).listing_id
        archive.listings.finish_poll(listing_id, outcome=Outcome.LISTED, now=NOW, next_poll_at=NOW + hours * HOUR)
    assert [state.source for state in archive.listings.due(NOW + 3 * HOUR)] == ["tern", "gull", "post"]


@pytest.mark.parametrize(
    "after", [(), (replace(source(), enabled=False),), (source("gull"),)], ids=["gone", "switched off", "another"]
)
def test_what_is_not_followed_is_not_due(archive: Archive, after: tuple[Source, ...]) -> None:
    archive.listings.sync([source()], NOW)
    archive.listings.sync(after, NOW)
    assert archive.listings.due(NOW, "post") == ()


def test_a_removed_listing_is_retired_and_comes_back_with_what_it_knew(archive: Archive) -> None:
    archive.listings.sync([source()], NOW)
    polled(archive, etag='"7"')
    archive.listings.sync([], NOW)
    assert only(archive).is_retired
    assert archive.listings.next_poll_at() is None
    archive.listings.sync([source()], NOW)
    state = only(archive)
    assert (state.is_retired, state.etag) == (False, '"7"')


def test_one_of_two_listings_can_leave(archive: Archive) -> None:
    archive.listings.sync([source("post", FEED, "https://post.example/world")], NOW)
    archive.listings.sync([source()], NOW)
    assert [state.is_retired for state in archive.listings.states("post")] == [False, True]


def test_a_source_by_hand_is_not_retired_by_the_configuration(archive: Archive) -> None:
    archive.db.execute(
        "INSERT INTO sources (slug, name, homepage, enabled, first_seen_at) VALUES ('h', 'h', 'h', 0, 'x')"
    )
    archive.listings.sync([source()], NOW)
    assert next(archive.db.query("SELECT retired_at FROM sources WHERE slug = 'h'"))["retired_at"] is None


@pytest.mark.parametrize(
    ("interval", "failures", "next_hours"),
    [(600, 0, 1 / 6), (7200, 0, 1), (600, 1, 1)],
    ids=["shorter", "longer", "failing"],
)
def test_a_shorter_interval_takes_effect_now(archive: Archive, interval: int, failures: int, next_hours: float) -> None:
    archive.listings.sync([source()], NOW)
    polled(archive, Outcome.TIMED_OUT if failures else Outcome.LISTED)
    archive.listings.sync([source(interval_seconds=interval)], NOW)
    assert only(archive).next_poll_at == NOW + next_hours * HOUR


def test_an_answer_that_was_read_leaves_its_validators(archive: Archive) -> None:
    archive.listings.sync([source()], NOW)
    state = polled(archive, etag='"1"', last_modified="Sun, 22 Nov 2026 10:00:00 GMT", payload_digest="d1")
    assert (state.etag, state.last_modified, state.payload_digest) == ('"1"', "Sun, 22 Nov 2026 10:00:00 GMT", "d1")
    assert (state.last_outcome, state.last_polled_at) == (Outcome.LISTED, NOW)


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [
        (Outcome.NOT_MODIFIED, ('"1"', "d1")),
        (Outcome.TIMED_OUT, ('"1"', "d1")),
        (Outcome.LISTED, (None, "d1")),
        (Outcome.LISTING_UNCHANGED, (None, "d1")),
        (Outcome.MALFORMED_LISTING, (None, None)),
    ],
)
def test_what_becomes_of_validators(archive: Archive, outcome: Outcome, kept: tuple[str | None, str | None]) -> None:
    archive.listings.sync([source()], NOW)
    polled(archive, etag='"1"', payload_digest="d1")
    state = polled(archive, outcome, hours=1)
    assert (state.etag, state.payload_digest) == kept


def test_failures_count_in_a_row(archive: Archive) -> None:
    archive.listings.sync([source()], NOW)
    outcomes = (Outcome.TIMED_OUT, Outcome.GONE, Outcome.NOT_MODIFIED, Outcome.EMPTY)
    assert [polled(archive, outcome).failures for outcome in outcomes] == [1, 2, 0, 1]


def test_an_unknown_listing_has_no_state(archive: Archive) -> None:
    assert archive.listings.state(5) is None


def test_due_sources_are_given_once_each_and_the_longest_waiting_first(archive: Archive) -> None:
    two = source("tern", "https://tern.example/a", "https://tern.example/b")
    archive.listings.sync([source(), source("gull"), two, source("skua", enabled=False)], NOW)
    for slug, hours in (("post", 2), ("gull", 1)):
        listing_id = only(archive, slug).listing_id
        archive.listings.finish_poll(listing_id, outcome=Outcome.LISTED, now=NOW, next_poll_at=NOW + hours * HOUR)
    assert [(one.slug, one.due_at) for one in archive.listings.due_sources(NOW + 3 * HOUR)] == [
        ("tern", None),
        ("gull", NOW + HOUR),
        ("post", NOW + 2 * HOUR),
    ]
    assert [one.slug for one in archive.listings.due_sources(NOW + HOUR / 2)] == ["tern"]


def test_due_sources_are_found_by_the_index_of_the_schedule(archive: Archive) -> None:
    plan = " ".join(row[3] for row in archive.db.execute(f"EXPLAIN QUERY PLAN {_SELECT_DUE_SOURCES}", ["2026"]))
    assert plan.count("listings_due") == 2
    assert "SCAN listings" not in plan


def test_a_clock_set_back_is_mended_once_and_keeps_the_wait(archive: Archive) -> None:
    archive.listings.sync([source(), source("gull")], NOW)
    polled(archive, hours=5)
    assert archive.listings.mend(NOW, lambda: 0.5) == 1
    state = only(archive)
    assert (state.last_polled_at, state.next_poll_at) == (NOW - HOUR / 2, NOW + HOUR / 2)
    assert archive.listings.mend(NOW, lambda: 0.5) == 0


def test_a_source_whose_run_was_cut_off_is_due_at_once_unless_it_asked_for_patience(archive: Archive) -> None:
    archive.listings.sync([source(), source("gull")], NOW)
    polled(archive)
    gull = only(archive, "gull").listing_id
    archive.listings.finish_poll(gull, outcome=Outcome.RATE_LIMITED, now=NOW, next_poll_at=NOW + HOUR)
    for slug in ("post", "gull"):
        archive.listings.hasten(slug, NOW)
    assert only(archive).next_poll_at == NOW
    assert only(archive, "gull").next_poll_at == NOW + HOUR


def test_a_story_that_failed_brings_its_listings_poll_forward(archive: Archive) -> None:
    archive.listings.sync([source()], NOW)
    archive.listings.triage(1, [entry(BRIDGE)], NOW)
    archive.listings.finish_poll(1, outcome=Outcome.LISTED, now=NOW, next_poll_at=NOW + 6 * HOUR)
    archive.listings.finish_entry("post", BRIDGE, Outcome.NOT_FOUND, None, NOW)
    assert only(archive).next_poll_at == NOW + 6 * HOUR
    archive.listings.finish_entry("post", BRIDGE, Outcome.TIMED_OUT, None, NOW)
    assert only(archive).next_poll_at == NOW + HOUR / 4  # the interval; the story itself could be tried before
    archive.listings.finish_poll(1, outcome=Outcome.LISTED, now=NOW, next_poll_at=NOW + 6 * HOUR)
    archive.listings.finish_entry("post", BRIDGE, Outcome.TIMED_OUT, None, NOW)
    assert only(archive).next_poll_at == NOW + HOUR / 3
