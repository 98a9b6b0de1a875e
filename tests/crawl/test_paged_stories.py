"""Stories over several pages: asked for, joined, compared, and mended when a page was missing."""

from __future__ import annotations

import json

import pytest

from newskeep.model import Listing, ListingKind
from newskeep.outcomes import Outcome
from storage.verify import verify

HTML = {"Content-Type": "text/html; charset=utf-8"}
PATH = "/news/the-long-way-down-the-river"
TELLERS = (("mayor", "baker", "judge"), ("pilot", "sailor", "farmer"), ("teacher", "doctor", "singer"))


def text(page: int, told: str = "sold") -> list[str]:
    return [
        f"The {who} told a full hall in Orlen on Tuesday that the old ferry would be {told} before the winter comes."
        for who in TELLERS[page - 1]
    ]


def address(page: int) -> str:
    return PATH if page == 1 else f"{PATH}?page={page}"


def body(page: int, count: int = 3, **said: str) -> bytes:
    links = "".join(
        f"<a href='{address(one)}'>{one}</a> " if one != page else f"<b>{one}</b> " for one in range(1, count + 1)
    )
    following = f"<link rel='next' href='{address(page + 1)}'>" if page < count else ""
    words = "".join(f"<p>{one}</p>" for one in text(page, **said))
    return (
        f"<html><head><title>The long way down the river</title>{following}</head><body><article>"
        f"<h1>The long way down the river</h1>{words}</article><div class='pager'>Page {page} of {count} {links}</div>"
        "</body></html>"
    ).encode()


@pytest.fixture
def story(home, site):
    home.follow(site.url, slug="lamp")
    site.pages = {address(page): (200, HTML, body(page)) for page in (1, 2, 3)}
    return site.url + PATH


def shown(home):
    ((found, is_truncated, revisions),) = home.rows("SELECT text, is_truncated, revision_count FROM stories")
    return found.split("\n\n"), bool(is_truncated), revisions


WHOLE = [*text(1), *text(2), *text(3)]


def test_the_pages_become_one_story_with_one_revision(home, site, story):
    report = home.fetch(story)
    assert report.tally.outcomes == {Outcome.NEW_STORY: 1, Outcome.JOINED: 2}
    assert shown(home) == (WHOLE, False, 1)
    assert [hit for hit in site.hits if hit not in ("/robots.txt", "/.well-known/tdmrep.json")] == [
        address(1),
        address(2),
        address(3),
    ]


def test_the_capture_of_every_page_is_cited(home, site, story):
    home.fetch(story)
    cited = {capture for (capture,) in home.rows("SELECT capture_id FROM revision_pages ORDER BY page")}
    (first,) = home.rows("SELECT capture_id FROM revisions")[0]
    assert len(cited | {first}) == 3
    assert verify(home.path).findings == []


def test_every_page_has_its_line_in_the_ledger(home, site, story):
    home.fetch(story)
    assert home.rows("SELECT purpose, outcome FROM requests ORDER BY id") == [
        ("story", "new_story"),
        ("story_page", "joined"),
        ("story_page", "joined"),
    ]


def test_the_same_pages_again_make_no_revision(home, site, story):
    home.fetch(story)
    assert home.fetch(story).tally.outcomes == {Outcome.UNCHANGED: 1, Outcome.JOINED: 2}
    assert shown(home) == (WHOLE, False, 1)


def test_an_edit_on_the_second_page_is_a_revision_of_the_story(home, site, story):
    home.fetch(story)
    site.pages[address(2)] = (200, HTML, body(2, told="bought"))
    assert home.fetch(story).tally.outcomes[Outcome.REVISED] == 1
    assert shown(home) == ([*text(1), *text(2, "bought"), *text(3)], False, 2)
    assert home.rows("SELECT revision, count(*) FROM revision_pages GROUP BY revision") == [(1, 2), (2, 2)]


