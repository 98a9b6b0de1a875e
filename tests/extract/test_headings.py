"""Which words head a block of cards, and how far they reach."""

from __future__ import annotations

import pytest

from newskeep.extract.teasers import find_promoted, find_teasers
from newskeep.extract.tree import parse_html
from newskeep.model import Teaser

URL = "https://www.harborledger.example/ports/tunnel-at-lunt-opens-early-2670280377"
TEXT = "The two drills met under the sound on a Tuesday night, and for an hour nobody on the surface was told about it."
WORDS = ("Ferry stops after sixty years", "Library finds a map of the quay", "Dockers vote for a shorter shift")


def card(number: int) -> str:
    return f'<li><a href="/ports/story-{number}">{WORDS[number % 3]} {number}</a></li>'


def cards(*numbers: int) -> str:
    return f"<ul>{''.join(map(card, numbers))}</ul>"


def headings(html: str) -> list[str | None]:
    """The headings of a page's cards, whose addresses lie below `/ports/story-`; its paragraphs are the story."""
    page = parse_html(html, url=URL)
    story = tuple(page.root.iter("p"))
    return [one.heading for one in find_promoted(page, lambda found: "/ports/story-" in found, story=story)]


def page(*, before: str = "", between: str = "", after: str = "") -> str:
    body = f"<div><p>{TEXT}</p><p>{TEXT}</p>{between}<p>{TEXT}</p><p>{TEXT}</p></div>"
    return f"<body>{before}<main><h1>Tunnel at Lunt opens early</h1>{body}{after}</main></body>"


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("<h2>Most read</h2>", "Most read"),
        # The link to more of them is no part of it.
        ("<h2>Headlines <a href='/all'>See all</a></h2>", "Headlines"),
        ("<h2><a href='/news'>Headlines</a> <a href='/all'>All</a></h2>", "Headlines"),
        ("<h2>More from <a href='/ports'>the quay of Lunt</a></h2>", "More from the quay of Lunt"),
        # Set as two for the look of it.
        ("<div><h3>TOP</h3><h3>HITS</h3></div>", "TOP HITS"),
        # Behind the story an `h1` may head a list, too, if its words say so.
        ("<h1>Related stories</h1>", "Related stories"),
        ("<h1>Ada Beck</h1>", None),
        # A whole sentence is a headline or a standfirst.
        ("<h2>The tunnel is to carry trains and cars between both shores</h2>", None),
        ("<h2>Independent news needs your help.</h2>", None),
        ("<h2>Share this story</h2>", None),
        # No heading, but named a title.
        ("<div class='section_title'><span>All that we print</span></div>", "All that we print"),
        ("<div class='x1'><span>All that we print</span></div>", None),
        ("<div class='x1'><span>Most read</span></div>", "Most read"),
    ],
)
def test_what_stands_over_a_block_heads_it(heading: str, said: str | None) -> None:
    assert headings(page(after=f"<section>{heading}{cards(1, 2)}</section>")) == [said, said]


def test_no_heading_goes_on_behind_paragraphs_of_the_story() -> None:
    text = f"<p>{TEXT}</p>" * 4
    between = f"{text}<h2>Related</h2><ul>{card(1)}</ul>{text}<ul>{card(2)}</ul>{text}"
    assert headings(page(between=between)) == ["Related", None]


def test_a_standfirst_in_a_heading_heads_no_card_in_the_text() -> None:
    html = page(between=f"<ul>{card(1)}</ul>").replace(
        "</h1>", "</h1><h2>Nobody on the surface was told about it for a whole hour of Tuesday night</h2>"
    )
    assert headings(html) == [None]


def test_a_list_has_the_heading_of_its_own_column() -> None:
    left, right = f"<div><h2>Most read</h2>{cards(1, 2)}</div>", f"<div><h2>Latest news</h2>{cards(3, 4)}</div>"
    assert headings(page(after=f"<div>{left}{right}</div>")) == ["Most read"] * 2 + ["Latest news"] * 2


def read(html: str) -> tuple[Teaser, ...]:
    return find_teasers(parse_html(html, url=URL), None, None, None)


def test_a_linked_heading_that_is_no_card_heads_its_list() -> None:
    stories = "".join(
        f'<li><a href="/ports/{words.lower().replace(" ", "-")}-267028000{n}"><figure><img src="/{n}.jpg" alt=""></figure>'
        f"<h3>{words} on the sound</h3></a></li>"
        for n, words in enumerate(WORDS)
    )
    listed = (
        f"<a href='/ports/all-of-it/'><h2>Latest Articles on the Ports and Ships of Lunt</h2></a><ul>{stories}</ul>"
    )
    html = f"<html><body>{page(after=f'<section class=related>{listed}</section>')}</body></html>"
    teasers = [one for one in read(html) if "-26702800" in (one.target_url or "")]
    assert [one.heading for one in teasers] == ["Latest Articles on the Ports and Ships of Lunt"] * 3
