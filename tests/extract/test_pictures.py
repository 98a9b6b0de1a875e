"""The story's own pictures: addresses, words, places."""

from __future__ import annotations

import pytest

from newskeep.extract.body import read_body
from newskeep.extract.metadata import Metadata
from newskeep.extract.picture_addresses import alternative, best_address, is_icon
from newskeep.extract.tree import parse_html
from newskeep.model import Picture

HEAD = "Harbor council sells its last crane"
ONE = (
    "The harbor council met on Tuesday night and talked for four hours about a crane that nobody wants to buy any more."
)
TWO = "Two bidders had come from the islands, but both went home when they heard what it costs to take the thing apart."
URL = "https://www.example.example/news/crane"
HOST = "https://www.example.example"


def pictures(inner: str, *, top: str = "") -> tuple[Picture, ...]:
    html = f"<body><main><h1>{HEAD}</h1>{top}<div class='body'><p>{ONE}</p>{inner}<p>{TWO}</p></div></main></body>"
    return read_body(parse_html(html, url=URL), Metadata(headline=HEAD)).pictures


@pytest.mark.parametrize(
    ("image", "url"),
    [
        ("<img src='/a.jpg'>", "/a.jpg"),
        ("<img src='data:image/gif;base64,x' data-src='/a.jpg'>", "/a.jpg"),
        ("<img src='/placeholder.png' data-original='/a.jpg'>", "/a.jpg"),
        ("<img src='/s.jpg' srcset='/s.jpg 300w, /l.jpg 1200w, /m.jpg 600w'>", "/l.jpg"),
        ("<img src='/s.jpg' data-srcset='/s.jpg 1x, /l.jpg 2x'>", "/l.jpg"),
        ("<picture><source srcset='/l.webp 1600w'><img src='/s.jpg'></picture>", "/l.webp"),
        ("<img src='/s.jpg' srcset='/c,w_300/a.jpg 300w, /c,w_900/a.jpg 900w'>", "/c,w_900/a.jpg"),
        ("<amp-img src='/a.jpg' width='800'></amp-img>", "/a.jpg"),
        ("<div data-runner-img-hd='/hd.jpg' data-runner-img-md='/md.jpg'></div>", "/hd.jpg"),
        ("<img srcset='/only.jpg'>", "/only.jpg"),
        (
            "<picture><source media='(min-width: 900px)' srcset='/l.jpg'><source srcset='/s.jpg'><img src='/t.jpg'></picture>",
            "/l.jpg",
        ),
        ("<picture><source width='900' srcset='/l.jpg'><img src='/t.jpg' width='300'></picture>", "/l.jpg"),
        ("<img src='/a.jpg' data-full-src='/cut/otherwise.jpg'>", "/a.jpg"),
        ("<img src='/s.jpg' srcset='/s.jpg 300w,/l.jpg 900w'>", "/l.jpg"),
    ],
)
def test_the_largest_real_address_is_taken(image: str, url: str) -> None:
    page = parse_html(f"<body>{image}</body>", url=URL)
    assert best_address(page, page.body[0]).url == HOST + url


@pytest.mark.parametrize(
    "image", ["<img src='data:image/svg+xml,x'>", "<img>", "<img src='/spacer.gif'>", "<img srcset=' , '>"]
)
def test_a_placeholder_is_no_picture(image: str) -> None:
    page = parse_html(f"<body>{image}</body>", url=URL)
    assert best_address(page, page.body[0]).url is None


@pytest.mark.parametrize(
    ("image", "size"),
    [
        ("<img src='/a.jpg' width='800' height='600px'>", (800, 600)),
        ("<img src='/a.jpg' width='100%'>", (None, None)),
        ("<img srcset='/a.jpg 900w' width='300' height='200'>", (900, None)),
    ],
)
def test_declared_sizes_are_read(image: str, size: tuple[int | None, int | None]) -> None:
    page = parse_html(f"<body>{image}</body>", url=URL)
    address = best_address(page, page.body[0])
    assert (address.width, address.height) == size


@pytest.mark.parametrize("image", ["/logo.png", "/a.svg", "/avatar/x.jpg", "/img/share-icon.png"])
def test_logos_and_portraits_are_icons(image: str) -> None:
    page = parse_html(f"<body><img src='{image}'></body>", url=URL)
    assert is_icon(best_address(page, page.body[0]))


@pytest.mark.parametrize(
    ("image", "text"),
    [
        ("<img alt=' A  crane ' src='/a.jpg'>", "A crane"),
        ("<div role='img' aria-label='A crane'></div>", "A crane"),
        ("<img alt='- YouTube' src='/a.jpg'>", None),
        ("<img src='/a.jpg'>", None),
    ],
)
def test_alternative_text_is_read(image: str, text: str | None) -> None:
    assert alternative(parse_html(f"<body>{image}</body>", url=URL).body[0]) == text


