"""Stored stories looked up for reading again, and written anew."""

from __future__ import annotations

from dataclasses import replace

from newskeep.model import Block, BlockKind
from newskeep.outcomes import Outcome, RunStatus, Trigger
from newskeep.rereading import Comparison
from storage.archive import Archive
from storage.rereading import NewReading, Selection, StoredStory
from storage.runs import RequestRecord
from storage.teasers import Carrier
from storage.verify import verify
from tests.storage.builders import BRIDGE, FERRY, HOUR, NOW, capture, draft, ferry, page, take_in, take_story, teaser

LATER = Selection(other_than="2")


def stored(archive: Archive, story_id: int) -> StoredStory:
    story = archive.rereading.story(story_id)
    assert story is not None
    return story


def reading(story: StoredStory, **fields: object) -> NewReading:
    """Every revision as a second version reads it, with other words."""
    told = (Block(kind=BlockKind.PARAGRAPH, text="The swans came back to the long bridge."),)
    drafts = {one.revision_id: replace(one.draft, blocks=told) for one in story.revisions}
    given = {"extractor_version": "2", "memory_version": 0, "drafts": drafts, "comparisons": {}, "teasers": ()}
    return NewReading(**{**given, **fields})  # type: ignore[arg-type]  # a test's own choice of fields


def test_a_reading_takes_the_place_of_the_old_one_everywhere(archive: Archive) -> None:
    story = stored(archive, take_story(archive))
    assert archive.rereading.put(story, reading(story))
    view = archive.stories.show(story.story_id)
    assert (len(view.revisions), view.draft.text) == (1, "The swans came back to the long bridge.")
    found = archive.db.execute("SELECT rowid FROM stories_fts WHERE stories_fts MATCH 'swans'").fetchall()
    assert found == [(story.story_id,)]
    assert archive.db.execute("SELECT words, extractor_version FROM revisions").fetchall() == [(8, "2")]
    assert verify(archive.home).findings == []


def test_a_story_that_changed_meanwhile_is_not_written(archive: Archive) -> None:
    story = stored(archive, take_story(archive))
    take_in(archive, capture(at=NOW + HOUR), page(draft("Bridge opens at last")))
    assert not archive.rereading.put(story, reading(story))
    assert archive.stories.show(story.story_id).draft.headline == "Bridge opens at last"


def test_a_story_that_went_meanwhile_is_not_written(archive: Archive) -> None:
    story = stored(archive, take_story(archive))
    archive.takedowns.take_down(story.story_id, reason="court order", now=NOW)
    assert not archive.rereading.put(story, reading(story))
    assert archive.rereading.story(story.story_id) is None


def test_only_stories_of_another_version_source_and_time_are_walked(archive: Archive) -> None:
    first, second = take_story(archive), take_story(archive, FERRY, ferry(), at=NOW + HOUR)
    assert list(archive.rereading.walk(LATER)) == [first, second]
    story = stored(archive, first)
    archive.rereading.put(story, reading(story))
    assert list(archive.rereading.walk(LATER)) == [second]
    assert list(archive.rereading.walk(Selection(since=NOW + HOUR))) == [second]
    assert list(archive.rereading.walk(Selection(source="nobody"))) == []
    assert archive.rereading.count(Selection(source="post")) == 2


def test_what_a_revision_changed_is_replaced(archive: Archive) -> None:
    story = stored(archive, take_story(archive))
    (revision,) = story.revisions
    told = Comparison(reason="changed: text", changed_fields=("text",), words_added=3, words_removed=1)
    archive.rereading.put(story, reading(story, comparisons={revision.revision_id: told}))
    columns = "changed_fields, reason, weight, words_added, words_removed"
    assert archive.db.execute(f"SELECT {columns} FROM revisions").fetchall() == [
        ('["text"]', "changed: text", None, 3, 1)
    ]


def test_teasers_seen_later_elsewhere_are_left_alone(archive: Archive) -> None:
    story_id = take_story(archive)
    old = Carrier(page_url=BRIDGE, capture_id=1, seen_at=NOW, story_id=story_id)
    gone, seen_again = teaser("https://post.example/menu"), teaser(headline="Ferries at rest")
    archive.teasers.save(old, [gone, seen_again])
    archive.teasers.save(replace(old, capture_id=2, seen_at=NOW + HOUR), [seen_again])
    new = teaser("https://post.example/swans", headline="Swans return")
    mending = archive.teasers.mend(old, [new, replace(seen_again, headline="Other words")])
    assert (len(mending.added), len(mending.reworded), len(mending.dropped)) == (1, 0, 1)
    found = archive.db.execute("SELECT headline, first_seen_at FROM teasers ORDER BY headline").fetchall()
    assert found == [("Ferries at rest", "2026-11-22T10:00:00.000Z"), ("Swans return", "2026-11-22T10:00:00.000Z")]
    assert {one.check for one in verify(archive.home).findings} <= {"citation"}


def test_teasers_seen_last_in_this_capture_get_the_new_words(archive: Archive) -> None:
    carrier = Carrier(page_url=BRIDGE, capture_id=1, seen_at=NOW, story_id=take_story(archive))
    archive.teasers.save(carrier, [teaser(headline="Menu")])
    assert len(archive.teasers.mend(carrier, [teaser(headline="Swans return")]).reworded) == 1
    found = archive.db.execute("SELECT count(*) FROM teasers_fts WHERE teasers_fts MATCH 'swans'").fetchone()
    assert found == (1,)
    assert archive.teasers.mend(carrier, [teaser(headline="Swans return")]).reworded == frozenset()
    assert {one.check for one in verify(archive.home).findings} <= {"citation"}


def ask(archive: Archive, capture_id: int, outcome: Outcome, trigger: Trigger = Trigger.COMMAND) -> None:
    run_id = archive.runs.start(None, trigger, now=NOW, pid=1, host="h")
    request = RequestRecord(
        source="post", url=BRIDGE, purpose="story", outcome=outcome, started_at=NOW, capture_id=capture_id
    )
    archive.runs.record(run_id, request)
    archive.runs.finish(run_id, RunStatus.FINISHED, now=NOW)


def test_captures_without_a_story_come_in_order_of_time_and_once(archive: Archive) -> None:
    for capture_id, outcome in (
        (9, Outcome.WALLED),
        (5, Outcome.NOT_A_STORY),
        (7, Outcome.NEW_STORY),
        (3, Outcome.FAULT),
    ):
        ask(archive, capture_id, outcome)
    storyless = archive.rereading.storyless(Selection(other_than="2"))
    assert list(storyless) == [(3, Outcome.FAULT), (5, Outcome.NOT_A_STORY), (9, Outcome.WALLED)]
    ask(archive, 5, Outcome.NEW_STORY, Trigger.REPROCESS)
    assert [one for one, _ in archive.rereading.storyless(Selection())] == [3, 9]
    archive.rereading.finish("2", last_request_id=storyless.last_request_id, now=NOW)
    assert len(archive.rereading.storyless(Selection(other_than="2"))) == 0
    assert len(archive.rereading.storyless(Selection(other_than="3"))) == 2
