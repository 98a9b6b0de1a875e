"""Fourth stage: what the page's stories are to be compared with.

A revision is a difference between two readings by one version of the extractor. Where the archive's reading is another
version's, the capture it came from is read again here, outside any transaction; `pipelines.archive` then decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from newskeep.errors import CaptureMissingError, PageError
from newskeep.identity import KnownStory, aliases_of, choose, story_url
from newskeep.model import EMPTY_MEMORY, Capture, ExtractedPage, StoryDraft
from newskeep.revise import is_comparable
from pipelines.context import CrawlContext
from pipelines.stage import Stage
from pipelines.tasks import PageTask
from pipelines.work import Work
from pipelines.workers import PageLostError
from storage.archive import Archive


class DeduplicatePipeline(Stage):
    """Find the stories that are known, and read their compared captures again where that is needed."""

    async def step(self, work: Work) -> Work:
        """Add the drafts that the page's stories can be compared with."""
        return await with_comparables(self.context, work)


async def with_comparables(context: CrawlContext, work: Work) -> Work:
    """Give the work what its known stories' revisions read like in the present version of the extractor."""
    page = work.page
    if not work.findings or page is None:
        return work
    known = await context.writer.do(lambda archive: known_stories(archive, work))
    comparables: dict[int, StoryDraft | None] = {}
    for story in known:
        if not is_comparable(story, extractor_version=page.extractor_version, memory_version=EMPTY_MEMORY.version):
            comparables[story.revision_id] = await _reread(context, story)
    return replace(work, comparables=comparables)


def known_stories(archive: Archive, work: Work) -> tuple[KnownStory, ...]:
    """The archived stories that the page's stories are."""
    capture, page = work.fetch.capture, work.page
    assert capture is not None
    assert page is not None
    found = []
    for finding in work.findings:
        owners = archive.stories.find([alias.key for alias in finding.aliases], at=capture.captured_at)
        url = story_url(capture, finding.draft, page)
        choice = choose(finding.aliases, owners, draft=finding.draft, url=url)
        if choice.story is not None:
            found.append(choice.story)
    return tuple(found)


async def _reread(context: CrawlContext, story: KnownStory) -> StoryDraft | None:
    """The known revision as the present extractor reads it; None where its capture is lost or cannot be read."""
    try:
        capture = await context.writer.do(lambda archive: archive.captures.get(story.capture_id))
        task = PageTask(capture=capture, source=context.source, memory=EMPTY_MEMORY)
        page = await context.workers.run(task)
    except (CaptureMissingError, PageError, PageLostError):
        return None
    assert isinstance(page, ExtractedPage)
    return _draft_of(story, capture, page, context.source.slug)


def _draft_of(story: KnownStory, capture: Capture, page: ExtractedPage, slug: str) -> StoryDraft | None:
    """The story on a page that shows several: the one that goes by the known story's names, else the main one."""
    names: Mapping[str, StoryDraft] = {
        alias.key: draft for draft in page.further for alias in aliases_of(capture, draft, page, slug, None)
    }
    return next((names[key] for key in story.matched if key in names), page.main)
