"""An order to import: saved pages read by a worker from a place that it can see, and sent as any other result.

Each page is read with the memory of its own source as it stood when the order was given. What is in the archive already
is known by the archiver alone, and passed over there; so an import that is killed with its worker begins anew in
another one, and adds nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from weakref import WeakValueDictionary

from cluster.messages import Order, SavedPlace
from cluster.outbox import Outbox
from imports.captures import capture_of, fetch_of
from imports.detect import UnknownKindError, batches
from imports.records import Batch, Record, SavedPage, Unreadable
from newskeep.model import EMPTY_MEMORY
from newskeep.sources import source_for
from newskeep.urls import url_key
from pipelines.context import ReadContext
from pipelines.conveyor import understand
from pipelines.memory import CrawlMemory
from pipelines.stage import faulted
from pipelines.work import Work

logger = logging.getLogger(__name__)

_CARRIERS = 16
_READ_AHEAD = 16


async def carry_saved(
    order: Order, context: ReadContext, outbox: Outbox, is_stopping: Callable[[], bool]
) -> tuple[str | None, str | None]:
    """Import what lies at an order's place. Gives why that could not be done, and what could not be read; None each
    where there is nothing to say.
    """
    place = order.saved
    assert place is not None
    try:
        found = batches(Path(place.path), table=Path(place.table) if place.table else None)
    except (UnknownKindError, OSError) as error:
        return f"{place.path}: {error}", None
    queue: asyncio.Queue[SavedPage | None] = asyncio.Queue(maxsize=_CARRIERS)
    turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
    unreadable: list[Unreadable] = []

    async def carrier() -> None:
        while (page := await queue.get()) is not None:
            # Looks at one address come one after the other, as in an import where the archive is.
            turn = turns.setdefault(url_key(page.url), asyncio.Lock())
            async with turn:
                await _carry(page, order, place, context, outbox)

    async def feeder() -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="import") as thread:
            for batch in found:
                records = iter(batch.read(lambda url, at: False))
                while not is_stopping():
                    read = await asyncio.get_running_loop().run_in_executor(thread, _some, batch, records)
                    if not read:
                        break
                    unreadable.extend(record for record in read if isinstance(record, Unreadable))
                    for record in read:
                        if isinstance(record, SavedPage):
                            await queue.put(record)
        for _ in range(_CARRIERS):
            await queue.put(None)

    async with asyncio.TaskGroup() as group:
        group.create_task(feeder())
        for _ in range(_CARRIERS):
            group.create_task(carrier())
    for record in unreadable:
        logger.warning("record cannot be read where=%s reason=%s", record.where, record.why)
    if unreadable:
        return None, f"{len(unreadable)} records could not be read, first {unreadable[0].where}: {unreadable[0].why}"
    return None, None


def _some(batch: Batch, records: Iterator[Record]) -> list[Record]:
    """The next few records; a batch that fails as a whole ends as one unreadable record."""
    try:
        return list(islice(records, _READ_AHEAD))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        return [Unreadable(where=batch.name, done_bytes=batch.total, why=str(error))]


async def _carry(page: SavedPage, order: Order, place: SavedPlace, context: ReadContext, outbox: Outbox) -> None:
    capture = capture_of(page)
    source = source_for(capture.final_url, place.sources)
    memory = dict(place.memories).get(source.slug, EMPTY_MEMORY)
    own = replace(context, source=source, memory=CrawlMemory(snapshot=memory))
    fetch = fetch_of(capture)
    work = Work(fetch=fetch, outcome=fetch.outcome, detail=fetch.detail)
    try:
        work = await understand(own, work)
    except Exception as error:
        work = faulted(work, error)
    await outbox.deliver(order, work, origin=source)
