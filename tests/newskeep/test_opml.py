"""Lists of feeds, in and out."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.errors import UsageError
from newskeep.model import Listing, ListingKind, Source
from newskeep.opml import Outline, format_opml, note_followed, outlines_to_sources, parse_opml

HEAD = '<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>'
TAIL = "</body></opml>"


def opml(body: str) -> bytes:
    return (HEAD + body + TAIL).encode()


def feed(url: str, title: str = "Harbour Times", homepage: str = "https://news.example/") -> str:
    return f'<outline type="rss" text="{title}" xmlUrl="{url}" htmlUrl="{homepage}"/>'


def source(slug: str, name: str, *feeds: str, kind: ListingKind = ListingKind.FEED) -> Source:
    listings = tuple(Listing(url=url, kind=kind) for url in feeds)
    return Source(slug=slug, name=name, homepage="https://news.example/", listings=listings)


def test_outlines_are_read_however_deep_they_stand() -> None:
    north = f'<outline title="North">{feed("https://north.example/rss", "North")}</outline>'
    body = feed("https://news.example/a.rss", "A &amp; B") + f'<outline text="Ports">{north}</outline>'
    assert parse_opml(opml(body)) == (
        Outline(title="A & B", feed_url="https://news.example/a.rss", homepage="https://news.example/"),
        Outline(
            title="North",
            feed_url="https://north.example/rss",
            homepage="https://news.example/",
            folder=("Ports", "North"),
        ),
    )


def test_attributes_in_any_case_and_bom_are_read() -> None:
    body = b"\xef\xbb\xbf" + opml('<outline TEXT="A" XMLURL="https://news.example/a.rss"/>')
    assert parse_opml(body) == (Outline(title="A", feed_url="https://news.example/a.rss"),)


@pytest.mark.parametrize(
    ("outline", "problem"),
    [
        ('<outline type="rss" text="A"/>', "has no xmlUrl"),
        ('<outline text="A" xmlUrl="feed:news"/>', "feed:news is no web address"),
        ('<outline text="A" xmlUrl="http://www.news.example/first/"/>', "is the same feed as “First”"),
    ],
)
def test_an_outline_that_cannot_be_used_says_why(outline: str, problem: str) -> None:
    first, second = parse_opml(opml(feed("https://news.example/first", "First") + outline))
    assert first.problem is None
    assert (second.title, second.problem) == ("A", problem)
    assert len(outlines_to_sources([first, second])) == 1


def test_a_home_page_that_is_none_is_dropped() -> None:
    (outline,) = parse_opml(opml(feed("https://news.example/a.rss", homepage="news")))
    assert (outline.homepage, outline.problem) == (None, None)
    assert outlines_to_sources([outline])[0].homepage == "https://news.example/"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the file is no OPML: no element found"),
        (b"name,url\n", "the file is no OPML: syntax error: line 1, column 0"),
        (b"<html><body/></html>", "the file is no OPML: its first element is <html>"),
        (HEAD.encode() + b"<outline", "the file is no OPML: unclosed token: line 1"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml/>', "the file is no OPML: EntitiesForbidden"),
        (b'<?xml version="1.0" encoding="nonsense"?><opml/>', "the file is no OPML: "),
    ],
)
def test_what_is_no_opml_is_named(data: bytes, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_opml(data)
    assert str(error.value).startswith(sentence)


def test_a_very_deep_file_is_read() -> None:
    depth = 5_000
    body = '<outline text="f">' * depth + feed("https://news.example/a.rss") + "</outline>" * depth
    (outline,) = parse_opml(opml(body))
    assert len(outline.folder) == depth


def test_feeds_of_one_site_become_one_source() -> None:
    outlines = parse_opml(
        opml(
            feed("https://feeds.example/ht/world", "Harbour Times - World", "https://www.news.example/world")
            + feed("https://feeds.example/ht/money", "Harbour Times - Money", "https://news.example/money")
            + feed("https://hill.example/rss", "Hill Post", "https://hill.example/")
        )
    )
    harbour, hill = outlines_to_sources(outlines)
    assert (harbour.slug, harbour.name) == ("harbour-times", "Harbour Times")
    assert [listing.url for listing in harbour.listings] == [
        "https://feeds.example/ht/world",
        "https://feeds.example/ht/money",
    ]
    assert hill.slug == "hill-post"


def test_a_slug_that_is_taken_gets_a_number() -> None:
    outlines = [
        Outline(title="Post", feed_url="https://a.example/rss"),
        Outline(title="Post", feed_url="https://b.example/rss"),
    ]
    assert [one.slug for one in outlines_to_sources(outlines, taken=["post", "post-3"])] == ["post-2", "post-4"]


def test_sources_travel_out_and_in() -> None:
    sources = [
        source("harbour", 'Harbour & "Hill" <Post>', "https://news.example/a.rss?x=1&y=2"),
        source("two", "Two", "https://two.example/a", "https://two.example/b"),
    ]
    outlines = parse_opml(format_opml(sources).encode())
    assert [(one.title, one.feed_url, one.folder) for one in outlines] == [
        ('Harbour & "Hill" <Post>', "https://news.example/a.rss?x=1&y=2", ()),
        ("Two", "https://two.example/a", ("Two",)),
        ("Two", "https://two.example/b", ("Two",)),
    ]


def test_a_source_without_a_feed_does_not_travel() -> None:
    text = format_opml([source("a", "A", "https://news.example/", kind=ListingKind.HOME_FRONT)])
    assert parse_opml(text.encode()) == ()


@given(st.text(), st.text())
def test_any_name_gives_xml_that_can_be_read(title: str, name: str) -> None:
    text = format_opml([source("a", name, "https://news.example/a.rss")], title=title)
    assert ElementTree.fromstring(text.encode()).tag == "opml"


def test_a_feed_that_is_followed_makes_no_second_source() -> None:
    body = feed("https://www.news.example/first/", "First") + feed("https://news.example/second", "Second")
    known = [source("harbour", "Harbour Times", "http://news.example/first")]
    first, second = note_followed(parse_opml(opml(body)), known)
    assert (first.followed_by, second.followed_by) == ("harbour", None)
    (made,) = outlines_to_sources([first, second], taken=["harbour"])
    assert [listing.url for listing in made.listings] == ["https://news.example/second"]


def test_a_feed_without_a_title_goes_by_its_host() -> None:
    (outline,) = parse_opml(opml('<outline type="rss" text="" xmlUrl="https://www.news.example/feeds/all.rss"/>'))
    assert outline.title == "news.example"
    assert outlines_to_sources([outline])[0].slug == "news-example"
