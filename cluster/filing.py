"""Writing what workers brought: its bytes first, then all of it in one transaction, known by its receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cluster.codec import decode, encode
from cluster.messages import Answer, Brought
from newskeep.model import SiteMemory
from pipelines.capture import keep
from pipelines.context import CrawlContext
from pipelines.conveyor import settle
from pipelines.ends import End
from pipelines.memory import CrawlMemory
from pipelines.work import FurtherPage, Work
from storage.archive import Archive
from storage.imports import Imported


class PackedReceipts:
    """`pipelines.context.Receipts`, packed as everything that travels."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def find(self, archive: Archive, receipt: str) -> End | None:
        """How the work with this receipt ended; None where it is not in the archive yet."""
        packed = archive.receipts.find(receipt)
        if packed is None:
            return None
        end: End = decode(packed)
        return end

    def note(self, archive: Archive, receipt: str, end: End) -> None:
        """Note how it ended."""
        archive.receipts.note(receipt, encode(end), self._clock())


async def file(context: CrawlContext, brought: Brought, *, came_before: bool) -> Answer:
    """Write what a request brought, unless that is there. Raises StorageError.

    `came_before` is True where it may be: then the archive is asked before its bytes are kept once more.
    """
    receipts, receipt = context.receipts, brought.receipt
    assert receipts is not None
    if came_before:
        known = await context.writer.do(lambda archive: receipts.find(archive, receipt))
        if known is not None:
            return _answer(receipt, known)
    work = replace(brought.work, receipt=receipt)
    if brought.origin is not None:
        context = replace(context, source=brought.origin, memory=CrawlMemory())
        imported = await context.writer.do(lambda archive: _imported(archive, work))
        if imported is not None and imported.is_finished:
            return Answer(receipt=receipt, outcome=None)
        if imported is not None:
            work = replace(work, capture_id=imported.capture_id)
    work = replace(work, memory=await _memory(context, work))
    return _answer(receipt, await settle(context, await _keep_all(context, work)))


def _answer(receipt: str, end: End) -> Answer:
    return Answer(receipt=receipt, outcome=end.outcome, asks=end.asks)


def _imported(archive: Archive, work: Work) -> Imported | None:
    """What is in the archive of a saved page; None where it was never imported."""
    capture = work.fetch.capture
    assert capture is not None
    return archive.imports.find(capture.request_url, capture.captured_at, capture.payload_digest)


async def _memory(context: CrawlContext, work: Work) -> SiteMemory:
    """The snapshot that a worker read with; its number alone came with the work."""
    version, snapshot = work.memory.version, context.memory.snapshot
    if snapshot is not None and snapshot.version == version:
        return snapshot
    return await context.writer.do(lambda archive: archive.memory.get(version))


async def _keep_all(context: CrawlContext, work: Work) -> Work:
    """Keep the bytes of a work and of its further pages; durable when this returns."""
    pages = [await _keep_page(context, page) for page in work.pages]
    kept = work if work.capture_id is not None else await keep(context, work)
    return replace(kept, pages=tuple(pages))


async def _keep_page(context: CrawlContext, page: FurtherPage) -> FurtherPage:
    kept = await keep(context, Work(fetch=page.fetch, outcome=page.outcome))
    return replace(page, fetch=kept.fetch, capture_id=kept.capture_id)
