"""Nothing is kept of a page whose publisher asks for that, through real crawls."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from newskeep.model import Listing, ListingKind
from newskeep.outcomes import Outcome
from storage.verify import verify
from tests.faults.pages import feed, story_page

HTML = {"Content-Type": "text/html"}
NOARCHIVE = story_page("secret").replace(b"<head>", b'<head><meta name="robots" content="noarchive">')
WORD = b"Port Sarrow"


def bodies(home) -> list[bytes]:
    """All bytes that are kept, unpacked."""
    from storage.archive import Archive

    with Archive(home.path, read_only=True) as archive:
        ids = [row[0] for row in archive.connections()[1].execute("SELECT id FROM captures")]
        return [archive.captures.get(capture_id).body for capture_id in ids]


def set_manners(home, text: str) -> None:
    """Write manners into the home's configuration, for sources that are not followed."""
    path = home.path / "newskeep.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[fetch]", f"[fetch]\n{text}"), encoding="utf-8")


CASES = {
    "meta": ((200, HTML, NOARCHIVE), Outcome.NOARCHIVE, "meta robots: noarchive"),
    "header": (
        (200, HTML | {"X-Robots-Tag": "newskeep: noarchive"}, story_page("a")),
        Outcome.NOARCHIVE,
        "X-Robots-Tag: newskeep: noarchive",
    ),
    "tdm": (
        (200, HTML | {"tdm-reservation": "1"}, story_page("a")),
        Outcome.TDM_RESERVED,
        "tdm-reservation: 1",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_of_such_a_page_is_kept_but_the_fact(home, site, case):
    page, outcome, evidence = CASES[case]
    site.pages["/a"] = page
    home.fetch(f"{site.url}/a")
    assert home.rows("SELECT outcome, detail, status, capture_id, story_id FROM requests") == [
        (str(outcome), evidence, 200, None, None)
    ]
    assert home.rows("SELECT (SELECT count(*) FROM stories), (SELECT status FROM runs)") == [(0, "finished")]
    assert bodies(home) == []
    assert WORD not in b"".join(path.read_bytes() for path in home.path.rglob("*") if path.is_file())


@pytest.mark.parametrize("case", CASES)
def test_an_owner_who_may_can_have_it_kept(home, site, case):
    site.pages["/a"] = CASES[case][0]
    set_manners(home, "obey_noarchive = false\nobey_tdm_reservation = false")
    home.fetch(f"{site.url}/a")
    assert home.rows("SELECT outcome FROM requests") == [("new_story",)]
    assert len(bodies(home)) == 1


def test_a_source_may_have_manners_of_its_own(home, site):
    site.pages |= {
        "/feed": (200, {"Content-Type": "application/rss+xml"}, feed(site.url)),
        "/story/1": CASES["meta"][0],
    }
    source = home.follow(site.url, listings=[Listing(url=f"{site.url}/feed", kind=ListingKind.FEED)])
    path = home.path / "sources" / f"{source.slug}.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[[listings]]", "[manners]\nobey_noarchive = false\n[[listings]]"), encoding="utf-8")
    home.poll()
    assert home.rows("SELECT outcome FROM requests WHERE url LIKE '%/story/1'") == [("new_story",)]


def test_a_story_known_before_keeps_what_it_had(home, site):
    site.pages["/a"] = (200, HTML, story_page("a"))
    home.fetch(f"{site.url}/a")
    before = home.rows("SELECT headline, text, revision_count FROM stories")
    site.pages["/a"] = (200, HTML, NOARCHIVE.replace(b"secret", b"changed"))
    home.fetch(f"{site.url}/a")
    assert home.rows("SELECT outcome FROM requests ORDER BY id") == [("new_story",), ("noarchive",)]
    assert home.rows("SELECT headline, text, revision_count FROM stories") == before
    assert len(bodies(home)) == 1
    assert verify(home.path).findings == []


def test_a_listing_is_read_for_its_addresses_and_not_kept(home, site):
    rss = {"Content-Type": "application/rss+xml", "X-Robots-Tag": "noarchive"}
    site.pages |= {"/feed": (200, rss, feed(site.url)), "/story/1": (200, HTML, story_page("1"))}
    home.follow(site.url, listings=[Listing(url=f"{site.url}/feed", kind=ListingKind.FEED)])
    home.poll()
    assert home.rows("SELECT last_outcome FROM listings") == [("listed",)]
    assert home.rows("SELECT outcome FROM requests WHERE url LIKE '%/story/1'") == [("new_story",)]
    assert not [body for body in bodies(home) if b"<rss" in body]


def test_an_error_page_keeps_its_name_and_not_its_bytes(home, site):
    site.pages["/a"] = (404, HTML | {"X-Robots-Tag": "noarchive"}, b"<h1>Nothing here</h1>")
    home.fetch(f"{site.url}/a")
    assert home.rows("SELECT outcome, capture_id FROM requests") == [("not_found", None)]
    with closing(sqlite3.connect(home.path / "captures.db")) as captures:
        assert captures.execute("SELECT count(*) FROM captures").fetchone() == (0,)


TDM = "/.well-known/tdmrep.json"
RULES = b'[{"location": "/paid/", "tdm-reservation": 1}, {"location": "/paid/open*", "tdm-reservation": 0}]'


def test_where_a_site_reserves_mining_no_story_is_asked_for(home, site):
    story = (200, HTML, story_page("a"))
    site.pages |= {TDM: (200, {"Content-Type": "application/json"}, RULES)}
    site.pages |= dict.fromkeys(("/paid/a", "/paid/open-letter", "/free"), story)
    urls = [f"{site.url}{path}" for path in ("/paid/a", "/paid/open-letter", "/free")]
    home.fetch(*urls)
    home.fetch(urls[0])
    rows = home.rows("SELECT url, outcome, detail FROM requests WHERE outcome = 'tdm_reserved'")
    assert rows == [(urls[0], "tdm_reserved", "tdmrep.json reserves mining")] * 2
    assert "/paid/a" not in site.hits
    assert {"/paid/open-letter", "/free"} <= set(site.hits)
    assert site.hits.count(TDM) == 1


@pytest.mark.parametrize("answer", [(404, {}, b""), (500, {}, b""), (200, HTML, b"<html>"), (200, {}, b"[" * 9000)])
def test_a_file_that_says_nothing_reserves_nothing(home, site, answer):
    site.pages |= {TDM: answer, "/a": (200, HTML, story_page("a"))}
    home.fetch(f"{site.url}/a")
    assert home.rows("SELECT outcome FROM requests") == [("new_story",)]


def test_an_owner_who_may_does_not_ask_for_the_file(home, site):
    site.pages |= {TDM: (200, {}, RULES), "/paid/a": (200, HTML, story_page("a"))}
    set_manners(home, "obey_tdm_reservation = false")
    home.fetch(f"{site.url}/paid/a")
    assert home.rows("SELECT outcome FROM requests") == [("new_story",)]
    assert TDM not in site.hits
