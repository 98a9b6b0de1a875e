"""The three sample pages and the text case kept beside the project, where they are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newskeep.extract import extract_page
from newskeep.model import ExtractedPage

_SHARED = Path(__file__).resolve().parents[2].parent / "shared"
pytestmark = pytest.mark.skipif(not _SHARED.is_dir(), reason="the material beside the project (../shared) is not there")

_HEADING = "More from GZERO Media"
_SITE = "https://www.gzeromedia.example"


@pytest.fixture
def read(capture_of: Any) -> Any:
    def make(name: str, url: str, kind: str = "text/html") -> ExtractedPage:
        return extract_page(capture_of((_SHARED / name).read_bytes(), url, kind), None)

    return make


def _words(page: ExtractedPage) -> list[tuple[str | None, str | None]]:
    assert page.main is not None
    return [(picture.caption, picture.credit) for picture in page.main.pictures]


def test_text_case(read: Any) -> None:
    page = read("cases/gzero-hama-story.txt", f"{_SITE}/hama", "text/plain")
    line = "Syrian armed opposition fighters control the city of Maarat al-Numan after seizing control of most parts of Idlib."
    assert page.main.headline.startswith("Rebels in Syria seize strategically important city of Hama")
    assert len(page.main.blocks) == 5
    assert [(one.alt, one.caption, one.credit) for one in page.main.pictures] == [
        (line, line, "dpa via Reuters Connect")
    ]
    assert [(one.heading, one.picture.credit, one.target_url, one.headline) for one in page.teasers] == [
        (_HEADING, "REUTERS/Rodrigo Garrido", None, None),
        (_HEADING, "Magali Cohen / Hans Lucas via Reuters Connect", None, None),
    ]
    assert [one.standfirst[:24] for one in page.teasers] == ["This Sunday, close to 16", "Imagine sitting down at "]


def test_regular_page(read: Any) -> None:
    page = read("pages/gzero_sample_story.html", f"{_SITE}/news/analysis/velmar-strait-toll-returns")
    assert page.main.standfirst == "Eleven ballots decided it, and three neighbors are already objecting"
    assert [block.text[:20] for block in page.main.blocks] == [
        "The harbor council o",
        "Why now? Dredging bi",
        "Shipowners say the f",
        "What the neighbors w",
        "Three governments up",
        "“Nobody likes a gate",
        "The council meets ag",
    ]
    assert _words(page) == [
        (
            "Dock workers wait for the count at dawn outside the harbor hall in Port Velmar on November 12, 2025.",
            "Ilse Prahm/Northwire via Sample Connect",
        ),
        ("Dredging costs in the strait, in millions of crowns, 2015 to 2025.", "Tomas Okell"),
    ]
    assert [one.target_url for one in page.teasers if one.heading == _HEADING] == [
        f"{_SITE}/news/analysis/ostrel-vote-preview",
        f"{_SITE}/gzero-ai/the-kitchen-without-cooks",
        f"{_SITE}/hard-numbers-snow-in-june-2674900081",
        f"{_SITE}/small-states-big-tables",
    ]


def test_infinite_scroll(read: Any) -> None:
    page = read("pages/gzero_sample_infinite.html", f"{_SITE}/river-rebels-take-maldon")
    assert [len(page.main.blocks), *(len(draft.blocks) for draft in page.further)] == [4, 4, 4]
    assert [draft.headline for draft in page.further] == [
        "The budget nobody read",
        "Hard Numbers: Geese, gas and a missing crown",
    ]
    assert page.further[0].media[0].url == "https://www.youtube.com/embed/abcdefghijk"
    assert page.teasers == ()


def test_amp_page(read: Any) -> None:
    page = read("pages/gzero_sample_amp.html", f"{_SITE}/amp/river-rebels-take-maldon-2670300500")
    assert (len(page.main.blocks), len(page.teasers)) == (4, 4)
    assert {one.heading for one in page.teasers} == {_HEADING}
    assert _words(page) == [
        (
            "Fighters of the river alliance stand at the gate of Maldon after taking the old town.",
            "dpx via Sample Connect",
        )
    ]
