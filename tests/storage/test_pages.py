"""The captures of stories over several pages."""

from __future__ import annotations

from storage.archive import Archive
from storage.pages import CitedPage
from storage.stories import SavedStory
from tests.storage.builders import take_story


def test_the_captures_of_further_pages_are_cited_in_their_order(archive: Archive) -> None:
    saved = SavedStory(story_id=take_story(archive), revision=1)
    archive.pages.cite(
        saved, [CitedPage(capture_id=9, payload_digest="b"), CitedPage(capture_id=7, payload_digest="c")]
    )
    assert archive.pages.captures_of(saved.story_id, 1) == (9, 7)
    assert archive.pages.captures_of(saved.story_id, 2) == ()


def test_citing_again_replaces_what_stood_there(archive: Archive) -> None:
    saved = SavedStory(story_id=take_story(archive), revision=1)
    archive.pages.cite(
        saved, [CitedPage(capture_id=9, payload_digest="b"), CitedPage(capture_id=7, payload_digest="c")]
    )
    archive.pages.cite(saved, [CitedPage(capture_id=11, payload_digest="d")])
    assert archive.pages.captures_of(saved.story_id, 1) == (11,)
