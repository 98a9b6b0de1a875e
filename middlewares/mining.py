"""Where a publisher reserves text and data mining for parts of a site (`/.well-known/tdmrep.json`), nothing is asked.

The file is asked for once a day, as robots.txt is, before the first story of a site; where it cannot be had, nothing is
reserved by it. What a page says of itself is `newskeep.reservations`. Listings are asked all the same: they are read
for the addresses they name.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK

from middlewares.turns import turns_of
from newskeep.errors import RequestRefusedError, StorageError
from newskeep.fetches import Ask, Purpose
from newskeep.outcomes import Outcome
from newskeep.tdm_rules import TdmRule, is_mining_reserved, parse_tdm_rules
from storage.hosts import KeptFile

_PATH = "/.well-known/tdmrep.json"
_MOST_BYTES = 512 * 1024
_KEPT_SECONDS = 86_400.0


class MiningMiddleware:
    """Downloader middleware: no request for a story where mining is reserved."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts = turns_of(crawler).store
        self._locks: dict[str, asyncio.Lock] = {}
        self._rules: dict[str, tuple[TdmRule, ...]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> MiningMiddleware:
        """Switched off where the owner says so."""
        if not crawler.settings.getbool("NEWSKEEP_OBEY_TDM"):
            raise NotConfigured("reservations of mining are not obeyed")
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise RequestRefusedError where mining is reserved."""
        ask = request.cb_kwargs.get("ask")
        if not isinstance(ask, Ask) or ask.purpose is Purpose.LISTING:
            return
        parts = urlsplit(request.url)
        rules = await self._rules_of(f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if is_mining_reserved(rules, path):
            raise RequestRefusedError("tdmrep.json reserves mining", outcome=Outcome.TDM_RESERVED)

    async def _rules_of(self, origin: str) -> tuple[TdmRule, ...]:
        async with self._locks.setdefault(origin, asyncio.Lock()):
            if origin not in self._rules:
                body = self._kept(origin)
                self._rules[origin] = parse_tdm_rules(await self._ask(origin) if body is None else body)
        return self._rules[origin]

    def _kept(self, origin: str) -> bytes | None:
        """The file as it came within the last day; None where it has to be asked for."""
        try:
            kept = self._hosts.tdm_file(origin)
        except StorageError:
            return None
        return kept.body if kept is not None and 0 <= time.time() - kept.fetched_at < _KEPT_SECONDS else None

    async def _ask(self, origin: str) -> bytes:
        ask = Request(
            f"{origin}{_PATH}",
            meta={"dont_obey_robotstxt": True, "download_maxsize": _MOST_BYTES},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(ask)
        except Exception:  # whatever it is, the page itself will meet it and give it its name
            return b""
        body = response.body if response.status == 200 else b""
        if response.status < 500 and response.status != 429:
            kept = KeptFile(fetched_at=time.time(), status=response.status, body=body)
            with contextlib.suppress(StorageError):  # the next crawl asks again
                self._hosts.keep_tdm_file(origin, kept)
        return body
