"""Live blogs, whose entries bear times in many ways, and lists of times that are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from newskeep.extract import extract_page
from newskeep.extract.live_entries import clock_of
from newskeep.model import Source, StoryDraft

HEADLINE = "Storm over the harbor: what we know"
INTRO = "A storm has reached the coast. We report here on what happens in the harbor and on the islands around it."
TEXTS = (
    "The first boats have left the inner harbor, and the pilots say that no more will go before the evening.",
    "The ferry to the islands has been stopped, and four hundred people wait in the old customs house.",
    "The mayor has asked the army for sandbags, which are to come by train in the course of the night.",
    "The wind has turned to the north, and the water in Quay Street has begun to fall, slowly, since ten.",
)
SECOND = "More is not known at this hour, the pilots said, and asked the people of the quarter to stay at home."
HEADS = ("Boats leave the harbor", "Ferry stopped", "Mayor asks for sandbags", "Water falls")
CLOCKS = ("12:58", "11:30", "10:42", "9:05")
TIMES = [datetime(2026, 3, 31, hour, minute, tzinfo=UTC) for hour, minute in ((10, 58), (9, 30), (8, 42), (7, 5))]
SOURCE = Source(
    slug="kesh", name="Kesh Post", homepage="https://www.kesh.example/", listings=(), timezone="Europe/Oslo"
)


def entries(form: str, clocks: tuple[str, ...] = CLOCKS) -> str:
    filled = zip(clocks, HEADS, TEXTS, strict=True)
    return "".join(form.format(clock=clock, head=head, text=text, more=SECOND) for clock, head, text in filled)


def read(
    body: str, capture_of: Any, *, kind: str = "LiveBlogPosting", published: str = "2026-03-31T06:00:00+02:00"
) -> StoryDraft:
    data = {"@type": kind, "headline": HEADLINE, "datePublished": published}
    html = (
        f'<html><head><script type="application/ld+json">{json.dumps(data)}</script></head><body><main><article>'
        f"<h1>{HEADLINE}</h1><p>{INTRO}</p>{body}</article></main></body></html>"
    )
    page = extract_page(capture_of(html, "https://www.kesh.example/news/storm-over-the-harbor-4711"), SOURCE)
    assert page.main is not None
    return page.main


FORMS = {
    "times": "<div class='e'><time datetime='2026-03-31T{clock:0>5}:00+02:00'>{clock}</time><h3>{head}</h3><p>{text}</p></div>",
    "spans": "<div class='e'><span class='t'>{clock}</span><h3>{head}</h3><p>{text}</p></div>",
    "lines": "<div class='e'><div>{clock} Uhr</div><h3>{head}</h3><p>{text}</p><p>{more}</p></div>",
    "headings": "<h3>{clock} – {head}</h3><p>{text}</p>",
    "headings with times": "<h3><time datetime='2026-03-31T{clock:0>5}:00+02:00'>{clock}</time> {head}</h3><p>{text}</p>",
    "list": "<ul><li><span>{clock}</span><h3>{head}</h3><p>{text}</p></li></ul>",
}


@pytest.mark.parametrize("form", [*FORMS.values()], ids=[*FORMS])
def test_entries_have_headline_time_and_text(form: str, capture_of: Any) -> None:
    story = read(entries(form), capture_of)
    found = [part.headline for part in story.parts]
    assert found == list(HEADS)
    assert [part.published.at for part in story.parts if part.published] == TIMES
    for part, text in zip(story.parts, TEXTS, strict=True):
        held = story.blocks[part.first_block : part.first_block + part.block_count]
        assert text in [block.text for block in held]


@pytest.mark.parametrize(
    "form", ["<p><strong>{clock}</strong> {text}</p><p>{more}{head}</p>", "<p class='c'>{clock}</p><p>{text}</p>"]
)
def test_entries_without_headlines_run_to_the_next_time(form: str, capture_of: Any) -> None:
    story = read(entries(form), capture_of)
    assert [part.headline for part in story.parts] == [None] * 4
    assert sum(part.block_count for part in story.parts) == len(story.blocks) - story.parts[0].first_block


@pytest.mark.parametrize("form", [FORMS["spans"], FORMS["lines"]], ids=["spans", "lines"])
def test_a_clock_alone_is_no_text(form: str, capture_of: Any) -> None:
    story = read(entries(form), capture_of)
    assert not any(clock in story.text for clock in CLOCKS)


def test_the_introduction_belongs_to_no_entry(capture_of: Any) -> None:
    story = read(entries(FORMS["spans"]), capture_of)
    assert INTRO in (story.standfirst, *(block.text for block in story.blocks[: story.parts[0].first_block]))


def test_clocks_are_read_in_the_sources_zone_where_the_story_states_none(capture_of: Any) -> None:
    story = read(entries(FORMS["spans"]), capture_of, published="2026-03-31")
    assert [part.published.at for part in story.parts if part.published] == TIMES


def test_clocks_have_no_day_where_the_story_has_none(capture_of: Any) -> None:
    story = read(entries(FORMS["spans"]), capture_of, published="")
    assert [part.published for part in story.parts] == [None] * 4


def test_two_times_are_no_live_blog(capture_of: Any) -> None:
    story = read(f"<p>10:42</p><p>{TEXTS[0]}</p><p>11:30</p><p>{TEXTS[1]}</p>", capture_of)
    assert story.parts == ()
    assert "10:42" in story.text


def test_four_times_on_a_page_that_is_no_live_blog_stay_text(capture_of: Any) -> None:
    story = read(entries(FORMS["spans"]), capture_of, kind="NewsArticle")
    assert story.parts == ()


def test_times_in_no_order_are_no_entries(capture_of: Any) -> None:
    mixed = ("12:58", "9:05", "22:10", "3:42")
    body = entries("<p><b>{clock}</b> {text}</p>", mixed) + entries("<p><b>{clock}</b> {text} {head}</p>", mixed)
    assert read(body, capture_of).parts == ()


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("10:42", (10, 42, "")),
        ("9.05 Uhr", (9, 5, "")),
        ("9.05", (9, 5, "")),
        ("14h30 : Le port ferme", (14, 30, "Le port ferme")),
        ("10:42 pm – Boats leave", (22, 42, "Boats leave")),
        ("12:10 a.m.", (0, 10, "")),
        ("10:42 CET | Boats leave", (10, 42, "Boats leave")),
        ("23:59:30", (23, 59, "")),
        ("10:42 The boats", (10, 42, "The boats")),
        ("3.50 crowns a week", None),
        ("24:10", None),
        ("10:75", None),
        ("10:42nd", None),
        ("At 10:42 the boats left", None),
        ("2026", None),
        ("", None),
    ],
)
def test_a_line_begins_with_a_time_of_day_or_not(text: str, clock: tuple[int, int, str] | None) -> None:
    found = clock_of(3, text)
    assert (None if found is None else (found.hour, found.minute, found.text)) == clock
