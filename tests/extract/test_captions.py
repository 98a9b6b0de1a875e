"""Where the words of a picture stand."""

from __future__ import annotations

import time

import pytest

from newskeep.extract.body import read_body
from newskeep.extract.metadata import Metadata
from newskeep.extract.tree import parse_html
from newskeep.model import Picture

HEAD = "Harbor council sells its last crane"
ONE = (
    "The harbor council met on Tuesday night and talked for four hours about a crane that nobody wants to buy any more."
)
TWO = "Two bidders had come from the islands, but both went home when they heard what it costs to take the thing apart."
URL = "https://www.example.example/news/crane"


def pictures(inner: str, *, head: str = "") -> tuple[Picture, ...]:
    html = (
        f"<html><head>{head}</head><body><main><h1>{HEAD}</h1><div class='body'><p>{ONE}</p>{inner}<p>{TWO}</p></div>"
        "</main></body></html>"
    )
    return read_body(parse_html(html, url=URL), Metadata(headline=HEAD)).pictures


@pytest.mark.parametrize(
    ("inner", "caption", "credit"),
    [
        # A figcaption that no figure holds, right behind the picture.
        (
            "<div><img src='/crane-1.jpg'></div><figcaption>The crane in May, Foto: CWP Images</figcaption>",
            "The crane in May",
            "CWP Images",
        ),
        # Text that a button shows, beside words that anybody sees.
        (
            "<figure><img src='/crane-1.jpg'><figcaption>The crane in May.</figcaption>"
            "<div class='hidden'>Play all of them</div></figure>",
            "The crane in May.",
            None,
        ),
        # Words that are shown when a button is pressed, and are all there is.
        (
            "<div><img src='/crane-1.jpg'><p style='display:none'>The crane in May.</p></div>",
            "The crane in May.",
            None,
        ),
        (
            "<figure><img src='/crane-1.jpg'><figcaption><span>The crane in May. Foto: Mia Ost</span>"
            "<span hidden>Show more</span></figcaption></figure>",
            "The crane in May.",
            "Mia Ost",
        ),
        # Behind the picture with no name, but a credit behind its word.
        (
            "<p><img src='/crane-1.jpg'></p><p><em>The crane in May. Photo: Mia Ost</em></p>",
            "The crane in May.",
            "Mia Ost",
        ),
        (
            "<p><img src='/crane-1.jpg'><br><em>The crane in May. Photo: Mia Ost</em></p>",
            "The crane in May.",
            "Mia Ost",
        ),
        ("<p><img src='/crane-1.jpg'></p><p><em>The crane in May.</em></p>", None, None),
        # The credit beside the picture, the caption behind both.
        (
            "<div class='picture'><img src='/crane-1.jpg'><span class='credit'>Foto: Mia Ost</span></div>"
            "<p class='caption'>The crane in May</p>",
            "The crane in May",
            "Mia Ost",
        ),
        # What buttons and links beside the words say.
        (
            "<div class='image'><img src='/crane-1.jpg'><div class='caption'><p>The crane in May. <b class='credit'>Mia Ost"
            "/CWP</b> <b><b>hide caption</b></b></p></div><b class='toggle-caption'><b>toggle caption</b></b></div>",
            "The crane in May.",
            "Mia Ost/CWP",
        ),
        (
            "<div><img src='/crane-1.jpg'><p>The crane in May. CWP Images <a href='/x'>Purchase Licensing Rights<span>, opens"
            " new tab</span></a></p></div>",
            "The crane in May.",
            "CWP Images",
        ),
        (
            "<figure><img src='/crane-1.jpg'><figcaption><span>The crane in May.</span><span><span>Credit...</span><span>Mia"
            " Ost for The Ledger</span></span></figcaption></figure>",
            "The crane in May.",
            "Mia Ost for The Ledger",
        ),
        (
            "<figure><img src='/crane-1.jpg'><figcaption>The crane in May<span>Quelle: CWP Images</span></figcaption></figure>",
            "The crane in May",
            "CWP Images",
        ),
        ("<figure><img src='/crane-1.jpg'><figcaption>Photo:</figcaption></figure>", None, None),
        # The agency on a line of its own above the caption.
        (
            "<figure><img src='/crane-1.jpg'><figcaption><span>The Harbor Shimbun</span><br>The crane was put up in the"
            " year of the flood.</figcaption></figure>",
            "The crane was put up in the year of the flood.",
            "The Harbor Shimbun",
        ),
        # An unnamed line may hold a year, a date or a time of day.
        (
            "<div class='k'><img src='/crane-1.jpg'><p>The crane as it was put up at the long pier of Lunt on 13.04.2014,"
            " in the rain.</p></div>",
            "The crane as it was put up at the long pier of Lunt on 13.04.2014, in the rain.",
            None,
        ),
        ("<div class='k'><img src='/crane-1.jpg'><p>Updated 10:42</p></div>", None, None),
        ("<figure><img src='/crane-1.jpg'><p>44 Bilder</p></figure>", None, None),
        ("<figure><img src='/crane-1.jpg'><p>VIDEO: The crane comes down (1 Min)</p></figure>", None, None),
        (
            "<figure><img src='/crane-1.jpg'><figcaption>The crane.</figcaption><p><a href='/g/1'>All of them</a></p></figure>",
            "The crane.",
            None,
        ),
        # A footer counts as a menu, but below a picture it says who took it.
        ("<figure><img src='/crane-1.jpg'><footer>Mia Ost/CWP</footer></figure>", None, "Mia Ost/CWP"),
        # What the alternative text says too is the caption, wherever it stands behind the picture.
        (
            "<div><div><img src='/crane-1.jpg' alt='The crane at the long pier of Lunt'></div><h4>Help</h4></div>",
            None,
            None,
        ),
    ],
)
def test_words_are_found(inner: str, caption: str | None, credit: str | None) -> None:
    (picture,) = pictures(inner)
    assert (picture.caption, picture.credit) == (caption, credit)


