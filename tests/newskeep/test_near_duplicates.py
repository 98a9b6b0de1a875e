"""Copies: what counts as a sentence, how much two stories share, and who had a text first."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.near_duplicates import (
    MOST_SENTENCES,
    SKETCH_SIZE,
    CopyKind,
    Member,
    Overlap,
    by_time,
    compare,
    components,
    sentence_hashes,
    sketch,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SENTENCES = tuple(
    f"The {animal} of {place} was counted by the wardens on {day} and found to be well."
    for animal in ("heron", "otter", "crane", "badger")
    for place in ("Lunt", "Hamaville", "Osterby")
    for day in ("Monday", "Friday")
)
TEXT = "\n\n".join(" ".join(SENTENCES[at : at + 3]) for at in range(0, len(SENTENCES), 3))

SAME = {
    "case and quotes": (
        "“The otter is well,” the wardens of Lunt said.",
        '"The OTTER is well" the wardens of Lunt said!',
    ),
    "white space": ("The otter  of Lunt\u00a0was seen again today.", "The otter of Lunt was seen again today."),
    "width": ("Ｔｈｅ otter of Lunt was seen again today.", "The otter of Lunt was seen again today."),
    "a paragraph of its own": (f"Short one. {SENTENCES[0]}", f"{SENTENCES[0]}\n\nAnother short one."),
    "Japanese": (
        "運河の水門は来週の月曜日まで閉じたままだと市が発表した。",
        "運河の水門は来週の月曜日まで閉じたままだと市が発表した。 続報あり。",
    ),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_one_sentence_has_one_hash(one: str, other: str) -> None:
    assert len(sentence_hashes(one)) == 1
    assert sentence_hashes(one) == sentence_hashes(other)


@pytest.mark.parametrize("text", ["", "Five words are too few.", "a b c d e f g", "今日は晴れ。", "\n\n\n"])
def test_what_is_too_short_to_tell_has_no_hash(text: str) -> None:
    assert sentence_hashes(text) == frozenset()


def test_hashes_fit_into_a_signed_integer_of_64_bits() -> None:
    assert all(-(2**63) <= one < 2**63 for one in sentence_hashes(TEXT))


def test_a_very_long_text_is_sampled() -> None:
    text = " ".join(f"The otter number {number} of Lunt was counted again." for number in range(2 * MOST_SENTENCES))
    assert len(sentence_hashes(text)) == MOST_SENTENCES


def test_the_sketch_of_a_copy_shares_a_hash_however_it_was_cut() -> None:
    rng = random.Random(7)
    for _ in range(200):
        kept = rng.sample(SENTENCES, len(SENTENCES) * 3 // 4)
        copy = " ".join((*kept, *(f"Our own sentence with the number {at} in it." for at in range(4))))
        assert set(sketch(sentence_hashes(TEXT))) & sentence_hashes(copy)


@pytest.mark.parametrize(
    ("shared", "sentences", "other", "kind"),
    [
        (10, 20, 40, CopyKind.SAME_TEXT),
        (20, 20, 20, CopyKind.SAME_TEXT),
        (9, 20, 40, CopyKind.RELATED),
        (6, 20, 40, CopyKind.RELATED),
        (5, 20, 40, None),
        (1, 1, 1, None),
        (2, 2, 30, CopyKind.SAME_TEXT),
        (0, 0, 0, None),
    ],
)
def test_what_two_stories_are_depends_on_the_share_of_the_shorter(
    shared: int, sentences: int, other: int, kind: CopyKind | None
) -> None:
    assert Overlap(shared=shared, sentences=sentences, other_sentences=other).kind is kind
    assert Overlap(shared=shared, sentences=other, other_sentences=sentences).kind is kind


def test_formulas_count_on_neither_side() -> None:
    found = compare(frozenset((1, 2, 3, 4)), frozenset((1, 2, 9)), common=frozenset((1, 9)))
    assert found == Overlap(shared=1, sentences=3, other_sentences=1)


@given(st.frozensets(st.integers(0, 50)), st.frozensets(st.integers(0, 50)))
def test_comparing_is_the_same_from_both_sides(one: frozenset[int], other: frozenset[int]) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.shared, there.sentences, there.kind) == (back.shared, back.other_sentences, back.kind)
    assert 0.0 <= there.share <= 1.0


@given(st.text())
def test_any_text_has_hashes_of_its_own(text: str) -> None:
    assert sentence_hashes(text) == sentence_hashes(text)
    assert len(sketch(sentence_hashes(text))) <= SKETCH_SIZE


def member(story_id: int, *, published: datetime | None, seen: datetime = NOON) -> Member:
    """A story of a cluster."""
    return Member(story_id=story_id, source="post", published_at=published, first_seen_at=seen)


@pytest.mark.parametrize(
    ("members", "order"),
    [
        ((member(1, published=NOON), member(2, published=NOON - HOUR)), (2, 1)),
        ((member(1, published=None, seen=NOON - HOUR), member(2, published=NOON)), (1, 2)),
        # A date in the future is a publisher's slip: we had the story before.
        ((member(1, published=NOON + HOUR), member(2, published=NOON, seen=NOON + HOUR)), (1, 2)),
        ((member(2, published=NOON), member(1, published=NOON)), (1, 2)),
    ],
)
def test_the_first_is_told_by_what_publishers_say_and_what_was_seen(
    members: tuple[Member, ...], order: tuple[int, ...]
) -> None:
    assert tuple(one.story_id for one in by_time(members)) == order


def test_clusters_are_what_hangs_together() -> None:
    assert components({1: [2], 2: [1, 3], 3: [2], 4: [], 5: [6], 6: [5]}) == (
        frozenset((1, 2, 3)),
        frozenset((4,)),
        frozenset((5, 6)),
    )
