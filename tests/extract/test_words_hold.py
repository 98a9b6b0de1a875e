"""What holds for whatever text comes: the rules of extraction that read words, names and addresses.

Tables of cases stand in the tests of their modules; rules over whole pages are tried on mutated pages
(`test_robustness`).
"""

from __future__ import annotations

import math
import re

from hypothesis import example, given
from hypothesis import strategies as st

from newskeep.extract import passage_trees, picture_trees, teaser_trees
from newskeep.extract.anchors import count_link_words
from newskeep.extract.authors import without_date
from newskeep.extract.bylines import tidy_byline
from newskeep.extract.cards import role_of_names
from newskeep.extract.credits import has_label, is_agency
from newskeep.extract.heading_words import read_heading
from newskeep.extract.headline_endings import is_long_enough
from newskeep.extract.judge import compact, is_sentence, role_of_signs
from newskeep.extract.languages import detect_language, is_surely_english
from newskeep.extract.live_entries import clock_of
from newskeep.extract.page_dates import language_hint, tidy_dateline
from newskeep.extract.picture_names import file_of, is_furniture_name, is_same_picture, is_stand_in_name, marks_of
from newskeep.extract.plain import is_credit, read_plain
from newskeep.extract.script_stories import blocks_of_text
from newskeep.extract.signs import name_signs
from newskeep.extract.site_names import squash
from newskeep.extract.sites.cards import kind_of_heading
from newskeep.extract.story_urls import fold_letters
from newskeep.extract.stretch import is_machine_data
from newskeep.extract.tree import is_web_address
from newskeep.extract.wording import points_elsewhere
from newskeep.model import TeaserKind
from newskeep.text import fold_space
from newskeep.urls import is_fetchable

TEXTS = st.text(max_size=60)
WORDS = st.sampled_from(
    ["By", "von", "par", "Ilse", "Varnhagen", "Monday", "Mai", "22", "2026", "10:30", "a.m.", "|", "-", ",", ";", ".",
     "Photo:", "Foto", "Reuters", "AP", "/", "Read", "more:", "Related", "Most", "popular", "The", "council", "met",
     "Lies", "auch", "é", "東京", "का", "!", "“", "”", "teaser", "byline", "hidden", "related-posts", "c-card__title"]
)  # fmt: skip
LINES = TEXTS | st.lists(WORDS, max_size=10).map(" ".join)
NAMES = st.lists(st.sampled_from(["Ilse Varnhagen", "J. Okoro", "李雷", "O'Neil", "x", "", " ", "Å"]), max_size=3)
ADDRESSES = TEXTS | st.builds(
    "https://{}/{}{}".format,
    st.sampled_from(["a.example", "cdn.example:8080", "[::1]", "bücher.example", "a..b", ""]),
    st.text(alphabet="abc/0123456789-_.%?=&ü ", max_size=30),
    st.sampled_from(["", ".jpg", "logo.svg", "?w=300", "/resize/300x200/a.jpg", "placeholder.png"]),
)


@given(text=TEXTS)
def test_letters_compare_alike_however_a_text_is_encoded(text: str) -> None:
    letters = compact(text)
    assert compact(letters) == letters
    # Three ways lead there, the quickest that a text's characters allow; a character more may change the way only.
    assert compact(f"{text}東") == f"{letters}東"
    assert compact(f"{text}é") == f"{letters}é"
    assert compact(f"- {text} -") == letters


@given(text=LINES)
def test_names_and_slugs_are_folded_once_and_for_all(text: str) -> None:
    assert squash(squash(text)) == squash(text)
    assert squash(f" {text}. ") == squash(text)
    assert fold_letters(fold_letters(text)) == fold_letters(text)
    assert fold_letters(text.upper()) == fold_letters(text) or not text.isascii()


