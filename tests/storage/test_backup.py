"""Backups: whole or not there, made while others write, a home of their own."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from newskeep.errors import ArchiveLockedError, ArchiveMissingError, StorageError
from storage.archive import Archive
from storage.backup import back_up
from storage.compare import archive_digest
from storage.home_lock import KeepingLock
from storage.verify import verify
from tests.storage.builders import BRIDGE, FERRY, HOUR, NOW, ferry, take_story

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def filled(home: Path) -> Path:
    """A home with two stories, a configuration and a source."""
    with Archive(home) as archive:
        take_story(archive)
        take_story(archive, FERRY, ferry(), at=NOW + HOUR)
    (home / "newskeep.toml").write_text("[poll]\n")
    (home / "sources").mkdir()
    (home / "sources" / "post.toml").write_text('name = "The Post"\n')
    return home


def test_the_copy_says_what_the_archive_says(filled: Path, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path / "copies", now=NOW)
    assert made.folder == tmp_path / "copies" / "newskeep-20261122T100000Z"
    assert archive_digest(made.folder) == archive_digest(filled)
    assert verify(made.folder).is_clean
    assert sorted(path.name for path in made.folder.rglob("*.toml")) == ["newskeep.toml", "post.toml"]


def test_who_may_see_what_is_in_the_copy_too(filled: Path, tmp_path: Path) -> None:
    written = {"metadata.yml": "allow: {id: editor}\n", "authority.pem": "-----BEGIN CERTIFICATE-----\n"}
    for name, text in written.items():
        (filled / name).write_text(text)
    made = back_up(filled, tmp_path, now=NOW)
    assert {name: (made.folder / name).read_text() for name in written} == written


def test_a_folder_that_is_no_home_is_left_as_it_is(tmp_path: Path) -> None:
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    with pytest.raises(ArchiveMissingError):
        back_up(empty, empty / "backups", now=NOW)
    assert list(empty.iterdir()) == []


def test_a_story_is_found_in_the_copy_and_its_bytes_too(filled: Path, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path, now=NOW)
    with Archive(made.folder, read_only=True) as copy:
        info = copy.captures.latest(BRIDGE)
        assert info is not None
        assert copy.captures.body(info.payload_digest)
        assert copy.stories.resolve(FERRY)


def test_a_copy_without_the_bytes_is_complete_for_reading(filled: Path, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path, now=NOW, with_captures=False)
    assert not (made.folder / "captures.db").exists()
    assert made.report.is_clean
    assert any("captures.db is absent" in note for note in made.report.notes)


def test_it_is_made_while_another_process_writes(filled: Path, tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.busy_writer", str(filled), "1"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        acknowledged = _some_lines(writer, 20)
        made = back_up(filled, tmp_path, now=NOW)
        _some_lines(writer, 20)
    finally:
        writer.kill()
        writer.communicate()
    assert made.report.is_clean
    with Archive(made.folder, read_only=True) as copy:
        assert all(copy.stories.resolve(url) for url in acknowledged)


def _some_lines(writer: subprocess.Popen[str], count: int) -> list[str]:
    assert writer.stdout is not None
    return [writer.stdout.readline().strip() for _ in range(count)]


def test_two_in_one_second_have_names_of_their_own(filled: Path, tmp_path: Path) -> None:
    first, second = (back_up(filled, tmp_path, now=NOW) for _ in range(2))
    assert (first.folder.name, second.folder.name) == ("newskeep-20261122T100000Z", "newskeep-20261122T100000Z-2")


def test_a_killed_one_leaves_nothing_that_looks_finished(filled: Path, tmp_path: Path) -> None:
    left = tmp_path / "newskeep-20261121T100000Z.partial"
    left.mkdir()
    (left / "news.db").write_bytes(b"half")
    back_up(filled, tmp_path, now=NOW)
    assert [path.name for path in tmp_path.glob("newskeep-*")] == ["newskeep-20261122T100000Z"]


def test_one_that_fails_leaves_nothing(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "copies").write_text("a file where a folder should be")
    with pytest.raises(StorageError, match="Not a directory; name another folder"):
        back_up(filled, tmp_path / "copies", now=NOW)


def test_a_damaged_archive_gives_no_backup(filled: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(filled / "captures.db")) as captures, captures:
        captures.execute("UPDATE payloads SET body = zeroblob(length(body))")
    with pytest.raises(StorageError, match="does not verify"):
        back_up(filled, tmp_path, now=NOW)
    assert not (tmp_path / "newskeep-20261122T100000Z").exists()


def test_beside_another_one_or_a_prune_it_is_refused(filled: Path, tmp_path: Path) -> None:
    with KeepingLock(filled, now=NOW), pytest.raises(ArchiveLockedError, match=r"try again when it is done"):
        back_up(filled, tmp_path, now=NOW)


def test_without_an_archive_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissingError):
        back_up(_made(tmp_path / "empty"), tmp_path / "copies", now=NOW)
    assert not (tmp_path / "copies").exists()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_progress_is_told(filled: Path, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    back_up(filled, tmp_path, now=NOW, progress=lambda *step: steps.append(step))
    assert {"copying news.db", "copying captures.db"} <= {step for step, _, _ in steps}
    assert all(0 <= done <= total for _, done, total in steps)


def test_a_restored_home_goes_on(filled: Path, tmp_path: Path) -> None:
    made = back_up(filled, tmp_path, now=NOW)
    shutil.rmtree(filled)
    shutil.copytree(made.folder, filled)
    with Archive(filled) as archive:
        take_story(archive, f"{BRIDGE}-again", at=NOW + timedelta(days=1))
    assert verify(filled).is_clean
