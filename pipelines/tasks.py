"""What an extraction worker is asked and what it answers: plain values that cross a process boundary."""

from __future__ import annotations

from dataclasses import dataclass

from newskeep.extract.page import extract_page
from newskeep.listings import parse_listing
from newskeep.model import Capture, ExtractedPage, ListingKind, ListingPage, SiteMemory, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask:
    """Read one page. `source` is None for a page of no configured source."""

    capture: Capture
    source: Source | None
    memory: SiteMemory

    def run(self) -> ExtractedPage:
        """Read it; PageError where that cannot be done."""
        return extract_page(self.capture, self.source, self.memory)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingTask:
    """Read one listing."""

    capture: Capture
    kind: ListingKind
    source: Source

    def run(self) -> ListingPage:
        """Read it; PageError where that cannot be done."""
        return parse_listing(self.capture, kind=self.kind, source=self.source)


Task = PageTask | ListingTask
Answer = ExtractedPage | ListingPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A worker's reply: an answer, or the error that stood in its way, with the memory the worker now holds.

    `trace` is the traceback where the error is a fault of ours, else None.
    """

    answer: Answer | None = None
    error: Exception | None = None
    trace: str | None = None
    out_of_memory: bool = False
    resident_bytes: int = 0
