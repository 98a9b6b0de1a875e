"""From what somebody types to terms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newskeep.errors import SearchQueryError
from newskeep.search_query import MAX_TERMS, parse_query, read_period
from newskeep.search_terms import All, Any, Clock, Fact, Leave, Near, Period, SearchQuery, Term, Words, explain


def word(text: str, **fields: object) -> Words:
    """A word."""
    return Words(text=text, **fields)  # type: ignore[arg-type]  # a shorthand


def fact(name: str, value: str, **fields: object) -> Fact:
    """A fact."""
    return Fact(name=name, value=value, **fields)  # type: ignore[arg-type]  # a shorthand


def either(*parts: Term) -> Any:
    """One of them."""
    return Any(parts=parts)


def all_of(*parts: Term) -> All:
    """All of them."""
    return All(parts=parts)


def no(part: Term) -> Leave:
    """Not this."""
    return Leave(part=part)


HAMA, TOLL, FERRY = word("hama"), word("toll"), word("ferry")
DAY = datetime(2026, 11, 22, tzinfo=UTC)

# what is typed, what is looked for
CASES: list[tuple[str, tuple[Term, ...]]] = [
    ("hama", (HAMA,)),
    ("hama  toll", (HAMA, TOLL)),
    ('"long  bridge" toll', (word("long bridge"), TOLL)),
    ("“long bridge”", (word("long bridge"),)),
    ("«pont neuf»", (word("pont neuf"),)),
    ('"long bridge', (word("long bridge"),)),
    ("elect*", (word("elect", is_beginning=True),)),
    ('"long brid"*', (word("long brid", is_beginning=True),)),
    ("hama -toll", (HAMA, no(TOLL))),
    ("hama NOT toll -ferry", (HAMA, no(TOLL), no(FERRY))),
    ('hama -"long bridge"', (HAMA, no(word("long bridge")))),
    ("hama NOT -toll", (HAMA, TOLL)),
    ("hama OR toll ferry", (either(HAMA, TOLL), FERRY)),
    ("hama | toll || ferry", (either(HAMA, TOLL, FERRY),)),
    ("hama OR -toll", (HAMA, no(TOLL))),
    ("OR hama", (HAMA,)),
    ("hama OR", (HAMA,)),
    ("hama AND toll & ferry", (HAMA, TOLL, FERRY)),
    ("and or not near", (word("and"), word("or"), word("not"), word("near"))),
    ("(hama toll) OR ferry", (either(all_of(HAMA, TOLL), FERRY),)),
    ("ferry (hama OR toll)", (FERRY, either(HAMA, TOLL))),
    ("hama -(toll ferry)", (HAMA, no(all_of(TOLL, FERRY)))),
    ("hama (-toll)", (HAMA, no(TOLL))),
    ("hama -(-toll)", (HAMA, TOLL)),
    ("(hama -toll) OR ferry", (either(all_of(HAMA, no(TOLL)), FERRY),)),
    ("((hama)) ()", (HAMA,)),
    ("(hama toll", (HAMA, TOLL)),
    ("hama :) toll", (HAMA, TOLL)),
    ("f(x)", (word("f"), word("x"))),
    ("(" * 40 + "hama" + ")" * 40, (HAMA,)),
    ("NEAR(hama toll, 5)", (Near(parts=(HAMA, TOLL), distance=5),)),
    ('NEAR("long bridge" toll)', (Near(parts=(word("long bridge"), TOLL), distance=10),)),
    ("NEAR(hama,999999)", (HAMA,)),
    ("NEAR(hama toll,999999)", (Near(parts=(HAMA, TOLL), distance=1000),)),
    ("NEAR(hama", (word("NEAR"), HAMA)),
    ("NEAR(hama 東京, 3)", (HAMA, word("東京"))),
    ("headline:hama", (word("hama", field="headline"),)),
    ("captions:hama*", (word("hama", field="caption", is_beginning=True),)),
    ('text:"long bridge"', (word("long bridge", field="text"),)),
    ("source:gzero", (fact("source", "gzero"),)),
    ('author:"Jane Doe"', (fact("author", "Jane Doe"),)),
    ("Section:World", (fact("section", "World"),)),
    ("tag:trad*", (fact("tag", "trad", is_beginning=True),)),
    ("is:gone has:revisions", (fact("is", "gone"), fact("has", "revision"))),
    ("is:Soft-404", (fact("is", "soft_404"),)),
    ("hama -source:gzero", (HAMA, no(fact("source", "gzero")))),
    ("source:a OR source:b", (either(fact("source", "a"), fact("source", "b")),)),
    ("hama after:2026-11-22", (HAMA, Period(first=DAY))),
    ("before:2026-11-22", (Period(until=DAY),)),
    ("after:", (word("after:"),)),
    ("source:* hama", (word("source"), HAMA)),
    ("is:lost", (word("is"), word("lost"))),
    ("after:monday", (word("after"), word("monday"))),
    ("colour:red", (word("colour"), word("red"))),
    ("https://post.example/a", (word("https"), word("//post.example/a"))),
    ("10:30", (word("10:30"),)),
    ("U.S. 50%", (word("U.S."), word("50%"))),
    ("well-known", (word("well-known"),)),
    ("ferry 🚢", (FERRY,)),
    ("nul\0byte", (word("nul"), word("byte"))),
    ("source\u02d0gzero", (word("source"), word("gzero"))),
]


@pytest.mark.parametrize(("typed", "wanted"), CASES, ids=[typed[:40] for typed, _ in CASES])
def test_what_is_typed_becomes_terms(typed: str, wanted: tuple[Term, ...]) -> None:
    assert parse_query(typed).wanted.parts == wanted


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "there is nothing to look for; give a word"),
        (" \t ", "there is nothing to look for"),
        ("🚢 !!", "no word to look for in '🚢 !!'"),
        ('""', "no word to look for"),
        ("-toll", "only words to leave out"),
        ("-is:gone (-toll)", "only words to leave out"),
        ("AND OR", "no word to look for"),
        ("***", "no word to look for"),
        ("((()))", "no word to look for"),
    ],
)
def test_what_holds_nothing_to_search_is_said(typed: str, message: str) -> None:
    with pytest.raises(SearchQueryError, match=message) as caught:
        parse_query(typed)
    assert isinstance(caught.value, ValueError)


# what is typed, a part of the hint
HINTS = [
    ("colour:red", "there is no field colour:"),
    ("is:lost", "is:lost is not known and was searched as words; there are present, moved, gone"),
    ("has:wings", "has:wings is not known"),
    ("on:2026-13", "on:2026-13 is no time"),
    ("text:東京", "text: cannot be told"),
    ("NEAR(hama 東京, 3)", "different scripts"),
    (" ".join(f"w{number}" for number in range(MAX_TERMS + 9)), f"only the first {MAX_TERMS}"),
]


@pytest.mark.parametrize(("typed", "hint"), HINTS, ids=[hint for _, hint in HINTS])
def test_what_was_read_otherwise_is_said(typed: str, hint: str) -> None:
    (said,) = parse_query(typed).hints
    assert hint in said


@pytest.mark.parametrize("typed", ["hama", "https://post.example/", "headline:東京", "10:30 a-b", "is:gone"])
def test_what_was_read_as_meant_needs_no_hint(typed: str) -> None:
    assert parse_query(typed).hints == ()


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # the parts are those of a date


# field, value, from, until, whose time
PERIODS = [
    ("after", "2026", utc(2026, 1, 1), None),
    ("after", "2026-11", utc(2026, 11, 1), None),
    ("before", "2026", None, utc(2026, 1, 1)),
    ("on", "2026", utc(2026, 1, 1), utc(2027, 1, 1)),
    ("on", "2026-12", utc(2026, 12, 1), utc(2027, 1, 1)),
    ("on", "2026-2-3", utc(2026, 2, 3), utc(2026, 2, 4)),
    ("on", "2026-11-01..2026-11-07", utc(2026, 11, 1), utc(2026, 11, 8)),
    ("on", "2026-11..", utc(2026, 11, 1), None),
    ("on", "..2026-11", None, utc(2026, 12, 1)),
    ("on", "9999", utc(9999, 1, 1), None),
    ("on", "9999-12-31", utc(9999, 12, 31), None),
    ("after", "2026-11-22T15:00", utc(2026, 11, 22, 15), None),
    ("after", "2026-11-22T15:00+01:00", utc(2026, 11, 22, 14), None),
    ("seen", "2026-11-22T15:00", utc(2026, 11, 22, 15), utc(2026, 11, 22, 15, 1)),
]


@pytest.mark.parametrize(("name", "value", "first", "until"), PERIODS)
def test_times_are_read(name: str, value: str, first: datetime | None, until: datetime | None) -> None:
    clock = Clock.SEEN if name == "seen" else Clock.PUBLISHED
    assert read_period(name, value) == Period(first=first, until=until, clock=clock)


@pytest.mark.parametrize("value", ["", "..", "0000", "2026-02-30", "2026-11..x", "noon", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_is_none(value: str) -> None:
    assert read_period("on", value) is None


def test_filters_are_said_in_words() -> None:
    query = parse_query("hama author:Jane* -is:gone (source:a OR source:b) after:2026-11-22 before:2026-11-23T10:00")
    assert query.filters == (
        "author begins with Jane",
        "source a or source b",
        "published since 2026-11-22",
        "published before 2026-11-23 10:00 UTC",
        "not is gone",
    )


def test_a_term_can_be_said_in_words() -> None:
    terms = (Near(parts=(HAMA, word("toll", is_beginning=True)), distance=5), all_of(word("ferry", field="text"), HAMA))
    assert [explain(term) for term in terms] == ["“hama” near “toll*”", "text: “ferry” and “hama”"]


def test_the_words_to_mark_are_those_that_are_wanted() -> None:
    query = parse_query("hama -toll source:a NEAR(ferry boat) (cart OR wheel)")
    assert [term.text for term in query.words] == ["hama", "ferry", "boat", "cart", "wheel"]


def test_what_is_wanted_beside_the_words_can_stand_alone() -> None:
    assert parse_query("", (fact("source", "a"),)) == SearchQuery(wanted=all_of(fact("source", "a")))


PIECES = st.sampled_from(
    ['"', "*", "-", "(", ")", ":", " ", "OR ", "NOT ", "AND ", "NEAR(", ", 3)", "is:", "after:", "2026-11-22", "..",
     "source:", "headline:", "東京", "กิน", "hama", "\u02d0", "🚢", "“", "\0", "\ud800", "\u0301"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join))
@example("((" * 600)
@example("-" * 5000)
@example('a"' * 5000)
def test_whatever_is_typed_has_a_meaning_or_is_refused(typed: str) -> None:
    try:
        query = parse_query(typed)
    except SearchQueryError:
        return
    assert query.wanted.parts
    assert all(not isinstance(part, Leave) for part in query.wanted.parts[:1])
    assert all(explain(part) for part in query.wanted.parts)