def test_a_page_that_fails_leaves_the_beginning_and_is_mended_later(home, site, story):
    site.pages[address(3)] = (503, HTML, b"")
    report = home.fetch(story)
    assert report.tally.outcomes == {Outcome.NEW_STORY: 1, Outcome.JOINED: 1, Outcome.UNAVAILABLE: 1}
    assert shown(home) == ([*text(1), *text(2)], True, 1)
    site.pages[address(3)] = (200, HTML, body(3))
    assert home.fetch(story).tally.outcomes == {Outcome.UNCHANGED: 1, Outcome.JOINED: 2}
    assert shown(home) == (WHOLE, False, 1)
    assert len(home.rows("SELECT 1 FROM revision_pages")) == 2


def test_a_listing_asks_again_for_a_story_whose_page_failed(home, site, story):
    item = f"<item><title>The long way down the river</title><link>{story}</link></item>"
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Lamp</title>{item}</channel></rss>"
    site.pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed.encode())
    site.pages[address(3)] = (503, HTML, b"")
    home.follow(site.url, slug="lamp", listings=[Listing(url=f"{site.url}/feed", kind=ListingKind.FEED)])
    home.poll()
    ((outcome, next_try_at, story_id),) = home.rows("SELECT last_outcome, next_try_at, story_id FROM entries")
    assert outcome == "unavailable"
    assert next_try_at is not None
    assert story_id is not None


def test_a_page_that_fails_on_a_later_look_takes_nothing_away(home, site, story):
    home.fetch(story)
    site.pages[address(2)] = (503, HTML, b"")
    assert home.fetch(story).tally.outcomes == {Outcome.UNCHANGED: 1, Outcome.UNAVAILABLE: 1}
    assert shown(home) == (WHOLE, False, 1)


def test_a_server_that_answers_every_number_with_the_first_page_is_seen_through(home, site, story):
    site.pages[address(2)] = (200, HTML, body(1))
    home.fetch(story)
    assert shown(home) == (text(1), False, 1)


def test_another_story_behind_the_link_is_not_joined(home, site, story):
    other = (
        body(2).replace(b"The long way down the river", b"Something else altogether").split(b"<div class='pager'>")[0]
    )
    site.pages[address(2)] = (200, HTML, other)
    report = home.fetch(story)
    assert report.tally.outcomes == {Outcome.NEW_STORY: 1, Outcome.DIFFERENT_STORY: 1}
    assert shown(home) == (text(1), True, 1)


def test_a_wall_before_the_second_page_leaves_the_beginning(home, site, story):
    site.pages[address(2)] = (200, HTML, b"<html><body><div class='g-recaptcha'></div><p>One moment.</p></body></html>")
    home.fetch(story)
    assert shown(home) == (text(1), True, 1)


def test_a_later_page_asked_for_by_itself_is_no_story(home, site, story):
    report = home.fetch(site.url + address(2))
    assert report.tally.outcomes == {Outcome.NOT_A_STORY: 1}
    ((detail,),) = home.rows("SELECT detail FROM requests")
    assert detail == f"page 2 of a story that begins at {story}"


def test_a_story_of_more_pages_than_are_taken_is_kept_as_its_beginning(home, site, story, monkeypatch):
    monkeypatch.setattr("pipelines.pages.MOST_PAGES", 2)
    home.fetch(story)
    assert shown(home) == ([*text(1), *text(2)], True, 1)


def test_the_known_pages_are_read_again_with_a_grown_memory(home, site, story):
    home.fetch(story)
    for name in ("bridge", "school", "harbour"):
        words = "".join(f"<p>{one.replace('ferry', name)}</p>" for one in text(1))
        page = f"<html><body><article><h1>The {name} of Orlen is in the news</h1>{words}</article></body></html>"
        site.pages[f"/news/the-{name}-of-orlen-is-in-the-news"] = (200, HTML, page.encode())
    home.fetch(*(site.url + path for path in list(site.pages)[3:]))
    assert home.fetch(story).tally.outcomes == {Outcome.UNCHANGED: 1, Outcome.JOINED: 2}
    rows = home.rows("SELECT memory_version, draft FROM revisions WHERE id = (SELECT min(id) FROM revisions)")
    assert [(version, len(json.loads(draft)["blocks"])) for version, draft in rows] == [(1, 9)]
