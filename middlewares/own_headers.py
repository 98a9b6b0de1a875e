"""Headers and cookies of a source, sent to the source's own hosts and to nobody else.

They are what a subscriber has: a redirect to elsewhere, a picture on somebody's network or another site's robots.txt
must not be told them.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler

from newskeep.urls import host_of, registrable_domain


class OwnHeadersMiddleware:
    """Downloader middleware: adds `NEWSKEEP_HEADERS` for hosts of `NEWSKEEP_DOMAINS`, takes them away for others."""

    def __init__(self, headers: dict[str, str], domains: frozenset[str]) -> None:
        self._headers, self._domains = headers, domains

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OwnHeadersMiddleware:
        """Take the source's headers from the settings."""
        headers = dict(crawler.settings.getdict("NEWSKEEP_HEADERS"))
        return cls(headers, frozenset(crawler.settings.getlist("NEWSKEEP_DOMAINS")))

    def process_request(self, request: Request) -> None:
        """Add the headers, or see that they do not come along from before a redirect."""
        if not self._headers:
            return
        is_own = registrable_domain(host_of(request.url)) in self._domains
        for name, value in self._headers.items():
            if is_own:
                request.headers[name] = value
            elif name in request.headers:
                del request.headers[name]
