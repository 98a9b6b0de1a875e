"""Cards behind the story below a heading that says what follows."""

from __future__ import annotations

from newskeep.extract.body import read_body
from newskeep.extract.metadata import read_metadata
from newskeep.extract.tree import parse_html

TEXT = "".join(f"<p>The count in ward {n} went on all night in the old customs house of Kesh.</p>" for n in range(6))


def _card(number: int) -> str:
    return f"<div><h4><a href='/story-{number}'>Gulls take the mint in year {number}</a></h4></div>"


def test_another_heading_of_its_rank_ends_what_a_heading_heads() -> None:
    behind = f"<h3>More for you</h3>{_card(1)}<h3>Jobs at the mint</h3>{_card(2)}<h3>More for you</h3>{_card(3)}"
    html = (
        f"<html><body><article><h1>Harbor vote ends in a tie</h1>{TEXT}</article><aside>{behind}</aside></body></html>"
    )
    page = parse_html(html, url="https://kesh.example/vote")
    found = read_body(page, read_metadata(page)).following
    assert [(one.target_url, one.heading) for one in found] == [
        ("https://kesh.example/story-1", "More for you"),
        ("https://kesh.example/story-3", "More for you"),
    ]
