"""Feeds: RSS, Atom, JSON Feed. They are read by `newskeep.feeds`."""

from __future__ import annotations

from newskeep.fetches import Ask
from spiders.base import AskingSpider


class FeedSpider(AskingSpider):
    """Ask for feeds, past any cache on the way."""

    name = "feed"
    accept = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"

    @classmethod
    def headers(cls, ask: Ask) -> dict[str, str]:
        """Besides the common ones: a feed that only carries an old Last-Modified would pass for fresh for months."""
        return super().headers(ask) | {"Cache-Control": "no-cache"}
