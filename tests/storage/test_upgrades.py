"""Archives of released versions are brought up to date with all they have; `schemas/` keeps one of each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from newskeep.errors import SchemaVersionError, StorageError
from storage.archive import Archive
from storage.captures_schema import CAPTURES
from storage.compare import dump_archive
from storage.connection import Layout, open_file
from storage.news_schema import NEWS
from storage.search import SearchRequest
from storage.verify import verify
from tests.storage.schemas.release import BRIDGE, FOLDER, TAKEN_DOWN, dump_file, fill, load_file

RELEASED = sorted(path.name.removesuffix(".news.sql") for path in FOLDER.glob("*.news.sql"))


def tables(path: Path) -> dict[str, int]:
    """How many rows each table of a file has, those of the search index and of SQLite left out."""
    with closing(sqlite3.connect(path)) as file:
        names = [
            name
            for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if "_fts" not in name and not name.startswith(("sqlite_", "_sqlite_migrations"))
        ]
        return {name: file.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def schema(path: Path) -> dict[str, str]:
    """What a file's tables, indexes, views and triggers are made by."""
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '_sqlite%'")
        return dict(rows.fetchall())


def load(home: Path, version: str) -> None:
    """Make the home that a version left behind."""
    home.mkdir()
    for layout in (NEWS, CAPTURES):
        text = (FOLDER / f"{version}.{Path(layout.name).stem}.sql").read_text(encoding="utf-8")
        load_file(text, home / layout.name)


def assert_is_whole(home: Path) -> None:
    """What `fill` put in is there, can be found, and is in step."""
    assert verify(home).findings == []
    with Archive(home, read_only=True) as archive:
        assert archive.stories.show(BRIDGE).draft.headline == "Bridge opens at last"
        assert len(archive.search.stories(SearchRequest(words="東京", limit=5)).hits) == 1
        assert archive.takedowns.find([TAKEN_DOWN.removeprefix("https://")]) is not None


@pytest.mark.parametrize("version", RELEASED)
def test_an_archive_of_a_release_comes_up_with_all_it_has(home: Path, version: str) -> None:
    load(home, version)
    before = tables(home / NEWS.name) | tables(home / CAPTURES.name)
    Archive(home).close()
    after = tables(home / NEWS.name) | tables(home / CAPTURES.name)
    assert {name: after.get(name) for name in before} == before
    assert_is_whole(home)


@pytest.mark.parametrize("version", RELEASED)
def test_a_schema_that_was_released_is_not_changed_without_a_migration(
    home: Path, empty_home: Path, version: str
) -> None:
    load(home, version)
    for layout in (NEWS, CAPTURES):
        with closing(sqlite3.connect(home / layout.name)) as file:
            (released,) = file.execute("PRAGMA user_version").fetchone()
        if released == layout.version:
            assert schema(home / layout.name) == schema(empty_home / layout.name)


# The way up itself, with a schema that is newer than today's by one migration.


def with_migration(layout: Layout, *statements: str) -> Layout:
    """A layout that is one version newer: today's migrations, then these statements."""
    migrations = Migrations(layout.migrations.name)

    for migration in layout.migrations._migrations:
        migrations(name=migration.name)(migration.fn)

    @migrations(name=f"{layout.version + 1:04}_next")
    def _next(db: Database) -> None:
        for statement in statements:
            db.execute(statement)

    return replace(layout, version=layout.version + 1, migrations=migrations)


NEXT = with_migration(
    NEWS,
    "ALTER TABLE stories ADD COLUMN mood TEXT",
    "UPDATE stories SET mood = 'calm'",
    "CREATE TABLE moods (story_id INTEGER)",
)
BROKEN = with_migration(NEWS, "ALTER TABLE stories ADD COLUMN mood TEXT", "CREATE TABLE stories (id INTEGER)")


@pytest.fixture
def filled(home: Path) -> Iterator[Path]:
    """A home with something in every table."""
    with Archive(home) as archive:
        fill(archive)
    return home


def test_the_archive_that_is_kept_for_a_release_has_something_in_every_table_that_matters(filled: Path) -> None:
    found = tables(filled / NEWS.name) | tables(filled / CAPTURES.name)
    empty = {name for name, count in found.items() if not count}
    assert empty <= {"rhythms", "media", "presence_doubts", "rechecks", "identity_vetoes", "dictionaries", "rereadings"}


def test_sql_text_gives_the_same_archive_again(filled: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for layout in (NEWS, CAPTURES):
        load_file(dump_file(filled / layout.name), other / layout.name)
        assert schema(other / layout.name) == schema(filled / layout.name)
    assert dump_archive(other) == dump_archive(filled)
    assert_is_whole(other)


def test_a_migration_keeps_all_rows_and_leaves_a_copy_of_what_was(filled: Path) -> None:
    before = tables(filled / NEWS.name)
    with closing(open_file(filled, NEXT, read_only=False)) as file:
        assert file.connection.execute("SELECT DISTINCT mood FROM stories").fetchall() == [("calm",)]
    after = tables(filled / NEWS.name)
    assert after == before | {"moods": 0}
    assert tables(filled / "backups" / f"news-schema-{NEWS.version}.db") == before


def test_a_migration_that_fails_leaves_everything_as_it_was(filled: Path) -> None:
    before = dump_archive(filled)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        open_file(filled, BROKEN, read_only=False)
    assert dump_archive(filled) == before
    assert_is_whole(filled)


def test_without_a_place_for_a_copy_nothing_is_migrated(filled: Path) -> None:
    (filled / "backups").write_text("a file where the folder of copies should be")
    with pytest.raises(StorageError, match="copy the archive before its upgrade"):
        open_file(filled, NEXT, read_only=False)
    assert_is_whole(filled)


def test_an_upgraded_archive_is_refused_by_the_program_before(filled: Path) -> None:
    open_file(filled, NEXT, read_only=False).close()
    with pytest.raises(SchemaVersionError, match="update newskeep"):
        Archive(filled)


def test_a_second_opening_has_nothing_to_do(filled: Path) -> None:
    open_file(filled, NEXT, read_only=False).close()
    with closing(open_file(filled, NEXT, read_only=True)) as file:
        assert file.connection.execute("PRAGMA user_version").fetchone() == (NEXT.version,)
