"""Last stage: one transaction for everything a request brought, and the outcome it ends with."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from newskeep.errors import StorageError
from newskeep.fetches import Ask, Purpose
from newskeep.model import Origin
from newskeep.outcomes import Outcome
from pipelines.context import CrawlContext
from pipelines.deduplicate import with_comparables
from pipelines.ends import End
from pipelines.filing import Filed, StaleReadingError, file_page
from pipelines.history import follow
from pipelines.listing import file_listing
from pipelines.moves import note_move
from pipelines.pictures import file_picture, pictures_to_ask
from pipelines.planning import Planning
from pipelines.stage import ArchiveStage, faulted
from pipelines.work import FurtherPage, Work
from storage.archive import Archive
from storage.runs import RequestRecord

logger = logging.getLogger(__name__)

# A story that others change all the time is given up on after so many readings; its next poll comes anyway.
_MAX_READINGS = 5


class Asking(Protocol):
    """A spider that takes further addresses."""

    def take(self, asks: Iterable[Ask]) -> None:
        """Ask for them in the running crawl."""


class ArchivePipeline(ArchiveStage):
    """Write what a request brought, with its outcome; then hand the spider what follows from it."""

    async def step(self, work: Work) -> Work:
        """End the request."""
        try:
            end = await finish(self.context, work)
        except StorageError:
            raise
        except Exception as error:
            end = await finish(self.context, faulted(work, error))
        if end.asks:
            spider: Asking = self.crawler.spider  # type: ignore[assignment]  # Scrapy knows it as any spider
            spider.take(end.asks)
        return replace(work, outcome=end.outcome, is_counted=True)


async def finish(context: CrawlContext, work: Work) -> End:
    """Write everything a request brought in one transaction, and count it. Raises StorageError."""
    end = await _write(context, work)
    if end.is_old:
        return end
    capture_id = work.capture_id
    if end.outcome is Outcome.TAKEN_DOWN and capture_id is not None:
        await context.writer.do(lambda archive: archive.takedowns.discard(capture_id))
    _tell(context, work, end)
    for page in work.pages:
        _tell(context, *_end_of_page(page, end.story_id))
    return end


async def _write(context: CrawlContext, work: Work) -> End:
    for _ in range(_MAX_READINGS):
        try:
            return await context.writer.do(partial(_file_once, context, work))
        except StaleReadingError:
            work = await with_comparables(context, work)
    return await context.writer.do(partial(_give_up, context, work))


def _file_once(context: CrawlContext, work: Work, archive: Archive) -> End:
    """Everything one request writes, unless that is there; a work without a receipt never was."""
    receipts = context.receipts
    if receipts is None or work.receipt is None:
        return _file(context, work, archive)
    end = receipts.find(archive, work.receipt)
    if end is not None:
        return replace(end, is_old=True)
    end = _file(context, work, archive)
    receipts.note(archive, work.receipt, end)
    return end


def _file(context: CrawlContext, work: Work, archive: Archive) -> End:
    """Everything one request writes."""
    fetch = work.fetch
    now = fetch.capture.captured_at if fetch.capture else datetime.now(UTC)
    if fetch.ask.listing_id is not None and fetch.ask.purpose is Purpose.LISTING:
        listing = file_listing(archive, work, planning=_planning(context), now=context.clock())
        note_move(archive, work)
        end = End(outcome=listing.outcome, detail=work.detail, new_teasers=listing.new_teasers, asks=listing.asks)
    elif fetch.ask.purpose is Purpose.PICTURE:
        file_picture(archive, work, source=context.source, now=now)
        assert work.outcome is not None
        end = End(outcome=work.outcome, detail=work.detail, story_id=fetch.ask.story_id)
    else:
        filed = _file_story(context, work, archive)
        followed = follow(archive, work, filed.outcome, filed.seen, source=context.source, run_id=context.run_id)
        story_id = filed.story_id if followed.story_id is None else followed.story_id
        end = End(
            outcome=filed.outcome,
            detail=filed.detail,
            story_id=story_id,
            asks=(
                *followed.asks,
                *pictures_to_ask(archive, story_id, filed.outcome, fetch.capture, context.source),
            ),
            new_teasers=filed.new_teasers,
            new_further=filed.new_further,
        )
        # A look that no listing asked for says nothing of what it announces, unless it brought just that.
        if fetch.ask.purpose is Purpose.STORY or end.outcome is Outcome.REVISED:
            archive.listings.finish_entry(context.source.slug, fetch.ask.url, _worst(work, end), end.story_id, now)
    _record(context, work, end, archive)
    for page in work.pages:
        _record(context, *_end_of_page(page, end.story_id), archive)
    return end


def _planning(context: CrawlContext) -> Planning:
    poll, own = context.config.poll, context.source.adaptive
    return Planning(pace=poll.pace, adaptive=poll.adaptive if own is None else own)


def _worst(work: Work, end: End) -> Outcome:
    """How an entry's request ended for its listing: one whose further pages could not be had is worth another try."""
    return next((page.outcome for page in work.pages if page.outcome.is_transient), end.outcome)


def _end_of_page(page: FurtherPage, story_id: int | None) -> tuple[Work, End]:
    """A further page of a story as a request of its own."""
    return (
        Work(fetch=page.fetch, capture_id=page.capture_id),
        End(outcome=page.outcome, detail=page.detail, story_id=story_id),
    )


def _file_story(context: CrawlContext, work: Work, archive: Archive) -> Filed:
    if work.outcome is not None:
        return Filed(outcome=work.outcome, detail=work.detail)
    return file_page(archive, work, source_slug=context.source.slug)


def _give_up(context: CrawlContext, work: Work, archive: Archive) -> End:
    end = End(outcome=Outcome.CANCELLED, detail="the story changed while it was being compared")
    _record(context, work, end, archive)
    if context.receipts is not None and work.receipt is not None:
        context.receipts.note(archive, work.receipt, end)
    return end


def _record(context: CrawlContext, work: Work, end: End, archive: Archive) -> None:
    fetch = work.fetch
    record = RequestRecord(
        source=context.source.slug,
        url=fetch.ask.url,
        purpose=fetch.ask.purpose,
        outcome=end.outcome,
        started_at=fetch.started_at,
        detail=end.detail,
        status=fetch.status,
        elapsed_seconds=fetch.elapsed_seconds,
        body_bytes=len(fetch.capture.body) if fetch.capture else None,
        capture_id=work.capture_id,
        story_id=end.story_id,
        rendering=fetch.rendering,
    )
    archive.runs.record(context.run_id, record)
    if fetch.capture is not None and fetch.capture.origin is Origin.IMPORT and work.capture_id is not None:
        archive.imports.finish(work.capture_id)


def _tell(context: CrawlContext, work: Work, end: End) -> None:
    ask, capture, tally = work.fetch.ask, work.fetch.capture, context.tally
    size = len(capture.body) if capture else 0
    tally.count(end.outcome, purpose=ask.purpose, detail=end.detail, url=ask.url, body_bytes=size)
    tally.teasers += end.new_teasers
    tally.further_stories += end.new_further
    # One line a run is what a log can bear (`commands.run`); the ledger has them all.
    logger.debug(
        "%s outcome=%s source=%s url=%s detail=%s",
        ask.purpose,
        end.outcome,
        context.source.slug,
        ask.url,
        end.detail or "",
    )
