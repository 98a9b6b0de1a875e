"""The tree as a line: where passages begin and end, and what is known of each."""

from __future__ import annotations

import pytest

from newskeep.extract import signs
from newskeep.extract.blocks import Outline, is_below, outline
from newskeep.extract.tree import parse_html


def line_of(html: str, *, open_templates: bool = False) -> Outline:
    return outline((parse_html(html, url="https://www.example.example/").body,), open_templates=open_templates)


def texts(line: Outline) -> list[tuple[str, str]]:
    return [(passage.tag, passage.text) for passage in line.passages]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>one</p><p>two</p>", [("p", "one"), ("p", "two")]),
        (
            "<div>bare <b>bold</b> line<p>para</p>tail</div>",
            [("div", "bare bold line"), ("p", "para"), ("div", "tail")],
        ),
        ("<div>one<br><br>two<br>three</div>", [("div", "one"), ("div", "two three")]),
        ("<h2>a<br><br>b</h2>", [("h2", "a b")]),
        ("<p>a <span class='sr-only'>unseen </span>b</p>", [("p", "a b")]),
        ("<p>a</p><button>Press</button><select><option>x</option></select>", [("p", "a")]),
        ("<p>a</p><template><p>rest</p></template>", [("p", "a")]),
        ("<button><p>the page fell into a button</p></button>", [("p", "the page fell into a button")]),
        ("<custom-card>word</custom-card>", [("custom-card", "word")]),
        ("<p>a</p><hr><p>b</p>", [("p", "a"), ("p", "b")]),
    ],
)
def test_passages_end_at_block_edges(html: str, expected: list[tuple[str, str]]) -> None:
    assert texts(line_of(html)) == expected


def test_templates_are_read_where_they_are_opened() -> None:
    assert texts(line_of("<p>a</p><template><p>rest</p></template>", open_templates=True)) == [
        ("p", "a"),
        ("p", "rest"),
    ]


def test_excluded_elements_leave_their_tail() -> None:
    page = parse_html("<div><p>a</p>tail</div>", url="https://www.example.example/")
    line = outline((page.body,), excluded=frozenset((page.body[0][0],)))
    assert texts(line) == [("div", "tail")]


def test_links_and_bold_are_counted_in_letters() -> None:
    passage = line_of("<p>ab <a href='/x'>cd</a> <strong>efg</strong></p>").passages[0]
    assert (passage.link_count, passage.link_chars, passage.strong_chars) == (1, 2, 3)


def test_a_link_around_blocks_belongs_to_each() -> None:
    line = line_of("<a href='/x'><h3>Head</h3><p>Text</p></a><p>After</p>")
    assert [passage.link_count for passage in line.passages] == [1, 1, 0]


def test_a_menu_is_one_passage_all_link() -> None:
    line = line_of("<nav><ul><li><a href='/a'>News</a></li><li><a href='/b'>Sport</a></li></ul></nav><p>x</p>")
    assert texts(line) == [("nav", "News Sport"), ("p", "x")]


def test_a_menu_that_holds_a_story_is_walked() -> None:
    assert texts(line_of("<nav><p>A story in a menu.</p></nav>")) == [("p", "A story in a menu.")]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><small class='caption'>Words</small></p>", signs.CAPTION),
        (
            "<p><small class='caption'>Words</small><small class='photo-credit'>Name</small></p>",
            signs.CAPTION | signs.CREDIT,
        ),
        ("<p><small class='caption'>Words</small> and text</p>", 0),
        ("<p>text <span class='caption'>Words</span></p>", 0),
        ("<p><b>a</b><small class='caption'>Words</small></p>", 0),
    ],
)
def test_inline_names_count_where_they_cover_all_text(html: str, expected: int) -> None:
    assert line_of(html).passages[0].cover & (signs.CAPTION | signs.CREDIT) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<div style='display: none'>x</div>",
        "<div hidden>x</div>",
        "<div aria-hidden='true'>x</div>",
        "<div class='is-hidden'>x</div>",
    ],
)
def test_hidden_elements_are_known(html: str) -> None:
    line = line_of(html)
    assert line.spans[line.passages[0].span].signs & signs.HIDDEN


def test_pictures_players_and_rules_keep_their_places() -> None:
    html = "<p>a</p><img src='a.jpg'><p>b</p><iframe src='/v'></iframe><hr><p>c</p>"
    line = line_of(html)
    places = [(placed.tag, placed.at) for placed in (*line.pictures, *line.media, *line.rules)]
    assert places == [("img", 1), ("iframe", 2), ("hr", 2)]


def test_pictures_in_buttons_and_noscript_are_kept() -> None:
    line = line_of("<button><img src='a.jpg'></button><noscript><img src='b.jpg'></noscript><p>x</p>")
    assert [placed.tag for placed in line.pictures] == ["button", "noscript"]


def test_a_picture_element_left_open_gives_its_caption_back() -> None:
    line = line_of("<figure><picture><img src='a.jpg'><figcaption>Words</figcaption></figure><p>x</p>")
    assert [passage.text for passage in line.passages] == ["Words", "x"]


def test_spans_know_what_they_hold() -> None:
    line = line_of("<div><p>a</p><p>b</p></div><p>c</p>")
    held = next(span for span in line.spans if span.tag == "div")
    assert (held.first, held.end) == (0, 2)


def test_several_elements_stand_in_one_span() -> None:
    page = parse_html("<p>a</p><p>b</p>", url="https://www.example.example/")
    line = outline(tuple(page.body))
    assert (line.spans[0].first, line.spans[0].end) == (0, 2)
    assert all(is_below(line, passage.span, 0) for passage in line.passages)


def test_nesting_without_end_is_flattened() -> None:
    line = line_of("<div>" * 900 + "deep" + "</div>" * 900 + "<p>after</p>")
    assert [passage.text for passage in line.passages] == ["deep", "after"]


def test_a_span_knows_its_classes_as_they_stand_there() -> None:
    line = line_of("<div class='Lead  Text'><p>one</p></div>")
    assert {span.tag: span.names for span in line.spans} == {"body": None, "div": "Lead  Text", "p": None}


def test_a_menu_with_a_paragraph_in_it_is_no_menu() -> None:
    line = line_of("<nav><ul><li>one</li><li>two</li></ul></nav><nav><div>three<p>four</p></div></nav>")
    assert texts(line) == [("nav", "one two"), ("div", "three"), ("p", "four")]


def test_an_empty_heading_does_not_swallow_the_breaks_behind_it() -> None:
    assert texts(line_of("<h2></h2><div>one<br><br>two</div>")) == [("div", "one"), ("div", "two")]


def test_several_elements_are_laid_out_below_a_span_of_their_own() -> None:
    body = parse_html("<p class='a'>one</p><p>two</p>", url="https://www.example.example/").body
    line = outline(tuple(body.iter("p")))
    assert [(span.tag, span.parent, span.first, span.end) for span in line.spans] == [
        ("", -1, 0, 2),
        ("p", 0, 0, 1),
        ("p", 0, 1, 2),
    ]
