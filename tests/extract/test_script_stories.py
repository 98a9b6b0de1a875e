"""Stories whose text stands in script data alone, in the notations that frameworks and content systems use."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest

from newskeep.extract import extract_page
from newskeep.extract.script_stories import blocks_of_text, read_script_story
from newskeep.extract.tree import parse_html
from newskeep.model import Block, BlockKind, PageKind

HEADLINE = "Council sells the harbour crane"
URL = "https://www.lamp.example/news/council-sells-the-harbour-crane-4711"
TEXT = tuple(
    f"The {who} told the harbour council on Tuesday night that the crane had better be sold before the winter comes & stays."
    for who in ("pilot", "baker", "judge", "sailor", "farmer")
)
HTML = "".join(f"<p>{text.replace('&', '&amp;')}</p>" for text in TEXT)
PLAIN = "\n\n".join(TEXT)


def script(data: object) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'


def page_of(scripts: str, printed: str = "") -> str:
    head = f'<title>{HEADLINE} | The Orlen Lamp</title><meta property="og:type" content="article">'
    return f"<html><head>{head}</head><body><h1>{HEADLINE}</h1>{printed}<div id='app'></div>{scripts}</body></html>"


def texts(scripts: str, printed: str = "") -> list[str]:
    found = read_script_story(parse_html(page_of(scripts, printed), url=URL), HEADLINE)
    return [block.text for block in found]


def props(article: object) -> dict[str, Any]:
    return {"props": {"pageProps": {"article": article}}}


def story(body: object, key: str = "body", **more: object) -> dict[str, object]:
    return {"headline": HEADLINE, key: body, **more}


def portable(text: str, style: str = "normal") -> dict[str, object]:
    cut = len(text) // 2
    children = [{"_type": "span", "text": text[:cut], "marks": ["em"]}, {"_type": "span", "text": text[cut:]}]
    return {"_type": "block", "style": style, "children": children}


def node(text: str) -> dict[str, object]:
    return {"nodeType": "paragraph", "data": {}, "content": [{"nodeType": "text", "value": text, "marks": []}]}


NOTATIONS: dict[str, object] = {
    "html": story(HTML),
    "plain": story(PLAIN, "articleBody"),
    "rendered html": {"title": {"rendered": HEADLINE}, "content": {"rendered": HTML}},
    "list of strings": story(list(TEXT), "paragraphs"),
    "list of html": story([f"<p>{text}</p>" for text in TEXT], "paragraphs"),
    "content elements": story([{"type": "text", "content": text} for text in TEXT], "content_elements"),
    "portable text": story([portable(text) for text in TEXT]),
    "rich text": story({"nodeType": "document", "content": [node(text) for text in TEXT]}),
    "editor blocks": story({"blocks": [{"type": "paragraph", "data": {"text": text}} for text in TEXT]}, "content"),
    "slate": story([{"type": "paragraph", "children": [{"text": text}]} for text in TEXT], "content"),
    "lexical": story(
        {"root": {"children": [{"type": "paragraph", "children": [{"type": "text", "text": text}]} for text in TEXT]}}
    ),
    "typed components": story([{"__typename": "TextBlock", "html": f"<p>{text}</p>"} for text in TEXT], "components"),
    "attributes": {"attributes": {"title": HEADLINE, "body": HTML}},
}


@pytest.mark.parametrize("article", NOTATIONS.values(), ids=NOTATIONS.keys())
def test_a_story_is_read_in_any_notation(article: object) -> None:
    assert texts(script(props(article))) == list(TEXT)


def test_a_page_with_its_text_in_scripts_is_a_story(capture_of: Any) -> None:
    page = extract_page(capture_of(page_of(script(props(story(HTML)))), URL), None)
    assert page.kind is PageKind.STORY
    assert page.main is not None
    assert (page.main.headline, page.main.text) == (HEADLINE, PLAIN)


def test_what_is_printed_is_not_replaced(capture_of: Any) -> None:
    page = extract_page(
        capture_of(page_of(script(props(story("<p>Other. </p>" * 90))), f"<article>{HTML}</article>"), URL), None
    )
    assert page.main is not None
    assert page.main.text == PLAIN


def test_the_beginning_that_is_printed_gives_way_to_the_whole(capture_of: Any) -> None:
    page = extract_page(
        capture_of(page_of(script(props(story(HTML))), f"<article><p>{TEXT[0]}</p></article>"), URL), None
    )
    assert page.main is not None
    assert page.main.text == PLAIN


@pytest.mark.parametrize(
    "scripts",
    [
        f"<script>window.__INITIAL_STATE__ = {json.dumps(props(story(HTML)))};</script>",
        f"<script>window.__STATE__ = JSON.parse({json.dumps(json.dumps(props(story(HTML))))});</script>",
        f"<script>var pageData={json.dumps(props(story(HTML)))}; start();</script>",
        f"<script>self.__next_f.push({json.dumps([1, '4:' + json.dumps(['$', 'main', None, story(HTML)])])})</script>",
    ],
    ids=["assigned", "parsed", "variable", "pushed"],
)
def test_data_is_found_wherever_a_script_keeps_it(scripts: str) -> None:
    assert texts(scripts) == list(TEXT)


def test_a_long_text_in_a_line_of_its_own_is_put_in_its_place() -> None:
    body = HTML.replace("harbour", "häfen")
    rows = f"2:T{len(body.encode()):x},{body}3:" + json.dumps(["$", "main", None, story("$2")]) + "\n"
    half = len(rows) // 2
    pushes = "".join(
        f"<script>self.__next_f.push({json.dumps([1, part])})</script>" for part in (rows[:half], rows[half:])
    )
    assert texts(pushes) == [text.replace("harbour", "häfen") for text in TEXT]


def test_lists_that_point_into_themselves_are_undone() -> None:
    data = [
        {"data": 1, "once": 6},
        {"article": 2},
        ["Reactive", 3],
        {"headline": 4, "body": 5},
        HEADLINE,
        HTML,
        ["Set"],
    ]
    assert texts(f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(data)}</script>') == list(TEXT)


def test_references_into_a_cache_are_followed() -> None:
    cache = {
        "ROOT_QUERY": {"article": {"__ref": "Article:1"}},
        "Article:1": {"__typename": "Article", "headline": HEADLINE, "body": {"__ref": "Body:1"}},
        "Body:1": {"__typename": "Body", "content": [{"__ref": f"Text:{at}"} for at in range(len(TEXT))]},
        **{f"Text:{at}": {"__typename": "TextBlock", "text": text} for at, text in enumerate(TEXT)},
    }
    assert texts(f"<script>window.__APOLLO_STATE__ = {json.dumps(cache)}</script>") == list(TEXT)


def test_crossheads_lists_and_quotes_are_told_by_their_kinds() -> None:
    body = [
        portable(TEXT[0]),
        portable("What happens next", "h3"),
        {"type": "image", "caption": "The crane at dawn, seen from the pier by our own reporter"},
        {"type": "list", "items": [{"text": "one crane"}, {"text": "two boats"}]},
        {"type": "quote", "text": "It was never tall enough."},
        {"type": "related-links", "items": [{"text": "Another story"}]},
        *[portable(text) for text in TEXT[1:]],
    ]
    found = read_script_story(parse_html(page_of(script(props(story(body)))), url=URL), HEADLINE)
    assert [(block.kind, block.text, block.level) for block in found[1:4]] == [
        (BlockKind.CROSSHEAD, "What happens next", 3),
        (BlockKind.LIST, "one crane\ntwo boats", None),
        (BlockKind.QUOTE, "It was never tall enough.", None),
    ]
    assert len(found) == 8


def test_an_object_with_the_pages_address_is_its_story() -> None:
    other = {
        "headline": "Another headline altogether",
        "url": "/news/council-sells-the-harbour-crane-4711",
        "body": HTML,
    }
    assert texts(script({"stories": [other]})) == list(TEXT)


@pytest.mark.parametrize(
    "data",
    [
        {"stories": [{"headline": "Ferry crews walk out at dawn", "body": HTML}]},
        story("Too short."),
        {"headline": HEADLINE, "comments": [{"text": text} for text in TEXT]},
        {"headline": HEADLINE, "relatedBody": HTML},
        {"title": "The", "body": HTML},
        [1, 2, 3],
        "a string",
        [{"a": 1}, 99, {"b": -5}],
    ],
)
def test_what_does_not_agree_with_the_page_is_no_story_of_it(data: object) -> None:
    assert texts(script(data)) == []


@pytest.mark.parametrize(
    "scripts",
    [
        "<script type='application/json'>{broken</script>",
        "<script>window.data = {broken</script>",
        '<script>window.data = JSON.parse("{broken")</script>',
        '<script>window.data = JSON.parse("\\q")</script>',
        "<script>self.__next_f.push([0])</script>",
        '<script>self.__next_f.push([1,"9:{broken"])</script>',
        "<script>alert(1)</script>",
        f"<script type='application/json'>{'[' * 5000}</script>",
    ],
)
def test_broken_data_is_passed_over(scripts: str) -> None:
    assert texts(scripts) == []


def test_what_is_larger_than_a_page_may_be_is_not_read() -> None:
    assert texts(script({"padding": "x" * 3_000_001, **story(HTML)})) == []


def test_a_tree_that_never_ends_is_given_up_on() -> None:
    deep: object = {"type": "paragraph", "children": [{"text": TEXT[0]}]}
    for _ in range(60):
        deep = {"type": "section", "children": [deep]}
    assert texts(script(props(story([deep])))) == []


def test_html_becomes_blocks_of_every_kind() -> None:
    html = "<h3>Head</h3><p>Text &amp; more</p><ul><li>one</li><li>two</li></ul><blockquote>Said</blockquote><p><a href='/x'>All link here</a></p>"
    assert blocks_of_text(html) == [
        Block(kind=BlockKind.CROSSHEAD, text="Head", level=3),
        Block(kind=BlockKind.PARAGRAPH, text="Text & more"),
        Block(kind=BlockKind.LIST, text="one\ntwo", items=("one", "two")),
        Block(kind=BlockKind.QUOTE, text="Said"),
    ]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            {"blocks": [{"type": "list", "data": {"style": "unordered", "items": ["one crane", "two boats"]}}]},
            "one crane\ntwo boats",
        ),
        (
            [
                {
                    "type": "paragraph",
                    "children": [
                        {"text": "We "},
                        {"type": "link", "url": "/x", "children": [{"text": "saw"}]},
                        {"text": " it."},
                    ],
                }
            ],
            "We saw it.",
        ),
        ([{"type": "paragraph", "content": {"text": "Held in an object."}}], "Held in an object."),
        ([{"type": "paragraph", "content": {"html": {"value": "<p>Twice wrapped.</p>"}}}], "Twice wrapped."),
        ([{"style": "h4", "text": "A crosshead"}], "A crosshead"),
        ([{"type": "heading", "level": 4, "text": "Another crosshead"}], "Another crosshead"),
        ([{"type": "unknown-widget", "text": "Not a word of the story"}], None),
        ([{"type": "list", "items": []}], None),
        ([{"type": "paragraph", "children": [{"text": "  "}]}], None),
        ([17, None, True], None),
    ],
)
def test_blocks_of_many_shapes_are_read(body: object, wanted: str | None) -> None:
    story_body = body["blocks"] if isinstance(body, dict) else body
    assert isinstance(story_body, list)
    found = texts(script(props(story([*story_body, *({"type": "paragraph", "text": text} for text in TEXT)]))))
    assert found == ([wanted] if wanted else []) + list(TEXT)


def test_a_reference_in_an_older_notation_is_followed() -> None:
    cache = {
        "ROOT_QUERY": {},
        "Article:1": {"headline": HEADLINE, "body": {"type": "id", "id": "Body:1"}},
        "Body:1": {"html": HTML},
    }
    assert texts(script(cache)) == list(TEXT)


def test_the_longest_of_several_bodies_is_the_storys() -> None:
    short = story("<p>" + TEXT[0] * 5 + "</p>")
    assert texts(script([story(HTML), short, story(TEXT[0] * 4)])) != list(TEXT[:1])
    assert len(texts(script([story(HTML), story(TEXT[0] * 4)]))) == len(TEXT)


def test_an_address_that_cannot_be_read_is_none_of_the_page() -> None:
    assert texts(script({"headline": "Another headline altogether", "url": "http://[broken/", "body": HTML})) == []


def test_a_large_story_is_bounded() -> None:
    found = texts(script(props(story([f"{TEXT[0]} {number}" for number in range(3000)], "paragraphs"))))
    assert len(found) == 1000


@pytest.mark.parametrize(
    "data",
    [
        [story(HTML)] * 3000,
        [{"url": URL, "body": "<p></p>" * 20}] * 20_000,
        story([{"type": "paragraph", "children": [{"text": "<b></b>"}] * 50}] * 2000),
        story({"content": {"content": {"content": {"content": HTML * 3000}}}}),
    ],
    ids=["the same story again", "empty markup", "empty runs", "one huge text"],
)
def test_hostile_data_costs_little(data: object) -> None:
    page = parse_html(page_of(script(data)), url=URL)
    before = process_time()
    read_script_story(page, HEADLINE)
    assert process_time() - before < 4
