"""Presence as rows: intervals of what was seen, doubts, and nothing for a story that always answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from newskeep.presence import Presence, Sign
from storage.archive import Archive
from tests.storage.builders import BRIDGE, FERRY, HOUR, NOW, capture, draft, page, take_in, take_story

OTHER = "https://post.example/bridge-open"


def sign(presence: Presence, hours: float, *, run_id: int = 0, proof: bool = False) -> Sign:
    at = NOW + hours * HOUR
    return Sign(
        presence=presence, at=at, run_id=run_id or int(hours), url=BRIDGE, detail=f"{presence}",
        is_proof=proof or presence.is_there,
    )  # fmt: skip


def spans(archive: Archive, story_id: int) -> list[tuple[str, float, float | None]]:
    """The intervals in hours after the start."""

    def hours(at: datetime | None) -> float | None:
        return None if at is None else (at - NOW) / HOUR

    return [(one.presence, hours(one.first_at) or 0, hours(one.last_at)) for one in archive.presence.history(story_id)]


@pytest.fixture
def story_id(archive: Archive) -> int:
    """A story that was seen at the start and an hour later."""
    story_id = take_story(archive)
    archive.stories.seen(story_id, NOW + HOUR)
    return story_id


def stands(archive: Archive, story_id: int) -> tuple[Any, ...]:
    """How the story stands in all places that say so."""
    sql = (
        "SELECT stories.presence, story_facts.presence, marks LIKE '%ː' || stories.presence || ' %'"
        " OR marks LIKE '%ː' || stories.presence FROM stories JOIN story_facts ON story_id = id WHERE id = ?"
    )
    return tuple(archive.db.execute(sql, (story_id,)).fetchone())


def test_a_story_that_always_answers_has_no_row(archive: Archive, story_id: int) -> None:
    archive.presence.observe(story_id, sign(Presence.PRESENT, 2))
    assert archive.presence.history(story_id) == ()
    assert not archive.presence.fails(story_id)


def test_gone_and_back_leaves_three_intervals_with_gaps_nobody_saw(archive: Archive, story_id: int) -> None:
    for hours in (24, 48, 72):
        archive.presence.observe(story_id, sign(Presence.GONE, hours))
    assert spans(archive, story_id) == [("present", 0, 1), ("gone", 24, 72)]
    assert stands(archive, story_id) == ("gone", "gone", 1)
    archive.presence.observe(story_id, sign(Presence.PRESENT, 100))
    archive.stories.seen(story_id, NOW + 100 * HOUR)
    assert spans(archive, story_id) == [("present", 0, 1), ("gone", 24, 72), ("present", 100, None)]
    assert stands(archive, story_id) == ("present", "present", 1)
    archive.stories.seen(story_id, NOW + 110 * HOUR)
    archive.presence.observe(story_id, sign(Presence.GONE, 120, proof=True))
    assert spans(archive, story_id)[2:] == [("present", 100, 110), ("gone", 120, 120)]


def test_one_failure_is_a_doubt_and_no_more(archive: Archive, story_id: int) -> None:
    archive.presence.observe(story_id, sign(Presence.GONE, 24))
    (doubt,) = archive.presence.doubts(story_id)
    assert (doubt.presence, doubt.first_at, doubt.runs) == (Presence.GONE, NOW + 24 * HOUR, 1)
    assert stands(archive, story_id) == ("present", "present", 1)
    assert archive.presence.fails(story_id)
    assert archive.presence.history(story_id) == ()
    archive.presence.observe(story_id, sign(Presence.PRESENT, 25))
    assert archive.presence.doubts(story_id) == ()


def test_what_is_older_than_the_last_change_or_doubt_changes_nothing(archive: Archive, story_id: int) -> None:
    archive.presence.observe(story_id, sign(Presence.GONE, 24))
    archive.presence.observe(story_id, sign(Presence.PRESENT, 10))
    assert len(archive.presence.doubts(story_id)) == 1
    archive.presence.observe(story_id, sign(Presence.GONE, 48))
    archive.presence.observe(story_id, sign(Presence.PRESENT, 30))
    assert stands(archive, story_id)[0] == "gone"


def test_a_story_is_found_by_its_own_address_only(archive: Archive, story_id: int) -> None:
    said = page(draft(), declared_canonical=BRIDGE)
    take_in(archive, capture(OTHER, at=NOW + HOUR), said)
    assert archive.presence.story_at(BRIDGE + "?utm_source=feed") == story_id
    assert archive.presence.story_at(OTHER) is None
    assert archive.presence.story_at(FERRY) is None
    assert archive.presence.story_at("no address") is None


def test_where_an_address_fails_another_at_which_it_answered_is_known(archive: Archive, story_id: int) -> None:
    assert archive.presence.other_address(story_id, BRIDGE) is None
    take_in(archive, capture(OTHER, at=NOW + HOUR), page(draft(), declared_canonical=BRIDGE))
    assert archive.presence.other_address(story_id, BRIDGE) == OTHER
