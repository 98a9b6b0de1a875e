"""Third stage: the page's stories, each with its names, apart from what is no story."""

from __future__ import annotations

from dataclasses import replace

from newskeep.digests import draft_digest
from newskeep.fetches import Fetch
from newskeep.identity import aliases_of, is_redirect_to_front
from newskeep.model import Capture, ExtractedPage, PageKind
from newskeep.near_duplicates import sentence_hashes
from newskeep.outcomes import Outcome
from pipelines.stage import Stage
from pipelines.work import Finding, Work


class SeparatePipeline(Stage):
    """Find the stories of a page and their names; walls, fronts and other pages get their outcome."""

    async def step(self, work: Work) -> Work:
        """Separate the stories of a page that was read."""
        return separate(work, source_slug=self.context.source.slug)


def separate(work: Work, *, source_slug: str) -> Work:
    """Give the work its findings, or the outcome of a page that holds no story."""
    capture, page = work.fetch.capture, work.page
    if work.outcome is not None or page is None or capture is None:
        return work
    if is_redirect_to_front(capture):
        return replace(work, outcome=Outcome.REDIRECTED_TO_FRONT, detail=f"led to {capture.final_url}")
    if page.wall is not None:
        return replace(work, outcome=Outcome.WALLED, detail=f"{page.wall.kind}: {page.wall.evidence}")
    if page.kind is not PageKind.STORY or page.main is None:
        return replace(work, outcome=Outcome.NOT_A_STORY, detail=f"the page is {page.kind}")
    return replace(work, findings=findings_of(work.fetch, capture, page, source_slug=source_slug))


def findings_of(fetch: Fetch, capture: Capture, page: ExtractedPage, *, source_slug: str) -> tuple[Finding, ...]:
    """The stories of a page with their names, the main one first; a story without any name cannot be kept."""
    drafts = (page.main, *page.further) if page.main is not None else page.further
    found = (
        Finding(
            draft=draft,
            digest=draft_digest(draft),
            hashes=sentence_hashes(draft.text),
            aliases=aliases_of(capture, draft, page, source_slug, fetch.ask.entry if draft is page.main else None),
            is_main=draft is page.main,
        )
        for draft in drafts
    )
    return tuple(finding for finding in found if finding.aliases)
