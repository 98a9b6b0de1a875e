"""Which links of a page are teasers: invented pages of several builds, read by the learned judge."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskeep.extract.body import Body
from newskeep.extract.link_features import FIRST_FEATURES, SECOND_FEATURES
from newskeep.extract.sites.regions import Regions
from newskeep.extract.teaser_trees import FEATURES
from newskeep.extract.teasers import find_teasers
from newskeep.extract.tree import Page, parse_html
from newskeep.model import Teaser, TeaserKind

SITE = "https://www.harborledger.example"
URL = f"{SITE}/ports/tunnel-at-lunt-opens-early-2670280377"
TEXT = "The two drills met under the sound on a Tuesday night, and for an hour nobody on the surface was told about it."
NAV = (
    "<header><nav class='main-nav'><ul><li><a href='/ports'>Ports and shipping</a></li>"
    "<li><a href='/city'>City news and views</a></li><li><a href='/about-us'>About the Harbor Ledger</a></li></ul></nav></header>"
)
FOOTER = (
    "<footer class='site-footer'><a href='/privacy-policy'>Privacy policy and cookies</a>"
    "<a href='/terms-of-use'>Terms of use for readers</a><a href='https://www.facebook.com/ledger'>Follow us on Facebook</a></footer>"
)
STORIES = {
    "/ports/ferry-stops-after-sixty-years-2670280001": "Ferry stops after sixty years on the sound",
    "/city/library-finds-a-map-of-the-old-quay-2670280002": "Library finds a map of the old quay",
    "/ports/dockers-vote-for-a-shorter-night-shift-2670280003": "Dockers vote for a shorter night shift",
    "/city/the-clock-tower-is-three-minutes-late-2670280004": "The clock tower is three minutes late",
}


def page_of(body: str, url: str = URL) -> Page:
    return parse_html(f"<html><body>{NAV}{body}{FOOTER}</body></html>", url=url)


def story(inner: str = "", after: str = "") -> str:
    return (
        f"<main><article><h1>Tunnel at Lunt opens early</h1><div class='article-body'><p>{TEXT}</p><p>{TEXT}</p>{inner}"
        f"<p>{TEXT}</p></div></article>{after}</main>"
    )


def read(body: str, url: str = URL) -> tuple[Teaser, ...]:
    return find_teasers(page_of(body, url), None, None, None)


def targets(teasers: tuple[Teaser, ...]) -> list[str]:
    return [(teaser.target_url or "").removeprefix(SITE) for teaser in teasers]


def cards(tag: str = "li") -> str:
    return "".join(f"<{tag}><a href='{path}'>{words}</a></{tag}>" for path, words in STORIES.items())


@pytest.mark.parametrize(
    "block",
    [
        f"<section class='related'><h2>Related stories</h2><ul>{cards()}</ul></section>",
        f"<div><h3>More For You</h3>{cards('div')}</div>",
        f"<aside class='sidebar'><h3>Most read</h3><ol>{cards()}</ol></aside>",
        "<div class='x1'>"
        + "".join(
            f"<article><a href='{path}'><img src='/m/{at}.jpg' width='600' alt=''></a><h3><a href='{path}'>{words}</a></h3></article>"
            for at, (path, words) in enumerate(STORIES.items())
        )
        + "</div>",
    ],
)
def test_a_list_of_stories_is_found_whatever_it_is_built_of(block: str) -> None:
    teasers = read(story(after=block))
    assert targets(teasers) == list(STORIES)
    assert [teaser.headline for teaser in teasers] == list(STORIES.values())
    assert [teaser.slot for teaser in teasers] == [1, 2, 3, 4]


def test_menus_legal_links_and_platforms_are_no_teasers() -> None:
    assert read(story()) == ()


def test_links_inside_sentences_are_no_teasers() -> None:
    path = next(iter(STORIES))
    inner = f"<p>Nothing has been the same on the quay since <a href='{path}'>the old ferry stopped last year</a>. {TEXT}</p>"
    assert read(story(inner)) == ()


def test_a_linked_line_between_paragraphs_is_an_inline_teaser() -> None:
    path, words = next(iter(STORIES.items()))
    page = page_of(story(f"<p><strong>READ MORE:</strong> <a href='{path}'>{words}</a></p>"))
    texts = tuple(element for element in page.root.iter("p") if element.text == TEXT)
    (teaser,) = find_teasers(page, None, Body(elements=texts), None)
    assert (teaser.kind, teaser.target_url) == (TeaserKind.INLINE, SITE + path)


def test_links_to_the_page_itself_are_no_teasers() -> None:
    after = f"<ul><li><a href='{URL}?page=2'>Tunnel at Lunt opens early, second page</a></li></ul>"
    assert read(story(after=after)) == ()


@pytest.mark.parametrize(
    "link",
    [
        "<a href='/tag/lunt-tunnel-project'>All about the Lunt tunnel project</a>",
        "<a href='/jobs/crane-driver-wanted-at-lunt-pier-2670280009'>Crane driver wanted at Lunt pier</a>",
        "<a href='https://twitter.com/share?url=x'>Share this story with your friends</a>",
        "<a href='/media/tunnel-at-lunt-in-march.jpg'>The tunnel at Lunt in March</a>",
        "<a href='https://mail.example/send?u=/ports/tunnel-at-lunt-opens-early-2670280377'>Send this story to a friend</a>",
        "<div class='breadcrumbs'><a href='/ports/tunnels-under-the-sound-2670280008'>Tunnels under the sound today</a></div>",
        "<ol class='commentlist'><li><a href='/x/a-reader-wrote-this-line-2670280007'>A reader wrote this line</a></li></ol>",
        "<figcaption class='caption'><a href='/x/who-took-this-picture-2670280006'>Who took this picture of it</a></figcaption>",
    ],
)
def test_tags_offers_shares_files_crumbs_and_comments_are_ruled_out(link: str) -> None:
    assert read(story(after=f"<section><h2>Related</h2>{link}</section>")) == ()


def test_a_family_keeps_what_it_read_and_gains_sure_cards_from_elsewhere() -> None:
    first, *others = STORIES
    page = page_of(
        story(after=f"<div id='theirs'>{cards('div')}</div><aside><h3>Most read</h3><ol>{cards()}</ol></aside>")
    )
    theirs = next(element for element in page.root.iter("div") if element.get("id") == "theirs")
    card = Teaser(kind=TeaserKind.RELATED, slot=1, block=1, headline="Read by the family", target_url=SITE + first)
    regions = Regions(family="rebelmouse", version="1", cards=(card,), claimed=(theirs,))
    found = find_teasers(page, None, None, regions)
    assert found[0] == card
    assert targets(found[1:]) == others
    assert [(one.slot, one.block, one.heading) for one in found[1:]] == [(at, 2, "Most read") for at in (2, 3, 4)]


def test_a_link_in_the_storys_own_text_is_left_out_once_the_story_is_known() -> None:
    path = next(iter(STORIES))
    inner = f"<div class='t'>Nothing is as it was on the quay since <a href='{path}'>the old ferry stopped</a>. {TEXT}</div>"
    page = page_of(story(inner, after=f"<h2>Related stories</h2><ul>{cards()}</ul>"))
    own = next(element for element in page.root.iter("div") if element.get("class") == "t")
    assert path in targets(find_teasers(page, None, Body(elements=(own,)), None))
    only_in_text = page_of(story(inner))
    own = next(element for element in only_in_text.root.iter("div") if element.get("class") == "t")
    assert find_teasers(only_in_text, None, Body(elements=(own,)), None) == ()


def test_addresses_are_absolute_and_without_fragment() -> None:
    html = f"<ul>{cards()}<li><a href='../city/bells-ring-again-at-noon-2670280005#top'>Bells ring again at noon</a></li></ul>"
    found = targets(read(story(after=f"<h2>Related stories</h2>{html}")))
    assert "/city/bells-ring-again-at-noon-2670280005" in found


def test_the_trees_were_trained_on_the_features_of_today() -> None:
    assert (len(FIRST_FEATURES), len(SECOND_FEATURES)) == FEATURES


_TAGS = st.sampled_from(["div", "a", "p", "h2", "ul", "li", "section", "span", "img", "article", "template", "table"])
_HREFS = st.sampled_from(
    [
        "/a/b-c-d-e",
        "#",
        "",
        "javascript:x",
        "//x.example/y-z-w",
        "http://[",
        "?x=1",
        "mailto:a@b",
        "data:,",
        " /a b ",
        "/%ff%/é",
        URL,
    ]
)


@given(st.lists(st.tuples(_TAGS, _HREFS, st.text(max_size=30), st.booleans()), max_size=40))
@settings(max_examples=60)
def test_no_soup_of_tags_breaks_the_reader(pieces: list[tuple[str, str, str, bool]]) -> None:
    html = "".join(
        f"<{tag} href='{href}' class='{text[:9]}'>{text}" + (f"</{tag}>" if closed else "")
        for tag, href, text, closed in pieces
    )
    teasers = read(story(after=html))
    assert [teaser.slot for teaser in teasers] == list(range(1, len(teasers) + 1))


def chain(opening: str, count: int) -> str:
    return "".join(opening.format(at) for at in range(count))


HOSTILE = {
    "unclosed": "<a href='/ports/one-two-three'>one two three four five " * 3000,
    "deep": "<div>" * 10_000 + "<a href='/ports/one-two-three-four'>one two three four five</a>" * 300,
    "nested": chain("<div><a href='/ports/one-two-three-{0}'>one two three four {0}", 2000),
    "nested inline": chain("<a href='/n{0}/one-two-three'><span><i>one two three four {0}", 2000),
    "many": chain("<li><a href='/ports/one-two-three-{0}'>one two three four {0}</a></li>", 50_000),
    "many short": chain("<a href='/n'>n</a>", 50_000),
    "long text": chain("<div><a href='/ports/one-two-three-{0}'>x", 150) + "word " * 400_000,
    "pictures": "<a href='/ports/one-two-three-4'>one two three four" + "<img src=/a.jpg>" * 50_000,
    "headings": "<h3>Latest</h3>" * 20_000
    + chain("<p><a href='/ports/one-two-three-{0}'>one two three {0}</a></p>", 500),
    "siblings": "<div>" + "<b></b>" * 100_000 + "<a href='/ports/one-two-three-4'>one two three four five</a></div>",
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_page_yields_a_bounded_number_of_teasers_in_bounded_time(html: str) -> None:
    page = page_of(html)
    started = process_time()
    assert len(find_teasers(page, None, None, None)) <= 500
    # Ten times what any of them takes: it fails where time grows with the square of the page.
    assert process_time() - started < 2
