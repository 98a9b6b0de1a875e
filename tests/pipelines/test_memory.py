"""Snapshots of site memory between the processes."""

from __future__ import annotations

import asyncio

from newskeep.model import EMPTY_MEMORY, SiteMemory
from newskeep.site_memory import block_digest
from pipelines.memory import MemoryShelf
from pipelines.tasks import PageTask
from pipelines.workers import Workers
from tests.pipelines.test_workers import CAPTURE

SOLD = "The baker said that the harbor would open again before the ice came to the coast."
MEMORY = SiteMemory(version=7, stories=9, blocks=frozenset(((block_digest(SOLD), 9),)))


def test_a_snapshot_is_sent_once_and_known_by_its_version_then() -> None:
    here, there = MemoryShelf(), MemoryShelf()
    first, second = here.pack(MEMORY), here.pack(MEMORY)
    assert (first, second) == (MEMORY, SiteMemory(version=7))
    assert (there.unpack(first), there.unpack(second)) == (MEMORY, MEMORY)


def test_both_ends_let_the_same_snapshots_go() -> None:
    here, there = MemoryShelf(), MemoryShelf()
    sent = [SiteMemory(version=one, stories=3, blocks=frozenset(((str(one), 3),))) for one in range(1, 100)]
    for memory in [*sent, sent[0], sent[-1], sent[50], sent[1]]:
        assert there.unpack(here.pack(memory)) == memory


def test_the_empty_memory_passes_as_it_is() -> None:
    assert MemoryShelf().unpack(MemoryShelf().pack(EMPTY_MEMORY)) == EMPTY_MEMORY


def test_a_worker_reads_every_page_with_the_memory_it_was_given() -> None:
    async def read_all() -> list[str]:
        workers = Workers(count=1)
        try:
            texts = []
            for memory in (EMPTY_MEMORY, MEMORY, MEMORY, EMPTY_MEMORY):
                page = await workers.run(PageTask(capture=CAPTURE, source=None, memory=memory))
                texts.append(page.main.text)
            return texts
        finally:
            await workers.close()

    assert [SOLD in text for text in asyncio.run(read_all())] == [True, False, False, True]
