"""304 and the feed that says it for ever, over real polls."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler

from newskeep.model import Listing, ListingKind
from tests.faults.pages import feed


def lying(site, tag: str = '"one"') -> None:
    """A feed that has no news for anybody who sends a validator."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("If-None-Match"):
            handler.send_response(304)
            handler.end_headers()
            return
        body = feed(site.url)
        handler.send_response(200)
        handler.send_header("ETag", tag)
        handler.send_header("Content-Type", "application/rss+xml")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    site.pages["/feed"] = answer


def test_a_feed_that_always_answers_304_is_asked_for_the_whole_once_a_day(home, site):
    lying(site)
    home.follow(site.url, listings=[Listing(url=f"{site.url}/feed", kind=ListingKind.FEED)])
    state = "SELECT last_outcome, not_modified, full_at IS NOT NULL FROM listings"
    seen = []
    for _ in range(3):
        home.poll()
        seen += home.rows(state)
    assert seen == [("listed", 0, 1), ("not_modified", 1, 1), ("not_modified", 2, 1)]
    with closing(sqlite3.connect(home.path / "news.db")) as archive, archive:
        archive.execute("UPDATE listings SET full_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-25 hours')")
    home.poll()
    assert home.rows(state) == [("listing_unchanged", 0, 1)]
    asked = [headers for path, headers in zip(site.hits, site.seen_headers, strict=True) if path == "/feed"]
    assert ["If-None-Match" in headers for headers in asked] == [False, True, True, False]
    assert home.rows("SELECT sum(count) FROM run_outcomes WHERE outcome = 'not_modified'") == [(2,)]
