"""The page as a tree: what is gathered, what a text is, how addresses are joined."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    "reference", ["&#0;", "&#4;", "&#8;", "&#x1f;", "&#11;", "&#0031;", "&#xFFFE;", "&#65535;", "&#7"]
)
def test_references_to_control_characters_are_dropped(reference: str) -> None:
    page = parse_html(f"<p>one{reference} two", url=_URL)
    assert text_of(page.body) == "one two"


@pytest.mark.parametrize("mark", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_control_characters_are_dropped(mark: str) -> None:
    page = parse_html(f"<p>on{mark}e two — três", url=_URL)
    assert text_of(page.body) == "one two — três"


def test_a_form_feed_is_white_space() -> None:
    assert text_of(parse_html("<p>one\x0ctwo", url=_URL).body) == "one two"


@pytest.mark.parametrize("text", ["", " \n\t ", "\x0c"])
def test_a_page_of_white_space_is_empty(text: str) -> None:
    with pytest.raises(PageError, match="the page is empty"):
        parse_html(text, url=_URL)


def test_what_lies_behind_very_many_elements_is_cut_off() -> None:
    page = parse_html("<div><p>first</p>" + "<i>x</i>" * 30_000 + "<p>last</p></div>tail<p>behind</p>", url=_URL)
    assert len(list(page.root.iter())) <= 12_001
    assert (text_of(page.body).startswith("firstx"), "last" in text_of(page.body)) == (True, False)
    assert "behind" not in text_of(page.body)


def test_many_tags_that_make_few_elements_cost_nothing() -> None:
    page = parse_html("<p>first</p>" + "</i>" * 30_000 + "<p>last</p>", url=_URL)
    assert text_of(page.body) == "firstlast"


def test_an_endless_text_is_cut_short() -> None:
    page = parse_html(f"<p>{'word ' * 100_000}</p>{'more ' * 100_000}<p>last</p>", url=_URL)
    assert len(text_of(page.body)) < 200_010
    assert text_of(page.body).endswith("last")


def test_a_long_script_is_kept_whole() -> None:
    page = parse_html(f'<script type="application/json">["{"x" * 500_000}"]</script><p>x</p>', url=_URL)
    assert len(page.json_scripts[0].text) == 500_004


_BASES = st.sampled_from(("https://a.example/x/y?z=1", "http://a.example", "https://a.example:8080/x/"))
_PIECES = st.sampled_from(
    ("/", "//", ".", "..", "a", "b.example", "?", "#", "=", ";", ":", "https:", "http:", "é", " ", "\t")
)


@given(_BASES, st.lists(_PIECES, max_size=9).map("".join))
def test_addresses_are_joined_as_the_standard_says(base: str, address: str) -> None:
    joined = parse_html("<p>x</p>", url=base).join(address)
    assert joined is None or joined == urljoin(base, address.strip())


@pytest.mark.parametrize(
    "address",
    ["http://", "https://?x", "http://a.example:x/", "http://a<b.example/", "//[::1", "http://a.example:99999/"],
)
def test_an_address_without_a_host_that_could_be_is_none(address: str) -> None:
    assert parse_html("<p>x</p>", url=_URL).join(address) is None


def test_an_endless_address_is_none() -> None:
    assert parse_html("<p>x</p>", url=_URL).join("/a" * 20_000) is None


def test_what_is_nested_too_deep_stands_side_by_side() -> None:
    page = parse_html("<p>first</p>" + "<div>in" * 1500 + "<b>bold</b> tail" + "</div>out" * 1500, url=_URL)
    assert max(sum(1 for _ in ancestors(element)) for element in page.root.iter()) == 100
    text = text_of(page.root)
    assert (text.startswith("firstinin"), text.count("in"), text.count("out"), text.count("bold")) == (
        True,
        1500,
        1500,
        1,
    )


def test_so_many_of_a_kind_are_read() -> None:
    page = parse_html('<meta name="a" content="x">' * 3000 + "<p>x</p>" + "<img src=/i.jpg><h2>x</h2>" * 3000, url=_URL)
    assert (len(page.metas["a"]), len(page.images), len(page.headings)) == (1000, 1000, 1000)


def test_an_endless_meta_is_cut_short() -> None:
    page = parse_html(f'<meta name="keywords" content="{"word, " * 50_000}"><p>x</p>', url=_URL)
    assert len(page.metas["keywords"][0]) <= 20_000


def test_a_page_that_goes_on_behind_its_end_is_read_whole() -> None:
    page = parse_html(f"<body><p>one</p></body></html>\n<div>{'<p>more of it</p>' * 50}</div></body></html>", url=_URL)
    assert len(page.body.findall(".//p")) == 51


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"a\u0000b", "ab"),
        (r"a\u001Fb", "ab"),
        (r"a\ud800b", "ab"),
        (r"a\udc00b", "ab"),
        (r"a\ud83d\ude00b", "a😀b"),
        (r"a\\u0000b", r"a\u0000b"),
        (r"a\\\u0000b", "a\\b"),
        (r"a\u00e9\nb", "aé\nb"),
        (r"a\uFFFEb", "ab"),
    ],
)
def test_data_holds_no_character_that_no_text_may_hold(written: str, read: str) -> None:
    page = parse_html(f'<script type="application/ld+json">"{written}"</script><p>x</p>', url=_URL)
    assert json.loads(page.ld_scripts[0]) == read


def test_articles_in_many_others_are_no_stories() -> None:
    nested = parse_html("<article>x" * 90, url=_URL)
    many = parse_html("<article>x</article>" * 500, url=_URL)
    few = parse_html("<article>x" * 9, url=_URL)
    assert (len(nested.articles), len(many.articles), len(few.articles)) == (4, 400, 9)


def test_control_characters_are_no_part_of_an_address() -> None:
    page = parse_html("<p>x</p>", url="https://post.example/a/")
    assert page.join("b\x02c.jpg\n?w=\x7f1") == "https://post.example/a/bc.jpg?w=1"


def test_a_control_reference_without_its_semicolon_is_dropped_from_an_address() -> None:
    page = parse_html('<p><a href="/a?b=%&#2Fc">one</a></p>', url="https://news.example/")
    assert [link.get("href") for link in page.root.iter("a")] == ["/a?b=%Fc"]
