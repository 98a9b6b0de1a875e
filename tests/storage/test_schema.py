"""The schema beside its description, and its marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.captures_schema import CAPTURES
from storage.connection import Layout, open_file
from storage.hosts import HostStore
from storage.hosts_schema import HOSTS
from storage.news_schema import NEWS

SCHEMA_MD = Path(__file__).resolve().parents[2] / "docs" / "schema.md"
OWN_TABLES = re.compile(r"_sqlite_migrations|sqlite_.*|.*_fts_(config|content|data|docsize|idx)")


def described(file: str) -> dict[str, list[str]]:
    """Tables of a file with their columns, as the description has them."""
    text = SCHEMA_MD.read_text(encoding="utf-8").split(f"## {file}\n")[1].split("\n## ")[0]
    parts = re.split(r"^### (\w+)", text, flags=re.MULTILINE)[1:]
    return {
        name: re.findall(r"^\| `(\w+)` \|", body, flags=re.MULTILINE)
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.mark.parametrize("layout", [NEWS, CAPTURES, HOSTS], ids=lambda layout: layout.name)
def test_every_table_and_column_is_described_in_its_order(archive: Archive, home: Path, layout: Layout) -> None:
    HostStore.open(home).close()
    file = open_file(home, layout, read_only=True)
    names = [name for name in (*file.db.table_names(), *file.db.view_names()) if not OWN_TABLES.fullmatch(name)]
    found = {name: [column.name for column in file.db[name].columns] for name in names}
    file.close()
    assert found == described(layout.name)


@pytest.mark.parametrize("layout", [NEWS, CAPTURES, HOSTS], ids=lambda layout: layout.name)
def test_the_version_is_the_number_of_migrations(archive: Archive, home: Path, layout: Layout) -> None:
    HostStore.open(home).close()
    file = open_file(home, layout, read_only=True)
    applied = layout.migrations.applied(file.db)
    (version,) = file.connection.execute("PRAGMA user_version").fetchone()
    file.close()
    assert (len(applied), version) == (layout.version, layout.version)


def test_all_tables_but_the_index_check_types(archive: Archive) -> None:
    plain = [
        table.name
        for table in archive.db.tables
        if not table.strict and not OWN_TABLES.fullmatch(table.name) and not table.name.endswith("_fts")
    ]
    assert plain == []


@pytest.mark.parametrize(
    ("file", "synchronous"), [("_news", 1), ("_captures", 2)], ids=["news.db NORMAL", "captures.db FULL"]
)
def test_commits_are_as_durable_as_promised(archive: Archive, file: str, synchronous: int) -> None:
    connection = getattr(archive, file).connection
    assert connection.execute("PRAGMA synchronous").fetchone() == (synchronous,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


@pytest.mark.parametrize(
    ("columns", "index"),
    [
        ("source", "stories_source_published"),
        ("section", "stories_section"),
        ("language", "stories_language"),
        ("form", "stories_form"),
    ],
)
def test_a_facet_is_counted_from_an_index_alone(archive: Archive, columns: str, index: str) -> None:
    sql = f"EXPLAIN QUERY PLAN SELECT {columns}, count(*) FROM stories GROUP BY {columns}"
    plan = " ".join(row[3] for row in archive.db.execute(sql))
    assert f"USING COVERING INDEX {index}" in plan


def test_opening_again_changes_nothing(archive: Archive, home: Path) -> None:
    before = archive.db.schema
    archive.close()
    with Archive(home) as again:
        assert again.db.schema == before
