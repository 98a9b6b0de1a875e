"""What one crawl works with: its archive, its workers, its run. The scheduler attaches it, the pipelines take it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from config import Config
from newskeep.model import Source
from pipelines.memory import CrawlMemory
from pipelines.tally import Tally
from pipelines.workers import Workers
from storage.writer import ArchiveWriter


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlContext:
    """`run_id` is the crawl's line in the run ledger; `clock` is what polls are planned by."""

    writer: ArchiveWriter
    workers: Workers
    config: Config
    run_id: int
    source: Source
    tally: Tally
    memory: CrawlMemory = field(default_factory=CrawlMemory)
    clock: Callable[[], datetime] = _utc_now


_CONTEXTS: WeakKeyDictionary[Crawler, CrawlContext] = WeakKeyDictionary()


def attach(crawler: Crawler, context: CrawlContext) -> None:
    """Give a crawler its context, before it crawls."""
    _CONTEXTS[crawler] = context


def context_of(crawler: Crawler) -> CrawlContext:
    """The context a crawler was given; NotConfigured (which switches the asking component off) where it has none."""
    context = _CONTEXTS.get(crawler)
    if context is None:
        raise NotConfigured("no archive is attached to this crawl: start it with `newskeep crawl`")
    return context
