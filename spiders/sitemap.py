"""Sitemaps, their indexes, news sitemaps. They are read by `newskeep.sitemaps`."""

from __future__ import annotations

from spiders.base import AskingSpider


class SitemapSpider(AskingSpider):
    """Ask for sitemaps; an index's children come back as further asks."""

    name = "sitemap"
    accept = "application/xml,text/xml;q=0.9,application/gzip;q=0.8,text/plain;q=0.7,*/*;q=0.5"
