"""A hundred pages that mean harm: each of twenty payloads in each of five sets of places of a story's page.

A payload stands in the markup as text that a reader would see, so that the extractor hands it on as it is; some stand
in the page raw as well. Whatever runs in a browser sets `window.harmed`.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

HARM = "window.harmed=1"
PAYLOADS = (
    f"<script>{HARM}</script>",
    f'"><img src=x onerror="{HARM}">',
    f"</title><script>{HARM}</script>",
    f"</figcaption></figure></article></main><script>{HARM}</script>",
    f"<svg/onload={HARM}><circle r=9999 /></svg>",
    f"<iframe srcdoc='<script>parent.{HARM}</script>'></iframe>",
    "'\"><style>body{display:none}*{position:fixed;width:9999px}</style>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    f'" onmouseover="{HARM}" autofocus onfocus="{HARM}" x="',
    "{{ 7 * 7 }}{% for x in y %}{{ x.__class__ }}${7*7}#{7*7}",
    "<!-- --> ]]> &lt;script&gt; &#x3C;b&#x3E; &amp;quot;",
    "\u202eevil.example/gnp.exe\u202d turned around \u2067and not turned back",
    "Z" + "\u0316\u0317\u0318\u0319\u0344\u0346" * 60 + "algo over the line",
    "W" * 6_000,
    "\u0645\u0631\u062d\u0628\u0627 \u202b(abc) 123\u200f \u05e9\u05dc\u05d5\u05dd <b>mixed</b>",
    "a\u0000b\u0007c\u001bd\u0085e\u2028f\u2029g\ufeffh\ufffe\U000e0041i",
    "\ud83d\udca9".encode("utf-16", "surrogatepass").decode("utf-16")
    + "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 400,
    f"<math><mtext></form><form><mglyph><svg><mtext><textarea><path id='</textarea><img onerror={HARM} src=1>'>",
    "\u3042" * 3_000 + f"<a href='javascript:{HARM}'>press</a>",
)
PLACES = ("head", "people", "pictures", "text", "links")
_TEXT = (
    "The harbor of Port Velmar closed on Monday, four weeks earlier than last year, after ice reached the outer mole.",
    "Eleven freighters wait in the bay, two of them with fruit that will not wait, the harbor master said on page {n}.",
    "A breaker is on its way from Harn and should arrive on Thursday, if the crew of {n} can be found before that.",
    "Until then the ferries run from the old pier, which the town council had sold to museum {n} in the spring.",
)


def hostile_pages() -> Iterator[tuple[str, bytes]]:
    """Give each page's address and bytes."""
    for number in range(len(PAYLOADS) * len(PLACES)):
        payload, place = PAYLOADS[number % len(PAYLOADS)], PLACES[number // len(PAYLOADS)]
        yield f"https://hostile.example/2026/11/harm-{number}", _page(number, payload, place)


def _page(number: int, payload: str, place: str) -> bytes:
    shown = html.escape(payload, quote=True)
    headline = f"Harm {number} " + (shown if place == "head" else "comes ashore in Port Velmar")
    standfirst = shown if place == "head" else "Nobody had seen it coming, and it had been seen."
    name = f"Ada {shown[:300]}" if place == "people" else "Ada Brandt"
    caption = shown if place == "pictures" else "Ice in the harbor."
    paragraphs = [f"<p>{line.format(n=number)}</p>" for line in _TEXT]
    if place == "text":
        paragraphs[1:1] = [f"<p>{shown}</p>", f"<h2>{shown[:200]}</h2>", f"<ul><li>{shown}</li><li>a second</li></ul>",
                           f"<blockquote><p>{shown}</p></blockquote>", f"<table><tr><td>{shown}</td><td>1</td></tr></table>"]  # fmt: skip
    if place == "links":
        paragraphs.insert(2, _links(payload, shown))
    facts = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": html.unescape(headline),
             "datePublished": "2026-11-20T08:30:00Z", "articleSection": payload if place == "people" else "Harbors",
             "keywords": [payload[:80]] if place == "people" else ["ice"],
             "description": html.unescape(standfirst)}  # fmt: skip
    script = json.dumps(facts).replace("</", "<\\/")
    source = f"javascript:{HARM}" if place == "links" else f"https://pictures.example/{number}.png?{shown[:60]}"
    page = (
        f'<!DOCTYPE html><html lang="{"&quot;&gt;x" if place == "links" else "en"}"><head><meta charset="utf-8">'
        f'<title>{headline}</title><meta property="og:type" content="article">'
        f'<meta property="og:title" content="{headline}"><script type="application/ld+json">{script}</script></head>'
        f'<body><article><header><h1>{headline}</h1><p class="standfirst">{standfirst}</p>'
        f'<p class="byline">By <a rel="author" href="/u/ada">{name}</a></p></header>'
        f'<figure><img src="{source}" alt="{caption}" width="800" height="500">'
        f'<figcaption>{caption} <span class="credit">{caption[:300]}</span></figcaption></figure>'
        f"{''.join(paragraphs)}</article></body></html>"
    ).encode("utf-8", "surrogatepass")
    # Broken UTF-8, in every third page.
    return page.replace(b"outer mole", b"outer \xff\xfe\xc3\x28 mole") if number % 3 == 0 else page


def _links(payload: str, shown: str) -> str:
    return (
        f'<p>Read <a href="javascript:{HARM}">{shown}</a>, <a href="data:text/html,{shown[:80]}">this</a>,'
        f' <a href="vbscript:x">that</a> and <a href="https://hostile.example/{shown[:60]}">more of it</a>.</p>'
        f'<iframe src="https://www.youtube.com/embed/{shown[:40]}"></iframe>'
        f'<aside><h3>{shown[:200]}</h3><ul><li><a href="https://hostile.example/2026/11/harm-1?{shown[:40]}">{shown}</a>'
        f'</li><li><a href="javascript:{HARM}">More from Port Velmar and {shown[:40]}</a></li></ul></aside>'
    )
