"""When a story was published: every date a page gives, and which is believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newskeep.dates import format_date
from newskeep.extract.metadata import Metadata, read_metadata
from newskeep.extract.page_dates import language_hint, tidy_dateline
from newskeep.extract.tree import parse_html
from newskeep.model import Capture, Listing, ListingKind, Source

URL = "https://kesh.example/vote"
TEXT = "<p>" + "The count went on all night in the old customs house. " * 4 + "</p>"


def _read(
    head: str = "", body: str = "", *, story: object = None, url: str = URL, timezone: str | None = None
) -> Metadata:
    script = f'<script type="application/ld+json">{json.dumps(story)}</script>' if story else ""
    listing = Listing(url="https://kesh.example/feed", kind=ListingKind.FEED)
    source = Source(slug="k", name="Kesh", homepage=URL, listings=(listing,), timezone=timezone) if timezone else None
    capture = Capture(
        request_url=url,
        final_url=url,
        status=200,
        headers=(),
        body=b"",
        captured_at=datetime(2026, 5, 1, tzinfo=UTC),
        payload_digest="0" * 64,
    )
    html = f"<html lang='en'><head>{head}{script}</head><body>{body}{TEXT}</body></html>"
    return read_metadata(parse_html(html, url=url, source=source), capture)


def _published(head: str = "", body: str = "", *, story: object = None, url: str = URL) -> str | None:
    date = _read(head, body, story=story, url=url).published
    return format_date(date) if date else None


def _story(**fields: str) -> dict[str, str]:
    return {"@type": "NewsArticle", "headline": "Vote", **fields}


def test_what_the_story_declares_comes_first() -> None:
    head = '<meta property="article:published_time" content="2026-04-02T08:00Z">'
    assert _published(head, story=_story(datePublished="2026-04-01T09:00Z")) == "2026-04-01T09:00+00:00"


def test_a_time_of_day_from_elsewhere_completes_the_same_day() -> None:
    head = '<meta property="article:published_time" content="2026-04-01T08:00Z">'
    assert _published(head, story=_story(datePublished="2026-04-01")) == "2026-04-01T08:00+00:00"


def test_a_time_of_another_day_completes_nothing() -> None:
    head = '<meta property="article:published_time" content="2026-04-02T08:00Z">'
    assert _published(head, story=_story(datePublished="2026-04-01")) == "2026-04-01"


def test_the_same_minute_with_a_zone_is_better_than_without() -> None:
    head = '<meta property="article:published_time" content="2026-04-01T08:00:00+03:00">'
    assert _published(head, story=_story(datePublished="2026-04-01 08:00")) == "2026-04-01T08:00:00+03:00"


def test_no_date_lies_after_the_capture() -> None:
    head = '<meta property="article:published_time" content="2026-04-01T08:00Z">'
    assert _published(head, story=_story(datePublished="2027-04-01T09:00Z")) == "2026-04-01T08:00+00:00"


def test_a_time_without_a_zone_may_lie_a_little_ahead() -> None:
    assert _published(story=_story(datePublished="2026-05-01 09:00")) == "2026-05-01T09:00"


def test_without_a_capture_every_date_counts() -> None:
    script = json.dumps(_story(datePublished="2099-04-01"))
    page = parse_html(f'<script type="application/ld+json">{script}</script>', url=URL)
    published = read_metadata(page).published
    assert published is not None
    assert format_date(published) == "2099-04-01"


def test_the_sources_zone_is_meant_where_none_is_stated() -> None:
    published = _read(story=_story(datePublished="2026-04-01 09:00"), timezone="Asia/Tokyo").published
    assert published is not None
    assert published.at == datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


def test_published_and_modified_are_told_apart() -> None:
    read = _read(story=_story(datePublished="2026-04-01T09:00Z", dateModified="2026-04-03T10:00Z"))
    assert read.modified is not None
    assert format_date(read.modified) == "2026-04-03T10:00+00:00"


@pytest.mark.parametrize(
    ("head", "body", "written"),
    [
        ("", "<time itemprop='datePublished' datetime='2026-04-01T09:00Z'>1 April</time>", "2026-04-01T09:00+00:00"),
        ("", "<time pubdate>April 1, 2026</time>", "2026-04-01"),
        ("", "<h1>Vote</h1><time datetime='2026-04-01T09:00Z'>today</time>", "2026-04-01T09:00+00:00"),
        ("", "<h1>Vote</h1><p>Published 1 April 2026 at 09:00</p>", "2026-04-01T09:00"),
        ("", "<p class='article-date'>1 April 2026</p>", "2026-04-01"),
        ("", "<ul><li><strong>Date</strong> 1 April 2026</li></ul>", "2026-04-01"),
        ("", "<h1>Vote</h1><p>Updated 1 April 2026</p>", "2026-04-01"),
        ("", "<aside><time datetime='2026-04-01'>other</time></aside>", None),
        ("<script>var page = {\"publishedAt\": \"2026-04-01T09:00:00Z\"}</script>", "", "2026-04-01T09:00:00+00:00"),
        ("<meta name='sailthru.date' content='April 1st, 2026'>", "", "2026-04-01"),
        ("<meta name='date' content='soon'>", "", None),
    ],
)  # fmt: skip
def test_what_is_not_declared_is_looked_for_on_the_page(head: str, body: str, written: str | None) -> None:
    assert _published(head, body) == written


def test_a_printed_change_is_told_from_the_first_date() -> None:
    read = _read(body="<h1>Vote</h1><p>Published 1 April 2026, 09:00</p><p>Updated: 3 April 2026, 10:00</p>")
    assert read.published is not None
    assert read.modified is not None
    assert format_date(read.published) == "2026-04-01T09:00"
    assert format_date(read.modified) == "2026-04-03T10:00"


def test_the_address_is_the_last_resort() -> None:
    read = _read(url="https://kesh.example/2026/04/01/vote").published
    assert read is not None
    assert (format_date(read), read.origin) == ("2026-04-01", "url")


def test_a_day_in_the_address_after_the_capture_is_none() -> None:
    assert _published(url="https://kesh.example/2027/04/01/vote") is None


@pytest.mark.parametrize(
    ("language", "url", "hint"),
    [
        ("en", "https://kesh.co.uk/a", "en-uk"),
        ("en", "https://kesh.example/a", "en"),
        ("en", "https://kesh.us/a", "en"),
        ("en-AU", "https://kesh.de/a", "en-AU"),
        (None, "https://kesh.de/a", None),
    ],
)
def test_english_of_a_country_has_its_order_of_days(language: str | None, url: str, hint: str | None) -> None:
    assert language_hint(language, url) == hint


@pytest.mark.parametrize(
    "line", ["5 April 2026, 17:00", "Heute, 12:37 Uhr", "Last updated: Nov. 1", "February 2026", "06.11.2025"]
)
def test_a_dateline_holds_a_date_or_a_time(line: str) -> None:
    assert tidy_dateline(line, language="en") == line


@pytest.mark.parametrize(
    ("line", "tidy"),
    [
        ("16.05.2024, 11:26 Uhr • Lesezeit: 5 Minuten", "16.05.2024, 11:26 Uhr"),
        ("15.04.2025, 17:59Lesezeit: 5 Min.", "15.04.2025, 17:59"),
        ("28.04.2023, 19:09 3 Min.", "28.04.2023, 19:09"),
        ("May 14, 2025 · 6 min read", "May 14, 2025"),
        ("6 min read · May 14, 2025", "May 14, 2025"),
        ("- 28.04.2023 -", "28.04.2023"),
    ],
)
def test_a_dateline_is_without_the_time_that_reading_takes(line: str, tidy: str) -> None:
    assert tidy_dateline(line, language="en") == tidy


@pytest.mark.parametrize("line", [None, "", "•", "17 minutes read", "Author of the article:", "12,000 views"])
def test_a_line_without_either_is_no_dateline(line: str | None) -> None:
    assert tidy_dateline(line, language="en") is None


def test_a_printed_line_may_hold_the_first_date_and_the_last() -> None:
    body = "<h1>Harbor vote ends in a tie</h1><div>3 April 2026 at 9:00, updated 4 April 2026 at 17:30</div>"
    read = _read(body=body)
    assert read.published is not None
    assert read.modified is not None
    assert (format_date(read.published), format_date(read.modified)) == ("2026-04-03T09:00", "2026-04-04T17:30")
