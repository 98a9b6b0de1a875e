"""Site memory on one page: what it demotes, what it never does, and what a page leaves in it."""

from __future__ import annotations

import pytest

from benchmarks.site_memory import LAYOUTS, MEMORIES, PAGES, measure, read
from newskeep.extract.blocks import outline
from newskeep.extract.judge import weigh
from newskeep.extract.recurrence import imprint_of
from newskeep.extract.tree import parse_html
from newskeep.model import BlockKind, Imprint, SiteMemory, TeaserKind
from newskeep.site_memory import MOST_BLOCKS_OF_STORY, block_digest

URL = "https://www.lamp.example/news/council-votes-on-harbour-crane-4821"
NOTICE = "Our rooms in Quay Street are open on weekdays, and the coffee there is free."
TEXT = tuple(
    f"The {who} told the harbour council on Tuesday night that the crane had better be sold before the winter comes."
    for who in ("pilot", "baker", "judge", "sailor", "farmer")
)


def page_of(*paragraphs: str, headline: str = "Council votes on harbour crane") -> str:
    body = "".join(one if one.startswith("<") else f"<p>{one}</p>" for one in paragraphs)
    return f"<html><body><article><h1>{headline}</h1>{body}</article></body></html>"


def memory_of(*texts: str, count: int = 9, stories: int = 10) -> SiteMemory:
    return SiteMemory(version=1, stories=stories, blocks=frozenset((block_digest(text), count) for text in texts))


def texts_of(html: str, memory: SiteMemory) -> list[str]:
    page = read(html, URL, memory)
    assert page.main is not None
    return [block.text for block in page.main.blocks]


def imprint(*paragraphs: str) -> Imprint | None:
    line = outline((parse_html(page_of(*paragraphs), url=URL).body,))
    return imprint_of(line.passages, [weigh(passage.text) for passage in line.passages])


def test_a_notice_known_from_other_stories_is_no_text() -> None:
    html = page_of(*TEXT[:3], NOTICE, *TEXT[3:])
    assert NOTICE in texts_of(html, SiteMemory())
    assert texts_of(html, memory_of(NOTICE)) == list(TEXT)


def test_a_background_paragraph_that_few_stories_repeat_stays() -> None:
    html = page_of(*TEXT[:3], NOTICE, *TEXT[3:])
    assert NOTICE in texts_of(html, memory_of(NOTICE, count=6, stories=30))


def test_never_more_than_half_of_the_text_goes() -> None:
    kept = texts_of(page_of(*TEXT), memory_of(*TEXT))
    assert sum(map(len, kept)) >= sum(map(len, TEXT)) / 2


def test_the_commonest_go_first_where_not_all_may() -> None:
    known = frozenset((block_digest(text), 4 + at) for at, text in enumerate(TEXT))
    kept = texts_of(page_of(*TEXT), SiteMemory(version=1, stories=10, blocks=known))
    assert kept == list(TEXT[:3])


def test_a_long_passage_never_goes() -> None:
    long = " ".join(TEXT)
    assert long in texts_of(page_of(long, TEXT[0]), memory_of(long))


def test_crossheads_captions_and_bylines_recur_by_right() -> None:
    crosshead, caption = "What happens next", "The crane at dawn"
    html = page_of(
        "<p class='byline'>By Ilse Varnhagen</p>",
        TEXT[0],
        f"<figure><img src='/crane.jpg' width='800' height='600'><figcaption>{caption}</figcaption></figure>",
        TEXT[1],
        f"<h2>{crosshead}</h2>",
        *TEXT[2:],
    )
    main = read(html, URL, memory_of(crosshead, caption, "By Ilse Varnhagen")).main
    assert main is not None
    assert [block.text for block in main.blocks if block.kind is BlockKind.CROSSHEAD] == [crosshead]
    assert [picture.caption for picture in main.pictures] == [caption]
    assert main.authors == ("Ilse Varnhagen",)


def test_a_recurring_line_below_the_headline_is_no_standfirst() -> None:
    html = page_of(NOTICE, "<p class='byline'>By Ilse Varnhagen</p>", *TEXT)
    main = read(html, URL, memory_of(NOTICE)).main
    assert main is not None
    assert (main.standfirst, NOTICE in main.text) == (None, False)


def test_a_recurring_link_to_a_story_inside_the_text_is_a_teaser() -> None:
    target = "/news/teacher-from-lower-vale-explains-the-new-timetable-5310"
    words = "A teacher from Lower Vale explains the new timetable"
    card = f"<p><a href='{target}'>{words}</a> It was a long evening in the hall for all of them.</p>"
    shop = (
        "<p><a href='https://shop.example/lamps-for-the-harbour-1234'>Lamps for every harbour</a> Now in the shop.</p>"
    )
    html = page_of(*TEXT[:3], card, shop, *TEXT[3:])
    known = memory_of(
        f"{words} It was a long evening in the hall for all of them.", "Lamps for every harbour Now in the shop."
    )
    page = read(html, URL, known)
    assert [(one.kind, one.target_url, one.headline, one.standfirst, one.slot) for one in page.teasers] == [
        (
            TeaserKind.RELATED,
            f"https://www.lamp.example{target}",
            words,
            "It was a long evening in the hall for all of them",
            1,
        )
    ]


def test_an_imprint_holds_the_short_passages_once_and_names_the_longest() -> None:
    long = " ".join(TEXT)
    found = imprint(NOTICE, long, NOTICE, TEXT[0])
    assert found is not None
    assert found.story == block_digest(long)
    assert found.blocks.count(block_digest(NOTICE)) == 1
    assert block_digest(TEXT[0]) in found.blocks
    assert block_digest(long) not in found.blocks


def test_an_imprint_of_a_long_page_holds_both_ends() -> None:
    found = imprint(*(f"{TEXT[0]} {number}" for number in range(200)))
    assert found is not None
    assert len(found.blocks) == MOST_BLOCKS_OF_STORY
    assert block_digest(f"{TEXT[0]} 199") in found.blocks


def test_nothing_leaves_no_imprint() -> None:
    assert imprint_of([], []) is None


def test_a_page_that_is_no_story_leaves_no_imprint() -> None:
    assert read("<html><body><p>Nothing here.</p></body></html>", URL, SiteMemory()).imprint is None


@pytest.mark.parametrize("layout", LAYOUTS[:2], ids=lambda layout: layout.name)
def test_a_site_is_read_better_the_more_of_it_is_known(layout) -> None:
    scores = measure(layout)
    stray = [scores[size].stray for size in MEMORIES]
    assert stray == sorted(stray, reverse=True)
    assert (stray[-1], scores[29].missing) == (0, 0)
    assert scores[0].body / PAGES > 0.85
