"""Checking an archive: every kind of damage is found and named, and a whole one is clean."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newskeep.errors import ArchiveMissingError
from newskeep.outcomes import Outcome, RunStatus, Trigger
from storage import verify as verify_module
from storage.archive import Archive
from storage.compare import archive_digest, dump_archive
from storage.runs import RequestRecord
from storage.verify import verify
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


def fill(archive: Archive, *, hours: int = 0, order: int = 1) -> None:
    """Two stories, one of them edited, with teasers, pictures and a run; some hours later, in another order."""
    archive.listings.sync([source()], NOW)
    run_id = archive.runs.start("post", Trigger.COMMAND, now=NOW, pid=1, host="h")
    said = page(draft(pictures=(picture(),)), teasers=(teaser(), teaser(None)))
    at = NOW + hours * HOUR
    steps = [
        lambda: take_in(archive, capture(at=at), said),
        lambda: take_story(archive, FERRY, ferry(), at=at + HOUR),
    ]
    for step in steps[::order]:
        step()
    take_in(archive, capture(at=at + 2 * HOUR), page(draft("Bridge opens at last", pictures=(picture(),))))
    archive.runs.record(
        run_id, RequestRecord(source="post", url=BRIDGE, purpose="story", outcome=Outcome.NEW_STORY, started_at=at)
    )
    archive.runs.finish(run_id, RunStatus.FINISHED, now=NOW)


@pytest.fixture
def filled(archive: Archive, home: Path) -> Path:
    """A home with something in it, closed."""
    fill(archive)
    archive.close()
    return home


def damage(path: Path, *statements: str) -> None:
    """Change a file behind our back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement)


def test_a_whole_archive_is_clean(filled: Path) -> None:
    steps: dict[str, tuple[int, int]] = {}
    report = verify(filled, progress=lambda step, done, total: steps.update({step: (done, total)}))
    assert (report.findings, report.notes, report.stories, report.payloads) == ([], [], 2, 3)
    assert report.is_clean
    assert steps == {
        "integrity of news.db": (1, 1),
        "revisions": (3, 3),
        "integrity of captures.db": (1, 1),
        "payloads": (3, 3),
    }


# what happens to which file, and the check that finds it
DAMAGES = [
    ("news.db", "UPDATE stories SET revision_count = 7 WHERE headline LIKE 'Ferry%'", "revision count"),
    ("news.db", "UPDATE stories SET current_revision = 7 WHERE headline LIKE 'Ferry%'", "current revision"),
    ("news.db", "UPDATE stories SET byline = 'Nobody'", "current revision"),
    ("news.db", "UPDATE revisions SET captured_at = '2030' WHERE number = 1", "newest revision"),
    ("news.db", "UPDATE story_facts SET section = 'Elsewhere'", "facts"),
    ("news.db", "DELETE FROM story_facts", "facts"),
    ("news.db", "UPDATE stories SET marks = 'sourceːnobody'", "marks"),
    ("news.db", "DELETE FROM aliases", "name"),
    ("news.db", "UPDATE stories SET presence = 'gone'", "presence"),
    ("news.db", "UPDATE teasers SET target_story_id = NULL", "teaser link"),
    ("news.db", "DELETE FROM requests", "run"),
    ("news.db", "UPDATE revisions SET draft = '{'", "draft"),
    ("news.db", 'UPDATE revisions SET draft = \'{"headline":"Forged"}\'', "draft"),
    ("news.db", "UPDATE aliases SET story_id = 5", "foreign key"),
    ("news.db", "DELETE FROM stories_fts_docsize", "index"),
    ("news.db", "INSERT INTO stories_fts(rowid, headline) VALUES (5, 'ghost')", "index"),
    ("news.db", "INSERT INTO stories_fts(stories_fts) VALUES ('delete-all')", "index"),
    ("captures.db", "DELETE FROM captures", "citation"),
    ("captures.db", "UPDATE captures SET payload_digest = (SELECT max(digest) FROM payloads)", "citation"),
    ("captures.db", "DELETE FROM payloads", "foreign key"),
    ("captures.db", "UPDATE payloads SET body = x'00'", "payload"),
    ("captures.db", "UPDATE payloads SET coding = 'odd'", "payload"),
]


