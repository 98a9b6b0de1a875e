"""Search held to what its words mean: random queries on a small archive, beside a reading of each story in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskeep.model import StoryDraft
from storage.archive import Archive
from storage.search import Order, SearchRequest
from tests.storage.builders import NOW, date, draft, take_story

WORDS = ("harbour", "ferry", "東京都", "京都", "toll")
SECTIONS = ("World", "Sport & Games", None)
DAYS = tuple(datetime(2024, 12, 30, 12, tzinfo=UTC) + timedelta(days=days) for days in (0, 1, 2, 32, 33, 400))


@dataclass(frozen=True)
class Asked:
    """A query, and whether a story is meant by it."""

    text: str
    means: Callable[[StoryDraft], bool]


def story(number: int) -> StoryDraft:
    """One of the stories; between them they have most mixtures of words, sections and days."""
    words = [word for place, word in enumerate(WORDS) if (number * 7 + 3) >> place & 1]
    return draft(
        f"Story {words[0] if words else 'of nothing'}",
        (" then ".join(words) or "Nothing at all.",),
        section=SECTIONS[number % 3],
        published=date(DAYS[number % len(DAYS)]),
    )


STORIES = tuple(story(number) for number in range(24))


def has_word(word: str) -> Asked:
    """Stories with a word; a word of a script that parts none may stand inside another."""
    if word.isascii():
        return Asked(word, lambda one: word in f"{one.headline} {one.text}".split())
    return Asked(word, lambda one: word in f"{one.headline} {one.text}")


def in_section(name: str) -> Asked:
    return Asked(f'section:"{name.lower()}"', lambda one: one.section == name)


def since(at: datetime) -> Asked:
    return Asked(f"after:{at:%Y-%m-%d}", lambda one: one.published.at.date() >= at.date())  # type: ignore[union-attr]  # all have one


def until(at: datetime) -> Asked:
    return Asked(f"before:{at:%Y-%m-%d}", lambda one: one.published.at.date() < at.date())  # type: ignore[union-attr]  # all have one


LEAVES = st.one_of(
    st.sampled_from(WORDS).map(has_word),
    st.sampled_from([name for name in SECTIONS if name]).map(in_section),
    st.sampled_from(DAYS).map(since),
    st.sampled_from(DAYS).map(until),
)


def either(parts: list[Asked]) -> Asked:
    return Asked(f"({' OR '.join(part.text for part in parts)})", lambda one: any(part.means(one) for part in parts))


def every(parts: tuple[list[Asked], list[Asked]]) -> Asked:
    wanted, left = parts
    text = " ".join([*(part.text for part in wanted), *(f"-{part.text}" for part in left)])
    return Asked(
        f"({text})",
        lambda one: all(part.means(one) for part in wanted) and not any(part.means(one) for part in left),
    )


ASKED = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(either),
        st.tuples(st.lists(inner, min_size=1, max_size=3), st.lists(inner, max_size=2)).map(every),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, dict[int, StoryDraft]]]:
    """An archive with all stories, and which id each has."""
    home: Path = tmp_path_factory.mktemp("meaning")
    with Archive(home) as opened:
        with opened.transaction():
            ids = {
                take_story(opened, f"https://post.example/{number}", one, at=NOW + number * timedelta(hours=1)): one
                for number, one in enumerate(STORIES)
            }
        yield opened, ids


@settings(max_examples=60)
@given(asked=ASKED)
def test_a_query_finds_exactly_the_stories_it_means(
    archive: tuple[Archive, dict[int, StoryDraft]], asked: Asked
) -> None:
    opened, ids = archive
    meant = {story_id for story_id, one in ids.items() if asked.means(one)}
    request = SearchRequest(words=asked.text, limit=100)
    result = opened.search.stories(request)
    assert {hit.story_id for hit in result.hits} == meant, asked.text
    assert result.count == opened.search.count(request) == sum(count for _, count in result.by_day) == len(meant)
    newest = opened.search.stories(SearchRequest(words=asked.text, limit=100, order=Order.NEWEST)).hits
    assert [hit.story_id for hit in newest] == sorted(meant, reverse=True)