def test_what_the_alternative_text_says_is_the_caption() -> None:
    said = "The crane at the long pier of Lunt"
    inner = f"<section><div><img src='/crane-1.jpg' alt='{said}'></div><div class='meta'>{said}<small>CWP</small></div></section>"
    (picture,) = pictures(f"<div>{inner}<p>{ONE}</p></div>")
    assert (picture.caption, picture.credit) == (said, "CWP")


def test_the_pages_description_is_no_caption() -> None:
    said = "A crane that nobody wants, and what it would cost to take it apart."
    (picture,) = pictures(
        f"<div class='k'><img src='/crane-1.jpg'><p>{said}</p></div>",
        head=f"<meta name='description' content='{said}'>",
    )
    assert picture.caption is None


def test_a_gallery_may_print_its_captions_apart() -> None:
    images = "".join(f"<div class='i'><img src='/crane-{at}.jpg'></div>" for at in (1, 2, 3))
    captions = "".join(
        f"<li><span class='caption'>The crane, part {name}</span></li>" for name in ("one", "two", "three")
    )
    found = pictures(f"<div class='gallery'>{images}<ul>{captions}</ul></div>")
    assert [picture.caption for picture in found] == [
        "The crane, part one",
        "The crane, part two",
        "The crane, part three",
    ]


def test_fewer_captions_than_pictures_are_at_most_the_last_ones() -> None:
    images = "".join(f"<div class='i'><img src='/crane-{at}.jpg'></div>" for at in (1, 2, 3))
    captions = "<ul><li><span class='caption'>One</span></li><li><span class='caption'>Two</span></li></ul>"
    found = pictures(f"<div class='gallery'>{images}{captions}</div>")
    assert [picture.caption for picture in found[:2]] == [None, None]


def test_captions_between_pictures_are_not_dealt_out_in_turn() -> None:
    first, second = (f"<div><img src='/crane-{at}-at-night.jpg'></div>" for at in (1, 2))
    form = "<form><input></form><p class='text-caption'>With my name I agree to be written to.</p>"
    found = pictures(f"<div>{first}<p>{ONE}</p>{form}{second}<p class='caption'>The crane at night.</p></div>")
    assert "With my name I agree to be written to." not in [picture.caption for picture in found]


def test_the_lines_of_another_storys_card_are_no_caption() -> None:
    card = (
        "<figure class='x-teaser'><img src='/crane-1.jpg'><div class='teaser-kicker'>Abo</div>"
        "<h3 class='teaser-title'>Out in Lunt!</h3><p class='teaser-summary'>The best walks around the old harbor.</p></figure>"
    )
    assert all(picture.caption is None for picture in pictures(card))


def test_lines_on_slides_are_captions_though_they_read_as_text() -> None:
    line = "The crane is lifted off its rails by two smaller ones, which took all of the morning and half the night."
    slides = "".join(f"<div class='x-slide'><img src='/crane-{at}.jpg'><p>{at} {line}</p></div>" for at in (1, 2, 3))
    found = pictures(f"<div>{slides}</div>")
    assert [picture.caption for picture in found] == [f"{at} {line}" for at in (1, 2, 3)]


