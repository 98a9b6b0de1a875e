"""Pieces of text around what was looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.errors import SearchQueryError
from newskeep.search_query import parse_query
from newskeep.snippets import MATCH_END, MATCH_START, Snippets


def snippet(query: str, *texts: str | None) -> str:
    """A snippet with its matches in square brackets."""
    found = Snippets(parse_query(query).words).of(texts)
    return found.replace(MATCH_START, "[").replace(MATCH_END, "]")


LONG = "Nothing of note was said here. " * 20

# query, text, snippet
CASES = [
    ("ferry", "The ferry left.", "The [ferry] left."),
    ("FERRY", "The Ferry left.", "The [Ferry] left."),
    ("koln", "Grüße aus KÖLN.", "Grüße aus [KÖLN]."),
    ("café", "Ein Cafe, ein Café.", "Ein [Cafe], ein [Café]."),
    ("art", "A cart of art, artful art.", "A cart of [art], artful [art]."),
    ("art*", "A cart of artful art.", "A cart of [artful] [art]."),
    ('"long bridge"', "A long – bridge, not long.", "A [long – bridge], not long."),
    ('"long brid"*', "A long bridge.", "A [long bridge]."),
    ("東京", "新東京都庁。", "新[東京]都庁。"),
    ("京", "東京と京都", "東[京]と[京]都"),
    ("2026年", "昨年と2026年です", "昨年と[2026年]です"),
    ("iphone発売", "新iPhone発売、iPhone 発売", "新[iPhone発売]、[iPhone] [発売]"),
    ("iphone", "新iPhone発売", "新[iPhone]発売"),
    ("ﾄﾖﾀ", "トヨタの車", "[トヨタ]の車"),
    ("ทำ", "ต้องทำงาน", "ต้อง[ทำ]งาน"),
    ("ข้าว", "กินข้าวที่", "กิน[ข้าว]ที่"),
    ("ขา", "ข\u200bา", "[ข\u200bา]"),
    ("서울", "서울에서", "[서울]에서"),
    ("ferry -boat", "A boat, a ferry.", "A boat, a [ferry]."),
    ("source:ferry left", "The ferry left.", "The ferry [left]."),
    ("two\u2003lines", "Two\nlines.", "[Two] [lines]."),
]


@pytest.mark.parametrize(("query", "text", "expected"), CASES, ids=[query for query, _, _ in CASES])
def test_matches_are_marked_in_the_text_as_it_stands(query: str, text: str, expected: str) -> None:
    assert snippet(query, text) == expected


def test_a_long_text_is_cut_between_words_around_the_match() -> None:
    found = snippet("ferry", LONG + "Then the ferry came. " + LONG)
    assert found.startswith("…")
    assert found.endswith("…")
    assert "Then the [ferry] came." in found
    assert set(found.strip("…").replace("[", "").replace("]", "").replace(".", "").split()) <= set(
        (LONG + "Then the ferry came").replace(".", "").split()
    )


def test_the_piece_with_the_most_different_words_is_taken() -> None:
    text = "ferry ferry ferry. " + LONG + "A ferry on strike. " + LONG
    assert "A [ferry] on [strike]" in snippet("ferry strike", text)


def test_the_first_text_wins_where_they_are_equal() -> None:
    assert snippet("ferry", None, "one ferry", "two ferry") == "one [ferry]"
    assert snippet("ferry two", "one ferry", "two ferry") == "[two] [ferry]"


@pytest.mark.parametrize(("texts", "expected"), [((None, "", "Only this."), "Only this."), ((None, ""), ""), ((), "")])
def test_without_a_match_it_is_the_beginning(texts: tuple[str | None, ...], expected: str) -> None:
    assert snippet("ferry", *texts) == expected


def test_a_vowel_sign_is_not_torn_from_its_letter() -> None:
    text = "กิ" * 300
    assert snippet("zeppelin", text).removesuffix("…").endswith("กิ")
    assert snippet("zeppelin", "ก" + text).removesuffix("…").endswith(("กิ", "กก"))


def test_a_snippet_of_an_unspaced_script_is_shorter() -> None:
    assert len(snippet("東京", "天" * 300 + "東京" + "地" * 300)) < 120


def test_every_match_of_a_headline_can_be_marked() -> None:
    assert Snippets(parse_query("a").words).marked("a b a") == f"{MATCH_START}a{MATCH_END} b {MATCH_START}a{MATCH_END}"


@given(st.text(max_size=12), st.text(max_size=400))
def test_marks_and_ends_apart_a_snippet_stands_in_the_text(query: str, text: str) -> None:
    text = text.replace(MATCH_START, "").replace(MATCH_END, "")
    try:
        words = parse_query(query).words
    except SearchQueryError:
        return
    found = Snippets(words).of([text])
    inside = found.replace(MATCH_START, "").replace(MATCH_END, "").strip("…").strip()
    assert inside in " ".join(text.split())
    assert found.count(MATCH_START) == found.count(MATCH_END)
