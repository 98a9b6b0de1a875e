"""One request's answer on its way through the pipelines; each stage adds what it found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from newskeep.fetches import Fetch
from newskeep.identity import Alias
from newskeep.model import EMPTY_MEMORY, ExtractedPage, ListingPage, SiteMemory, StoryDraft
from newskeep.outcomes import Outcome
from storage.prepared import PreparedPage, PreparedStory


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One story on a page, prepared for the archive, and the names it goes by, strongest first."""

    draft: StoryDraft
    prepared: PreparedStory
    aliases: tuple[Alias, ...]
    is_main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherPage:
    """The request for a further page of a story, as it ended. `capture_id` is None where no answer came."""

    fetch: Fetch
    outcome: Outcome
    detail: str | None = None
    capture_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is known of a fetch so far. Once `outcome` is set, the stages that read the page leave it alone.

    `comparables` maps a revision's id to the draft that the present extractor makes of that revision's capture, None
    where that capture is lost. `memory` is the snapshot of the site that the page was read with. `prepared` is a page
    as its worker prepared it for the archive; where that is not `page` (further pages were joined to it), it counts for
    nothing. `receipt` is the work's name where it may come twice, None where it cannot. `is_counted` is True once the
    request's end stands in the tally. `pages` are the story's further pages, in order.
    """

    fetch: Fetch
    outcome: Outcome | None = None
    detail: str | None = None
    capture_id: int | None = None
    page: ExtractedPage | None = None
    prepared: PreparedPage | None = None
    memory: SiteMemory = EMPTY_MEMORY
    pages: tuple[FurtherPage, ...] = ()
    listing: ListingPage | None = None
    findings: tuple[Finding, ...] = ()
    comparables: Mapping[int, StoryDraft | None] = field(default_factory=dict)
    is_counted: bool = False
    receipt: str | None = None
