"""Home and section fronts: which links are stories, in which slot."""

from __future__ import annotations

import pytest

from newskeep.errors import ListingFormatError, UndecodableError
from newskeep.fronts import MAX_ENTRIES, parse_front
from newskeep.model import Capture, Listing, ListingKind, ListingPage, Source
from tests.newskeep.captures import answer

SITE = "https://www.harborledger.example"


def source(story_urls: tuple[str, ...] = (), not_story_urls: tuple[str, ...] = ()) -> Source:
    listing = Listing(url=f"{SITE}/", kind=ListingKind.HOME_FRONT)
    return Source(
        slug="ledger",
        name="Harbor Ledger",
        homepage=f"{SITE}/",
        listings=(listing,),
        story_urls=story_urls,
        not_story_urls=not_story_urls,
    )


def story(name: str, at: int, section: str = "ports") -> str:
    path = f"/{section}/{name}-after-sixty-years-267028{at:04}"
    return (
        f"<article class='card'><a href='{path}'><img src='/m/{at}.jpg' width='600' alt=''></a>"
        f"<h3><a href='{path}?utm_source=home'>The {name} after sixty years</a></h3>"
        f"<p>Nobody on the quay had thought that the {name} would come to this so soon.</p></article>"
    )


NAMES = ("ferry", "crane", "pilot", "dredger", "lighthouse", "customs-house")
NAV = (
    "<header><nav><a href='/ports'>Ports and shipping</a><a href='/city'>City news and views</a>"
    "<a href='/author/ines-marrow'>Ines Marrow, our editor</a><a href='/tag/lunt-tunnel-project'>The Lunt tunnel project</a></nav></header>"
)
FOOTER = "<footer><a href='/privacy-policy'>Privacy policy and cookies</a><a href='/jobs/all-open-jobs-here'>Work with us here</a></footer>"


def front(cards: str) -> str:
    return (
        f"<html lang='en'><head><title>Harbor Ledger</title></head><body>{NAV}<main><h2>Top stories</h2>{cards}</main>"
        f"{FOOTER}</body></html>"
    )


PAGE = front("".join(story(name, at) for at, name in enumerate(NAMES)))


def read(html: str | bytes, of: Source, url: str = f"{SITE}/") -> ListingPage:
    capture: Capture = answer(html, url, content_type="text/html; charset=utf-8")
    return parse_front(capture, kind=ListingKind.HOME_FRONT, source=of)


@pytest.mark.parametrize("of", [source(), source(story_urls=(r"-\d{10}$",))], ids=["judged", "by the owner's rule"])
def test_the_stories_of_a_front_are_entries_in_the_order_of_their_slots(of: Source) -> None:
    page = read(PAGE, of)
    assert [entry.headline for entry in page.entries] == [f"The {name} after sixty years" for name in NAMES]
    assert [entry.position for entry in page.entries] == list(range(1, len(NAMES) + 1))
    assert [teaser.slot for teaser in page.teasers] == list(range(1, len(NAMES) + 1))


def test_an_entry_carries_what_the_card_says() -> None:
    entry = read(PAGE, source()).entries[0]
    assert entry.url == f"{SITE}/ports/ferry-after-sixty-years-2670280000"
    assert entry.standfirst == "Nobody on the quay had thought that the ferry would come to this so soon."
    assert entry.picture_url == f"{SITE}/m/0.jpg"


def test_title_language_and_kind_are_the_pages() -> None:
    page = read(PAGE, source())
    assert (page.title, page.language, page.kind) == ("Harbor Ledger", "en", ListingKind.HOME_FRONT)


def test_sections_tags_writers_and_services_are_no_entries() -> None:
    urls = " ".join(entry.url for entry in read(PAGE, source()).entries)
    assert all(part not in urls for part in ("/tag/", "/author/", "/jobs/", "/privacy", "/city "))


def test_the_owner_may_rule_stories_out() -> None:
    page = read(PAGE, source(not_story_urls=("/ports/(?:ferry|crane)-",)))
    assert [entry.headline for entry in page.entries] == [f"The {name} after sixty years" for name in NAMES[2:]]


def test_another_sites_stories_are_teasers_but_no_entries() -> None:
    foreign = (
        "<article class='card'><h3><a href='https://www.tidegazette.example/ports/the-tide-after-sixty-years-2670289999'>"
        "The tide after sixty years</a></h3></article>"
    )
    cards = "".join(story(name, at) for at, name in enumerate(NAMES)) + foreign
    assert len(read(front(cards), source()).entries) == len(NAMES)


def test_a_front_without_a_story_is_refused_with_advice() -> None:
    with pytest.raises(ListingFormatError, match="story_urls"):
        read(front(""), source())
    with pytest.raises(ListingFormatError, match="no link of this page"):
        read(PAGE, source(story_urls=("^/never/",)))


def test_an_empty_page_is_refused_as_a_front() -> None:
    with pytest.raises(ListingFormatError, match="cannot be read"):
        read("", source())


def test_bytes_that_are_no_text_are_undecodable() -> None:
    with pytest.raises(UndecodableError):
        read(b"%PDF-1.7 \x00\x01\x02" * 40, source())


def test_what_comes_behind_a_full_front_is_left_out() -> None:
    cards = "".join(story(f"boat-{at}", at) for at in range(MAX_ENTRIES + 20))
    assert len(read(front(cards), source(story_urls=(r"-\d{10}$",))).entries) <= MAX_ENTRIES
