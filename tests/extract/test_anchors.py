"""Which links of a page are gathered, and what is known of them."""

from __future__ import annotations

import pytest

from newskeep.extract.anchors import Survey
from newskeep.extract.surroundings import MARK
from newskeep.extract.tree import parse_html

SITE = "https://www.harborledger.example"
URL = f"{SITE}/ports/tunnel-at-lunt-opens-early"
WORDS = "Ferry stops after sixty years"


def survey(html: str, *, keep_all: bool = False) -> Survey:
    return Survey(parse_html(f"<body><main>{html}</main></body>", url=URL), keep_all=keep_all)


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/ports/ferry-stops-now", f"{SITE}/ports/ferry-stops-now"),
        ("ferry-stops-now#top", f"{SITE}/ports/ferry-stops-now"),
        ("../city/ferry-stops-now", f"{SITE}/city/ferry-stops-now"),
        ("//other.example/ferry-stops-now", "https://other.example/ferry-stops-now"),
        (" /ports/ferry-stops-now ", f"{SITE}/ports/ferry-stops-now"),
    ],
)
def test_addresses_are_made_absolute(href: str, url: str) -> None:
    (group,) = survey(f'<a href="{href}">{WORDS}</a>').groups
    assert group.address.url == url


@pytest.mark.parametrize(
    "href",
    [
        "#top", "", "mailto:desk@ledger.example", "javascript:go()", "http://[", "ftp://ledger.example/ferry-stops-now",
        "/", URL, f"{URL}?page=2", "/ports/Ferry stops after sixty years", "/" + "x-" * 1500,
    ],
)  # fmt: skip
def test_links_that_lead_to_no_other_page_are_left_out(href: str) -> None:
    assert survey(f'<a href="{href}">{WORDS}</a>', keep_all=True).groups == []


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/ports/ferry-stops-now">Ports</a>',
        '<a href="/ports/ferry-stops-now"> </a>',
        '<a href="/ports/ferry-stops-now" title="Ports"></a>',
        '<a href="/shipping">All about our shipping</a>',
        '<a href="/shop/a-mug-with-a-ferry-on-it">A mug with a ferry on it</a>',
    ],
)
def test_names_of_places_are_left_out(link: str) -> None:
    assert survey(link).groups == []


def test_words_of_scripts_without_blanks_are_counted_by_characters() -> None:
    (group,) = survey('<a href="/a/2670280001">港のフェリーが止まる</a>').groups
    assert group.word_count > 3


def test_a_picture_gives_its_alternative_text_as_label() -> None:
    (group,) = survey(f'<a href="/ports/ferry-stops-now"><img src="/f.jpg" alt="{WORDS}"></a>').groups
    assert (group.text, group.has_picture, group.best.text) == (WORDS, True, "")


def test_a_word_that_prints_nothing_is_no_word() -> None:
    assert survey('<a href="/ports/ferry-stops-now">\u200b \u200b \u200b \u200b</a>').groups == []


def test_addresses_that_differ_in_tracking_are_one_card_where_they_stand_together() -> None:
    link = '<a href="/ports/ferry-stops-now?utm_source={0}">Ferry stops after sixty years</a>'
    assert len(survey(f"<div>{link.format('a')}{link.format('b')}</div>").groups) == 1
    apart = f"<div><div><div><div>{link.format('a')}</div></div></div></div>"
    assert len(survey(apart + apart.replace("=a", "=b")).groups) == 2


def test_a_role_tells_what_an_element_is_for() -> None:
    (group,) = survey(f'<div role="navigation"><a href="/ports/ferry-stops-now">{WORDS}</a></div>').groups
    assert group.first.place.distance(MARK["navigation"]) == 1


@pytest.mark.parametrize("name", ["related-stories", "storyRelatedBox", "articlerelatedlinks"])
def test_class_names_are_read_however_they_are_written(name: str) -> None:
    (group,) = survey(f'<div class="{name}"><a href="/ports/ferry-stops-now">{WORDS}</a></div>').groups
    assert group.first.place.distance(MARK["related"]) == 1


def test_the_load_of_a_block_counts_its_text_and_its_links() -> None:
    page = survey(f'<div>Before <a href="/ports/ferry-stops-now">{WORDS}</a> and <a href="/x">after</a></div>')
    (group,) = page.groups
    whole, linked = f"Before {WORDS} and after", f"{WORDS}after"
    assert group.first.place.block.text_load(page.surroundings) == (len(whole), len(linked), 2)
