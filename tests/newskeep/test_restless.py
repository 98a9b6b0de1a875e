"""Pages that change at every look: recognised, quietened, and believed again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newskeep.change_weight import Weight
from newskeep.restless import CALM, LOOKS_TO_CALM, Look, Unrest, after_look, is_noise


def play(*looks: tuple[str, Weight | None]) -> tuple[list[bool], Unrest]:
    """Look at a page: the digest of what it says and what it weighs beside the last revision. Which were noise?"""
    unrest, noise = CALM, []
    for digest, weight in looks:
        look = Look(digest=digest, weight=weight)
        noise.append(is_noise(unrest, look))
        unrest = after_look(unrest, look)
    return noise, unrest


T, W, S, C = Weight.TYPO, Weight.WORDING, Weight.SUBSTANCE, Weight.CORRECTION


def test_a_counter_in_the_text_is_noise_from_the_fourth_change_on() -> None:
    noise, unrest = play(("0", None), *((f"{number}", W) for number in range(1, 8)))
    assert noise == [False, False, False, False, True, True, True, True]
    assert unrest.is_restless


def test_substance_is_kept_and_so_is_a_correction() -> None:
    noise, _ = play(("0", None), *((f"{number}", T) for number in range(1, 6)), ("s", S), ("c", C))
    assert noise[-2:] == [False, False]


def test_two_versions_in_turn_are_noise_whatever_they_weigh() -> None:
    noise, _ = play(("a", None), ("b", S), ("a", S), ("b", S), ("a", S))
    assert noise == [False, False, False, True, True]


def test_new_substance_among_two_versions_in_turn_is_kept() -> None:
    noise, _ = play(("a", None), ("b", S), ("a", S), ("b", S), ("c", S))
    assert noise[-1] is False


def test_many_changes_of_substance_in_a_row_are_no_noise() -> None:
    noise, unrest = play(("0", None), *((f"{number}", S) for number in range(1, 12)))
    assert not any(noise)
    assert not unrest.is_restless


def test_edits_with_rest_between_are_no_noise() -> None:
    looks = [
        (digest, weight) for number in range(6) for digest, weight in ((f"{number}", W), *[(f"{number}", None)] * 2)
    ]
    noise, _ = play(*looks)
    assert not any(noise)


def test_a_page_at_rest_is_believed_again() -> None:
    noise, unrest = play(("0", None), *((f"{number}", W) for number in range(1, 6)), *[("end", W)] * LOOKS_TO_CALM)
    assert noise[-LOOKS_TO_CALM:] == [True] * (LOOKS_TO_CALM - 1) + [False]
    assert not unrest.is_restless


def test_a_better_extractor_is_no_unrest() -> None:
    assert not play(("1", None), ("2", None), ("3", None), ("4", None), ("5", None), ("6", None))[1].is_restless


LOOKS = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([None, *Weight])), max_size=30)


@given(LOOKS)
def test_what_is_remembered_is_bounded_and_ends_with_the_last_look(looks: list[tuple[str, Weight | None]]) -> None:
    _, unrest = play(*looks)
    assert len(unrest.seen) <= 8
    assert unrest.seen[-1:] == tuple(digest for digest, _ in looks[-1:])
    assert len(set(unrest.seen)) == len(unrest.seen)


@given(LOOKS)
def test_three_equal_looks_calm_any_page(looks: list[tuple[str, Weight | None]]) -> None:
    assert not play(*looks, *[("z", W)] * LOOKS_TO_CALM)[1].is_restless


@given(LOOKS)
def test_only_a_weighed_change_is_noise_and_never_a_correction(looks: list[tuple[str, Weight | None]]) -> None:
    noise, _ = play(*looks)
    assert not any(one and weight in (None, C) for one, (_, weight) in zip(noise, looks, strict=True))
