"""What an extraction worker is asked and what it answers: plain values that cross a process boundary."""

from __future__ import annotations

from dataclasses import dataclass

from newskeep.extract.page import extract_page
from newskeep.listings import parse_listing
from newskeep.model import Capture, ExtractedPage, ListingKind, ListingPage, SiteMemory, Source
from storage.prepared import PreparedPage, prepare_page


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTask:
    """Read one page. `source` is None for a page of no configured source.

    `prepare_for` is the slug of the source for which its stories are also prepared as the archive writes them; None
    leaves that out.
    """

    capture: Capture
    source: Source | None
    memory: SiteMemory
    prepare_for: str | None = None

    def run(self) -> ExtractedPage | PreparedPage:
        """Read it; PageError where that cannot be done."""
        page = extract_page(self.capture, self.source, self.memory)
        if self.prepare_for is None:
            return page
        return prepare_page(page, source=self.prepare_for, seen_at=self.capture.captured_at)


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
Answer = ExtractedPage | PreparedPage | ListingPage


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