@given(text=LINES, word=st.sampled_from(["again", "opens", "東京"]))
def test_a_sentence_ends_with_its_mark(text: str, word: str) -> None:
    assert not is_sentence(f"{text} {word}")
    assert is_sentence(f"{text} {word}.")
    assert is_sentence(f"“{text} {word}.”")


@given(text=LINES)
def test_a_link_has_as_many_words_as_it_has_parts_or_more_where_none_are_parted(text: str) -> None:
    assert count_link_words(text) >= len(text.split())
    assert count_link_words(text) == len(text.split()) or not text.isascii()
    assert is_long_enough(f"{text} two words")


# bylines and credits


@given(line=LINES)
def test_a_line_is_cut_where_its_date_begins(line: str) -> None:
    kept = without_date(line)
    assert line.startswith(kept)


@given(line=st.none() | LINES, authors=NAMES)
@example(line="By x", authors=[" "])
def test_a_byline_names_an_author_or_is_none(line: str | None, authors: list[str]) -> None:
    byline = tidy_byline(line, authors)
    if byline is None:
        return
    assert line
    letters = squash(byline)
    assert any(squash(part) in letters for name in authors for part in (name, *name.split()) if len(squash(part)) > 1)
    assert all(squash(word) in squash(line) for word in byline.split())
    assert tidy_byline(byline, authors) == byline


@given(text=LINES, agency=st.sampled_from(["Reuters", "AP", "dpa"]))
def test_credits_are_known_by_their_word_or_their_agency(text: str, agency: str) -> None:
    assert is_agency(agency)
    assert has_label(f"Photo: {agency}")
    assert not is_agency(f"{text} one two three four five six seven eight nine ten eleven twelve thirteen")
    assert has_label(text) in (True, False)
    assert is_credit(f"Photo: {agency}")


# headings and names of classes


@given(text=LINES)
def test_a_heading_speaks_of_teasers_or_is_nothing(text: str) -> None:
    heading = read_heading(text, None)
    if heading is not None:
        assert heading.text == text
        assert not (heading.is_popular or heading.is_latest or heading.is_related) or heading.speaks
    assert kind_of_heading(text) in TeaserKind
    assert read_heading("Most popular", None) is not None


@given(text=LINES)
def test_a_label_points_elsewhere_in_any_case_and_whatever_stands_behind_it(text: str) -> None:
    if points_elsewhere(text) and text.isascii():
        assert points_elsewhere(text.upper())
        assert points_elsewhere(f"{text} é") or not points_elsewhere(f"{text} e")


@given(names=st.lists(WORDS, max_size=6))
def test_class_names_say_the_same_in_any_order(names: list[str]) -> None:
    signs = name_signs(" ".join(names))
    assert signs == name_signs(" ".join(reversed(names)))
    assert signs == name_signs(" ".join([*names, *names]))
    assert role_of_signs(signs) == role_of_signs(signs | 0)
    assert role_of_signs(0) is None
    assert role_of_names(" ".join(names)) == role_of_names(" ".join(names).upper())


@given(text=LINES.filter(bool))
def test_what_scripts_read_is_told_from_what_is_shown(text: str) -> None:
    assert is_machine_data(f'{{"a": "{text}"}}', 0)
    assert not is_machine_data(f"x{text}", 0)


# languages, times of day, dates


@given(text=LINES)
def test_a_language_is_a_tag_or_unknown(text: str) -> None:
    found = detect_language(text)
    assert found is None or re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?", found)
    assert detect_language("".join(one for one in text if not one.isalpha())) is None
    assert detect_language("東京都知事は月曜日に橋を開くと発表した。" * 3) == "ja"
    assert not is_surely_english("")
    assert is_surely_english(f"the council of the town and the mayor of the town said that it was for the {text[:9]}")


@given(hour=st.integers(0, 23), minute=st.integers(0, 59), text=LINES)
def test_an_entry_begins_with_the_time_it_says(hour: int, minute: int, text: str) -> None:
    clock = clock_of(3, f"{hour:02}:{minute:02}")
    assert clock is not None
    assert (clock.hour, clock.minute) == (hour, minute)
    assert clock_of(3, f"x {text}") is None
    other = clock_of(3, text)
    assert other is None or (0 <= other.hour <= 24 and 0 <= other.minute <= 59)


