"""Refuse addresses that can be seen to be wrong before anything is sent.

This saves the connection and gives a clear outcome; the guard that cannot be tricked is `middlewares.doors`.
"""

from __future__ import annotations

from typing import Self
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from w3lib.url import safe_url_string

from newskeep.addresses import Network, parse_networks, url_refusal
from newskeep.errors import RequestRefusedError
from newskeep.outcomes import Outcome

_REDIRECTS = (301, 302, 303, 307, 308)


class AddressGuard:
    """Downloader middleware: only http and https, and no literal address that is not public."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(parse_networks(tuple(crawler.settings.getlist("NEWSKEEP_ALLOW_ADDRESSES"))))

    def process_request(self, request: Request) -> None:
        self.check(request.url)

    def check(self, url: str) -> None:
        """Raise RequestRefusedError where a URL may not be asked for."""
        reason = url_refusal(url, self._allowed)
        if reason:
            raise RequestRefusedError(reason, outcome=Outcome.ADDRESS_REFUSED)


class RedirectGuard(AddressGuard):
    """Downloader middleware, nearer to the network than the one that follows redirects: the same for where they lead.

    Without it a redirect to another scheme would be taken for an answer, or end without a name of its own.
    """

    def process_request(self, request: Request) -> None:
        return

    def process_response(self, request: Request, response: Response) -> Response:
        location = response.headers.get("Location")
        if location and response.status in _REDIRECTS:
            try:
                target = urljoin(request.url, safe_url_string(location))
            except ValueError as error:
                raise RequestRefusedError(f"leads nowhere ({error})", outcome=Outcome.ADDRESS_REFUSED) from error
            self.check(target)
        return response
