"""What is read of a feed, and what of one that is broken or none."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskeep import feeds
from newskeep.errors import ListingFormatError, PageError
from newskeep.feeds import parse_feed
from newskeep.model import Entry, ListingKind, ListingPage
from tests.newskeep.captures import answer

NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB" xml:base="https://news.example/desk/">
  <title type="html">Harbour &amp;amp; Hill</title>
  <entry>
    <id>tag:news.example,2025:1</id>
    <title type="html">Tolls &lt;em&gt;rise&lt;/em&gt; &amp;mdash; again</title>
    <link rel="replies" href="https://news.example/comments/1"/>
    <link rel="alternate" type="text/html" href="tolls-rise"/>
    <link rel="enclosure" type="image/jpeg" href="/pictures/quay.jpg"/>
    <published>2025-02-28T09:30:00+01:00</published>
    <updated>2025-02-28T11:00:00Z</updated>
    <author><name>Ines Lindqvist</name><email>ines@news.example</email></author>
    <author><name>Paul Okoro</name></author>
    <category term="Harbour"/><category term="Money"/>
    <summary>Ships pay more from April.</summary>
    <content type="html">&lt;p&gt;The whole text.&lt;/p&gt;</content>
  </entry>
</feed>"""
RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="https://news.example/"><title>Old Harbour</title><link>https://news.example/</link></channel>
  <item rdf:about="https://news.example/a-vote"><title>A vote</title><link>https://news.example/a-vote</link>
    <dc:date>2025-02-27T08:00:00Z</dc:date><dc:creator>Ada Quist</dc:creator></item>
