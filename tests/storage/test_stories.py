"""Stories: one for all its names, a revision for every edit, nothing for the rest."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newskeep.errors import StoryMissingError
from newskeep.model import Media, MediaKind, Precision, StoryForm
from newskeep.revise import Change
from storage.archive import Archive
from tests.storage.builders import (
    BRIDGE,
    BRIDGE_TEXT,
    FERRY,
    HOUR,
    NOW,
    capture,
    date,
    draft,
    entry,
    ferry,
    page,
    picture,
    source,
    take_in,
    take_story,
)

EDITED = draft("Bridge opens at last")


def row(archive: Archive, table: str = "stories") -> dict[str, Any]:
    """The only row of a table."""
    (found,) = archive.db[table].rows
    return dict(found)


def test_the_first_capture_makes_a_story_with_all_its_columns(archive: Archive) -> None:
    said = draft(
        kicker="Roads",
        standfirst="Carts may cross.",
        byline="By Ana Wolff and Bo Lin",
        authors=("Ana Wolff", "Bo Lin"),
        dateline="HAMAVILLE",
        published=date(NOW - HOUR, offset_minutes=60),
        modified=date(NOW, precision=Precision.DAY, offset_minutes=None),
        section="World",
        tags=("bridges", "tolls"),
        language="en-GB",
        form=StoryForm.GALLERY,
        post_id="77",
        is_free=True,
        is_truncated=True,
        pictures=(picture(None, caption="Only words", credit=None), picture(lead=True, width=1200)),
        media=(Media(kind=MediaKind.AUDIO, url="https://post.example/a.mp3", title="Listen"),),
    )
    story_id = take_story(archive, main=said)
    assert row(archive) == {
        "id": story_id, "source": "post", "headline": "Bridge opens again", "published_at": "2026-11-22T09:00:00Z",
        "section": "World", "byline": "By Ana Wolff and Bo Lin", "kicker": "Roads", "standfirst": "Carts may cross.",
        "url": BRIDGE, "language": "en-GB", "form": "gallery", "presence": "present", "words": 63, "revision_count": 1,
        "first_seen_at": "2026-11-22T10:00:00.000Z", "picture_url": "https://post.example/p/bridge.jpg", "authors": '["Ana Wolff", "Bo Lin"]',
        "dateline": "HAMAVILLE", "tags": '["bridges", "tolls"]', "is_free": 1, "is_truncated": 1,
        "published_precision": "second", "published_offset_minutes": 60,
        "published_raw": "2026-11-22T09:00:00+00:00", "published_origin": "json-ld datePublished",
        "modified_at": "2026-11-22T10:00:00Z", "modified_precision": "day", "modified_offset_minutes": None,
        "modified_raw": "2026-11-22T10:00:00+00:00", "modified_origin": "json-ld datePublished", "post_id": "77",
        "current_revision": 1, "extractor_version": "1",
        "captions": "Only words\nThe bridge at dawn Ines Lindqvist", "text": "\n\n".join(BRIDGE_TEXT),
        "headline_neighbours": None, "neighbours": None, "marks": "sourceːpost dayː20261122 monthː202611 yearː2026"
        " formːgallery isːpresent isːfree isːtruncated hasːpicture hasːcaption hasːbyline hasːstandfirst hasːaudio"
        " languageːen languageːenˑgb sectionːworld authorːana authorːwolff authorː authorːbo authorːlin"
        " tagːbridges tagːtolls",
    }  # fmt: skip
    assert row(archive, "story_facts") == {
        "story_id": story_id, "source": "post", "moment": "2026-11-22T09:00:00Z", "section": "World",
        "language": "en-GB", "form": "gallery", "presence": "present", "words": 63, "revision_count": 1,
        "last_seen_at": "2026-11-22T10:00:00.000Z",
    }  # fmt: skip
    assert [(found["slot"], found["is_lead"]) for found in archive.db["pictures"].rows] == [(1, 0), (2, 1)]
    assert row(archive, "media")["kind"] == "audio"
    assert archive.stories.show(story_id).draft == said


def test_a_story_without_anything_is_kept(archive: Archive) -> None:
    story_id = take_story(archive, main=draft(None, ()))
    assert archive.stories.show(story_id).draft == draft(None, ())


def test_text_that_sqlite_cannot_hold_is_kept_as_near_as_can_be(archive: Archive) -> None:
    story_id = take_story(archive, main=draft("Half \ud83d a smile\0", ("Odd \udc00 text, and a nul \0 in it.",)))
    assert row(archive)["headline"] == "Half \ufffd a smile"
    assert archive.stories.show(story_id).draft.headline == "Half \ud83d a smile\0"


def test_an_unchanged_story_only_becomes_seen(archive: Archive) -> None:
    take_story(archive)
    before, facts = row(archive), row(archive, "story_facts")
    intent, _ = take_in(archive, capture(at=NOW + HOUR), page(draft()))
    assert intent.change is Change.UNCHANGED
    assert row(archive) == before
    assert row(archive, "story_facts") == facts | {"last_seen_at": "2026-11-22T11:00:00.000Z"}
    assert archive.db["revisions"].count == 1


def test_an_unchanged_story_met_in_the_same_moment_writes_nothing(archive: Archive) -> None:
    story_id = take_story(archive)
    before = archive.db.conn.total_changes
    archive.stories.seen(story_id, NOW)
    assert archive.db.conn.total_changes == before


def test_an_edit_makes_a_revision_and_shows_it(archive: Archive) -> None:
    take_story(archive)
    edited = replace(EDITED, pictures=(picture(),))
    take_in(archive, capture(at=NOW + HOUR), page(edited))
    found = row(archive)
    assert (found["headline"], found["revision_count"], found["current_revision"]) == ("Bridge opens at last", 2, 2)
    view = archive.stories.show(BRIDGE)
    assert [(one.number, one.changed_fields) for one in view.revisions] == [
        (1, ()),
        (2, ("headline", "captions", "pictures")),
    ]
    assert archive.stories.show(BRIDGE, revision=1).draft == draft()
    assert row(archive, "pictures")["caption"] == "The bridge at dawn"


def test_an_edit_taken_back_is_a_third_revision(archive: Archive) -> None:
    for hours, said in enumerate((draft(), EDITED, draft())):
        take_in(archive, capture(at=NOW + hours * HOUR), page(said))
    assert archive.db["revisions"].count == 3
    assert row(archive)["headline"] == "Bridge opens again"


def test_captures_of_one_address_come_in_any_order(archive: Archive) -> None:
    captures = [(0, draft()), (1, EDITED), (2, draft("Bridge shut once more"))]
    for hours, said in (captures[2], captures[0], captures[1]):
        take_in(archive, capture(at=NOW + hours * HOUR), page(said))
    found = row(archive) | row(archive, "story_facts")
    assert (found["headline"], found["first_seen_at"], found["last_seen_at"]) == (
        "Bridge shut once more",
        "2026-11-22T10:00:00.000Z",
        "2026-11-22T12:00:00.000Z",
    )
    headlines = [one.headline for one in archive.stories.show(BRIDGE).revisions]
    assert headlines == ["Bridge opens again", "Bridge opens at last", "Bridge shut once more"]


def test_the_same_captures_again_add_nothing(archive: Archive) -> None:
    for _ in range(2):
        for hours, said in ((1, EDITED), (0, draft())):
            take_in(archive, capture(at=NOW + hours * HOUR), page(said))
    assert archive.db["revisions"].count == 2


def test_another_story_at_the_same_address_is_not_written(archive: Archive) -> None:
    take_story(archive)
    intent, saved = take_in(archive, capture(at=NOW + HOUR), page(ferry()))
    assert (intent.change, saved) == (Change.DIFFERENT, None)
    assert row(archive)["headline"] == "Bridge opens again"


def test_a_better_extractor_improves_the_reading_and_makes_no_revision(archive: Archive) -> None:
    take_story(archive)
    better = draft(text=BRIDGE_TEXT[:2])
    intent, _ = take_in(archive, capture(at=NOW + HOUR), page(better, version="2"), comparable=better)
    assert intent.change is Change.UNCHANGED
    assert (row(archive)["extractor_version"], row(archive)["words"]) == ("2", row(archive, "revisions")["words"])
    assert archive.stories.show(BRIDGE).draft == better


def test_an_edit_seen_by_a_better_extractor_is_told_from_the_improvement(archive: Archive) -> None:
    take_story(archive)
    edited = draft("Bridge opens at last", BRIDGE_TEXT[:2])
    intent, _ = take_in(
        archive, capture(at=NOW + HOUR), page(edited, version="2"), comparable=draft(text=BRIDGE_TEXT[:2])
    )
    assert intent.changed_fields == ("headline",)
    assert archive.stories.show(BRIDGE, revision=1).draft == draft(text=BRIDGE_TEXT[:2])


def test_a_better_reading_of_an_old_revision_leaves_the_story_as_it_is(archive: Archive) -> None:
    for hours, said in enumerate((draft(), EDITED)):
        take_in(archive, capture(at=NOW + hours * HOUR), page(said))
    better = draft(text=BRIDGE_TEXT[:2])
    take_in(archive, capture(at=NOW + timedelta(minutes=1)), page(better, version="2"), comparable=better)
    assert row(archive)["headline"] == "Bridge opens at last"
    assert archive.stories.show(BRIDGE, revision=1).draft == better


AMP = "https://post.example/amp/bridge-opens"


def test_the_amp_form_of_a_story_is_the_story(archive: Archive) -> None:
    story_id = take_story(archive)
    shorter = draft(text=BRIDGE_TEXT[:2])
    intent, saved = take_in(archive, capture(AMP, at=NOW + HOUR), page(shorter, AMP, declared_canonical=BRIDGE))
    assert saved is not None
    assert (intent.change, saved.story_id) == (Change.UNCHANGED, story_id)
    assert (row(archive)["url"], archive.stories.resolve(AMP)) == (BRIDGE, story_id)


def test_the_page_takes_the_place_of_its_amp_form(archive: Archive) -> None:
    take_in(archive, capture(AMP), page(draft(text=BRIDGE_TEXT[:2]), AMP, declared_canonical=BRIDGE))
    take_in(archive, capture(at=NOW + HOUR), page(draft()))
    revision = row(archive, "revisions")
    assert (revision["rendition"], revision["words"], row(archive)["words"]) == ("page", 63, 63)
    assert archive.captures.info(revision["capture_id"]).final_url == BRIDGE
    intent, _ = take_in(archive, capture(at=NOW + 2 * HOUR), page(EDITED))
    assert intent.change is Change.REVISED


def test_a_moved_story_keeps_its_id_and_takes_the_new_address(archive: Archive) -> None:
    story_id = take_story(archive)
    new = "https://post.example/long-bridge-opens"
    moved = capture(new, at=NOW + HOUR, request_url=BRIDGE, redirects=(BRIDGE,))
    _, saved = take_in(archive, moved, page(EDITED, new))
    assert saved is not None
    assert (saved.story_id, row(archive)["url"]) == (story_id, new)
    assert {archive.stories.resolve(BRIDGE), archive.stories.resolve(new)} == {story_id}


def test_a_feed_guid_keeps_a_story_whose_address_changed(archive: Archive) -> None:
    listed = entry(guid="tag:post,1")
    take_in(archive, capture(), page(draft()), found_in=listed)
    new = "https://post.example/2026/bridge"
    intent, _ = take_in(archive, capture(new, at=NOW + HOUR), page(draft(), new), found_in=listed)
    assert intent.change is Change.UNCHANGED
    assert archive.stories.count() == 1


def test_two_stories_with_one_headline_stay_two(archive: Archive) -> None:
    take_story(archive)
    take_story(archive, FERRY, replace(ferry(), headline="Bridge opens again"))
    assert archive.stories.count() == 2


def test_stories_of_one_moment_have_ids_of_their_own(archive: Archive) -> None:
    ids = [take_story(archive, f"https://post.example/{number}", ferry()) for number in range(3)]
    assert ids == list(range(ids[0], ids[0] + 3))


def test_a_source_nobody_configured_is_not_polled(archive: Archive) -> None:
    take_story(archive)
    found = row(archive, "sources")
    assert (found["slug"], found["homepage"], found["enabled"]) == ("post", "https://post.example", 0)


def test_an_entry_is_linked_when_its_story_arrives(archive: Archive) -> None:
    archive.listings.sync([source()], NOW)
    archive.listings.triage(1, [entry()], NOW)
    story_id = take_story(archive)
    assert row(archive, "entries")["story_id"] == story_id


@pytest.mark.parametrize(
    "reference",
    [BRIDGE, "http://www.post.example/bridge-opens/", "post.example/bridge-opens", "guid:post:g1", " {id} "],
)
def test_a_story_is_found_by_whatever_it_is_called(archive: Archive, reference: str) -> None:
    _, saved = take_in(archive, capture(), page(draft()), found_in=entry(guid="g1"))
    assert saved is not None
    assert archive.stories.resolve(reference.format(id=saved.story_id)) == saved.story_id


@pytest.mark.parametrize("reference", ["https://post.example/none", "12", "nonsense", "", "9" * 40, "²"])
def test_what_no_story_is_called_is_said(archive: Archive, reference: str) -> None:
    with pytest.raises(StoryMissingError, match="no story is known as"):
        archive.stories.show(reference)


def test_a_revision_that_is_not_there_is_said(archive: Archive) -> None:
    take_story(archive)
    with pytest.raises(StoryMissingError, match="has no revision 4; it has 1"):
        archive.stories.show(BRIDGE, revision=4)
    with pytest.raises(StoryMissingError, match="no revision with the id 99"):
        archive.stories.draft(99)


def test_the_names_of_a_story_say_why(archive: Archive) -> None:
    take_story(archive)
    (name,) = archive.stories.show(BRIDGE).aliases
    assert (name.alias.key, name.alias.reason) == ("post.example/bridge-opens", "the address it was served at")


def test_nothing_is_written_of_a_story_that_fails_half_way(archive: Archive) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        take_story(archive, main=draft(media=(Media(kind=MediaKind.VIDEO, url=None),)))  # type: ignore[arg-type]  # a fault of ours
    assert [archive.db[table].count for table in ("stories", "revisions", "aliases", "sources")] == [0, 0, 0, 0]
