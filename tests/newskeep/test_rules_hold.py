"""What holds for whatever comes: rules whose tables of cases stand in the tests of their own modules."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.agreement import Telling, clearly_agree, headline_share, partly_agree, text_share
from newskeep.clock_times import find_clock, stated_offset
from newskeep.corrections import correction_notice, correction_notices
from newskeep.dates import parse_date
from newskeep.entries import first_url, keep_entries
from newskeep.errors import ListingFormatError, PageError
from newskeep.fronts import MAX_ENTRIES, parse_front
from newskeep.identity import Rendition
from newskeep.leads import Lead, choose_leads, first_leads
from newskeep.listings import parse_listing
from newskeep.model import Block, BlockKind, Entry, ListingKind, StoryDraft
from newskeep.month_names import MONTHS, NATIONAL_MONTHS, ZONE_MINUTES
from newskeep.rereading import Reading, compare_anew
from newskeep.retry_after import MAX_WAIT_SECONDS, parse_retry_after
from newskeep.revise import FIRST
from newskeep.shifts import Beat, GapCause, gap_between
from newskeep.strict import format_duration, format_size, parse_duration, parse_size, quoted, suggestion
from newskeep.urls import is_asset_url, is_front_url, url_key
from newskeep.watches import read_name, why
from tests.storage.builders import NOW, capture, source

WORDS = st.text(alphabet="abcdefg 東京", max_size=400)
MOMENTS = st.integers(631_152_000, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
PATHS = st.sampled_from(["/", "/a", "/b", "/news/2026/storm-hits-coast", "/p.jpg", "/index.html", "/a?x=1", "/A"])


@given(a=WORDS, b=WORDS)
def test_agreement_asks_nobody_first(a: str, b: str) -> None:
    one, other = Telling(headline=a[:60], text=a), Telling(headline=b[:60], text=b)
    assert partly_agree(one, other) == partly_agree(other, one)
    assert clearly_agree(one, other) == clearly_agree(other, one)
    assert text_share(a, b) == text_share(b, a)
    assert headline_share(a, b) == headline_share(b, a)
    assert partly_agree(one, one)
    assert clearly_agree(one, one) or text_share(a, a) is None


@given(texts=st.lists(st.text(max_size=200), max_size=12), kinds=st.lists(st.sampled_from(BlockKind), max_size=12))
def test_a_notice_is_a_text_of_the_story(texts: list[str], kinds: list[BlockKind]) -> None:
    blocks = tuple(Block(kind=kind, text=text) for text, kind in zip(texts, kinds, strict=False))
    story = StoryDraft(headline="A story", blocks=blocks)
    folded = " ".join(" ".join(block.text.split()) for block in blocks)
    for notice in correction_notices(story):
        assert all(word in folded for word in notice.split())
    assert correction_notice(story) == (correction_notices(story) or (None,))[-1]


@given(hour=st.integers(0, 23), minute=st.integers(0, 59), before=st.sampled_from(["", "Monday, ", "at "]))
def test_a_time_of_day_is_read_as_it_is_written(hour: int, minute: int, before: str) -> None:
    found = find_clock(f"{before}{hour:02}:{minute:02} Uhr")
    assert found is not None
    assert (found.hour, found.minute) == (hour, minute)
    twelve = find_clock(f"{before}{(hour + 11) % 12 + 1}:{minute:02} {'pm' if hour >= 12 else 'am'}")
    assert twelve is not None
    assert (twelve.hour, twelve.minute) == (hour, minute)


@given(text=st.text(max_size=60))
def test_whatever_stands_there_is_no_fault_of_the_clock(text: str) -> None:
    found = find_clock(text)
    assert found is None or (0 <= found.hour <= 24 and 0 <= found.minute <= 59 and 0 < found.end <= len(text))
    offset = stated_offset(text, datetime(2026, 7, 1))  # noqa: DTZ001 - a local time, as a page states it
    assert offset is None or abs(offset) <= 14 * 60


def test_zones_lie_on_earth() -> None:
    assert {name: minutes for name, minutes in ZONE_MINUTES.items() if not -12 * 60 <= minutes <= 14 * 60} == {}
    assert [name for name in ZONE_MINUTES if name != name.lower()] == []


def month_of(text: str, language: str | None = None) -> int | None:
    """The month of a printed date; None where it is not read."""
    found = parse_date(text, origin="test", timezone="UTC", language=language)
    return found.at.month if found is not None else None


def test_every_name_of_a_month_is_read() -> None:
    assert {form: month_of(f"5 {form} 2026") for form in MONTHS} == MONTHS


@pytest.mark.parametrize("language", sorted(NATIONAL_MONTHS))
def test_a_name_that_means_another_month_somewhere_is_read_by_the_language(language: str) -> None:
    forms = NATIONAL_MONTHS[language]
    assert {form: month_of(f"5. {form} 2026", language) for form in forms} == forms


@given(paths=st.lists(st.none() | PATHS, max_size=30))
def test_of_entries_each_page_is_kept_once_and_numbered(paths: list[str | None]) -> None:
    given_ = [None if path is None else Entry(url=f"https://post.example{path}", position=9) for path in paths]
    kept = keep_entries(given_).entries
    assert [entry.position for entry in kept] == list(range(1, len(kept) + 1))
    keys = [url_key(entry.url) for entry in kept]
    assert len(set(keys)) == len(keys)
    assert not any(is_front_url(entry.url) or is_asset_url(entry.url) for entry in kept)
    order = [url_key(entry.url) for entry in given_ if entry is not None]
    assert keys == sorted(keys, key=order.index)


@given(candidates=st.lists(st.none() | st.text(max_size=30) | PATHS, max_size=6))
def test_the_first_address_is_an_address(candidates: list[str | None]) -> None:
    found = first_url(candidates, base="https://post.example/feed")
    assert found is None or found.startswith(("http://", "https://"))


@given(body=st.binary(max_size=400), kind=st.sampled_from(ListingKind))
def test_a_listing_is_read_or_refused_whatever_comes(body: bytes, kind: ListingKind) -> None:
    taken = capture("https://post.example/feed", body)
    try:
        page = parse_listing(taken, kind=kind, source=source())
    except PageError:
        return
    assert [entry.position for entry in page.entries] == list(range(1, len(page.entries) + 1))


@given(slugs=st.lists(st.from_regex(r"[a-z]{3,9}-[a-z]{3,9}-[a-z]{3,9}", fullmatch=True), max_size=12))
def test_a_front_names_the_stories_it_links_to_and_no_others(slugs: list[str]) -> None:
    cards = "".join(
        f'<article><h2><a href="/news/{slug}">{slug.replace("-", " ").title()} in the harbour town</a></h2></article>'
        for slug in slugs
    )
    taken = capture("https://post.example/", f"<html><body><main>{cards}</main></body></html>".encode())
    try:
        page = parse_front(taken, kind=ListingKind.HOME_FRONT, source=source(story_urls=("^/news/",)))
    except ListingFormatError:
        assert not slugs
        return
    named = {entry.url for entry in page.entries}
    assert named == {f"https://post.example/news/{slug}" for slug in slugs}
    assert len(page.entries) <= MAX_ENTRIES


@given(
    leads=st.lists(st.builds(Lead, url=PATHS.map("https://post.example{}".format), reason=st.just("r"), rank=st.integers(0, 99)), max_size=20),
    asked=st.lists(PATHS.map("https://post.example{}".format), max_size=4),
    limit=st.integers(0, 9),
)  # fmt: skip
def test_of_leads_the_best_are_asked_once(leads: list[Lead], asked: list[str], limit: int) -> None:
    chosen = choose_leads(leads, asked, limit=limit)
    assert len(chosen) <= limit
    assert [lead.rank for lead in chosen] == sorted(lead.rank for lead in chosen)
    keys = [url_key(lead.url) for lead in chosen]
    assert len(set(keys)) == len(keys)
    assert not {url_key(url) for url in asked} & set(keys)
    assert chosen == choose_leads(list(leads), asked, limit=99)[:limit]


@given(path=PATHS)
def test_a_site_is_first_asked_at_the_address_given_its_home_and_its_robots(path: str) -> None:
    leads = first_leads(f"post.example{path}")
    assert [lead.rank for lead in leads] == sorted(lead.rank for lead in leads)
    assert {"https://post.example/", "https://post.example/robots.txt"} <= {lead.url for lead in leads}


@given(
    steps=st.lists(st.sampled_from("ABC"), min_size=1, max_size=8), anew=st.lists(st.booleans(), min_size=8, max_size=8)
)
def test_read_anew_revisions_say_what_differs_and_nothing_is_made_of_stored_readings(
    steps: list[str], anew: list[bool]
) -> None:
    readings = [
        Reading(
            revision_id=number, number=number, captured_at=NOW + number * timedelta(hours=1), rendition=Rendition.PAGE,
            reason=FIRST if number == 1 else "changed: headline", draft=StoryDraft(headline=step), is_anew=anew[number - 1],
        )
        for number, step in enumerate(steps, 1)
    ]  # fmt: skip
    compared = compare_anew(readings)
    for before, after in pairwise(readings):
        told = compared.get(after.revision_id)
        assert (told is not None) == (before.is_anew and after.is_anew)
        if told is not None:
            assert bool(told.changed_fields) == (before.draft != after.draft)
    assert compare_anew([replace(one, is_anew=False) for one in readings]) == {}


@given(sent=MOMENTS, wait=st.integers(-100_000, 1_000_000))
def test_a_wait_is_the_time_from_the_answer_to_the_date(sent: datetime, wait: int) -> None:
    sent = sent.replace(microsecond=0)
    until = format_datetime(sent + timedelta(seconds=wait), usegmt=True)
    found = parse_retry_after(until, date=format_datetime(sent, usegmt=True), now=NOW)
    assert found == (min(float(wait), MAX_WAIT_SECONDS) if wait > 0 else None)
    assert parse_retry_after(until, now=sent) == found


@given(text=st.text(max_size=40))
def test_no_wait_is_longer_than_a_day_or_shorter_than_nothing(text: str) -> None:
    found = parse_retry_after(text, now=NOW)
    assert found is None or 0 < found <= MAX_WAIT_SECONDS


@given(wall=st.integers(-5000, 5000), steady=st.integers(0, 5000))
def test_a_gap_is_told_from_a_busy_machine(wall: int, steady: int) -> None:
    before, after = (
        Beat(at=NOW, steady_seconds=0.0),
        Beat(at=NOW + timedelta(seconds=wall), steady_seconds=float(steady)),
    )
    gap = gap_between(before, after, every_seconds=60)
    if gap is None:
        assert steady - 5 <= wall <= 65
        assert steady <= 65
    elif gap.cause is GapCause.CLOCK_BACK:
        assert gap.until_at < gap.from_at
    else:
        assert (gap.from_at, gap.until_at) == (before.at, after.at)


@given(seconds=st.integers(1, 10**7))
def test_durations_are_read_as_they_are_written(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(size=st.integers(1, 10**12))
def test_sizes_are_read_as_they_are_written(size: int) -> None:
    assert parse_size(format_size(size)) == size


@given(text=st.text(max_size=60).filter(lambda text: not any(0xD800 <= ord(one) <= 0xDFFF for one in text)))
def test_a_text_written_as_toml_is_read_back(text: str) -> None:
    assert tomllib.loads(f"key = {quoted(text)}") == {"key": text}


@given(name=st.text(max_size=12), known=st.lists(st.text(max_size=12), max_size=6))
def test_a_suggestion_names_something_known(name: str, known: list[str]) -> None:
    said = suggestion(name, known)
    assert not said or any(one in said for one in known)


@given(text=st.text(max_size=70))
def test_the_name_of_a_watch_is_safe_wherever_it_stands(text: str) -> None:
    try:
        name = read_name(text)
    except ValueError:
        return
    assert read_name(name) == name
    assert name.isascii()
    assert not set(name) & set("/\\.:?#% \n")


@given(matches=st.booleans(), before=st.booleans())
def test_a_revision_is_told_where_it_matches_or_did(matches: bool, before: bool) -> None:
    assert (why(matches=matches, matched_before=before) is not None) == (matches or before)
