"""robots.txt, obeyed.

Scrapy 2.19 lets most of the first requests to a host through: requests that wait for robots.txt share one Deferred, the
first to wake consumes its result, and the others take the None that is left for "no rules". One lock per host mends it;
`tests/crawl/test_robots.py` holds it so. What an unreachable robots.txt means follows RFC 9309, 2.3.1.3 and 2.3.1.4: a
4xx allows everything, a 5xx nothing, and an answer that never comes is the request's own failure.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from newskeep.errors import RequestRefusedError
from newskeep.outcomes import Outcome

# RFC 9309 2.5: a crawler reads at least 500 KiB of robots.txt; more is not needed.
_MAX_ROBOTS_BYTES = 512 * 1024
# An owner's typing error in Crawl-delay must not stop a source for a day.
_MAX_CRAWL_DELAY_SECONDS = 120.0


class RobotsMiddleware(RobotsTxtMiddleware):
    """Downloader middleware: ask each host once per crawl, obey its rules and its Crawl-delay."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._locks: dict[str, asyncio.Lock] = {}
        self._rules: dict[str, RobotParser | Exception] = {}

    async def process_request(self, request: Request) -> None:  # type: ignore[override]  # the spider argument is deprecated
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._rules_for(request)
        if isinstance(rules, Exception):
            raise rules
        agent = self._robotstxt_useragent or self._default_useragent
        if not rules.allowed(request.url, agent):
            raise RequestRefusedError("robots.txt forbids it", outcome=Outcome.DISALLOWED)

    async def _rules_for(self, request: Request) -> RobotParser | Exception:
        parts = urlsplit(request.url)
        host = f"{parts.scheme}://{parts.netloc}"
        async with self._locks.setdefault(host, asyncio.Lock()):
            if host not in self._rules:
                self._rules[host] = await self._ask(f"{host}/robots.txt", request)
        return self._rules[host]

    async def _ask(self, address: str, request: Request) -> RobotParser | Exception:
        ask = Request(
            address,
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True, "download_maxsize": 4 * _MAX_ROBOTS_BYTES},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(ask)
        except Exception as error:  # whatever kept robots.txt away keeps the page away too, under the same name
            return error
        if response.status >= 500:
            return RequestRefusedError(f"robots.txt answers {response.status}", outcome=Outcome.DISALLOWED)
        rules = ProtegoRobotParser(_readable(response), self.crawler.spider)
        self._slow_down(rules, request)
        return rules

    def _slow_down(self, rules: RobotParser, request: Request) -> None:
        """Make the host's slot wait as Crawl-delay asks, where that is longer than our own delay."""
        wish = rules.crawl_delay(self._robotstxt_useragent or self._default_useragent)
        if not wish or self.crawler.engine is None:
            return
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        if slot is not None and wish > slot.delay:
            slot.delay = min(float(wish), _MAX_CRAWL_DELAY_SECONDS)
            slot.concurrency = 1


def _readable(response: Response) -> bytes:
    """The rules in an answer: none in an error page or in HTML served as robots.txt."""
    if response.status >= 400 or response.body[:512].lstrip().startswith((b"<", b"\xef\xbb\xbf<")):
        return b""
    return response.body[:_MAX_ROBOTS_BYTES]