@pytest.mark.parametrize(
    ("image", "credit"),
    [
        ("<img src='/crane-1.jpg' alt='The crane | Bildquelle: CWP'>", "CWP"),
        ("<img src='/crane-1.jpg' alt='The crane in May | AP'>", "AP"),
        ("<img src='/crane-1.jpg' alt='The crane' title='The crane © CWP Foto: Mia Ost'>", "CWP | Mia Ost"),
        ("<img src='/crane-1.jpg' alt='The crane | of Lunt'>", None),
    ],
)
def test_a_credit_may_stand_in_the_alternative_text(image: str, credit: str | None) -> None:
    (picture,) = pictures(f"<figure>{image}</figure>")
    assert picture.credit == credit


def blocks(inner: str) -> list[str]:
    html = f"<body><main><h1>{HEAD}</h1><div class='body'><p>{ONE}</p>{inner}<p>{TWO}</p></div></main></body>"
    return [block.text for block in read_body(parse_html(html, url=URL), Metadata(headline=HEAD)).blocks]


SAID = "The crane in the old harbor on the day before it was sold to nobody at all, as seen from the ferry in the rain."


@pytest.mark.parametrize(
    "inner",
    [
        # No name tells it, but it says what the alternative text says.
        f"<div><img src='/crane-1.jpg' alt='{SAID[:60]}'></div><p>{SAID}</p>",
        f"<div><img src='/crane-1.jpg'></div><p class='wp-caption-text'>{SAID}</p>",
    ],
)
def test_the_words_of_a_picture_are_no_text(inner: str) -> None:
    assert blocks(inner) == [ONE, TWO]


def test_a_page_whose_text_is_all_captions_keeps_it() -> None:
    shown = "".join(
        f"<div class='item'><img src='/crane-{at}.jpg' alt='{at} {SAID[:60]}'></div><p>{at} {SAID}</p>"
        for at in range(8)
    )
    assert len(blocks(shown)) > 2


def test_a_picture_below_words_of_another_stands_where_the_text_has_it() -> None:
    inner = (
        f"<div><img src='/crane-1.jpg' alt='{SAID[:60]}'></div><p>{SAID}</p><p>{TWO[::-1]}.</p>"
        f"<figure><img src='/ferry-2.jpg' width='900'><figcaption>The ferry.</figcaption></figure>"
    )
    assert [picture.position for picture in pictures(inner)] == [1, 2]


def test_a_figure_around_a_whole_text_has_no_caption() -> None:
    lines = "".join(f"<div>Line {at} of it.</div>" for at in range(80))
    found = pictures(f"<figure><img src='/crane-1.jpg' width='900'>{lines}</figure>")
    assert [(one.caption, one.credit) for one in found] == [(None, None)]


@pytest.mark.parametrize(
    "inner",
    [
        "<figure><img src='/crane-1.jpg'>"
        + f"<figcaption>{'Foto: x ( photo by A ' * 90}</figcaption>" * 400
        + "</figure>",
        "<figure><img src='/crane-1.jpg'><figcaption>Foto: Mia Ost</figcaption>" * 90 + "</figure>" * 90,
    ],
)
def test_figures_made_to_hurt_are_read_in_time(inner: str) -> None:
    start = time.process_time()
    pictures(inner)
    assert time.process_time() - start < 2


def test_much_text_below_a_picture_is_no_caption() -> None:
    found = pictures(
        f"<figure><img src='/crane-1.jpg' width='900'><figcaption>{'The crane. ' * 100}</figcaption></figure>"
    )
    assert [one.caption for one in found] == [None]


def test_a_picture_for_readers_without_scripts_may_stand_alone() -> None:
    found = pictures(
        "<noscript><img src='/crane-900.jpg' width='900'></noscript><p class='caption'>The crane in May</p>"
    )
    assert [(one.url, one.caption) for one in found] == [
        ("https://www.example.example/crane-900.jpg", "The crane in May")
    ]


def test_the_papers_own_name_below_a_picture_is_its_credit() -> None:
    inner = "<figure><img src='/crane-1.jpg'><figcaption>The Old Quay</figcaption></figure>"
    head = "<meta property='og:site_name' content='The Old Quay'>"
    assert [(one.caption, one.credit) for one in pictures(inner, head=head)] == [(None, "The Old Quay")]
    assert [(one.caption, one.credit) for one in pictures(inner)] == [("The Old Quay", None)]
