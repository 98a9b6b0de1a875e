"""Invented pages of every kind the RebelMouse and AMP families know, read whole and compared with what is on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newskeep.extract import extract_page
from newskeep.model import ExtractedPage, Picture, StoryDraft, Teaser

_PAGES = Path(__file__).parent / "pages"
_NAMES = sorted(path.stem for path in _PAGES.glob("*.json"))


@pytest.fixture(scope="module", params=_NAMES)
def case(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    name: str = request.param
    return (_PAGES / f"{name}.html").read_text("utf-8"), json.loads((_PAGES / f"{name}.json").read_text("utf-8"))


@pytest.fixture
def page(case: tuple[str, dict[str, Any]], capture_of: Any) -> ExtractedPage:
    html, expected = case
    return extract_page(capture_of(html, expected["url"]), None)


def _story(draft: StoryDraft, wanted: dict[str, Any]) -> dict[str, Any]:
    parts = {
        "headline": draft.headline,
        "url": draft.url,
        "kicker": draft.kicker,
        "standfirst": draft.standfirst,
        "authors": list(draft.authors),
        "post_id": draft.post_id,
        "blocks": [[block.kind.value, block.text] for block in draft.blocks],
        "pictures": [_picture(picture) for picture in draft.pictures],
        "media": [media.url for media in draft.media],
        "parts": [[part.headline, part.first_block, part.block_count] for part in draft.parts],
    }
    return {name: parts[name] for name in parts if name in wanted}


def _picture(picture: Picture) -> dict[str, Any]:
    return {
        "url": picture.url,
        "alt": picture.alt,
        "caption": picture.caption,
        "credit": picture.credit,
        "position": picture.position,
        "lead": picture.lead,
    }


def _teaser(teaser: Teaser) -> dict[str, Any]:
    picture = teaser.picture
    return {
        "kind": teaser.kind.value,
        "slot": teaser.slot,
        "block": teaser.block,
        "heading": teaser.heading,
        "target_url": teaser.target_url,
        "headline": teaser.headline,
        "kicker": teaser.kicker,
        "standfirst": teaser.standfirst,
        "picture": [picture.url, picture.caption, picture.credit] if picture is not None else None,
    }


def test_main_story_is_read_exactly(case: tuple[str, dict[str, Any]], page: ExtractedPage) -> None:
    expected = {name: value for name, value in case[1].items() if name in _STORY_FIELDS}
    assert page.main is not None
    assert _story(page.main, expected) == expected


_STORY_FIELDS = ("headline", "kicker", "standfirst", "authors", "post_id", "blocks", "pictures", "media", "parts")


def test_further_stories_are_read_exactly(case: tuple[str, dict[str, Any]], page: ExtractedPage) -> None:
    assert [_story(one, wanted) for one, wanted in zip(page.further, case[1]["further"], strict=True)] == case[1][
        "further"
    ]


def test_teasers_are_read_exactly(case: tuple[str, dict[str, Any]], page: ExtractedPage) -> None:
    expected = case[1]
    if "teasers" in expected:
        assert [_teaser(teaser) for teaser in page.teasers] == expected["teasers"]
    else:
        found = [teaser.target_url for teaser in page.teasers if teaser.heading == expected["teaser_heading"]]
        assert found == expected["teaser_targets"]


def test_kind_and_family_are_recognised(case: tuple[str, dict[str, Any]], page: ExtractedPage) -> None:
    assert (page.kind.value, page.family) == (case[1]["kind"], case[1]["family"])


def test_nothing_of_a_teaser_stands_in_the_story(page: ExtractedPage) -> None:
    assert page.main is not None
    texts = [teaser.standfirst for teaser in page.teasers if teaser.standfirst]
    assert [text for text in texts if text in page.main.text] == []
