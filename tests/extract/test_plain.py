"""Pages of plain text."""

from __future__ import annotations

from typing import Any

import pytest

from newskeep.extract import extract_page
from newskeep.extract.plain import is_credit, read_plain
from newskeep.model import BlockKind, PageKind

_STORY = """Salt trains roll again after the Tarn bridge vote

Wagons of salt wait at the Tarn bridge.

Wagons of salt wait at the Tarn bridge.

dpx via Coastwire

The valley council voted by one voice on Monday to reopen the bridge.

What happens next

The first train leaves Mirn on Thursday.

More from Harbor Ledger

A queue outside a school in Osk on Sunday.

COASTWIRE/Pavel Rook

Four million voters in Osk choose a parliament on Sunday.

They also choose a mayor.

Twelve owls in the old mint of Lunt.

  • Rhea Noll / Blick via Coastwire

Twelve owls were counted in the old mint.

- YouTube

www.youtube.com

A film about tides runs for four minutes.
"""


def test_story_ends_where_other_stories_are_announced() -> None:
    story = read_plain(_STORY).story
    assert story is not None
    assert [(block.kind, block.text) for block in story.blocks] == [
        (BlockKind.PARAGRAPH, "The valley council voted by one voice on Monday to reopen the bridge."),
        (BlockKind.CROSSHEAD, "What happens next"),
        (BlockKind.PARAGRAPH, "The first train leaves Mirn on Thursday."),
    ]


def test_the_line_printed_twice_is_picture_text_and_caption() -> None:
    story = read_plain(_STORY).story
    assert story is not None
    (picture,) = story.pictures
    assert (picture.alt, picture.caption, picture.credit, picture.lead, picture.url) == (
        "Wagons of salt wait at the Tarn bridge.",
        "Wagons of salt wait at the Tarn bridge.",
        "dpx via Coastwire",
        True,
        None,
    )


def test_teasers_have_caption_credit_and_standfirst() -> None:
    found = [
        (
            teaser.heading,
            teaser.picture.caption if teaser.picture else None,
            teaser.picture.credit if teaser.picture else None,
            teaser.standfirst,
        )
        for teaser in read_plain(_STORY).teasers
    ]
    heading = "More from Harbor Ledger"
    assert found == [
        (
            heading,
            "A queue outside a school in Osk on Sunday.",
            "COASTWIRE/Pavel Rook",
            "Four million voters in Osk choose a parliament on Sunday. They also choose a mayor.",
        ),
        (
            heading,
            "Twelve owls in the old mint of Lunt.",
            "Rhea Noll / Blick via Coastwire",
            "Twelve owls were counted in the old mint.",
        ),
        (heading, None, None, "A film about tides runs for four minutes."),
    ]


def test_teasers_of_plain_text_have_no_target_and_no_headline() -> None:
    assert {(teaser.target_url, teaser.headline) for teaser in read_plain(_STORY).teasers} == {(None, None)}


def test_a_caption_printed_once_is_known_by_its_credit() -> None:
    story = read_plain("Headline of it\n\nBoats in Lunt harbor.\n\nCWP/Mia Ost\n\nThe tide came late.").story
    assert story is not None
    assert [(picture.alt, picture.caption, picture.credit) for picture in story.pictures] == [
        (None, "Boats in Lunt harbor.", "CWP/Mia Ost")
    ]


def test_a_story_without_pictures_has_none() -> None:
    story = read_plain("Headline of it\n\nThe tide came late.\n\nNobody minded.").story
    assert story is not None
    assert (story.pictures, len(story.blocks)) == ((), 2)


def test_a_second_heading_begins_a_second_block() -> None:
    teasers = read_plain(
        "Head\n\nText.\n\nRelated\n\nOne story there is.\n\nMost read\n\nAnother story there is."
    ).teasers
    assert [(teaser.block, teaser.heading) for teaser in teasers] == [(1, "Related"), (2, "Most read")]


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("REUTERS/Mia Ost", True),
        ("• Mia Ost", True),
        ("dpa via Reuters Connect", True),
        ("The tide came late.", False),
        ("A very long line that goes on and on about boats and via Lunt", False),
    ],
)
def test_credits_are_known_by_their_wording(line: str, is_one: bool) -> None:
    assert is_credit(line) is is_one


def test_plain_pages_are_read_by_their_content_type(capture_of: Any) -> None:
    page = extract_page(capture_of(_STORY, content_type="text/plain; charset=utf-8"), None)
    assert (page.kind, len(page.teasers)) == (PageKind.STORY, 3)


def test_a_plain_page_without_words_is_no_story(capture_of: Any) -> None:
    page = extract_page(capture_of(" \n \n", content_type="text/plain"), None)
    assert (page.kind, page.main) == (PageKind.OTHER, None)
