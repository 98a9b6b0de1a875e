"""Third stage: the page's stories, each with its names, apart from what is no story."""

from __future__ import annotations

from dataclasses import replace

from newskeep.fetches import Fetch
from newskeep.identity import aliases_of, is_redirect_to_front
from newskeep.model import Capture, PageKind
from newskeep.outcomes import Outcome
from pipelines.stage import Stage
from pipelines.work import Finding, Work
from storage.prepared import PreparedPage, prepare_page


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
    prepared = work.prepared
    if prepared is None or prepared.page is not page:
        prepared = prepare_page(page, source=source_slug, seen_at=capture.captured_at)
    findings = _findings(work.fetch, capture, prepared, source_slug=source_slug)
    return replace(work, findings=findings, prepared=prepared)


def _findings(fetch: Fetch, capture: Capture, prepared: PreparedPage, *, source_slug: str) -> tuple[Finding, ...]:
    """The stories of a page with their names, the main one first; a story without any name cannot be kept."""
    page = prepared.page
    drafts = (page.main, *page.further) if page.main is not None else page.further
    found = (
        Finding(
            draft=draft,
            prepared=story,
            aliases=aliases_of(capture, draft, page, source_slug, fetch.ask.entry if draft is page.main else None),
            is_main=draft is page.main,
        )
        for draft, story in zip(drafts, prepared.stories, strict=True)
    )
    return tuple(finding for finding in found if finding.aliases)
