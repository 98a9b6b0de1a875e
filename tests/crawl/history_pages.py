"""The invented pages that histories are made of. `https://site.example` stands for the site's own address."""

from __future__ import annotations

from collections.abc import Sequence

BRIDGE = (
    "The council of Hamaville voted on Monday to open the long bridge over the river Sorn to carts and cyclists again, "
    "eight months after it was closed.",
    "Engineers had closed it in spring, when two of its piers were found to have sunk by the width of a hand, and gulls "
    "had it to themselves all summer.",
    "The mayor, Ines Lindqvist, said that the repairs had cost 12 million crowns, which was less than had been feared, "
    "and that the toll would stay as it is for now.",
    "Ferries go on sailing until the end of the month. After that the old landing becomes a market for the fishers of "
    "the northern bank, who had asked for one since the war.",
)
FERRY = (
    "Ferry crews in the northern ports walked out at dawn, and the morning boats to the islands stayed in harbour while "
    "their owners looked for a judge.",
    "The owners called the walkout unlawful and asked a court to end it before the weekend, which is when the crowds of "
    "the regatta are expected on the quays.",
    "A speaker of the crews said that nobody had been paid for the nights of the storm, and that no boat would leave "
    "before that was done and written down.",
)


def page(
    *,
    headline: str = "Long bridge over the Sorn opens to carts again",
    byline: str = "By Ana Wolff",
    text: Sequence[str] = BRIDGE,
    caption: str = "The bridge at dawn, seen from the old quay",
    canonical: str | None = "/2026/11/long-bridge-opens",
    post_id: str | None = None,
    furniture: int = 1,
    design: int = 1,
) -> str:
    """A story's page in one of two designs; `furniture` changes what stands around the story."""
    link = f'<link rel="canonical" href="https://site.example{canonical}">' if canonical else ""
    body_class = f' class="single postid-{post_id}"' if post_id else ""
    paragraphs = "\n".join(f"<p>{one}</p>" for one in text)
    make = _first_design if design == 1 else _second_design
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{headline} - Hamaville Herald</title>{link}'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{headline}">'
        f'<meta property="article:published_time" content="2026-11-02T07:30:00Z"></head><body{body_class}>'
        f"{make(headline, byline, paragraphs, caption, furniture)}</body></html>"
    )


def _first_design(headline: str, byline: str, paragraphs: str, caption: str, furniture: int) -> str:
    return (
        f"<header><nav><a href='/'>Home</a> <a href='/world'>World</a> <a href='/roads{furniture}'>Roads</a></nav></header>"
        f"<main><article><h1>{headline}</h1><p class='byline'>{byline}</p>"
        f"<figure><img src='https://site.example/pictures/bridge.jpg' width='1200' height='800' alt='A bridge'>"
        f"<figcaption>{caption}</figcaption></figure>{paragraphs}</article></main>{_around(furniture)}"
    )


def _second_design(headline: str, byline: str, paragraphs: str, caption: str, furniture: int) -> str:
    return (
        f"<div class='top'><ul class='menu'><li><a href='/'>Start</a></li><li><a href='/world'>World</a></li></ul></div>"
        f"<div class='wrap'><div class='story'><article><header><h1 class='story-title'>{headline}</h1>"
        f"<div class='author'>{byline}</div></header><div class='lead'><figure><picture>"
        f"<img src='https://site.example/pictures/bridge.jpg?w=640' alt='A bridge'></picture>"
        f"<figcaption>{caption}</figcaption></figure></div><div class='body-text'>{paragraphs}</div></article></div>"
        f"</div>{_around(furniture)}"
    )


def _around(furniture: int) -> str:
    names = ("Storm warning for the coast", "Market of the fishers", "Regatta begins on Friday", "School reopens late")
    cards = "".join(
        f"<li><a href='/2026/11/{name.lower().replace(' ', '-')}-{furniture}'>{name} {furniture}</a></li>"
        for name in names[furniture % 4 :]
    )
    return (
        f"<aside class='related'><h2>Related stories</h2><ul>{cards}</ul></aside>"
        f"<div class='advertisement'>Advertisement {furniture}: buy boots</div>"
        f"<footer><p>{furniture * 1307} readers today</p><p>© 2026 Hamaville Herald</p></footer>"
    )


STORY = page()
AMP = (
    "<!doctype html><html amp lang='en'><head><meta charset='utf-8'>"
    "<title>Long bridge over the Sorn opens to carts again</title>"
    "<link rel='canonical' href='https://site.example/2026/11/long-bridge-opens'></head><body><article>"
    "<h1>Long bridge over the Sorn opens to carts again</h1>"
    + "".join(f"<p>{one}</p>" for one in BRIDGE)
    + "</article></body></html>"
)
CONSENT = (
    "<!doctype html><html lang='en'><head><title>Before you continue</title></head><body><div id='consent-wall'>"
    "<h1>We value your privacy</h1><p>We and our 743 partners store and access information on your device. Please accept "
    "cookies to continue to the site, or manage your choices.</p><button>Accept all</button><button>Manage choices</button>"
    "</div></body></html>"
)
SOFT_404 = (
    "<!doctype html><html lang='en'><head><title>Page not found - Hamaville Herald</title></head><body>"
    "<h1>Page not found</h1><p>Sorry, the page you are looking for does not exist or was moved.</p>"
    "<a href='/'>Back to the home page</a></body></html>"
)
