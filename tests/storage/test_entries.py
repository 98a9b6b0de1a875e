"""Entries: what is known and unchanged costs no request; what failed comes again later."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from newskeep.model import Entry
from newskeep.outcomes import Outcome
from storage.archive import Archive
from storage.waiting import waiting_entries
from tests.storage.builders import (
    BRIDGE,
    FERRY,
    HOUR,
    NOW,
    capture,
    date,
    draft,
    entry,
    page,
    source,
    take_in,
    take_story,
)


@pytest.fixture(autouse=True)
def two_listings(archive: Archive) -> None:
    """A source with a feed (1) and a front (2)."""
    archive.listings.sync([source("post", "https://post.example/feed", "https://post.example/")], NOW)


def asked(archive: Archive, *entries: Entry, listing_id: int = 1, now: datetime = NOW) -> list[str]:
    """The addresses that are worth a request."""
    return [found.url for found in archive.listings.triage(listing_id, entries, now)]


def finish(archive: Archive, outcome: Outcome, *, story_id: int | None = None, now: datetime = NOW) -> None:
    """The request for the bridge story ended so."""
    archive.listings.finish_entry("post", BRIDGE, outcome, story_id, now)


def test_unknown_entries_are_asked_for_in_their_order(archive: Archive) -> None:
    assert asked(archive, entry(FERRY), entry(BRIDGE, position=2)) == [FERRY, BRIDGE]


def test_one_address_in_two_spellings_is_asked_for_once(archive: Archive) -> None:
    assert asked(archive, entry(), entry(BRIDGE + "?utm_source=rss", position=2)) == [BRIDGE]


def test_an_empty_listing_asks_for_nothing(archive: Archive) -> None:
    assert asked(archive) == []


def test_an_archived_story_is_not_asked_for(archive: Archive) -> None:
    story_id = take_story(archive)
    assert asked(archive, entry(BRIDGE + "?utm_source=rss")) == []
    assert next(iter(archive.db["entries"].rows))["story_id"] == story_id


def test_an_archived_story_is_known_by_its_guid_under_another_address(archive: Archive) -> None:
    take_in(archive, capture(), page(draft()), found_in=entry(guid="g1"))
    assert asked(archive, entry("https://post.example/elsewhere", guid="g1")) == []


def test_a_guid_under_another_address_with_another_headline_is_asked_for(archive: Archive) -> None:
    listed = entry(guid="g1", headline="Bridge to open")
    asked(archive, listed)
    _, saved = take_in(archive, capture(), page(draft()), found_in=listed)
    assert saved is not None
    finish(archive, Outcome.NEW_STORY, story_id=saved.story_id)
    moved = "https://post.example/moved"
    assert asked(archive, entry(moved, guid="g1", headline="Bridge opens")) == [moved]


def test_an_entry_whose_request_never_ended_is_asked_for_again(archive: Archive) -> None:
    asked(archive, entry())
    assert asked(archive, entry()) == [BRIDGE]


def test_an_entry_that_was_archived_stays_quiet_until_it_changes(archive: Archive) -> None:
    asked(archive, entry(updated=date(NOW)))
    finish(archive, Outcome.NEW_STORY, story_id=take_story(archive))
    assert asked(archive, entry(updated=date(NOW)), now=NOW + 1000 * HOUR) == []
    assert asked(archive, entry(updated=date(NOW + HOUR)), now=NOW + HOUR) == [BRIDGE]


def test_a_changed_headline_is_a_change(archive: Archive) -> None:
    asked(archive, entry(headline="Bridge to open"))
    finish(archive, Outcome.NEW_STORY)
    assert asked(archive, entry(headline="Bridge  to open")) == []
    assert asked(archive, entry(headline="Bridge opens")) == [BRIDGE]


def test_a_story_archived_by_another_way_is_asked_for_when_the_entry_changes(archive: Archive) -> None:
    take_story(archive)
    asked(archive, entry(headline="Bridge to open"))
    assert asked(archive, entry(headline="Bridge opens")) == [BRIDGE]


def test_changes_that_are_none_are_believed_less_and_less(archive: Archive) -> None:
    asked(archive, entry(updated=date(NOW)))
    finish(archive, Outcome.NEW_STORY)
    waits = []
    for number in range(1, 5):
        moved = entry(updated=date(NOW + number * HOUR))
        minutes = next(m for m in range(0, 10_000, 15) if asked(archive, moved, now=NOW + m * HOUR / 60))
        waits.append(minutes)
        finish(archive, Outcome.UNCHANGED)
    assert waits == [0, 15, 30, 60]


def test_a_failure_that_may_pass_is_tried_again_after_a_wait_that_grows(archive: Archive) -> None:
    asked(archive, entry())
    waits = []
    for _ in range(3):
        finish(archive, Outcome.TIMED_OUT)
        waits.append(next(m for m in range(0, 10_000, 10) if asked(archive, entry(), now=NOW + m * HOUR / 60)))
    assert waits == [10, 20, 40]


def test_a_failure_for_good_is_left_alone_until_the_entry_changes(archive: Archive) -> None:
    asked(archive, entry(headline="Bridge to open"))
    finish(archive, Outcome.NOT_FOUND)
    assert asked(archive, entry(headline="Bridge to open"), now=NOW + 10_000 * HOUR) == []
    assert asked(archive, entry(headline="Bridge opens")) == [BRIDGE]


def test_a_cancelled_request_comes_again_at_once_and_counts_for_nothing(archive: Archive) -> None:
    asked(archive, entry())
    finish(archive, Outcome.CANCELLED)
    assert asked(archive, entry()) == [BRIDGE]
    assert next(iter(archive.db["entries"].rows))["attempts"] == 0


def waiting(archive: Archive, now: datetime = NOW) -> list[str]:
    """The addresses that are worth a request though the listing says nothing."""
    return [found.url for found in waiting_entries(archive, 1, now=now, limit=9)]


def test_an_announced_change_waits_until_somebody_has_looked(archive: Archive) -> None:
    asked(archive, entry(updated=date(NOW)))
    assert waiting(archive) == [BRIDGE]
    finish(archive, Outcome.NEW_STORY, story_id=take_story(archive))
    assert waiting(archive) == []
    # The run that heard of the change is stopped before it looks, and the listing has nothing more to say.
    assert asked(archive, entry(updated=date(NOW + HOUR)), now=NOW + HOUR) == [BRIDGE]
    assert waiting(archive, NOW + HOUR) == [BRIDGE]
    finish(archive, Outcome.CANCELLED, now=NOW + HOUR)
    assert waiting(archive, NOW + HOUR) == [BRIDGE]
    finish(archive, Outcome.UNCHANGED, now=NOW + HOUR)
    assert waiting(archive, NOW + 10 * HOUR) == []
    # Too soon after a change that was none: later will do, whether the listing names it then or not.
    soon = NOW + HOUR + HOUR / 6
    assert asked(archive, entry(updated=date(NOW + 2 * HOUR)), now=soon) == waiting(archive, soon) == []
    assert waiting(archive, NOW + 2 * HOUR) == [BRIDGE]


def test_a_story_that_came_in_another_way_waits_for_nothing(archive: Archive) -> None:
    take_story(archive)
    asked(archive, entry(headline="Bridge to open"))
    assert waiting(archive) == []


def test_attempts_survive_a_restart(archive: Archive, home: Path) -> None:
    asked(archive, entry())
    finish(archive, Outcome.TIMED_OUT)
    finish(archive, Outcome.TIMED_OUT)
    archive.close()
    with Archive(home) as again:
        assert asked(again, entry(), now=NOW + HOUR / 4) == []
        assert asked(again, entry(), now=NOW + HOUR / 2) == [BRIDGE]


def test_one_request_ends_the_entry_in_all_listings_of_its_source(archive: Archive) -> None:
    asked(archive, entry())
    asked(archive, entry(), listing_id=2)
    finish(archive, Outcome.NOT_A_STORY)
    assert asked(archive, entry()) + asked(archive, entry(), listing_id=2) == []


def test_an_entry_of_another_source_is_not_ended(archive: Archive) -> None:
    archive.listings.sync([source(), source("gull")], NOW)
    (gull,) = archive.listings.states("gull")
    asked(archive, entry(), listing_id=gull.listing_id)
    finish(archive, Outcome.GONE)
    assert asked(archive, entry(), listing_id=gull.listing_id) == [BRIDGE]


def test_what_a_listing_says_is_written_as_it_says_it_today(archive: Archive) -> None:
    asked(archive, entry(published=date(NOW)))
    asked(archive, entry(position=4, headline="Bridge", guid="g", updated=date(NOW)), now=NOW + HOUR)
    (found,) = archive.db["entries"].rows
    names = ("position", "headline", "guid", "published_at", "updated_at", "first_seen_at", "last_seen_at")
    assert [found[name] for name in names] == [
        4, "Bridge", "g", None, "2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z", "2026-11-22T11:00:00.000Z",
    ]  # fmt: skip


def test_a_listing_of_ten_thousand_is_taken_in(archive: Archive) -> None:
    many = [entry(f"https://post.example/story-{number}", position=number + 1) for number in range(10_000)]
    assert len(asked(archive, *many)) == 10_000