@pytest.mark.parametrize(("file", "statement", "check"), DAMAGES, ids=[statement for _, statement, _ in DAMAGES])
def test_damage_is_found(filled: Path, file: str, statement: str, check: str) -> None:
    damage(filled / file, statement)
    report = verify(filled)
    assert check in {finding.check for finding in report.findings}
    assert not report.is_clean


def test_words_missing_from_the_index_are_found(filled: Path) -> None:
    damage(filled / "news.db", "DROP TRIGGER stories_fts_update", "UPDATE stories SET headline = headline || ' extra'")
    messages = [finding.message for finding in verify(filled).findings if finding.check == "index"]
    assert messages == ["stories_fts does not say what its stories say; `sqlite-utils rebuild-fts` makes it anew"]


@pytest.mark.parametrize(
    ("file", "name"), [("news.db", "listings_due"), ("news.db", "revisions"), ("captures.db", "payloads")]
)
def test_a_torn_page_is_found(filled: Path, file: str, name: str) -> None:
    path = filled / file
    damage(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(path)) as other:
        (root,) = other.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = b"\x7e" * 4096
    path.write_bytes(bytes(data))
    assert "integrity" in {finding.check for finding in verify(filled).findings}


@pytest.mark.parametrize("name", ["news.db", "captures.db"])
def test_a_file_too_damaged_to_be_opened_is_a_finding(filled: Path, name: str) -> None:
    with (filled / name).open("r+b") as file:
        file.truncate(8192)
    report = verify(filled)
    assert not report.is_clean
    assert [finding.message.partition(":")[0] for finding in report.findings if finding.check == "integrity"] == [name]


def test_missing_captures_are_found(filled: Path) -> None:
    (filled / "captures.db").unlink()
    (finding,) = verify(filled).findings
    assert finding.message == "captures.db is absent, and 3 captures are cited from it"


def test_an_empty_archive_needs_no_captures(archive: Archive, home: Path) -> None:
    archive.close()
    (home / "captures.db").unlink()
    assert verify(home).is_clean


def test_a_large_index_is_compared_only_when_asked(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_module, "_FULL_INDEX_CHECK_UP_TO", 1)
    assert len(verify(filled).notes) == 1
    assert verify(filled, is_thorough=True).notes == []


def test_an_index_that_cannot_be_compared_is_noted(filled: Path) -> None:
    with closing(sqlite3.connect(filled / "news.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        report = verify(filled, busy_timeout_seconds=0)
    assert report.is_clean
    assert "could not be compared" in report.notes[0]


def test_an_archive_that_is_not_there_is_said(home: Path) -> None:
    with pytest.raises(ArchiveMissingError):
        verify(home)


# telling two archives equal


def test_archives_of_the_same_pages_are_equal_whenever_they_were_taken(
    archive: Archive, home: Path, tmp_path: Path
) -> None:
    fill(archive)
    other = tmp_path / "other"
    with Archive(other) as second:
        fill(second, hours=5, order=-1)
    assert archive_digest(home) == archive_digest(other)
    ours, theirs = dump_archive(home), dump_archive(other)
    assert ours.stories == theirs.stories
    assert [len(part) for part in (ours.stories, ours.revisions, ours.aliases, ours.teasers, ours.payloads)] == [
        2,
        3,
        2,
        2,
        3,
    ]


@pytest.mark.parametrize(
    ("part", "key"), [("stories", "id"), ("revisions", "id"), ("aliases", "key"), ("teasers", "id")]
)
def test_archives_that_say_different_things_differ(filled: Path, part: str, key: str) -> None:
    before = dump_archive(filled)
    damage(filled / "news.db", f"DELETE FROM {part} WHERE {key} = (SELECT max({key}) FROM {part})")
    after = dump_archive(filled)
    assert after.digest != before.digest
    assert len(getattr(after, part)) < len(getattr(before, part))


def test_an_archive_without_captures_is_still_compared(filled: Path) -> None:
    digest = archive_digest(filled)
    (filled / "captures.db").unlink()
    assert archive_digest(filled) == digest
    assert dump_archive(filled).payloads == ()