</rdf:RDF>"""


def rss(*items: str, channel: str = "", prologue: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    channel = f"<channel><title>Harbour Times</title>{channel}{inside}</channel>"
    return f'{prologue}<rss version="2.0" {NAMESPACES}>{channel}</rss>'


def item(link: str = "https://news.example/a-vote", title: str = "A vote", rest: str = "") -> str:
    return f"<title>{title}</title><link>{link}</link>{rest}"


def only_entry(page: ListingPage) -> Entry:
    (entry,) = page.entries
    return entry


def test_an_rss_item_is_read_whole() -> None:
    body = rss(
        item(
            title="<![CDATA[Tolls &amp; <b>taxes</b> rise]]>",
            rest="""<guid isPermaLink="false">n-17</guid><pubDate>Fri, 28 Feb 2025 10:30:00 +0100</pubDate>
            <dc:creator>Ines Lindqvist</dc:creator><category>Harbour</category><category>Money</category>
            <description>Ships pay &lt;i&gt;more&lt;/i&gt; from April.</description>
            <content:encoded><![CDATA[<p>The whole text.</p>]]></content:encoded>
            <media:content url="https://news.example/small.jpg" medium="image" width="200"/>
            <media:content url="https://news.example/large.jpg" medium="image" width="1200"/>""",
        ),
        channel="<language>en-us</language>",
    )
    page = parse_feed(answer(body))
    entry = only_entry(page)
    assert (page.kind, page.title, page.language, page.warnings) == (ListingKind.FEED, "Harbour Times", "en-us", ())
    assert (entry.url, entry.position, entry.guid) == ("https://news.example/a-vote", 1, "n-17")
    assert entry.headline == "Tolls & taxes rise"
    assert entry.standfirst == "Ships pay more from April."
    assert entry.published is not None
    assert entry.published.at == datetime(2025, 2, 28, 9, 30, tzinfo=UTC)
    assert (entry.published.offset_minutes, entry.published.origin) == (60, "feed published")
    assert (entry.authors, entry.tags, entry.language) == (("Ines Lindqvist",), ("Harbour", "Money"), "en-us")
    assert entry.picture_url == "https://news.example/large.jpg"


def test_an_atom_entry_is_read_whole() -> None:
    entry = only_entry(parse_feed(answer(ATOM)))
    assert entry.url == "https://news.example/desk/tolls-rise"
    assert entry.guid == "tag:news.example,2025:1"
    assert entry.headline == "Tolls rise — again"
    assert entry.standfirst == "Ships pay more from April."
    assert entry.published is not None
    assert entry.updated is not None
    assert entry.published.at == datetime(2025, 2, 28, 8, 30, tzinfo=UTC)
    assert entry.updated.at == datetime(2025, 2, 28, 11, 0, tzinfo=UTC)
    assert entry.authors == ("Ines Lindqvist", "Paul Okoro")
    assert entry.picture_url == "https://news.example/pictures/quay.jpg"


def test_rss_1_is_read_and_its_date_is_the_publication() -> None:
    entry = only_entry(parse_feed(answer(RDF)))
    assert (entry.headline, entry.authors) == ("A vote", ("Ada Quist",))
    assert entry.published is not None
    assert entry.published.at == datetime(2025, 2, 27, 8, 0, tzinfo=UTC)
    assert entry.updated is None


def test_json_feed_is_read_whole() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour Times",
        "language": "en",
        "items": [
            {
                "id": 17,
                "url": "/a-vote?utm_source=feed",
                "title": "A &amp; B vote",
                "summary": "They voted.",
                "date_published": "2025-02-28T09:30:00+01:00",
                "authors": [{"name": "Ada Quist"}, {"url": "https://news.example/u/ada"}],
                "tags": ["Harbour", 3],
                "image": "/quay.jpg",
            },
            {"id": "https://news.example/b-vote", "author": {"name": "Paul Okoro"}},
            {"id": "x"},
            "nonsense",
        ],
    }
    page = parse_feed(answer(json.dumps(feed), content_type="application/feed+json"))
    first, second = page.entries
    assert (first.url, first.guid, first.headline) == ("https://news.example/a-vote", "17", "A & B vote")
    assert (first.authors, first.tags, first.language) == (("Ada Quist",), ("Harbour",), "en")
    assert first.picture_url == "https://news.example/quay.jpg"
    assert (second.url, second.authors) == ("https://news.example/b-vote", ("Paul Okoro",))
    assert page.warnings == ("1 entry without an address left out",)


@pytest.mark.parametrize(
    ("rest", "url"),
    [
        ("<link>https://news.example/a</link>", "https://news.example/a"),
        ("<link>/a</link>", "https://news.example/a"),
        ("<link>  https://news.example/a\n</link>", "https://news.example/a"),
        ("<link>https://news.example/a?x=1&amp;utm_source=rss</link>", "https://news.example/a?x=1"),
        ("<guid>https://news.example/a</guid>", "https://news.example/a"),
        ('<guid isPermaLink="true">https://news.example/a</guid>', "https://news.example/a"),
        (
            "<link>https://feeds.example/~r/1</link><feedburner:origLink>https://news.example/a</feedburner:origLink>",
            "https://news.example/a",
        ),
        ("<link>javascript:alert(1)</link><guid>https://news.example/a</guid>", "https://news.example/a"),
    ],
)
def test_the_address_of_an_item(rest: str, url: str) -> None:
    assert only_entry(parse_feed(answer(rss(f"<title>A</title>{rest}")))).url == url


def test_an_item_without_an_address_is_left_out_and_counted() -> None:
    page = parse_feed(answer(rss("<title>A</title><guid isPermaLink='false'>7</guid>", item())))
    assert [entry.position for entry in page.entries] == [1]
    assert page.warnings == ("1 entry without an address left out",)


def test_an_item_that_points_to_the_home_page_names_no_story() -> None:
    page = parse_feed(answer(rss(item("https://news.example/"), item())))
    assert [entry.url for entry in page.entries] == ["https://news.example/a-vote"]
    assert page.warnings == ("1 entry that point to the home page or to a file left out",)


def test_one_address_is_one_entry_and_keeps_its_first_place() -> None:
    page = parse_feed(
        answer(rss(item("https://news.example/a"), item("https://news.example/b"), item("http://www.news.example/a/")))
    )
    assert [(entry.position, entry.url) for entry in page.entries] == [
        (1, "https://news.example/a"),
        (2, "https://news.example/b"),
    ]


def test_a_description_as_long_as_a_story_is_no_standfirst() -> None:
    paragraphs = "&lt;p&gt;" + "The harbour stayed open. " * 40 + "&lt;/p&gt;"
    entry = only_entry(parse_feed(answer(rss(item(rest=f"<description>{paragraphs}</description>")))))
    assert entry.standfirst is None


def test_the_picture_of_a_description_counts() -> None:
    rest = '<description>&lt;img src="/media/quay.jpg?id=5&amp;amp;width=980"/&gt;&lt;br/&gt;Short.</description>'
    entry = only_entry(parse_feed(answer(rss(item(rest=rest)))))
    assert entry.picture_url == "https://news.example/media/quay.jpg?id=5&width=980"
    assert entry.standfirst == "Short."


def test_wordpress_own_last_line_is_no_part_of_the_standfirst() -> None:
    rest = "<description>They voted. The post A vote appeared first on Harbour Times.</description>"
    assert only_entry(parse_feed(answer(rss(item(rest=rest))))).standfirst == "They voted."


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("<author>ines@news.example (Ines Lindqvist)</author>", ("Ines Lindqvist",)),
        ("<author>Ines Lindqvist</author>", ("Ines Lindqvist",)),
        ("<author>desk@news.example</author>", ()),
        (
            "<dc:creator>Ines Lindqvist</dc:creator><dc:creator>Paul Okoro</dc:creator>",
            ("Ines Lindqvist", "Paul Okoro"),
        ),
    ],
)
def test_authors_are_names(author: str, names: tuple[str, ...]) -> None:
    assert only_entry(parse_feed(answer(rss(item(rest=author))))).authors == names


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("<ttl>30</ttl>", 1_800),
        ("<ttl>soon</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", 31_536_000),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3_600),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3_600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>9999</sy:updateFrequency>", 60),
        ("", None),
    ],
)
def test_how_often_the_publisher_wants_to_be_asked(channel: str, seconds: int | None) -> None:
    assert parse_feed(answer(rss(item(), channel=channel))).poll_hint_seconds == seconds


@pytest.mark.parametrize(
    ("channel", "quiet"),
    [
        ("", ()),
        ("<skipHours><hour>0</hour><hour> 24 </hour></skipHours>", tuple(range(0, 168, 24))),
        ("<skipDays><day>Sunday</day></skipDays>", tuple(range(144, 168))),
        ("<skipDays><day>Funday</day></skipDays><skipHours><hour>x</hour></skipHours>", ()),
        (f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in range(24))}</skipHours>", ()),
    ],
    ids=["none", "an hour, twice", "a day", "nonsense", "all of them"],
)
def test_hours_in_which_a_publisher_wants_no_poll(channel: str, quiet: tuple[int, ...]) -> None:
    assert parse_feed(answer(rss(item(), channel=channel))).quiet_hours == quiet


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "iso-8859-1", "application/rss+xml; charset=iso-8859-1"),
        ("utf-8", "utf-8", "text/xml"),
        ("windows-1251", "windows-1251", ""),
        ("utf-16", "utf-16", ""),
        ("windows-1252", "utf-8", ""),
    ],
)
def test_the_bytes_decide_the_encoding(encoding: str, declared: str, content_type: str) -> None:
    headline = "Новости порта" if encoding == "windows-1251" else "Über die Brücke führen größere Zölle für Schiffe"
    body = rss(item(title=headline), prologue=f'<?xml version="1.0" encoding="{declared}"?>').encode(encoding)
    assert only_entry(parse_feed(answer(body, content_type=content_type))).headline == headline


@pytest.mark.parametrize(
    "body",
    [
        rss(item(title="Bread & butter <br>")),
        rss(item()).replace("</channel></rss>", ""),
        "<br />\n<b>Warning</b>: mysql gone\n" + rss(item(), prologue=""),
        rss(item(title="Ships\x0b and tolls")),
        rss(item(rest="<description>&nosuch; text</description>")),
    ],
    ids=["bare ampersand", "cut off", "server's warning", "control character", "unknown entity"],
)
def test_a_malformed_feed_still_names_its_stories(body: str) -> None:
    page = parse_feed(answer(body))
    assert [entry.url for entry in page.entries] == ["https://news.example/a-vote"]
    assert page.warnings == ("the feed is no well-formed XML and was read leniently",)


def test_entities_of_entities_and_files_are_not_expanded() -> None:
    declared = '<!DOCTYPE rss [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    entry = only_entry(parse_feed(answer(rss(item(title="A vote &b;&f;"), prologue=declared))))
    assert (entry.headline or "").startswith("A vote")
    assert len(entry.headline or "") < 20


def test_a_feed_packed_by_its_server_is_unpacked() -> None:
    assert parse_feed(answer(gzip.compress(rss(item()).encode()))).entries


def test_an_empty_channel_is_a_feed() -> None:
    page = parse_feed(answer(rss()))
    assert (page.entries, page.title) == ((), "Harbour Times")


@pytest.mark.parametrize(
    ("body", "came"),
    [
        ("<!doctype html><title>Before you continue</title><p>x", "an HTML page (“Before you continue”)"),
        ("", "nothing"),
        ("  \n", "nothing"),
        ("%PDF-1.7 …", "a PDF file"),
        ('{"items": []}', "JSON of another kind"),
        ("<urlset><url><loc>https://news.example/a</loc></url></urlset>", "a sitemap"),
        ("<?xml version='1.0'?><weather/>", "XML of another kind (<weather>)"),
        ("Service unavailable", "plain text"),
        (b"\x00\x01\x02\xff", "binary data"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x1f\x8bnot gzip", "a packed file"),
    ],
)
def test_what_is_no_feed_is_named(body: str | bytes, came: str) -> None:
    with pytest.raises(ListingFormatError) as error:
        parse_feed(answer(body))
    assert error.value.message == f"expected a feed, but {came} came"


@pytest.mark.parametrize("items", ["{}", "7", "null"])
def test_a_json_feed_without_a_list_of_items_is_none(items: str) -> None:
    with pytest.raises(ListingFormatError, match="no list of items"):
        parse_feed(answer(f'{{"version": "https://jsonfeed.org/version/1", "items": {items}}}'))


@pytest.mark.parametrize("items", ["[", "[" * 100_000])
def test_broken_json_is_named(items: str) -> None:
    with pytest.raises(ListingFormatError, match="the JSON Feed is broken"):
        parse_feed(answer(f'{{"version": "https://jsonfeed.org/version/1", "items": {items}'))


def test_a_very_long_feed_is_read_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAX_ENTRIES", 3)
    page = parse_feed(answer(rss(*(item(f"https://news.example/{number}") for number in range(9)))))
    assert len(page.entries) == 3
    assert page.warnings == ("the feed is very long; its first 3 entries were read",)


def test_a_long_malformed_feed_is_read_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAX_LENIENT_BYTES", 1_000)
    page = parse_feed(answer(rss(*(item(f"https://news.example/{number}", title="a & b") for number in range(40)))))
    assert 1 < len(page.entries) < 20
    assert page.warnings[0].startswith("the feed is very long")


def test_a_feed_that_breaks_its_parser_is_named() -> None:
    body = RDF.replace('"http://www.w3.org/1999/02/22', '"€\u00a0€http://www.w3.org/1999/02/22')
    with pytest.raises(ListingFormatError, match="too broken to read"):
        parse_feed(answer(body))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_does_more_than_raise_a_page_error(data: st.DataObject) -> None:
    original = bytearray(data.draw(st.sampled_from([ATOM, RDF, rss(item(), item("/b"))])).encode())
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(original) - 1))
        original[position : position + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=4))
        original = original or bytearray(b"<")
    try:
        page = parse_feed(answer(bytes(original)))
    except PageError:
        return
    assert [entry.position for entry in page.entries] == list(range(1, len(page.entries) + 1))
