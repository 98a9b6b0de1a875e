"""Refuse addresses that can be seen to be wrong before anything is sent.

This saves the connection and gives a clear outcome; the guard that cannot be tricked is `middlewares.download`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from newskeep.addresses import Network, parse_networks, refusal
from newskeep.errors import RequestRefusedError
from newskeep.outcomes import Outcome


class AddressGuard:
    """Downloader middleware: only http and https, and no literal address that is not public."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressGuard:
        return cls(parse_networks(tuple(crawler.settings.getlist("NEWSKEEP_ALLOW_ADDRESSES"))))

    def process_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            refused = f"{parts.scheme or 'no scheme'} is not http or https"
            raise RequestRefusedError(refused, outcome=Outcome.ADDRESS_REFUSED)
        try:
            reason = refusal(parts.hostname or "", self._allowed)
        except ValueError:
            return  # a name: what it resolves to is checked when it is connected to
        if reason:
            raise RequestRefusedError(reason, outcome=Outcome.ADDRESS_REFUSED)
