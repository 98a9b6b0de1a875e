"""The lines around the printed headline, and lines named or labelled as something elsewhere."""

from __future__ import annotations

import re

from newskeep.extract.printed import Printed
from newskeep.extract.tree import Page, parse_html

HEADLINE = "Harbor vote ends in a tie"
LONG = "The count went on all night in the old customs house of Kesh. " * 5


def _page(body: str) -> Page:
    return parse_html(f"<html><body>{body}</body></html>", url="https://kesh.example/vote")


def _lines(body: str) -> list[str]:
    return [line.text for line in Printed(_page(body), HEADLINE).header if line.text]


def test_a_line_parts_label_name_and_paper_that_only_style_parts() -> None:
    assert "By Ada Beck The Kesh Post" in _lines(
        f"<h1>{HEADLINE}</h1><div><span>By</span><b>Ada Beck</b><a>The Kesh Post</a></div>"
    )


def test_a_word_with_emphasis_inside_stays_one() -> None:
    assert "Ada McBeck" in _lines(f"<h1>{HEADLINE}</h1><div>Ada M<sup>c</sup>Beck</div>")


def test_lines_end_where_the_text_has_begun() -> None:
    body = f"<h1>{HEADLINE}</h1><p>First</p>" + f"<p>{LONG}</p>" * 3 + "<p>Behind</p>"
    lines = _lines(body)
    assert "First" in lines
    assert "Behind" not in lines


def test_lines_end_after_so_many_elements() -> None:
    lines = _lines(f"<section><h1>{HEADLINE}</h1></section>" + "<i>x</i>" * 500 + "<p>Behind</p>")
    assert 100 < len(lines) < 200
    assert "Behind" not in lines


def test_what_stands_in_a_template_is_no_line() -> None:
    lines = _lines(f"<div><h1>{HEADLINE}</h1><template><p>Hidden</p></template><p>Shown</p></div><p>{LONG}</p>")
    assert "Shown" in lines
    assert "Hidden" not in lines


def test_the_header_is_the_largest_element_with_little_text() -> None:
    before = "<div><span>Kesh, 3 April</span></div>"
    lines = _lines(f"<main><header>{before}<div><h1>{HEADLINE}</h1></div></header>" + f"<p>{LONG}</p>" * 9 + "</main>")
    assert lines[0] == f"Kesh, 3 April {HEADLINE}"


def test_a_headline_in_a_menu_is_not_the_printed_one() -> None:
    body = f"<nav><h2>{HEADLINE}</h2><p>Menu</p></nav><p>{LONG * 9}</p><h1>{HEADLINE}</h1><p>Below</p>"
    lines = _lines(body)
    assert "Below" in lines
    assert "Menu" not in lines


def test_without_a_heading_there_are_no_lines() -> None:
    assert Printed(_page("<h4>Kesh</h4><p>Text</p>"), HEADLINE).header == []


def test_named_elements_are_found_by_class_property_mark_and_tag() -> None:
    body = (
        "<p class='byline'>one</p><p itemprop='author'>two</p><p data-testid='Byline'>three</p>"
        "<a rel='author'>four</a><p id='x'>no</p><time>five</time><p class='byline'></p>"
    )
    printed = Printed(_page(body), None)
    assert [line.text for line in printed.named(re.compile("byline|author"))] == ["one", "two", "three", "four"]
    assert [line.text for line in printed.named(re.compile("time"))] == ["five"]


def test_only_so_many_named_elements_are_looked_at() -> None:
    printed = Printed(_page("<p class='byline'>Ada</p>" * 300), None)
    assert 20 < len(list(printed.named(re.compile("byline")))) < 300


def test_only_so_many_labels_are_looked_at() -> None:
    row = "<dl><dt>Author</dt><dd>Ada Beck</dd></dl><b>Other</b>"
    values = list(Printed(_page(row * 50), None).labelled(frozenset({"author"})))
    assert set(values) == {"Ada Beck"}
    assert len(values) < 20


def test_a_label_with_nothing_behind_it_says_nothing() -> None:
    assert list(Printed(_page("<p><b>Author</b></p>"), None).labelled(frozenset({"author"}))) == []
