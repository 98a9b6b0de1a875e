"""Everything a page says beside its text, put together with its origins."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskeep.dates import format_date
from newskeep.extract.metadata import Metadata, read_metadata
from newskeep.extract.tree import parse_html
from newskeep.model import Capture, Listing, ListingKind, Media, MediaKind, Picture, Source, StoryForm

URL = "https://www.kesh.example/news/harbor-vote"
STORY = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Harbor vote ends in a tie",
    "description": "Nobody won &amp; nobody lost.",
    "datePublished": "2026-03-01T10:15:00+02:00",
    "dateModified": "2026-03-01T12:00:00+02:00",
    "author": {"@type": "Person", "name": "Ada Beck"},
    "articleSection": ["Politics", "Kesh"],
    "keywords": "harbor, vote, Harbor",
    "inLanguage": "en-GB",
    "isAccessibleForFree": "False",
    "articleBody": "<p>The first paragraph.</p><p>The second &amp; last.</p>",
    "publisher": {"@type": "Organization", "name": "Kesh Post"},
    "image": [
        {
            "@type": "ImageObject",
            "url": "/dock.jpg",
            "width": "1200px",
            "height": 800,
            "caption": "The dock",
            "creditText": "Bo Lund",
        }
    ],
    "video": {"@type": "VideoObject", "name": "The count", "embedUrl": "https://player.example/v/1"},
}


def _source(timezone: str | None = None, language: str | None = None) -> Source:
    listing = Listing(url="https://www.kesh.example/feed", kind=ListingKind.FEED)
    return Source(
        slug="kesh",
        name="Kesh Post",
        homepage="https://www.kesh.example/",
        listings=(listing,),
        timezone=timezone,
        language=language,
    )


def _capture(*headers: tuple[str, str]) -> Capture:
    return Capture(
        request_url=URL,
        final_url=URL,
        status=200,
        headers=headers,
        body=b"",
        captured_at=datetime(2026, 3, 2, tzinfo=UTC),
        payload_digest="0" * 64,
    )


def _read(
    head: str = "",
    body: str = "",
    *,
    story: object = None,
    source: Source | None = None,
    capture: Capture | None = None,
) -> Metadata:
    script = f'<script type="application/ld+json">{json.dumps(story)}</script>' if story else ""
    page = parse_html(f"<html><head>{head}{script}</head><body>{body}</body></html>", url=URL, source=source)
    return read_metadata(page, capture)


def test_a_full_page_is_read_whole() -> None:
    head = """<link rel="canonical" href="/news/harbor-vote#top"><link rel="amphtml" href="/amp/harbor-vote">
        <link rel="alternate" type="application/rss+xml" href="/feed"><link rel="shortlink" href="/?p=4711">
        <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
        <meta property="og:site_name" content="The Kesh Post">"""
    read = _read(head, "<h1>Harbor vote ends in a tie</h1>", story=STORY, capture=_capture())
    assert read.headline == "Harbor vote ends in a tie"
    assert read.authors == ("Ada Beck",)
    assert read.published is not None
    assert read.modified is not None
    assert format_date(read.published) == "2026-03-01T10:15:00+02:00"
    assert format_date(read.modified) == "2026-03-01T12:00:00+02:00"
    assert (read.section, read.tags, read.language) == ("Politics", ("harbor", "vote"), "en-GB")
    assert read.declared_canonical == URL
    assert read.amp_url == "https://www.kesh.example/amp/harbor-vote"
    assert read.feed_urls == ("https://www.kesh.example/feed",)
    assert (read.post_id, read.is_free, read.noarchive) == ("4711", False, False)
    assert read.form is StoryForm.ARTICLE
    assert read.description == "Nobody won & nobody lost."
    assert read.article_body == "The first paragraph.\nThe second & last."
    assert read.pictures == (
        Picture(
            url="https://www.kesh.example/dock.jpg",
            caption="The dock",
            credit="Bo Lund",
            lead=True,
            width=1200,
            height=800,
        ),
    )
    assert read.media == (
        Media(kind=MediaKind.VIDEO, url="https://player.example/v/1", title="The count", provider="player.example"),
    )
    assert read.site_name == "The Kesh Post"
    assert read.declared_types == {"NewsArticle"}


def test_every_candidate_is_kept_with_its_origin_and_one_of_each_field_is_chosen() -> None:
    read = _read("<title>Harbor vote ends in a tie | Kesh</title>", story=STORY)
    fields = {candidate.field for candidate in read.candidates}
    assert {"headline", "authors", "published", "modified", "section", "language"} <= fields
    for field in fields:
        assert sum(item.chosen for item in read.candidates if item.field == field) == 1
    assert ("headline", "title") in {(item.field, item.origin) for item in read.candidates}


def test_an_empty_page_says_nothing() -> None:
    assert replace(_read(), site=None) == Metadata(language=None)


def test_open_graph_alone_is_enough() -> None:
    head = """<meta property="og:title" content="Harbor vote ends"><meta property="og:url" content="https://kesh.example/v">
        <meta property="og:description" content="Nobody &lt;b&gt;won&lt;/b&gt;.">
        <meta property="og:locale" content="de_CH">
        <meta property="og:image" content="/dock.jpg"><meta property="og:image:width" content="1200">
        <meta property="og:image:alt" content="The dock"><meta property="og:video" content="https://tube.example/1">
        <meta property="article:published_time" content="2026-03-01"><meta property="article:section" content="Politik">
        <meta property="article:tag" content="Hafen"><meta property="article:tag" content="Wahl">
        <meta property="article:content_tier" content="metered">"""
    read = _read(head)
    assert read.headline == "Harbor vote ends"
    assert read.description == "Nobody won ."
    assert read.declared_canonical == "https://kesh.example/v"
    assert (read.language, read.section, read.tags, read.is_free) == ("de-CH", "Politik", ("Hafen", "Wahl"), False)
    assert read.pictures == (Picture(url="https://www.kesh.example/dock.jpg", alt="The dock", lead=True, width=1200),)
    assert [item.url for item in read.media] == ["https://tube.example/1"]
    assert read.published is not None
    assert format_date(read.published) == "2026-03-01"


# what stands in the page, its headers, is archiving refused?
ROBOTS = [
    ('<meta name="robots" content="index, noarchive">', (), True),
    ('<meta name="ROBOTS" content="NOARCHIVE">', (), True),
    ("", (("X-Robots-Tag", "noarchive, nosnippet"),), True),
    ("", (("X-Robots-Tag", "index"), ("x-robots-tag", "noarchive")), True),
    ("", (("X-Robots-Tag", "max-snippet: 20, noarchive"),), True),
    ("", (("X-Robots-Tag", "otherbot: noarchive"),), False),
    ('<meta name="googlebot" content="noarchive">', (), False),
    ('<meta name="robots" content="noindex">', (), False),
]


@pytest.mark.parametrize(("head", "headers", "answer"), ROBOTS)
def test_a_refusal_to_be_archived_is_heard(head: str, headers: tuple[tuple[str, str], ...], answer: bool) -> None:
    assert _read(head, capture=_capture(*headers)).noarchive is answer


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("False", False),
        ("http://schema.org/False", False),
        ("perhaps", None),
    ],
)
def test_being_free_is_what_the_publisher_declares(value: object, answer: bool | None) -> None:
    assert _read(story={"@type": "NewsArticle", "headline": "Vote", "isAccessibleForFree": value}).is_free is answer


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("LiveBlogPosting", StoryForm.LIVE_BLOG),
        ("VideoObject", StoryForm.VIDEO),
        ("PodcastEpisode", StoryForm.AUDIO),
        ("ImageGallery", StoryForm.GALLERY),
        ("OpinionNewsArticle", StoryForm.ARTICLE),
    ],
)
def test_the_declared_type_gives_the_form(kind: str, form: StoryForm) -> None:
    assert _read(story={"@type": kind, "name": "Vote"}).form is form


@pytest.mark.parametrize(
    ("kind", "form"),
    [("video.other", StoryForm.VIDEO), ("music.song", StoryForm.AUDIO), ("website", StoryForm.ARTICLE)],
)
def test_open_graph_gives_the_form_where_nothing_else_does(kind: str, form: StoryForm) -> None:
    assert _read(f'<meta property="og:type" content="{kind}">').form is form


@pytest.mark.parametrize(
    ("head", "body_class", "post_id"),
    [
        ('<meta name="parsely-post-id" content="a-17">', "", "a-17"),
        ('<meta name="articleid" content="17">', "", "17"),
        ("", "single postid-17 logged-out", "17"),
        ('<link rel="shortlink" href="https://kesh.example/x">', "", None),
    ],
)
def test_the_post_id_is_found(head: str, body_class: str, post_id: str | None) -> None:
    html = f"<html><head>{head}</head><body class='{body_class}'><p>x</p></body></html>"
    assert read_metadata(parse_html(html, url=URL)).post_id == post_id


def test_a_podcast_gives_its_sound_file() -> None:
    episode = {
        "@type": "PodcastEpisode",
        "name": "The tie",
        "associatedMedia": {"@type": "MediaObject", "contentUrl": "/tie.mp3"},
    }
    assert _read(story=episode).media == (
        Media(kind=MediaKind.AUDIO, url="https://www.kesh.example/tie.mp3", title="The tie"),
    )


def test_pictures_of_every_form_are_read_once() -> None:
    story = {**STORY, "image": ["/a.jpg", {"@id": "#b"}, {"url": ""}, 7, "/a.jpg"], "thumbnailUrl": "/t.jpg"}
    graph = {
        "@graph": [story, {"@type": "ImageObject", "@id": "#b", "contentUrl": "/b.jpg", "author": {"name": "Bo Lund"}}]
    }
    read = _read('<meta name="twitter:image" content="/a.jpg">', story=graph)
    assert [(picture.url, picture.credit, picture.lead) for picture in read.pictures] == [
        ("https://www.kesh.example/a.jpg", None, True),
        ("https://www.kesh.example/b.jpg", "Bo Lund", False),
        ("https://www.kesh.example/t.jpg", None, False),
    ]


@pytest.mark.parametrize(
    ("html_lang", "story_language", "language"),
    [
        ("en", None, "en"),
        ("de_at", None, "de-AT"),
        ("zh-hant-tw", None, "zh-Hant-TW"),
        ("en", "tr-TR", "tr-TR"),
        ("", {"@type": "Language", "name": "English", "alternateName": "en"}, "en"),
        ("und", None, "nl"),
        ("", None, "nl"),
    ],
)
def test_the_language_is_written_as_a_tag(html_lang: str, story_language: object, language: str) -> None:
    script = json.dumps({"@type": "NewsArticle", "headline": "Vote", "inLanguage": story_language})
    head = f'<script type="application/ld+json">{script}</script>'
    html = f'<html lang="{html_lang}"><head>{head}</head><body></body></html>'
    assert read_metadata(parse_html(html, url=URL, source=_source(language="nl"))).language == language


def test_the_section_may_come_from_the_trail() -> None:
    steps = [
        {"@type": "ListItem", "position": 3, "item": {"name": "Harbor vote"}},
        {"@type": "ListItem", "position": 1, "name": "Home"},
        {"@type": "ListItem", "position": 2, "name": "Politics"},
    ]
    assert _read(story={"@type": "BreadcrumbList", "itemListElement": steps}).section == "Politics"


def test_a_section_that_names_the_site_or_the_front_is_none() -> None:
    head = '<meta property="article:section" content="Home"><meta name="section" content="Kesh">'
    assert _read(head).section is None


def test_identifiers_and_named_facts_are_no_tags() -> None:
    tags = "Harbor, 98be933f-38cf-4fba-b6c6-ad438e82010a, Page Type: Story, 2026, Vote"
    head = f'<meta name="keywords" content="{tags}">'
    assert _read(head).tags == ("Harbor", "Vote")


def test_tags_that_name_the_site_or_a_kind_of_page_are_none() -> None:
    head = '<meta property="og:site_name" content="Kesh Post"><meta name="keywords" content="Kesh Post, news, Vote">'
    assert _read(head).tags == ("Vote",)


def test_tags_that_name_the_author_are_none() -> None:
    head = '<meta name="author" content="Ada Beck"><meta name="keywords" content="Vote, Ada Beck, Stories by Ada Beck, Beck">'
    assert _read(head).tags == ("Vote", "Beck")


@pytest.mark.parametrize(
    ("declared", "tags"),
    [
        ("p%C3%AAche, orlune", ("pêche", "orlune")),
        ("%D8%AB%D9%82%D8%A7%D9%81%D8%A9", ("ثقافة",)),
        ("50%, %FF%FE, 100%ers", ("50%", "%FF%FE", "100%ers")),
        ("p%C3%AAche%02", ("p%C3%AAche%02",)),
    ],
)
def test_tags_declared_as_they_stand_in_addresses_are_read_as_words(declared: str, tags: tuple[str, ...]) -> None:
    assert _read(f'<meta name="keywords" content="{declared}">').tags == tags


def test_the_words_of_the_address_are_no_tags() -> None:
    head = '<meta name="keywords" content="harbor, vote, ends">'
    page = parse_html(f"<html><head>{head}</head><body></body></html>", url="https://kesh.example/harbor-vote-ends-tie")
    assert read_metadata(page).tags == ()


@pytest.mark.parametrize(
    ("stated", "section"), [("Article", None), ("Uncategorized", None), ("Design, Living, Rooms", "Design")]
)
def test_a_section_names_one_subject(stated: str, section: str | None) -> None:
    assert _read(f'<meta property="article:section" content="{stated}">').section == section


def test_of_a_glued_list_of_sections_the_first_counts() -> None:
    head = '<meta property="article:section" content="Politics,Kesh,Kesh News">'
    assert _read(head).section == "Politics"


def test_the_body_declared_in_lines_keeps_them() -> None:
    story = {**STORY, "articleBody": "First  line.\n\nSecond\tline."}
    assert _read(story=story).article_body == "First line.\nSecond line."


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_markup_is_read_without_an_error(markup: str) -> None:
    page = parse_html(
        f"<html><head>{markup}</head><body><h1>{markup}</h1><p class='byline'>{markup}</p></body>", url=URL
    )
    assert isinstance(read_metadata(page, _capture()), Metadata)
