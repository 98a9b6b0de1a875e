"""Opening what is no archive, or not one that this program can use: one clear error each."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newskeep.errors import (
    ArchiveCorruptError,
    ArchiveLockedError,
    ArchiveMissingError,
    ForeignFileError,
    SchemaVersionError,
    StorageError,
)
from storage import connection as connection_module
from storage.archive import Archive
from storage.connection import open_file
from storage.news_schema import NEWS
from tests.storage.builders import take_story


def run(path: Path, *statements: str) -> None:
    """Change a file from outside."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for statement in statements:
            other.execute(statement)


def make(home: Path) -> Path:
    """Make an archive, and give the path of its news.db."""
    Archive(home).close()
    return home / "news.db"


def test_a_missing_archive_is_not_made_by_reading(home: Path) -> None:
    with pytest.raises(ArchiveMissingError, match="make one with `newskeep init`"):
        Archive(home, read_only=True)
    assert not home.exists()


def test_an_empty_file_is_made_into_an_archive(home: Path) -> None:
    home.mkdir()
    (home / "news.db").touch()
    with Archive(home) as archive:
        assert archive.stories.count() == 0


def test_an_empty_file_cannot_be_read(home: Path) -> None:
    home.mkdir()
    (home / "news.db").touch()
    with pytest.raises(ArchiveMissingError, match="is empty"):
        Archive(home, read_only=True)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_that_is_no_database_is_foreign(home: Path, read_only: bool) -> None:
    home.mkdir()
    (home / "news.db").write_bytes(b"Dear diary, " * 500)
    with pytest.raises(ForeignFileError, match=r"no SQLite database"):
        Archive(home, read_only=read_only)
    assert (home / "news.db").read_bytes().startswith(b"Dear diary")


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize("name", ["news.db", "captures.db"])
def test_a_database_of_something_else_is_foreign_and_left_alone(home: Path, name: str, read_only: bool) -> None:
    make(home)
    (home / name).unlink()
    run(home / name, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(ForeignFileError, match=f"{name}: the file is a database of something else"):
        Archive(home, read_only=read_only)
    with closing(sqlite3.connect(home / name)) as other:
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("recipes",)]


def test_an_empty_database_with_marks_of_something_else_is_foreign(home: Path) -> None:
    home.mkdir()
    run(home / "news.db", "PRAGMA application_id = 7")
    with pytest.raises(ForeignFileError):
        Archive(home)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_newer_schema_is_refused(home: Path, read_only: bool) -> None:
    run(make(home), "PRAGMA user_version = 999")
    with pytest.raises(SchemaVersionError, match=r"newer newskeep \(schema 999.*update newskeep"):
        Archive(home, read_only=read_only)


def test_an_older_schema_is_not_changed_by_reading(home: Path) -> None:
    layout = NEWS
    make(home)
    newer = connection_module.Layout(
        name=layout.name,
        application_id=layout.application_id,
        version=layout.version + 1,
        migrations=layout.migrations,
        synchronous=layout.synchronous,
    )
    with pytest.raises(SchemaVersionError, match="older newskeep"):
        open_file(home, newer, read_only=True)


def test_a_damaged_file_is_corrupt(home: Path) -> None:
    path = make(home)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    with pytest.raises(ArchiveCorruptError, match="restore the last backup"), Archive(home) as archive:
        take_story(archive)


def test_an_archive_held_by_another_process_is_locked(home: Path) -> None:
    home.mkdir()
    with closing(sqlite3.connect(home / "news.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveLockedError, match="another process"):
            Archive(home, busy_timeout_seconds=0)


def test_two_first_openings_make_one_archive(home: Path) -> None:
    with Archive(home) as one, Archive(home) as two:
        take_story(one)
        assert two.stories.count() == 1


def test_a_home_inside_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="its folder cannot be made"):
        Archive(tmp_path / "file" / "home")


@pytest.mark.parametrize("read_only", [True, False])
def test_a_home_whose_file_is_a_folder_cannot_be_opened(home: Path, read_only: bool) -> None:
    (home / "news.db").mkdir(parents=True)
    with pytest.raises(ArchiveMissingError):
        Archive(home, read_only=read_only)


def test_an_archive_on_a_read_only_disk_is_read(home: Path) -> None:
    with Archive(home) as archive:
        take_story(archive)
    # On such a disk SQLite cannot make the WAL that belongs to the file; here a folder is in its way.
    for name in ("news.db", "captures.db"):
        (home / f"{name}-wal").mkdir()
    with Archive(home, read_only=True) as archive:
        assert archive.stories.count() == 1


def test_an_old_sqlite_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(StorageError, match=r"newskeep needs 99\.0 or later"):
        Archive(home)


def test_closing_twice_does_no_harm(archive: Archive) -> None:
    archive.close()
    archive.close()


def test_news_without_captures_is_read(home: Path) -> None:
    with Archive(home) as archive:
        story_id = take_story(archive)
    (home / "captures.db").unlink()
    with Archive(home, read_only=True) as archive:
        assert archive.stories.show(story_id).draft.headline == "Bridge opens again"
        assert not archive.captures.is_present
        with pytest.raises(StorageError, match=r"captures\.db is absent"):
            archive.captures.get(1)


def test_a_transaction_that_fails_leaves_nothing(archive: Archive) -> None:
    def half() -> None:
        with archive.transaction():
            take_story(archive)
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert archive.stories.count() == 0


def test_an_inner_transaction_that_fails_takes_back_only_itself(archive: Archive) -> None:
    with archive.transaction():
        take_story(archive)
        with pytest.raises(KeyError), archive.transaction():  # noqa: PT012  (the block is what is tested)
            take_story(archive, "https://post.example/other")
            raise KeyError
    assert archive.stories.count() == 1


def test_a_fault_of_ours_is_not_called_a_fault_of_the_archive(archive: Archive) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), archive.transaction():
        archive.db.conn.execute("SELECT * FROM nonsense")
