"""Word diffs: what differs, by field and paragraph, whatever is compared."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.model import Block, BlockKind, Picture, StoryDraft
from newskeep.word_diff import Mark, Piece, count_words, diff_drafts, diff_words, matches


def draft(*text: str, headline: str = "Bridge opens", **fields: object) -> StoryDraft:
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=one) for one in text)
    return StoryDraft(headline=headline, blocks=blocks, **fields)  # type: ignore[arg-type]  # any field of it


def shown(pieces: tuple[Piece, ...]) -> str:
    """As people read it."""
    signs = {Mark.SAME: "{}", Mark.REMOVED: "[-{}-]", Mark.ADDED: "{{+{}+}}"}
    return "".join(signs[piece.mark].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "diff"),
    [
        ("the cat sat on the mat", "the dog sat on the mat", "the [-cat-]{+dog+} sat on the mat"),
        ("the mat", "the red mat", "the {+red +}mat"),
        ("the red mat", "the mat", "the [-red -]mat"),
        ("the mat.", "the mat!", "the mat[-.-]{+!+}"),
        ("it costs 1,200 now", "it costs 1,250 now", "it costs [-1,200-]{+1,250+} now"),
        ("Harbour", "Harbor", "[-Harbour-]{+Harbor+}"),
        ("同じ日に市長は", "同じ夜に市長は", "同じ[-日-]{+夜+}に市長は"),
        ("one", "", "[-one-]"),
        ("", "one", "{+one+}"),
        ("", "", ""),
        ("same words", "same   words", "same   words"),
    ],
)
def test_words_that_differ_are_marked(before: str, after: str, diff: str) -> None:
    assert shown(diff_words(before, after)) == diff


def test_a_story_is_compared_field_by_field_and_paragraph_by_paragraph() -> None:
    before = draft("First stays as it is.", "The toll is three crowns.", "Last stays too.", byline="By Ana Wolff")
    after = draft("First stays as it is.", "The toll is four crowns.", "Last stays too.", byline="By Bo Lin")
    diff = diff_drafts(before, after)
    assert [(part.field, part.paragraph, shown(part.pieces)) for part in diff.parts] == [
        ("byline", None, "By [-Ana Wolff-]{+Bo Lin+}"),
        ("text", 2, "The toll is [-three-]{+four+} crowns."),
    ]
    assert (diff.words_added, diff.words_removed) == (3, 3)


def test_a_paragraph_that_came_has_its_place_in_the_new_text_and_one_that_went_in_the_old() -> None:
    one, two, three = "The bridge is open.", "Carts may cross it.", "Ferries stay in harbour."
    (came,) = diff_drafts(draft(one, three), draft(one, two, three)).parts
    (went,) = diff_drafts(draft(one, two, three), draft(one, three)).parts
    assert (came.paragraph, came.is_whole, came.after) == (2, True, two)
    assert (went.paragraph, went.is_whole, went.before) == (2, True, two)


def test_a_paragraph_split_in_two_changes_no_word() -> None:
    diff = diff_drafts(draft("One two three. Four five six."), draft("One two three.", "Four five six."))
    assert (diff.parts, diff.words_added, diff.words_removed) == ((), 0, 0)


def test_captions_and_pictures_are_compared_too() -> None:
    before = draft("Text.", pictures=(Picture(url="https://post.example/a.jpg", caption="At dawn"),))
    after = draft("Text.", pictures=(Picture(url="https://post.example/b.jpg", caption="At dusk"),))
    assert [part.field for part in diff_drafts(before, after).parts] == ["captions", "pictures"]


def test_equal_readings_differ_in_nothing() -> None:
    assert diff_drafts(draft("Text."), draft("Text.")).parts == ()


TEXTS = st.lists(st.sampled_from([*"abcde", "17", "été", "日", "本", ".", "—", "\u0301x"]), max_size=40).map(" ".join)


@given(before=TEXTS, after=TEXTS)
def test_a_diff_holds_both_texts_whole(before: str, after: str) -> None:
    pieces = diff_words(before, after)
    old = "".join(piece.text for piece in pieces if piece.mark is not Mark.ADDED)
    new = "".join(piece.text for piece in pieces if piece.mark is not Mark.REMOVED)
    assert "".join(old.split()) == "".join(before.split())
    assert new.split() == after.split()


@given(a=st.lists(st.integers(0, 6)), b=st.lists(st.integers(0, 6)))
def test_matches_are_equal_things_in_order(a: list[int], b: list[int]) -> None:
    one, other = [str(item) for item in a], [str(item) for item in b]
    found = matches(one, other)
    assert all(one[i] == other[j] for i, j in found)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(found))


@given(st.lists(TEXTS, max_size=6), st.lists(TEXTS, max_size=6))
def test_the_words_of_a_diff_of_stories_are_counted(before: list[str], after: list[str]) -> None:
    diff = diff_drafts(draft(*before), draft(*after))
    grown = count_words("\n".join(after)) - count_words("\n".join(before))
    assert diff.words_added - diff.words_removed == grown


@pytest.mark.parametrize("vocabulary", [30_000, 40, 2, 1])
def test_many_thousand_words_take_no_square(vocabulary: int) -> None:
    source = random.Random(vocabulary)
    texts = [" ".join(str(source.randrange(vocabulary)) for _ in range(20_000)) for _ in range(2)]
    start = time.process_time()
    diff_words(*texts)
    assert time.process_time() - start < 10  # a square would take minutes


def test_thousands_of_equal_paragraphs_take_no_square() -> None:
    start = time.process_time()
    diff_drafts(draft(*["x"] * 10_000), draft(*["x"] * 5_000, *["y"] * 9_000))
    assert time.process_time() - start < 10
