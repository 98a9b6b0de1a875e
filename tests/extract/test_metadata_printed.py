"""Bylines and dates that a page prints and does not declare."""

from __future__ import annotations

import pytest

from newskeep.extract.metadata import read_metadata
from newskeep.extract.printed import Printed
from newskeep.extract.tree import parse_html

URL = "https://kesh.example/vote"
HEADLINE = "Harbor vote ends in a tie"
TEXT = "<p>" + "The count went on all night in the old customs house. " * 4 + "</p>"


def _authors(body: str, head: str = "") -> tuple[str, ...]:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return read_metadata(parse_html(html, url=URL)).authors


# what stands around the headline, the authors
BYLINES = [
    ("<p class='byline'>By Ada Beck</p>", ("Ada Beck",)),
    ("<a rel='author' href='/ada'>Ada Beck</a>", ("Ada Beck",)),
    ("<span itemprop='author'>Ada Beck</span>", ("Ada Beck",)),
    ("<div>Von Ada Beck und Bo Lund</div>", ("Ada Beck", "Bo Lund")),
    ("<ul><li class='author'>Ada Beck</li><li class='author'>Bo Lund</li></ul>", ("Ada Beck", "Bo Lund")),
    (
        "<p><span><a class='author'>Ada Beck</a></span><span><a class='author'>Bo Lund</a></span></p>",
        ("Ada Beck", "Bo Lund"),
    ),
    (
        "<div class='authors-box'>Maldon by Ada Beck <i>30 April 2026</i></div><b class='author-name'>Ada Beck</b>",
        ("Ada Beck",),
    ),
    ("<span>Ada Beck</span><span>30.04.2026 10:15</span>", ("Ada Beck",)),
    ("<div><time>30 April 2026</time><b>Ada Beck</b></div>", ("Ada Beck",)),
    ("<p><strong>Ada Beck</strong></p>", ("Ada Beck",)),
    ("<ul><li><strong>Author</strong> Ada Beck</li></ul>", ("Ada Beck",)),
    ("<dl><dt>Autorin/Autor:</dt><dd>Ada Beck</dd></dl>", ("Ada Beck",)),
    ("<p>By counting twice, they lost the night</p>", ()),
    ("<p><strong>Who won?</strong></p>", ()),
    ("<span>30.04.2026</span><span>World News</span>", ()),
    ("<div class='author-avatar'>Ada Beck</div>", ()),
    ("<aside><p class='byline'>By Ada Beck</p></aside>", ()),
    ("<figure><span class='author'>Ada Beck</span></figure>", ()),
]


@pytest.mark.parametrize(("line", "authors"), BYLINES)
def test_the_line_below_the_headline_names_the_authors(line: str, authors: tuple[str, ...]) -> None:
    assert _authors(f"<main><h1>{HEADLINE}</h1>{line}{TEXT}</main>") == authors


def test_the_line_above_the_headline_counts_too() -> None:
    assert _authors(f"<main><header><p class='byline'>By Ada Beck</p><h1>{HEADLINE}</h1></header>{TEXT}</main>") == (
        "Ada Beck",
    )


def test_names_in_bold_inside_the_text_are_no_authors() -> None:
    assert _authors(f"<main><h1>{HEADLINE}</h1>{TEXT}<p><strong>Cy Dorn</strong></p></main>") == ()


def test_a_byline_far_from_any_headline_is_found() -> None:
    assert _authors(f"{TEXT}<div class='byline'>By Ada Beck</div>") == ("Ada Beck",)


def test_the_writers_of_comments_are_no_authors() -> None:
    body = f"<h1>{HEADLINE}</h1>{TEXT}<div class='comments'><span class='comment-author'>Eve Moss</span></div>"
    assert _authors(body) == ()


def test_a_declared_person_needs_no_printed_line() -> None:
    body = f"<h1>{HEADLINE}</h1><p class='byline'>By Bo Lund</p>{TEXT}"
    assert _authors(body, '<meta name="author" content="Ada Beck">') == ("Ada Beck",)


def test_a_printed_person_comes_before_the_papers_own_name() -> None:
    head = '<meta property="og:site_name" content="Kesh Post"><meta name="author" content="Kesh Post">'
    assert _authors(f"<h1>{HEADLINE}</h1><p class='byline'>By Ada Beck</p>{TEXT}", head) == ("Ada Beck",)


def test_the_printed_line_is_kept_as_the_byline() -> None:
    html = f"<h1>{HEADLINE}</h1><p class='byline'>By Ada Beck, Maldon</p>{TEXT}"
    assert read_metadata(parse_html(html, url=URL)).byline == "By Ada Beck, Maldon"


def test_a_headline_in_a_lower_heading_is_found() -> None:
    head = f'<meta property="og:title" content="{HEADLINE}">'
    assert _authors(f"<div><h3>{HEADLINE}</h3><div>By Ada Beck</div></div>{TEXT}", head) == ("Ada Beck",)


def test_without_a_heading_there_is_no_stretch_around_it() -> None:
    assert Printed(parse_html("<p>text</p>", url=URL), HEADLINE).header == []
