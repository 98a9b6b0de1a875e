"""For looking without keeping: the fetches of a crawl, in a list.

`newskeep add` looks before anything is followed.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from newskeep.fetches import Fetch

_LISTS: WeakKeyDictionary[Crawler, list[Fetch]] = WeakKeyDictionary()


def collect_into(crawler: Crawler, fetches: list[Fetch]) -> None:
    """Say where a crawler's fetches go, before it crawls."""
    _LISTS[crawler] = fetches


class CollectPipeline:
    """Append every fetch to the crawler's list."""

    def __init__(self, fetches: list[Fetch]) -> None:
        self._fetches = fetches

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CollectPipeline:
        return cls(_LISTS[crawler])

    async def process_item(self, item: Fetch) -> Fetch:
        """Keep it in memory."""
        self._fetches.append(item)
        return item
