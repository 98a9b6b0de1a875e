"""How a site is learned, and what its memory may say of a passage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.model import SiteMemory
from newskeep.site_memory import (
    MOST_BLOCKS_OF_SOURCE,
    WINDOW_STORIES,
    block_digest,
    count_blocks,
    counts_of,
    is_counted,
    is_furniture,
    next_cut,
    starts_anew,
)


@pytest.mark.parametrize(
    ("stories", "cut"), [(0, 3), (2, 3), (3, 10), (10, 30), (30, 100), (99, 100), (100, 200), (399, 400), (400, 800)]
)
def test_snapshots_are_cut_ever_more_seldom(stories: int, cut: int) -> None:
    assert next_cut(stories) == cut


@pytest.mark.parametrize(
    ("stories", "counts"), [(0, True), (99, True), (100, True), (200, False), (299, False), (300, True), (399, True)]
)
def test_the_last_hundred_stories_before_a_cut_are_counted(stories: int, counts: bool) -> None:
    assert is_counted(stories) is counts


@given(st.integers(0, 10**7))
def test_no_snapshot_is_cut_from_more_stories_than_the_window(stories: int) -> None:
    cut = next_cut(stories)
    counted = range(max(0, cut - WINDOW_STORIES), cut)
    assert cut > stories
    assert is_counted(stories) == (stories in counted)


def test_imprints_are_forgotten_once_the_window_is_full() -> None:
    assert [starts_anew(cut) for cut in (3, 10, 30, 100, 200)] == [False, False, False, True, True]


def test_a_block_counts_once_a_story_and_from_three_stories_on() -> None:
    imprints = [("notice", "notice", "first"), ("notice", "second"), ("notice", "first")]
    assert count_blocks(imprints) == {("notice", 3)}


def test_a_snapshot_holds_the_commonest_blocks_alone() -> None:
    many = [f"{number:05}" for number in range(MOST_BLOCKS_OF_SOURCE + 50)]
    blocks = count_blocks([*[many] * 3, ["00449"]])
    assert len(blocks) == MOST_BLOCKS_OF_SOURCE
    assert ("00449", 4) in blocks


@pytest.mark.parametrize(
    ("count", "stories", "is_inside", "is_one"),
    [
        (2, 3, False, False),
        (3, 3, True, True),
        (3, 10, True, True),
        (3, 30, True, False),
        (3, 30, False, True),
        (8, 30, True, True),
        (9, 100, False, False),
        (10, 100, False, True),
        (24, 100, True, False),
    ],
)
def test_what_stands_inside_the_text_must_recur_more_often(
    count: int, stories: int, is_inside: bool, is_one: bool
) -> None:
    assert is_furniture(count, stories, is_inside=is_inside) is is_one


def test_digests_tell_texts_apart() -> None:
    assert block_digest("Write to the desk.") != block_digest("Write to us.")
    assert len(block_digest("\ud800")) == 16


def test_counts_are_looked_up_by_digest() -> None:
    assert counts_of(SiteMemory(version=1, stories=3, blocks=frozenset((("a", 3), ("b", 4))))) == {"a": 3, "b": 4}
