"""The page as a tree: what is gathered, what a text is, how addresses are joined."""

from __future__ import annotations

from typing import Any

import pytest

from newskeep.errors import PageError, UndecodableError
from newskeep.extract.tree import ancestors, class_words, parse_html, parse_page, spaced_text_of, text_of

_URL = "https://www.example.example/a/story"


def test_scripts_and_styles_leave_the_tree_but_not_the_text_behind_them() -> None:
    page = parse_html("<p>one <script>var x = 1;</script>two <style>p{}</style>three</p>", url=_URL)
    assert text_of(page.body) == "one two three"
    assert [script.text for script in page.scripts] == ["var x = 1;"]


def test_scripts_are_sorted_by_what_they_hold() -> None:
    html = (
        '<script type="application/ld+json">{"a": 1}</script><script type="application/json" id="d">{}</script><p>x</p>'
        "<script></script>"
    )
    page = parse_html(html, url=_URL)
    assert page.ld_scripts == ['{"a": 1}']
    assert [(script.id, script.text) for script in page.json_scripts] == [("d", "{}")]
    assert page.scripts == []


def test_a_line_break_parts_words() -> None:
    assert text_of(parse_html("<p>one<br>two</p>", url=_URL).body) == "one two"


def test_spaced_text_parts_blocks_and_leaves_templates_out() -> None:
    page = parse_html("<div><h2>Head</h2><p>te<b>x</b>t</p><template><p>rest</p></template></div>", url=_URL)
    assert spaced_text_of(page.body) == "Head text"


@pytest.mark.parametrize(
    ("address", "joined"),
    [
        ("/b", "https://www.example.example/b"),
        ("c?d=1", "https://www.example.example/a/c?d=1"),
        ("//cdn.example/i.jpg", "https://cdn.example/i.jpg"),
        (" https://other.example/x ", "https://other.example/x"),
        ("", None),
        (None, None),
        ("#top", None),
        ("data:image/gif;base64,R0lGOD", None),
        ("javascript:void(0)", None),
        ("mailto:a@b.example", None),
        ("ftp://files.example/x", None),
        ("http://[broken", None),
    ],
)
def test_addresses_are_joined_or_refused(address: str | None, joined: str | None) -> None:
    assert parse_html("<p>x</p>", url=_URL).join(address) == joined


@pytest.mark.parametrize(
    ("base", "joined"),
    [
        ("https://static.example/", "https://static.example/b"),
        ("/deep/", "https://www.example.example/deep/b"),
        ("http://[broken", "https://www.example.example/a/b"),
        ("about:blank", "https://www.example.example/a/b"),
    ],
)
def test_base_element_moves_relative_addresses(base: str, joined: str) -> None:
    assert parse_html(f'<head><base href="{base}"></head><p>x</p>', url=_URL).join("b") == joined


def test_metas_are_found_under_every_name_they_bear() -> None:
    page = parse_html(
        '<meta property="og:title" name="Title" content=" A  B "><meta name="title" content="">', url=_URL
    )
    assert (page.meta("og:title"), page.meta("title"), page.meta("none")) == ("A B", "A B", None)


def test_title_of_a_drawing_is_not_the_page_s() -> None:
    page = parse_html("<head><title>Page</title></head><body><svg><title>Icon</title></svg><p>x</p></body>", url=_URL)
    assert page.title == "Page"


@pytest.mark.parametrize("text", ["", "   \n ", "\x00"])
def test_an_empty_page_is_refused(text: str) -> None:
    with pytest.raises(PageError, match="empty"):
        parse_html(text, url=_URL)


def test_bytes_that_are_no_text_are_refused(capture_of: Any) -> None:
    with pytest.raises(UndecodableError):
        parse_page(capture_of(b"%PDF-1.7 \x00\x01\x02"), None)


def test_a_lone_surrogate_does_no_harm() -> None:
    assert text_of(parse_html("<p>a\ud800b</p>", url=_URL).body) == "a?b"


def test_names_are_looked_up_in_lower_case() -> None:
    page = parse_html('<p class="Lead" id="Top" role="Note">x</p>', url=_URL)
    assert class_words(page.body[0]).split() == ["lead", "top", "note"]


def test_ancestors_come_nearest_first() -> None:
    page = parse_html("<div><p><b>x</b></p></div>", url=_URL)
    bold = next(page.root.iter("b"))
    assert [element.tag for element in ancestors(bold)] == ["p", "div", "body", "html"]


@pytest.mark.parametrize(
    "control", ["\x00", "\x01", "\x0c", "\x1f", "\ufffe", "&#0;", "&#x1;", "&#1", "&#x1F;", "&#12;", "&#65535;"]
)
def test_control_characters_cost_no_page(control: str) -> None:
    page = parse_html(
        f"<p>One<br>{control} two</p><script>x{control}</script>{control} three", url="https://a.example/b"
    )
    assert " ".join(text_of(page.root).split()) == "One two three"


@pytest.mark.parametrize(
    ("reference", "character"), [("&#10;", " "), ("&#x41;", "A"), ("&#100;", "d"), ("&#x1F600;", "😀")]
)
def test_other_references_are_read(reference: str, character: str) -> None:
    page = parse_html(f"<p>x{reference}y</p>", url="https://a.example/b")
    assert text_of(page.root).replace("\n", " ") == f"x{character}y"
