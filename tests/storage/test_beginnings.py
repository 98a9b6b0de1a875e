"""Beginnings spelled out: the same stories are found as by FTS5's own way, and no mark is taken for a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import beginnings, search
from storage.archive import Archive
from storage.beginnings import Spelled, spell, story_rows
from storage.search import Order, SearchRequest
from tests.storage.builders import HOUR, NOW, draft, take_story

TEXTS = (
    "The harbour was closed at noon.", "Two harbours in the north shut down.", "A hard winter, said the author Harald.",
    "Harbin and Harburg are towns.", "Nobody harvested anything.", "He sourced his wood in the island of Isla.",
    "The langoustine was hârdy.", "Dayton had a formal ball.", "Nothing of the kind.",
)  # fmt: skip
QUERIES = (
    "harb*", "har*", "h*", "HAR*", "headline:story*", "harb* NOT harbours", "-harb* town*", "harb* OR day*", "sourc*", "lang*",
    '"two harb*"', '"two harb"*', "source:post har*", "dayt*", "is*", "zzz*", "har* da*", "formal*", "hâr*", "har* after:2026",
)  # fmt: skip


@pytest.fixture
def filled(home: Path) -> Iterator[Archive]:
    with Archive(home) as archive:
        for number, text in enumerate(TEXTS):
            take_story(
                archive, f"https://post.example/{number}", draft(f"Story {number}", (text,)), at=NOW + number * HOUR
            )
    with Archive(home, read_only=True) as archive:
        yield archive


def ids(archive: Archive, words: str, order: Order = Order.NEWEST) -> list[int]:
    return [hit.story_id for hit in archive.search.stories(SearchRequest(words=words, order=order)).hits]


@pytest.mark.parametrize("words", QUERIES)
@pytest.mark.parametrize("order", list(Order))
def test_the_same_stories_are_found_either_way(
    filled: Archive, monkeypatch: pytest.MonkeyPatch, words: str, order: Order
) -> None:
    itself = ids(filled, words, order)
    monkeypatch.setattr(beginnings, "SMALL_ARCHIVE", 0)
    assert ids(filled, words, order) == itself
    monkeypatch.setattr(beginnings, "_MOST_WORDS", 1)
    monkeypatch.setattr(beginnings, "_FEWEST_SAMPLED", 1)
    assert ids(filled, words, order) == itself


@pytest.mark.parametrize(
    ("beginning", "words"),
    [
        ("harb", ("harbin", "harbour", "harbours", "harburg")),
        ("hard", ("hard", "hardy")),
        ("sourc", ("sourced",)),
        ("lang", ("langoustine",)),
        ("day", ("dayton",)),
        ("form", ("formal",)),
        ("is", ("island", "isla")),
        ("zzz", ()),
    ],
)
def test_words_are_spelled_out_without_marks(
    filled: Archive, monkeypatch: pytest.MonkeyPatch, beginning: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(beginnings, "SMALL_ARCHIVE", 0)
    found = spell(filled.db.conn, beginning)
    assert found is not None
    assert (sorted(found.words), found.is_whole) == (sorted(words), True)


def test_where_too_many_words_begin_so_the_commonest_stand_for_them(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginnings, "SMALL_ARCHIVE", 0)
    monkeypatch.setattr(beginnings, "_MOST_WORDS", 3)
    assert spell(filled.db.conn, "harb") is None  # rare in the newest stories
    monkeypatch.setattr(beginnings, "_FEWEST_SAMPLED", 3)
    assert spell(filled.db.conn, "harb") == Spelled(words=("harbin", "harburg", "harbours"), is_whole=False)
    monkeypatch.setattr(search, "COUNT_CAP", 1)
    found = filled.search.stories(SearchRequest(words="harb*"))
    assert (found.is_capped, found.count, len(found.hits)) == (True, 1, 2)
    assert [hint for hint in found.hints if "harb" in hint]
    # Fewer than are counted: then all of them are looked for, and nothing is said.
    monkeypatch.setattr(search, "COUNT_CAP", 20)
    found = filled.search.stories(SearchRequest(words="harb*"))
    assert (found.count, found.hints) == (3, ())


def test_small_archives_and_odd_beginnings_are_left_to_the_index(
    filled: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert spell(filled.db.conn, "harb") is None
    monkeypatch.setattr(beginnings, "SMALL_ARCHIVE", 0)
    assert [spell(filled.db.conn, odd) for odd in ("hâr", "a_b", "東", "")] == [None] * 4


def test_the_index_keeps_count(filled: Archive, home: Path) -> None:
    assert story_rows(filled.db.conn) == len(TEXTS)
    with Archive(home) as archive:
        for number in range(130):
            take_story(archive, f"https://post.example/more/{number}", draft(f"More {number}"), at=NOW + 50 * HOUR)
        assert story_rows(archive.db.conn) == len(TEXTS) + 130 == archive.stories.count()


def test_an_empty_archive_has_no_words(archive: Archive) -> None:
    assert story_rows(archive.db.conn) == 0
