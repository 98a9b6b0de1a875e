"""What `verify` knows of the tables beside the stories: each kind of damage is found by the check that is for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newskeep.presence import Presence, Sign
from newskeep.site_memory import Imprint
from storage.archive import Archive
from storage.pages import CitedPage
from storage.stories import SavedStory
from storage.verify import verify
from tests.storage.builders import (
    BRIDGE_TEXT,
    FERRY,
    HOUR,
    NOW,
    capture,
    draft,
    ferry,
    page,
    source,
    take_in,
    take_story,
    teaser,
)

TOKYO = "https://post.example/tokyo"
COPY = "https://post.example/bridge-again"


@pytest.fixture
def rich(archive: Archive, home: Path) -> Path:
    """A home with a copy, a story that went, a story over two pages, one in Japanese, and a site memory; closed."""
    archive.listings.sync([source()], NOW)
    _, bridge = take_in(archive, capture(at=NOW), page(draft(), teasers=(teaser(), teaser(TOKYO, headline="東京都"))))
    assert bridge is not None
    take_story(archive, COPY, draft("Long bridge open", BRIDGE_TEXT), at=NOW + HOUR)
    gone = take_story(archive, FERRY, ferry(), at=NOW + HOUR)
    for hour in (2, 3):
        sign = Sign(presence=Presence.GONE, at=NOW + hour * HOUR, run_id=hour, url=FERRY)
        archive.presence.observe(gone, sign)
    take_story(archive, TOKYO, draft("東京都の橋", ("東京都は新しい橋を開いた。",)), at=NOW + HOUR)
    second = archive.captures.add(capture(f"{TOKYO}?page=2"), source="post", purpose="story")
    cited = CitedPage(capture_id=second.capture_id, payload_digest=capture(f"{TOKYO}?page=2").payload_digest)
    archive.pages.cite(SavedStory(story_id=bridge.story_id, revision=1), [cited])
    for number in range(3):
        archive.memory.learn("post", Imprint(story=str(number), blocks=("a" * 16, str(number) * 16)), now=NOW)
    archive.db.execute("UPDATE revisions SET memory_version = 1 WHERE story_id = ?", [gone])
    archive.close()
    return home


def damage(home: Path, *statements: str) -> None:
    """Change news.db behind our back."""
    with closing(sqlite3.connect(home / "news.db", isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement)


def found(home: Path) -> set[str]:
    """The words of what a check finds."""
    return {finding.check for finding in verify(home).findings}


def test_a_rich_archive_is_clean(rich: Path) -> None:
    with Archive(rich, read_only=True) as archive:
        tables = ("copies", "copy_clusters", "presence_changes", "revision_pages", "site_memories", "site_imprints")
        assert all(archive.db[table].count for table in tables)
    assert verify(rich).findings == []


A_STORY = "(SELECT min(id) FROM stories)"
THE_GONE_ONE = "(SELECT id FROM stories WHERE presence = 'gone')"
# what happens, and which checks find it: one, or two where two things are kept that follow from one another
DAMAGES = [
    (f"UPDATE copy_clusters SET cluster_id = 7 WHERE story_id = {A_STORY}", "cluster"),
    (f"DELETE FROM copy_clusters WHERE story_id = {A_STORY}", "cluster, marks"),
    (f"INSERT INTO copy_clusters VALUES ({THE_GONE_ONE}, {THE_GONE_ONE})", "cluster, marks"),
    ("UPDATE copies SET kind = 'related'", "cluster"),
    ("UPDATE copies SET share = share / 2", "copies"),
    ("UPDATE copies SET shared_sentences = 40", "copies"),
    ("INSERT INTO sentence_hashes VALUES (11, 5)", "sentences"),
    (f"INSERT INTO sentence_hashes VALUES (11, {A_STORY})", "sentences"),
    (f"UPDATE presence_changes SET presence = 'front' WHERE story_id = {THE_GONE_ONE} AND number = 2", "presence"),
    ("DELETE FROM presence_changes WHERE number = 1", "presence"),
    ("UPDATE presence_changes SET last_at = '2020-01-01T00:00:00.000Z' WHERE number = 1", "presence"),
    ("UPDATE presence_changes SET last_at = NULL", "presence"),
    ("UPDATE story_facts SET last_seen_at = '2020-01-01T00:00:00.000Z'", "facts"),
    (f"UPDATE teasers SET target_story_id = {A_STORY} WHERE target_story_id = {THE_GONE_ONE}", "teaser link"),
    ("UPDATE teasers SET neighbours = NULL", "index, neighbours"),
    ("UPDATE revision_pages SET revision = 4", "page"),
    ("UPDATE revision_pages SET capture_id = 4", "citation"),
    ("UPDATE revision_pages SET payload_digest = 'forged'", "citation"),
    ("UPDATE revisions SET memory_version = 9 WHERE memory_version = 1", "memory"),
    ("DELETE FROM site_learning", "memory"),
    ("UPDATE site_learning SET stories = 2", "memory"),
    ("UPDATE site_memories SET stories = 4", "memory"),
    ("UPDATE site_memories SET stories = 0", "memory"),
    ("""UPDATE site_memories SET blocks = '[["aaaaaaaaaaaaaaaa", 4]]'""", "memory"),
]


@pytest.mark.parametrize(("statement", "checks"), DAMAGES, ids=[statement for statement, _ in DAMAGES])
def test_damage_is_found_by_the_check_that_is_for_it(rich: Path, statement: str, checks: str) -> None:
    damage(rich, "PRAGMA foreign_keys = OFF", "DROP TRIGGER teasers_fts_update", statement)
    assert found(rich) == set(checks.split(", "))


# Rows that refer to stories that are not there.
REFERENCES = [
    "UPDATE aliases SET story_id = 5 WHERE key LIKE '%bridge-again%'",
    "UPDATE teasers SET target_story_id = 5 WHERE target_story_id IS NOT NULL",
    "UPDATE teasers SET page_story_id = 5",
    "INSERT INTO copies VALUES (5, 6, 'related', 0.4, 4, 10, 10)",
    "INSERT INTO presence_doubts VALUES (5, 'gone', '2026', '2026', 1, 1, NULL)",
    "INSERT INTO identity_vetoes VALUES ('post.example/x', 5, 'by hand', '2026')",
]


@pytest.mark.parametrize("statement", REFERENCES)
def test_a_row_that_refers_to_no_story_is_found(rich: Path, statement: str) -> None:
    damage(rich, "PRAGMA foreign_keys = OFF", statement)
    assert "foreign key" in found(rich)


# Words that the index has and the story has not: all columns of both indexes count, marks and neighbours too.
INDEXED = ["headline", "standfirst", "text", "captions", "headline_neighbours", "neighbours", "marks"]


@pytest.mark.parametrize("column", INDEXED)
def test_a_column_that_differs_from_its_index_is_found(rich: Path, column: str) -> None:
    said = f"coalesce({column}, '') || ' extra'"
    damage(rich, "DROP TRIGGER stories_fts_update", f"UPDATE stories SET {column} = {said} WHERE headline LIKE '東%'")
    messages = [finding.message for finding in verify(rich).findings if finding.check == "index"]
    assert messages == ["stories_fts does not say what its stories say; `sqlite-utils rebuild-fts` makes it anew"]


@pytest.mark.parametrize("column", ["headline_neighbours", "neighbours", "text", "captions"])
def test_a_story_that_shows_other_words_than_its_revision_is_found(rich: Path, column: str) -> None:
    damage(rich, f"UPDATE stories SET {column} = 'forged' WHERE headline LIKE '東%'")
    assert f"does not show what its current revision says: {column}" in " ".join(
        finding.message for finding in verify(rich).findings if finding.check == "shown"
    )


def test_bytes_that_were_pruned_are_no_damage(rich: Path) -> None:
    with closing(sqlite3.connect(rich / "captures.db", isolation_level=None)) as captures:
        captures.execute("UPDATE payloads SET body = x'', stored_bytes = 0, coding = 'pruned'")
    assert verify(rich).findings == []
