"""robots.txt, obeyed.

Scrapy 2.19 lets most of the first requests to a host through: requests that wait for robots.txt share one Deferred, the
first to wake consumes its result, and the others take the None that is left for "no rules". One lock per host mends it;
`tests/crawl/test_robots.py` holds it so. What an unreachable robots.txt means follows RFC 9309, 2.3.1.3 and 2.3.1.4: a
4xx allows everything, a 5xx nothing, and an answer that never comes is the request's own failure.

An answer is kept in `hosts.db` for a day, for all crawls and processes of a home; a failure is not, so the next crawl
asks again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from middlewares.turns import turns_of
from newskeep.errors import RequestRefusedError, StorageError
from newskeep.host_pace import LONGEST_CRAWL_DELAY_SECONDS, pace_key
from newskeep.outcomes import Outcome
from storage.hosts import KeptFile

# RFC 9309 2.5: a crawler reads at least 500 KiB of robots.txt; more is not needed.
_MAX_ROBOTS_BYTES = 512 * 1024
# RFC 9309 2.4: a day at most.
_KEPT_SECONDS = 86_400.0


class RobotsMiddleware(RobotsTxtMiddleware):
    """Downloader middleware: ask each host once a day, obey its rules, and write down its Crawl-delay for its turns."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._locks: dict[str, asyncio.Lock] = {}
        self._rules: dict[str, RobotParser | Exception] = {}
        self._hosts = turns_of(crawler).store
        self._agent = self._robotstxt_useragent or self._default_useragent

    async def process_request(self, request: Request) -> None:  # type: ignore[override]  # the spider argument is deprecated
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self._rules_for(request)
        if isinstance(rules, Exception):
            raise rules
        if not rules.allowed(request.url, self._agent):
            raise RequestRefusedError("robots.txt forbids it", outcome=Outcome.DISALLOWED)

    async def _rules_for(self, request: Request) -> RobotParser | Exception:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        async with self._locks.setdefault(origin, asyncio.Lock()):
            if origin not in self._rules:
                self._rules[origin] = self._kept(origin) or await self._ask(origin)
        return self._rules[origin]

    def _kept(self, origin: str) -> RobotParser | None:
        """The rules of an answer of the last day; None where there is none."""
        try:
            kept = self._hosts.robots(origin)
        except StorageError:
            return None
        # A time ahead of the clock is one from before it was set back: nobody knows how old that answer is.
        if kept is None or not 0 <= time.time() - kept.fetched_at < _KEPT_SECONDS:
            return None
        return ProtegoRobotParser(kept.body, self.crawler.spider)

    async def _ask(self, origin: str) -> RobotParser | Exception:
        ask = Request(
            f"{origin}/robots.txt",
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
        body = _readable(response)
        rules = ProtegoRobotParser(body, self.crawler.spider)
        if response.status != 429:
            self._keep(origin, response.status, body, rules)
        return rules

    def _keep(self, origin: str, status: int, body: bytes, rules: RobotParser) -> None:
        wish = rules.crawl_delay(self._agent)
        delay = min(float(wish), LONGEST_CRAWL_DELAY_SECONDS) if wish and wish > 0 else None
        now = time.time()
        robots = KeptFile(fetched_at=now, status=status, body=body)
        with contextlib.suppress(StorageError):  # the next crawl asks again
            self._hosts.keep_robots(origin, robots, host=pace_key(origin), crawl_delay_seconds=delay, now=now)


def _readable(response: Response) -> bytes:
    """The rules in an answer: none in an error page or in HTML served as robots.txt."""
    if response.status >= 400 or response.body[:512].lstrip().startswith((b"<", b"\xef\xbb\xbf<")):
        return b""
    return response.body[:_MAX_ROBOTS_BYTES]
