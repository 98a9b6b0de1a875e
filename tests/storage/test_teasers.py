"""Teasers: one row for each page and target, linked to their story in either order of arrival."""

from __future__ import annotations

from typing import Any

import pytest

from newskeep.model import Teaser, TeaserKind
from storage.archive import Archive
from storage.prepared import each_once
from storage.teasers import Carrier
from tests.storage.builders import (
    BRIDGE,
    FERRY,
    HOUR,
    NOW,
    capture,
    draft,
    ferry,
    page,
    picture,
    source,
    take_in,
    take_story,
    teaser,
)


def rows(archive: Archive) -> list[dict[str, Any]]:
    """All teasers."""
    return list(archive.db["teasers"].rows)


def carrier(story_id: int, hours: int = 0) -> Carrier:
    """The bridge story's page, some hours later."""
    return Carrier(page_url=BRIDGE, capture_id=hours + 1, seen_at=NOW + hours * HOUR, story_id=story_id)


def test_a_teaser_keeps_everything_the_page_shows(archive: Archive) -> None:
    shown = teaser(
        kicker="Strike", standfirst="No boats.", picture=picture(alt="A quay"), kind=TeaserKind.POPULAR, slot=3, block=2
    )
    take_in(archive, capture(), page(draft(), teasers=(shown,)))
    (found,) = rows(archive)
    names = (
        "kind",
        "heading",
        "headline",
        "standfirst",
        "kicker",
        "slot",
        "block",
        "target_url",
        "page_url",
        "picture_alt",
        "caption",
        "credit",
    )
    assert [found[name] for name in names] == [
        "popular", "More", "Ferries at rest", "No boats.", "Strike", 3, 2, FERRY, BRIDGE, "A quay",
        "The bridge at dawn", "Ines Lindqvist",
    ]  # fmt: skip


def test_a_teaser_met_again_only_moves(archive: Archive) -> None:
    story_id = take_story(archive)
    archive.teasers.save(carrier(story_id), [teaser()])
    before = rows(archive)[0]
    assert archive.teasers.save(carrier(story_id, 2), [teaser(slot=5, headline="Another wording")]) == 0
    assert rows(archive) == [before | {"last_seen_at": "2026-11-22T12:00:00.000Z", "slot": 5, "capture_id": 3}]


def test_an_older_page_that_comes_later_only_dates_it_back(archive: Archive) -> None:
    story_id = take_story(archive)
    archive.teasers.save(carrier(story_id, 2), [teaser()])
    before = rows(archive)[0]
    archive.teasers.save(carrier(story_id), [teaser(slot=5)])
    assert rows(archive) == [before | {"first_seen_at": "2026-11-22T10:00:00.000Z"}]


def test_the_same_page_again_writes_nothing(archive: Archive) -> None:
    story_id = take_story(archive)
    archive.teasers.save(carrier(story_id), [teaser()])
    before = archive.db.conn.total_changes
    archive.teasers.save(carrier(story_id), [teaser()])
    assert archive.db.conn.total_changes == before


def test_no_teasers_write_nothing(archive: Archive) -> None:
    assert archive.teasers.save(carrier(1), []) == 0


@pytest.mark.parametrize("target_first", [True, False])
def test_a_teaser_is_linked_whichever_comes_first(archive: Archive, target_first: bool) -> None:
    if target_first:
        target = take_story(archive, FERRY, ferry())
    take_in(archive, capture(), page(draft(), teasers=(teaser("http://www.post.example/ferry-strike/?utm_medium=x"),)))
    if not target_first:
        target = take_story(archive, FERRY, ferry())
    assert rows(archive)[0]["target_story_id"] == target


def test_a_waiting_teaser_is_linked_by_a_name_that_is_learned_later(archive: Archive) -> None:
    amp = "https://post.example/amp/ferry-strike"
    take_in(archive, capture(), page(draft(), teasers=(teaser(amp),)))
    target = take_story(archive, FERRY, ferry())
    assert rows(archive)[0]["target_story_id"] is None
    take_in(archive, capture(FERRY, at=NOW + HOUR), page(ferry(), FERRY, amp_url=amp))
    assert rows(archive)[0]["target_story_id"] == target


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        (teaser(), teaser("https://www.post.example/ferry-strike?utm_source=x"), 1),
        (teaser(), teaser("https://post.example/other"), 2),
        (teaser(None), teaser(None), 1),
        (teaser(None), teaser(None, heading="Popular"), 2),
        (teaser(None), teaser(None, headline="Other words"), 2),
        (teaser(None, picture=picture(caption="One")), teaser(None, picture=picture(caption="Two")), 2),
        (teaser("mailto:x"), teaser("mailto:x"), 1),
    ],
    ids=["one target", "two targets", "same words", "other heading", "other words", "other caption", "no web address"],
)
def test_teasers_are_told_apart_by_target_else_by_words(
    archive: Archive, first: Teaser, second: Teaser, count: int
) -> None:
    story_id = take_story(archive)
    assert archive.teasers.save(carrier(story_id), [first, second]) == count


def test_two_cards_of_one_target_complete_each_other() -> None:
    bare, rich = teaser(headline=None, slot=1), teaser(standfirst="No boats.", picture=picture(), slot=2)
    (found,) = each_once([bare, rich]).values()
    assert (found.slot, found.headline, found.standfirst, found.picture) == (
        1,
        "Ferries at rest",
        "No boats.",
        picture(),
    )


def test_a_listing_carries_teasers_of_its_own(archive: Archive) -> None:
    archive.listings.sync([source()], NOW)
    story_id = take_story(archive)
    on_front = Carrier(page_url="https://post.example/", capture_id=9, seen_at=NOW, listing_id=1)
    assert archive.teasers.save(carrier(story_id), [teaser()]) == 1
    assert [archive.teasers.save(on_front, [teaser()]) for _ in range(2)] == [1, 0]
    (promotion,) = archive.db.query("SELECT listing_kind FROM teasers_with_targets WHERE listing_id = 1")
    assert promotion == {"listing_kind": "feed"}


def test_a_story_shows_what_it_promotes_and_what_promotes_it(archive: Archive) -> None:
    take_in(archive, capture(), page(draft(), teasers=(teaser(),)))
    take_story(archive, FERRY, ferry())
    (carried,) = archive.stories.show(BRIDGE).teasers
    (promoting,) = archive.stories.show(FERRY).promotions
    assert carried == promoting
    assert (carried.page_headline, carried.target_headline) == ("Bridge opens again", "Ferry crews walk out")


def test_a_teaser_is_searched_apart_from_stories(archive: Archive) -> None:
    take_in(archive, capture(), page(draft(), teasers=(teaser(headline="Zeppelin lands"),)))
    assert archive.db["stories"].detect_fts() == "stories_fts"
    assert list(archive.db["stories"].search("zeppelin")) == []
    assert [found["headline"] for found in archive.db["teasers"].search("zeppelin")] == ["Zeppelin lands"]


def test_a_removed_story_takes_its_teasers_out_of_the_index(archive: Archive) -> None:
    story_id = take_story(archive, FERRY, ferry())
    take_in(archive, capture(), page(draft(), teasers=(teaser(headline="Zeppelin lands"),)))
    archive.db.execute("UPDATE teasers SET headline = 'Airship lands'")
    assert not list(archive.db["teasers"].search("zeppelin"))
    archive.db.execute("DELETE FROM stories WHERE url = ?", [BRIDGE])
    assert not list(archive.db["teasers"].search("airship"))
    assert archive.stories.resolve(FERRY) == story_id
