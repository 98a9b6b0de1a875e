"""Pages made to hurt: each is one thing driven to an extreme around a short invented story.

`HOSTILE` maps a name to a function of a size; `hostile_page(name)` makes one of the usual size, which for most is the
number of elements and for texts the number of characters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

URL = "https://www.lantern.example/news/harbor-lamps-return-2680000001"
_SENTENCE = (
    "The harbor council voted on Tuesday to light the old lamps again, and three ferry pilots objected at length. "
)
_PARAGRAPHS = tuple(
    "".join(f"<p>{number}. {_SENTENCE * 3}</p>" for number in numbers) for numbers in (range(8), range(8, 16))
)
_LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Harbor lamps return",
    "datePublished": "2026-11-20T08:15:00+02:00",
    "author": {"@type": "Person", "name": "Ilse Varnhagen"},
}

ELEMENTS = 50_000
DEPTH = 10_000
CHARACTERS = 3_000_000


def story_page(*, head: str = "", before: str = "", inside: str = "", after: str = "") -> str:
    """A small story page with something put in the head, before the story, inside it, or behind it."""
    first, second = _PARAGRAPHS
    return (
        f"<!doctype html><html lang=en><head><title>Harbor lamps return</title>"
        f'<meta property="og:title" content="Harbor lamps return">'
        f'<script type="application/ld+json">{json.dumps(_LD)}</script>{head}</head><body>{before}'
        f'<article><h1>Harbor lamps return</h1><div class="byline">By Ilse Varnhagen</div>'
        f'<time datetime="2026-11-20">November 20, 2026</time>{first}{inside}{second}</article>{after}'
        f"</body></html>"
    )


def _numbered(count: int, pattern: str) -> str:
    return "".join(pattern.replace("%", str(number)) for number in range(count))


def _with_ld(text: str) -> str:
    return story_page(head=f'<script type="application/ld+json">{text}</script>')


def _nested_ld(depth: int) -> str:
    return _with_ld('{"@type":"NewsArticle","hasPart":' * depth + "1" + "}" * depth)


def _ld_graph(count: int) -> str:
    things = [{"@type": "NewsArticle", "@id": f"#{n}", "isPartOf": {"@id": f"#{n + 1}"}} for n in range(count)]
    return _with_ld(json.dumps({"@graph": things}))


def _cards(count: int) -> str:
    card = (
        '<div class="card"><a href="/news/story-number-%-of-many"><img src="/i/%.jpg" alt="A lamp"></a>'
        '<h3><a href="/news/story-number-%-of-many">The story number % of very many stories</a></h3><p>It says so.</p>'
        "</div>"
    )
    return story_page(after=f'<section class="related"><h2>More stories</h2>{_numbered(count, card)}</section>')


def _attributes(count: int) -> str:
    return story_page(inside=f"<div {_numbered(count, 'data-a%=x ')}>x</div>")


def _classes(count: int) -> str:
    return story_page(inside=f'<p class="{_numbered(count, "related-box-% ")}">{_SENTENCE}</p>')


def _distinct_classes(count: int) -> str:
    return story_page(inside=_numbered(count, f'<p class="para-% text-%">{_SENTENCE}</p>'))


HOSTILE: dict[str, tuple[int, Callable[[int], str]]] = {
    "nested links": (2_000, lambda n: story_page(inside=_numbered(n, "<a href=/news/nested-story-number-%>one "))),
    "nested divs": (DEPTH, lambda n: story_page(before="<div class=wrap>" * n)),
    "nested divs inside": (DEPTH, lambda n: story_page(inside="<div>deeper " * n)),
    "nested spans": (DEPTH, lambda n: story_page(inside="<span>deeper " * n)),
    "nested bold in a paragraph": (DEPTH, lambda n: story_page(inside="<p>" + "<b>deeper " * n)),
    "nested tables": (3_000, lambda n: story_page(inside="<table><tr><td>cell " * n)),
    "nested lists": (DEPTH, lambda n: story_page(inside="<ul><li>item " * n)),
    "nested quotes": (DEPTH, lambda n: story_page(inside="<blockquote>said " * n)),
    "nested figures": (DEPTH, lambda n: story_page(inside='<figure><img src="/i.jpg"><figcaption>deeper ' * n)),
    "nested templates": (5_000, lambda n: story_page(inside="<template><p>hidden " * n)),
    "nested microdata": (
        5_000,
        lambda n: story_page(before='<div itemscope itemtype="https://schema.org/NewsArticle" itemprop=hasPart>x' * n),
    ),
    "link siblings": (ELEMENTS, lambda n: story_page(after=_numbered(n, "<a href=/n%>Link number %</a> "))),
    "story link siblings": (
        20_000,
        lambda n: story_page(after=_numbered(n, "<a href=/news/a-long-story-%>A long headline of story number %</a> ")),
    ),
    "one link many times": (
        20_000,
        lambda n: story_page(after="<div><a href=/news/the-same-story-again>The same story once again</a></div>" * n),
    ),
    "cards": (5_000, _cards),
    "paragraphs": (20_000, lambda n: story_page(inside=f"<p>{_SENTENCE}</p>" * n)),
    "short paragraphs": (ELEMENTS, lambda n: story_page(inside="<p>Short.</p>" * n)),
    "linked paragraphs": (
        20_000,
        lambda n: story_page(
            inside=_numbered(n, "<p>Read more: <a href=/news/other-story-%>The other story %</a></p>")
        ),
    ),
    "line breaks": (ELEMENTS, lambda n: story_page(inside=f"<div>{'A line of text.<br>' * n}</div>")),
    "empty elements": (100_000, lambda n: story_page(before="<i></i>" * n)),
    "headings": (20_000, lambda n: story_page(inside="<h2>A crosshead</h2>" * n)),
    "first headings": (20_000, lambda n: story_page(before=_numbered(n, "<h1>Headline number %</h1>"))),
    "linked headlines": (
        20_000,
        lambda n: story_page(inside=_numbered(n, "<h1><a href=/news/other-story-%>The other story %</a></h1>")),
    ),
    "headings of others": (
        20_000,
        lambda n: story_page(inside=_numbered(n, "<h3>More from us</h3><p><a href=/news/other-%>The other</a></p>")),
    ),
    "articles": (
        10_000,
        lambda n: story_page(after=_numbered(n, "<article><h2>Story %</h2><p>It says so, and more.</p></article>")),
    ),
    "labels": (20_000, lambda n: story_page(inside=_numbered(n, "<p><b>Author</b>: Ilse %</p>"))),
    "forms": (20_000, lambda n: story_page(before="<form><input><label>Mail</label></form>" * n)),
    "pictures": (10_000, lambda n: story_page(inside=_numbered(n, '<img src="/i/%.jpg" alt="Lamp %" width=900>'))),
    "figures": (
        5_000,
        lambda n: story_page(
            inside=_numbered(
                n, "<figure><img src=/%.jpg><figcaption>Lamp %. Photo: R. Oyelaran/Reuters</figcaption></figure>"
            )
        ),
    ),
    "a long srcset": (
        20_000,
        lambda n: story_page(inside=f'<figure><img srcset="{_numbered(n, "/i/%.jpg %w, ")}"></figure>'),
    ),
    "figure with much text": (
        5_000,
        lambda n: story_page(inside=f"<figure><img src=/i.jpg>{'<div>Caption text. </div>' * n}</figure>"),
    ),
    "times": (20_000, lambda n: story_page(before=_numbered(n, "<time datetime=2026-11-20T08:%>today</time>"))),
    "bylines": (
        20_000,
        lambda n: story_page(inside='<span class="byline author" rel=author>By Ilse Varnhagen</span>' * n),
    ),
    "authors in one line": (20_000, lambda n: story_page(before=f'<p class="byline">By {"Ilse Varnhagen, " * n}</p>')),
    "metas": (20_000, lambda n: story_page(head=_numbered(n, '<meta property="article:tag" content="Tag %">'))),
    "one meta of many words": (100_000, lambda n: story_page(head=f'<meta name="keywords" content="{"lamp, " * n}">')),
    "frames": (
        10_000,
        lambda n: story_page(inside=_numbered(n, "<iframe src=https://video.example/embed/%></iframe>")),
    ),
    "scripts": (10_000, lambda n: story_page(head="<script>var a = {};</script>" * n)),
    "state in a script": (
        10_000,
        lambda n: story_page(
            head='<script type="application/json">['
            + _numbered(n, '{"url":"/news/story-%","title":"The story number % of many","type":"article"},')
            + "{}]</script>"
        ),
    ),
    "attributes": (4_000, _attributes),
    "classes": (20_000, _classes),
    "distinct classes": (10_000, _distinct_classes),
    "nested data": (20_000, _nested_ld),
    "arrays in data": (100_000, lambda n: _with_ld("[" * n)),
    "graph of data": (20_000, _ld_graph),
    "braces in data": (200_000, lambda n: _with_ld('{"a":' * 3 + "{" * n)),
    "quotes in data": (200_000, lambda n: _with_ld('{"@type":"NewsArticle","headline":"' + '\\"' * n)),
    "commas in data": (200_000, lambda n: _with_ld('{"@type":"NewsArticle"' + "," * n + "}")),
    "white space in data": (
        500_000,
        lambda n: _with_ld('{"@type":"NewsArticle",' + "\n" + " " * n + '"headline" "x"}'),
    ),
    "slashes in data": (200_000, lambda n: _with_ld('{"@type":"NewsArticle","headline":"a' + "\\" * n + '"')),
    "comments in data": (100_000, lambda n: _with_ld("<!--" * n)),
    "a number of many digits": (100_000, lambda n: _with_ld('{"@type":"NewsArticle","position":' + "9" * n + "}")),
    "one word": (CHARACTERS, lambda n: story_page(inside=f"<p>{'a' * n}</p>")),
    "one text": (CHARACTERS, lambda n: story_page(inside=f"<p>{'word ' * (n // 5)}</p>")),
    "one text of sentences": (CHARACTERS, lambda n: story_page(inside=f"<p>{_SENTENCE * (n // len(_SENTENCE))}</p>")),
    "white space": (CHARACTERS, lambda n: story_page(inside=f"<p>a{' ' * n}b</p>")),
    "line feeds": (CHARACTERS, lambda n: story_page(inside="\n" * n)),
    "digits": (CHARACTERS // 3, lambda n: story_page(inside=f"<p>{'1' * n}</p>")),
    "dates": (CHARACTERS // 3, lambda n: story_page(before=f'<p class="date">{"12/11/2026 " * (n // 11)}</p>')),
    "dots": (CHARACTERS // 3, lambda n: story_page(inside=f"<p>{'. ' * (n // 2)}</p>")),
    "strokes": (CHARACTERS // 3, lambda n: story_page(inside=f"<p>{'a | ' * (n // 4)}</p>")),
    "a long title": (CHARACTERS // 3, lambda n: f"<title>{'Lamp - ' * (n // 7)}</title>" + story_page()),
    "a long heading": (CHARACTERS // 3, lambda n: story_page(before=f"<h1>{'Lamp | ' * (n // 7)}</h1>")),
    "a long caption": (
        CHARACTERS // 3,
        lambda n: story_page(
            inside=f"<figure><img src=/i.jpg><figcaption>{'Photo: A (' * (n // 10)}</figcaption></figure>"
        ),
    ),
    "a long byline": (CHARACTERS // 3, lambda n: story_page(before=f'<p class="byline">By {"and A. " * (n // 7)}</p>')),
    "a long address": (
        CHARACTERS // 3,
        lambda n: story_page(after=f'<a href="/news/{"a-long-way/" * (n // 11)}">A long address of a story</a>'),
    ),
    "a long query": (CHARACTERS // 3, lambda n: story_page(after=f'<a href="/?{"a=1&" * (n // 4)}">A long query</a>')),
    "entities": (500_000, lambda n: story_page(inside=f"<p>{'&amp;' * n}</p>")),
    "numeric entities": (300_000, lambda n: story_page(inside=f"<p>{'&#8217;' * n}</p>")),
    "zero references": (300_000, lambda n: story_page(inside=f"<p>{'&#0;' * n}</p>")),
    "unfinished references": (300_000, lambda n: story_page(inside=f"<p>{'&#' * n}</p>")),
    "angle brackets": (300_000, lambda n: story_page(inside="<" * n)),
    "closing tags": (100_000, lambda n: story_page(inside="</div></p>" * n)),
    "unclosed quote": (CHARACTERS // 3, lambda n: story_page(inside=f'<a href="{"x" * n}')),
    "comments": (100_000, lambda n: story_page(inside="<!-- x -->" * n)),
    "unclosed comment": (CHARACTERS, lambda n: story_page(inside="<!--" + "x" * n)),
    "wide characters": (CHARACTERS // 3, lambda n: story_page(inside=f"<p>{'灯塔重新亮起。' * (n // 7)}</p>")),
    "combining marks": (CHARACTERS // 3, lambda n: story_page(inside=f"<p>a{chr(0x301) * n}</p>")),
}
"""Name: usual size, and the page of a size."""


def hostile_page(name: str, *, share: float = 1.0) -> bytes:
    """One of the pages, in its usual size or a share of it."""
    size, make = HOSTILE[name]
    return make(max(1, int(size * share))).encode()


def hostile_pages(*, share: float = 1.0) -> Iterator[tuple[str, bytes]]:
    """All of them by name."""
    for name in HOSTILE:
        yield name, hostile_page(name, share=share)