@given(
    language=st.none() | st.sampled_from(["en", "EN", "de", "en-US"]),
    host=st.sampled_from(["a.co.uk", "a.in", "a.com", "a.us", ""]),
)
def test_only_english_takes_its_country_from_the_address(language: str | None, host: str) -> None:
    hint = language_hint(language, f"https://{host}/")
    assert hint == language or (language is not None and language.lower() == "en" and hint == f"en-{host[-2:]}")


@given(line=st.none() | LINES)
def test_a_dateline_is_kept_as_it_stands_or_not_at_all(line: str | None) -> None:
    found = tidy_dateline(line, language="en")
    assert found is None or (line is not None and found in line and any(one.isdigit() for one in found))
    assert tidy_dateline("22 May 2026", language="en") == "22 May 2026"


# pictures and addresses


@given(one=ADDRESSES, other=ADDRESSES)
def test_a_picture_is_the_same_as_itself_and_nobody_is_asked_first(one: str, other: str) -> None:
    try:
        is_same_picture(one, other)
    except ValueError:
        assert not (is_web_address(one) and is_web_address(other))
        return
    assert is_same_picture(one, one)
    assert is_same_picture(one, other) == is_same_picture(other, one)
    assert marks_of(one) == marks_of(one)
    assert is_stand_in_name(one) or not is_furniture_name(one)


@given(name=st.from_regex(r"[a-z]{6,12}-[a-z]{6,12}", fullmatch=True), width=st.integers(10, 4000))
def test_a_picture_in_another_size_or_at_another_host_is_the_same(name: str, width: int) -> None:
    one, other = f"https://a.example/p/{name}.jpg", f"https://b.example/x/{name}.jpg?w={width}"
    assert file_of(one) == file_of(other)
    assert is_same_picture(one, other)
    assert not is_same_picture(one, f"https://a.example/p/another-{name[::-1]}.jpg")


@given(address=ADDRESSES)
def test_what_counts_as_an_address_can_be_asked_for(address: str) -> None:
    if is_web_address(address):
        assert address.lower().startswith(("http://", "https://"))
        assert is_fetchable(address)


# plain text, and text in scripts


@given(parts=st.lists(LINES, max_size=6))
def test_a_plain_text_loses_no_word_on_its_way(parts: list[str]) -> None:
    page = read_plain("\n\n".join(parts))
    folded = {fold_space(part) for part in parts if fold_space(part)}
    assert (page.story is None) == (not folded)
    if page.story is not None:
        said = " ".join([*(block.text for block in page.story.blocks), page.story.headline or ""])
        source = fold_space(" ".join(parts))
        assert all(fold_space(word) in source for word in said.split())


@given(
    lines=st.lists(
        st.lists(st.sampled_from(["The", "council", "met", "again.", "東京"]), min_size=1, max_size=6), max_size=5
    )
)
def test_a_plain_text_in_a_script_is_a_paragraph_a_line(lines: list[list[str]]) -> None:
    texts = [" ".join(line) for line in lines]
    assert [block.text for block in blocks_of_text("\n".join(texts))] == texts
    marked = "".join(f"<p>{text}</p>" for text in texts)
    assert [block.text for block in blocks_of_text(marked)] == texts


# what was learned


@given(seed=st.lists(st.floats(allow_nan=False, width=32), min_size=100, max_size=100))
def test_a_margin_is_a_number_for_any_features(seed: list[float]) -> None:
    for score in (passage_trees.margin, picture_trees.margin, teaser_trees.first_margin, teaser_trees.second_margin):
        assert math.isfinite(score(seed))
        assert score(seed) == score(list(seed))
        assert abs(score(seed)) < 100
