"""Several short stories under one headline, and stories that only have crossheads."""

from __future__ import annotations

from typing import Any

import pytest

from newskeep.extract import extract_page

HEADS = ("Boats leave the harbor", "Ferry stopped", "Mayor asks for sandbags")
TEXTS = (
    "The first boats have left the inner harbor, and the pilots say that no more will go before the evening comes.",
    "The ferry to the islands has been stopped, and four hundred people wait in the old customs house.",
    "The mayor has asked the army for sandbags, which are to come by train in the course of the night.",
)
INTRO = "<p>What else happened on Tuesday in the harbor and on the islands around it, told by those who saw it.</p>"


def parts(headline: str, body: str, capture_of: Any) -> list[tuple[str | None, int, int]]:
    html = (
        f"<html><head><title>{headline} | Kesh Post</title></head><body><main><article><h1>{headline}</h1>{body}</article>"
        "</main></body></html>"
    )
    page = extract_page(capture_of(html, "https://www.kesh.example/news/tuesday-in-the-harbor-4711"), None)
    assert page.main is not None
    return [(part.headline, part.first_block, part.block_count) for part in page.main.parts]


def stories(form: str) -> str:
    return "".join(form.format(head=head, text=text) for head, text in zip(HEADS, TEXTS, strict=True))


H2 = "<h2>{head}</h2><p>{text}</p>"
THREE = [(head, 2 * at, 2) for at, head in enumerate(HEADS)]


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        ("Boats leave, ferry stopped, sandbags asked for", stories(H2)),
        ("In brief: the news of Tuesday", stories(H2)),
        ("Kurz notiert: Dienstag am Hafen", stories("<h3>{head}</h3><p>{text}</p>")),
        ("Meldungen vom Dienstag", stories("<section><h2>{head}</h2><p>{text}</p></section>")),
        ("Les brèves de mardi", stories(H2)),
        ("News in brief", stories("<p><strong>{head}</strong></p><p>{text}</p>")),
        ("Tuesday in the harbor", "<hr>".join(H2.format(head=h, text=t) for h, t in zip(HEADS, TEXTS, strict=True))),
    ],
)
def test_short_stories_are_parts(headline: str, body: str, capture_of: Any) -> None:
    assert parts(headline, body, capture_of) == THREE


def test_an_introduction_belongs_to_none_of_them(capture_of: Any) -> None:
    found = parts("In brief: the news of Tuesday", INTRO + stories(H2), capture_of)
    assert [headline for headline, *_ in found] == list(HEADS)
    assert found[-1][1] + found[-1][2] - found[0][1] == 6


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        ("The long way down the river", INTRO + stories(H2)),
        ("Boats and ferry stay in the harbor, mayor says", INTRO + stories(H2)),
        ("In brief: the news of Tuesday", "".join(f"<p>{text}</p>" for text in TEXTS)),
        ("In brief: the news of Tuesday", f"{INTRO}<h2>{HEADS[0]}</h2><p>{TEXTS[0]}</p><p>{TEXTS[1]}</p>"),
    ],
)
def test_a_story_with_crossheads_is_one(headline: str, body: str, capture_of: Any) -> None:
    assert parts(headline, body, capture_of) == []
