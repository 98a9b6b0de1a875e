"""What is read of a sitemap, and what of one that is broken or none."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskeep import formats, sitemaps
from newskeep.errors import ListingFormatError, PageError
from newskeep.model import ListingKind, ListingPage, Precision
from newskeep.sitemaps import parse_sitemap
from tests.newskeep.captures import answer

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
NEWS = """<url><loc>https://news.example/a-vote?a=1&amp;b=2</loc><lastmod>2025-02-28T11:00:00Z</lastmod>
  <news:news><news:publication><news:name>Harbour Times</news:name><news:language>en</news:language></news:publication>
    <news:publication_date>2025-02-28</news:publication_date><news:title>A &amp; B: a &lt;vote&gt;</news:title>
    <news:keywords>Harbour, Tolls,, Harbour</news:keywords></news:news>
  <image:image><image:loc>https://news.example/media/quay.jpg?id=5</image:loc><image:caption>A quay</image:caption>
  </image:image></url>"""


def urlset(*urls: str, attributes: str = NAMESPACES) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {attributes}>{"".join(urls)}</urlset>'


def url(number: int) -> str:
    return f"<url><loc>https://news.example/story-{number}</loc></url>"


def parsed(body: str | bytes, kind: ListingKind = ListingKind.SITEMAP) -> ListingPage:
    return parse_sitemap(answer(body, "https://news.example/sitemap.xml"), kind=kind)


def addresses(body: str | bytes) -> list[str]:
    return [entry.url for entry in parsed(body).entries]


def test_a_news_sitemap_is_read_whole() -> None:
    page = parsed(urlset(NEWS), ListingKind.NEWS_SITEMAP)
    (entry,) = page.entries
    assert (page.kind, page.title, page.warnings) == (ListingKind.NEWS_SITEMAP, "Harbour Times", ())
    assert (entry.url, entry.position) == ("https://news.example/a-vote?a=1&b=2", 1)
    assert (entry.headline, entry.language) == ("A & B: a <vote>", "en")
    assert entry.published is not None
    assert entry.updated is not None
    assert (entry.published.precision, entry.published.origin) == (Precision.DAY, "news sitemap publication_date")
    assert entry.updated.at == datetime(2025, 2, 28, 11, 0, tzinfo=UTC)
    assert entry.tags == ("Harbour", "Tolls")
    assert entry.picture_url == "https://news.example/media/quay.jpg?id=5"


def test_entries_keep_their_order() -> None:
    page = parsed(urlset(url(2), url(1), url(2), url(3)))
    assert [(entry.position, entry.url[-1]) for entry in page.entries] == [(1, "2"), (2, "1"), (3, "3")]


def test_the_children_of_an_index_stand_newest_first() -> None:
    children = "".join(
        f"<sitemap><loc>https://news.example/{name}.xml</loc>{date}</sitemap>"
        for name, date in [
            ("old", "<lastmod>2020-01-01</lastmod>"),
            ("new", "<lastmod>2025-01-01T10:00:00Z</lastmod>"),
            ("undated", ""),
            ("new", "<lastmod>2024-12-31</lastmod>"),
        ]
    )
    page = parsed(f"<sitemapindex {NAMESPACES}>{children}</sitemapindex>")
    assert page.children == tuple(f"https://news.example/{name}.xml" for name in ("new", "old", "undated"))
    assert page.entries == ()


def test_without_dates_an_index_keeps_its_order() -> None:
    children = "".join(f"<sitemap><loc>https://news.example/sitemap_{n}.xml</loc></sitemap>" for n in (1, 2, 3))
    page = parsed(f"<sitemapindex>{children}</sitemapindex>")
    assert [child[-5] for child in page.children] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "attributes",
    [
        'xmlns="http://www.google.com/schemas/sitemap/0.84"',
        "",
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://wrong.example/"',
    ],
    ids=["an old one", "none", "a wrong one"],
)
def test_the_namespace_does_not_matter(attributes: str) -> None:
    page = parsed(urlset(NEWS, attributes=attributes), ListingKind.NEWS_SITEMAP)
    assert [entry.headline for entry in page.entries] == ["A & B: a <vote>"]


def test_a_prefix_on_everything_does_not_matter() -> None:
    body = '<sm:urlset xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9"><sm:url><sm:loc>/a</sm:loc></sm:url></sm:urlset>'
    assert addresses(body) == ["https://news.example/a"]


def test_pictures_and_the_home_page_are_no_stories() -> None:
    body = urlset(
        "<url><loc>https://news.example/media-library/a-quay.jpg?id=5</loc></url>",
        "<url><loc>https://news.example/report.pdf</loc></url>",
        "<url><loc>https://news.example/</loc></url>",
        url(1),
    )
    page = parsed(body)
    assert [entry.url for entry in page.entries] == ["https://news.example/story-1"]
    assert page.warnings == ("3 entries that point to the home page or to a file left out",)


@pytest.mark.parametrize("pack", [gzip.compress, lambda body: gzip.compress(gzip.compress(body))])
def test_a_packed_sitemap_is_unpacked(pack) -> None:
    assert addresses(pack(urlset(url(1)).encode())) == ["https://news.example/story-1"]


def test_a_broken_gzip_gives_what_stands_before_the_break() -> None:
    whole = gzip.compress(urlset(*map(url, range(4_000))).encode(), compresslevel=1)
    page = parsed(whole[: len(whole) // 2])
    assert 0 < len(page.entries) < 4_000
    assert page.warnings == ("the sitemap is no well-formed XML and was read as far as it goes",)


def test_a_gzip_with_damage_in_the_middle_gives_what_stands_before() -> None:
    packed = bytearray(gzip.compress(urlset(*map(url, range(9_000))).encode()))
    packed[len(packed) // 2 :] = b"\xff" * 100
    assert 1_000 < len(parsed(bytes(packed)).entries) < 9_000


def test_a_gzip_that_is_none_is_named() -> None:
    with pytest.raises(ListingFormatError, match="a packed file came"):
        parsed(b"\x1f\x8b\x08 nothing that could be unpacked")


def test_a_gzip_bomb_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_UNPACKED_BYTES", 10_000)
    assert len(formats.unpacked(gzip.compress(b"<urlset>" + b" " * 1_000_000))) == 10_000


@pytest.mark.parametrize(
    "body",
    [
        "\n  " + urlset(url(1)),
        urlset(url(1)) + "trailing",
        urlset(url(1)).replace("</urlset>", ""),
        urlset(url(1), "<url><loc>https://news.example/a?x=1&y=2</url>").replace("y=2", "y"),
        urlset("<!-- <url><loc>https://news.example/no</loc></url> -->", url(1)),
        urlset("<url><loc>not an address : x</loc></url>", url(1)).replace("not an address : x", "mailto:a@b.example"),
        urlset(url(1)).replace("utf-8", "no-such-encoding").replace("UTF-8", "no-such-encoding"),
    ],
    ids=["blank lines first", "rubbish behind", "cut off", "bare ampersand", "comment", "no address", "encoding"],
)
def test_a_malformed_sitemap_still_names_its_stories(body: str) -> None:
    assert "https://news.example/story-1" in addresses(body)


def test_entities_are_neither_expanded_nor_loaded() -> None:
    declared = '<!DOCTYPE urlset [<!ENTITY a "xxxxxxxx"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = declared + urlset(NEWS.replace("A &amp; B", "A &b;&f;")).split("\n", 1)[1]
    page = parsed(body)
    assert [entry.headline for entry in page.entries] == ["A &b;&f;: a <vote>"]


def test_a_list_of_addresses_is_a_sitemap() -> None:
    body = "https://news.example/a\r\nhttps://news.example/b\n\n# note\nhttps://news.example/quay.jpg\n"
    assert addresses(body) == ["https://news.example/a", "https://news.example/b"]


def test_a_plain_sitemap_configured_as_news_is_said_to_be_plain() -> None:
    page = parsed(urlset(url(1)), ListingKind.NEWS_SITEMAP)
    assert page.warnings == ("no entry carries the news extension: it is a plain sitemap",)


def test_an_empty_sitemap_is_a_sitemap() -> None:
    assert parsed(urlset()).entries == ()


def test_a_sitemap_beyond_the_rules_is_read_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_ENTRIES", 3)
    page = parsed(urlset(*map(url, range(9))))
    assert len(page.entries) == 3
    assert page.warnings == ("the sitemap is longer than 3 entries; the rest was left out",)
    assert parsed(urlset(*map(url, range(3)))).warnings == ()


@pytest.mark.parametrize(
    ("body", "came"),
    [
        ("<!doctype html><title>Not found</title>", "an HTML page (“Not found”)"),
        ("<rss><channel/></rss>", "an RSS or Atom feed"),
        ("", "nothing"),
        ("User-agent: *", "plain text"),
        ("{}", "JSON of another kind"),
    ],
)
def test_what_is_no_sitemap_is_named(body: str, came: str) -> None:
    with pytest.raises(ListingFormatError) as error:
        parsed(body)
    assert error.value.message == f"expected a sitemap, but {came} came"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_does_more_than_raise_a_page_error(data: st.DataObject) -> None:
    original = bytearray(urlset(NEWS, url(1)).encode())
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(original) - 1))
        original[position : position + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=4))
        original = original or bytearray(b"<")
    try:
        page = parsed(bytes(original))
    except PageError:
        return
    assert [entry.position for entry in page.entries] == list(range(1, len(page.entries) + 1))
