"""Merging and splitting: undo of one another, nothing lost, and no rule undoes them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newskeep.errors import StoryMissingError
from newskeep.identity import AliasKind
from newskeep.presence import Presence, Sign
from newskeep.revise import Change
from storage.archive import Archive
from storage.compare import archive_digest
from storage.merges import Decider
from storage.verify import verify
from tests.storage.builders import (
    BRIDGE,
    BRIDGE_TEXT,
    FERRY,
    HOUR,
    NOW,
    capture,
    draft,
    entry,
    ferry,
    page,
    source,
    take_in,
    take_story,
    teaser,
)

OTHER = "https://post.example/bridge-open"
LATER = NOW + 9 * HOUR


@pytest.fixture
def two(archive: Archive) -> tuple[int, int]:
    """One story that was taken for two: the second has two revisions, teasers on its page and one that points to it."""
    archive.listings.sync([source()], NOW)
    archive.listings.triage(1, [entry(OTHER)], NOW)
    first = take_story(archive)
    carrier = page(ferry(), FERRY, teasers=(teaser(OTHER),))
    take_in(archive, capture(FERRY), carrier)
    second = take_story(archive, OTHER, draft("Bridge is open", BRIDGE_TEXT[:2]), at=NOW + HOUR)
    edited = page(draft("Bridge is open now", BRIDGE_TEXT[:2]), OTHER, teasers=(teaser(FERRY),))
    take_in(archive, capture(OTHER, at=NOW + 2 * HOUR), edited)
    archive.listings.triage(1, [entry(OTHER)], NOW + 3 * HOUR)
    return first, second


def merge(archive: Archive, kept: int, merged: int) -> None:
    archive.merges.merge(kept, merged, by=Decider.HAND, reason="one story", now=LATER)


def split(archive: Archive, story_id: int, name: str) -> int | None:
    return archive.merges.split(story_id, name, by=Decider.HAND, reason="two stories", now=LATER + HOUR)


def value(archive: Archive, sql: str, *values: object) -> Any:
    return archive.db.execute(sql, values).fetchone()[0]


def dump(archive: Archive) -> dict[str, list[tuple[Any, ...]]]:
    """What the archive says of its stories, apart from marks of time of the merge itself."""
    run = archive.db.execute
    return {
        "stories": run("SELECT id, url, headline, text, revision_count, current_revision, presence, first_seen_at,"
                       " words FROM stories ORDER BY id").fetchall(),
        "revisions": run("SELECT story_id, number, headline, captured_at FROM revisions ORDER BY id").fetchall(),
        "aliases": run("SELECT key, story_id FROM aliases WHERE kind <> 'story_id' ORDER BY key").fetchall(),
        "teasers": run("SELECT page_story_id, target_story_id, headline FROM teasers ORDER BY id").fetchall(),
        "entries": run("SELECT url_key, story_id FROM entries").fetchall(),
        "facts": run("SELECT story_id, revision_count, last_seen_at FROM story_facts ORDER BY 1").fetchall(),
    }  # fmt: skip


def test_a_merge_takes_everything_along(archive: Archive, two: tuple[int, int]) -> None:
    first, second = two
    merge(archive, first, second)
    view = archive.stories.show(first)
    assert [revision.headline for revision in view.revisions] == [
        "Bridge opens again", "Bridge is open", "Bridge is open now",
    ]  # fmt: skip
    assert view.draft.headline == "Bridge is open now"
    assert view.current_revision == 3
    assert view.last_seen_at == NOW + 2 * HOUR
    assert {alias.alias.value for alias in view.aliases} == {BRIDGE, OTHER, str(second)}
    assert [one.target_url for one in view.teasers] == [FERRY]
    assert [one.page_headline for one in view.promotions] == ["Ferry crews walk out"]
    assert value(archive, "SELECT story_id FROM entries") == first
    assert value(archive, "SELECT count(*) FROM stories") == 2


def test_the_old_id_and_every_address_still_lead_to_the_story(archive: Archive, two: tuple[int, int]) -> None:
    first, second = two
    merge(archive, first, second)
    assert {archive.stories.resolve(name) for name in (first, second, BRIDGE, OTHER)} == {first}
    (alias,) = [one.alias for one in archive.stories.show(first).aliases if one.alias.kind is AliasKind.STORY_ID]
    assert (alias.value, alias.reason) == (str(second), "one story")


@pytest.mark.parametrize("name", [OTHER, "post.example/bridge-open", "the id"])
def test_a_split_undoes_a_merge(archive: Archive, two: tuple[int, int], name: str) -> None:
    first, second = two
    before = dump(archive)
    merge(archive, first, second)
    assert split(archive, first, str(second) if name == "the id" else name) == second
    after = dump(archive)
    after["facts"][0] = before["facts"][0]  # both were seen; when they were one, so was the first
    assert after == before


def test_a_merge_undoes_a_split(archive: Archive, two: tuple[int, int]) -> None:
    first, second = two
    merge(archive, first, second)
    merged = dump(archive)
    split(archive, first, OTHER)
    merge(archive, first, second)
    assert dump(archive) == merged
    undone = [change.undone_at is not None for change in archive.merges.history(first)]
    assert undone == [True, True, False]


def test_what_was_read_at_the_name_since_the_merge_goes_with_it(archive: Archive, two: tuple[int, int]) -> None:
    first, second = two
    merge(archive, first, second)
    take_in(archive, capture(OTHER, at=LATER + HOUR), page(draft("Bridge is open to all", BRIDGE_TEXT[:2]), OTHER))
    split(archive, first, OTHER)
    assert [one.headline for one in archive.stories.show(second).revisions] == [
        "Bridge is open", "Bridge is open now", "Bridge is open to all",
    ]  # fmt: skip
    assert archive.stories.show(first).draft.headline == "Bridge opens again"


def test_a_name_that_rules_gave_is_split_off_with_what_was_read_there(archive: Archive) -> None:
    story_id = take_story(archive)
    said = page(draft("Bridge opens again", (*BRIDGE_TEXT, "And so on it goes.")), declared_canonical=BRIDGE)
    take_in(archive, capture(OTHER, at=NOW + HOUR), said)
    assert archive.stories.resolve(OTHER) == story_id
    other = split(archive, story_id, OTHER)
    assert other is not None
    assert archive.stories.resolve(OTHER) == other
    assert [one.number for one in archive.stories.show(story_id).revisions] == [1]
    assert archive.stories.show(other).url == OTHER
    # The page still declares the other one as its canonical address: no rule gives it back.
    intent, saved = take_in(archive, capture(OTHER, at=NOW + 2 * HOUR), said)
    assert (intent.change, saved.story_id if saved else None) == (Change.UNCHANGED, other)
    intent, saved = take_in(archive, capture(at=NOW + 2 * HOUR), page(draft()))
    assert (intent.change, saved.story_id if saved else None) == (Change.UNCHANGED, story_id)


def test_a_name_at_which_nothing_was_read_only_goes(archive: Archive) -> None:
    story_id = take_story(archive)
    said = page(draft(), declared_canonical=BRIDGE)
    take_in(archive, capture(OTHER, at=NOW + HOUR), said)
    assert split(archive, story_id, OTHER) is None
    with pytest.raises(StoryMissingError, match="no story is known"):
        archive.stories.resolve(OTHER)
    intent, saved = take_in(archive, capture(OTHER, at=NOW + 2 * HOUR), said)
    assert intent.change is Change.NEW
    assert saved is not None
    assert saved.story_id != story_id


def test_a_story_that_loses_its_address_stands_under_another(archive: Archive) -> None:
    story_id = take_story(archive)
    moved = capture(OTHER, request_url=BRIDGE, redirects=(BRIDGE,), at=NOW + HOUR)
    take_in(archive, moved, page(draft("Bridge opens again today"), OTHER))
    assert archive.stories.show(story_id).url == OTHER
    split(archive, story_id, OTHER)
    assert archive.stories.show(story_id).url == BRIDGE


def test_a_merge_with_a_story_that_is_there_brings_a_gone_one_back(archive: Archive, two: tuple[int, int]) -> None:
    first, second = two
    gone = Sign(presence=Presence.GONE, at=NOW + 3 * HOUR, run_id=1, url=BRIDGE, is_proof=True)
    archive.presence.observe(first, gone)
    merge(archive, first, second)
    view = archive.stories.show(first)
    assert (view.presence, view.url) == ("moved", OTHER)
    assert [one.presence for one in archive.presence.history(first)] == ["present", "gone", "moved"]


def test_merges_and_splits_are_logged_with_reason_and_time(archive: Archive, two: tuple[int, int]) -> None:
    first, second = two
    merge(archive, first, second)
    split(archive, first, OTHER)
    found = [(one.action, one.at, one.decided_by, one.reason, one.story_id, one.other_story_id, one.undone_at)
             for one in archive.merges.history(second)]  # fmt: skip
    assert found == [
        ("merge", LATER, "hand", "one story", first, second, LATER + HOUR),
        ("split", LATER + HOUR, "hand", "two stories", first, second, None),
    ]


def test_stories_that_were_split_stay_apart_until_they_are_merged(archive: Archive, two: tuple[int, int]) -> None:
    first, second = two
    assert not archive.merges.is_apart(first, second)
    merge(archive, first, second)
    split(archive, first, OTHER)
    assert archive.merges.is_apart(first, second)
    assert archive.merges.is_apart(second, first)
    merge(archive, first, second)
    assert archive.db.execute("SELECT count(*) FROM identity_vetoes").fetchone() == (0,)


def test_a_story_is_not_merged_with_itself(archive: Archive) -> None:
    story_id = take_story(archive)
    with pytest.raises(StoryMissingError, match="a merge needs two"):
        merge(archive, story_id, story_id)


def test_a_merge_with_a_story_that_is_not_there_is_refused(archive: Archive) -> None:
    with pytest.raises(StoryMissingError, match="there is no story 1"):
        merge(archive, take_story(archive), 1)


@pytest.mark.parametrize("name", ["https://post.example/elsewhere", "no name", "17"])
def test_what_is_no_name_of_the_story_is_not_split_off(archive: Archive, name: str) -> None:
    with pytest.raises(StoryMissingError, match="is no name of story"):
        split(archive, take_story(archive), name)


def test_a_story_is_not_split_to_nothing(archive: Archive) -> None:
    with pytest.raises(StoryMissingError, match="nothing would remain"):
        split(archive, take_story(archive), BRIDGE)


def test_the_archive_is_clean_after_a_merge_and_after_a_split(
    archive: Archive, home: Path, two: tuple[int, int]
) -> None:
    first, second = two
    merge(archive, first, second)
    assert verify(home).findings == []
    split(archive, first, OTHER)
    assert verify(home).findings == []


def test_the_further_pages_of_a_revision_go_along(archive: Archive, two: tuple[int, int]) -> None:
    first, second = two
    capture_id = value(archive, "SELECT min(capture_id) FROM revisions")
    archive.db.execute("INSERT INTO revision_pages VALUES (?, 2, 2, ?, 'x')", (second, capture_id))
    merge(archive, first, second)
    assert archive.db.execute("SELECT story_id, revision FROM revision_pages").fetchall() == [(first, 3)]
    split(archive, first, OTHER)
    assert archive.db.execute("SELECT story_id, revision FROM revision_pages").fetchall() == [(second, 2)]


def test_three_stories_merged_come_apart_one_by_one(archive: Archive, home: Path, two: tuple[int, int]) -> None:
    first, second = two
    third = take_story(archive, "https://post.example/bridge-3", draft("Bridge, a third time"), at=NOW + timedelta(1))
    digest = archive_digest(home)
    merge(archive, second, third)
    merge(archive, first, second)
    assert archive.stories.resolve(third) == first
    assert split(archive, first, OTHER) == second
    assert archive.stories.resolve(third) == second
    assert split(archive, second, str(third)) == third
    archive.db.execute("DELETE FROM aliases WHERE kind = 'story_id'")
    assert archive_digest(home) == digest


def test_a_story_that_is_gone_keeps_its_history_through_a_merge_and_a_split(
    archive: Archive, home: Path, two: tuple[int, int]
) -> None:
    first, second = two
    for hour in (3, 4):
        archive.presence.observe(second, Sign(presence=Presence.GONE, at=NOW + hour * HOUR, run_id=hour, url=OTHER))
    before = archive.presence.history(second)
    merge(archive, first, second)
    assert split(archive, first, OTHER) == second
    assert archive.presence.history(second) == before
    assert verify(home).findings == []
