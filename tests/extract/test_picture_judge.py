"""Which pictures of a page are the story's."""

from __future__ import annotations

import pytest

from newskeep.extract.body import read_body
from newskeep.extract.metadata import Metadata
from newskeep.extract.picture_features import FEATURE_COUNT, Candidate
from newskeep.extract.picture_judge import choose_pictures
from newskeep.extract.picture_trees import FEATURES
from newskeep.extract.pictures import mark_lead, stated_pictures
from newskeep.extract.tree import parse_html
from newskeep.model import Picture

HEAD = "Harbor council sells its last crane"
ONE = (
    "The harbor council met on Tuesday night and talked for four hours about a crane that nobody wants to buy any more."
)
TWO = "Two bidders had come from the islands, but both went home when they heard what it costs to take the thing apart."
URL = "https://www.example.example/news/crane"
HOST = "https://www.example.example"


def addresses(html: str, *, declared: str | None = None) -> list[str | None]:
    stated = (Picture(url=HOST + declared),) if declared else ()
    page = parse_html(f"<body>{html}</body>", url=URL)
    return [picture.url for picture in read_body(page, Metadata(headline=HEAD, pictures=stated)).pictures]


def test_judge_and_features_are_of_one_make() -> None:
    assert FEATURES == FEATURE_COUNT


def test_nothing_is_chosen_from_nothing() -> None:
    no_candidates: list[Candidate] = []
    assert choose_pictures(no_candidates) == []


def test_the_lead_above_the_headline_is_the_storys() -> None:
    html = (
        "<nav><img src='/menu-picture-1.jpg'><a href='/a'>News</a></nav><article><figure><img src='/crane-4711.jpg'>"
        f"<figcaption>The crane. Foto: CWP</figcaption></figure><h1>{HEAD}</h1><p>{ONE}</p><p>{TWO}</p></article>"
    )
    assert addresses(html) == [f"{HOST}/crane-4711.jpg"]


def test_a_declared_picture_is_believed_in_an_element_with_a_teasers_name() -> None:
    html = (
        f"<article><h1>{HEAD}</h1><div class='card card--video'><div class='card-img'>"
        f"<img src='/w900/crane-4711099.jpg' width='900'></div></div><p>{ONE}</p><p>{TWO}</p></article>"
    )
    assert addresses(html, declared="/w300/crane-4711099.jpg") == [f"{HOST}/w900/crane-4711099.jpg"]


@pytest.mark.parametrize(
    "inner",
    [
        "<div class='banner-ad'><a href='https://shop.example/'><img src='/offer-2.gif' width='500' height='200'></a></div>",
        "<div class='author-box'><img src='/people/mia-ost-1.jpg'><p>Mia Ost writes about ports.</p></div>",
        "<div class='newsletter'><img src='/letter-1.jpg'><p>Sign up for our letter</p></div>",
        "<div><a href='/news/gulls'><img src='/gulls-1.jpg'></a><h4><a href='/news/gulls'>Gulls take over</a></h4></div>",
    ],
)
def test_pictures_of_others_are_left_out_beside_the_storys_own(inner: str) -> None:
    html = (
        f"<article><h1>{HEAD}</h1><figure><img src='/crane-4711.jpg' width='900'><figcaption>The crane.</figcaption></figure>"
        f"<p>{ONE}</p>{inner}<p>{TWO}</p></article>"
    )
    assert addresses(html) == [f"{HOST}/crane-4711.jpg"]


def test_a_picture_met_in_two_sizes_is_one() -> None:
    html = (
        f"<article><h1>{HEAD}</h1><figure><img src='/w300/crane-4711099.jpg'></figure>"
        "<figure><img src='/w900/crane-4711099.jpg' alt='A crane'><figcaption>The crane.</figcaption></figure>"
        f"<p>{ONE}</p><p>{TWO}</p></article>"
    )
    found = read_body(parse_html(f"<body>{html}</body>", url=URL), Metadata(headline=HEAD)).pictures
    assert [(picture.alt, picture.caption) for picture in found] == [("A crane", "The crane.")]


@pytest.mark.parametrize(
    ("positions", "declared", "lead"),
    [
        ((0, 3), None, 0),
        ((2, 5), None, 0),
        ((4, 5), None, None),
        ((4, 5), "https://www.example.example/w300/471109901.jpg", 1),
        ((4, 5), "https://www.example.example/w300/991109901.jpg", None),
    ],
)
def test_one_picture_is_the_main_one(positions: tuple[int, ...], declared: str | None, lead: int | None) -> None:
    pictures = [
        Picture(url=f"https://www.example.example/w900/47110990{at}.jpg", position=position)
        for at, position in enumerate(positions)
    ]
    marked = mark_lead(pictures, (Picture(url=declared),) if declared else ())
    assert [picture.lead for picture in marked] == [at == lead for at in range(len(positions))]


def test_a_standing_picture_is_not_the_storys() -> None:
    default, own = Picture(url=f"{HOST}/og-default.png"), Picture(url=f"{HOST}/crane.jpg")
    assert stated_pictures((default,)) == ()
    assert [picture.url for picture in stated_pictures((default, own))] == [own.url]
    assert stated_pictures(()) == ()


def test_a_page_of_nothing_but_pictures_is_read_in_bounded_time() -> None:
    images = "".join(f"<img src='/wall/picture-{at:05}.jpg'>" for at in range(3000))
    found = addresses(f"<article><h1>{HEAD}</h1><p>{ONE}</p><div>{images}</div><p>{TWO}</p></article>")
    assert len(found) <= 120


def test_a_lazy_picture_and_its_twin_are_one() -> None:
    html = (
        f"<article><h1>{HEAD}</h1><figure><img src='data:image/gif;base64,x'><noscript><img src='/crane-4711.jpg'></noscript>"
        f"<figcaption>The crane.</figcaption></figure><p>{ONE}</p><p>{TWO}</p></article>"
    )
    assert addresses(html) == [f"{HOST}/crane-4711.jpg"]


def test_a_picture_far_from_any_words_is_described_too() -> None:
    deep = "<div>" * 9 + "<img src='/crane-4711.jpg' width='900'>" + "</div>" * 9
    assert addresses(f"<article><h1>{HEAD}</h1>{deep}<p>{ONE}</p><p>{TWO}</p></article>") == [f"{HOST}/crane-4711.jpg"]


def test_a_page_read_from_a_file_has_pictures() -> None:
    html = (
        f"<body><h1>{HEAD}</h1><figure><a href='https://x.example:port/'><img src='{HOST}/crane-4711.jpg'></a></figure>"
    )
    page = parse_html(f"{html}<p>{ONE}</p><p>{TWO}</p></body>", url="file:///home/page.html")
    assert len(read_body(page, Metadata(headline=HEAD)).pictures) <= 1
