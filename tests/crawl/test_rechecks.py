"""Archived stories are looked at again in a poll: conditionally, within a budget, and without alarm."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from newskeep.model import Listing, ListingKind, Manners, Source
from newskeep.outcomes import RunStatus, Trigger
from newsroom import Newsroom, RunReport, rechecks_at_once
from storage.archive import Archive
from tests.crawl.history_pages import STORY, page

HTML = {"Content-Type": "text/html; charset=utf-8"}
OLD, NEW = "/2026/11/long-bridge-opens", "/2026/11/bridge-open-at-last"


def follow(site: Any, home: Any, path: str = OLD) -> None:
    """A site with one feed that names one story."""
    site.pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed(site, path))
    site.pages[path] = (200, HTML | {"ETag": '"v1"'}, STORY.replace("https://site.example", site.url).encode())
    home.follow(site.url, slug="herald", listings=[Listing(url=site.url + "/feed", kind=ListingKind.FEED)])


def feed(site: Any, path: str) -> bytes:
    item = f"<item><title>Long bridge</title><link>{site.url}{path}</link><guid isPermaLink='false'>tag:1</guid></item>"
    return f"<rss version='2.0'><channel><title>Herald</title>{item}</channel></rss>".encode()


def make_due(home: Any) -> None:
    with Archive(home.path) as archive:
        for (story_id,) in archive.db.execute("SELECT id FROM stories").fetchall():
            archive.rechecks.hasten(story_id, datetime.now(UTC) - timedelta(hours=1))


def test_a_story_is_asked_for_again_with_its_validators(site: Any, home: Any) -> None:
    follow(site, home)
    home.poll()
    home.poll()
    assert site.hits.count(OLD) == 1  # not before its time
    make_due(home)
    site.pages[OLD] = (304, {}, b"")
    (report,) = home.poll()
    first, second = [headers for path, headers in zip(site.hits, site.seen_headers, strict=True) if path == OLD]
    assert "If-None-Match" not in first
    assert second["If-None-Match"] == '"v1"'
    assert report.status is RunStatus.FINISHED
    assert home.rows("SELECT outcome FROM requests WHERE purpose = 'recheck'") == [("not_modified",)]
    assert home.rows("SELECT checks, changes, next_check_at > last_check_at FROM rechecks") == [(1, 0, 1)]


def test_an_edit_that_no_listing_announced_is_found(site: Any, home: Any) -> None:
    follow(site, home)
    home.poll()
    make_due(home)
    text = STORY.replace("12 million", "17 million").replace("https://site.example", site.url)
    site.pages[OLD] = (200, HTML, text.encode())
    home.poll()
    assert home.rows("SELECT weight, words_added, words_removed FROM revisions WHERE number = 2") == [
        ("substance", 1, 1)
    ]
    assert home.rows("SELECT changes FROM rechecks") == [(1,)]


def test_a_story_that_went_is_a_finding_and_no_failure_of_the_run(site: Any, home: Any) -> None:
    follow(site, home)
    home.poll()
    for expected in ("present", "gone"):
        make_due(home)
        site.pages[OLD] = (404, HTML, b"<p>not here</p>")
        (report,) = home.poll()
        assert report.status is RunStatus.FINISHED
        assert home.rows("SELECT presence FROM stories") == [(expected,)]
    assert home.rows("SELECT presence, last_at IS NULL FROM presence_changes") == [("present", 0), ("gone", 0)]


def test_where_the_old_address_fails_the_other_one_is_asked_at_once(site: Any, home: Any) -> None:
    follow(site, home)
    home.poll()
    moved = page(canonical=NEW).replace("https://site.example", site.url).encode()
    site.pages[NEW] = (200, HTML, moved)
    site.pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed(site, NEW))
    home.poll()
    assert home.rows("SELECT count(*) FROM stories") == [(1,)]
    make_due(home)
    site.pages[OLD] = (404, HTML, b"<p>not here</p>")
    home.poll()
    assert home.rows("SELECT presence, url FROM stories") == [("moved", site.url + NEW)]
    assert home.rows("SELECT presence FROM presence_doubts") == []


def test_the_budget_is_the_configurations_and_the_hosts(home: Any) -> None:
    source = Source(slug="a", name="A", homepage="https://a.example/", listings=(), interval_seconds=900)
    assert rechecks_at_once(home.config, source) == 30
    slow = Source(
        slug="a", name="A", homepage="https://a.example/", listings=(), interval_seconds=900,
        manners=Manners(delay_seconds=60),
    )  # fmt: skip
    assert rechecks_at_once(home.config, slow) == 5


def test_stories_are_looked_at_though_no_listing_is_due(site: Any, home: Any) -> None:
    follow(site, home)
    home.poll()
    make_due(home)
    site.pages[OLD] = (404, {}, b"gone")

    async def poll_what_is_due() -> RunReport | None:
        async with Newsroom(home.config) as newsroom:
            return await newsroom.poll(home.config.sources()[0], trigger=Trigger.SCHEDULED)

    report = asyncio.run(poll_what_is_due())
    assert site.hits.count("/feed") == 1
    assert report is not None
    # That a story is not there any more is what the look was for.
    assert report.status is RunStatus.FINISHED
    assert home.rows("SELECT purpose, outcome FROM requests WHERE run_id = ?", report.run_id) == [
        ("recheck", "not_found")
    ]
    assert asyncio.run(poll_what_is_due()) is None
