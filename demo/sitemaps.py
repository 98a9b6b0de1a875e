"""Sitemaps and robots.txt: an index, two plain sitemaps with picture addresses mixed in, one of the last two days."""

from __future__ import annotations

from datetime import timedelta
from html import escape

from demo.plans import SITE_NAME
from demo.press import Press, iso
from demo.stories import Story

_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
_NEWS_DAYS = 2
SITEMAPS = (1, 2)
"""The plain sitemaps' numbers; 1 has the newest stories."""


def robots_txt(press: Press) -> str:
    """Print robots.txt."""
    return (
        "User-agent: *\nDisallow: /core/\nDisallow: /r/\nDisallow: /mnt/\nDisallow: /members/\n\n"
        f"Sitemap: {press.origin}/sitemap.xml\nSitemap: {press.origin}/feeds/sitemaps/news_1.xml\n"
    )


def sitemap_index(press: Press) -> str:
    """Print the index of the plain sitemaps."""
    closed = iso(press.edition.closed_at)
    children = "".join(
        f"<sitemap><loc>{press.origin}/feeds/sitemaps/sitemap_{number}.xml</loc><lastmod>{closed}</lastmod></sitemap>\n"
        for number in SITEMAPS
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {_SITEMAP}>\n{children}</sitemapindex>\n'


def plain_sitemap(press: Press, number: int) -> str:
    """Print one of the plain sitemaps: the newer or the older half of all stories."""
    half = (len(press.edition.stories) + 1) // 2
    stories = press.edition.stories[:half] if number == 1 else press.edition.stories[half:]
    urls = "".join(_url(press, story) for story in stories)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_SITEMAP} {_IMAGE}>\n{urls}</urlset>\n'


def news_sitemap(press: Press) -> str:
    """Print the news sitemap: the stories of the last two days."""
    oldest = press.edition.closed_at - timedelta(days=_NEWS_DAYS)
    urls = "".join(
        f"<url><loc>{press.url(story.path)}</loc><news:news><news:publication><news:name>{SITE_NAME}</news:name>"
        f"<news:language>{story.language}</news:language></news:publication>"
        f"<news:publication_date>{iso(story.published)}</news:publication_date>"
        f"<news:title>{escape(story.headline)}</news:title></news:news></url>\n"
        for story in press.edition.stories
        if story.published >= oldest
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_SITEMAP} {_NEWS}>\n{urls}</urlset>\n'


def _url(press: Press, story: Story) -> str:
    picture = ""
    if story.lead is not None:
        address = escape(press.picture_url(story.lead, 1200))
        picture = f"<image:image><image:loc>{address}</image:loc></image:image>"
    changed = iso(story.modified or story.published)
    return f"<url><loc>{press.url(story.path)}</loc><lastmod>{changed}</lastmod>{picture}</url>\n"
