"""Feeds: RSS as RebelMouse makes it (whole bodies, 30 items a page), the same as Atom and as JSON Feed.

Their order is that of first publication, and nothing in them changes within a state, so that a server may say 304.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape

from demo.blocks import body_for_feed
from demo.edition import section_paths
from demo.plans import SITE_NAME
from demo.press import Press, http_date, iso
from demo.stories import SECTIONS, Story

ITEMS_A_PAGE = 30
_TTL_MINUTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as asked for: its path without ending, its stories, and which page of them."""

    path: str
    title: str
    stories: tuple[Story, ...]


def find_feed(press: Press, path: str, *, page: int) -> Feed | None:
    """The feed at a path such as `/feeds/news/analysis` (no ending), `feed` being all; None where there is none."""
    name = path.removeprefix("/feeds/")
    if name == "feed":
        title, stories = SITE_NAME, press.edition.stories
    elif name in section_paths():
        title = f"{SECTIONS.get(name, name.rpartition('/')[2].capitalize())} - {SITE_NAME}"
        stories = press.edition.in_section(name)
    else:
        return None
    first = (page - 1) * ITEMS_A_PAGE
    return Feed(path=path, title=title, stories=stories[first : first + ITEMS_A_PAGE])


def rss(press: Press, feed: Feed) -> str:
    """Print a feed as RSS 2.0."""
    items = "".join(_rss_item(press, story) for story in feed.stories)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><channel>\n'
        f"<title>{escape(feed.title)}</title><link>{press.origin}/</link>"
        "<description>Politics without a passport</description><language>en-us</language>"
        f"<ttl>{_TTL_MINUTES}</ttl><lastBuildDate>{http_date(press.edition.closed_at)}</lastBuildDate>"
        f'<atom:link href="{press.url(feed.path)}.rss" rel="self" type="application/rss+xml"/>\n'
        f"{items}</channel></rss>\n"
    )


def atom(press: Press, feed: Feed) -> str:
    """Print a feed as Atom 1.0."""
    entries = "".join(_atom_entry(press, story) for story in feed.stories)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(feed.title)}</title><id>{press.origin}/</id><updated>{iso(press.edition.closed_at)}</updated>"
        f'<link rel="self" href="{press.url(feed.path)}.atom"/><link rel="alternate" href="{press.origin}/"/>\n'
        f"{entries}</feed>\n"
    )


def json_feed(press: Press, feed: Feed) -> str:
    """Print a feed as JSON Feed 1.1."""
    items = [
        {
            "id": str(story.post_id),
            "url": press.url(story.path),
            "title": story.headline,
            "summary": story.standfirst or story.opening,
            "content_html": body_for_feed(press, story),
            "date_published": iso(story.published),
            "date_modified": iso(story.modified or story.published),
            "authors": [{"name": name} for name in story.authors],
            "tags": list(story.tags),
            "language": story.language,
        }
        for story in feed.stories
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"{press.origin}/",
        "feed_url": f"{press.url(feed.path)}.json",
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _rss_item(press: Press, story: Story) -> str:
    creators = "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in story.authors)
    tags = "".join(f"<category>{escape(tag)}</category>" for tag in story.tags)
    picture = ""
    if story.lead is not None:
        picture = f'<media:content url="{escape(press.picture_url(story.lead, 980))}" medium="image"/>'
    return (
        f"<item><title>{escape(story.headline)}</title><link>{press.url(story.path)}</link>"
        f'<guid isPermaLink="false">{story.post_id}</guid><pubDate>{http_date(story.published)}</pubDate>'
        f"{creators}{tags}{picture}<description><![CDATA[{body_for_feed(press, story)}]]></description></item>\n"
    )


def _atom_entry(press: Press, story: Story) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in story.authors)
    return (
        f"<entry><title>{escape(story.headline)}</title><id>tag:meridian.example,2026:{story.post_id}</id>"
        f'<link rel="alternate" href="{press.url(story.path)}"/><published>{iso(story.published)}</published>'
        f"<updated>{iso(story.modified or story.published)}</updated>{authors}"
        f"<summary>{escape(story.standfirst or story.opening)}</summary>"
        f'<content type="html">{escape(body_for_feed(press, story))}</content></entry>\n'
    )
