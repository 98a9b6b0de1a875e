"""What all stages share: a work comes in, a work goes on, and whatever goes wrong on the way gets a name.

A stage that cannot use the archive stops the crawl. A stage that fails for a reason nobody foresaw ends that one
request as `fault`, with its traceback in the log; the next pages go on.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newskeep.errors import StorageError
from newskeep.fetches import Fetch
from newskeep.outcomes import Outcome
from pipelines.context import CrawlContext, ReadContext, context_of
from pipelines.work import Work

logger = logging.getLogger(__name__)

# A task nobody holds may be collected before it has run.
_CLOSING: set[asyncio.Future[None]] = set()


class Stage:
    """A Scrapy item pipeline; subclasses say in `step` what it does."""

    def __init__(self, crawler: Crawler, context: ReadContext) -> None:
        self.crawler, self.context = crawler, context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the context the scheduler attached."""
        return cls(crawler, context_of(crawler))

    async def step(self, work: Work) -> Work:
        """Do this stage's part."""
        raise NotImplementedError

    async def process_item(self, item: Fetch | Work) -> Work:
        """Do this stage's part, unless the request has ended."""
        work = item if isinstance(item, Work) else Work(fetch=item, outcome=item.outcome, detail=item.detail)
        if work.is_counted:
            return work
        try:
            return await self.step(work)
        except StorageError as error:
            return halt(self.crawler, self.context, work, error)
        except Exception as error:
            return faulted(work, error)


class ArchiveStage(Stage):
    """A stage that needs the archive."""

    context: CrawlContext

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the context that was attached; NotConfigured where it has no archive."""
        context = context_of(crawler)
        if not isinstance(context, CrawlContext):
            raise NotConfigured("this crawl has no archive of its own")
        return cls(crawler, context)


def faulted(work: Work, error: Exception) -> Work:
    """The work of a request that met a fault of ours."""
    logger.exception("fault url=%s", work.fetch.ask.url, exc_info=error)
    detail = f"{type(error).__name__}: {error}"[:300]
    return replace(work, outcome=Outcome.FAULT, detail=detail, findings=(), page=None, listing=None)


def halt(crawler: Crawler, context: ReadContext, work: Work, error: StorageError) -> Work:
    """End a request as `storage_failed`, and with it the crawl: every further page would meet the same."""
    ask = work.fetch.ask
    context.tally.count(Outcome.STORAGE_FAILED, purpose=ask.purpose, detail=str(error), url=ask.url)
    if context.tally.storage_error is None:
        context.tally.storage_error = error
        logger.error("archive cannot be used source=%s error=%s", context.source.slug, error)
        if crawler.engine is not None:
            closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason="storage_failed"))
            _CLOSING.add(closing)
            closing.add_done_callback(_CLOSING.discard)
    return replace(work, outcome=Outcome.STORAGE_FAILED, findings=(), page=None, listing=None, is_counted=True)
