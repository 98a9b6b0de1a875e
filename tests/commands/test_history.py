"""`show`, `diff`, `merge`, `split` and `status` on the history of a story."""

from __future__ import annotations

from pathlib import Path

import pytest

from newskeep.change_weight import Weight
from newskeep.presence import Presence, Sign
from newskeep.restless import Look
from storage.archive import Archive
from storage.rechecks import PageSeen
from tests.commands.conftest import Newskeep
from tests.storage.builders import (
    BRIDGE,
    BRIDGE_TEXT,
    FERRY,
    HOUR,
    NOW,
    capture,
    draft,
    ferry,
    page,
    take_in,
    take_story,
)

EDITED = (BRIDGE_TEXT[0].replace("Monday", "Tuesday"), *BRIDGE_TEXT[1:])


@pytest.fixture
def story_id(home: Path) -> int:
    """A story with two revisions."""
    with Archive(home) as archive:
        story_id = take_story(archive)
        take_in(archive, capture(at=NOW + HOUR), page(draft(text=EDITED)))
    return story_id


def test_diff_is_read_without_colours(newskeep: Newskeep, story_id: int) -> None:
    ended = newskeep("diff", str(story_id))
    assert ended.code == 0
    assert "revision 1 of 2026-11-22 10:00:00 UTC → revision 2" in ended.out
    assert "paragraph 1\nThe council of Hamaville voted on [-Monday-]{+Tuesday+} to open" in ended.out
    assert "wording, 1 words added, 1 removed" in ended.out


def test_diff_of_named_revisions_and_backwards(newskeep: Newskeep, story_id: int) -> None:
    assert "[-Tuesday-]{+Monday+}" in newskeep("diff", BRIDGE, "2", "1").out
    assert "[-Monday-]{+Tuesday+}" in newskeep("diff", BRIDGE, "1").out
    assert "no words differ" in newskeep("diff", BRIDGE, "2", "2").out


def test_diff_side_by_side_shows_both_texts(newskeep: Newskeep, story_id: int) -> None:
    out = newskeep("diff", str(story_id), "--side-by-side").out
    assert "[-Monday-]" in out
    assert "{+Tuesday+}" in out


def test_diff_as_json_has_the_pieces(newskeep: Newskeep, story_id: int) -> None:
    found = newskeep("diff", str(story_id), "--json").json
    assert (found["weight"], found["before"]["revision"], found["after"]["revision"]) == ("wording", 1, 2)
    (part,) = found["parts"]
    assert (part["field"], part["paragraph"]) == ("text", 1)
    assert {"mark": "removed", "text": "Monday"} in part["pieces"]
    assert newskeep("diff", str(story_id), "1", "1", "--json").json["weight"] is None


def test_a_story_with_one_revision_has_no_diff(newskeep: Newskeep, home: Path) -> None:
    with Archive(home) as archive:
        story_id = take_story(archive)
    ended = newskeep("diff", str(story_id))
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert "has one revision only" in ended.err


def test_a_revision_that_is_not_there_is_said(newskeep: Newskeep, story_id: int) -> None:
    ended = newskeep("diff", str(story_id), "7")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "has no revision 7; it has 1, 2" in ended.err


def test_readings_of_two_extractors_are_said_to_be(newskeep: Newskeep, home: Path) -> None:
    with Archive(home) as archive:
        story_id = take_story(archive)
        take_in(archive, capture(at=NOW + HOUR), page(draft(text=EDITED), version="2"))
        archive.db.execute("UPDATE revisions SET extractor_version = '0' WHERE number = 1")
    assert "two versions of the extractor" in newskeep("diff", str(story_id)).out


def test_show_says_when_the_story_was_there_and_what_its_edits_weigh(
    newskeep: Newskeep, story_id: int, home: Path
) -> None:
    with Archive(home) as archive:
        gone = Sign(presence=Presence.GONE, at=NOW + 24 * HOUR, run_id=1, url=BRIDGE, detail="HTTP 410", is_proof=True)
        archive.presence.observe(story_id, gone)
        archive.presence.observe(story_id, Sign(presence=Presence.FRONT, at=NOW + 48 * HOUR, run_id=2, url=BRIDGE))
        for hour in range(6):
            look = Look(digest=f"1:{hour}", weight=Weight.TYPO)
            seen = PageSeen(story_id=story_id, source="post", at=NOW + hour * HOUR, look=look)
            archive.rechecks.saw(seen, poll_seconds=900)
    out = newskeep("show", str(story_id)).out
    assert "present  2026-11-22 10:00:00 UTC … 2026-11-22 11:00:00 UTC" in out
    assert "gone  2026-11-23 10:00:00 UTC … 2026-11-23 10:00:00 UTC  HTTP 410" in out
    assert "perhaps front: since 2026-11-24 10:00:00 UTC" in out
    assert "changed: text  wording, 1 words added, 1 removed" in out
    assert "changes at every look since" in out
    assert "looked at again from" in out
    found = newskeep("show", str(story_id), "--json").json
    assert [one["presence"] for one in found["intervals"]] == ["present", "gone"]
    assert found["revisions"][1]["weight"] == "wording"


def test_status_counts_stories_that_do_not_answer(newskeep: Newskeep, story_id: int, home: Path) -> None:
    with Archive(home) as archive:
        gone = Sign(presence=Presence.GONE, at=NOW + 24 * HOUR, run_id=1, url=BRIDGE, is_proof=True)
        archive.presence.observe(story_id, gone)
    assert "1 gone" in newskeep("status").out
    found = newskeep("status", "--json").json
    assert (found["absent"], found["rechecks_waiting"]) == ({"gone": 1}, 0)


def test_search_finds_stories_by_how_they_stand(newskeep: Newskeep, story_id: int, home: Path) -> None:
    with Archive(home) as archive:
        take_story(archive, FERRY, ferry())
        gone = Sign(presence=Presence.GONE, at=NOW + 24 * HOUR, run_id=1, url=BRIDGE, is_proof=True)
        archive.presence.observe(story_id, gone)
        corrected = draft(text=(*EDITED, "Correction: it was a Wednesday."))
        take_in(archive, capture(at=NOW + 2 * HOUR), page(corrected))
    for query, found in (("is:gone", [story_id]), ("is:present", None), ("has:correction", [story_id])):
        hits = newskeep("search", query, "--json").json["hits"]
        ids = [hit["story_id"] for hit in hits]
        assert ids == found if found else story_id not in ids


def test_merge_and_split_undo_one_another(newskeep: Newskeep, story_id: int, home: Path) -> None:
    with Archive(home) as archive:
        other = take_story(archive, FERRY, ferry())
    merged = newskeep("merge", str(story_id), FERRY, "--reason", "one and the same")
    assert (merged.code, f"story {other} is part of story {story_id} now" in merged.out) == (0, True)
    shown = newskeep("show", str(other))
    assert f"merge of {story_id} and {other} by hand" in shown.out
    assert "one and the same" in shown.out
    parted = newskeep("split", str(story_id), str(other), "--json").json
    assert parted == {"story_id": story_id, "split_story_id": other}
    assert newskeep("show", FERRY, "--json").json["story_id"] == other
    assert newskeep("merge", str(story_id), str(other), "--json").json["merged_story_id"] == other
    assert f"{FERRY} is story {other} now" in newskeep("split", BRIDGE, FERRY).out


def test_a_name_that_is_none_is_said_in_one_line(newskeep: Newskeep, story_id: int) -> None:
    ended = newskeep("split", str(story_id), "https://post.example/elsewhere")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "is no name of story" in ended.err
