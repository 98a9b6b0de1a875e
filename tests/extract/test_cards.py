"""What a teaser's card says."""

from __future__ import annotations

import pytest

from newskeep.extract.teasers import find_promoted
from newskeep.extract.tree import parse_html
from newskeep.model import Teaser

URL = "https://www.harborledger.example/ports/tunnel-at-lunt-opens-early"
FERRY = "/ports/ferry-stops-after-sixty-years"


def cards_of(html: str) -> tuple[Teaser, ...]:
    """The cards of a page; every address below `/ports/` is a story's."""
    return find_promoted(parse_html(html, url=URL), lambda found: "/ports/" in found)


def card_of(html: str) -> Teaser:
    (card,) = cards_of(f"<body><main><div>{html}</div></main></body>")
    return card


def test_picture_headline_and_read_more_are_one_teaser() -> None:
    card = card_of(
        f'<a href="{FERRY}"><img src="/media/ferry.jpg" width="800" alt="A ferry"></a>'
        f'<h3><a href="{FERRY}">Ferry stops after sixty years</a></h3><a href="{FERRY}">Read more</a>'
    )
    assert card.headline == "Ferry stops after sixty years"
    assert card.target_url == f"https://www.harborledger.example{FERRY}"
    assert card.picture is not None
    assert card.picture.url == "https://www.harborledger.example/media/ferry.jpg"
    assert card.picture.alt == "A ferry"


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{FERRY}"><span class="kicker">Ports</span><h3>Ferry stops after sixty years</h3><p>It was slow.</p></a>',
        f'<a href="{FERRY}"><span class="kicker">Ports</span><div class="card-title">Ferry stops after sixty years</div></a>',
        f'<div class="kicker">Ports</div><a href="{FERRY}">Ferry stops after sixty years</a>',
        f'<p class="label">Ports:</p><h4>Ferry stops after sixty years</h4><a href="{FERRY}">Read more about it</a>',
        f'<p class="label">Ports</p><a href="{FERRY}" aria-label="Ferry stops after sixty years"></a>',
    ],
)
def test_the_headline_is_found_wherever_the_card_keeps_it(html: str) -> None:
    card = card_of(html)
    assert (card.headline, card.kicker) == ("Ferry stops after sixty years", "Ports")


def test_a_picture_alone_is_headed_by_its_alternative_text() -> None:
    card = card_of(f'<a href="{FERRY}"><img src="/f.jpg" alt="Ferry stops after sixty years"></a>')
    assert card.headline == "Ferry stops after sixty years"


def test_a_word_on_access_is_no_part_of_the_headline() -> None:
    card = card_of(f'<a href="{FERRY}"><span>Plus</span><span>Ferry <b>stops</b> after sixty years</span></a>')
    assert card.headline == "Ferry stops after sixty years"


def test_a_label_in_a_span_is_parted_from_the_headline() -> None:
    card = card_of(f'<a href="{FERRY}"><span>Harbor</span><span>Ferry <b>stops</b> after sixty years</span></a>')
    assert card.headline == "Harbor Ferry stops after sixty years"


def test_of_two_links_of_a_card_the_one_named_a_headline_is_it() -> None:
    card = card_of(
        f'<div class="lead-teaser__title"><a href="{FERRY}">Ferry stops after years</a></div>'
        f'<p><a href="{FERRY}">The last boat left the quay with eleven passengers and a brass band aboard.</a></p>'
    )
    assert card.headline == "Ferry stops after years"
    assert card.standfirst == "The last boat left the quay with eleven passengers and a brass band aboard."


def test_a_card_that_is_one_long_link_gives_its_first_full_line() -> None:
    card = card_of(
        f'<a href="{FERRY}"><div>Lunt</div><div>Ferry stops after sixty years</div><div><time>4 May</time></div>'
        "<div>The last boat left the quay with eleven passengers and a brass band aboard, and nobody waved at all.</div></a>"
    )
    assert card.headline == "Ferry stops after sixty years"


def test_of_several_paragraphs_in_a_link_the_first_is_the_headline() -> None:
    card = card_of(
        f'<a href="{FERRY}"><p>Ferry stops after sixty years</p><p>The last boat left with eleven aboard.</p></a>'
    )
    assert card.headline == "Ferry stops after sixty years"


