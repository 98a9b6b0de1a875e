"""Plain text: white space, invisible characters, words, sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.text import (
    comparison_key,
    count_words,
    counted,
    fold_marks,
    fold_space,
    is_unspaced,
    plain_words,
    sentences,
    strip_invisible,
    word_set,
    words,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  a \n\t b  ", "a b"),
        ("a\u00a0b\u2003c\u2028d", "a b c d"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\ufeffzero\u200bwidth", "zerowidth"),
        ("", ""),
        (None, ""),
    ],
)
def test_white_space_and_invisible_characters_fold_away(text: str | None, folded: str) -> None:
    assert fold_space(text) == folded


def test_joiners_that_spell_words_stay() -> None:
    persian = "می\u200cخواهم"
    assert strip_invisible(persian) == persian


def test_control_characters_go() -> None:
    assert strip_invisible("a\x00b\x1bc\u202ed") == "abcd"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Salt &amp; Sons", "Salt & Sons"),
        ("Salt &amp;amp; Sons", "Salt & Sons"),
        ("caf&#233;", "café"),
        ("", ""),
        (None, ""),
    ],
)
def test_entities_become_characters_even_when_escaped_twice(text: str | None, plain: str) -> None:
    assert plain_words(text) == plain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It's a Harbor-vote, 2024!", ["it", "s", "a", "harbor", "vote", "2024"]),
        ("港の投票 2024", ["港", "の", "投", "票", "2024"]),
        ("항구 투표", ["항구", "투표"]),
        ("snake_case", ["snake", "case"]),
    ],
)
def test_words_are_runs_of_letters_and_single_chinese_or_japanese_characters(text: str, found: list[str]) -> None:
    assert words(text) == found
    assert count_words(text) == len(found)


def test_comparison_key_ignores_case_punctuation_and_width() -> None:
    assert comparison_key("“Ｈarbor” vote – again?") == comparison_key("harbor VOTE again")
    assert comparison_key(None) == ""


def test_comparison_key_tells_different_texts_apart() -> None:
    assert comparison_key("harbor vote") != comparison_key("harbor votes")


@pytest.mark.parametrize(
    ("text", "bare"), [("Février", "fevrier"), ("ŁÓDŹ", "lodz"), ("plain", "plain"), ("Ağustos", "agustos")]
)
def test_fold_marks_drops_accents_and_case(text: str, bare: str) -> None:
    assert fold_marks(text) == bare


@pytest.mark.parametrize(
    ("text", "answer"), [("港の投票", True), ("harbor 港", False), ("", False), ("항구 투표", False)]
)
def test_unspaced_scripts_are_recognised(text: str, answer: bool) -> None:
    assert is_unspaced(text) is answer


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The vote was close. It rained! Did it?", ("The vote was close.", "It rained!", "Did it?")),
        ("Dr. Lind met J. Okell on 3. Mai in Kesh.", ("Dr. Lind met J. Okell on 3. Mai in Kesh.",)),
        ('"It is over." She left.', ('"It is over."', "She left.")),
        ("投票は終わった。雨が降った！", ("投票は終わった。", "雨が降った！")),
        ("He paid 3.50 at www.kesh.example today", ("He paid 3.50 at www.kesh.example today",)),
        ("Kesh Corp. said so… Then no.", ("Kesh Corp. said so…", "Then no.")),
        ("He went to the U.S. and came back.", ("He went to the U.S. and came back.",)),
        ("! . Go", ("!", ".", "Go")),
        ("   ", ()),
    ],
)
def test_sentences_end_at_full_stops_but_not_at_abbreviations(text: str, found: tuple[str, ...]) -> None:
    assert sentences(text) == found


def test_a_sentence_comes_out_the_same_wherever_it_stands() -> None:
    sentence = "The toll returns on Monday."
    assert sentence in sentences(f"Nobody knew why. {sentence} Ships wait.")
    assert sentence in sentences(f"{sentence} Nobody knew why.")


def test_word_set_reads_lines_of_words() -> None:
    assert word_set("one two\n  three") == {"one", "two", "three"}


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_space(fold_space(text)) == fold_space(text)


@given(st.text())
def test_sentences_lose_no_word(text: str) -> None:
    assert words(" ".join(sentences(text))) == words(fold_space(text))


@given(st.one_of(st.text(), st.text(st.characters(codec="cp1252"), max_size=60)))
def test_words_are_counted_as_they_are_listed(text: str) -> None:
    assert count_words(text) == len(words(text))


@pytest.mark.parametrize(
    ("value", "things", "written"),
    [
        (0, ("story", "stories"), "0 stories"),
        (1, ("story", "stories"), "1 story"),
        (1, ("run",), "1 run"),
        (1234, ("run",), "1,234 runs"),
    ],
)
def test_one_thing_is_not_many(value: int, things: tuple[str, ...], written: str) -> None:
    assert counted(value, *things) == written
