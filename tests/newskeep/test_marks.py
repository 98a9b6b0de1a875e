"""Facts as words of the index."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.marks import StoryMarks, author_marks, language_marks, mark, moment_marks, period_marks, without_signs

# name, value, its mark
CASES = [
    ("source", "gzero-media", "sourceːgzeroˑmedia"),
    ("section", "World / News", "sectionːworldˑnews"),
    ("section", "  World News! ", "sectionːworldˑnews"),
    ("section", "Ｗｏｒｌｄ", "sectionːworld"),
    ("is", "soft_404", "isːsoft˙404".replace("˙", "ˑ")),
    ("tag", "東京", "tagː東京"),
    ("tag", "%", "tagː"),
    ("tag", "aːb", "tagːaˑb"),
    ("tag", "x" * 500, "tagː" + "x" * 80),
]


@pytest.mark.parametrize(("name", "value", "expected"), CASES)
def test_a_fact_is_one_word(name: str, value: str, expected: str) -> None:
    assert mark(name, value) == expected


def test_names_that_differ_by_a_vowel_sign_have_two_marks() -> None:
    assert mark("tag", "กิน") != mark("tag", "กัน")


def test_a_name_is_a_phrase_of_its_words() -> None:
    assert author_marks("Mary O’Neil-Roe") == ["authorːmary", "authorːo", "authorːneil", "authorːroe"]
    assert author_marks("…") == []


@pytest.mark.parametrize(
    ("tag", "marks"),
    [(None, []), ("en", ["languageːen"]), ("zh_Hant-TW", ["languageːzh", "languageːzhˑhant", "languageːzhˑhantˑtw"])],
)
def test_a_language_is_found_by_its_parts(tag: str | None, marks: list[str]) -> None:
    assert language_marks(tag) == marks


def test_a_story_has_all_its_marks() -> None:
    marks = StoryMarks(
        source="post",
        moment=datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
        form="article",
        states=("gone", "paid"),
        has=("revision",),
        language="en",
        section="World",
        authors=("Ana Wolff", "Bo Lin"),
        tags=("trade",),
    )
    assert marks.text().split() == [
        "sourceːpost", "dayː20261122", "monthː202611", "yearː2026", "formːarticle", "isːgone", "isːpaid",
        "hasːrevision", "languageːen", "sectionːworld", "authorːana", "authorːwolff", "authorː", "authorːbo",
        "authorːlin", "tagːtrade",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "marks"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "yearː2026"),
        (date(2026, 2, 1), date(2026, 2, 28), "monthː202602"),
        (date(2026, 1, 30), date(2026, 3, 1), "dayː20260130 dayː20260131 monthː202602 dayː20260301"),
        (date(2025, 12, 31), date(2027, 1, 1), "dayː20251231 yearː2026 dayː20270101"),
        (date(2026, 1, 2), date(2026, 1, 1), ""),
        (date(9999, 12, 31), date.max, "dayː99991231"),
    ],
)
def test_a_period_takes_the_fewest_marks(first: date, last: date, marks: str) -> None:
    assert " ".join(period_marks(first, last)) == marks


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 2000), st.integers(-40, 2040))
def test_a_day_has_a_mark_of_the_period_that_holds_it_and_of_no_other(first: date, length: int, offset: int) -> None:
    last, day = first + timedelta(days=length), first + timedelta(days=offset)
    own = moment_marks(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    assert bool(set(own) & set(period_marks(first, last))) is (first <= day <= last)


def test_nobody_types_a_mark() -> None:
    assert without_signs("sourceːgzeroˑmedia") == "source gzero media"