def test_arrows_are_no_part_of_a_headline() -> None:
    assert (
        card_of(f'<a href="{FERRY}">← Ferry stops after sixty years »</a>').headline == "Ferry stops after sixty years"
    )


def test_the_standfirst_is_the_cards_first_long_text_that_is_not_the_headline() -> None:
    card = card_of(
        f'<h3><a href="{FERRY}">Ferry stops after sixty years</a></h3><p>By Ines Marrow</p>'
        "<p>The last boat left the quay with eleven passengers and a brass band aboard.</p>"
    )
    assert card.standfirst == "The last boat left the quay with eleven passengers and a brass band aboard."


def test_a_pictures_caption_and_credit_are_told_apart() -> None:
    card = card_of(
        f'<figure><a href="{FERRY}"><img src="/media/ferry.jpg" width="800" alt="A ferry"></a>'
        '<figcaption>The last ferry leaves Lunt.</figcaption><span class="photo-credit">Photo: Wim Aalto</span></figure>'
        f'<h3><a href="{FERRY}">Ferry stops after sixty years</a></h3>'
    )
    assert card.picture is not None
    assert (card.picture.caption, card.picture.credit) == ("The last ferry leaves Lunt.", "Wim Aalto")


def test_words_of_a_picture_that_cannot_be_had_are_kept() -> None:
    card = card_of(
        f'<h3><a href="{FERRY}">Ferry stops after sixty years</a></h3><span class="credit">Wim Aalto / Harbor Ledger</span>'
    )
    assert card.picture is not None
    assert (card.picture.url, card.picture.credit) == (None, "Wim Aalto / Harbor Ledger")


def test_cards_side_by_side_keep_their_own_words() -> None:
    html = "".join(
        f'<article><p class="kicker">{name}</p><h3><a href="/ports/{name}-stops-after-years">The {name} stops</a></h3></article>'
        for name in ("ferry", "crane", "pilot")
    )
    found = cards_of(f"<body><main><h2>More from the port</h2><div>{html}</div></main></body>")
    assert [(card.kicker, card.headline) for card in found] == [
        ("ferry", "The ferry stops"),
        ("crane", "The crane stops"),
        ("pilot", "The pilot stops"),
    ]
    assert {(card.heading, card.block) for card in found} == {("More from the port", 1)}
    assert [card.slot for card in found] == [1, 2, 3]


def test_each_heading_opens_a_block() -> None:
    html = (
        '<h2>Most read</h2><ul><li><a href="/ports/a-b-c-d">The crane stops</a></li>'
        '<li><a href="/ports/b-c-d-e">The pilot retires</a></li></ul>'
        '<div><span>Latest</span></div><ul><li><a href="/ports/c-d-e-f">The quay cracks</a></li>'
        '<li><a href="/ports/d-e-f-g">The dredger sinks</a></li></ul>'
    )
    found = cards_of(f"<body><main>{html}</main></body>")
    assert [(card.heading, card.block) for card in found] == [
        ("Most read", 1),
        ("Most read", 1),
        ("Latest", 2),
        ("Latest", 2),
    ]


def test_columns_of_one_block_share_its_heading() -> None:
    column = '<div class="column"><article><a href="/ports/{0}-b-c-d">The {0} stops here</a></article></div>'
    html = f"<h2>Related</h2><div>{column.format('crane')}{column.format('ferry')}</div>"
    assert [card.heading for card in cards_of(f"<body><main>{html}</main></body>")] == ["Related", "Related"]


STORY_TEXT = (
    "<p>The two drills met under the sound on a Tuesday night, and for an hour nobody was told about any of it.</p>"
)


def cards_of_story(html: str) -> tuple[Teaser, ...]:
    """The cards of a page whose paragraphs and `h2` headings in `main` are the story."""
    page = parse_html(f"<body><main><h1>Tunnel at Lunt opens early</h1>{html}</main></body>", url=URL)
    story = tuple(page.root.iter("p", "h2"))
    return find_promoted(page, lambda found: "/ports/" in found, story=story)


@pytest.mark.parametrize("between", ["", STORY_TEXT])
def test_a_crosshead_of_the_text_heads_no_teasers(between: str) -> None:
    card = f'<ul><li><a href="{FERRY}">Ferry stops after sixty years</a></li></ul>'
    html = f"{STORY_TEXT}<h2>A night in March</h2>{between}{card}{STORY_TEXT}"
    assert cards_of_story(html)[0].heading is None


