"""One request to the site, answered: which address is what, in which state. No socket, no clock, no counter of its own.

`answer` returns the plain answer; validators (ETag, Last-Modified, 304) and compression are the server's, `demo.site`.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from demo import feeds, oddities, pictures, sitemaps
from demo.edition import STATES, Edition, open_edition
from demo.fronts import front_page, plan_front
from demo.layouts.amp import amp_page
from demo.layouts.modern import modern_page
from demo.layouts.regular import regular_page
from demo.layouts.scroll import scroll_page
from demo.plans import plan_amp, plan_page
from demo.press import Press
from demo.stories import Layout, Story

HTML = "text/html; charset=utf-8"
_XML = "application/xml; charset=utf-8"
_STATIC = {"site.css": "text/css; charset=utf-8", "site.js": "text/javascript; charset=utf-8"}
_PLAIN_PAGES = {
    "/about": ("About", "The Meridian Post is an invented newspaper. Its countries are invented too."),
    "/newsletters": ("Newsletters", "Meridian Daily goes out every weekday at seven."),
    "/privacy-policy": ("Privacy Policy", "This site sets no cookie and keeps no log beyond its own memory."),
    "/search": ("Search", "Type a word into the box above."),
}
_FEED_PATH = re.compile(r"(/feeds/[a-z/-]+)\.(rss|atom|json)")
_SITEMAP_PATH = re.compile(r"/feeds/sitemaps/(news|sitemap)_([12])\.xml(\.gz)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the site says to a request.

    `location` is a redirect's target; `version` names the content's state for an ETag, None where the page has none;
    `slow` marks the page that keeps its reader waiting.
    """

    status: int = 200
    content_type: str = HTML
    body: bytes = b""
    location: str | None = None
    version: str | None = None
    slow: bool = False


def answer(press: Press, target: str) -> Answer:
    """Answer a request for a path with its query."""
    parts = urlsplit(target)
    path, query = unquote(parts.path), parse_qs(parts.query)
    for find in (_find_story, _find_oddity, _find_listing, _find_file):
        found = find(press, path, query)
        if found is not None:
            return found
    return Answer(status=404, body=oddities.not_found_page(press).encode())


def address_book(edition: Edition) -> dict[str, Story]:
    """Every path that shows a story in a state, to that story: its own, its AMP twin's, its second path."""
    book: dict[str, Story] = {}
    for story in edition.stories:
        for path in (story.path, story.amp_path, story.mirror):
            if path:
                book[path] = story
    return book


@cache
def _book(state: int) -> dict[str, Story]:
    return address_book(open_edition(state))


@cache
def _scenes() -> dict[int, str]:
    """Every picture's id to what is painted on it, over all states."""
    stories = [story for state in STATES for story in open_edition(state).stories]
    photos = [photo for story in stories for photo in (story.lead, *(piece.photo for piece in story.pieces))]
    return {photo.media_id: photo.scene for photo in photos if photo is not None}


def _find_story(press: Press, path: str, query: dict[str, list[str]]) -> Answer | None:
    edition = press.edition
    trimmed = path.rstrip("/")
    story = _book(edition.state).get(trimmed)
    if story is not None:
        page = amp_page(press, plan_amp(edition, story)) if trimmed == story.amp_path else _ordinary_page(press, story)
        return Answer(body=page.encode(), version=f"{edition.state}{trimmed}", slow=story.slow)
    for moved in edition.stories:
        if trimmed in moved.old_paths:
            to_amp = trimmed.startswith("/amp/")
            return Answer(status=301, location=press.url(moved.amp_path if to_amp else moved.path))
    if any(trimmed in (gone.path, gone.amp_path) for gone in edition.gone):
        return Answer(status=410, body=oddities.not_found_page(press).encode())
    return None


def _ordinary_page(press: Press, story: Story) -> str:
    forms: dict[Layout, Callable[..., str]] = {
        Layout.REGULAR: regular_page,
        Layout.SCROLL: scroll_page,
        Layout.MODERN: modern_page,
    }
    return forms[story.layout](press, plan_page(press.edition, story))


