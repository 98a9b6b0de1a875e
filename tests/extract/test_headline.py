"""The headline: cleaned of the site's name, and chosen among what the page declares and shows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.extract.headline import HeadlineCandidate, choose_headline, read_headlines
from newskeep.extract.headline_endings import clean_headline
from newskeep.extract.headline_judge import Offer, Place, describe_offer, is_news_story, slug_words
from newskeep.extract.site_names import SiteNames, read_site_names
from newskeep.extract.structured import read_structured
from newskeep.extract.tree import parse_html

SITE = SiteNames(squashed=frozenset({"keshpost", "kesh"}), display="Kesh Post")
HEADLINE = "Harbor vote ends in a tie"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADLINE} | Kesh Post",
        f"{HEADLINE} - Kesh Post",
        f"{HEADLINE} – KESH POST",
        f"{HEADLINE} | Politics | Kesh Post",
        f"{HEADLINE}｜Kesh Post",
        f"{HEADLINE} - The Kesh Post News",
        f"{HEADLINE} – Kesh – 30.04.2026",
        f"Kesh Post: {HEADLINE}",
        f"Kesh Post | {HEADLINE}",
        HEADLINE,
    ],
)
def test_the_sites_name_is_cut_off_either_end(text: str) -> None:
    assert clean_headline(text, SITE) == HEADLINE


@pytest.mark.parametrize(
    "text",
    [
        "Harbor vote ends – and nobody won",
        "Analysis: Who rules the harbor",
        "Kesh | KP",
        "Mayor - the man behind the vote",
        "Vote: yes",
    ],
)
def test_what_belongs_to_the_headline_stays(text: str) -> None:
    assert clean_headline(text, SITE) == text


def test_a_part_of_the_sites_address_is_its_name_behind_a_stroke() -> None:
    site = SiteNames(squashed=frozenset({"getkeshpost"}), display=None, hosts=frozenset({"getkeshpost"}))
    assert clean_headline(f"{HEADLINE} | Post", site) == HEADLINE
    assert clean_headline(f"{HEADLINE} - Post", site) == f"{HEADLINE} - Post"
    assert clean_headline(f"{HEADLINE} | Get", site) == f"{HEADLINE} | Get"


def test_an_end_is_cut_where_the_rest_is_the_headline_elsewhere() -> None:
    assert clean_headline(f"{HEADLINE} - Some Unknown Words", SITE, [HEADLINE.lower()]) == HEADLINE


def test_an_end_that_is_itself_the_headline_elsewhere_stays() -> None:
    anchors = ["politics of kesh", HEADLINE.lower()]
    assert clean_headline(f"Politics of Kesh - {HEADLINE}", SITE, anchors) == f"Politics of Kesh - {HEADLINE}"


def _choose(head: str, body: str, story: dict[str, object] | None = None) -> HeadlineCandidate | None:
    script = f'<script type="application/ld+json">{json.dumps(story)}</script>' if story else ""
    page = parse_html(f"<html><head>{script}{head}</head><body>{body}</body></html>", url="https://kesh.example/vote")
    structured = read_structured(page)
    candidates = read_headlines(page, structured, read_site_names(page, structured))
    return choose_headline(candidates, url=page.url, is_news=is_news_story(structured.story))


def _text(head: str, body: str, story: dict[str, object] | None = None) -> str | None:
    chosen = _choose(head, body, story)
    return chosen.text if chosen else None


def test_places_that_agree_outvote_one_that_does_not() -> None:
    head = f'<title>{HEADLINE} | Kesh</title><meta property="og:title" content="You will not believe this vote">'
    assert _text(head, f"<h1>{HEADLINE}</h1>", {"@type": "NewsArticle", "headline": HEADLINE}) == HEADLINE


def test_the_printed_heading_gives_the_spelling() -> None:
    head = '<meta property="og:title" content="harbor vote ends in a TIE">'
    assert _text(head, f"<h1>{HEADLINE}</h1>") == HEADLINE


def test_a_heading_in_a_trail_gives_way_to_the_one_the_page_shows() -> None:
    trail = "<nav><ol class='crumbs'><li><h1>Kesh harbor vote results</h1></li></ol></nav>"
    body = f"{trail}<article><h2>{HEADLINE}</h2></article>"
    head = f'<title>Kesh harbor vote results</title><meta property="og:title" content="{HEADLINE}">'
    assert _text(head, body, {"@type": "NewsArticle", "headline": "Kesh harbor vote results"}) == HEADLINE


@pytest.mark.parametrize("trail", ["<div class='breadcrumb'>", "<ul class='navigation'><li>"])
def test_a_trail_is_known_by_its_names_too(trail: str) -> None:
    chosen = _choose("", f"{trail}<h1>{HEADLINE}</h1>")
    assert chosen is not None
    assert chosen.origin == "h1 in a trail"


def test_a_kicker_inside_the_heading_is_left_out() -> None:
    body = f"<h1><span class='kicker'>Maldon</span> <span class='headline'>{HEADLINE}</span></h1>"
    assert _text("", body) == HEADLINE


def test_a_part_of_the_heading_that_is_declared_is_the_headline() -> None:
    body = f"<h1><span>Maldon</span> <span>{HEADLINE}</span></h1>"
    assert _text(f'<meta property="og:title" content="{HEADLINE}">', body) == HEADLINE


def test_of_several_first_headings_the_confirmed_one_counts() -> None:
    body = f"<h1>Kesh Post</h1><h1>{HEADLINE}</h1><h1>Support us today</h1>"
    assert _text(f"<title>{HEADLINE} | Kesh</title>", body) == HEADLINE


def test_a_heading_that_is_part_of_a_longer_title_counts() -> None:
    body = f"<h1>Support our work today</h1><h1>{HEADLINE}</h1>"
    assert _text(f"<title>Watch now {HEADLINE} live and free</title>", body) == HEADLINE


def test_the_sites_name_alone_is_no_headline() -> None:
    assert _text("<title>Kesh</title>", "<h1>Kesh</h1>") is None


def test_a_title_cut_short_counts_for_the_whole_one() -> None:
    short = '<meta property="og:title" content="Harbor vote ends in a tie that...">'
    head = f'{short}<meta name="title" content="Something else">'
    whole = f"{HEADLINE} that nobody foresaw"
    assert _text(head, "", {"@type": "NewsArticle", "headline": whole}) == whole


def test_a_card_is_no_headline() -> None:
    head = '<meta property="og:title" content="Old vote remembered">'
    body = f"<h1>{HEADLINE}</h1><h2 class='related-card'>Old vote remembered</h2>"
    assert _text(head, body, {"@type": "NewsArticle", "headline": HEADLINE}) == HEADLINE


def test_capitals_give_way_to_another_spelling_of_the_same() -> None:
    assert _text(f'<meta property="og:title" content="{HEADLINE}">', f"<h1>{HEADLINE.upper()}</h1>") == HEADLINE


def test_what_a_newsroom_declares_alike_outweighs_a_heading_without_its_kicker() -> None:
    whole = f"Kesh council: {HEADLINE}"
    head = f'<meta property="og:title" content="{whole}"><meta name="twitter:title" content="{whole}">'
    assert _text(head, f"<h1>{HEADLINE}</h1>", {"@type": "NewsArticle", "headline": whole}) == whole


def test_elsewhere_the_printed_heading_outweighs_a_title_for_sharing() -> None:
    head = '<title>Ten facts on votes</title><meta property="og:title" content="You will not believe this vote">'
    assert _text(head, f"<h1 class='entry-title'>{HEADLINE}</h1>") == HEADLINE


def test_an_offer_is_described_by_its_places_and_by_what_it_holds_of_the_others() -> None:
    longer = Offer(key="kesh harbor vote ends", places={Place.HEADING, Place.OPEN_GRAPH}, whole={Place.OPEN_GRAPH})
    shorter = Offer(key="harbor vote ends", places={Place.SECOND}, is_named=True, is_only_heading=True)
    found = describe_offer(longer, [longer, shorter], frozenset({"harbor", "tie"}))
    assert {name for name, value in found.items() if value == 1.0} == {
        "h1", "open graph", "open graph whole", "open graph + h1", "with kicker", "agreement",
    }  # fmt: skip
    assert found["slug"] == 0.5
    other = describe_offer(shorter, [longer, shorter], frozenset())
    assert {"without kicker", "named", "only heading"} <= other.keys()
    assert "slug" not in other


def test_an_offer_may_have_a_tail_more_or_less() -> None:
    longer = Offer(key="harbor vote ends in a tie", places={Place.META})
    shorter = Offer(key="harbor vote", places={Place.META})
    assert "with tail" in describe_offer(longer, [longer, shorter], frozenset())
    assert {"without tail", "few words"} <= describe_offer(shorter, [longer, shorter], frozenset()).keys()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://kesh.example/2026/harbor-vote-ends-in-a-tie-1234", {"harbor", "vote", "ends", "tie"}),
        ("https://kesh.example/harbor_vote_ends/", {"harbor", "vote", "ends"}),
        ("https://kesh.example/vote", set()),
        ("", set()),
    ],
)
def test_the_words_of_an_address_are_those_of_its_longest_step(url: str, expected: set[str]) -> None:
    assert slug_words(url) == expected


def test_an_empty_page_has_none() -> None:
    assert _text("", "<h1></h1><h1><!-- --></h1><h2>" + "x" * 600 + "</h2>") is None


@given(st.text(max_size=300), st.lists(st.text(max_size=40), max_size=3))
def test_cleaning_any_text_gives_a_part_of_it(text: str, anchors: list[str]) -> None:
    cleaned = clean_headline(text, SITE, anchors)
    assert len(cleaned) <= 500
    assert cleaned in clean_headline(text, SiteNames(squashed=frozenset(), display=None))
