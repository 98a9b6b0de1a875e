"""Site memory in the archive: when it is cut, what it counts, what it forgets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import pytest

from newskeep.model import EMPTY_MEMORY, Imprint, SiteMemory
from storage.archive import Archive
from tests.storage.builders import HOUR, NOW, take_story


@pytest.fixture(autouse=True)
def _source(archive: Archive) -> None:
    take_story(archive)


def learn(archive: Archive, numbers: Iterable[int], *, source: str = "post") -> list[SiteMemory]:
    """Learn stories that share one block; give the snapshots that were cut."""
    found = [
        archive.memory.learn(source, Imprint(story=f"s{one}", blocks=("notice", f"own{one}")), now=NOW)
        for one in numbers
    ]
    return [memory for memory in found if memory is not None]


def test_a_source_starts_with_the_empty_memory(archive: Archive) -> None:
    assert archive.memory.newest("post") == EMPTY_MEMORY


def test_the_third_story_cuts_the_first_snapshot(archive: Archive) -> None:
    (memory,) = learn(archive, range(3))
    assert (memory.stories, memory.blocks) == (3, {("notice", 3)})
    assert archive.memory.newest("post") == memory


def test_older_snapshots_stay_as_they_were(archive: Archive) -> None:
    first, second = learn(archive, range(10))
    assert archive.memory.get(first.version) == first
    assert archive.memory.newest("post") == second
    assert second.blocks == {("notice", 10)}


def test_an_unknown_version_is_the_empty_memory(archive: Archive) -> None:
    assert archive.memory.get(77) == EMPTY_MEMORY


def test_a_copy_of_a_counted_story_counts_for_nothing(archive: Archive) -> None:
    assert learn(archive, [1, 2, 2, 2]) == []
    assert len(learn(archive, [3])) == 1


def test_sources_learn_apart_under_numbers_of_their_own(archive: Archive) -> None:
    archive.db.execute(
        "INSERT INTO sources SELECT 'other', name, homepage, language, timezone, enabled,"
        " interval_seconds, first_seen_at, retired_at, config_digest FROM sources"
    )
    learn(archive, range(2))
    assert learn(archive, range(2), source="other") == []
    (one,), (other,) = learn(archive, [5]), learn(archive, [5], source="other")
    assert one.version != other.version


def test_what_is_kept_of_the_imprints_is_bounded(archive: Archive) -> None:
    with archive.transaction():
        cuts = learn(archive, range(450))
    assert [memory.stories for memory in cuts] == [3, 10, 30, 100, 100, 100]
    (left,) = archive.db.execute("SELECT count(*) FROM site_imprints").fetchone()
    assert left == 0


def test_a_transaction_that_fails_learns_nothing(archive: Archive) -> None:
    with contextlib.suppress(ZeroDivisionError), archive.transaction():
        learn(archive, range(3))
        _ = 1 / 0
    assert archive.memory.newest("post") == EMPTY_MEMORY
    assert len(learn(archive, range(3))) == 1


def test_when_a_snapshot_was_cut_is_written_down(archive: Archive) -> None:
    for one in range(3):
        archive.memory.learn("post", Imprint(story=str(one), blocks=()), now=NOW + HOUR)
    assert archive.db.execute("SELECT cut_at, stories FROM site_memories").fetchall() == [
        ("2026-11-22T11:00:00.000Z", 3)
    ]
