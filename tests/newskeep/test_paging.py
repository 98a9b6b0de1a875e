"""Which addresses are pages of one story, and how drafts of pages are put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.model import Block, BlockKind, Media, MediaKind, Part, Picture, StoryDraft
from newskeep.paging import adds_nothing, join_pages, number_in, page_addresses

FIRST = "https://www.lamp.example/news/long-way-down"


@pytest.mark.parametrize(
    ("first", "other", "number"),
    [
        (FIRST, f"{FIRST}?page=2", 2),
        (FIRST, f"{FIRST}?utm_source=x&page=3", 3),
        (FIRST, f"{FIRST}/2", 2),
        (FIRST, f"{FIRST}/2/", 2),
        (FIRST, f"{FIRST}/page/4/", 4),
        (FIRST, f"{FIRST}/seite-2", 2),
        (f"{FIRST}.html", f"{FIRST}-2.html", 2),
        (f"{FIRST}.html", f"{FIRST},seite-3.html", 3),
        (f"{FIRST}.html", f"{FIRST}/2.html", 2),
        (f"{FIRST}/", f"{FIRST}", 1),
        (f"{FIRST}?id=7", f"{FIRST}?id=7&p=2", 2),
        ("https://lamp.example/a", "https://www.lamp.example/a/2", 2),
        (FIRST, f"{FIRST}-2", None),
        (FIRST, f"{FIRST}/21", None),
        (FIRST, f"{FIRST}?page=900", None),
        (FIRST, f"{FIRST}?id=2", None),
        (FIRST, "https://www.lamp.example/news/other?page=2", None),
        (FIRST, "https://shop.example/news/long-way-down?page=2", None),
    ],
)
def test_a_page_is_known_by_its_address(first: str, other: str, number: int | None) -> None:
    story = page_addresses(first)[0].story
    assert number_in(other, story) == number


@pytest.mark.parametrize(
    "url", ["https://lamp.example/", "https://lamp.example", "http://[broken", "https://lamp.example/?page=2"]
)
def test_a_home_page_and_a_broken_address_are_no_pages(url: str) -> None:
    assert page_addresses(url) == ()


def test_a_number_of_its_own_may_be_a_page_or_not() -> None:
    assert [one.number for one in page_addresses("https://lamp.example/2026/11/12")] == [1, 12]
    assert [one.number for one in page_addresses("https://lamp.example/2026/11/22")] == [1]


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert all(1 <= one.number <= 20 for one in page_addresses(f"https://lamp.example/{text}"))


def draft(*texts: str, **fields: object) -> StoryDraft:
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
    return StoryDraft(headline="The long way down", blocks=blocks, **fields)  # type: ignore[arg-type]  # a test's shorthand


def test_text_parts_and_pictures_follow_each_other() -> None:
    lead = Picture(url="https://lamp.example/p/river.jpg", lead=True)
    first = draft(
        "one", "two", pictures=(lead,), parts=(Part(headline="a", published=None, first_block=0, block_count=2),)
    )
    second = draft(
        "three",
        pictures=(
            Picture(url="https://lamp.example/p/river.jpg?w=300", lead=True),
            Picture(url="https://lamp.example/p/boat.jpg", lead=True, position=1),
            Picture(url=None, caption="No address"),
        ),
        parts=(Part(headline="b", published=None, first_block=0, block_count=1),),
    )
    joined = join_pages(first, [second], is_whole=True)
    assert joined.text == "one\n\ntwo\n\nthree"
    assert [(one.url, one.position, one.lead) for one in joined.pictures] == [
        (lead.url, 0, True),
        ("https://lamp.example/p/boat.jpg", 3, False),
        (None, 2, False),
    ]
    assert [(part.headline, part.first_block) for part in joined.parts] == [("a", 0), ("b", 2)]


def test_a_player_on_every_page_is_one() -> None:
    player = Media(kind=MediaKind.VIDEO, url="https://player.example/1")
    other = Media(kind=MediaKind.AUDIO, url="https://player.example/2")
    joined = join_pages(draft("one", media=(player,)), [draft("two", media=(player, other))], is_whole=True)
    assert joined.media == (player, other)


def test_what_only_a_later_page_has_as_its_standfirst_is_text() -> None:
    first = draft("one", standfirst="In short.")
    joined = join_pages(
        first, [draft("two", standfirst="In short."), draft("three", standfirst="Then it rained.")], is_whole=True
    )
    assert [block.text for block in joined.blocks] == ["one", "two", "Then it rained.", "three"]


@pytest.mark.parametrize(
    ("is_whole", "last_is_cut", "is_truncated"), [(True, False, False), (False, False, True), (True, True, True)]
)
def test_a_story_is_whole_where_its_last_page_is(is_whole: bool, last_is_cut: bool, is_truncated: bool) -> None:
    last = draft("two", is_truncated=last_is_cut)
    assert join_pages(draft("one", is_truncated=True), [last], is_whole=is_whole).is_truncated is is_truncated


def test_a_page_that_repeats_the_others_adds_nothing() -> None:
    assert adds_nothing(draft("one"), [draft("one", "two")])
    assert not adds_nothing(draft("one", "three"), [draft("one", "two")])
    assert adds_nothing(draft(), [draft("one")])
