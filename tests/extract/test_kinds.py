"""Why a page promotes a story, told by the words and places around the card."""

from __future__ import annotations

import pytest

from newskeep.extract.body import Body
from newskeep.extract.heading_words import read_heading
from newskeep.extract.metadata import Metadata
from newskeep.extract.teasers import find_promoted, find_teasers
from newskeep.extract.tree import parse_html
from newskeep.model import TeaserKind

URL = "https://www.harborledger.example/ports/tunnel-at-lunt-opens-early"
TEXT = "The two drills met under the sound on a Tuesday night, and for an hour nobody on the surface was told about it."
CARD = '<li><a href="/ports/ferry-stops-after-sixty-years">Ferry stops after sixty years</a></li>'


def kind_of(html: str, url: str = URL) -> TeaserKind:
    """The kind of the one promoted story on a page."""
    page = parse_html(html, url=url)
    (teaser,) = find_promoted(page, lambda found: "ferry-stops" in found, story=tuple(page.root.iter("p")))
    return teaser.kind


def story(after: str = "", between: str = "", before: str = "") -> str:
    return (
        f"<body>{before}<main><h1>Tunnel at Lunt opens early</h1><div><p>{TEXT}</p>{between}<p>{TEXT}</p></div>{after}"
        "</main></body>"
    )


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Most read", TeaserKind.POPULAR),
        ("Meistgelesen", TeaserKind.POPULAR),
        ("Lo más leído", TeaserKind.POPULAR),
        ("アクセスランキング", TeaserKind.POPULAR),
        ("Related stories", TeaserKind.RELATED),
        ("Das könnte Sie auch interessieren", TeaserKind.RELATED),
        ("À lire aussi", TeaserKind.RELATED),
        ("Latest headlines", TeaserKind.LATEST),
        ("Son haberler", TeaserKind.LATEST),
        ("From our partners", TeaserKind.SPONSORED),
        ("Anzeige", TeaserKind.SPONSORED),
    ],
)
def test_the_heading_over_the_block_decides(heading: str, kind: TeaserKind) -> None:
    assert kind_of(story(after=f"<section><h2>{heading}</h2><ul>{CARD}</ul></section>")) is kind


def test_the_latest_of_the_storys_own_section_is_related() -> None:
    assert kind_of(story(after=f"<h2>Latest in Ports</h2><ul>{CARD}</ul>")) is TeaserKind.RELATED


def test_a_card_between_paragraphs_is_inline() -> None:
    assert kind_of(story(between=f"<aside><ul>{CARD}</ul></aside>")) is TeaserKind.INLINE


def many(names: str) -> str:
    return "".join(
        f'<li><a href="/x/{name}-stops-after-years">The {name} stops after years</a></li>' for name in names.split()
    )


def kinds_of(html: str) -> list[TeaserKind]:
    page = parse_html(html, url=URL)
    found = find_promoted(page, lambda found: "stops-after" in found, story=tuple(page.root.iter("p")))
    return [teaser.kind for teaser in found]


def test_a_whole_list_of_related_stories_between_paragraphs_is_related() -> None:
    html = story(between=f"<aside><h3>Related stories</h3><ul>{many('ferry crane pilot')}</ul></aside>")
    assert kinds_of(html) == [TeaserKind.RELATED] * 3


def test_the_second_block_behind_the_story_that_says_nothing_is_latest() -> None:
    html = story(after=f"<div><ul>{many('ferry crane')}</ul></div><div><ul>{many('pilot quay')}</ul></div>")
    assert kinds_of(html) == [TeaserKind.RELATED] * 2 + [TeaserKind.LATEST] * 2


def test_more_of_anything_behind_the_related_stories_is_latest() -> None:
    related, more = f"<div><h3>Related</h3><ul>{many('ferry crane')}</ul></div>", f"<ul>{many('pilot quay')}</ul>"
    html = story(after=f"{related}<div><h3>More to explore</h3>{more}</div>")
    assert kinds_of(html) == [TeaserKind.RELATED] * 2 + [TeaserKind.LATEST] * 2


def test_a_label_over_an_advertisement_says_nothing_of_the_card_in_the_text_below() -> None:
    assert kind_of(story(between=f"<div><h4>Anzeige</h4></div><ul>{CARD}</ul>")) is TeaserKind.INLINE


def test_the_latest_on_the_storys_subject_is_related() -> None:
    html = story(after=f"<h2>Latest on the Lunt tunnel</h2><ul>{many('ferry crane pilot quay')}</ul>")
    page = parse_html(html, url=URL)
    metadata = Metadata(section="Lunt tunnel")
    body = Body(elements=tuple(page.root.iter("p")))
    assert [teaser.kind for teaser in find_teasers(page, metadata, body, None)] == [TeaserKind.RELATED] * 4


def test_the_most_read_are_popular_wherever_they_stand() -> None:
    assert kind_of(story(between=f"<aside><h3>Most read</h3><ul>{CARD}</ul></aside>")) is TeaserKind.POPULAR


def test_a_numbered_list_without_heading_is_popular() -> None:
    assert kind_of(story(after=f"<ol>{CARD}</ol>")) is TeaserKind.POPULAR


def test_the_containers_name_stands_in_for_a_heading() -> None:
    assert kind_of(story(after=f'<div class="trending-now"><ul>{CARD}</ul></div>')) is TeaserKind.POPULAR
    assert kind_of(story(after=f'<div class="breaking-news"><ul>{CARD}</ul></div>')) is TeaserKind.LATEST
    assert kind_of(story(after=f'<div class="related-list"><ul>{CARD}</ul></div>')) is TeaserKind.RELATED


def test_what_stands_before_the_headline_is_latest() -> None:
    assert kind_of(story(before=f"<ul>{CARD}</ul>")) is TeaserKind.LATEST


def test_what_stands_beside_the_story_is_latest() -> None:
    assert kind_of(story(after=f"<aside><ul>{CARD}</ul></aside>")) is TeaserKind.LATEST


def test_what_simply_follows_the_story_is_related() -> None:
    assert kind_of(story(after=f"<ul>{CARD}</ul>")) is TeaserKind.RELATED


def test_another_sites_link_in_an_advertisement_is_sponsored() -> None:
    card = (
        '<div class="ad-unit"><a href="https://sells.example/ferry-stops-now">Why this ferry stops here now</a></div>'
    )
    assert kind_of(story(after=card)) is TeaserKind.SPONSORED


@pytest.mark.parametrize("text", ["Related topics", "Themen", "Tags", "Weitere Themen"])
def test_a_heading_over_topics_heads_no_stories(text: str) -> None:
    assert read_heading(text, None) is None


def test_a_sentence_speaks_of_nothing_whatever_words_it_holds() -> None:
    heading = read_heading("The most read letter of the year came from a lighthouse keeper", None)
    assert heading is not None
    assert not any(heading[2:])


def test_a_long_list_of_the_latest_is_none_of_the_texts_own() -> None:
    others = "".join(f'<li><a href="/ports/ferry-{n}-goes-on-as-before">Ferry {n} goes on</a></li>' for n in range(8))
    page = parse_html(story(between=f"<aside><h2>Headlines</h2><ul>{others}</ul></aside>"), url=URL)
    teasers = find_promoted(page, lambda found: "/ports/ferry" in found, story=tuple(page.root.iter("p")))
    assert {teaser.kind for teaser in teasers} == {TeaserKind.LATEST}