def _find_listing(press: Press, path: str, query: dict[str, list[str]]) -> Answer | None:
    state = press.edition.state
    feed_match = _FEED_PATH.fullmatch(path)
    if feed_match is not None:
        return _feed(press, feed_match[1], feed_match[2], query)
    sitemap_match = _SITEMAP_PATH.fullmatch(path)
    if sitemap_match is not None:
        return _sitemap(press, sitemap_match)
    if path == "/sitemap.xml":
        return Answer(content_type=_XML, body=sitemaps.sitemap_index(press).encode(), version=f"{state}{path}")
    plan = plan_front(press.edition, path)
    if plan is None:
        return None
    return Answer(body=front_page(press, plan).encode(), version=f"{state}{path}")


def _feed(press: Press, path: str, ending: str, query: dict[str, list[str]]) -> Answer | None:
    page = query.get("page", ["1"])[0]
    feed = feeds.find_feed(press, path, page=int(page) if page.isdecimal() and page != "0" else 1)
    if feed is None:
        return None
    printers = {
        "rss": (feeds.rss, "application/rss+xml; charset=utf-8"),
        "atom": (feeds.atom, "application/atom+xml; charset=utf-8"),
        "json": (feeds.json_feed, "application/feed+json"),
    }
    printer, content_type = printers[ending]
    version = f"{press.edition.state}{path}.{ending}?{page}"
    return Answer(content_type=content_type, body=printer(press, feed).encode(), version=version)


def _sitemap(press: Press, match: re.Match[str]) -> Answer | None:
    kind, number, packed = match[1], int(match[2]), match[3]
    if kind == "news" and number != 1:
        return None
    body = (sitemaps.news_sitemap(press) if kind == "news" else sitemaps.plain_sitemap(press, number)).encode()
    version = f"{press.edition.state}{match[0]}"
    if packed:
        return Answer(content_type="application/gzip", body=gzip.compress(body, mtime=0), version=version)
    return Answer(content_type=_XML, body=body, version=version)


def _find_oddity(press: Press, path: str, query: dict[str, list[str]]) -> Answer | None:
    if path == oddities.CONSENT_WALL:
        return Answer(body=oddities.consent_page(press).encode())
    if path == oddities.EMPTY:
        return Answer()
    if path == oddities.PDF:
        return Answer(content_type="application/pdf", body=oddities.festival_pdf())
    if path == oddities.TO_FRONT:
        return Answer(status=302, location=press.url("/"))
    if path == oddities.MEMBERS:
        words = "This page is for members. robots.txt asks crawlers to stay away."
        return Answer(body=oddities.plain_page(press, title="Members", path=path, words=words).encode())
    status = next((oddity.status for oddity in oddities.ODDITIES if oddity.path == path), None)
    if status is not None:
        return Answer(status=status, body=oddities.not_found_page(press).encode())
    if path.rstrip("/") in _PLAIN_PAGES:
        title, words = _PLAIN_PAGES[path.rstrip("/")]
        return Answer(body=oddities.plain_page(press, title=title, path=path, words=words).encode())
    return None


def _find_file(press: Press, path: str, query: dict[str, list[str]]) -> Answer | None:
    folder, _, name = path.rpartition("/")
    if path == "/robots.txt":
        return Answer(content_type="text/plain; charset=utf-8", body=sitemaps.robots_txt(press).encode())
    if folder == "/static/dist/social-ux" and name in _STATIC:
        body = Path(__file__).with_name("static").joinpath(name).read_bytes()
        return Answer(content_type=_STATIC[name], body=body, version=name)
    if folder == "/media-library":
        return _picture(name, query)
    if folder == "/audio" and name.endswith(".wav"):
        return Answer(content_type="audio/wav", body=pictures.record_silence(), version=name)
    return None


def _picture(name: str, query: dict[str, list[str]]) -> Answer | None:
    media_id, width = (query.get(key, ["0"])[0] for key in ("id", "width"))
    if name == "logo.png":
        return Answer(content_type="image/png", body=pictures.paint_logo(), version=name)
    scene = _scenes().get(int(media_id)) if media_id.isdecimal() else None
    if scene is None or not width.isdecimal():
        return None
    body = pictures.paint(int(media_id), scene, int(width))
    return Answer(content_type="image/png", body=body, version=f"{media_id} {width}")
