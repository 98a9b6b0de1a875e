"""From what somebody types to a query that SQLite takes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newskeep.errors import SearchQueryError
from storage.query import fts_query

# what is typed, what is asked of FTS5
CASES = [
    ("hama", '"hama"'),
    ("hama  bridge", '"hama" AND "bridge"'),
    ('"long bridge" toll', '"long bridge" AND "toll"'),
    ("“long bridge”", '"long bridge"'),
    ("«pont neuf»", '"pont neuf"'),
    ('"long bridge', '"long bridge"'),
    ("elect*", '"elect" *'),
    ('"long brid"*', '"long brid" *'),
    ("bridge -toll", '("bridge") NOT ("toll")'),
    ("bridge NOT toll -cart", '("bridge") NOT ("toll" OR "cart")'),
    ('bridge -"long toll"', '("bridge") NOT ("long toll")'),
    ("ferry OR boat strike", '("ferry" OR "boat") AND "strike"'),
    ("a | b", '("a" OR "b")'),
    ("OR ferry", '"ferry"'),
    ("ferry OR", '"ferry"'),
    ("ferry AND boat", '"ferry" AND "boat"'),
    ("and or not near", '"and" AND "or" AND "not" AND "near"'),
    ("U.S. 50%", '"U.S." AND "50%"'),
    ("well-known", '"well-known"'),
    ("(ferry) & [boat]", '"(ferry)" AND "[boat]"'),
    ("headline:ferry", '"headline:ferry"'),
    ("ferry 🚢", '"ferry"'),
    ("o'clock; DROP TABLE", '"o\'clock;" AND "DROP" AND "TABLE"'),
    ("köln 東京", '"köln" AND "東京"'),
    ("nul\0byte", '"nul" AND "byte"'),
    ("^start", '"^start"'),
]


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """A full-text index with one row."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(a, tokenize='unicode61 remove_diacritics 2')")
    connection.execute("INSERT INTO t VALUES ('Ferry crews in Köln walked out at 5 o''clock')")
    yield connection
    connection.close()


@pytest.mark.parametrize(("typed", "query"), CASES, ids=[typed for typed, _ in CASES])
def test_what_is_typed_becomes_a_query(typed: str, query: str) -> None:
    assert fts_query(typed) == query


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "there is nothing to look for; give a word"),
        (" \t ", "there is nothing to look for"),
        ("🚢 !!", "no word to look for in '🚢 !!'"),
        ('""', "no word to look for"),
        ("-toll", "only words to leave out"),
        ("AND OR", "no word to look for"),
        ("***", "no word to look for"),
    ],
)
def test_what_holds_nothing_to_search_is_said(typed: str, message: str) -> None:
    with pytest.raises(SearchQueryError, match=message) as caught:
        fts_query(typed)
    assert isinstance(caught.value, ValueError)


@given(st.text(st.characters() | st.sampled_from('"*-()^:+ORAND'), max_size=60))
@example('"')
@example("a\ud800b")
def test_whatever_is_typed_sqlite_takes_it(index: sqlite3.Connection, typed: str) -> None:
    try:
        query = fts_query(typed)
    except SearchQueryError:
        return
    index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (query,)).fetchone()


def test_very_many_words_are_cut_off(index: sqlite3.Connection) -> None:
    query = fts_query(" ".join(f"word{number}" for number in range(5000)))
    assert index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (query,)).fetchone() == (0,)
