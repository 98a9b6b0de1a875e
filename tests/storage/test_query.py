"""From terms to a query that SQLite takes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newskeep.errors import SearchQueryError
from newskeep.search_query import parse_query
from storage.query import Days, story_query, teaser_query

DAYS = Days(first=date(2024, 3, 5), last=date(2026, 11, 22))
BOTH = "{headline_neighbours neighbours}"

# what is typed, what is asked of the index of stories
CASES = [
    ("hama", '"hama"'),
    ("hama toll", '("hama" AND "toll")'),
    ("hama OR toll -cart", '(("hama" OR "toll") NOT "cart")'),
    ("hama -cart -toll", '("hama" NOT ("cart" OR "toll"))'),
    ("(hama -cart) OR toll", '(("hama" NOT "cart") OR "toll")'),
    ("elect*", '- marks : "elect" *'),
    ("headline:elect*", 'headline : "elect" *'),
    ("caption:hama", 'captions : "hama"'),
    ("NEAR(hama toll, 3)", 'NEAR("hama" "toll", 3)'),
    ("NEAR(hama tol*, 3)", '- marks : NEAR("hama" "tol" *, 3)'),
    ("NEAR(東京 大阪, 3)", BOTH + ' : NEAR("東京" "大阪", 3)'),
    ('NEAR("東京 x" 大阪, 3)', f'(({BOTH} : "東京" AND "x") AND {BOTH} : "大阪")'),
    ("東京都", BOTH + ' : "東京 京都"'),
    ("京", BOTH + ' : "京" *'),
    ("headline:東京", 'headline_neighbours : "東京"'),
    ("text:東京", 'neighbours : "東京"'),
    ('headline:"東京 news"', '(headline_neighbours : "東京" AND {headline headline_neighbours} : "news")'),
    ("2026年", f'({BOTH} : "2026 6年" OR ("2026" AND {BOTH} : "年" *))'),
    ("source:gzero-media", '"sourceːgzeroˑmedia"'),
    ('author:"Jane Doe"', '"authorːjane authorːdoe"'),
    ("author:jan*", '"authorːjan" *'),
    ("hama on:2025-02", '("hama" AND "monthː202502")'),
    ("hama on:2025-02-03..2025-02-04", '("hama" AND ("dayː20250203" OR "dayː20250204"))'),
    ("hama after:2026-11-01", '("hama" AND ("monthː202611" OR "monthː202612"))'),
    ("hama before:2024-05", '("hama" AND ("monthː202401" OR "monthː202402" OR "monthː202403" OR "monthː202404"))'),
    ("hama after:2020", '"hama"'),
    ("hama before:2020", '("hama" AND "noneː")'),
    ("hama after:2027", '("hama" AND "noneː")'),
    ("after:2025 -is:gone", '(("yearː2025" OR "yearː2026") NOT "isːgone")'),
    ("after:2020 -is:gone", '(("yearː2024" OR "yearː2025" OR "yearː2026") NOT "isːgone")'),
    ("after:2020", '("yearː2024" OR "yearː2025" OR "yearː2026")'),
    ("after:2025-01 before:2025-03", '("monthː202501" OR "monthː202502")'),
    ("hama OR on:2025", '("hama" OR "yearː2025")'),
    ("hama -on:2025", '("hama" NOT "yearː2025")'),
]


@pytest.mark.parametrize(("typed", "match"), CASES, ids=[typed for typed, _ in CASES])
def test_terms_become_a_query(typed: str, match: str) -> None:
    found = story_query(parse_query(typed), DAYS).match
    assert found.replace('" none', '"none').replace('ː "', 'ː"') == match


def test_times_of_day_are_compared_beside_their_days() -> None:
    query = story_query(parse_query("hama after:2026-11-21T15:00 before:2026-11-22"), DAYS)
    assert (query.since, query.before) == ("2026-11-21T15:00:00", "2026-11-22T00:00:00")
    assert query.match == '("hama" AND "dayː20261121")'


def test_a_time_of_capture_is_a_range_of_ids() -> None:
    query = story_query(parse_query("hama seen:1970-01-02"), DAYS)
    assert (query.match, query.first_id, query.last_id) == ('"hama"', 86_400_000_000, 2 * 86_400_000_000 - 1)


@pytest.mark.parametrize("typed", ["hama OR seen:2026", "hama -seen:2026"])
def test_a_time_of_capture_stands_by_itself(typed: str) -> None:
    with pytest.raises(SearchQueryError, match="seen: cannot stand beside OR"):
        story_query(parse_query(typed), DAYS)


# what is typed, what is asked of the index of teasers
TEASERS = [
    ("hama toll", '("hama" AND "toll")'),
    ("hama*", '{headline standfirst caption heading neighbours} : "hama" *'),
    ("headline:hama", 'headline : "hama"'),
    ("caption:hama", 'caption : "hama"'),
    ("東京", 'neighbours : "東京"'),
]


@pytest.mark.parametrize(("typed", "match"), TEASERS, ids=[typed for typed, _ in TEASERS])
def test_teasers_are_asked_for_by_their_words(typed: str, match: str) -> None:
    assert teaser_query(parse_query(typed)) == match


@pytest.mark.parametrize(
    ("typed", "message"),
    [("x source:a", "leave out source:"), ("x after:2026", "leave out times"), ("text:x", "leave out text:")],
)
def test_teasers_have_no_facts(typed: str, message: str) -> None:
    with pytest.raises(SearchQueryError, match=message):
        teaser_query(parse_query(typed))


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """Full-text indexes with the columns of stories and of teasers, with one row each."""
    connection = sqlite3.connect(":memory:")
    tokenizer = "tokenize='unicode61 remove_diacritics 2'"
    stories = "headline, standfirst, text, captions, headline_neighbours, neighbours, marks"
    connection.execute(f"CREATE VIRTUAL TABLE s USING fts5({stories}, {tokenizer})")
    teasers = "headline, standfirst, caption, heading, neighbours"
    connection.execute(f"CREATE VIRTUAL TABLE t USING fts5({teasers}, {tokenizer})")
    connection.execute("INSERT INTO s(headline, marks) VALUES ('Ferry crews walked out', 'sourceːpost yearː2026')")
    yield connection
    connection.close()


PIECES = st.sampled_from(
    ['"', "*", "-", "(", ")", ":", "^", "+", " ", "OR ", "NOT ", "NEAR(", ", 3)", "is:", "is:gone", "after:2026-01-02",
     "on:2026-01-02T10:00", "seen:2026", "..", "source:", "author:", "headline:", "text:", "東京", "กิน", "hama", "ː",
     "{", "}", "\0", "\ud800", "\u0301", "\U000f0e34", "ᦰ", "2026年"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=25).map("".join))
@example('"')
@example("a\ud800b*")
@example("ᦰ")
@example("NEAR(ᦰ ᦱ)")
@example(" ".join(f"word{number}" for number in range(5000)))
def test_whatever_is_typed_sqlite_takes_it(index: sqlite3.Connection, typed: str) -> None:
    try:
        query = parse_query(typed)
    except SearchQueryError:
        return
    for table, build in (("s", lambda: story_query(query, DAYS).match), ("t", lambda: teaser_query(query))):
        try:
            match = build()
        except SearchQueryError:
            continue
        index.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH ?", (match,)).fetchone()


@pytest.mark.parametrize("typed", ["source*", "year*", "yea*", "sourceːpost", '"source post"', "post"])
def test_no_word_finds_a_mark(index: sqlite3.Connection, typed: str) -> None:
    match = story_query(parse_query(typed), DAYS).match
    assert index.execute("SELECT count(*) FROM s WHERE s MATCH ?", (match,)).fetchone() == (0,)
