"""The byline and the dateline that only their agreement with the metadata gives away."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newskeep.extract import extract_page
from newskeep.model import StoryDraft

HEADLINE = "Harbor vote ends in a tie"
STORY = {
    "@type": "NewsArticle",
    "headline": HEADLINE,
    "datePublished": "2026-03-01T10:15:00+02:00",
    "author": [{"@type": "Person", "name": "Ada Beck"}, {"@type": "Person", "name": "Jo Marsh"}],
    "publisher": {"@type": "Organization", "name": "Kesh Courier"},
}
TEXT = "".join(f"<p>The count in ward {n} went on all night in the old customs house of Kesh.</p>" for n in range(6))


def _read(capture_of: Any, lines: str, *, above: str = "", language: str = "en") -> StoryDraft:
    script = f"<script type='application/ld+json'>{json.dumps(STORY)}</script>"
    body = f"{above}<article><h1>{HEADLINE}</h1>{lines}<div>{TEXT}</div></article>"
    html = f"<html lang='{language}'><head>{script}</head><body>{body}</body></html>"
    story = extract_page(capture_of(html, "https://kesh.example/harbor-vote"), None).main
    assert story is not None
    return story


@pytest.mark.parametrize(
    ("lines", "byline", "dateline"),
    [
        # Nothing but classes of a build: only what is said tells.
        (
            "<div class='x1'>Ada Beck and Jo Marsh</div><div class='x2'>March 1, 2026</div>",
            "Ada Beck and Jo Marsh",
            "March 1, 2026",
        ),
        (
            "<div class='x1'>Ada Beck, Jo Marsh · Kesh Courier · Posted: Mar 01, 2026 10:15 AM</div>",
            "Ada Beck, Jo Marsh",
            "Posted: Mar 01, 2026 10:15 AM",
        ),
        (
            "<div class='x1'>1 March 2026 | by Ada Beck and Jo Marsh</div>",
            "by Ada Beck and Jo Marsh",
            "1 March 2026",
        ),
        (
            "<p class='x1'><span>Ada Beck</span><span>Jo Marsh</span></p><p>1 March, 10:15 · 4 min read</p>",
            "Ada Beck, Jo Marsh",
            "1 March, 10:15",
        ),
        # In a picture's own element, as some papers have it.
        (
            "<figure><figcaption>By Ada Beck</figcaption></figure><figcaption>01.03.2026, 10:15</figcaption>",
            "By Ada Beck",
            "01.03.2026, 10:15",
        ),
        # Another day is another thing's, and a relative time is none.
        ("<div class='x1'>Doors open on May 14, 2026</div><div class='x2'>1 hour ago</div>", None, None),
    ],
)
def test_lines_around_the_headline_are_told_by_what_they_say(
    capture_of: Any, lines: str, byline: str | None, dateline: str | None
) -> None:
    story = _read(capture_of, lines)
    assert (story.byline, story.dateline) == (byline, dateline)


def test_the_line_below_the_headline_goes_before_the_one_above(capture_of: Any) -> None:
    above = "<div class='y'><div>Jo Marsh</div><div>2 March 2026</div></div>"
    story = _read(capture_of, "<div class='x1'>Jo Marsh, Ada Beck</div><div class='x2'>1 March 2026</div>", above=above)
    assert (story.byline, story.dateline) == ("Jo Marsh, Ada Beck", "1 March 2026")


def test_a_long_sentence_that_names_the_day_is_no_dateline(capture_of: Any) -> None:
    sentence = "The harbor, closed since the great storm, was to open on 1 March 2026 for the first ships of spring"
    assert _read(capture_of, f"<div class='x1'>{sentence}</div>").dateline is None


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        # The page declares the editor, and prints who wrote it.
        ("<div class='author'>Rhea Noll</div>", ("Rhea Noll",)),
        ("<p class='byline'>By Rhea Noll and Tom Varn</p>", ("Rhea Noll", "Tom Varn")),
        ("<div class='author'>Rhea Noll</div><div class='x1'>Editor: Jo Marsh</div>", ("Ada Beck", "Jo Marsh")),
        ("<div class='author'>A. Beck</div>", ("Ada Beck", "Jo Marsh")),
        ("<div class='x1'>Rhea Noll</div>", ("Ada Beck", "Jo Marsh")),
    ],
)
def test_whom_the_page_prints_wrote_it_where_nobody_else_is_printed(
    capture_of: Any, line: str, authors: tuple[str, ...]
) -> None:
    assert _read(capture_of, line).authors == authors


def test_the_language_of_a_page_that_declares_none_is_told_by_its_text(capture_of: Any) -> None:
    html = f"<html><body><article><h1>{HEADLINE}</h1>{TEXT.replace('<p>', '<div>').replace('</p>', '</div>')}</article></body></html>"
    story = extract_page(capture_of(html, "https://kesh.example/harbor-vote"), None).main
    assert story is not None
    assert story.language == "en"
