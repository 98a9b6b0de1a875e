"""One request's answer on its way through the pipelines; each stage adds what it found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from newskeep.fetches import Fetch
from newskeep.identity import Alias
from newskeep.model import ExtractedPage, ListingPage, StoryDraft
from newskeep.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One story on a page, its digest (`digests.draft_digest`), and the names it goes by, strongest first."""

    draft: StoryDraft
    digest: str
    aliases: tuple[Alias, ...]
    is_main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is known of a fetch so far. Once `outcome` is set, the stages that read the page leave it alone.

    `comparables` maps a revision's id to the draft that the present extractor makes of that revision's capture, None
    where that capture is lost. `is_counted` is True once the request's end stands in the tally.
    """

    fetch: Fetch
    outcome: Outcome | None = None
    detail: str | None = None
    capture_id: int | None = None
    page: ExtractedPage | None = None
    listing: ListingPage | None = None
    findings: tuple[Finding, ...] = ()
    comparables: Mapping[int, StoryDraft | None] = field(default_factory=dict)
    is_counted: bool = False
