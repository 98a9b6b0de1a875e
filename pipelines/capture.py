"""First stage: the bytes are safe before anything is made of them."""

from __future__ import annotations

from dataclasses import replace

from newskeep.fetches import Purpose
from pipelines.context import CrawlContext
from pipelines.stage import Stage
from pipelines.work import Work

# What captures are told apart by; an answer that is none of these is one of a story.
_KINDS = (Purpose.LISTING, Purpose.PICTURE)


class CapturePipeline(Stage):
    """Store every answer that has a body; it is on the disk when the next stage starts."""

    async def step(self, work: Work) -> Work:
        """Keep the capture."""
        return await keep(self.context, work)


async def keep(context: CrawlContext, work: Work) -> Work:
    """Store what a fetch brought; durable when this returns. Raises StorageError."""
    fetch = work.fetch
    if fetch.capture is None:
        return work
    # An answer is one of a story, whether it was asked for the first time or again.
    purpose = fetch.ask.purpose if fetch.ask.purpose in _KINDS else Purpose.STORY
    kept = await context.writer.keep(fetch.capture, source=context.source.slug, purpose=purpose)
    return replace(work, capture_id=kept.capture_id)
