"""A listing is read by what came, and what came instead is said."""

from __future__ import annotations

import pytest

from newskeep.errors import ListingFormatError
from newskeep.listings import parse_listing
from newskeep.model import ListingKind, ListingPage, Source
from tests.newskeep.captures import answer

FEED = "<rss version='2.0'><channel><item><link>https://news.example/2025/a-vote</link></item></channel></rss>"
SITEMAP = """<urlset><url><loc>https://news.example/2025/a-vote</loc></url><url><loc>https://news.example/money</loc></url>
<url><loc>https://news.example/2025/b-vote</loc></url></urlset>"""
NEWS = SITEMAP.replace("</loc>", "</loc><n:news><n:title>A</n:title></n:news>")
CARDS = "".join(
    f"""<article class="card"><a href="/2025/{slug}"><img src="/media/{slug}.jpg" alt="A quay"></a>
    <h2><a href="/2025/{slug}">{slug.replace("-", " ").capitalize()} after a long night</a></h2>
    <p>The council met until morning, and the harbour master spoke last.</p></article>"""
    for slug in (
        "harbour-tolls-rise",
        "quay-to-be-mended",
        "ferry-runs-again",
        "council-votes-late",
        "museum-opens-doors",
        "river-rises-slowly",
    )
)
FRONT = f"""<!doctype html><html lang="en"><head><title>Harbour Times</title></head><body><header><nav>
<a href="/money">Money</a><a href="/sport">Sport</a></nav></header><main>{CARDS}</main></body></html>"""


def parsed(body: str, kind: ListingKind, **source_fields: tuple[str, ...]) -> ListingPage:
    source = Source(slug="ht", name="HT", homepage="https://news.example/", listings=(), **source_fields)
    return parse_listing(answer(body, "https://news.example/"), kind=kind, source=source)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (FEED, ListingKind.FEED),
        (SITEMAP, ListingKind.SITEMAP),
        (NEWS, ListingKind.NEWS_SITEMAP),
        (FRONT, ListingKind.HOME_FRONT),
        (FRONT, ListingKind.SECTION_FRONT),
    ],
)
def test_each_kind_is_read_as_configured(body: str, kind: ListingKind) -> None:
    page = parsed(body, kind)
    assert page.kind is kind
    assert "https://news.example/2025/" in {entry.url[:26] for entry in page.entries}
    assert not [warning for warning in page.warnings if "configured" in warning]


@pytest.mark.parametrize(
    ("body", "configured", "warning"),
    [
        (SITEMAP, ListingKind.FEED, 'configured as feed, but a sitemap came: set kind = "sitemap"'),
        (FEED, ListingKind.SITEMAP, 'configured as sitemap, but an RSS or Atom feed came: set kind = "feed"'),
        (FEED, ListingKind.HOME_FRONT, 'configured as home_front, but an RSS or Atom feed came: set kind = "feed"'),
    ],
)
def test_another_kind_than_configured_is_read_and_said(body: str, configured: ListingKind, warning: str) -> None:
    page = parsed(body, configured)
    assert page.entries
    assert warning in page.warnings


@pytest.mark.parametrize(
    ("body", "configured", "sentence"),
    [
        (FRONT, ListingKind.FEED, "expected a feed, but an HTML page (“Harbour Times”) came"),
        (FRONT, ListingKind.NEWS_SITEMAP, "expected a sitemap, but an HTML page (“Harbour Times”) came"),
        ("", ListingKind.FEED, "expected a feed, but nothing came"),
    ],
)
def test_a_page_stands_for_no_feed(body: str, configured: ListingKind, sentence: str) -> None:
    with pytest.raises(ListingFormatError) as error:
        parsed(body, configured)
    assert error.value.message == sentence


def test_the_sources_expressions_choose_among_a_sitemaps_addresses() -> None:
    page = parsed(SITEMAP, ListingKind.SITEMAP, story_urls=("^/2025/",), not_story_urls=("b-vote",))
    assert [(entry.position, entry.url) for entry in page.entries] == [(1, "https://news.example/2025/a-vote")]
    assert [entry.position for entry in parsed(SITEMAP, ListingKind.SITEMAP, story_urls=("2025",)).entries] == [1, 2]
