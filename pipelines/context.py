"""What one crawl works with: its workers, its archive, its run. Whoever runs it attaches it, the pipelines take it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from config import Config
from newskeep.model import Source
from pipelines.ends import End
from pipelines.memory import CrawlMemory
from pipelines.tally import Tally
from pipelines.workers import Workers
from storage.archive import Archive
from storage.writer import ArchiveWriter


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """What the stages need that read and write nothing. A crawl far from the archive has no more than this."""

    workers: Workers
    config: Config
    source: Source
    tally: Tally
    memory: CrawlMemory = field(default_factory=CrawlMemory)


class Receipts(Protocol):
    """What was written of works that may come twice. Both are called inside the transaction that writes the work."""

    def find(self, archive: Archive, receipt: str) -> End | None:
        """How the work with this receipt ended; None where it is not in the archive yet."""

    def note(self, archive: Archive, receipt: str, end: End) -> None:
        """Note how it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlContext(ReadContext):
    """`run_id` is the crawl's line in the run ledger; `clock` is what polls are planned by.

    `receipts` is None where every work comes once: from a crawl in this process.
    """

    writer: ArchiveWriter
    run_id: int
    clock: Callable[[], datetime] = _utc_now
    receipts: Receipts | None = None


_CONTEXTS: WeakKeyDictionary[Crawler, ReadContext] = WeakKeyDictionary()


def attach(crawler: Crawler, context: ReadContext) -> None:
    """Give a crawler its context, before it crawls."""
    _CONTEXTS[crawler] = context


def context_of(crawler: Crawler) -> ReadContext:
    """The context a crawler was given; NotConfigured (which switches the asking component off) where it has none."""
    context = _CONTEXTS.get(crawler)
    if context is None:
        raise NotConfigured("no archive is attached to this crawl: start it with `newskeep crawl`")
    return context
