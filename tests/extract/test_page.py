"""One capture, read whole: kinds of page, walls, faults."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newskeep.errors import PageError
from newskeep.extract import EXTRACTOR_VERSION, extract_page
from newskeep.extract import page as page_module
from newskeep.model import Capture, PageKind, Teaser, TeaserKind

HEAD = "Harbor council sells its last crane"
TEXT = (
    "The harbor council met on Tuesday night and talked for four hours about a crane that nobody wants to buy any more."
)
STORY = f"<html><head><title>{HEAD}</title></head><body><main><h1>{HEAD}</h1><p>{TEXT}</p><p>{TEXT[::-1]}.</p></main></body></html>"


def test_a_story_has_headline_text_and_version(capture_of: Any) -> None:
    page = extract_page(capture_of(STORY), None)
    assert (page.kind, page.extractor_version) == (PageKind.STORY, EXTRACTOR_VERSION)
    assert page.main is not None
    assert (page.main.headline, len(page.main.blocks)) == (HEAD, 2)


def test_the_story_s_address_is_the_declared_one(capture_of: Any) -> None:
    html = STORY.replace("<head>", "<head><link rel='canonical' href='https://www.example.example/canonical'>")
    page = extract_page(capture_of(html), None)
    assert page.main is not None
    assert page.main.url == "https://www.example.example/canonical"


def test_the_same_capture_gives_the_same_page(capture_of: Any) -> None:
    assert extract_page(capture_of(STORY), None) == extract_page(capture_of(STORY), None)


def test_a_page_of_links_is_a_listing(capture_of: Any) -> None:
    words = ["crane", "gulls", "mint", "tower", "pier", "ferry", "owls", "oars"]
    cards = "".join(
        f"<article class='card'><h2><a href='/news/2025/03/0{at}/the-{word}-is-sold-at-last-after-all'>The {word} is sold at"
        f" last after all these years</a></h2><img src='/{word}.jpg'></article>"
        for at, word in enumerate(words, 1)
    )
    page = extract_page(capture_of(f"<html><body><main class='river'>{cards}</main></body></html>"), None)
    assert (page.kind in (PageKind.LISTING, PageKind.OTHER), page.main) == (True, None)


def test_an_almost_empty_page_is_no_story(capture_of: Any) -> None:
    assert extract_page(capture_of("<html><body><p>It works!</p></body></html>"), None).main is None


@pytest.mark.parametrize("body", [b"", b"%PDF-1.4 \x00\x01", b"   "])
def test_what_is_no_page_raises_a_page_error(capture_of: Any, body: bytes) -> None:
    with pytest.raises(PageError):
        extract_page(capture_of(body), None)


def test_a_fault_of_ours_names_the_page(capture_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(page_module, "find_regions", broken)
    with pytest.raises(PageError, match="KeyError: 'lost'") as raised:
        extract_page(capture_of(STORY), None)
    assert "www.example.example" in str(raised.value)


_PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='related'>", "</div>", "<h1>", "</h1>", TEXT, "<a href='/x'>", "</a>", "<article>", "<ul><li>",
     "<table><tr><td>", "</table>", "<figure><img src='/a.jpg' srcset='/b.jpg 2x,'>", "<figcaption>Foto: x", "</figure>", "&nbsp;",
     "<template>", "</template>", "<script>{", "</script>", "<br><br>", "<svg/>", "<button>", "<noscript><img>", "\x00", "<!--", "-->",
     "<time datetime='2025-01-01'>", "<picture>", "<iframe src='//v.example'>", "<html amp>", "<article elid='1'>REBELMOUSE", "\ud7ff"]
)  # fmt: skip


@settings(max_examples=100, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_PIECES, min_size=1, max_size=60))
def test_no_mixture_of_markup_raises_anything_but_page_errors(capture_of: Any, pieces: list[str]) -> None:
    capture: Capture = capture_of("".join(pieces).encode("utf-8", "replace"))
    try:
        page = extract_page(capture, None)
    except PageError:
        return
    slots = [teaser.slot for teaser in page.teasers]
    assert slots == list(range(1, len(slots) + 1))
    if page.main is not None:
        count = len(page.main.blocks)
        assert all(part.first_block + part.block_count <= count for part in page.main.parts)
        assert all(0 <= picture.position <= count for picture in page.main.pictures)
        assert sum(picture.lead for picture in page.main.pictures) <= 1


@pytest.mark.parametrize(
    ("html", "is_truncated"),
    [
        (STORY, False),
        (STORY.replace("<head>", '<head><script type="application/ld+json">{"@type": "NewsArticle", "headline": "'
                       + HEAD + '", "isAccessibleForFree": false}</script>'), True),
    ],
)  # fmt: skip
def test_a_short_text_that_is_not_free_is_the_beginning_of_one(capture_of: Any, html: str, is_truncated: bool) -> None:
    page = extract_page(capture_of(html), None)
    assert page.main is not None
    assert page.main.is_truncated is is_truncated


@pytest.mark.parametrize(
    "body",
    [
        "<h2>Related</h2><p><a href='/x'>A linked line</a></p>" * 2000,
        "<img src='/a.jpg'>" * 3000 + f"<p>{TEXT}</p>",
        "<div><article>" * 900 + f"<p>{TEXT}</p>",
        f"<p>{TEXT}</p>" * 3000,
        "<time datetime='2025-01-01'>x</time><p>y</p>" * 2000,
        "<figure><img src='/a.jpg'><figcaption>" + "((((" * 20000 + "</figcaption></figure>",
        "<a href='/x'><h3>Head</h3></a>" * 2000,
        f'<script type=\'application/ld+json\'>{{"@type": "NewsArticle", "articleBody": "{TEXT * 900}"}}</script>'
        + f"<p>{TEXT[::-1]}</p>" * 1500,
    ],
    ids=["headings", "pictures", "nested", "paragraphs", "times", "brackets", "cards", "stated"],
)
def test_a_hostile_page_takes_time_in_proportion_to_its_size(capture_of: Any, body: str) -> None:
    began = time.process_time()
    extract_page(capture_of(f"<html><body><h1>{HEAD}</h1><p>{TEXT}</p>{body}</body></html>"), None)
    assert time.process_time() - began < 5


_BELOW = (
    "<section class='more'><h2>Latest Stories</h2>"
    "<div><h3><a href='/news/2025/03/04/the-ferry-is-late-again-this-year'>The ferry is late again this year</a></h3></div>"
    "<div><h3><a href='https://join.example.example/donate/now/?to=harbor'>Become a member of the harbor</a></h3></div>"
    "</section>"
)


def test_a_donation_below_a_heading_is_no_teaser(capture_of: Any) -> None:
    page = extract_page(capture_of(STORY.replace("</main>", f"{_BELOW}</main>")), None)
    assert [teaser.headline for teaser in page.teasers] == ["The ferry is late again this year"]


def _teaser(**fields: Any) -> Teaser:
    return Teaser(slot=1, block=1, target_url="https://www.example.example/news/ferry", headline="The ferry", **fields)


@pytest.mark.parametrize(
    ("was", "before", "heading", "says", "kind"),
    [
        (TeaserKind.POPULAR, "Most Popular", "Latest Stories", TeaserKind.LATEST, TeaserKind.LATEST),
        (TeaserKind.POPULAR, "Most Popular", "Most Popular", TeaserKind.LATEST, TeaserKind.POPULAR),
        (TeaserKind.POPULAR, "Most Popular", "Related stories", TeaserKind.RELATED, TeaserKind.RELATED),
        (TeaserKind.POPULAR, "Most Popular", "More from the harbor", TeaserKind.RELATED, TeaserKind.POPULAR),
        (TeaserKind.LATEST, None, "Related stories", TeaserKind.RELATED, TeaserKind.RELATED),
        (TeaserKind.LATEST, None, "More from the harbor", TeaserKind.RELATED, TeaserKind.LATEST),
        (TeaserKind.INLINE, None, "Latest Stories", TeaserKind.LATEST, TeaserKind.INLINE),
    ],
)
def test_a_heading_that_replaces_another_says_the_kind(
    was: TeaserKind, before: str | None, heading: str, says: TeaserKind, kind: TeaserKind
) -> None:
    found = _teaser(kind=was, heading=before)
    headed = _teaser(kind=says, heading=heading)
    assert [(one.heading, one.kind) for one in page_module._with_following((found,), (headed,))] == [(heading, kind)]
