"""What all spiders share: an `Ask` becomes a request, its answer a `Fetch`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import scrapy
from scrapy.http import Response

from newskeep.fetches import Ask, Fetch, Purpose
from newskeep.urls import url_key
from spiders.answers import fetch_of_failure, fetch_of_response, utc_now

# Listings first: what they name decides what the rest of the crawl does. What is archived already can wait for news.
_PRIORITIES = {Purpose.LISTING: 10, Purpose.STORY: 0, Purpose.STORY_PAGE: 5, Purpose.RECHECK: -10, Purpose.PICTURE: -20}


class AskingSpider(scrapy.Spider):
    """Ask for what it is given; `take` accepts more while the crawl runs."""

    accept = "*/*"

    def __init__(self, name: str | None = None, *, asks: Sequence[Ask] = (), **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.asks = tuple(asks)
        self._asked: set[tuple[bool, str]] = set()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Yield the first requests."""
        for ask in self._fresh(self.asks):
            yield self.request(ask)

    def take(self, asks: Iterable[Ask]) -> None:
        """Ask for more, in the running crawl."""
        engine = self.crawler.engine
        assert engine is not None
        for ask in self._fresh(asks):
            engine.crawl(self.request(ask))

    async def fetch(self, ask: Ask) -> Fetch:
        """Ask for one address now, and give what came of it to the caller alone."""
        engine = self.crawler.engine
        assert engine is not None
        self._asked.add((ask.purpose is Purpose.LISTING, _key(ask.url)))
        request = self.request(ask)
        started_at = request.meta["started_at"]
        try:
            response = await engine.download_async(request)
        except Exception as error:
            # Whatever stood in its way has a name; what has none is told as a broken answer, as for every request.
            return fetch_of_failure(ask, error, started_at=started_at, now=utc_now())
        return fetch_of_response(ask, response, started_at=started_at, now=utc_now())

    def _fresh(self, asks: Iterable[Ask]) -> Iterator[Ask]:
        """The asks whose address was not yet asked in this crawl, as a listing or as a story."""
        for ask in asks:
            key = (ask.purpose is Purpose.LISTING, _key(ask.url))
            if key not in self._asked:
                self._asked.add(key)
                yield ask

    @classmethod
    def headers(cls, ask: Ask) -> dict[str, str]:
        """The request headers for an ask: what is accepted, and the validators the archive holds."""
        validators = {"If-None-Match": ask.etag, "If-Modified-Since": ask.last_modified}
        return {"Accept": cls.accept} | {name: value for name, value in validators.items() if value}

    def request(self, ask: Ask) -> scrapy.Request:
        """The request for an ask. An address that Scrapy takes for none becomes one that the address guard refuses."""
        try:
            return self._request(ask, ask.url)
        except ValueError:
            return self._request(ask, f"about:invalid#{quote(ask.url, safe='')}")

    def _request(self, ask: Ask, url: str) -> scrapy.Request:
        return scrapy.Request(
            url,
            callback=self.parse_answer,
            errback=self.parse_failure,
            headers=self.headers(ask),
            priority=_PRIORITIES[ask.purpose],
            # Scrapy's filter drops a request without a word, a redirect to an address already asked among them; here
            # every request must come to an end with a name. `take` sees to it that nothing is asked twice.
            dont_filter=True,
            cb_kwargs={"ask": ask},
            meta={"started_at": utc_now()} | ({"download_maxsize": ask.max_bytes} if ask.max_bytes else {}),
        )

    async def parse_answer(self, response: Response, ask: Ask) -> AsyncIterator[Fetch]:
        """Hand an answer on, whatever its status."""
        yield fetch_of_response(ask, response, started_at=response.meta["started_at"], now=utc_now())

    async def parse_failure(self, failure: Any) -> AsyncIterator[Fetch]:
        """Hand on why no answer came."""
        request = failure.request
        yield fetch_of_failure(
            request.cb_kwargs["ask"], failure.value, started_at=request.meta["started_at"], now=utc_now()
        )


def _key(url: str) -> str:
    """What tells addresses apart; one that is none stands for itself and is refused by the address guard."""
    try:
        return url_key(url)
    except ValueError:
        return url