def test_a_heading_far_above_in_the_text_heads_no_teasers() -> None:
    html = f'<h3>Latest</h3>{STORY_TEXT * 3}<ul><li><a href="{FERRY}">Ferry stops after sixty years</a></li></ul>'
    assert cards_of_story(html)[0].heading is None


def test_a_heading_over_buttons_heads_no_teasers() -> None:
    html = f'<h3>Share this with friends</h3><ul><li><a href="{FERRY}">Ferry stops after sixty years</a></li></ul>'
    assert cards_of(f"<body><main>{html}</main></body>")[0].heading is None


def list_of(*names: str) -> str:
    return (
        "<ul>"
        + "".join(f'<li><a href="/ports/{name}-b-c-d">The {name} stops here</a></li>' for name in names)
        + "</ul>"
    )


def test_a_heading_reaches_no_further_than_the_element_that_holds_its_list() -> None:
    html = f"<div><h3>Most read</h3>{list_of('crane', 'ferry')}</div><div>{list_of('quay', 'pilot')}</div>"
    assert [card.heading for card in cards_of(f"<body><main>{html}</main></body>")] == ["Most read"] * 2 + [None] * 2


def test_a_heading_beside_the_story_reaches_no_further_than_its_list() -> None:
    html = f"{STORY_TEXT}<h3>Most read</h3>{list_of('crane', 'ferry')}{list_of('quay', 'pilot')}"
    assert [card.heading for card in cards_of_story(html)] == ["Most read"] * 2 + [None] * 2


def test_the_pages_own_card_does_not_head_the_next_one() -> None:
    own = f'<div><h3><a href="{URL}">Tunnel at Lunt opens early</a></h3></div>'
    html = f"<section>{own}<div><a href='{FERRY}'>Ferry stops after sixty years</a></div></section>"
    assert cards_of(f"<body><main>{html}</main></body>")[0].heading is None


def test_an_address_promoted_twice_is_one_teaser_with_the_better_words() -> None:
    html = (
        f'<div><a href="{FERRY}"><img src="/f.jpg" alt="Boat at a quay"></a></div><p>And now to something else.</p>'
        f"<div><div><div><div><div><div><div><div><div><a href='{FERRY}#now'>Ferry stops after sixty years</a>"
        "</div></div></div></div></div></div></div></div></div>"
    )
    assert [card.headline for card in cards_of(f"<body>{html}</body>")] == ["Ferry stops after sixty years"]


@pytest.mark.parametrize(
    "html",
    [
        # The title of the link says which of its words are the headline.
        f'<a href="{FERRY}" title="Ferry stops after sixty years"><div>The last boat</div>'
        "<div>Ferry stops after sixty years</div></a>",
        f'<a href="{FERRY}"><span class="custom-subheading">Ports</span><span>Ferry stops after sixty years</span></a>',
        f'<a href="{FERRY}"><span class="overline">Ports</span><b class="subtitle1">Ferry stops after sixty years</b></a>',
        f'<a href="{FERRY}"><span class="kicker">Ports</span><span>: Ferry stops after sixty years</span></a>',
        f'<a href="{FERRY}"><span>Ferry stops after sixty years</span> <span>| read more</span></a>',
        f'<a href="{FERRY}"><span>Ferry stops after sixty years</span> <span>lesen</span></a>',
    ],
)
def test_a_headline_is_without_what_stands_beside_it(html: str) -> None:
    assert card_of(html).headline == "Ferry stops after sixty years"


@pytest.mark.parametrize(
    ("kicker", "said"),
    [
        ("<span class='kicker'>PORTS<svg><title>Video</title></svg></span>", "PORTS"),
        ("<div class='category'>Ports <time>4 May 2026</time></div>", "Ports"),
        ("<div class='category'>4 May 2026</div>", None),
        ("<div class='category'>Ports Ferry stops after sixty years</div>", None),
        ("<div class='category'>Ports /</div>", "Ports"),
    ],
)
def test_a_kicker_is_no_date_and_repeats_no_headline(kicker: str, said: str | None) -> None:
    card = card_of(f'{kicker}<h3><a href="{FERRY}">Ferry stops after sixty years</a></h3>')
    assert (card.headline, card.kicker) == ("Ferry stops after sixty years", said)
