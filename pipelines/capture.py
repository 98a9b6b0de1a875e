"""First stage: the bytes are safe before anything is made of them, but for those that are not to be kept."""

from __future__ import annotations

from dataclasses import replace

from newskeep.fetches import Purpose
from newskeep.model import Capture, Origin
from newskeep.reservations import Obedience, Reservation, agent_name, reservation_of
from pipelines.context import CrawlContext, ReadContext
from pipelines.stage import Stage
from pipelines.work import Work

# What captures are told apart by; an answer that is none of these is one of a story.
_KINDS = (Purpose.LISTING, Purpose.PICTURE)


class CapturePipeline(Stage):
    """Store every answer that has a body; it is on the disk when the next stage starts."""

    async def step(self, work: Work) -> Work:
        """Keep the capture."""
        return await keep(self.context, work)


async def keep(context: ReadContext, work: Work) -> Work:
    """Store what a fetch brought; durable when this returns. Raises StorageError.

    Where there is no archive, the bytes go with the work to whoever has one, and are kept there before anything else.
    """
    fetch = work.fetch
    if fetch.capture is None:
        return work
    reserved = _reservation(context, fetch.capture)
    if reserved is not None:
        return _withheld(work, reserved)
    if not isinstance(context, CrawlContext):
        return work
    # An answer is one of a story, whether it was asked for the first time or again.
    purpose = fetch.ask.purpose if fetch.ask.purpose in _KINDS else Purpose.STORY
    kept = await context.writer.keep(fetch.capture, source=context.source.slug, purpose=purpose)
    return replace(work, capture_id=kept.capture_id)


def _reservation(context: ReadContext, capture: Capture) -> Reservation | None:
    """What a publisher says against keeping an answer. What an owner imports he has already."""
    if capture.origin is not Origin.LIVE:
        return None
    fetch, manners = context.config.fetch, context.source.manners
    obedience = Obedience(
        agent=agent_name(fetch.user_agent),
        noarchive=fetch.obey_noarchive if manners.obey_noarchive is None else manners.obey_noarchive,
        tdm_reservation=(
            fetch.obey_tdm_reservation if manners.obey_tdm_reservation is None else manners.obey_tdm_reservation
        ),
    )
    return reservation_of(capture.headers, capture.body, obedience)


def _withheld(work: Work, reserved: Reservation) -> Work:
    """End a request whose answer is not to be kept: the bytes go no further.

    A listing alone is read all the same, for the addresses it names; of it, too, nothing else is kept.
    """
    fetch = work.fetch
    if fetch.ask.purpose is Purpose.LISTING:
        return work
    outcome, detail = (work.outcome, work.detail) if work.outcome else (reserved.outcome, reserved.evidence)
    return replace(work, fetch=replace(fetch, capture=None), outcome=outcome, detail=detail)