@pytest.mark.parametrize(
    ("figure", "caption", "credit"),
    [
        ("<figure><img src='/a.jpg'><figcaption>A crane. Photo: Mia Ost/CWP</figcaption></figure>", "A crane.", "Mia Ost/CWP"),
        (
            "<figure><img src='/a.jpg'><figcaption>A crane.<span class='credit'>Mia Ost</span></figcaption></figure>",
            "A crane.",
            "Mia Ost",
        ),
        (
            "<figure><img src='/a.jpg'><figcaption><span>A crane.</span><span>Mia Ost/CWP</span></figcaption></figure>",
            "A crane.",
            "Mia Ost/CWP",
        ),
        ("<figure><img src='/a.jpg'><figcaption>A crane.</figcaption><footer>Mia Ost</footer></figure>", "A crane.", "Mia Ost"),
        (
            "<div><img src='/a.jpg'><p class='caption'>A crane.</p><p class='photo-credit'>Mia Ost</p></div>",
            "A crane.",
            "Mia Ost",
        ),
        ("<div class='pic'><img src='/a.jpg'><p>A crane.</p></div>", "A crane.", None),
        (
            "<div><img src='/a.jpg'></div><div class='photo-caption'>A crane.</div><div class='photo-credit'>Mia Ost</div>",
            "A crane.",
            "Mia Ost",
        ),
        (
            "<figure><img src='/a.jpg'><figcaption>A crane. <span class='credit'>Photo by Mia Ost</span> / <span>CWP</span>"
            "</figcaption></figure>",
            "A crane.",
            "Mia Ost | CWP",
        ),
        (
            "<p><img src='/a.jpg'> <small class='media-caption'>A crane.</small><small class='media-photo-credit'>Mia Ost</small></p>",
            "A crane.",
            "Mia Ost",
        ),
        ("<figure><img src='/a.jpg'><figcaption><cite>Mia Ost</cite>A crane at night, as the sun goes down behind the"
         " long pier of Lunt, seen from the roof of the old mint on Tuesday evening, when it rained.</figcaption></figure>",
         "A crane at night, as the sun goes down behind the long pier of Lunt, seen from the roof of the old mint on Tuesday"
         " evening, when it rained.", "Mia Ost"),
        ("<figure><img src='/a.jpg'><figcaption>- YouTube</figcaption></figure>", None, None),
        ("<figure><img src='/a.jpg'></figure>", None, None),
    ],
)  # fmt: skip
def test_caption_and_credit_are_told_apart(figure: str, caption: str | None, credit: str | None) -> None:
    (picture,) = pictures(figure)
    assert (picture.caption, picture.credit) == (caption, credit)


@pytest.mark.parametrize(
    "inner",
    [
        "<div class='related'><img src='/a.jpg'><a href='/x'>Gulls</a></div>",
        "<a href='/news/gulls'><img src='/a.jpg'></a>",
        "<div class='author'><img src='/a.jpg'></div>",
        "<img src='/a.jpg' width='20' height='20'>",
        "<img src='/static/logo.png'>",
        "<div class='k'><img src='/a.jpg'><h3><a href='/news/gulls'>Gulls take over the old mint</a></h3></div>",
    ],
)
def test_pictures_of_others_are_left_out(inner: str) -> None:
    assert pictures(inner) == ()


@pytest.mark.parametrize("link", ["/img/a-large.jpg", "/photo/a", URL])
def test_a_picture_that_opens_itself_is_kept(link: str) -> None:
    assert len(pictures(f"<a href='{link}'><img src='/a.jpg'></a>")) == 1


def test_the_picture_above_the_text_leads() -> None:
    found = pictures("<figure><img src='/b.jpg'></figure>", top="<figure><img src='/a.jpg'></figure>")
    assert [(picture.url, picture.position, picture.lead) for picture in found] == [
        (f"{HOST}/a.jpg", 0, True),
        (f"{HOST}/b.jpg", 1, False),
    ]


def test_a_picture_met_twice_is_one_with_the_words_of_both() -> None:
    (picture,) = pictures(
        "<figure><img src='/a.jpg'><figcaption>A crane.</figcaption></figure>", top="<img src='/a.jpg' alt='Crane'>"
    )
    assert (picture.alt, picture.caption, picture.position) == ("Crane", "A crane.", 0)


def test_a_picture_printed_again_with_words_of_its_own_stands_twice() -> None:
    again = "<figure><img src='/img/crane-at-night-1200.jpg'><figcaption>The last crane of Lunt. © CWP</figcaption></figure>"
    first = "<figure><img src='/img/crane-at-night-600.jpg'><figcaption>Nobody wants it.</figcaption></figure>"
    assert [picture.caption for picture in pictures(again, top=first)] == [
        "Nobody wants it.",
        "The last crane of Lunt.",
    ]


def test_the_twin_in_noscript_is_the_same_picture() -> None:
    (picture,) = pictures(
        "<figure><img src='data:image/gif;x' alt='Crane'><noscript><img src='/a.jpg'></noscript></figure>"
    )
    assert (picture.url, picture.alt) == (f"{HOST}/a.jpg", "Crane")
