"""A site that is learned between two fetches: its furniture goes from the stories, and no revision comes of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from newskeep.outcomes import Outcome
from storage.verify import verify

NOTICE = "Our rooms in Quay Street are open on weekdays, and the coffee there is free for all."
NAMES = ("bridge", "ferry", "school")


def page(name: str, *, told: str = "sold") -> bytes:
    text = "".join(
        f"<p>The {who} told a full hall in Orlen on Tuesday that the {name} would be {told} before the winter comes.</p>"
        for who in ("mayor", "baker", "judge", "pilot")
    )
    headline = f"The {name} of Orlen is on everybody's lips again"
    return f"<html><body><article><h1>{headline}</h1>{text}<p>{NOTICE}</p></article></body></html>".encode()


@pytest.fixture
def urls(home, site):
    home.follow(site.url, slug="lamp")
    site.pages = {
        f"/news/{name}-is-on-everybodys-lips-again": (200, {"Content-Type": "text/html"}, page(name)) for name in NAMES
    }
    found = [site.url + path for path in site.pages]
    assert home.fetch(*found).tally.outcomes == {Outcome.NEW_STORY: 3}
    return found


def readings(home):
    return home.rows(
        "SELECT memory_version, revision_count, text LIKE ? FROM stories JOIN revisions ON story_id = stories.id",
        f"%{NOTICE}%",
    )


def test_a_grown_memory_mends_the_stories_and_makes_no_revision(home, site, urls):
    assert readings(home) == [(0, 1, 1)] * 3
    assert home.fetch(*urls).tally.outcomes == {Outcome.UNCHANGED: 3}
    assert readings(home) == [(1, 1, 0)] * 3
    assert home.fetch(*urls).tally.outcomes == {Outcome.UNCHANGED: 3}
    assert verify(home.path).findings == []


def test_an_edit_is_still_seen_and_names_only_what_was_edited(home, site, urls):
    path = next(iter(site.pages))
    site.pages[path] = (200, {"Content-Type": "text/html"}, page("bridge", told="bought"))
    assert home.fetch(*urls).tally.outcomes == {Outcome.UNCHANGED: 2, Outcome.REVISED: 1}
    assert home.rows("SELECT changed_fields FROM revisions WHERE number = 2") == [('["text"]',)]
    assert home.rows("SELECT memory_version FROM revisions WHERE number = 2") == [(1,)]


def test_where_the_known_capture_is_lost_both_sides_are_read_with_the_old_memory(home, site, urls):
    with closing(sqlite3.connect(home.path / "captures.db")) as captures, captures:
        captures.execute("PRAGMA foreign_keys = OFF")
        captures.execute("DELETE FROM captures")
    assert home.fetch(*urls).tally.outcomes == {Outcome.UNCHANGED: 3}
    assert readings(home) == [(0, 1, 1)] * 3
