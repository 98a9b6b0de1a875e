"""Site memory on its way: the snapshot a crawl reads with, and those a worker process already holds.

A snapshot crosses to a worker once, not with every page: both ends of the pipe keep the same shelf, in step because
they see the same tasks in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from newskeep.model import SiteMemory

_MOST_HELD = 64


@dataclass(slots=True, kw_only=True)
class CrawlMemory:
    """Mutable: the snapshot that a crawl reads its source's pages with; None before it was looked up."""

    snapshot: SiteMemory | None = None


@dataclass(slots=True)
class MemoryShelf:
    """The snapshots at one end of a worker's pipe, by version; the oldest gives way."""

    _held: dict[int, SiteMemory] = field(default_factory=dict)

    def pack(self, memory: SiteMemory) -> SiteMemory:
        """Give what must be sent for a snapshot: itself the first time, then its version alone."""
        if memory.version in self._held:
            return SiteMemory(version=memory.version)
        self._put(memory)
        return memory

    def unpack(self, memory: SiteMemory) -> SiteMemory:
        """Give the snapshot that was sent, or was sent before."""
        held = self._held.get(memory.version)
        if held is not None:
            return held
        self._put(memory)
        return memory

    def _put(self, memory: SiteMemory) -> None:
        if len(self._held) >= _MOST_HELD:
            del self._held[next(iter(self._held))]
        self._held[memory.version] = memory
