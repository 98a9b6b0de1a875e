"""Second stage: what the page says, read in a worker process."""

from __future__ import annotations

from dataclasses import replace

from newskeep.errors import ListingFormatError, PageError, UndecodableError
from newskeep.fetches import Purpose
from newskeep.model import Capture, ListingPage, SiteMemory, Source
from newskeep.outcomes import Outcome
from pipelines.context import CrawlContext, ReadContext
from pipelines.pictures import look_at
from pipelines.stage import Stage
from pipelines.tasks import ListingTask, PageTask, Task
from pipelines.work import Work
from pipelines.workers import PageLostError
from storage.prepared import PreparedPage

# What a story page may be served as. Many servers say nothing, or octet-stream, and mean HTML.
_READABLE = ("text/", "application/xhtml", "application/xml", "application/json", "application/octet-stream")
_OTHER_MAGIC = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x7fELF", b"RIFF", b"OggS", b"ID3")


class ExtractPipeline(Stage):
    """Read pages and listings; what cannot be read gets its named outcome."""

    async def step(self, work: Work) -> Work:
        """Read what the fetch brought."""
        return await read(self.context, work)


async def read(context: ReadContext, work: Work) -> Work:
    """Read what a fetch brought, unless its outcome is already known."""
    capture = work.fetch.capture
    if work.outcome is not None or capture is None:
        return work
    if work.fetch.ask.purpose is Purpose.PICTURE:
        return look_at(work, capture)
    if work.fetch.ask.purpose is not Purpose.LISTING and not is_readable(capture):
        detail = f"served as {capture.header('Content-Type') or 'no type at all'}"
        return replace(work, outcome=Outcome.UNSUPPORTED_TYPE, detail=detail)
    memory = await memory_of(context)
    try:
        answer = await context.workers.run(_task(context.source, work, capture, memory))
    except PageLostError as error:
        return replace(work, outcome=error.outcome, detail=error.detail)
    except PageError as error:
        return replace(work, outcome=outcome_of_page_error(error), detail=error.message)
    if isinstance(answer, PreparedPage):
        return replace(work, page=answer.page, prepared=answer, memory=memory)
    assert isinstance(answer, ListingPage)
    return replace(work, listing=answer)


async def memory_of(context: ReadContext) -> SiteMemory:
    """The newest snapshot of the source's site memory when the crawl began.

    One crawl reads with one memory: what its pages give must not hang on the order in which they come in.
    """
    memory = context.memory.snapshot
    if memory is None:
        assert isinstance(context, CrawlContext), "a crawl without an archive is given its memory"
        memory = await context.writer.do(lambda archive: archive.memory.newest(context.source.slug))
        context.memory.snapshot = memory
    return memory


def _task(source: Source, work: Work, capture: Capture, memory: SiteMemory) -> Task:
    kind = work.fetch.ask.kind
    if kind is not None:
        return ListingTask(capture=capture, kind=kind, source=source)
    return PageTask(capture=capture, source=source, memory=memory, prepare_for=source.slug)


def is_readable(capture: Capture) -> bool:
    """Is this a page that could hold a story at all, by its type and its first bytes?"""
    if capture.body.lstrip()[:8].startswith(_OTHER_MAGIC):
        return False
    content_type = (capture.header("Content-Type") or "").strip().lower()
    return not content_type or content_type.startswith(_READABLE)


def outcome_of_page_error(error: PageError) -> Outcome:
    """The named outcome of a page that could not be read."""
    if isinstance(error, ListingFormatError):
        return Outcome.MALFORMED_LISTING
    if isinstance(error, UndecodableError):
        return Outcome.UNDECODABLE
    return Outcome.EXTRACTION_FAILED
