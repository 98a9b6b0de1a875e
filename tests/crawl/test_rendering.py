"""Pages that a real browser renders, from a real crawl; and that the browser reaches nothing it may not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from middlewares.browsers import missing_for_rendering
from newskeep.model import Listing, ListingKind
from newskeep.sources import format_source
from storage.verify import verify
from tests.crawl.test_kept_pictures import WORDS, feed

pytestmark = pytest.mark.skipif(
    missing_for_rendering() is not None, reason=f"pages cannot be rendered here: {missing_for_rendering()}"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}
SHELL = b"""<html lang='en'><head><title>Bridge opens at last</title><meta property='og:type' content='article'></head>
<body><article id='a'></article><script src='/story.js'></script></body></html>"""
SCRIPT = (
    "fetch('/text.json').then(a => a.json()).then(d => { document.getElementById('a').innerHTML = d.html; });"
    "fetch('http://10.11.12.13/secret').catch(() => 0);"
)


def site_with_a_shell(site: Any) -> None:
    import json

    html = f"<h1>Bridge opens at last</h1><time datetime='2026-11-20T08:00:00Z'>20 November</time>{WORDS}"
    site.pages = {
        "/feed": (200, {"Content-Type": "application/rss+xml"}, feed(site.url, "/2026/bridge")),
        "/2026/bridge": (200, HTML, SHELL),
        "/story.js": (200, {"Content-Type": "text/javascript"}, SCRIPT.encode()),
        "/text.json": (200, {"Content-Type": "application/json"}, json.dumps({"html": html}).encode()),
    }


def follow(home: Any, site: Any, *, render: bool, **manners: Any) -> None:
    source = home.follow(site.url, listings=[Listing(url=f"{site.url}/feed", kind=ListingKind.FEED)])
    path = home.path / "sources" / f"{source.slug}.toml"
    source = replace(source, render=render, manners=replace(source.manners, **manners))
    path.write_text(format_source(source), encoding="utf-8")


def test_a_story_that_scripts_put_in_is_read_where_the_source_asks_for_it(site: Any, home: Any) -> None:
    site_with_a_shell(site)
    follow(home, site, render=False)
    home.poll()
    assert home.rows("SELECT count(*) FROM stories WHERE words > 100") == [(0,)]
    follow(home, site, render=True)
    home.fetch(f"{site.url}/2026/bridge")
    ((headline, words),) = home.rows("SELECT headline, words FROM stories WHERE words > 100")
    assert (headline, words > 150) == ("Bridge opens at last", True)
    ((requests, body_bytes, seconds),) = home.rows("SELECT requests, body_bytes, seconds FROM renderings")
    assert (requests, body_bytes > 1_000, seconds > 0) == (4, True, True)
    assert verify(home.path).is_clean


def test_what_was_rendered_says_so_and_feeds_never_are(site: Any, home: Any) -> None:
    site_with_a_shell(site)
    follow(home, site, render=True)
    home.poll()
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(home.path / "captures.db")) as captures:
        found = dict(captures.execute("SELECT purpose, origin FROM captures"))
    assert found == {"listing": "live", "story": "rendered"}


@pytest.mark.parametrize(
    ("address", "outcome"),
    [("http://10.1.2.3/", "address_refused"), ("http://nowhere.invalid/", "name_not_found")],
)
def test_a_page_that_leads_the_browser_elsewhere_ends_under_its_name(
    site: Any, home: Any, address: str, outcome: str
) -> None:
    site_with_a_shell(site)
    site.pages["/2026/bridge"] = (302, {"Location": address}, b"")
    follow(home, site, render=True)
    home.poll()
    assert home.rows("SELECT outcome FROM requests WHERE purpose = 'story'") == [(outcome,)]


def test_a_page_that_never_ends_is_given_up_and_the_next_one_is_read(site: Any, home: Any) -> None:
    import time

    site_with_a_shell(site)

    def hang(handler: Any) -> None:
        time.sleep(4)

    for number in range(3):
        site.pages[f"/2026/slow-{number}"] = hang
    paths = [f"/2026/slow-{number}" for number in range(3)] + ["/2026/bridge"]
    site.pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed(site.url, *paths))
    home.settings(timeout="1 s")
    follow(home, site, render=True)
    home.poll()
    found = home.rows("SELECT outcome, count(*) FROM requests WHERE purpose = 'story' GROUP BY outcome ORDER BY 1")
    assert found == [("new_story", 1), ("timed_out", 3)]


def test_a_subscribers_cookies_reach_the_browser(site: Any, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site_with_a_shell(site)
    monkeypatch.setenv("MERIDIAN_SESSION", "s3cret")
    follow(home, site, render=True, cookies=(("session", "env:MERIDIAN_SESSION"),), headers=(("X-Desk", "foreign"),))
    home.poll()
    seen = {
        path: (headers.get("Cookie"), headers.get("X-Desk"))
        for path, headers in zip(site.hits, site.seen_headers, strict=True)
    }
    assert seen["/feed"] == ("session=s3cret", "foreign")
    assert seen["/2026/bridge"] == ("session=s3cret", "foreign")
