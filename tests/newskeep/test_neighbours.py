"""Neighbouring characters as tokens, held to what SQLite's own tokenizer makes of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newskeep.neighbours import fold_close, is_close, neighbours, runs_of, token_text, words_among

# text, its tokens in the index
CASES = [
    ("東京都", "東京 京都 都"),
    ("東", "東"),
    ("東京、大阪", "東京 京 大阪 阪"),
    ("東京 大阪", "東京 京 大阪 阪"),
    ("2026年11月", "2026 6年 年1 11 1月 月"),
    ("新iPhone発売", "新i iphone e発 発売 売"),
    ("A株 B", "a a株 株"),
    ("plain words 東京", "東京 京"),
    ("ＡＢＣ株 ﾊﾞｽ", "abc c株 株 バス ス"),
    ("서울에", "서울 울에 에"),
    ("カー々〆", "カー ー々 々〆 〆"),
    ("ข\u200bา", "ขา า"),
    ("น้ำ", "น\U000f0e49 \U000f0e49ำ ำ"),
    ("\u0e01\u0e34\u0e19", "\u0e01\U000f0e34 \U000f0e34\u0e19 \u0e19"),
]


@pytest.mark.parametrize(("text", "tokens"), CASES, ids=[text for text, _ in CASES])
def test_runs_become_pairs_of_neighbours(text: str, tokens: str) -> None:
    assert neighbours([text]) == tokens


@pytest.mark.parametrize("text", ["", "plain words", "Привет мир", "हिन्दी", "😀 2026"])
def test_other_scripts_need_none(text: str) -> None:
    assert neighbours([text, None]) is None
    assert not is_close(text)


def test_no_pair_reaches_from_one_text_into_the_next() -> None:
    assert neighbours(["東京", None, "plain", "都"]) == "東京 京 都"


def test_a_query_is_split_into_runs() -> None:
    runs = runs_of("新iPhone (京) plain")
    assert [(run.tokens, run.is_close, run.is_beginning) for run in runs] == [
        (("新i", "iphone"), True, True),
        (("京",), True, True),
        (("plain",), False, False),
    ]
    assert words_among(runs[0]) == ("新", "iphone")
    assert [run.tokens for run in runs_of("6年 発i 2026年x 東")] == [
        ("6年",),
        ("発i",),
        ("2026", "6年", "年x"),
        ("東",),
    ]


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """An empty full-text index with SQLite's own tokenizer."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(a, tokenize='unicode61 remove_diacritics 2')")
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(t, instance)")
    yield connection
    connection.close()


LETTERS = st.text(st.sampled_from("東京都道アーカ서울กินข้าวမြန်မာភាសាລາວab1é"), min_size=2, max_size=12)


@given(LETTERS, st.data())
def test_any_two_neighbours_of_a_run_stand_beside_each_other_in_the_index(
    index: sqlite3.Connection, text: str, data: st.DataObject
) -> None:
    # Signs typed in another order than the usual one are put into it, here as in the index.
    text = fold_close(text)
    assume(len(text) > 1)
    place = data.draw(st.integers(0, len(text) - 2))
    pair = text[place : place + 2]
    if not is_close(pair):
        return
    index.execute("DELETE FROM t")
    index.execute("INSERT INTO t(rowid, a) VALUES (1, ?)", (neighbours([text]),))
    for run in runs_of(pair):
        sought = f'"{" ".join(run.tokens)}"' + " *" * run.is_beginning
        assert index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (sought,)).fetchone() == (1,)


@given(LETTERS)
def test_sqlite_takes_each_token_for_one_word(index: sqlite3.Connection, text: str) -> None:
    tokens = (neighbours([text]) or "").split()
    index.execute("DELETE FROM t")
    index.execute("INSERT INTO t(rowid, a) VALUES (1, ?)", (" ".join(tokens),))
    assert index.execute("SELECT count(*) FROM terms").fetchone() == (len(tokens),)


def test_latin_accents_are_left_to_the_tokenizer() -> None:
    assert token_text("café cafe\u0301") == "café cafe\u0301"
