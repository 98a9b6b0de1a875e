"""Pictures of stories, kept from a real crawl."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newskeep.model import Listing, ListingKind, PictureRule
from newskeep.sources import format_source
from storage.archive import Archive
from storage.prune import PruneRule, plan, prune
from storage.verify import verify
from tests.newskeep.test_picture_files import GIF, JPEG, PNG
from tests.storage.builders import NOW

HTML = {"Content-Type": "text/html; charset=utf-8"}
WORDS = "".join(
    f"<p>Paragraph {number} on the new bridge over the strait, which the harbour office opened after ten years of work"
    " and three changes of plan, as its head told reporters on Monday.</p>"
    for number in range(6)
)
FUTURE = NOW.replace(year=2100)


def story(*pictures: str, headline: str = "Bridge opens at last") -> bytes:
    figures = "".join(
        f"<figure><img src='{url}' width='900' height='600' alt='The bridge'><figcaption>The bridge on its first day"
        "</figcaption></figure>"
        for url in pictures
    )
    return (
        f"<html lang='en'><head><title>{headline}</title><meta property='og:type' content='article'></head><body>"
        f"<article><h1>{headline}</h1><time datetime='2026-11-20T08:00:00Z'>20 November</time>{figures}{WORDS}</article>"
        "</body></html>"
    ).encode()


def feed(base: str, *paths: str) -> bytes:
    items = "".join(f"<item><title>{path}</title><link>{base}{path}</link></item>" for path in paths)
    return f"<rss version='2.0'><channel><title>Post</title><link>{base}/</link>{items}</channel></rss>".encode()


def follow(home: Any, site: Any, rule: PictureRule) -> None:
    source = home.follow(site.url, listings=[Listing(url=f"{site.url}/feed", kind=ListingKind.FEED)])
    path = home.path / "sources" / f"{source.slug}.toml"
    path.write_text(format_source(replace(source, pictures=rule)), encoding="utf-8")


def serve(site: Any, **pictures: bytes) -> None:
    """Two stories; the first has a lead picture and one more, the second shares the lead."""
    site.pages = {
        "/feed": (200, {"Content-Type": "application/rss+xml"}, feed(site.url, "/2026/bridge", "/2026/ferry")),
        "/2026/bridge": (200, HTML, story("/media/lead.png", "/media/second.jpg")),
        "/2026/ferry": (200, HTML, story("/media/lead.png", headline="Ferries stop on Friday")),
    } | {
        f"/media/{name.replace('_', '.')}": (200, {"Content-Type": "image/png"}, body)
        for name, body in pictures.items()
    }


KEEP = PictureRule(keep=True)


def test_pictures_are_kept_once_with_their_outcome_and_what_they_are(site: Any, home: Any) -> None:
    serve(site, lead_png=PNG, second_jpg=JPEG)
    follow(home, site, KEEP)
    home.poll()
    assert sorted(path for path in site.hits if path.startswith("/media")) == ["/media/lead.png", "/media/second.jpg"]
    kept = home.rows("SELECT url, media_type, width, height, size_bytes, tries FROM kept_pictures ORDER BY url")
    assert kept == [
        (f"{site.url}/media/lead.png", "image/png", 3, 2, len(PNG), 1),
        (f"{site.url}/media/second.jpg", "image/jpeg", 11, 9, len(JPEG), 1),
    ]
    assert home.rows("SELECT outcome, count(*) FROM requests WHERE purpose = 'picture' GROUP BY 1") == [
        ("picture_kept", 2)
    ]
    with Archive(home.path, read_only=True) as archive:
        picture = archive.kept_pictures.find(f"{site.url}/media/lead.png")
        assert picture is not None
        assert archive.kept_pictures.bytes_of(picture) == PNG
        assert archive.kept_pictures.by_digest(picture.digest) == picture
    assert verify(home.path).is_clean
    hits = len(site.hits)
    home.poll()
    assert not [path for path in site.hits[hits:] if path.startswith("/media")]


def test_nothing_is_asked_for_where_no_one_wants_it(site: Any, home: Any) -> None:
    serve(site, lead_png=PNG, second_jpg=JPEG)
    follow(home, site, PictureRule())
    home.poll()
    assert not [path for path in site.hits if path.startswith("/media")]
    assert home.rows("SELECT count(*) FROM kept_pictures") == [(0,)]


@pytest.mark.parametrize(
    ("body", "rule", "outcome"),
    [
        (b"<svg onload='alert(1)'></svg>", KEEP, "unsupported_type"),
        (PNG + b"x" * 5_000, PictureRule(keep=True, max_bytes=2_000), "too_large"),
    ],
    ids=["a program", "too large"],
)
def test_what_is_not_wanted_is_named_and_not_kept(
    site: Any, home: Any, body: bytes, rule: PictureRule, outcome: str
) -> None:
    serve(site, lead_png=body, second_jpg=JPEG)
    follow(home, site, rule)
    home.poll()
    found = home.rows("SELECT last_outcome, payload_digest FROM kept_pictures WHERE url LIKE '%lead.png'")
    assert found == [(outcome, None)]
    assert verify(home.path).is_clean


def test_a_full_quota_asks_for_no_more(site: Any, home: Any) -> None:
    serve(site, lead_png=PNG, second_jpg=JPEG)
    follow(home, site, KEEP)
    home.poll()
    with Archive(home.path) as archive:
        (story_id,) = archive.db.conn.execute("SELECT max(id) FROM stories").fetchone()
        archive.db.conn.execute("UPDATE pictures SET url = ? WHERE story_id = ?", (f"{site.url}/media/x.png", story_id))
        used = archive.kept_pictures.used_bytes("meridian")
        assert used == len(PNG) + len(JPEG)
        store = archive.kept_pictures
        assert store.wanted(story_id, source="meridian", quota_bytes=used) == ()
        assert store.wanted(story_id, source="meridian", quota_bytes=used + 1) == (f"{site.url}/media/x.png",)


def test_one_that_cannot_be_had_is_tried_three_times_and_no_more(site: Any, home: Any) -> None:
    serve(site, lead_png=PNG)
    site.pages["/media/second.jpg"] = (500, {}, b"oops")
    follow(home, site, KEEP)
    for _ in range(5):
        home.fetch(f"{site.url}/2026/bridge")
    assert site.hits.count("/media/second.jpg") == 3
    assert home.rows("SELECT tries, last_outcome FROM kept_pictures WHERE url LIKE '%second.jpg'") == [
        (3, "server_error")
    ]
    site.pages["/media/second.jpg"] = (200, {}, GIF)
    home.fetch(f"{site.url}/2026/bridge")
    assert site.hits.count("/media/second.jpg") == 3


def stories(path: Path) -> dict[str, int]:
    with Archive(path, read_only=True) as archive:
        return dict(archive.db.conn.execute("SELECT headline, id FROM stories"))


def test_pruning_takes_pictures_only_where_it_is_told_to(site: Any, home: Any) -> None:
    serve(site, lead_png=PNG, second_jpg=JPEG)
    follow(home, site, KEEP)
    home.poll()
    with Archive(home.path) as archive:
        assert plan(archive, PruneRule(read=FUTURE, unread=FUTURE)).payloads == 3  # the feed and two stories
        assert prune(archive, PruneRule(pictures=FUTURE)).payloads == 2
        assert archive.kept_pictures.find(f"{site.url}/media/lead.png") is None
        assert archive.kept_pictures.used_bytes("meridian") == 0
        (story_id,) = archive.db.conn.execute("SELECT max(id) FROM stories").fetchone()
        assert archive.kept_pictures.wanted(story_id, source="meridian", quota_bytes=10**9) == ()
    assert verify(home.path).is_clean


def test_a_take_down_takes_the_pictures_no_other_story_has(site: Any, home: Any) -> None:
    serve(site, lead_png=PNG, second_jpg=JPEG)
    follow(home, site, KEEP)
    home.poll()
    site.pages["/2026/bridge"] = (200, HTML, story("/media/lead.png"))  # its second picture is in an old revision only
    home.fetch(f"{site.url}/2026/bridge")
    with Archive(home.path) as archive:
        archive.takedowns.take_down(stories(home.path)["Bridge opens at last"], reason="by order", now=NOW)
        assert archive.kept_pictures.find(f"{site.url}/media/lead.png") is not None
        assert archive.kept_pictures.find(f"{site.url}/media/second.jpg") is None
        erased = "SELECT count(*) FROM payloads WHERE coding = 'taken_down' AND size_bytes = ?"
        assert archive.connections()[1].execute(erased, (len(JPEG),)).fetchone() == (1,)
        archive.takedowns.take_down(stories(home.path)["Ferries stop on Friday"], reason="by order", now=NOW)
        assert archive.db.conn.execute("SELECT count(*) FROM kept_pictures").fetchone() == (0,)
    assert verify(home.path).is_clean
